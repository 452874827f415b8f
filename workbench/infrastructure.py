"""`make plan`, `make apply`, `make destroy`: Terraform for one environment, here or on AWS."""

from __future__ import annotations

import os
import sys

from stagecoach.errors import SetupError, StagecoachError
from workbench import cloud, provision
from workbench.output import ERR, OUT
from workbench.progress import Steps
from workbench.state import ROOT, State
from workbench.terraform import Terraform

ENVIRONMENTS = sorted(path.stem for path in (ROOT / "terraform" / "environments").glob("*.tfvars"))


def main(verb: str, env: str) -> int:
    """Run one verb; 0 only when it came true."""
    try:
        if env not in ENVIRONMENTS:
            raise SetupError(
                f"no environment is called {env!r} - there are {', '.join(ENVIRONMENTS)}"
            )
        {"plan": plan, "apply": apply, "destroy": destroy}[verb](env)
    except StagecoachError as error:
        ERR.print(f"error: {error}", markup=False)
        return 1
    return 0


def plan(env: str) -> None:
    """Print what an apply would change."""
    with Steps() as steps:
        terraform = _terraform(env, steps)
        lines: list[str] = []
        with steps.step("terraform plan"):
            same = terraform.plan(on_line=lines.append)
    for line in lines:
        OUT.print(line, markup=False)
    OUT.print("No changes: what is there is what is declared" if same else "There are changes")


def apply(env: str) -> None:
    """Bring the environment to what is declared; the local one as `stagecoach up` does."""
    if env == "local":
        OUT.print(f"up: {provision.up(env).what}")
        return
    with Steps() as steps:
        terraform = _terraform(env, steps)
        with steps.step("terraform apply") as note:
            terraform.apply(on_line=note)
    OUT.print(f"{env} is what is declared")


def destroy(env: str) -> None:
    """Remove everything that apply made; on AWS only after the name was typed again."""
    if env != "local" and input(f"This destroys {env}, tables and all. Type its name: ") != env:
        raise SetupError("the name was not typed - nothing was destroyed")
    with Steps() as steps:
        terraform = _terraform(env, steps)
        State.of(env).applied.unlink(missing_ok=True)
        with steps.step("terraform destroy") as note:
            terraform.destroy(on_line=note)
        if env == "local":
            cloud.required(State.of(env)).post("save")
    OUT.print(f"{env} is destroyed")


def _terraform(env: str, steps: Steps) -> Terraform:
    state = State.of(env)
    environ = dict(os.environ)
    if env == "local":
        environ = provision.environ(cloud.required(state))
    provision.build_all(steps)
    terraform = Terraform(env, state.folder, environ)
    with steps.step("terraform init"):
        terraform.init()
    return terraform


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
