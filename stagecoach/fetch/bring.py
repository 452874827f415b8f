"""From an address to the landing zone: the file is landed when it is another one, and sound."""

from __future__ import annotations

import hashlib
import re
import tempfile
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from stagecoach import aws
from stagecoach.dataset import Dataset, Fetch
from stagecoach.errors import FetchFailed, FileRefused
from stagecoach.fetch.download import CHUNK, Known, Web
from stagecoach.fetch.periods import before, resolve
from stagecoach.log import log
from stagecoach.settings import Settings
from stagecoach.sniff import sniff

Answer = dict[str, Any]
SHA256 = re.compile(r"\b[0-9a-fA-F]{64}\b")
MD5 = re.compile(r"\b[0-9a-fA-F]{32}\b")


def bring(
    settings: Settings,
    dataset: Dataset,
    day: date | None = None,
    *,
    force: bool = False,
    web: Web | None = None,
) -> Answer:
    """Land the file of a day, by default of the one that the schedule is about.

    Answers {dataset, bucket, key, url, outcome: landed | unchanged, bytes, sha256} and, when it
    was landed, {version_id, attempts}. `force` lands a file that is much smaller than the last.
    Raises FetchFailed, after which everything is as it was.
    """
    how = dataset.source.fetch
    if how is None:
        raise FetchFailed(
            f"dataset {dataset.name!r} has no source.fetch - its files are sent, not fetched"
        )
    url = resolve(how.url, day or before(datetime.now(UTC).date(), how.behind))
    key = dataset.source.prefix + file_name(url, dataset)
    known = landed(settings.landing, key)
    web = web or Web(how.attempts, how.seconds)
    with tempfile.TemporaryFile() as file:
        found = web.download(url, known, file)
        told: Answer = {"dataset": dataset.name, "bucket": settings.landing, "key": key, "url": url}
        if found is None:
            log("fetched", step="fetch", outcome="unchanged", **told)
            return {**told, "outcome": "unchanged", "bytes": known.size, "sha256": known.sha256}
        _check(dataset, how, url, file, found.known, known, force=force, web=web)
        told["version_id"] = _land(settings.landing, key, file, url, found.known)
    told |= {"bytes": found.known.size, "sha256": found.known.sha256, "attempts": found.attempts}
    log("fetched", step="fetch", outcome="landed", **told)
    return {**told, "outcome": "landed"}


def file_name(url: str, dataset: Dataset) -> str:
    """The last part of the address's path; the dataset's name where that is no file's."""
    name = PurePosixPath(unquote(urlsplit(url).path)).name
    plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", name)
    return plain if "." in plain.strip(".") else f"{dataset.name}.{dataset.source.format}"


def landed(bucket: str, key: str) -> Known:
    """What is known of the file that was landed last under a key."""
    head = aws.head_object(bucket, key)
    if head is None:
        return Known()
    said = head["Metadata"]
    return Known(
        said.get("source-etag"), said.get("source-modified"), said.get("sha256"), head["size"]
    )


def _check(
    dataset: Dataset,
    how: Fetch,
    url: str,
    file: IO[bytes],
    new: Known,
    last: Known,
    *,
    force: bool,
    web: Web,
) -> None:
    """Raises FetchFailed for a file that shall not take the place of the last one."""
    size = new.size or 0

    def read(start: int, length: int) -> bytes:
        file.seek(start)
        return file.read(length)

    try:
        sniff(dataset, file_name(url, dataset), size, read)
    except FileRefused as refusal:
        raise FetchFailed(f"{url} was not landed: {refusal}") from refusal
    least = int((last.size or 0) * how.at_least)
    if size < least and not force:
        raise FetchFailed(
            f"{url} has {size:,} bytes, the last one had {last.size:,} - wanted at least "
            f"{least:,}; if it is right: stagecoach fetch {dataset.name} --force"
        )
    if how.checksum is not None:
        said = web.text(how.checksum.replace("{url}", url))
        _check_digest(url, said, file, str(new.sha256))


def _check_digest(url: str, said: str, file: IO[bytes], sha256: str) -> None:
    wanted = SHA256.search(said) or MD5.search(said)
    if wanted is None:
        raise FetchFailed(f"the checksum of {url} says {said[:60]!r} - wanted a SHA-256 or an MD5")
    if len(wanted[0]) == 64:
        found = sha256
    else:
        file.seek(0)
        digest = hashlib.md5(usedforsecurity=False)
        while piece := file.read(CHUNK):
            digest.update(piece)
        found = digest.hexdigest()
    if found != wanted[0].lower():
        raise FetchFailed(
            f"{url} has the checksum {found}, its sender says {wanted[0]} - it came broken, or it "
            "is being replaced right now; fetch it again"
        )


def _land(bucket: str, key: str, file: IO[bytes], url: str, known: Known) -> str:
    metadata = {
        "source-url": url,
        "source-etag": known.etag,
        "source-modified": known.modified,
        "sha256": known.sha256,
    }
    file.seek(0)
    return aws.upload(file, bucket, key, {name: value for name, value in metadata.items() if value})
