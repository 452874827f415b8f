"""Judge one load: good rows go on as Parquet, rejected rows are kept with their reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pyspark.sql import SparkSession

from stagecoach.dataset import Dataset
from stagecoach.errors import LoadRejected, Permanent
from stagecoach.frames import objects
from stagecoach.frames.files import reading
from stagecoach.frames.files.judging import Plan
from stagecoach.frames.files.typed import TypedPlan
from stagecoach.frames.job import Job
from stagecoach.frames.rows import rules, writing
from stagecoach.frames.rows.meanings import Meant, meanings
from stagecoach.frames.rows.onepass import OnePass
from stagecoach.frames.session import Session
from stagecoach.frames.spread import Spread
from stagecoach.frames.steps import Steps
from stagecoach.manifest import SAMPLE, Counts, Manifest, Reject, reason_to_reject

NOTHING = Counts(read=0, header=0, good=0, rejected=0)


def transform(session: Session, job: Job, steps: Steps) -> Manifest:
    """Read the pinned object, write the clean and the rejected zone and the manifest.

    A retry writes over what an earlier attempt left. Raises LoadRejected (or FileRefused) when the
    file is refused; the manifest says so then, and nothing is left in the clean zone.
    """
    objects.remove(job.rejected)
    objects.remove(job.clean)
    try:
        manifest = _judge(session, job, steps)
    except Exception as error:
        refusal = reading.as_refusal(error)
        if isinstance(refusal, Permanent):
            _refuse(job, steps, _manifest(job, NOTHING, reason=str(refusal)))
            raise refusal from None
        raise
    if manifest.verdict == "rejected":
        _refuse(job, steps, manifest)
        raise LoadRejected(manifest.reason)
    _write(job, steps, manifest)
    return manifest


def _judge(session: Session, job: Job, steps: Steps) -> Manifest:
    if job.dataset.source.mart:
        from stagecoach.frames.marts.compute import compute  # files do without

        return compute(session.spark, job, steps)
    spread = Spread.of(session, job.dataset)
    if not spread.alone:
        session.spark  # noqa: B018 - starts it before anything is timed
    with steps.step("look"):
        seen = reading.look(spread, job.dataset, job.pinned)
        seen = replace(seen, meanings=_meanings(job, seen.drift.dataset))
    plan = seen.in_one_pass()
    if plan is None:
        written, rejects = _by_spark(session.spark, job, seen, steps)
    else:
        with steps.step("read and judge"):
            written, rejects = _in_one_pass(spread, job, plan, seen.drift.dataset)
    reason = reason_to_reject(written.counts, job.dataset.load, written.failed)
    manifest = _manifest(job, written.counts, reason)
    manifest.hash_sum = str(written.hash_sum)
    manifest.warnings = written.warnings
    manifest.rejects = rejects
    manifest.files = written.files
    manifest.columns = [column.name for column in seen.drift.dataset.columns]
    manifest.drift = seen.drift.told
    manifest.extras = seen.drift.asked
    return manifest


def _meanings(job: Job, dataset: Dataset) -> dict[str, Meant]:
    """How columns with codes and look-ups are reckoned, by the rows that the load was given."""
    wanted = [column.lookup for column in dataset.columns if column.lookup]
    tables = {}
    for rows in job.lookups:
        taken = sorted({lookup.take for lookup in wanted if lookup.dataset == rows.name})
        tables[rows.name] = rows.read(taken)
    return meanings(dataset, tables)


def _in_one_pass(
    spread: Spread, job: Job, plan: Plan | TypedPlan, dataset: Dataset
) -> tuple[writing.Written, list[Reject]]:
    work = OnePass(plan, writing.writer_of(dataset, job.clean), job.rejected)
    told = spread.over(range(len(plan.splits)), work)
    rejects = [Reject(**row).shortened() for each in told for row in each["rejects"]]
    return writing.summed(dataset, told), rejects[:SAMPLE]


def _by_spark(
    spark: SparkSession, job: Job, seen: reading.Look, steps: Steps
) -> tuple[writing.Written, list[Reject]]:
    """With checks that only Spark can reckon; a second pass keeps the rejected rows."""
    dataset = seen.drift.dataset
    with steps.step("read and judge"):
        judged = rules.judge(seen.frame(spark), dataset, seen.meanings)
        written = writing.write_good(judged, dataset, job.clean)
    if not written.counts.rejected:
        return written, []
    with steps.step("keep rejected"):
        judged = rules.judge(seen.frame(spark, raw=True), dataset, seen.meanings)
        writing.write_rejected(judged, job.rejected)
        return written, writing.first_rejects(spark.read.parquet(job.rejected))


def _manifest(job: Job, counts: Counts, reason: str | None) -> Manifest:
    verdict: Literal["good", "rejected"] = "rejected" if reason else "good"
    return Manifest(job.load_id, job.dataset.name, job.attempt, verdict, counts, reason)


def _refuse(job: Job, steps: Steps, manifest: Manifest) -> None:
    objects.remove(job.clean)
    manifest.files = []
    _write(job, steps, manifest)


def _write(job: Job, steps: Steps, manifest: Manifest) -> None:
    manifest.steps = steps.taken
    objects.write(job.manifest, manifest.to_json().encode())
