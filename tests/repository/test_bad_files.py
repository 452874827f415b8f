"""The table of bad files can be made, and says what becomes of each of them."""

import pytest

from tests.bad_files import table
from tests.sniff.test_bad_files import NAMES


@pytest.mark.skipif(not NAMES, reason="the bad files are not there")
def test_every_bad_file_has_one_line_with_its_outcome():
    lines = table()[4:]
    assert len(lines) == 63
    assert all("accepted" in line or "refused on arrival: " in line for line in lines)
