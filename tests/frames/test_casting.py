"""Each type takes what it should and nothing else; nothing is rounded, trimmed or guessed."""

from decimal import Decimal

import pyarrow as pa
import pytest

from stagecoach.frames.rows.casting import strict
from tests.frames.judge import column


def cast(
    type_: str, *texts: str | None, pattern: str | None = None, digits: int | None = None
) -> list:
    """The values; `...` where a text is refused."""
    more = {"digits": digits} | ({"format": pattern} if pattern else {})
    values, sound = strict(column("c", type_, **more)).cast(pa.array(texts, pa.string()))
    sounds = [True] * len(texts) if sound is None else sound.to_pylist()
    shown = values.cast(pa.string()) if pa.types.is_temporal(values.type) else values
    return [value if good else ... for value, good in zip(shown.to_pylist(), sounds, strict=True)]


@pytest.mark.parametrize(
    "text",
    ["1.0", "+5", "0x1A", "1e3", "1_000", "١٢", "--1", "-", "1,234", "NaN", " 5", "5 ", ""],
)
def test_what_is_not_an_integer_is_refused(text: str) -> None:
    """C11"""
    assert cast("integer", text, "7") == [..., 7]


@pytest.mark.parametrize(
    ("type_", "least", "most"),
    [
        ("smallint", -(2**15), 2**15 - 1),
        ("integer", -(2**31), 2**31 - 1),
        ("bigint", -(2**63), 2**63 - 1),
    ],
)
def test_an_integer_has_its_whole_range_and_not_one_more(type_: str, least: int, most: int) -> None:
    texts = [str(number) for number in (least - 1, least, most, most + 1)]
    assert cast(type_, *texts) == [..., least, most, ...]


def test_leading_zeros_are_no_digits() -> None:
    assert cast("integer", "007", "0" * 50 + "7", "-0", "x") == [7, 7, 0, ...]


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "1,234.50",
        "1.234,50",
        "$5.00",
        "(5.00)",
        "NaN",
        "Infinity",
        "12.345",
        "99999999999.99",
        "0x1A",
        "١٢",
        "1_000",
        ".",
        "-",
        "+1",
    ],
)
def test_what_is_not_a_plain_number_that_fits_is_refused(text: str) -> None:
    """C11"""
    assert cast("numeric(12,2)", text, "1.5") == [..., Decimal("1.50")]


def test_a_numeric_is_never_rounded_but_may_have_zeros_to_spare() -> None:
    """C11"""
    found = cast("numeric(4,2)", "12.340", "12.345", "012.3", ".5", "5.", "100", "99.99")
    wanted = ["12.34", ..., "12.30", "0.50", "5.00", ..., "99.99"]
    assert [each if each is ... else str(each) for each in found] == wanted


def test_numbers_with_an_exponent_are_for_real_and_double_only() -> None:
    assert cast("double", "1e3", "NaN", "-Infinity", "1e999", "1E+2", "0.1") == [
        1000.0, ..., ..., ..., 100.0, 0.1,
    ]  # fmt: skip
    assert cast("real", "1e38", "1e39")[1] is ...


def test_booleans_are_words_and_bits() -> None:
    assert cast("boolean", "TRUE", "f", "Yes", "0", "2", "", None) == [
        True, False, True, False, ..., ..., None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "0000-00-00",
        "0000-01-01",
        "01/02/2024",
        "2024-13-01",
        "24-1-1",
        "45292",
        "2024-01-01T00:00:00Z",
        "20240101",
    ],
)
def test_what_is_not_an_iso_date_is_refused(text: str) -> None:
    """C12"""
    assert cast("date", text, "2024-02-29") == [..., "2024-02-29"]


def test_dates_reach_from_the_year_1_to_9999() -> None:
    texts = ["0001-01-01", "1582-10-10", "9999-12-31"]
    assert cast("date", *texts) == texts


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        ("dd/MM/yyyy", "31/12/2024", "2024-12-31"),
        ("dd/MM/yyyy", "1/1/2024", ...),
        ("M/d/yyyy", "1/31/2024", "2024-01-31"),
        ("M/d/yyyy", "31/1/2024", ...),
        ("d-MMM-yy", "5-Feb-24", "2024-02-05"),
        ("yyyyMMdd", "20240230", ...),
    ],
)
def test_a_declared_pattern_is_the_only_way_to_write_a_date(
    pattern: str, text: str, wanted: object
) -> None:
    assert cast("date", text, pattern=pattern) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-03-31T02:30:00", "2024-03-31 02:30:00.000000"),  # a gap in Europe, none in UTC
        ("2024-01-01T00:00:00+14:00", "2023-12-31 10:00:00.000000"),
        ("2024-01-01 00:00:00.123456", "2024-01-01 00:00:00.123456"),
        ("1969-12-31 23:59:59.5Z", "1969-12-31 23:59:59.500000"),
        ("2024-01-01 10:00", "2024-01-01 10:00:00.000000"),
        ("2024-01-01T24:00:00Z", ...),
        ("2024-12-31T23:59:60Z", ...),
        ("2024-01-01 00:00:00.123456789", ...),
        ("2024-01-01", ...),
        ("1704067200", ...),
        ("9999-12-31T23:59:59-01:00", ...),
    ],
)
def test_timestamps_are_utc_unless_they_say_otherwise(text: str, wanted: object) -> None:
    """C12"""
    utc = wanted if wanted is ... else f"{wanted}Z"
    assert cast("timestamp", text) == [wanted]
    assert cast("timestamptz", text, "2024-01-01T00:00:00+01:00", "x")[0] == utc


def test_a_time_ends_before_24_00() -> None:
    assert cast("time", "23:59", "24:00", "23:59:60", "01:02:03.5") == [
        "23:59:00.000000", ..., ..., "01:02:03.500000",
    ]  # fmt: skip


def test_varchar_counts_characters_not_bytes() -> None:
    """C14"""
    assert cast("varchar(3)", "漢漢漢", "💩💩💩", "abcd", None) == ["漢漢漢", "💩💩💩", ..., None]


def test_a_uuid_is_written_in_one_way() -> None:
    upper = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"
    assert cast("uuid", upper, "{" + upper + "}", upper.replace("-", "")) == [
        upper.lower(),
        ...,
        ...,
    ]


def test_json_that_jsonb_cannot_hold_is_refused() -> None:
    texts = ['{"a": 1.10}', "{", "NaN", r'"\u0000"', r'"\ud83d"', r'"\ud83d\ude00"']
    assert cast("json", *texts) == ['{"a": 1.1}', ..., ..., ..., ..., '"😀"']


def test_an_unknown_letter_in_a_pattern_is_named() -> None:
    with pytest.raises(ValueError, match="'QQ' in the pattern"):
        cast("date", "x", pattern="yyyy-QQ")


@pytest.mark.parametrize("type_", ["double", "real"])
def test_digits_that_do_not_count_make_no_other_value(type_: str) -> None:
    """What a sender's float32 made of six digits is what he had before."""
    noise = ("48.582698822021484", "-118.90458679199219", "0.00012345678", "1e300")
    plain = ("48.5827", "-118.905", "0.000123457", "1e300")
    if type_ == "real":
        noise, plain = noise[:3], plain[:3]
    assert cast(type_, *noise, digits=6) == cast(type_, *plain) == cast(type_, *plain, digits=6)


def test_digits_leave_null_and_what_is_refused_alone() -> None:
    assert cast("double", None, "12.345", "x", "-0.5", digits=3) == [None, 12.3, ..., -0.5]
    assert cast("double", None, digits=3) == [None]
