"""The rows that a load refused, all of them: out of the rejected zone, and back after mending."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach.errors import Permanent, Unavailable
from workbench.aws import Account

Reject = dict[str, Any]  # line, column, rule, found, wanted, raw: one broken rule of one row

COLUMNS = ("line", "column", "rule", "found", "wanted", "raw")
JOINED = ("column", "rule", "found", "wanted")
# A spreadsheet takes a cell that begins so for a formula; an apostrophe makes it text again.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
# Rules about bytes: the text that is kept of such a line shows them, but is not what was meant.
BYTES = re.compile(r"the line (is |holds no NUL)")
# Lambda takes 6 MB; the rest of the question needs some.
LARGEST_QUESTION = 5_500_000


def all_rejects(account: Account, load: dict[str, Any]) -> list[Reject]:
    """Every broken rule of every refused row, by line. Raises Unavailable."""
    import pyarrow.parquet as pq

    bucket, s3 = account.bucket("rejected"), account.client("s3")
    prefix = f"{load['dataset']}/_load_id={load['load_id']}/"
    found: list[Reject] = []
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                if item["Key"].endswith(".parquet"):
                    body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
                    found += pq.ParquetFile(io.BytesIO(body)).read(list(COLUMNS)).to_pylist()
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"s3://{bucket}/{prefix} cannot be read: {error}") from error
    return sorted(found, key=itemgetter("line"))


def write_csv(rejects: Iterable[Reject], sink: IO[str]) -> None:
    """One row per refused line, its faults side by side, its raw text last: there to be mended."""
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line, faults in groupby(rejects, key=itemgetter("line")):
        told = list(faults)
        joined = (" | ".join(str(fault[name] or "") for fault in told) for name in JOINED)
        writer.writerow([line, *map(_as_text, joined), _as_text(told[0]["raw"] or "")])


def read_mended(path: Path) -> list[dict[str, Any]]:
    """The lines and raw texts of a file that `write_csv` wrote and a person mended.

    Raises Permanent with the line of that file where it is not one.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in ("line", "raw") if name not in (reader.fieldnames or ())]
            if missing:
                raise Permanent(
                    f"{path}:1: found no column {missing[0]!r} - wanted what "
                    "`stagecoach rejects ID --all` prints"
                )
            return [_mended(path, reader.line_num, row) for row in reader]
    except FileNotFoundError as error:
        raise Permanent(f"there is no file {path} - nothing was sent") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Permanent(f"{path} is no CSV in utf-8: {error}") from error


def check_mended(rows: list[dict[str, Any]], rejects: list[Reject], load_id: str) -> None:
    """Raises Permanent for a row that the load did not refuse, or whose kept text is not it."""
    from stagecoach.frames.files.texts import LARGEST_RAW

    kept = {line: list(faults) for line, faults in groupby(rejects, key=itemgetter("line"))}
    for row in rows:
        line, faults = row["line"], kept.get(row["line"])
        if faults is None:
            raise Permanent(f"load {load_id[:8]} did not refuse line {line} - leave it out")
        if row["raw"] != faults[0]["raw"]:
            continue
        if len(row["raw"]) >= LARGEST_RAW:
            raise Permanent(
                f"line {line} is kept up to its character {LARGEST_RAW:,} only - "
                "put its whole text there, or leave it out"
            )
        if any(BYTES.match(fault["rule"]) for fault in faults):
            raise Permanent(
                f"line {line} still shows the bytes that are no text ({faults[0]['found']}) - "
                "write what was meant, or leave it out"
            )
    if len(json.dumps(rows)) > LARGEST_QUESTION:
        raise Permanent(
            f"{len(rows):,} mended rows are more than one question takes (5.5 MB) - send them in "
            "several files, or mend the file itself and send it"
        )


def _mended(path: Path, at: int, row: dict[str, str | None]) -> dict[str, Any]:
    if not (row["line"] or "").strip().isdecimal():
        raise Permanent(f"{path}:{at}: found {row['line']!r} as line - wanted a number")
    if not (row["raw"] or "").strip():
        raise Permanent(f"{path}:{at}: found no raw text - delete the row to leave it out")
    return {"line": int(str(row["line"])), "raw": _as_written(str(row["raw"]))}


def _as_text(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
