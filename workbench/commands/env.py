"""`stagecoach env`: what other programs need to reach the environment."""

from __future__ import annotations

import shlex

from workbench.environment import variables
from workbench.options import Env, Json
from workbench.output import OUT, print_json


def env(env: Env = "local", as_json: Json = False) -> None:
    """Print `export` lines, so that aws, psql and any client reach the environment.

    Example: eval "$(stagecoach env)" && psql -c 'select * from etl.load'

    Example: eval "$(stagecoach env)" && psql "$STAGECOACH_REDSHIFT_URI"
    """
    values = variables(env)
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        OUT.print(f"export {name}={shlex.quote(value)}", markup=False)
