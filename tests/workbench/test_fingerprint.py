"""Whether anything changed since the last apply."""

import pytest

from workbench.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform" / "main.tf").write_text("a")
    return tmp_path / "terraform"


def test_the_same_files_have_the_same_fingerprint(folder):
    assert fingerprint([folder], "x") == fingerprint([folder], "x")


def test_one_byte_more_is_another_fingerprint(folder):
    before = fingerprint([folder])
    (folder / "main.tf").write_text("ab")
    assert fingerprint([folder]) != before


def test_a_renamed_file_is_another_fingerprint(folder):
    before = fingerprint([folder])
    (folder / "main.tf").rename(folder / "other.tf")
    assert fingerprint([folder]) != before


def test_what_terraform_writes_beside_its_sources_does_not_count(folder):
    before = fingerprint([folder])
    (folder / ".terraform").mkdir()
    (folder / ".terraform" / "provider").write_text("x")
    (folder / "terraform.tfstate").write_text("x")
    assert fingerprint([folder]) == before


def test_another_endpoint_is_another_fingerprint(folder):
    assert fingerprint([folder], "http://127.0.0.1:1") != fingerprint(
        [folder], "http://127.0.0.1:2"
    )
