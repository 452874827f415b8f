"""S1 to S5 and S8: which headers `drift: evolve` accepts, and what it says of the others."""

from dataclasses import replace

import pytest

from stagecoach.dataset import Column, Load, RedshiftTarget, Rule
from stagecoach.drift import column_name, drift
from stagecoach.errors import FileRefused
from tests.sniff.conftest import HEADER, ORDERS, ROW, orders

EVOLVE = orders(drift="evolve")
NAMES = HEADER.decode().strip().split(",")


def without(name: str, *more: str) -> list[str]:
    return [*(each for each in NAMES if each != name), *more]


def refused(header: list[str], dataset=EVOLVE) -> str:
    with pytest.raises(FileRefused) as said:
        drift(dataset, header)
    return str(said.value)


def test_s1_an_undeclared_column_becomes_text(judge):
    found = drift(EVOLVE, [*NAMES, "Coupon Code"])
    assert found.extras == (Column("coupon_code", "text", "Coupon Code", nullable=True),)
    assert found.dataset.columns == (*ORDERS.columns, *found.extras)
    more = HEADER.strip() + b",coupon\n" + ROW
    assert judge(more, dataset=EVOLVE)["extra"] == ["coupon"]


def test_s2_a_column_that_may_be_null_may_lack(judge):
    found = drift(EVOLVE, without("amount"))
    assert found.missing == ("amount",)
    assert [column.name for column in found.dataset.columns] == without("amount")
    less = HEADER.replace(b",amount", b"").strip() + b"\n1,Ann,2024-01-01,\n"
    assert judge(less, dataset=EVOLVE)["missing"] == ["amount"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": ("amount",)}, "which is in the key"),
        ({"columns": (ORDERS.columns[0], Column("amount", "real", "amount"))}, "may not be null"),
        ({"load": Load("upsert", order_by="amount")}, "order_by or deleted_when"),
        ({"load": Load("replace")}, "mode replace would lose all of its values"),
        ({"rules": (Rule("it costs", "AMOUNT > 0"),)}, "which the rule 'it costs' needs"),
        (
            {"columns": (*ORDERS.columns, Column("dear", "boolean", derive="`amount` > 9"))},
            "from which 'dear' is derived",
        ),
    ],
)
def test_s2_a_column_that_is_needed_may_not_lack(changes: dict, said: str):
    told = refused(without("amount"), replace(EVOLVE, **changes))
    assert told.startswith("the file lacks 'amount', ")
    assert said in told


def test_s2_a_rule_that_only_speaks_of_a_column_does_not_need_it():
    rule = Rule("no amount", "customer <> 'amount' and customer <> \"amount\"")
    assert drift(replace(EVOLVE, rules=(rule,)), without("amount")).missing == ("amount",)


@pytest.mark.parametrize("dataset", [ORDERS, EVOLVE])
@pytest.mark.parametrize(
    ("header", "said"),
    [
        (without("amount", "amounts"), "'amounts'"),
        ([*NAMES, "amount"], "has 'amount' more than once"),
        ([*NAMES, " "], "column 6 of the header has no name"),
        (without("amount", "Amount"), "differs from 'amount' in case or spaces"),
    ],
)
def test_s3_s5_renamed_doubled_blank_and_case_changed_names_are_refused(
    refusal, dataset, header: list[str], said: str
):
    assert said in refusal(",".join(header).encode() + b"\n" + ROW, dataset=dataset)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("AMOUNT", "would be the declared 'amount'"),
        ("xmin", "would be a column that PostgreSQL keeps"),
        ("Señal, twice", "cannot name a column"),
        ("1st", "cannot name a column"),
        ("_load_id", "cannot name a column"),
        ('x"; drop table orders; --', "cannot name a column"),
        ("x" * 64, "at most 63"),
    ],
)
def test_s8_a_name_that_is_not_plain_is_refused(extra: str, said: str):
    assert said in refused([*NAMES, extra])


def test_s8_two_columns_never_become_one():
    assert "would be the column of 'Net price'" in refused([*NAMES, "Net price", "net-price"])


def test_a_history_keeps_its_own_names():
    told = replace(EVOLVE, load=Load("history", deletes="close"))
    assert "would be a column that the history keeps" in refused([*NAMES, "valid from"], told)


def test_redshift_keeps_names_of_its_own():
    told = replace(EVOLVE, redshift=RedshiftTarget("shop", "orders"))
    assert "would be a column that Redshift keeps" in refused([*NAMES, "oid"], told)
    assert drift(EVOLVE, [*NAMES, "oid"]).extras[0].name == "oid"


def test_names_are_lower_case_without_accents():
    spelt = [column_name(each) for each in ("Señal", " Net price (".strip("( "), "a.b/c", "order")]
    assert spelt == ["senal", "net_price", "a_b_c", "order"]


def test_s4_a_moved_column_is_named_and_the_others_are_not():
    moved = [*NAMES[1:], NAMES[0]]
    assert drift(ORDERS, moved).told == [
        {"column": "order_id", "change": "reordered", "detail": "field 5 of the file"}
    ]
    assert drift(ORDERS, NAMES).told == []


def test_the_report_has_a_row_for_each_difference():
    told = drift(EVOLVE, ["coupon", *without("amount")]).told
    assert [(each["column"], each["change"]) for each in told] == [
        ("amount", "missing"),
        ("coupon", "undeclared"),
    ]
