"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

Env = Annotated[
    str, typer.Option("--env", envvar="STAGECOACH_ENV", help="Which environment: local, dev, prod.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs, not text for people.")]
LoadId = Annotated[
    str, typer.Argument(metavar="ID", help="A load id, its first characters, or `last`.")
]
Patience = Annotated[
    int, typer.Option("--timeout", help="Give up following after so many seconds.", min=1)
]
