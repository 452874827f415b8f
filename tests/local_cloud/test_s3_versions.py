"""Versions of objects through the API: read, copied, deleted, and what is a file meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.local_cloud.objects import body
from tests.local_cloud.running_cloud import RunningCloud


def test_the_current_object_is_a_plain_file(s3: Any, cloud: RunningCloud, versioned: str) -> None:
    file = cloud.s3_root / versioned / "in" / "data.csv"
    s3.put_object(Bucket=versioned, Key="in/data.csv", Body=b"1")
    assert file.read_bytes() == b"1"
    s3.put_object(Bucket=versioned, Key="in/data.csv", Body=b"2")
    assert file.read_bytes() == b"2"
    s3.delete_object(Bucket=versioned, Key="in/data.csv")
    assert not file.exists()


def test_every_version_can_be_read_and_deleted(s3: Any, versioned: str) -> None:
    first = s3.put_object(Bucket=versioned, Key="k", Body=b"one")["VersionId"]
    second = s3.put_object(Bucket=versioned, Key="k", Body=b"two")["VersionId"]
    assert body(s3, versioned, "k", VersionId=first) == b"one"
    s3.delete_object(Bucket=versioned, Key="k", VersionId=second)
    assert body(s3, versioned, "k") == b"one"


def test_removing_a_delete_marker_brings_the_file_back(
    s3: Any, cloud: RunningCloud, versioned: str
) -> None:
    s3.put_object(Bucket=versioned, Key="k", Body=b"one")
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=marker)
    assert (cloud.s3_root / versioned / "k").read_bytes() == b"one"


def test_a_version_is_copied_without_a_second_body(
    s3: Any, cloud: RunningCloud, versioned: str
) -> None:
    old = s3.put_object(Bucket=versioned, Key="from", Body=b"old")["VersionId"]
    s3.put_object(Bucket=versioned, Key="from", Body=b"new")
    source = {"Bucket": versioned, "Key": "from", "VersionId": old}
    s3.copy_object(Bucket=versioned, Key="to", CopySource=source)
    assert body(s3, versioned, "to") == b"old"
    assert (cloud.s3_root / versioned / "to").stat().st_nlink == 3


def test_parts_may_be_copied_from_ranges_of_a_version(s3: Any, versioned: str) -> None:
    old = s3.put_object(Bucket=versioned, Key="from", Body=b"0123456789")["VersionId"]
    s3.put_object(Bucket=versioned, Key="from", Body=b"other")
    upload = s3.create_multipart_upload(Bucket=versioned, Key="to")["UploadId"]
    asked = {"Bucket": versioned, "Key": "to", "UploadId": upload}
    source = {"Bucket": versioned, "Key": "from", "VersionId": old}
    part = s3.upload_part_copy(
        **asked, PartNumber=1, CopySource=source, CopySourceRange="bytes=2-4"
    )
    parts = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
    s3.complete_multipart_upload(**asked, MultipartUpload={"Parts": parts})
    assert body(s3, versioned, "to") == b"234"


def test_a_delete_marker_can_be_deleted_after_versioning_ends(s3: Any, bucket: str) -> None:
    def versioning(status: str) -> None:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})

    versioning("Enabled")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.delete_object(Bucket=bucket, Key="k")
    versioning("Suspended")
    s3.delete_object(Bucket=bucket, Key="k")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_versions_can_be_listed_while_keys_are_deleted(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    puts = [s3.put_object(Bucket=bucket, Key=f"k{n}", Body=b"x") for n in range(60)]

    def forget(number: int) -> None:
        version = puts[number]["VersionId"]
        s3.delete_object(Bucket=bucket, Key=f"k{number}", VersionId=version)
        s3.list_object_versions(Bucket=bucket)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(forget, range(60)))
    assert "Versions" not in s3.list_object_versions(Bucket=bucket)


def test_who_reads_while_an_object_is_replaced_gets_the_old_or_the_new(
    s3: Any, bucket: str
) -> None:
    contents = [str(at).encode() for at in range(400)]
    s3.put_object(Bucket=bucket, Key="k", Body=contents[0])
    with ThreadPoolExecutor(1) as beside:
        writing = beside.submit(
            lambda: [s3.put_object(Bucket=bucket, Key="k", Body=each) for each in contents[1:]]
        )
        read = []
        while not writing.done():
            read.append(int(body(s3, bucket, "k")))
    writing.result()
    assert read == sorted(read)
    assert len(set(read)) > 10
