"""Every mistake in a declaration: file, line, what was found, what was wanted."""

import pytest

from stagecoach.declaration import DeclarationErrors, load, load_all

RIGHT = """\
name: orders
description: Orders of the shop
source:
  format: csv
  csv: {delimiter: ",", nulls: [""]}
columns:
  - {name: order_id, type: bigint}
  - {name: customer, type: varchar(40), nullable: true}
  - {name: ordered, type: date, format: yyyy-MM-dd}
  - {name: is_big, type: boolean, derive: "order_id > 1000"}
key: [order_id]
load: {mode: snapshot, max_deletes: 10%}
rules:
  id is positive: {check: "order_id > 0"}
targets:
  postgres: {schema: shop, table: orders, indexes: [[ordered]]}
"""

# what is replaced, by what, and what is said of it (`line: message`)
MISTAKES = [
    ("description:", "descripton:", "2: found the key 'descripton' in the file - did you mean 'd"),
    ("description: Orders of the shop\n", "", "1: the file has no 'description' - wanted descrip"),
    (
        "description: Orders of the shop",
        "description: no",
        "2: description: found 'no' - wanted \"no",
    ),
    (
        "description: Orders of the shop",
        "description: 1.10",
        "2: description: found '1.10' - wanted ",
    ),
    ("description: Orders of the shop", "description: 2024-01-01", 'wanted "2024-01-01": without'),
    (
        "description: Orders of the shop",
        "description:",
        "2: description: found nothing - wanted te",
    ),
    ("name: orders\n", "name: order\n", "1: name is 'order' - wanted 'orders', as the file is ca"),
    ("format: csv", "format: cvs", "4: source.format: found 'cvs' - wanted one of csv, json, "),
    ("format: csv", "format: xlsx", "5: the format is xlsx - wanted csv: only with format: csv"),
    ("format: csv", "format: json", "5: the format is json - wanted csv: only with format: csv"),
    (
        'format: csv\n  csv: {delimiter: ",", nulls: [""]}',
        "format: json\n  json: {path: a..b}",
        "5: source.json.path: found the path 'a..b' - wanted key",
    ),
    ("format: csv", "json: {path: a}", "4: the format is csv - wanted json: only with format: jso"),
    ("format: csv", "format: jsonl", "5: the format is jsonl - wanted csv: only with format: csv"),
    ("format: csv", "prefix: /a", "4: source.prefix: found the prefix '/a' - wanted folders such"),
    ('delimiter: ","', 'delimiter: ";;"', "5: source.csv.delimiter: found ';;' - wanted one char"),
    (
        'delimiter: ","',
        "delimiter: '\\t'",
        "5: source.csv.delimiter: found '\\\\t' - wanted \"\\t\" in",
    ),
    ('delimiter: ","', 'escape: "é"', "5: source.csv.escape: found 'é' - wanted a character of AS"),
    (
        'delimiter: ","',
        "escape: ','",
        "5: delimiter and escape are both ',' - wanted different cha",
    ),
    (
        'delimiter: ","',
        "skip_lines: -1",
        "5: source.csv.skip_lines: found '-1' - wanted at least 0",
    ),
    (
        'delimiter: ","',
        "delimiter: '\"'",
        "5: delimiter and quote are both '\"' - wanted different",
    ),
    ('delimiter: ","', "encoding: uft-8", "5: source.csv.encoding: found the encoding 'uft-8'"),
    ('delimiter: ","', "encoding: base64", "5: source.csv.encoding: found the encoding 'base64'"),
    ('delimiter: ","', "encoding: utf-8-sig", "found utf-8-sig - wanted utf-8"),
    ('delimiter: ","', "header: yes", "5: source.csv.header: found 'yes' - wanted true or false"),
    ('delimiter: ","', 'header: "true"', "found 'true' - wanted true or false, without quotes"),
    ('nulls: [""]', "nulls: [no]", "5: source.csv.nulls item 1: found 'no' - wanted \"no\""),
    ('nulls: [""]', "nulls: [null]", '5: source.csv.nulls item 1: found null - wanted "null"'),
    ('nulls: [""]', "nulls: NA", "5: source.csv.nulls: found 'NA' - wanted a list"),
    ("type: bigint", "type: bigin", "7: column 'order_id' type: found the type 'bigin' - wanted"),
    (
        "type: bigint",
        "type: bigint, digits: 6",
        "7: column 'order_id' is bigint - wanted digits on",
    ),
    (
        "type: bigint",
        "type: double, digits: 18",
        "7: column 'order_id' digits: found '18' - wanted",
    ),
    (
        "type: boolean",
        "type: real, digits: 6",
        "10: column 'is_big' is derived - wanted no 'digits",
    ),
    ("type: bigint", "type: int8", "found the type 'int8' - wanted 'bigint', which means the same"),
    (
        "varchar(40)",
        "varchar",
        "8: column 'customer' type: found the type 'varchar' - wanted varch",
    ),
    ("varchar(40)", "varchar(0)", "wanted varchar(n) with n from 1 to 10485760"),
    ("varchar(40)", '"numeric(5,6)"', "wanted numeric(p,s) with p from 1 to 38 and s from 0 to p"),
    ("varchar(40)", "text(40)", "wanted text without a length"),
    ("nullable: true", "nulable: true", "8: found the key 'nulable' in column 'customer' - did yo"),
    ("name: customer", "name: order_id", "8: column 'order_id' is already on line 7 - wanted each"),
    ("name: customer", "name: Customer", "8: column 'Customer' name: found the name 'Customer' - "),
    ("name: customer", "name: _row_no", "names with a leading underscore are reserved"),
    ("name: customer", f"name: {'c' * 64}", "found a name of 64 bytes - PostgreSQL takes 63"),
    ("name: customer", "name: xmin", "8: column 'xmin' is one that PostgreSQL keeps - wanted ano"),
    ("name: customer, ", "", "8: column number 2 has no 'name' - wanted name: its name in the ta"),
    (
        "name: customer",
        "name: y",
        "8: column number 2 name: found 'y' - wanted \"y\": without quot",
    ),
    (
        "type: bigint}",
        "type: bigint, from: customer}",
        "the file's column 'customer' is already on",
    ),
    (
        "type: bigint}",
        "type: bigint, nullable: true}",
        "7: column 'order_id' is in the key - wanted",
    ),
    (
        "type: bigint}",
        "type: bigint, format: yyyy}",
        "7: column 'order_id' is bigint - wanted a fo",
    ),
    (
        "yyyy-MM-dd",
        "YYYY-MM-dd",
        "9: column 'ordered': found YYYY in the format 'YYYY-MM-dd' - wan",
    ),
    ("yyyy-MM-dd", "yyyy-MM-DD", "9: column 'ordered': found D in the format"),
    ("yyyy-MM-dd", "yyyy-mm-dd", "9: column 'ordered': found mm in the format"),
    ("yyyy-MM-dd", '"%Y-%m-%d"', "9: column 'ordered': found the format '%Y-%m-%d' - wanted Spark"),
    ("order_id > 1000", "oder_id > 1000", "10: derive 'oder_id > 1000' names 'oder_id', which is "),
    ("order_id > 1000", "is_big", "10: derive 'is_big' names 'is_big', which is no column"),
    ("order_id > 1000", "(order_id > 1", "10: derive found '(order_id > 1' with 1 closing parent"),
    (
        '"order_id > 1000"',
        '"true", from: x',
        "10: column 'is_big' is derived - wanted no 'from' bes",
    ),
    ("key: [order_id]", "key: [oder_id]", "11: key names 'oder_id', which is no column - did you"),
    (
        "key: [order_id]",
        "key: [order_id, order_id]",
        "11: key column 'order_id' is already on line",
    ),
    ("key: [order_id]", "key: order_id", "11: key: found 'order_id' - wanted a list"),
    ("key: [order_id]\n", "", "11: mode snapshot without a key - wanted key: [column, ...]"),
    ("key: [order_id]", "key: []", "11: mode snapshot without a key"),
    ("mode: snapshot", "mode: snapshop", "12: load.mode: found 'snapshop' - wanted one of snapsho"),
    ("mode: snapshot", "mode: history", "12: mode history without deletes - wanted deletes: close"),
    (
        "mode: snapshot",
        "mode: snapshot, deletes: close",
        "12: mode snapshot has one meaning - want",
    ),
    ("mode: snapshot", "mode: history, deletes: ignore", "12: deletes: ignore ends nothing - want"),
    (
        "mode: snapshot",
        "mode: history, deletes: close, order_by: ordered",
        "12: with deletes: close the file's time counts, not its rows' - wanted no order_by",
    ),
    (
        "mode: snapshot, max_deletes: 10%",
        "mode: history, deletes: ignore, order_by: customer",
        "12: order_by names 'customer', which is varchar - wanted timestamptz, timestamp, date",
    ),
    ("mode: snapshot", "mode: snapshot, deleted_when: is_big", "12: mode snapshot takes no delete"),
    (
        "mode: snapshot, max_deletes: 10%",
        "mode: upsert, deleted_when: ordered",
        "12: deleted_when names 'ordered', which is date - wanted a boolean",
    ),
    (
        "mode: snapshot, max_deletes: 10%",
        "mode: upsert, deleted_when: is_bg",
        "12: load.deleted_when names 'is_bg', which is no column - did you mean 'is_big'?",
    ),
    ("mode: snapshot", "mode: upsert", "12: mode upsert deletes nothing - wanted max_deletes only"),
    ("mode: snapshot", "mode: snapshot, order_by: updated", "12: load.order_by names 'updated'"),
    ("max_deletes: 10%", "max_deletes: ten", "12: load.max_deletes: found 'ten' - wanted a share"),
    ("max_deletes: 10%", "max_deletes: 110%", "found 110% - wanted a share from 0% to 100%"),
    ("max_deletes: 10%", "max_deletes: -1", "12: load.max_deletes: found -1 - wanted a share such"),
    (
        "max_deletes: 10%",
        "max_deletes: 0.1",
        "12: load.max_deletes: found 0.1 - wanted a share such",
    ),
    ("max_deletes: 10%", "max_deletes: {part: 1%}", "12: load.max_deletes: found the keys part - "),
    ("order_id > 0", "orderid > 0", "14: rule 'id is positive': 'orderid > 0' names 'orderid', w"),
    ("order_id > 0", "customer <> 'Ann", "14: rule 'id is positive': found \"'Ann\" in"),
    (
        '> 0"}',
        '> 0", action: rejekt}',
        "rules.id is positive.action: found 'rejekt' - wanted one of",
    ),
    ('{check: "order_id > 0"}', '"order_id > 0"', "wanted keys and values: check, action"),
    ("schema: shop", "schema: etl", "16: schema 'etl' is not for live tables - wanted one of your"),
    (
        "[[ordered]]",
        "[ordered]",
        "16: targets.postgres.indexes item 1: found 'ordered' - wanted",
    ),
    ("[[ordered]]", "[[odered]]", "16: targets.postgres.indexes names 'odered', which is no"),
    ("  postgres:", "  postgress:", "16: found the key 'postgress' in targets - did you mean 'po"),
    ("targets:", "size: {workers: 1}\ntargets:", "15: size.workers: found '1' - wanted at least 2"),
    ("targets:", "drift: strict\ndrift: evolve\ntargets:", "16: key 'drift' is already on line 15"),
    ("targets:", "targets:\n\tx: 1", "16: found a tab - wanted spaces"),
    (
        "Orders of the shop",
        "Orders: of the shop",
        '2: mapping values are not allowed here - wanted "',
    ),
    ("Orders of the shop", "@shop", "2: found character '@' that cannot start any token while"),
]


