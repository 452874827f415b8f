"""An acknowledged write is still there after kill -9, whatever a snapshot knew of it."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.running_cloud import RunningCloud

MB = 1 << 20
BUCKET = "durable"


@pytest.fixture
def running(start: Any) -> RunningCloud:
    """A cloud with a versioned bucket in its snapshot, and nothing else."""
    running = start()
    s3 = running.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    running.admin("/_local/save", "POST")
    return running


def kill_and_start(running: RunningCloud, start: Any) -> tuple[RunningCloud, Any]:
    running.stop(signal.SIGKILL)
    again = start()
    return again, again.client("s3")


def test_versions_metadata_and_tags_survive(running: RunningCloud, start: Any) -> None:
    s3 = running.client("s3")
    first = s3.put_object(
        Bucket=BUCKET, Key="k", Body=b"one", Metadata={"n": "1"}, Tagging="kind=raw"
    )["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"two")
    again, s3 = kill_and_start(running, start)
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"two"
    old = s3.get_object(Bucket=BUCKET, Key="k", VersionId=first)
    assert (old["Body"].read(), old["Metadata"]) == (b"one", {"n": "1"})
    tags = s3.get_object_tagging(Bucket=BUCKET, Key="k", VersionId=first)["TagSet"]
    assert tags == [{"Key": "kind", "Value": "raw"}]
    assert (again.s3_root / BUCKET / "k").read_bytes() == b"two"


def test_deletions_survive(running: RunningCloud, start: Any) -> None:
    s3 = running.client("s3")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"one")
    running.admin("/_local/save", "POST")
    s3.delete_object(Bucket=BUCKET, Key="k")
    again, s3 = kill_and_start(running, start)
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
    assert len(s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"]) == 1
    assert not (again.s3_root / BUCKET / "k").exists()


def test_an_upload_in_parts_goes_on_after_the_crash(running: RunningCloud, start: Any) -> None:
    s3 = running.client("s3")
    asked = {"Bucket": BUCKET, "Key": "big"}
    asked["UploadId"] = s3.create_multipart_upload(**asked)["UploadId"]
    etags = [s3.upload_part(**asked, PartNumber=1, Body=b"a" * 5 * MB)["ETag"]]
    _, s3 = kill_and_start(running, start)
    etags.append(s3.upload_part(**asked, PartNumber=2, Body=b"b")["ETag"])
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
    s3.complete_multipart_upload(**asked, MultipartUpload={"Parts": parts})
    assert s3.head_object(Bucket=BUCKET, Key="big")["ContentLength"] == 5 * MB + 1


def test_copies_and_finished_uploads_survive(
    running: RunningCloud, start: Any, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 9 * MB)
    s3 = running.client("s3")
    s3.upload_file(str(file), BUCKET, "parts")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "parts"})
    _, s3 = kill_and_start(running, start)
    sizes = [each["Size"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert sizes == [9 * MB, 9 * MB]


def test_a_torn_last_record_costs_only_itself(
    running: RunningCloud, start: Any, state: Path
) -> None:
    running.client("s3").put_object(Bucket=BUCKET, Key="k", Body=b"one")
    running.stop(signal.SIGKILL)
    segment = max((state / "journal").iterdir())
    segment.write_bytes(segment.read_bytes() + b"\0\0\1\0torn")
    s3 = start().client("s3")
    assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"one"


def test_a_file_without_a_version_is_removed_at_the_start(
    running: RunningCloud, start: Any, state: Path
) -> None:
    orphan = state / "versions" / "ab" / "abandoned"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half an upload")
    kill_and_start(running, start)
    assert not orphan.exists()
