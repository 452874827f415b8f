"""Terraform for one environment: found, initialised, run, and its words made short."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from stagecoach.errors import SetupError
from workbench import terraform_home as home
from workbench.state import ROOT, project
from workbench.terraform_says import Progress, events, first_error, sentence

OLDEST = (1, 11)
PARALLEL = 40  # most of an apply is the provider waiting, not working
CHANGES = 2  # exit code of `plan -detailed-exitcode` when something would change

Teller = Callable[[str], None]


def silent(line: str) -> None:
    """Takes a line of progress and says nothing."""


class Terraform:
    """Terraform for the project, in the folder of one environment, `state`.

    `environ` says which AWS it talks to.
    Every method raises SetupError with Terraform's own first error, in one or two sentences.
    """

    def __init__(
        self, env: str, state: Path, environ: Mapping[str, str], root: Path = ROOT
    ) -> None:
        self.env = env
        self.state = state
        self.root = root
        self.program = find()
        self.work = home.lay_out(root, project(), state, local_backend=env == "local")
        mirror = home.find_mirror(home.pinned_provider(root), environ)
        self.environ, self.provider_from = home.cli_environ(state, mirror, environ)

    def init(self, backend: bool = True) -> str:
        """Get the provider and open the state; answers where the provider came from."""
        extra = ["-backend=false"] if not backend else ["-reconfigure"]
        if backend and self.env != "local":
            extra.append(f"-backend-config=environments/{self.env}.s3.tfbackend")
        try:
            self._run("init", *extra)
        except SetupError as error:
            raise SetupError(
                f"{error} - the provider comes {self.provider_from}; without a way to the registry,"
                " name the folder of a filesystem mirror in TF_PLUGIN_DIR"
            ) from error
        return self.provider_from

    def apply(self, on_line: Teller = silent) -> None:
        """Bring AWS to what is declared; `on_line` is told of progress."""
        self._run("apply", "-auto-approve", *self._values(), on_line=on_line)

    def destroy(self, on_line: Teller = silent) -> None:
        """Remove everything that apply made."""
        self._run("destroy", "-auto-approve", *self._values(), on_line=on_line)

    def plan(self, on_line: Teller = silent) -> bool:
        """Whether AWS is what is declared; `on_line` is told what would change."""
        code = self._run("plan", "-detailed-exitcode", *self._values(), on_line=on_line)
        return code != CHANGES

    def output(self) -> dict[str, Any]:
        """The outputs of the last apply by name; docs/terraform.md lists them."""
        done = self._call("output", "-json")
        if done.returncode != 0:
            raise SetupError(f"Terraform has no outputs: {done.stderr.strip()[:200]}")
        return {name: one["value"] for name, one in json.loads(done.stdout).items()}

    def validate(self) -> None:
        """Raises SetupError when the configuration does not hold together."""
        done = self._call("validate", "-json")
        wrong = [
            one for one in json.loads(done.stdout)["diagnostics"] if one["severity"] == "error"
        ]
        if wrong:
            raise SetupError(f"terraform validate: {sentence(wrong[0])}")

    def fmt_check(self) -> list[str]:
        """The files below terraform/ that `terraform fmt` would change."""
        folder = f"-chdir={self.root / 'terraform'}"
        done = self._call("fmt", "-check", "-recursive", "-list=true", before=(folder,))
        return done.stdout.split()

    def test(self, *files: str, on_line: Teller = silent) -> dict[str, str]:
        """Run tests/*.tftest.hcl, or only `files`; answers {"file: run": "pass" or "fail"}."""
        said = list(events(self._call("test", "-json", *_filters(files)).stdout.splitlines()))
        results: dict[str, str] = {}
        for event in said:
            run = event.get("test_run", {})
            if run.get("progress", "complete") == "complete" and run.get("status"):
                results[f"{run['path']}: {run['run']}"] = run["status"]
                on_line(f"{run['run']}: {run['status']}")
        wrong = first_error(said)
        if wrong and all(status in ("pass", "skip") for status in results.values()):
            raise SetupError(f"terraform test: {wrong}")
        return results | ({"first error": wrong} if wrong else {})

    def _values(self) -> list[str]:
        return [f"-var-file=environments/{self.env}.tfvars", f"-parallelism={PARALLEL}"]

    def _run(self, verb: str, *options: str, on_line: Teller = silent) -> int:
        """Run with -json, telling each line as it comes. Raises SetupError on an error."""
        progress, errors, last = Progress(), [], ""
        process = subprocess.Popen(  # noqa: S603 - found on PATH, our own arguments
            [self.program, f"-chdir={self.work}", verb, "-json", "-input=false", *options],
            env=self.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        with process:
            for event in events(process.stdout or ()):
                last = event.get("@message", last)
                if event.get("type") == "diagnostic":
                    errors.append(event)
                line = progress.line(event, time.monotonic()) or _change(verb, event)
                if line is not None:
                    on_line(line)
        if process.returncode not in (0, CHANGES):
            raise SetupError(f"terraform {verb}: {first_error(errors) or last}")
        return process.returncode

    def _call(self, *words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        chosen = before or (f"-chdir={self.work}",)
        return subprocess.run(  # noqa: S603 - found on PATH, our own arguments
            [self.program, *chosen, *words],
            env=self.environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip


def find() -> str:
    """The path of the Terraform program. Raises SetupError when there is none or it is too old."""
    program, wanted = shutil.which("terraform"), ".".join(map(str, OLDEST))
    how = "get it from https://developer.hashicorp.com/terraform/install and put it on the PATH"
    if program is None:
        raise SetupError(f"Terraform was not found, {wanted} or later is wanted - {how}")
    told = subprocess.run(  # noqa: S603 - found on PATH
        [program, "version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"Terraform v(\d+)\.(\d+)", told)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        has = found[0].removeprefix("Terraform v") if found else "unknown"
        raise SetupError(f"{program} is Terraform {has}, {wanted} or later is wanted - {how}")
    return program


def _change(verb: str, event: dict[str, Any]) -> str | None:
    """What a plan would do to one resource."""
    if verb != "plan" or event.get("type") != "planned_change":
        return None
    return str(event["@message"])


def _filters(files: tuple[str, ...]) -> list[str]:
    return [f"-filter=tests/{file}" for file in files]
