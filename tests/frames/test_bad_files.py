"""Each of the handmade hostile files has one stated fate; those of sniffing are stated there."""

from pathlib import Path

import pytest

from tests.frames.judge import Judge, Judged, column, dataset

pytestmark = pytest.mark.usefixtures("each_way")

ORDERS = (
    column("order_id", "bigint", null=False),
    column("customer", "varchar(40)"),
    column("amount", "numeric(12,2)"),
    column("order_date", "date"),
    column("updated_at", "timestamp"),
)
AMOUNT = "amount is a number that fits numeric(12,2)"
DATE, STAMP = "order_date is a date", "updated_at is a timestamp"
ID, UTF8 = "order_id is a bigint", "the line is utf-8"
QUOTES = "quotes stand around whole fields and are doubled within"
CLOSED, RAGGED = "every quote is closed", "the line has 5 fields"
LONG = "customer has at most 40 characters"


def same(rule: str, *lines: int) -> list[tuple[int, str]]:
    return [(line, rule) for line in lines]


# File: good rows, then line and rule of what is rejected.
FATES: dict[str, tuple[int, list[tuple[int, str]]]] = {
    "00_good.csv": (3, []),
    "02_header_only.csv": (0, []),
    "04_bom_utf8.csv": (3, []),
    "06_latin1.csv": (0, same(UTF8, 2)),
    "07_cp1252_smart_quotes.csv": (0, same(UTF8, 2)),
    "08_truncated_utf8_at_eof.csv": (3, same(UTF8, 5)),
    "09_cr_only.csv": (3, []),
    "10_crlf.csv": (3, []),
    "11_mixed_newlines.csv": (3, []),
    "12_no_trailing_newline.csv": (3, []),
    "13_blank_lines.csv": (3, []),
    "17_two_tables.csv": (3, same(RAGGED, 6, 7)),
    "25_gzip_two_members.csv.gz": (3, []),
    "30_reordered_header.csv": (1, []),
    "40_short_row.csv": (2, same(RAGGED, 3)),
    "41_long_row.csv": (2, same(RAGGED, 3)),
    "42_unclosed_quote.csv": (2, same(CLOSED, 3)),
    "43_stray_quote_inside.csv": (2, same(QUOTES, 3)),
    "44_doubled_quote_ok.csv": (1, []),
    "45_backslash_escape.csv": (0, same(QUOTES, 2)),
    "46_newline_in_quotes_ok.csv": (2, same(CLOSED, 3, 4)),
    "47_trailing_backslash_quoted.csv": (3, []),
    "48_nul_byte.csv": (0, same("the line holds no NUL bytes", 2)),
    "49_control_chars.csv": (1, []),
    "50_null_spellings.csv": (9, []),
    "51_null_key.csv": (2, same("order_id is given", 3)),
    "52_dup_key_same_row.csv": (2, []),
    "53_dup_key_conflicting.csv": (3, []),
    "54_bad_dates.csv": (3, same(DATE, 2, 3, 4, 5, 8, 10, 11)),
    "55_bad_timestamps.csv": (2, same(STAMP, 4, 5, 6, 7)),
    "56_bad_numbers.csv": (2, same(AMOUNT, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16)),
    "57_key_overflow.csv": (1, same(ID, 3, 4)),
    "58_varchar_overflow_chars.csv": (0, same(LONG, 2)),
    "59_varchar_overflow_bytes.csv": (1, []),
    "60_four_byte_emoji.csv": (1, []),
    "61_unicode_lookalikes.csv": (3, []),
    "62_formula_cells.csv": (3, []),
    "63_sql_cells.csv": (2, []),
    "64_log_injection_cells.csv": (1, same(CLOSED, 2, 3)),
    "65_long_field_70000.csv": (0, same(LONG, 2)),
}
REFUSED = {
    "01_zero_bytes.csv": "the file is empty",
    "03_no_header.csv": "the header lacks",
    "05_utf16le_bom.csv": "the header holds",
    "14_semicolon_delimiter.csv": "the header lacks",
    "15_tab_delimiter.csv": "the header lacks",
    "16_preamble_and_footer.csv": "the header lacks",
    "18_html_error_page.csv": "the header lacks",
    "19_parquet_magic.csv": "the header",
    "20_truncated.csv.gz": "the compressed file is broken",
    "21_gzip_named_csv.csv": "the header",
    "22_plain_named_gz.csv.gz": "the compressed file is broken",
    "23_zip_slip.zip": "leads out of it",
    "24_gzip_bomb_20MB.csv.gz": "grows more than 200 times",
    "31_extra_column.csv": "beyond the declared columns",
    "32_missing_column.csv": "the header lacks",
    "33_renamed_column.csv": "the header lacks",
    "34_duplicate_header.csv": "the header repeats",
    "35_header_case_space.csv": "the header lacks",
    "36_sql_keyword_header.csv": "beyond the declared columns",
    "37_injection_header.csv": "beyond the declared columns",
    "38_blank_header_name.csv": "the header lacks",
    "66_wide_1700_columns.csv": "the header",
}


