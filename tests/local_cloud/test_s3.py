"""Objects through the API: bodies, ranges, copies, multipart uploads, odd keys."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_cloud.objects import body
from tests.local_cloud.running_cloud import RunningCloud

MB = 1 << 20
ODD_KEYS = [
    "plain",
    "with space/and+plus/100%/é/😀.csv",
    "dt=2013-01-01/part=1",
    "a//b",
    "../../etc/passwd",
    "x/../../y",
    "./here",
    "folder/",
    "/leading",
    "%2e%2e%2fsecret",
    "q?x=1&y=2#z",
    "n" * 300,
    "/".join(["é" * 100] * 5),
    "k" * 1024,
    ".hidden/.crc",
    "tab\tand\\backslash",
]


def code(wrong: pytest.ExceptionInfo[ClientError]) -> str:
    return wrong.value.response["Error"]["Code"]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_comes_back_as_it_was(s3: Any, bucket: str, key: str) -> None:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    assert body(s3, bucket, key) == key.encode()
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    s3.delete_object(Bucket=bucket, Key=key)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_no_key_leaves_the_directory_of_its_bucket(
    s3: Any, cloud: RunningCloud, bucket: str
) -> None:
    before = set(cloud.s3_root.iterdir())
    for key in ODD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert set(cloud.s3_root.iterdir()) - before == {cloud.s3_root / bucket}
    assert not (cloud.state / "y").exists()
    assert not (cloud.state.parent / "etc").exists()


def test_a_key_and_a_key_below_it_are_two_objects(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"one")
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"two")
    assert (body(s3, bucket, "a"), body(s3, bucket, "a/b")) == (b"one", b"two")


def test_a_bucket_name_that_is_a_path_is_refused(s3: Any, cloud: RunningCloud) -> None:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    signed = "AWS4-HMAC-SHA256 Credential=test/20261120/us-east-1/s3/aws4_request, X"
    asked = Request(f"{cloud.endpoint}/...", method="PUT", headers={"Authorization": signed})
    with pytest.raises(HTTPError):
        urlopen(asked)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("bytes=0-3", b"0123"),
        ("bytes=8-", b"89"),
        ("bytes=-2", b"89"),
        ("bytes=5-99", b"56789"),
        ("bytes=-99", b"0123456789"),
    ],
)
def test_a_range_is_answered_with_those_bytes(s3: Any, bucket: str, asked: str, got: bytes) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    answer = s3.get_object(Bucket=bucket, Key="k", Range=asked)
    assert answer["Body"].read() == got
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_beyond_the_end_is_refused(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")
    with pytest.raises(ClientError) as wrong:
        s3.get_object(Bucket=bucket, Key="k", Range="bytes=10-")
    assert code(wrong) == "InvalidRange"


def test_an_empty_object_is_an_object(s3: Any, cloud: RunningCloud, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    assert body(s3, bucket, "empty") == b""
    assert (cloud.s3_root / bucket / "empty").stat().st_size == 0


def test_metadata_and_tags_come_back(s3: Any, bucket: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key="k",
        Body=gzip.compress(b"x"),
        ContentType="text/csv",
        ContentEncoding="gzip",
        Metadata={"Sender": "acme"},
        Tagging="kind=raw",
    )
    answer = s3.get_object(Bucket=bucket, Key="k")
    assert (answer["ContentType"], answer["ContentEncoding"]) == ("text/csv", "gzip")
    assert answer["Metadata"] == {"sender": "acme"}
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [
        {"Key": "kind", "Value": "raw"}
    ]


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_is_kept(s3: Any, bucket: str, algorithm: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"abc", ChecksumAlgorithm=algorithm)
    answer = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert answer[f"Checksum{algorithm}"]
    assert s3.get_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")["Body"].read() == b"abc"


def test_a_damaged_body_is_refused(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as wrong:
        s3.put_object(Bucket=bucket, Key="k", Body=b"abc", ChecksumCRC32="AAAAAA==")
    assert code(wrong) == "BadDigest"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_signed_chunked_body_is_decoded(s3: Any, cloud: RunningCloud, bucket: str) -> None:
    from urllib.request import Request, urlopen

    chunks = b"5;chunk-signature=ab\r\nhello\r\n6;chunk-signature=cd\r\n world\r\n"
    trailer = b"0;chunk-signature=ef\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=t/20261120/us-east-1/s3/aws4_request, X",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "11",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked",
        "Content-Type": "text/plain",
    }
    url = f"{cloud.endpoint}/{bucket}/chunked"
    urlopen(Request(url, chunks + trailer, headers, method="PUT")).read()
    assert body(s3, bucket, "chunked") == b"hello world"


def test_an_upload_to_no_bucket_leaves_no_file(s3: Any, cloud: RunningCloud) -> None:
    before = sum(1 for _ in (cloud.state / "versions").glob("*/*"))
    with pytest.raises(ClientError) as wrong:
        s3.put_object(Bucket="nobodys-bucket", Key="k", Body=b"abc")
    assert code(wrong) == "NoSuchBucket"
    assert sum(1 for _ in (cloud.state / "versions").glob("*/*")) == before


def test_the_etag_of_a_put_is_its_md5(s3: Any, bucket: str) -> None:
    answer = s3.put_object(Bucket=bucket, Key="k", Body=b"abc")
    assert answer["ETag"].strip('"') == hashlib.md5(b"abc").hexdigest()


def parts_of(s3: Any, bucket: str, key: str, bodies: list[bytes]) -> dict[str, Any]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(
                Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
            )["ETag"],
        }
        for number, part in enumerate(bodies, 1)
    ]
    return {"Bucket": bucket, "Key": key, "UploadId": upload, "MultipartUpload": {"Parts": parts}}


def test_parts_become_one_object(s3: Any, cloud: RunningCloud, bucket: str) -> None:
    done = s3.complete_multipart_upload(
        **parts_of(s3, bucket, "big", [b"a" * 5 * MB, b"b" * 5 * MB, b"c"])
    )
    assert done["ETag"].strip('"').endswith("-3")
    whole = b"a" * 5 * MB + b"b" * 5 * MB + b"c"
    assert (cloud.s3_root / bucket / "big").read_bytes() == whole
    assert body(s3, bucket, "big", Range=f"bytes={10 * MB - 1}-") == b"bc"


def test_a_wrong_part_a_small_part_and_an_unknown_upload_are_refused(s3: Any, bucket: str) -> None:
    small = parts_of(s3, bucket, "k", [b"a", b"b"])
    with pytest.raises(ClientError) as too_small:
        s3.complete_multipart_upload(**small)
    wrong_part = parts_of(s3, bucket, "k", [b"a"])
    wrong_part["MultipartUpload"]["Parts"][0]["ETag"] = '"0"'
    with pytest.raises(ClientError) as wrong:
        s3.complete_multipart_upload(**wrong_part)
    with pytest.raises(ClientError) as unknown:
        s3.complete_multipart_upload(**{**small, "UploadId": "nothing"})
    assert [code(each) for each in (too_small, wrong, unknown)] == [
        "EntityTooSmall",
        "InvalidPart",
        "NoSuchUpload",
    ]


def test_an_aborted_upload_leaves_no_file(s3: Any, cloud: RunningCloud, bucket: str) -> None:
    before = sum(1 for _ in (cloud.state / "versions").glob("*/*"))
    upload = parts_of(s3, bucket, "k", [b"a" * MB])
    del upload["MultipartUpload"]
    s3.abort_multipart_upload(**upload)
    assert sum(1 for _ in (cloud.state / "versions").glob("*/*")) == before


def test_a_copy_outlives_its_source(s3: Any, bucket: str) -> None:
    s3.complete_multipart_upload(**parts_of(s3, bucket, "from", [b"a" * 5 * MB, b"b"]))
    s3.copy_object(Bucket=bucket, Key="to", CopySource={"Bucket": bucket, "Key": "from"})
    s3.delete_object(Bucket=bucket, Key="from")
    assert body(s3, bucket, "to", Range="bytes=-2") == b"ab"


def test_a_large_upload_does_not_pass_through_memory(
    s3: Any, cloud: RunningCloud, bucket: str, tmp_path: Path
) -> None:
    psutil = pytest.importorskip("psutil")
    process = psutil.Process(cloud.process.pid)
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(200 * MB)
    before = process.memory_info().rss
    with file.open("rb") as content:
        s3.put_object(Bucket=bucket, Key="single", Body=content)
    s3.upload_file(str(file), bucket, "parts")
    s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "parts"})
    s3.download_file(bucket, "copy", str(tmp_path / "back"))
    assert (tmp_path / "back").stat().st_size == 200 * MB
    assert process.memory_info().rss - before < 60 * MB


def test_a_deny_with_a_condition_does_not_lock_everybody_out(s3: Any, bucket: str) -> None:
    import json

    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{bucket}/*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert body(s3, bucket, "k") == b"x"
