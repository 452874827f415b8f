"""Light reading of Spark SQL: a misspelt column is found, what Spark would take is let through."""

import pytest

from stagecoach.declaration.expressions import mistakes

COLUMNS = ["order_id", "customer", "amount", "ordered", "tags"]


@pytest.mark.parametrize(
    "expression",
    [
        "amount > 0 and customer is not null",
        "Amount > 0 AND NOT Customer LIKE 'A%'",
        "customer in ('a', 'it''s', \"b\") or customer rlike '^[A-Z]{2}$'",
        "cast(amount as decimal(12, 2)) between 0 and 1e6",
        "amount::int + .5 <= 10L",
        "ordered >= date '2020-01-01' and ordered < current_date + interval 1 day",
        "case when amount > 0 then 'plus' else 'minus' end = 'plus'",
        "extract(year from ordered) = 2024 and year(ordered) = 2024",
        "exists(tags, tag -> tag = customer)",
        "aggregate(tags, 0, (total, tag) -> total + length(tag)) > 3",
        "`order_id` % 2 = 0 -- even numbers",
        "coalesce(amount, /* none */ 0) <=> 0",
        "tags[0] = 'x' and map('a', 1)['a'] = 1",
        "named_struct('a', amount).a > 0",
        "trim(both ' ' from customer) <> ''",
        "try_cast(customer as bigint) is null",
    ],
)
def test_spark_sql_over_the_columns_is_let_through(expression):
    assert list(mistakes(expression, COLUMNS)) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("amuont > 0", "names 'amuont', which is no column - did you mean 'amount'?"),
        ("zzz > 0", "names 'zzz', which is no column - wanted one of order_id, customer,"),
        ("`Order Id` > 0", "names 'Order Id', which is no column"),
        ("exists(tags, tag -> tag = custmer)", "names 'custmer', which is no column"),
        ("customer = 'Ann", 'found "\'Ann"'),
        ("(amount > 0", "1 closing parenthesis too few"),
        ("amount > 0))", "2 opening parenthesis too few"),
        ("amount > $1", "found '$1'"),
        ("select 1", "names 'select', which is no column"),
    ],
)
def test_what_spark_would_refuse_is_found_here(expression, said):
    assert any(said in mistake for mistake in mistakes(expression, COLUMNS))


def test_a_misspelt_column_is_said_once_however_often_it_is_used():
    assert len(list(mistakes("amuont > 0 or amuont < -5", COLUMNS))) == 1
