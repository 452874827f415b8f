"""Zips that tell nothing of the machine, and distributions that Lambda can load."""

import io
import zipfile

import pytest

from stagecoach.errors import SetupError
from workbench.zips import installed, pack


def test_entries_are_sorted_and_have_one_time_and_one_mode():
    archive = zipfile.ZipFile(io.BytesIO(pack({"b.py": b"2", "a.py": b"1"})))
    assert archive.namelist() == ["a.py", "b.py"]
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}


def test_a_distribution_comes_with_all_that_it_requires_and_their_licences():
    files = installed("pg8000")
    assert {"pg8000/core.py", "scramp/core.py", "asn1crypto/core.py", "six.py"} <= set(files)
    assert sum("LICENSE" in name for name in files) == 5


def test_a_distribution_with_compiled_code_is_refused():
    with pytest.raises(
        SetupError, match=r"psutil holds the compiled file psutil/\S+\.so - only pure"
    ):
        installed("psutil")


def test_a_distribution_that_is_not_installed_is_named():
    with pytest.raises(SetupError, match="no_such_thing is not installed - run make setup"):
        installed("no_such_thing")
