"""What Arrow reckons of rules and derived columns is what Spark would have said of them."""

from dataclasses import replace

import pytest

from stagecoach.dataset import Column, Dataset
from stagecoach.frames.files.reading import Look
from stagecoach.frames.rows import conditions, naming
from stagecoach.frames.rows.checks import Checks
from tests.frames.judge import Judge, Judged, column, dataset

COLUMNS = (
    column("id", "integer", null=False),
    column("s", "smallint"),
    column("b", "bigint"),
    column("n", "numeric(8,3)"),
    column("d", "double"),
    column("t", "varchar(12)"),
    column("f", "boolean"),
    column("day", "date"),
    column("other", "date"),
)
LINES = """id,s,b,n,d,t,f,day,other
1,-32768,9223372036854775807,99999.999,1e300,AA,true,2024-01-01,2024-01-02
2,32767,-9223372036854775808,-0.001,-0.5,"A
",false,2024-01-02,2024-01-02
3,0,0,0,0,,t,0001-01-01,
4,7,60,12.345,90,aa,,9999-12-31,0001-01-01
5,-7,-60,-12.345,90.5,A,f,,
6,1,1,0.005,-90,B12,n,2024-01-01,2024-01-01
7,2,2,-0.005,0.1,ÄÖ漢💩,y,2024-01-01,2024-01-01
8,,,,,,,,
9,3,10,33333.333,3,A B,1,2024-01-01,2024-01-01
"""
CONDITIONS = [
    "s > 0", "s >= -7 and s <= 7", "not s = 7", "s <> 7 or t is null", "b = 60", "-60 < b",
    "s between -7 and 7", "s not between 0 and 3", "s in (1, 2, 3)", "s not in (7, -7)",
    "n > 0.001", "n = 12.345", "n < s", "n >= 0", "n <> 0.0", "id + 0.5 > 3", "id - 0.5 < n",
    "d between -90 and 90", "d > 0.1", "d = 0.5", "d <= -0.5",
    "t = 'AA'", "t in ('AA', 'aa', '')", "t < 'B'", "t rlike '^[A-Z]{1,2}$'", "t rlike '[0-9]'",
    "t rlike '^[^a-z]+$'", "t rlike 'A|B'", "length(t) > 1", "length(t) = 4", 't = "AA"',
    "f", "not f", "f = true", "f is not null and f", "f or s > 0", "f and s > 0",
    "day <= other", "day = other", "day is null", "other is not null",
    "case when f then true else false end", "case when s > 0 then f when f then s = 0 end",
    "day < make_date(2024, 1, 2)", "make_date(2023, 2, s) is null", "make_date(s, 2, 29) is null",
    "make_date(2024, 2, 29) = date_add(make_date(2024, 2, 28), 1)", "make_date(id, s, s) is null",
    "date_add(day, 1) = other", "date_sub(other, s) < day", "date_add(day, s) > date_sub(day, 2)",
    "case when t = 'AA' then day when s > 0 then null else date_add(other, 1) end is null",
    "case when s > 0 then t else 'none' end = 'none'", "case when f then s end = 7",
    "case when f then 1 else 20 end * 2.5 / 3 > 0.833333", "case when f then 0.5 end < 1",
    "n * 2.5 > 1", "n / 3 > 0.001", "s / 2.0 = 3.5", "n * n > 0.00002", "ID > 3", "(s > 0)",
    "s > 0 or f and t is null", "not (s > 0) and not f", "`s` = 1", "n / s < 10",
]  # fmt: skip
DERIVED = [
    ("boolean", "s is null"), ("boolean", "s > 0 and f"), ("numeric(6,2)", "s * 60.0 / s"),
    ("numeric(9,2)", "s * 60.0 / (s - 0.5)"),
    ("numeric(6,2)", "n * 1.005"), ("numeric(3,1)", "n / 7.0"), ("numeric(12,6)", "n"),
    ("numeric(5,0)", "n"), ("smallint", "id"), ("smallint", "s"), ("bigint", "length(t)"),
    ("varchar(2)", "t"), ("text", "t"), ("numeric(9,2)", "n + 0.005"), ("numeric(9,2)", "n - s"),
    ("date", "other"), ("double", "d"), ("date", "make_date(2024, id, 31)"),
    ("date", "case when f then date_sub(other, s) when s > 0 then day end"),
    ("smallint", "case when f then s end"),
    ("numeric(9,6)", "case when f then 1 end / 3.0"), ("text", "case when f then t else null end"),
]  # fmt: skip
LEFT_TO_SPARK = [
    "s + 1 > 0", "s * s > 0", "t like 'A%'", "upper(t) = 'AA'", "day > '2024-01-01'", "b > 0.5",
    "t > 5", r"t rlike '\\d'", "t rlike 'a$b'", "t rlike '.'", "t = 'it''s'", "n = d", "s = '7'",
    "case when f then s else id end > 1", "case f when true then 1 end > 0",
    "case when f then s else 1 end > 1", "case when f then end",
    "make_date(b, 1, 1) is null", "make_date(n, 1, 1) is null", "make_date(2024, 1) is null",
    "date_add(t, 1) is null", "date_add(day, b) is null", "date_add(day, 1 + 1) is null",
    "case when s then f end", "case when f then null end", "case when f then true else false",
    "year(day) > 1", "s > 0 -- positive", "t = 'a' 'b'", "s is true",
    "s > 1e3", "b * 1.5 > 2", "s > 0 = f", "coalesce(f, true)", "unknown > 1", "s in ()", "s >",
]  # fmt: skip

