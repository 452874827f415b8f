"""From files under a prefix to tables and partitions, as a crawler groups them."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.glue.models import FakeCrawler
from moto.s3.models import FakeKey, s3_backends

from local_cloud import context
from local_cloud.glue import inference
from local_cloud.glue.inference import Schema

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

# Files looked at per table; types that differ between them are widened.
SAMPLES = 5

HADOOP = "org.apache.hadoop"
TEXT = f"{HADOOP}.mapred.TextInputFormat", f"{HADOOP}.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
PARQUET = f"{HADOOP}.hive.ql.io.parquet"
FORMATS = {
    "csv": (*TEXT, f"{HADOOP}.hive.serde2.lazy.LazySimpleSerDe"),
    "json": (*TEXT, "org.openx.data.jsonserde.JsonSerDe"),
    "parquet": (
        f"{PARQUET}.MapredParquetInputFormat",
        f"{PARQUET}.MapredParquetOutputFormat",
        f"{PARQUET}.serde.ParquetHiveSerDe",
    ),
}


@dataclass
class Group:
    """The files of one table: below one location, with one list of partition keys."""

    name: str
    bucket: str
    prefix: str
    keys: list[str] = field(default_factory=list)
    partition_keys: list[str] = field(default_factory=list)
    partitions: dict[tuple[str, ...], str] = field(default_factory=dict)  # values to prefix
    size: int = 0


def register(backend: LocalGlueBackend, crawler: FakeCrawler) -> dict[str, int]:
    """Create or update every table of a crawler; answers what was done.

    Raises ValueError when a path or the database does not exist.
    """
    if crawler.database_name not in backend.databases:
        raise ValueError(f"Database {crawler.database_name} not found.")
    done = {"tablesCreated": 0, "tablesUpdated": 0, "partitionsCreated": 0}
    for target in (crawler.targets or {}).get("S3Targets", []):
        for group in _groups(backend, target):
            _register_group(backend, crawler, group, done)
    return done


def _groups(backend: LocalGlueBackend, target: dict[str, Any]) -> list[Group]:
    bucket_name, _, prefix = target["Path"].partition("://")[2].partition("/")
    buckets = s3_backends[backend.account_id][backend.partition].buckets
    if bucket_name not in buckets:
        raise ValueError(f"The bucket of {target['Path']} does not exist.")
    prefix = prefix.rstrip("/") + "/" if prefix.strip("/") else ""
    groups: dict[str, Group] = {}
    for key, found in sorted(buckets[bucket_name].keys.items()):
        relative = key.removeprefix(prefix)
        readable = isinstance(found, FakeKey) and key.startswith(prefix) and found.size
        if readable and _is_data(relative, target.get("Exclusions") or []):
            _add(groups, bucket_name, prefix, relative, found.size)
    return list(groups.values())


def _is_data(relative: str, exclusions: list[str]) -> bool:
    """Not what Spark and Hadoop leave behind; `_load_id=...` is a partition all the same."""
    parts = relative.split("/")
    hidden = any(part[:1] in ("_", ".") and "=" not in part for part in parts)
    excluded = any(fnmatch.fnmatch(relative, pattern) for pattern in exclusions)
    return bool(parts[-1]) and not hidden and not excluded


def _add(groups: dict[str, Group], bucket: str, prefix: str, relative: str, size: int) -> None:
    """Put a file into its table: the first plain folder's, else the prefix's own."""
    folders = relative.split("/")[:-1]
    own = folders[:1] if folders and "=" not in folders[0] else []
    location = prefix + "".join(f"{folder}/" for folder in own)
    last = location.rstrip("/").rpartition("/")[2] or bucket
    group = groups.setdefault(location, Group(last, bucket, location))
    named = [_partition(at, folder) for at, folder in enumerate(folders[len(own) :])]
    group.keys.append(prefix + relative)
    group.size += size
    group.partition_keys = group.partition_keys or [name for name, _ in named]
    if named:
        below = "".join(f"{folder}/" for folder in folders[len(own) :])
        group.partitions[tuple(value for _, value in named)] = location + below


def _partition(at: int, folder: str) -> tuple[str, str]:
    """`dt=2024-01-01` names its key; a plain folder gets AWS's partition_0."""
    name, equals, value = folder.partition("=")
    return (_clean(name), value) if equals else (f"partition_{at}", folder)


def _clean(name: str) -> str:
    return re.sub(r"\W", "_", name.lower())


def _schema(group: Group) -> Schema:
    root = context.current().s3_root / group.bucket
    found = [inference.read(Path(root / key)) for key in group.keys[:SAMPLES]]
    formats = defaultdict(list)
    for schema in found:
        formats[schema.format].append(schema)
    most = max(formats.values(), key=len)
    return inference.merge(most)


def _register_group(
    backend: LocalGlueBackend, crawler: FakeCrawler, group: Group, done: dict[str, int]
) -> None:
    name = _clean((crawler.table_prefix or "") + group.name)
    schema = _schema(group)
    database, wanted = crawler.database_name, _table(crawler, group, name, schema)
    tables = backend.databases[database].tables
    if name not in tables:
        backend.create_table(database, name, wanted)
        done["tablesCreated"] += 1
    elif _may_update(crawler) and _differs(tables[name], wanted):
        backend.update_table(database, name, wanted)
        done["tablesUpdated"] += 1
    table = backend.get_table(database, name)
    known = {tuple(one.partition_input["Values"]) for one in table.partitions.values()}
    for values, prefix in sorted(group.partitions.items()):
        if values not in known and len(values) == len(group.partition_keys):
            storage = _storage(group.bucket, prefix, schema)
            described = {"Values": list(values), "StorageDescriptor": storage}
            backend.create_partition(database, name, described)
            done["partitionsCreated"] += 1


def _may_update(crawler: FakeCrawler) -> bool:
    return (crawler.schema_change_policy or {}).get("UpdateBehavior") != "LOG"


def _differs(table: Any, wanted: dict[str, Any]) -> bool:
    known = table.as_dict()
    names = ("StorageDescriptor", "PartitionKeys", "Parameters")
    return any(known.get(name) != wanted[name] for name in names)


def _table(crawler: FakeCrawler, group: Group, name: str, schema: Schema) -> dict[str, Any]:
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in group.partition_keys],
        "StorageDescriptor": _storage(group.bucket, group.prefix, schema),
        "Parameters": {
            **schema.parameters,
            "classification": schema.format,
            "UPDATED_BY_CRAWLER": crawler.name,
            "CrawlerSchemaSerializerVersion": "1.0",
            "CrawlerSchemaDeserializerVersion": "1.0",
            "compressionType": schema.compression,
            "objectCount": str(len(group.keys)),
            "sizeKey": str(group.size),
            "typeOfData": "file",
        },
    }


def _storage(bucket: str, prefix: str, schema: Schema) -> dict[str, Any]:
    reads, writes, library = FORMATS[schema.format]
    delimiter = schema.parameters.get("delimiter")
    parameters = {"field.delim": delimiter} if delimiter else {"serialization.format": "1"}
    return {
        "Columns": [{"Name": name, "Type": kind} for name, kind in schema.columns.items()],
        "Location": f"s3://{bucket}/{prefix}",
        "InputFormat": reads,
        "OutputFormat": writes,
        "Compressed": schema.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": library, "Parameters": parameters},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": {"classification": schema.format},
        "StoredAsSubDirectories": False,
    }
