"""Judge one load: good rows go on as Parquet, rejected rows are kept with their reasons."""

from __future__ import annotations

from typing import Literal

from pyspark.sql import DataFrame, SparkSession

from stagecoach.errors import LoadRejected, Permanent
from stagecoach.frames import files, reading, rules, writing
from stagecoach.frames.job import Job
from stagecoach.frames.session import Session
from stagecoach.frames.steps import Steps
from stagecoach.manifest import Counts, Manifest, Reject, reason_to_reject

NOTHING = Counts(read=0, header=0, good=0, rejected=0)


def transform(session: Session, job: Job, steps: Steps) -> Manifest:
    """Read the pinned object, write the clean and the rejected zone and the manifest.

    A retry writes over what an earlier attempt left. Raises LoadRejected (or FileRefused) when the
    file is refused; the manifest says so then, and nothing is left in the clean zone.
    """
    spark = session.spark
    files.remove(spark, job.rejected)
    files.remove(spark, job.clean)
    try:
        manifest = _judge(spark, job, steps)
    except Exception as error:
        refusal = reading.as_refusal(error)
        if isinstance(refusal, Permanent):
            _refuse(spark, job, steps, _manifest(job, NOTHING, reason=str(refusal)))
            raise refusal from None
        raise
    if manifest.verdict == "rejected":
        _refuse(spark, job, steps, manifest)
        raise LoadRejected(manifest.reason)
    _write(spark, job, steps, manifest)
    return manifest


def _judge(spark: SparkSession, job: Job, steps: Steps) -> Manifest:
    with steps.step("look"):
        lines, plan, drift = reading.judged(spark, job.dataset, job.pinned)
    with steps.step("read and judge"):
        judged = rules.judge(reading.frame(lines, plan), drift.dataset)
        written = writing.write_good(judged, drift.dataset, job.clean)
    rejects = []
    if written.counts.rejected:
        with steps.step("keep rejected"):
            judged = rules.judge(reading.frame(lines, plan.with_raw()), drift.dataset)
            rejects = _keep_rejected(spark, judged, job.rejected)
    limit = job.dataset.load.max_rejects
    manifest = _manifest(
        job, written.counts, reason_to_reject(written.counts, limit, written.failed)
    )
    manifest.hash_sum = str(written.hash_sum)
    manifest.warnings = written.warnings
    manifest.rejects = rejects
    manifest.files = written.files
    manifest.columns = [column.name for column in drift.dataset.columns]
    manifest.drift = drift.told
    manifest.extras = drift.asked
    return manifest


def _keep_rejected(spark: SparkSession, judged: DataFrame, uri: str) -> list[Reject]:
    writing.write_rejected(judged, uri)
    return writing.first_rejects(spark.read.parquet(uri))


def _manifest(job: Job, counts: Counts, reason: str | None) -> Manifest:
    verdict: Literal["good", "rejected"] = "rejected" if reason else "good"
    return Manifest(job.load_id, job.dataset.name, job.attempt, verdict, counts, reason)


def _refuse(spark: SparkSession, job: Job, steps: Steps, manifest: Manifest) -> None:
    files.remove(spark, job.clean)
    manifest.files = []
    _write(spark, job, steps, manifest)


def _write(spark: SparkSession, job: Job, steps: Steps, manifest: Manifest) -> None:
    manifest.steps = steps.taken
    files.write_text(spark, job.manifest, manifest.to_json())