@pytest.fixture
def mistakes(tmp_path):
    def of(text: str) -> list[str]:
        path = tmp_path / "orders.yaml"
        path.write_text(text)
        with pytest.raises(DeclarationErrors) as caught:
            load(path)
        return [f"{problem.line}: {problem.message}" for problem in caught.value.problems]

    return of


def test_the_declaration_that_the_mistakes_are_made_in_is_right(tmp_path):
    (tmp_path / "orders.yaml").write_text(RIGHT)
    assert load(tmp_path / "orders.yaml").name == "orders"


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_line(mistakes, right, wrong, said):
    assert right in RIGHT
    found = mistakes(RIGHT.replace(right, wrong, 1))
    assert any(said in problem for problem in found), found


@pytest.mark.parametrize(("right", "wrong", "_said"), MISTAKES)
def test_one_mistake_is_said_once_in_one_line(mistakes, right, wrong, _said):
    found = mistakes(RIGHT.replace(right, wrong, 1))
    assert len(found) == 1, found
    assert "\n" not in found[0]


def test_all_mistakes_of_a_file_are_said_in_one_go_in_the_order_of_lines(mistakes):
    wrong = RIGHT.replace("key: [order_id]", "key: [x]").replace("varchar(40)", "varchr(40)")
    found = mistakes(wrong.replace("order_id > 0", "y > 0"))
    assert [int(problem.split(":")[0]) for problem in found] == [8, 11, 14]


