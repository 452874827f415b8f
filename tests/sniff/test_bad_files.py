"""Every hand-made bad file: refused here with its own sentence, or left to be judged by row."""

from pathlib import Path

import pytest

from stagecoach.errors import FileRefused
from stagecoach.sniff import sniff
from tests.sniff.conftest import ORDERS

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "bad_files" / "handmade"
REFUSED = {
    "01_zero_bytes.csv": "the file is empty (0 bytes)",
    "03_no_header.csv": "the file has no header, its first line is a row: '1', 'Ann'",
    "05_utf16le_bom.csv": "the file is in utf-16 - wanted utf-8",
    "06_latin1.csv": "byte 52 (0xe9) is not utf-8 - wanted utf-8 throughout (as cp1252 it reads ",
    "07_cp1252_smart_quotes.csv": "byte 50 (0x92) is not utf-8",
    "08_truncated_utf8_at_eof.csv": "the file ends at byte 183 in the middle of a character",
    "14_semicolon_delimiter.csv": "separated by a semicolon - wanted a comma; declare",
    "15_tab_delimiter.csv": 'a tab - wanted a comma; declare source.csv.delimiter: "\\t"',
    "16_preamble_and_footer.csv": "the header is on line 3, below 'Report generated 2024-01-05'",
    "18_html_error_page.csv": "the file is an HTML page that says '403 Forbidden'",
    "19_parquet_magic.csv": "the file is a Parquet file - wanted text",
    "20_truncated.csv.gz": "the gzip file ends after 225 bytes in the middle of its data",
    "21_gzip_named_csv.csv": "the file is gzip data - wanted plain text; name it .gz",
    "22_plain_named_gz.csv.gz": "the file is named .gz but is plain text - wanted gzip",
    "23_zip_slip.zip": "'../../etc/evil.csv' in the zip file leads out of it - wanted plain",
    "24_gzip_bomb_20MB.csv.gz": "the gzip file grows more than 200 times",
    "31_extra_column.csv": "the header has 'coupon', which is not declared",
    "32_missing_column.csv": "the header lacks 'amount' - wanted 'order_id', 'customer', 'amount'",
    "33_renamed_column.csv": "if 'amt' is the new name of 'amount', declare it as from: 'amt'",
    "34_duplicate_header.csv": "the header has 'order_id' more than once",
    "35_header_case_space.csv": "' Order_ID ' in the header differs from 'order_id' in case",
    "36_sql_keyword_header.csv": "the header has 'select', 'user', which is not declared",
    "37_injection_header.csv": "the header has 'x\"; DROP TABLE stage; --', which is not declared",
    "38_blank_header_name.csv": "column 3 of the header has no name",
    "66_wide_1700_columns.csv": "and 1,688 more, which is not declared",
}
FACTS = {
    "02_header_only.csv": {"rows": 0},
    "04_bom_utf8.csv": {"bom": True, "encoding": "utf-8"},
    "09_cr_only.csv": {"newline": "cr"},
    "10_crlf.csv": {"newline": "crlf"},
    "11_mixed_newlines.csv": {"newline": "mixed"},
    "12_no_trailing_newline.csv": {"newline": "lf", "rows": None},
    "13_blank_lines.csv": {"newline": "lf"},
    "17_two_tables.csv": {"rows": None},
    "25_gzip_two_members.csv.gz": {"compression": "gzip", "rows": None},
    "30_reordered_header.csv": {"reordered": True},
}
NAMES = sorted(path.name for path in FOLDER.glob("*")) if FOLDER.is_dir() else []


def judged(name: str) -> dict:
    data = (FOLDER / name).read_bytes()
    return sniff(ORDERS, name, len(data), lambda start, length: data[start : start + length])


@pytest.mark.skipif(not NAMES, reason=f"the bad files are not at {FOLDER}")
def test_the_bad_files_are_those_that_are_known_here():
    assert len(NAMES) == 63
    assert set(REFUSED) | set(FACTS) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_is_refused_with_its_sentence_or_left_to_be_judged_by_row(name):
    """C1, C2, C3, C4, C9, C10, S1, S2, S3, S5, S8"""
    if name in REFUSED:
        with pytest.raises(FileRefused) as caught:
            judged(name)
        assert REFUSED[name] in str(caught.value)
        assert " - wanted " in str(caught.value)
    else:
        assert judged(name).items() >= FACTS.get(name, {"compression": None}).items()


@pytest.mark.skipif(not NAMES, reason=f"the bad files are not at {FOLDER}")
def test_every_refusal_has_its_own_sentence():
    assert len(set(REFUSED.values())) == len(REFUSED)
