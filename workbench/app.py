"""The command line: one module per command, one sentence per mistake."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import typer

from stagecoach.errors import StagecoachError
from workbench.commands import (
    approve,
    batches,
    check,
    dashboard,
    down,
    env,
    fetch,
    load,
    loads,
    mart,
    migrate_table,
    new,
    publish,
    query,
    rejects,
    replay,
    send,
    sql,
    up,
)
from workbench.output import ERR
from workbench.state import State

COMMANDS = (up.up, down.down, env.env, new.new, check.check, send.send, fetch.fetch, loads.loads,
            load.load, batches.batches, rejects.rejects, replay.replay, approve.approve,
            mart.mart,
            publish.publish,
            migrate_table.migrate_table, sql.sql, query.query,
            dashboard.dashboard)  # fmt: skip

UsageError: type[Exception] = typer.BadParameter.__base__  # typer keeps its click to itself

app = typer.Typer(
    name="stagecoach",
    help="Files land in S3; exactly once, their rows are in PostgreSQL and in Redshift.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in COMMANDS:
    app.command()(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 only when what was asked came true."""
    try:
        return app(args=arguments, prog_name="stagecoach", standalone_mode=False) or 0
    except StagecoachError as error:
        return _say(str(error))
    except UsageError as error:
        return _say(sentence, code=2) if (sentence := _usage(error)) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _say("stopped; what was sent goes on loading: `stagecoach loads`", code=130)
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - the last line: a person must never meet a trace
        return _say(_keep(error))


def _usage(error: Exception) -> str:
    """What was wrong with the words; empty when there were none and help was shown instead."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "stagecoach"
    if not error.format_message():  # type: ignore[attr-defined]
        return ""
    return f"{error.format_message().rstrip('.')} - see `{command} --help`"  # type: ignore[attr-defined]


def _say(sentence: str, code: int = 1) -> int:
    ERR.print(f"[red]error:[/] {_plain(sentence)}")
    return code


def _plain(sentence: str) -> str:
    return sentence.replace("[", r"\[")


def _keep(error: Exception) -> str:
    log = State.of().crash_log
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as file:
        file.write(f"\n{datetime.now(UTC).isoformat()} {' '.join(sys.argv)}\n")
        traceback.print_exception(error, file=file)
    return f"this is our mistake, not yours: {error!r} - the details are in {log}"


if __name__ == "__main__":
    main()