def test_a_problem_reads_as_path_line_message(tmp_path):
    path = tmp_path / "orders.yaml"
    path.write_text(RIGHT.replace("bigint", "bigin"))
    with pytest.raises(DeclarationErrors, match=r"orders\.yaml:7: column 'order_id' type: found"):
        load(path)


def test_a_file_without_a_header_has_no_names_to_take_columns_from(mistakes):
    text = RIGHT.replace('delimiter: ","', "header: false")
    found = mistakes(text.replace("name: customer", "name: customer, from: c"))
    assert found == ["8: column 'customer' has 'from' - a file without a header has no names"]


def test_more_columns_than_a_stage_table_holds_are_too_many(mistakes):
    many = "".join(f"  - {{name: c{number}, type: text}}\n" for number in range(1596))
    found = mistakes(RIGHT.replace("key: [order", f"{many}key: [order"))
    assert found == ["6: found 1600 columns - wanted at most 1598"]


def test_a_history_s_table_has_three_columns_of_its_own(mistakes):
    many = "".join(f"  - {{name: c{number}, type: text}}\n" for number in range(1594))
    mode = "mode: history, deletes: close"
    found = mistakes(
        RIGHT.replace("key: [order", f"{many}key: [order").replace("mode: snapshot", mode)
    )
    assert found == ["6: found 1598 columns - wanted at most 1597"]


@pytest.mark.parametrize("text", ["", "# nothing\n", "hello\n", "- a\n"])
def test_a_file_that_is_no_mapping_is_said_to_be_so(mistakes, text):
    assert mistakes(text)[0].startswith("1: found no")


def test_a_quote_that_is_never_closed_is_refused(mistakes):
    assert mistakes('name: "orders\n')[0].startswith("2: found unexpected end of stream")


def test_an_anchor_that_holds_itself_is_refused(mistakes):
    assert "1: found an anchor that holds itself - wanted plain values" in mistakes("a: &a [*a]\n")


def test_bytes_that_are_not_utf8_are_named(tmp_path):
    (tmp_path / "orders.yaml").write_bytes(b"name: \xff\n")
    with pytest.raises(DeclarationErrors, match="byte 6 is not UTF-8"):
        load_all(tmp_path)
