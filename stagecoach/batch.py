"""The statements that publish one load to Redshift: one batch, which is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stagecoach.quoting import quoted
from stagecoach.quoting import redshift_literal as text

MARKS = ("_row_no", "_row_hash")

LOCK = "lock etl.{lock};"
FOLLOWS = "call etl.check_follows({dataset}, {previous});"
ADOPT = "call etl.{adopt}({extras});"
DROP = "drop table if exists stage.{stage};"
CREATE = "create table stage.{stage} as select {columns} from stage.{shape} where false;"
COPY = "copy stage.{stage} from {manifest} iam_role {role} format as parquet manifest;"
CALL = (
    "call etl.{apply}({load_id}, {good}, {hash_sum}, {sent_at}, {approved_deletes}, {fills_whole});"
)
# `earlier` is 0 where the table began without what PostgreSQL had: its counts cannot be the same.
APPLIED = (
    "select inserted, updated, deleted, unchanged, stale, deduplicated, {earlier} as earlier "
    "from etl.applied where load_id = {load_id};"
)
EARLIER = "(select count(*) from etl.applied where load_id = {previous})"

# Questions, whose `:names` the Data API fills in.
WAS_APPLIED = (
    "select inserted, updated, deleted, unchanged, stale, deduplicated "
    "from etl.applied where load_id = :load_id"
)
LOAD_ERROR = (
    "select trim(file_name) as file_name, line_number, trim(column_name) as column_name, "
    "trim(column_type) as column_type, trim(column_length) as column_length, "
    "trim(error_message) as error_message from sys_load_error_detail "
    "where strpos(file_name, :load_id) > 0 order by start_time desc, line_number limit 1"
)
# Only a provisioned cluster has this one.
LOAD_VALUE = (
    "select trim(raw_field_value) as raw_field_value from stl_load_errors "
    "where strpos(filename, :load_id) > 0 order by starttime desc, line_number limit 1"
)


def batch(publication: dict[str, Any], manifest: dict[str, Any], uri: str, role: str) -> list[str]:
    """The statements for a publication of the ledger and the manifest of its load; `uri` is where
    the copy manifest is. Without clean files there is nothing to copy.
    """
    dataset, load_id = publication["dataset"], publication["load_id"]
    previous = publication["previous"]
    names = {
        "dataset": text(dataset),
        "previous": text(previous or ""),
        "earlier": EARLIER.format(previous=text(previous)) if previous else "1",
        "lock": quoted(f"lock__{dataset}"),
        "adopt": quoted(f"adopt__{dataset}"),
        "extras": text(json.dumps(publication["extras"], ensure_ascii=False)),
        "stage": quoted(stage_table(dataset, load_id)),
        "shape": quoted(dataset),
        "columns": columns(manifest["columns"]),
        "manifest": text(uri),
        "role": text(role),
        "apply": quoted(f"apply__{dataset}"),
        "load_id": text(load_id),
        "good": str(int(manifest["counts"]["good"])),
        "hash_sum": text(manifest["hash_sum"]),
        "sent_at": text(publication["sent_at"]),
        "approved_deletes": number(publication["approved_deletes"]),
        "fills_whole": str(bool(publication["fills_whole"])).lower(),
    }
    wanted = (
        LOCK,
        *((FOLLOWS,) if previous and publication["needs_previous"] else ()),
        *((ADOPT,) if publication["extras"] else ()),
        *(DROP, CREATE),
        *((COPY,) if manifest["files"] else ()),
        *(CALL, APPLIED),
    )
    return [template.format(**names) for template in wanted]


def columns(names: list[str] | None) -> str:
    """The columns of a stage table, in the order of the clean files; all, where there are none."""
    return "*" if names is None else ", ".join(quoted(name) for name in (*names, *MARKS))


def stage_table(dataset: str, load_id: str) -> str:
    """The name of the stage table of a load."""
    return f"{dataset}__{load_id.replace('-', '')[:12]}"


def copy_manifest(files: Iterable[tuple[str, int]]) -> str:
    """What COPY reads instead of a prefix: each file (uri, bytes) must be there, or it fails."""
    entries = [
        {"url": uri, "mandatory": True, "meta": {"content_length": size}} for uri, size in files
    ]
    return json.dumps({"entries": entries}, indent=1) + "\n"


def number(value: int | None) -> str:
    """A number, or null."""
    return "null" if value is None else str(int(value))
