"""JSON has one spelling: that of PostgreSQL's jsonb, so that Redshift compares as it does."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagecoach.frames.rows.jsontext import canonical
from tests.sql.conftest import server, world  # noqa: F401 - fixtures

WORDS = [
    '{"b": 1, "a": 2}', '{"aa":1,"b":2}', '{"é":1,"zz":2,"a":3}', '{"a":1,"a":2}', "[]", "{}",
    "[1, 2.50, -0, -0.0, 1e3, 1E-3, 12300e-2, 0.1e1, 1e30, -1.5e-7]", '"\\u00e9\\n\\/\\u001f"',
    '  {"a" : [ true , false , null ] }  ', '"quote \\" back \\\\ tab \\t"', "7",
    '"\U0001f600"',
    "123456789012345678901234567890.5", '{"": {"": []}}', '"\\ud83d\\ude00"',
]  # fmt: skip
REFUSED = [
    "", "{", "NaN", "[Infinity]", "01", "1.", "'a'", '"\\u0000"', '"\\ud800"', "{1: 2}", "[1,]",
    "1e131073", "1e-16384", "nul", '"a',
]  # fmt: skip


@pytest.fixture(scope="module")
def database(server):  # noqa: F811
    connection = server.connect("postgres")
    yield connection
    connection.close()


def jsonb(connection, text: str) -> str:
    cursor = connection.cursor()
    cursor.execute("select %s::jsonb::text", (text,))
    return cursor.fetchone()[0]


@pytest.mark.parametrize("text", WORDS)
def test_it_is_what_jsonb_would_print(database, text: str):
    found = canonical(text)
    assert found is not None
    assert jsonb(database, found) == found


@pytest.mark.parametrize("text", REFUSED)
def test_what_jsonb_does_not_take_is_none(text: str):
    assert canonical(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}'),
        ("[1.0, 100]", "[1,1e2]"),
        ('{"a": 2}', '{"a": 1, "a": 2}'),
        ('"\\u00e9"', '"é"'),
    ],
)
def test_other_words_for_one_document_are_one_text(one: str, other: str):
    assert canonical(one) == canonical(other)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")), inner
    ),
    max_leaves=12,
)  # fmt: skip


@given(documents)
def test_nothing_is_lost_or_changed(document):
    text = json.dumps(document)
    found = canonical(text)
    assert found is not None
    exact = {"parse_int": Decimal, "parse_float": Decimal}
    assert json.loads(found, **exact) == json.loads(text, **exact)
    assert canonical(found) == found
