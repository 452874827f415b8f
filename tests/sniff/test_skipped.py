"""Lines above the header and below the last row, and quotes that are escaped."""

from stagecoach.dataset import Csv
from stagecoach.sniff.header import first_record
from tests.sniff.conftest import HEADER, ROW, orders

ABOVE = b"Report\r\nfor us\n"


def test_the_header_is_looked_for_below_what_is_skipped(judge, refusal):
    assert judge(ABOVE + HEADER + ROW, dataset=orders(skip_lines=2))["header"][0] == "order_id"
    said = refusal(ABOVE + HEADER + ROW)
    assert "the header is on line 3, below 'Report' - wanted it on line 1" in said
    assert "declare source.csv.skip_lines: 2 if it always is there" in said
    moved = refusal(b"new\n" + ABOVE + HEADER, dataset=orders(skip_lines=2))
    assert "the header is on line 4, below 'for us' - wanted it on line 3" in moved
    assert "skip_lines: 3" in moved


def test_a_file_that_ends_above_its_header_is_refused(refusal):
    said = refusal(ABOVE, dataset=orders(skip_lines=2))
    assert "the file has no more than 2 lines - wanted a header below as many" in said


def test_a_footer_is_no_row(judge):
    assert judge(HEADER + b"Total 0\n", dataset=orders(skip_footer=1))["rows"] == 0
    assert judge(HEADER + ROW + b"Total 0\n", dataset=orders(skip_footer=1))["rows"] is None


def test_a_preamble_longer_than_what_is_seen_is_left_to_the_job(judge):
    data = b"x" * 1000 + b"\n"
    facts = judge(data * 900 + HEADER + ROW, dataset=orders(skip_lines=900))
    assert "header" not in facts


def test_an_escaped_quote_stays_within_its_field():
    text = '"the \\" mark",id\n'
    assert first_record(text, Csv(escape="\\")) == ['the " mark', "id"]