HARD = [
    "2024-01-01 00:00:00,2024-01-01T00:00:00+02:00,0.1,0.001,0.0000001",
    "2024-01-01 12:30:00.5,2024-01-01T12:30:00.000001Z,16777216,9999999.5,0",
    "0001-01-01 00:00:00,1969-12-31T23:59:59.9Z,3.4e38,1e7,-12345678.0123456789",
    "9999-12-31 23:59:59.999999,2024-01-01T00:00:00Z,-0.0005,-1e-5,100",
]


def both(judge: Judge, monkeypatch: pytest.MonkeyPatch, declared: Dataset) -> list[Judged]:
    assert Checks.of(declared) is not None
    quick = judge.text(LINES, declared)
    monkeypatch.setattr(Look, "in_one_pass", lambda _: None)
    return [quick, judge.text(LINES, declared)]


def test_conditions_come_to_the_same(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [(each, each, "warn" if place % 5 else "reject") for place, each in
             enumerate(CONDITIONS)]  # fmt: skip
    declared = dataset(*COLUMNS, csv={"multiline": True}, rules=rules)
    # One rule at a time tells who breaks it; rejected rows name only their first five.
    warned = replace(declared, rules=tuple(replace(rule, action="warn") for rule in declared.rules))
    quick, spark = both(judge, monkeypatch, warned)
    assert quick.manifest.warnings == spark.manifest.warnings
    assert len(quick.manifest.warnings) > len(CONDITIONS) * 0.9


def test_who_is_rejected_is_the_same(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [(each, each, "reject") for each in ("s > 0", "n < 90000", "t rlike '^[A-Z]{1,2}$'")]
    declared = dataset(*COLUMNS, csv={"multiline": True}, rules=rules)
    quick, spark = both(judge, monkeypatch, declared)
    assert quick.manifest.rejects == spark.manifest.rejects != []
    assert (quick.counts, quick.rows) == (spark.counts, spark.rows)


def test_what_a_broken_rule_names_is_the_same(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = "s = 999 and b = 0 and n > 0 and d > 900"
    others = "t is not null and f is not null and day = other and t = 'zz'"
    rules = [(each, each, "reject") for each in (numbers, others, "id > 5")]
    declared = dataset(*COLUMNS, csv={"multiline": True}, rules=rules)
    quick, spark = both(judge, monkeypatch, declared)
    assert quick.manifest.rejects == spark.manifest.rejects != []
    found = {(each.line, each.column): each.found for each in quick.manifest.rejects}
    assert found[2, "id"] == "1"
    assert found[2, "s, b, n, d"].endswith("b = 9223372036854775807, n = 99999.999, d = 1.0E300")
    assert found[6, "s, b, n, d"] == "s = 7, b = 60, n = 12.345, d = 90.0"
    assert found[10, "t, f, day, other"] == "t = null, f = null, day = null, other = null"


def test_how_values_are_shown_is_the_same(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = (column("at", "timestamp"), column("zoned", "timestamptz"), column("r", "real"),
             column("d", "double"), column("n", "numeric(18,10)"))  # fmt: skip
    rule = "at is null and zoned is null and r is null and d is null and n is null"
    declared = dataset(*shown, rules=[(rule, rule, "reject")])
    assert Checks.of(declared) is not None
    text = "\n".join(["at,zoned,r,d,n", *HARD])
    quick = judge.text(text, declared)
    monkeypatch.setattr(Look, "in_one_pass", lambda _: None)
    assert quick.manifest.rejects == judge.text(text, declared).manifest.rejects
    assert len(quick.manifest.rejects) == len(HARD)


@pytest.mark.parametrize(
    ("check", "names"),
    [
        ("s >= 0", ["s"]),
        ("`ID` > 0 or s > id", ["id", "s"]),
        ("t = 's' -- b\n and n > 1e3 /* d */", ["t", "n"]),
        ("f(s) and day (other)", ["s", "other"]),
        ("1 = 1", []),
    ],
)
def test_the_columns_that_a_condition_names(check: str, names: list[str]) -> None:
    assert [column.name for column in naming.named(check, COLUMNS)] == names


def test_derived_columns_come_to_the_same(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    derived = [column(f"x{place}", type_, derive=expression)
               for place, (type_, expression) in enumerate(DERIVED)]  # fmt: skip
    declared = dataset(*COLUMNS, *derived, csv={"multiline": True})
    quick, spark = both(judge, monkeypatch, declared)
    assert quick.rows == spark.rows != []
    assert sorted(map(str, quick.manifest.rejects)) == sorted(map(str, spark.manifest.rejects))
    assert quick.manifest.hash_sum == spark.manifest.hash_sum


@pytest.mark.parametrize("expression", LEFT_TO_SPARK)
def test_what_is_not_certain_is_left_to_spark(expression: str) -> None:
    found = conditions.understood(expression, COLUMNS)
    assert found is None or found.kind != "boolean"


@pytest.mark.parametrize("type_", ["numeric(19,0)", "numeric(38,10)", "integer", "text", "real"])
def test_so_are_types_that_would_not_fit(type_: str) -> None:
    derived: Column = column("x", type_, derive="n * 2.5")
    assert Checks.of(dataset(*COLUMNS, derived)) is None
