"""The header against the declaration, and files that have none."""

import pytest

from tests.sniff.conftest import HEADER, ROW, orders


def test_a_header_in_quotes_is_the_same_header(judge):
    quoted = b",".join(b'"%s"' % name for name in HEADER.strip().split(b","))
    assert judge(quoted + b"\n" + ROW)["reordered"] is False


def test_an_empty_line_above_the_header_is_too_much(refusal):
    assert "the header is on line 2, below empty lines" in refusal(b"\n" + HEADER + ROW)


def test_no_name_in_common_is_a_wrong_file_not_a_missing_header(refusal):
    assert "the header lacks 'order_id'" in refusal(b"faa,name,lat,lon,alt\nJFK,Kennedy,1,2,3\n")


@pytest.mark.parametrize("data", [HEADER, HEADER.strip(), HEADER + b"\n\r\n"])
def test_a_header_alone_has_no_rows(judge, data):
    assert judge(data)["rows"] == 0


def test_without_a_header_the_number_of_fields_must_fit(judge, refusal):
    headless = orders(header=False)
    assert "header" not in judge(ROW, dataset=headless)
    assert "the first line has 2 fields - wanted 5" in refusal(b"1,Ann\n", dataset=headless)


def test_a_header_where_none_is_declared_is_not_a_row(refusal):
    said = refusal(HEADER + ROW, dataset=orders(header=False))
    assert "the first line is a header - wanted rows at once" in said


def test_another_quote_and_delimiter_are_used_when_declared(judge):
    text = HEADER.replace(b",", b";").replace(b"amount", b"'amount'") + ROW.replace(b",", b";")
    assert judge(text, dataset=orders(delimiter=";", quote="'"))["extra"] == []


def test_control_characters_in_a_header_are_shown_escaped(refusal):
    assert "\x1b" not in refusal(HEADER.strip() + b",\x1b[31mred\n")
