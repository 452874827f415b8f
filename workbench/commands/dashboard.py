"""`stagecoach dashboard`: Superset over the live tables."""

from __future__ import annotations

import signal
from typing import Annotated, Literal

import typer

from workbench.dashboard import export as exporting
from workbench.dashboard import serve
from workbench.dashboard.sources import Source
from workbench.options import Env
from workbench.output import OUT

PORT = 8088


def dashboard(
    env: Env = "local",
    port: Annotated[int, typer.Option(help="The port on this machine.")] = PORT,
    source: Annotated[
        Literal["redshift", "postgres"], typer.Option(help="The database that the charts read.")
    ] = "redshift",
    export: Annotated[
        bool, typer.Option("--export", help="Write what was changed there into dashboards/.")
    ] = False,
) -> None:
    """Show the charts of dashboards/ in Apache Superset, until ctrl-C.

    The first time installs it in .stagecoach/superset, in an environment of its own.

    Example: stagecoach dashboard --port 8090

    Example: stagecoach dashboard --export
    """
    if export:
        for path in exporting.export(env):
            OUT.print(path, markup=False)
        return
    for way in (signal.SIGINT, signal.SIGTERM):  # also where it was started in the background
        signal.signal(way, signal.default_int_handler)
    serve.serve(env, port, Source[source])
