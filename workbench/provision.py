"""Bring an environment up: build, local cloud, Terraform; each only when it is needed."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from stagecoach.errors import SetupError, StagecoachError
from workbench import cloud
from workbench.aws import LOCAL, Account
from workbench.build import build
from workbench.fingerprint import fingerprint
from workbench.needs import check_needs
from workbench.progress import Steps
from workbench.state import DECLARED, ROOT, State, project
from workbench.terraform import Terraform

SOURCES = ("terraform", "crawlers")  # of the repository; the others are the project's
LIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")
RECENT = 100  # loads; an older one that still runs is a job that still runs


@dataclass(frozen=True)
class Up:
    """What `up` did."""

    what: str
    endpoint: str
    seconds: float


def refuse_unless_local(env: str, command: str) -> None:
    """Raises SetupError for an environment that is not ours to start or stop."""
    if env != "local":
        raise SetupError(
            f"`{command}` is for the local cloud, not for {env!r}"
            f" - on AWS use `make plan ENV={env}` and `make apply ENV={env}`"
        )


def up(env: str = "local", port: int | None = None) -> Up:
    """Build, start and apply what is missing. Raises SetupError with what to do."""
    refuse_unless_local(env, "up")
    began, state = time.monotonic(), State.of(env)
    check_needs()
    with cloud.locked(state), Steps() as steps:
        build_all(steps)
        after_crash = cloud.crashed(state)
        running, started = _running(state, port, steps)
        applied = _apply(state, running, steps)
        if after_crash:
            with steps.step("sweep: look for events that the crash has lost"):
                Account(env).invoke("sweep", {})
    what = [started, "Terraform applied" if applied else "nothing to apply"]
    return Up(", ".join(what), running.endpoint, time.monotonic() - began)


def build_all(steps: Steps) -> None:
    """What ships: zips, jobs, declarations, SQL."""
    with steps.step("build"):
        build(ROOT, project() / "build", project())


def environ(running: cloud.Cloud) -> dict[str, str]:
    """The environment in which Terraform talks to the local cloud and to nobody else."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **here,
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_ACCESS_KEY_ID": LOCAL["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": LOCAL["aws_secret_access_key"],
        "AWS_REGION": LOCAL["region_name"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": ",".join(filter(None, (here.get("NO_PROXY"), "127.0.0.1,localhost"))),
    }


def _running(state: State, port: int | None, steps: Steps) -> tuple[cloud.Cloud, str]:
    found = cloud.find(state)
    if found is not None:
        if port not in (None, int(found.endpoint.rsplit(":", 1)[1])):
            raise SetupError(
                f"the local cloud is up already, at {found.endpoint}"
                " - run `stagecoach down` first to move it to another port"
            )
        return join(state, found, steps)
    with steps.step("start the local cloud"):
        return cloud.start(state, port), "started"


def join(state: State, found: cloud.Cloud, steps: Steps) -> tuple[cloud.Cloud, str]:
    """Use the local cloud that runs; one of older code is restarted, unless a load would suffer."""
    if not found.is_outdated():
        return found, "was running"
    if _is_loading(state, found):
        told = "was running and keeps its older local_cloud/ code, because a load is running"
        return found, f"{told} - run `stagecoach up` again when it has ended"
    with steps.step("restart the local cloud: its code has changed"):
        cloud.stop(state)
        started = cloud.start(state, int(found.endpoint.rsplit(":", 1)[1]))
    return started, "restarted with its data, because the code of local_cloud/ has changed"


def _is_loading(state: State, running: cloud.Cloud) -> bool:
    if any(run["state"] in LIVE for run in running.get("runs")):
        return True
    try:  # between two jobs only the ledger knows
        recent = Account(state.env).ask(ask="loads", dataset=None, limit=RECENT)
    except StagecoachError:
        return False  # nothing is applied yet
    return any(load["state"] == "running" for load in recent)


def _apply(state: State, running: cloud.Cloud, steps: Steps) -> bool:
    of_project = [project() / name for name in (*DECLARED, "build")]
    wanted = fingerprint([*(ROOT / name for name in SOURCES), *of_project], running.endpoint)
    if state.applied.exists() and state.applied.read_text() == wanted:
        return False
    state.applied.unlink(missing_ok=True)
    terraform = Terraform(state.env, state.folder, environ(running))
    with steps.step("terraform init"):
        terraform.init()
    with state.terraform_log.open("w", buffering=1) as log, steps.step("terraform apply") as note:

        def tell(line: str) -> None:
            note(line)
            log.write(f"{line}\n")

        terraform.apply(on_line=tell)
    with steps.step("save"):
        running.post("save")  # snapshot and Terraform state must tell the same story
    state.applied.write_text(wanted)
    return True
