"""The folder that Terraform runs in, and where its provider comes from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stagecoach.errors import SetupError
from workbench import terraform, terraform_home

ROOT = Path(__file__).resolve().parents[2]


def mirror(folder: Path, version: str) -> Path:
    """A filesystem mirror that holds one version of the provider."""
    place = folder / "mirror"
    (place / "any.host/hashicorp/aws" / version / terraform_home._platform()).mkdir(parents=True)
    return place


def test_the_state_of_the_local_cloud_is_a_file_beside_it(tmp_path: Path) -> None:
    work = terraform_home.lay_out(ROOT, ROOT, tmp_path, local_backend=True)
    assert 'backend "local"' in (work / "backend_override.tf").read_text()
    assert (work / "main.tf").samefile(ROOT / "terraform" / "main.tf")
    assert (work / "../datasets").samefile(ROOT / "datasets")


def test_on_aws_nothing_is_overridden(tmp_path: Path) -> None:
    terraform_home.lay_out(ROOT, ROOT, tmp_path, local_backend=True)
    work = terraform_home.lay_out(ROOT, ROOT, tmp_path, local_backend=False)
    assert not (work / "backend_override.tf").exists()


def test_a_file_that_is_gone_leaves_the_working_folder(tmp_path: Path) -> None:
    work = terraform_home.lay_out(ROOT, ROOT, tmp_path, local_backend=True)
    (work / "old.tf").symlink_to(ROOT / "terraform" / "gone.tf")
    terraform_home.lay_out(ROOT, ROOT, tmp_path, local_backend=True)
    assert not (work / "old.tf").is_symlink()


def test_a_mirror_named_in_tf_plugin_dir_is_found(tmp_path: Path) -> None:
    place = mirror(tmp_path, "5.100.0")
    environ = {"TF_PLUGIN_DIR": str(place), "HOME": str(tmp_path)}
    assert terraform_home.find_mirror("5.100.0", environ) == place


def test_a_mirror_without_the_pinned_version_is_passed_by(tmp_path: Path) -> None:
    place = mirror(tmp_path, "4.0.0")
    environ = {"TF_PLUGIN_DIR": str(place), "HOME": str(tmp_path)}
    assert terraform_home.find_mirror("5.100.0", environ) != place


def test_a_configuration_that_does_not_exist_is_not_mentioned_to_terraform(tmp_path: Path) -> None:
    environ = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    env, comes = terraform_home.cli_environ(tmp_path, None, environ)
    assert "TF_CLI_CONFIG_FILE" not in env
    assert comes == "from the registry"


def test_a_configuration_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.rc"
    own.write_text("")
    env, _ = terraform_home.cli_environ(
        tmp_path, mirror(tmp_path, "5.100.0"), {"TF_CLI_CONFIG_FILE": str(own)}
    )
    assert env["TF_CLI_CONFIG_FILE"] == str(own)


def test_the_provider_is_pinned_in_one_place() -> None:
    assert terraform_home.pinned_provider(ROOT) == "5.100.0"


def test_no_terraform_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match=r"Terraform was not found, 1\.11 or later is wanted - "):
        terraform.find()


def test_an_old_terraform_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "terraform"
    old.write_text("#!/bin/sh\necho Terraform v1.5.7\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + "/bin")
    with pytest.raises(SetupError, match=r"is Terraform 1\.5, 1\.11 or later is wanted"):
        terraform.find()
