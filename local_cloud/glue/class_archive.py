"""Spark's classes, parsed once: an archive that the JVM of every job run maps into memory.

A JVM spends seconds on loading Spark's classes. HotSpot can keep them in a file (dynamic class
data sharing, Java 13 and later): a training run writes it at its end, later JVMs map it. They take
it only when it is of the same Java and their class path begins alike; that is why settings come as
a properties file and Spark's configuration directory, first on the class path, never exists.
An archive that does not fit is passed over in silence. It is made only where the cloud has a cache.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from local_cloud import children, context
from local_cloud.glue import processes, spark_conf

log = logging.getLogger(__name__)

OLDEST_JAVA = 13
POLL_SECONDS = 0.1
# A JVM of a job may start in a moment when the last one has just ended.
IDLE_SECONDS = 1.0
MOST_TRIES = 3
# Terraform needs the processors as well.
POLITE = 19
QUIET = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off")

_stopping = threading.Event()


def options() -> tuple[str, ...]:
    """What makes a JVM use the archive; nothing while there is none."""
    archive = _archive()
    if archive is None or not archive.exists():
        return ()
    return (f"-XX:SharedArchiveFile={_quoted(archive)}", "-Xshare:auto", *QUIET)


def train_in_background() -> None:
    """Make the archive while no job runs, unless it is there or cannot be made."""
    if context.current().cache is not None:
        threading.Thread(target=_train, daemon=True, name="class archive").start()


def stop() -> None:
    """Train no more; the training run is a child, and ends with the others."""
    _stopping.set()


def _train() -> None:
    try:
        archive = _archive()
        if archive is None or archive.exists():
            return
        archive.parent.mkdir(parents=True, exist_ok=True)
        with _alone(archive):
            for _ in range(MOST_TRIES):
                if archive.exists() or _stopping.is_set():
                    return
                _wait_until_idle()
                _try(archive)
    except Exception:  # it makes jobs faster; they run without it
        log.exception("the class archive was not made")


def _try(archive: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="training-", dir=context.current().work))
    draft = archive.with_suffix(".new")
    try:
        _make_base(archive)
        draft.unlink(missing_ok=True)
        if _ran_undisturbed(folder, draft):
            with draft.open("rb") as written:  # a torn archive would crash a JVM
                os.fsync(written.fileno())
            draft.replace(archive)
            _forget_others(archive)
            log.info("made the class archive, %d MB", archive.stat().st_size >> 20)
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _ran_undisturbed(folder: Path, draft: Path) -> bool:
    """One training run to its end; ended early, with False, when a job wants to run."""
    java = f"-XX:ArchiveClassesAtExit={_quoted(draft)}"
    base = _base(draft)
    more = (java, f"-XX:SharedArchiveFile={_quoted(base)}") if base.exists() else (java,)
    with (folder / "log").open("wb") as out:
        child = children.spawn(
            [*_politely(), sys.executable, Path(__file__).with_name("training.py"), folder],
            env=spark_conf.environment(folder, spark_conf.write(folder, [], "", (*more, *QUIET))),
            cwd=folder,
            stdout=out,
            stderr=out,
        )
        while child.poll() is None:
            if processes.running or _stopping.wait(POLL_SECONDS):
                children.end(child, 0)
                return False
    children.end(child, 0)
    if child.returncode != 0 or not draft.exists():
        said = (folder / "log").read_text(errors="replace")[-500:]
        log.warning("no class archive was written, status %d: %s", child.returncode, said)
        return False
    return True


def _make_base(archive: Path) -> None:
    """The archive of Java's own classes, which builds for pip leave out."""
    home, base = Path(spark_conf.java_home()), _base(archive)
    if (home / "lib" / "server" / "classes.jsa").exists() or base.exists():
        return
    draft = base.with_suffix(".new")
    dump = [f"{home}/bin/java", "-Xshare:dump", f"-XX:SharedArchiveFile={draft}"]
    subprocess.run(dump, check=True, capture_output=True, timeout=60)  # noqa: S603
    draft.replace(base)


def _forget_others(archive: Path) -> None:
    """Those of another Java or Spark: a hundred megabytes each."""
    for other in archive.parent.glob("spark-*"):
        if other.stem != archive.stem:
            other.unlink(missing_ok=True)


def _base(archive: Path) -> Path:
    return archive.with_suffix(".base")


def _wait_until_idle() -> None:
    while not _stopping.wait(IDLE_SECONDS):
        if not processes.running:
            return


@contextlib.contextmanager
def _alone(archive: Path) -> Iterator[None]:
    """One cloud at a time trains in a cache; the others find what it made."""
    with archive.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@functools.cache
def _archive() -> Path | None:
    """Where the archive of this Java and this Spark is or will be; None where none can be."""
    cache, spark = context.current().cache, importlib.util.find_spec("pyspark")
    if cache is None or spark is None or spark.origin is None:
        return None
    try:
        java = spark_conf.java_home()
    except spark_conf.NoJava:
        return None
    program = Path(f"{java}/bin/java")
    if (spark_conf.version(str(program)) or 0) < OLDEST_JAVA:
        return None
    jars = sorted((Path(spark.origin).parent / "jars").iterdir())
    parts = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in (program, *jars)]
    mark = hashlib.sha256(repr((spark_conf.DEFAULTS, parts)).encode()).hexdigest()[:16]
    return cache / f"spark-{mark}.jsa"


def _quoted(path: Path) -> str:
    """Spark's launcher takes Java's options apart at blanks."""
    return f'"{path}"' if " " in str(path) else str(path)


def _politely() -> list[str]:
    nice = shutil.which("nice")
    return [nice, "-n", str(POLITE)] if nice else []
