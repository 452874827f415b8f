"""The demo's claims: the files differ as it says, and a wrong count ends it."""

from operator import itemgetter

import pytest

from tests.workbench.test_targets import APPLIED, DIFFERS, FAILED, load
from workbench.demo.claims import BrokenClaimError, check, claim
from workbench.demo.files import broken, variant
from workbench.nyc import write_csv


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    return write_csv(tmp_path_factory.mktemp("nyc"))["nyc_flights"]


def by_key(path) -> dict:
    """Each line by its key; nothing is quoted in these files."""
    header, *rows = path.read_text().splitlines()
    names = header.split(",")
    key = itemgetter(*map(names.index, ("time_hour", "carrier", "flight")))
    return {key(row.split(",")): row for row in rows}


def test_the_variant_differs_from_the_original_by_exactly_what_it_says(flights, tmp_path):
    other = variant(flights, tmp_path)
    old, new = by_key(flights), by_key(other.path)
    changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
    assert changed == other.changed
    assert len(old.keys() - new.keys()) == other.removed
    assert len(new.keys() - old.keys()) == other.added
    assert len(old) == len(new) == other.rows


def test_the_broken_file_has_lost_a_column_name(flights, tmp_path):
    header, first, *_ = broken(flights, tmp_path).read_text().splitlines()
    assert header.count(",") == first.count(",") - 1


def test_a_count_that_is_off_ends_the_demo():
    claim(load(APPLIED), {"inserted": 15, "updated": 1})
    with pytest.raises(BrokenClaimError, match="inserted is 15, it must be 16"):
        claim(load(APPLIED), {"inserted": 16})


def test_a_load_that_was_not_applied_ends_the_demo():
    with pytest.raises(BrokenClaimError, match="no memory"):
        claim(load(None, state="failed", reason="no memory"))


@pytest.mark.parametrize(("redshift", "said"), [(None, "was not published"), (FAILED, "no file")])
def test_a_load_that_redshift_does_not_have_ends_the_demo(redshift, said):
    with pytest.raises(BrokenClaimError, match=said):
        claim(load(redshift))


def test_a_count_that_is_another_in_redshift_ends_the_demo():
    with pytest.raises(BrokenClaimError, match="inserted in Redshift is 16, it must be 15"):
        claim(load(DIFFERS), {"inserted": 15, "updated": 1})


def test_an_answer_that_is_another_ends_the_demo():
    check([["a", 1]], [["a", 1]], "what Redshift answers")
    with pytest.raises(BrokenClaimError, match="what Redshift answers"):
        check([["a", 1]], [["a", 2]], "what Redshift answers")
