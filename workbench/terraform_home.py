"""The folder that Terraform runs in, and where it gets its provider from.

`terraform/` is the same for a laptop and for AWS. What differs is laid out here, in the folder of
the environment: links to the sources and, for the local cloud only, a backend that is a file.

    .stagecoach/<env>/terraform/*.tf, modules, ...  -> links into terraform/
    .stagecoach/<env>/crawlers                      -> a link, so that "../crawlers" is right
    .stagecoach/<env>/{build,datasets,queries}      -> links into the project, so that no state
                                                       names the folder of the one who applied
    .stagecoach/<env>/terraform/backend_override.tf    state in ../terraform.tfstate (local only)
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from pathlib import Path

from stagecoach.errors import SetupError

OF_PROJECT = ("build", "datasets", "queries")
LOCAL_BACKEND = """terraform {
  backend "local" {
    path = "../terraform.tfstate"
  }
}
"""
SYSTEM_FOLDERS = ("/opt", "/usr/share", "/usr/local/share")


def lay_out(root: Path, project: Path, folder: Path, local_backend: bool) -> Path:
    """Make the working folder below `folder`; what is stale there goes."""
    work = folder / "terraform"
    work.mkdir(parents=True, exist_ok=True)
    sources = {path.name: path for path in (root / "terraform").iterdir()}
    for entry in work.iterdir():
        if entry.is_symlink():
            entry.unlink()
    for name, source in sources.items():
        if not name.startswith("."):
            (work / name).symlink_to(source)
    beside = {"crawlers": root} | dict.fromkeys(OF_PROJECT, project)
    for name, place in beside.items():
        (folder / name).unlink(missing_ok=True)
        if (place / name).is_dir():
            (folder / name).symlink_to(place / name)
    override = work / "backend_override.tf"
    if local_backend:
        override.write_text(LOCAL_BACKEND)
    else:
        override.unlink(missing_ok=True)
    return work


def pinned_provider(root: Path) -> str:
    """The provider's version; terraform/versions.tf is the only place that names it."""
    text = (root / "terraform" / "versions.tf").read_text()
    found = re.search(r'source\s*=\s*"hashicorp/aws"\s*version\s*=\s*"([\d.]+)"', text)
    if found is None:
        raise SetupError(
            "terraform/versions.tf names no exact version of hashicorp/aws - write one like 5.100.0"
        )
    return found[1]


def find_mirror(version: str, environ: Mapping[str, str]) -> Path | None:
    """A folder on this machine that holds the provider as a filesystem mirror does, or None.

    Looked at: TF_PLUGIN_DIR, Terraform's own mirror folders, and any below /opt and /usr/share.
    """
    wanted = f"*/hashicorp/aws/{version}/{_platform()}"
    packed = f"*/hashicorp/aws/terraform-provider-aws_{version}_{_platform()}.zip"
    for place in _mirror_places(environ):
        if place.is_dir() and (any(place.glob(wanted)) or any(place.glob(packed))):
            return place
    return None


def cli_environ(
    folder: Path, mirror: Path | None, environ: Mapping[str, str]
) -> tuple[dict[str, str], str]:
    """The environment for the Terraform program, and where its provider will come from.

    A CLI configuration of the user's own is left alone; one that is named but does not exist is
    not mentioned to Terraform, which would only complain.
    """
    env = {name: value for name, value in environ.items() if name != "TF_DATA_DIR"}
    env |= {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    own = env.pop("TF_CLI_CONFIG_FILE", None)
    if own and Path(own).is_file():
        return {**env, "TF_CLI_CONFIG_FILE": own}, f"as {own} says"
    if mirror is None:
        return env, "from the registry"
    config = folder / "terraform.rc"
    config.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    return {**env, "TF_CLI_CONFIG_FILE": str(config)}, f"from {mirror}"


def _mirror_places(environ: Mapping[str, str]) -> list[Path]:
    home = Path(environ.get("HOME") or Path.home())
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local/share")
    named = [Path(value)] if (value := environ.get("TF_PLUGIN_DIR")) else []
    implied = [home / ".terraform.d/plugins", data / "terraform/plugins"]
    system = [Path(folder) for folder in SYSTEM_FOLDERS]
    below = [path for folder in system if folder.is_dir() for path in sorted(folder.glob("*"))]
    plugins = [folder / "terraform/plugins" for folder in system]
    return [*named, *implied, *plugins, *below]


def _platform() -> str:
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}
    return f"{platform.system().lower()}_{machine.get(platform.machine(), platform.machine())}"
