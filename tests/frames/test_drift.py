"""From a file whose columns are not the declared ones to the live table, through both jobs."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stagecoach.dataset import Load
from tests.frames.judge import Judge, column, dataset
from tests.frames.test_stage import Way, way
from tests.sql.worlds import World

__all__ = ["way"]
PEOPLE = (
    column("id", "integer", null=False),
    column("name", "varchar(5)"),
    column("age", "integer"),
)
UPSERT = {"drift": "evolve", "key": ("id",)}


def people(**more: object):
    """People by id, whose files may drift."""
    return replace(dataset(*PEOPLE, **UPSERT, **more), load=Load("upsert"))


def test_s1_s2_columns_come_and_go_and_no_value_is_lost(way: Way, world: World):
    world.deploy(people())
    way.load("id,name,age\n1,Ann,30\n2,Bob,40\n", people(), "a.csv")
    found = way.load("Shoe Size,id,name\n44,1,Ann\n,3,Cid\n", people(), "b.csv")
    assert way.state(found)["state"] == "applied"
    assert found.manifest.columns == ["id", "name", "shoe_size"]
    assert [(each["column"], each["change"]) for each in way.state(found)["drift"]] == [
        ("shoe_size", "added"),
        ("age", "missing"),
    ]
    way.load("id,name,age\n1,Ann,31\n", people(), "c.csv")
    assert world.run("select * from aviation.things order by id") == [
        (1, "Ann", 31, "44"),
        (2, "Bob", 40, None),
        (3, "Cid", None, None),
    ]


def test_s1_an_extra_column_does_not_shield_a_bad_row(judge: Judge):
    found = judge.text("extra,id,name,age\na,x,Ann,1\n,2,Bob,2\n", people())
    assert found.rejected == [(2, "id is an integer")]
    assert found.rows == [(2, "Bob", 2, None, 3)]


def test_s3_a_rename_is_refused_and_says_so(judge: Judge):
    found = judge.text("id,names,age\n1,Ann,1\n", people())
    assert "declare it as from: 'names'" in str(found.refused)
    assert judge.text("id,name,name,age\n1,A,B,1\n", people()).refused is not None


def test_s1_s2_parquet_drifts_as_text_does(judge: Judge):
    path = Path(judge.folder) / "data.parquet"
    pq.write_table(pa.table({"id": [1, 2], "Score": [1.5, None], "age": [3, 4]}), path)
    found = judge.file(path, people(format="parquet"))
    assert found.manifest.columns == ["id", "age", "score"]
    assert found.rows == [(1, 3, "1.5", 1), (2, 4, None, 2)]


def test_s4_a_moved_column_is_reported_of_a_strict_file_too(judge: Judge):
    found = judge.text("name,age,id\nAnn,1,2\n", dataset(*PEOPLE))
    assert found.manifest.drift == [
        {"column": "id", "change": "reordered", "detail": "field 3 of the file"}
    ]


def test_s1_s2_keys_of_json_lines_drift_as_columns_do(judge: Judge):
    lines = '{"id": 1, "lights": [1.10]}\n\nnot json\n{"Zone": "b", "id": 2, "age": null}\n'
    found = judge.text(lines, people(format="jsonl"), "data.jsonl")
    assert found.manifest.columns == ["id", "age", "zone", "lights"]
    assert [(each["column"], each["change"]) for each in found.manifest.drift] == [
        ("name", "missing"),
        ("zone", "undeclared"),
        ("lights", "undeclared"),
    ]
    assert found.rows == [(1, None, None, "[1.10]", 1), (2, None, "b", None, 4)]
    assert found.counts == (4, 1, 2, 1)


def test_s2_a_key_that_no_line_has_refuses_the_file_where_it_is_needed(judge: Judge):
    found = judge.text('{"name": "Ann", "age": 1}\n', people(format="jsonl"), "data.jsonl")
    assert (
        found.refused
        == "the file lacks 'id', which is in the key - wanted it; have the sender bring it"
    )
