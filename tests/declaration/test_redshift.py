"""What a declaration with `targets.redshift` comes to, and every mistake in one."""

import pytest

from stagecoach.dataset import Column, Dataset, RedshiftTarget
from stagecoach.declaration import DeclarationErrors, load

RIGHT = """\
name: orders
description: Orders of the shop
columns:
  - {name: order_id, type: bigint}
  - {name: customer, type: varchar(40), nullable: true, bytes: 90}
  - {name: note, type: text, nullable: true}
  - {name: details, type: json, nullable: true}
key: [order_id]
load: {mode: upsert}
targets:
  postgres: {schema: shop}
  redshift:
    schema: shop
    diststyle: key
    distkey: order_id
    sortkey: [customer, order_id]
"""
MANY = "".join(f"  - {{name: c{number}, type: boolean}}\n" for number in range(401))
# what is replaced, by what, and what is said of it (`line: message`)
MISTAKES = [
    ("distkey: order_id", "distkey: oder_id", "15: targets.redshift.distkey names 'oder_id', whi"),
    ("distkey: order_id", "distkey: details", "15: column 'details' is json - wanted a type that"),
    ("    distkey: order_id\n", "", "14: diststyle key and distkey - wanted both or neither"),
    ("diststyle: key", "diststyle: all", "15: diststyle key and distkey - wanted both or neither"),
    ("diststyle: key", "diststyle: keys", "14: targets.redshift.diststyle: found 'keys' - wanted"),
    ("[customer, ", "[custmer, ", "16: targets.redshift.sortkey names 'custmer', which is no col"),
    ("[customer, ", "[order_id, ", "16: sort column 'order_id' is already on line 16 - wanted ea"),
    ("[customer, ", "[details, ", "16: column 'details' is json - wanted a type that Redshift can"),
    ("bytes: 90", "bytes: 39", "5: column 'customer' is varchar(40) - wanted bytes from 40 to 160"),
    ("bytes: 90", "bytes: 161", "5: column 'customer' is varchar(40) - wanted bytes from 40 to 16"),
    ("bytes: 90", "bytes: 0", "5: column 'customer' bytes: found '0' - wanted at least 1"),
    ("bytes: 90", "bytes: 65536", "5: column 'customer' bytes: found '65536' - wanted at most 655"),
    ("type: bigint", "type: bigint, bytes: 8", "4: column 'order_id' is bigint - wanted bytes onl"),
    ("type: json", "type: json, bytes: 90", "7: column 'details' is json - wanted bytes only with"),
    ("varchar(40)", "varchar(65536)", "5: column 'customer' is varchar(65536) - wanted at most v"),
    ("type: text", '"type": "numeric(38,38)"', "6: column 'note' is numeric(38,38) - Redshift tak"),
    ("name: note", "name: oid", "6: column 'oid' is one that Redshift keeps - wanted another name"),
    ("name: note", "name: xmin", "6: column 'xmin' is one that PostgreSQL keeps - wanted another"),
    ("redshift:\n    schema: shop", "redshift:\n    schema: stage", "13: schema 'stage' is not fo"),
    ("    schema: shop\n", "", "12: targets.redshift has no 'schema' - wanted schema: created whe"),
]  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def text(text: str) -> Dataset:
        path = tmp_path / "orders.yaml"
        path.write_text(text)
        return load(path)

    return text


@pytest.fixture
def mistakes(read):
    def of(text: str) -> list[str]:
        with pytest.raises(DeclarationErrors) as caught:
            read(text)
        return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]

    return of


def test_a_target_gets_every_default(read):
    target = read(RIGHT.split("    diststyle")[0]).redshift
    assert target == RedshiftTarget("shop", "orders", "auto", None, ())


def test_a_target_has_what_was_declared(read):
    target = read(RIGHT).redshift
    assert target == RedshiftTarget("shop", "orders", "key", "order_id", ("customer", "order_id"))


def test_what_is_published_is_read_again(read):
    dataset = read(RIGHT)
    assert Dataset.from_json(dataset.to_json()) == dataset


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_named_once_with_its_line(mistakes, right, wrong, said):
    assert right in RIGHT
    found = mistakes(RIGHT.replace(right, wrong, 1))
    assert len(found) == 1, found
    assert said in found[0]


def test_bytes_are_nothing_to_postgresql(mistakes):
    (found,) = mistakes(RIGHT.split("  redshift:")[0])
    assert found == "5: column 'customer' has bytes - wanted them only with targets.redshift"


def test_four_hundred_columns_sort_a_table_and_no_more(read, mistakes):
    columns = RIGHT.replace("key: [order_id]", f"{MANY}key: [order_id]")
    sorts = ", ".join(f"c{number}" for number in range(401))
    assert len(read(columns.replace("customer, order_id", sorts[:-6])).redshift.sortkey) == 400
    (found,) = mistakes(columns.replace("customer, order_id", sorts))
    assert found.endswith("found 401 sort columns - wanted at most 400")


@pytest.mark.parametrize("name", ["user", "table", "timestamp", "tag", "c" * 63])
def test_a_word_that_is_reserved_there_is_a_name_all_the_same(read, name):
    assert read(RIGHT.replace("name: note", f"name: {name}")).columns[2].name == name


@pytest.mark.parametrize(
    ("type_", "declared", "room"),
    [
        ("varchar(40)", None, 160),
        ("varchar(40)", 90, 90),
        ("varchar(20000)", None, 65535),
        ("text", None, 65535),
        ("text", 300, 300),
        ("json", None, 65535),
        ("uuid", None, 36),
        ("bigint", None, None),
        ("time", None, None),
    ],
)
def test_the_room_for_text_is_counted_in_bytes(type_, declared, room):
    assert Column("c", type_, "c", bytes=declared).room == room
