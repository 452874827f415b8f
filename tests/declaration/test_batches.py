"""Batches as they are declared: what is right, and every mistake with its line."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from stagecoach.dataset import Column, Dataset, Load, Mart, PostgresTarget, Source
from stagecoach.declaration import DeclarationErrors
from stagecoach.declaration.batches import Batch, load_all
from stagecoach.declaration.batches.dates import expression
from tests.projects import ROOT
from workbench.batches import render

RIGHT = """\
name: nightly
description: The tables of one night
members: [stores, sales]
business_date: "_{yyyy}{MM}{dd}."
expected: weekdays
deadline: {days: 2, time: "04:30"}
"""


def dataset(name: str, load: Load | None = None) -> Dataset:
    """A dataset of one column."""
    return Dataset(
        name=name,
        description="Every one",
        source=Source(f"{name}/"),
        columns=(Column("id", "bigint", "id"),),
        load=load or Load("snapshot"),
        postgres=PostgresTarget("shop", name),
        key=("id",),
    )


MART = replace(dataset("weeks"), source=Source("weeks/", mart=Mart("select 1")))
DATASETS = {
    each.name: each
    for each in (
        dataset("stores"),
        dataset("sales"),
        dataset("changes", Load("upsert")),
        dataset("versions", Load("history", deletes="ignore")),
        dataset("dated", Load("upsert", order_by="id")),
        MART,
    )
}
MISTAKES = [
    (
        "name: nightly",
        "name: night",
        "1: name is 'night' - wanted 'nightly', as the file is called",
    ),
    ("sales]", "sale]", "3: members names 'sale', which is no dataset - did you mean 'sales'?"),
    ("[stores, sales]", "[sales, sales]", "3: member 'sales' is already on line 3"),
    ("[stores, sales]", "[]", "3: members is empty - wanted datasets, in the order of the reports"),
    ("sales]", "changes]", "3: member 'changes' takes some rows (upsert) without order_by: a day"),
    ("sales]", "versions]", "3: member 'versions' takes some rows (history) without order_by"),
    ("sales]", "weeks]", "3: member 'weeks' is a mart, which no file brings - wanted what it is m"),
    ("{yyyy}", "{YYYY}", "4: business_date: found {YYYY} in '_{YYYY}{MM}{dd}.' - did you mean "),
    ("{dd}", "", "4: business_date: found no {dd} in '_{yyyy}{MM}.' - wanted {yyyy}, {MM}, {dd} o"),
    ("{dd}", "{dd}{dd}", "4: business_date: found 2 times {dd} in"),
    ("{dd}.", "{dd} .", "4: business_date: found '_{yyyy}{MM}{dd} .' - wanted a part of a key"),
    (
        "weekdays",
        "weekly",
        "5: expected: found 'weekly' - wanted one of daily, weekdays, none - did",
    ),
    (
        '"04:30"',
        '"4.30"',
        "6: deadline.time: found '4.30' - wanted a time in UTC such as \"04:00\"",
    ),
    ("days: 2", "days: -1", "6: deadline.days: found '-1' - wanted at least 0"),
    ("days: 2", "day: 2", "6: found the key 'day' in deadline - did you mean 'days'?"),
    ('deadline: {days: 2, time: "04:30"}\n', "", "1: the file has no 'deadline' - wanted deadline"),
]


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def said(folder: Path) -> str:
    with pytest.raises(DeclarationErrors) as wrong:
        load_all(folder, DATASETS)
    return str(wrong.value)


def test_a_right_batch_is_read(tmp_path: Path):
    assert load_all(write(tmp_path, nightly=RIGHT), DATASETS) == [
        Batch(
            name="nightly",
            description="The tables of one night",
            members=("stores", "sales"),
            business_date="_{yyyy}{MM}{dd}.",
            expected="weekdays",
            deadline_days=2,
            deadline_time="04:30",
        )
    ]


def test_a_project_without_batches_has_none(tmp_path: Path):
    assert load_all(tmp_path / "batches", DATASETS) == []


@pytest.mark.parametrize(("old", "new", "wanted"), MISTAKES)
def test_a_mistake_is_one_sentence_with_its_line(tmp_path: Path, old: str, new: str, wanted: str):
    assert old in RIGHT
    assert f"nightly.yaml:{wanted}" in said(write(tmp_path, nightly=RIGHT.replace(old, new)))


def test_a_dataset_is_in_one_batch(tmp_path: Path):
    other = RIGHT.replace("nightly", "weekly").replace("[stores, sales]", "[dated, sales]")
    assert said(write(tmp_path, nightly=RIGHT, weekly=other)).endswith(
        "weekly.yaml:3: member 'sales' is in the batch nightly - wanted each dataset in one"
    )


def test_a_file_without_keys_and_one_of_another_name_are_told(tmp_path: Path):
    write(tmp_path, nightly="- a\n")
    (tmp_path / "daily.yml").write_text(RIGHT)
    assert "found no keys - wanted name:, members:" in said(tmp_path)
    assert "daily.yml: found the extension .yml - wanted daily.yaml" in said(tmp_path)


@pytest.mark.parametrize(
    ("pattern", "key", "found"),
    [
        ("_{yyyy}{MM}{dd}.", "sales/sales_20240309.csv.gz", ("2024", "03", "09")),
        ("{yyyy}{MM}{dd}", "sales/120240309.csv", None),
        ("{yyyy}{MM}{dd}", "sales/20240309.csv", ("2024", "03", "09")),
        ("/{dd}.{MM}.{yyyy}/", "sales/09.03.2024/a.csv", ("09", "03", "2024")),
        ("/{dd}.{MM}.{yyyy}/", "sales/09x03x2024/a.csv", None),
        ("(a+)[{yyyy}-{MM}-{dd}]", "(a+)[2024-03-09]", ("2024", "03", "09")),
    ],
)
def test_a_pattern_stands_for_itself_but_for_the_date(pattern: str, key: str, found: object):
    hit = re.search(expression(pattern), key)
    assert (hit.groups() if hit else None) == found


def test_sql_tells_of_each_batch_and_forgets_the_others(tmp_path: Path):
    texts = render(load_all(write(tmp_path, nightly=RIGHT), DATASETS))
    assert list(texts) == ["postgres/batches/000-retire.sql", "postgres/batches/nightly.sql"]
    assert "retire_batches(array['nightly']::text[])" in texts["postgres/batches/000-retire.sql"]
    assert "deadline_time => '04:30'" in texts["postgres/batches/nightly.sql"]
    assert list(render([])) == ["postgres/batches/000-retire.sql"]


def test_the_batches_of_the_examples_are_right():
    from stagecoach import declaration

    for folder in sorted(ROOT.glob("examples/*/batches")):
        assert load_all(folder, declaration.load_all(folder.parent / "datasets"))
