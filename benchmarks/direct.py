"""Run a job of ours as a process of its own, on files and a database that need no cloud.

    python -m benchmarks.direct transform|stage|jdbc arguments.json

It runs exactly what the Glue job runs after it has looked up its load.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pg8000.dbapi

from benchmarks.database import NAME, Bench
from benchmarks.usage import Usage
from stagecoach.dataset import Dataset
from stagecoach.frames import jdbc
from stagecoach.frames.job import Job, Zones
from stagecoach.frames.session import Session, start
from stagecoach.frames.stage import stage_into
from stagecoach.frames.steps import Steps
from stagecoach.frames.transform import transform
from stagecoach.manifest import Manifest
from tests.postgres import PASSWORD

ARGUMENTS = "arguments.json"
SAMPLE = "sample_of_the_benchmark"


@dataclass
class Load:
    """What a load came to: seconds by step and in all, the rows applied, and what was used.

    `cpu` is seconds of the jobs, `server_cpu` those of the database meanwhile; `peak` is bytes.
    """

    total: float = 0
    rows: int = 0
    peak: int = 0
    cpu: float = 0
    server_cpu: float = 0
    steps: list[tuple[str, float]] = field(default_factory=list)


def run(bench: Bench, file: Path, folder: Path) -> Load:
    """Take the file all the way to applied, each job a process of its own as on Glue."""
    load, began = Load(), time.monotonic()
    server = bench.server
    told = {
        "dataset": bench.dataset.to_json(), "load_id": bench.arrive(), "file": str(file),
        "folder": str(folder), "host": server.host, "port": server.port, "user": server.user,
    }  # fmt: skip
    (folder / ARGUMENTS).write_text(json.dumps(told), "utf-8")
    with Usage(server.process.pid) as database:
        for name in ("transform", "stage"):
            job_began = time.monotonic()
            steps, used = _process(name, folder)
            rest = time.monotonic() - job_began - sum(seconds for _, seconds in steps)
            load.steps += [(f"{name}: {step}", seconds) for step, seconds in steps]
            load.steps.append((f"{name}: rest of the process", rest))
            load.peak = max(load.peak, used.peak)
            load.cpu += used.cpu
    load.server_cpu = database.cpu
    load.total = time.monotonic() - began
    live = bench.dataset.postgres
    counted = bench.run(f'select count(*) from "{live.schema}"."{live.table}"')  # noqa: S608
    load.rows = int(str(counted[0][0]))
    return load


def jdbc_rates(bench: Bench, folder: Path, sample: int) -> dict[str, float]:
    """Rows per second of Spark's JDBC writer, by setting, after `run`; empty without pgJDBC."""
    if jdbc.find_driver() is None:
        return {}
    columns = ", ".join(f'"{column.name}" {column.type}' for column in bench.dataset.columns)
    bench.run(f"create unlogged table {SAMPLE} ({columns}, _row_no bigint, _row_hash bigint)")
    arguments = folder / ARGUMENTS
    told = json.loads(arguments.read_text("utf-8"))
    arguments.write_text(json.dumps({**told, "sample": sample, "table": SAMPLE}), "utf-8")
    steps, _ = _process("jdbc", folder)
    return {name: sample / seconds for name, seconds in steps if "reWrite" in name}


def _process(name: str, folder: Path) -> tuple[list[tuple[str, float]], Usage]:
    """Run a job; answers its steps and what it used."""
    command = [sys.executable, "-m", "benchmarks.direct", name, str(folder / ARGUMENTS)]
    process = subprocess.Popen(command)  # noqa: S603 - ourselves
    with Usage(process.pid) as used:
        if process.wait() != 0:
            raise RuntimeError(f"the job {name} failed, see above")
    steps = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return [(step, seconds) for step, seconds in steps], used


def main(name: str, path: Path) -> None:
    """Run one job and leave its steps beside the arguments."""
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    dataset = Dataset.from_json(told["dataset"])
    zone = f"file://{told['folder']}"
    job = Job.under(
        dataset,
        told["load_id"],
        1,
        f"file://{told['file']}",
        Zones(*(f"{zone}/{name}" for name in ("pinned", "clean", "rejected"))),
    )
    steps = Steps(job.named)

    def started() -> Any:
        spark, seconds = start(name, jdbc.find_driver() if name == "jdbc" else None)
        steps.add("spark start", seconds)
        return spark

    session = Session(started)
    if name == "transform":
        transform(session, job, steps)
    elif name == "stage":
        where = {key: told[key] for key in ("host", "port", "user")}
        connect = partial(pg8000.dbapi.connect, **where, password=PASSWORD, database=NAME)
        stage_into(session, job, steps, connect)
    else:
        _jdbc(session.spark, job, told, steps)
    taken = [(step["step"], step["seconds"]) for step in steps.taken]
    (path.parent / f"{name}.json").write_text(json.dumps(taken), "utf-8")


def _jdbc(spark: Any, job: Job, told: dict[str, Any], steps: Steps) -> None:
    """Spark's JDBC writer on a sample of the clean rows, without and with rewritten batches."""
    manifest = Manifest.from_json(Path(job.manifest.removeprefix("file://")).read_text("utf-8"))
    rows = spark.read.parquet(*manifest.files).limit(told["sample"]).repartition(2).cache()
    rows.count()
    for rewrite in ("false", "true"):
        where = jdbc.JdbcDatabase(
            told["host"],
            str(told["port"]),
            NAME,
            told["user"],
            PASSWORD,
            (("reWriteBatchedInserts", rewrite),),
        )
        with steps.step(f"reWriteBatchedInserts={rewrite}"):
            jdbc.append(rows, told["table"], where)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
