"""Tables in the catalogue, as AWS Glue takes them; one that is right already costs a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws
from stagecoach.current.tables import SUFFIX, Table, Values
from stagecoach.errors import Permanent, Unavailable

OURS, STATE = "stagecoach.dataset", "stagecoach.state"
AT_ONCE, DELETED_AT_ONCE = 100, 25  # partitions that Glue takes in a call
LIST = "files"  # the object with the addresses of a table of several folders

HIVE = "org.apache.hadoop.hive.ql.io"
PARQUET = f"{HIVE}.parquet.MapredParquetInputFormat"
# Reads the files whose addresses stand in the files of the location.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html
LISTED = f"{HIVE}.SymlinkTextInputFormat"
WRITTEN = f"{HIVE}.parquet.MapredParquetOutputFormat"
SERDE = f"{HIVE}.parquet.serde.ParquetHiveSerDe"

Found = dict[str, Any]


def write(database: str, table: Table) -> bool:
    """Bring the catalogue's table to `table`; whether anything had to be done.

    The table's own entry is written last: a call that never came leaves it as unfinished, and the
    next look goes on. Raises Unavailable when Glue or S3 does not do it, Permanent for a table that
    nobody here has made.
    """
    with _explained(table.name):
        found = _get(database, table.name)
        if found is not None and _state(found) == table.state:
            return False
        if found is not None and _names(found["PartitionKeys"]) != _names(_columns(table.keys)):
            # Glue changes neither the partition keys of a table nor a table into one of partitions.
            aws.glue().delete_table(DatabaseName=database, Name=table.name)
            found = None
        if table.files:
            aws.write_uri(f"{table.location}{LIST}", "\n".join(table.files).encode())
        if found is None:
            state = "" if table.keys else table.state
            unfinished: Any = entry(table, state)
            aws.glue().create_table(DatabaseName=database, TableInput=unfinished)
        if table.keys:
            _write_parts(database, table)
        if found is not None or table.keys:
            whole: Any = entry(table, table.state)
            aws.glue().update_table(DatabaseName=database, TableInput=whole, SkipArchive=True)
    return True


def forget(database: str, dataset: str) -> bool:
    """Drop the table of a dataset whose mode has none (any more); whether there was one."""
    name = f"{dataset}{SUFFIX}"
    with _explained(name):
        if _get(database, name) is None:
            return False
        aws.glue().delete_table(DatabaseName=database, Name=name)
    return True


def entry(table: Table, state: str) -> Found:
    """The table in Glue's words; `state` is written only with what makes it true."""
    return {
        "Name": table.name,
        "Description": table.description,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": _columns(table.keys),
        "StorageDescriptor": _storage(table, table.location),
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "parquet",
            OURS: table.name.removesuffix(SUFFIX),
            STATE: state,
            **dict(table.facts),
        },
    }


def _storage(table: Table, location: str) -> Found:
    return {
        "Columns": _columns(table.columns),
        "Location": location,
        "InputFormat": LISTED if table.files else PARQUET,
        "OutputFormat": WRITTEN,
        "SerdeInfo": {"SerializationLibrary": SERDE, "Parameters": {"serialization.format": "1"}},
    }


def _columns(columns: Sequence[tuple[str, str, str]]) -> list[Found]:
    return [
        {"Name": name, "Type": kind, **({"Comment": said} if said else {})}
        for name, kind, said in columns
    ]


def _names(columns: Sequence[Found]) -> list[tuple[str, str]]:
    return [(column["Name"], column["Type"]) for column in columns]


def _state(found: Found) -> str:
    return str(found.get("Parameters", {}).get(STATE, ""))


def _get(database: str, name: str) -> Found | None:
    try:
        found: Found = {**aws.glue().get_table(DatabaseName=database, Name=name)["Table"]}
    except ClientError as error:
        if aws.error_code(error) == "EntityNotFoundException":
            return None
        raise
    if found.get("Parameters", {}).get(OURS) != name.removesuffix(SUFFIX):
        raise Permanent(
            f"the catalogue has a table {name} that is not ours - rename it, "
            f"so that Athena can have what {name.removesuffix(SUFFIX)} holds under this name"
        )
    found.setdefault("PartitionKeys", [])
    return found


def _write_parts(database: str, table: Table) -> None:
    """Each partition is switched by itself. All have the columns of the table: Athena matches the
    columns of a partition by their place.
    """
    wanted = {values: _storage(table, location) for values, location in table.parts}
    there = dict(_parts(database, table.name))
    new = [values for values in wanted if values not in there]
    same = [values for values in wanted if values in there]
    other = [values for values in same if _differs(there[values], wanted[values])]
    gone = [values for values in there if values not in wanted]

    place: Any = {"DatabaseName": database, "TableName": table.name}
    for some in _by(AT_ONCE, new):
        parts: Any = [_part(values, wanted[values]) for values in some]
        _all_of(aws.glue().batch_create_partition(**place, PartitionInputList=parts))
    for some in _by(AT_ONCE, other):
        entries: Any = [
            {"PartitionValueList": list(each), "PartitionInput": _part(each, wanted[each])}
            for each in some
        ]
        _all_of(aws.glue().batch_update_partition(**place, Entries=entries))
    for some in _by(DELETED_AT_ONCE, gone):
        going: Any = [{"Values": list(each)} for each in some]
        _all_of(aws.glue().batch_delete_partition(**place, PartitionsToDelete=going))


def _part(values: Values, storage: Found) -> Found:
    return {"Values": list(values), "StorageDescriptor": storage}


def _parts(database: str, name: str) -> Iterator[tuple[Values, Found]]:
    pages = aws.glue().get_paginator("get_partitions")
    for page in pages.paginate(DatabaseName=database, TableName=name):
        for part in page["Partitions"]:
            yield tuple(part["Values"]), dict(part["StorageDescriptor"])


def _differs(found: Found, wanted: Found) -> bool:
    moved = found["Location"] != wanted["Location"]
    return moved or _names(found.get("Columns", [])) != _names(wanted["Columns"])


def _by(number: int, values: Sequence[Values]) -> Iterator[Sequence[Values]]:
    for start in range(0, len(values), number):
        yield values[start : start + number]


def _all_of(answer: Any) -> None:
    """Raises Unavailable when Glue did a batch only in part."""
    for wrong in answer.get("Errors", []):
        raise Unavailable(f"a partition was not written: {wrong}")


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"the catalogue's table {name} cannot be written: {error}") from error