def judged(judge: Judge, data: Path, name: str, **more: object) -> Judged:
    return judge.file(data / "bad_files" / "handmade" / name, dataset(*ORDERS, **more))


@pytest.mark.parametrize("name", FATES)
def test_a_file_whose_rows_are_judged(judge: Judge, data: Path, name: str) -> None:
    """C1, C3, C4, C5, C6, C7, C8, C11, C12, C13, C14, L3, S4"""
    good, rejected = FATES[name]
    found = judged(judge, data, name)
    assert found.refused is None
    assert (found.counts[2], found.rejected) == (good, rejected)
    if "utf" in name or "latin" in name or "1252" in name:
        assert "\ufffd" not in str(found.rows)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_whole(judge: Judge, data: Path, name: str) -> None:
    """C2, C3, C9, C10, S1, S2, S3, S5, S8"""
    found = judged(judge, data, name)
    assert REFUSED[name] in (found.refused or "")
    assert found.manifest.verdict == "rejected"
    assert found.rows == []


def test_every_handmade_file_has_its_fate(data: Path) -> None:
    names = {path.name for path in (data / "bad_files" / "handmade").iterdir()}
    assert names - {"README.md"} == {*FATES, *REFUSED, "67_many_bad_rows.csv"}


def test_half_of_two_thousand_rows_is_kept_with_reasons(judge: Judge, data: Path) -> None:
    """C16"""
    found = judged(judge, data, "67_many_bad_rows.csv")
    assert found.counts == (2001, 1, 1000, 1000)
    assert len(found.manifest.rejects) == 100
    assert judge.spark.read.parquet(found.job.rejected).count() == 1000


def test_the_offending_byte_is_named(judge: Judge, data: Path) -> None:
    """C4"""
    reject = judged(judge, data, "06_latin1.csv").manifest.rejects[0]
    assert reject.found == "byte 0xE9 at byte 5 of the line"
    assert "Jos\\xe9" in (reject.raw or "")


@pytest.mark.parametrize(
    ("name", "encoding", "customer"),
    [
        ("06_latin1.csv", "latin-1", "José Muñoz"),
        ("07_cp1252_smart_quotes.csv", "cp1252", "O’Brien “Q” €"),
    ],
)
def test_a_declared_encoding_is_read(
    judge: Judge, data: Path, name: str, encoding: str, customer: str
) -> None:
    assert judged(judge, data, name, csv={"encoding": encoding}).rows[0][1] == customer


def test_utf_16_is_read_when_it_is_declared(judge: Judge, data: Path) -> None:
    found = judged(judge, data, "05_utf16le_bom.csv", csv={"encoding": "utf-16"})
    assert [row[:2] for row in found.rows] == [(1, "Ann"), (2, "Bob"), (3, "Cid")]
    assert found.counts == (4, 1, 3, 0)


def test_only_declared_tokens_are_null(judge: Judge, data: Path) -> None:
    """C13"""
    found = judged(judge, data, "50_null_spellings.csv", csv={"nulls": ("NULL", "\\N")})
    assert [row[1] for row in found.rows[:5]] == ["", "", None, "null", None]


def test_with_multiline_a_record_may_span_lines(judge: Judge, data: Path) -> None:
    found = judged(judge, data, "46_newline_in_quotes_ok.csv", csv={"multiline": True})
    assert [(row[1], row[-1]) for row in found.rows] == [("Ann", 2), ("Bob\nSmith", 3), ("Cid", 5)]


def test_a_quote_that_never_closes_is_seen_also_with_multiline(judge: Judge, data: Path) -> None:
    """C7"""
    found = judged(judge, data, "42_unclosed_quote.csv", csv={"multiline": True})
    assert found.rejected == same(CLOSED, 3)
    assert "Cid" in (found.manifest.rejects[0].raw or "")
