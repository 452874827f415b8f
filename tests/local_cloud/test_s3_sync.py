"""Files written below `s3/<bucket>/` by somebody else become objects."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local_cloud.running_cloud import ROOT

# `sync` is a call inside the process, so these run it in one of their own.
SCRIPT = """
import json, sys
from pathlib import Path
from moto.s3 import notifications
from moto.s3.models import s3_backends
from local_cloud import context, s3
context.start(context.Cloud(Path(sys.argv[1]), 1))
s3.install()
heard = []
notifications.send_event = lambda _, name, __, key: heard.append([str(name.value), key.name])
backend = s3_backends["123456789012"]["aws"]
bucket = backend.create_bucket("lake", "us-east-1")
root = context.current().s3_root / "lake"
def write(key, content=b"x"):
    file = root / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
def keys():
    return sorted(key for key in bucket.keys if hasattr(bucket.keys[key], "value"))
result = None
"""


def inside(tmp_path: Path, code: str) -> Any:
    program = f"{SCRIPT}{code}\nprint(json.dumps(result))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    if done.returncode:
        pytest.fail(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def test_a_new_file_is_an_object_with_its_event(tmp_path: Path) -> None:
    result = inside(
        tmp_path,
        "write('t/dt=1/part 0.parquet', b'abc'); n = s3.sync('lake')\n"
        "result = [n, keys(), heard, backend.get_object('lake', keys()[0]).value.decode()]",
    )
    key = "t/dt=1/part 0.parquet"
    assert result == [1, [key], [["s3:ObjectCreated:Put", key]], "abc"]


def test_a_second_sync_finds_nothing(tmp_path: Path) -> None:
    assert inside(tmp_path, "write('a'); s3.sync_all(); result = [s3.sync_all(), len(heard)]") == [
        0,
        1,
    ]


def test_objects_put_through_the_api_are_not_new(tmp_path: Path) -> None:
    assert inside(tmp_path, "backend.put_object('lake', 'a', b'1'); result = s3.sync_all()") == 0


def test_checksum_files_and_unfinished_output_stay_hidden(tmp_path: Path) -> None:
    result = inside(
        tmp_path,
        "for key in ['_temporary/0/p', '.p.crc', 't/._SUCCESS.crc', 't/_SUCCESS']: write(key)\n"
        "s3.sync('lake'); result = keys()",
    )
    assert result == ["t/_SUCCESS"]


def test_a_removed_file_is_a_removed_object(tmp_path: Path) -> None:
    result = inside(
        tmp_path,
        "backend.put_object('lake', 'a', b'1'); (root / 'a').unlink()\n"
        "result = [s3.sync('lake'), keys()]",
    )
    assert result == [1, []]


def test_a_key_that_cannot_be_a_file_is_not_taken_for_removed(tmp_path: Path) -> None:
    result = inside(
        tmp_path,
        "for key in ['a', 'a/b', '../up', 'n' * 300]: backend.put_object('lake', key, b'1')\n"
        "result = [s3.sync('lake'), len(keys())]",
    )
    assert result == [0, 4]


def test_a_replaced_file_is_a_new_version(tmp_path: Path) -> None:
    result = inside(
        tmp_path,
        "bucket.versioning_status = 'Enabled'; backend.put_object('lake', 'a', b'1')\n"
        "(root / 'new').write_bytes(b'22'); (root / 'new').replace(root / 'a'); s3.sync('lake')\n"
        "result = [each.value.decode() for each in bucket.keys.getlist('a')]",
    )
    assert result == ["1", "22"]


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("no")
    result = inside(
        tmp_path,
        "write('a'); (root / 'link').symlink_to(Path(sys.argv[1]) / 'secret')\n"
        "s3.sync('lake'); result = keys()",
    )
    assert result == ["a"]
