"""What the declarations of a folder must not share, and folders with nothing to read."""

import pytest

from stagecoach.declaration import DeclarationErrors, load, load_all

TEXT = """\
name: {name}
description: Some rows
source: {{prefix: {prefix}}}
columns: [{{name: id, type: bigint}}]
load: {{mode: append}}
targets: {{postgres: {{schema: public, table: {table}}}}}
"""


@pytest.fixture
def folder(tmp_path):
    def write(*datasets: tuple[str, str, str]):
        for name, prefix, table in datasets:
            text = TEXT.format(name=name, prefix=prefix, table=table)
            (tmp_path / f"{name}.yaml").write_text(text)
        return tmp_path

    return write


def problems(path) -> list[str]:
    with pytest.raises(DeclarationErrors) as caught:
        load_all(path)
    return [str(problem).removeprefix(f"{path}") for problem in caught.value.problems]


def test_datasets_that_share_nothing_are_read_by_name(folder):
    assert sorted(load_all(folder(("a", "a/", "a"), ("b", "b/", "b")))) == ["a", "b"]


def test_two_datasets_may_not_have_one_prefix(folder):
    (said,) = problems(folder(("a", "in/", "a"), ("b", "in/", "b")))
    assert said.startswith("/b.yaml:3: prefix 'in/' begins like 'in/' of a")


def test_a_prefix_may_not_begin_like_another_ones(folder):
    said = problems(folder(("a", "in/", "a"), ("b", "in/b/", "b"), ("c", "in/c/", "c")))
    assert [line.split(" - ")[0] for line in said] == [
        "/b.yaml:3: prefix 'in/b/' begins like 'in/' of a",
        "/c.yaml:3: prefix 'in/c/' begins like 'in/' of a",
    ]


def test_prefixes_that_only_sound_alike_are_fine(folder):
    assert len(load_all(folder(("a", "in/", "a"), ("b", "inn/", "b")))) == 2


def test_two_datasets_may_not_fill_one_table(folder):
    (said,) = problems(folder(("a", "a/", "t"), ("b", "b/", "t")))
    assert said.startswith("/b.yaml:6: table public.t belongs to a already")


def test_a_name_that_the_catalogue_gives_to_live_rows_is_taken(folder):
    (said,) = problems(folder(("a", "a/", "a"), ("a_current", "b/", "b")))
    assert said.startswith("/a_current.yaml:1: name 'a_current' is what the catalogue calls")
    (folder() / "a.yaml").unlink()
    assert list(load_all(folder())) == ["a_current"]


def test_the_mistakes_of_all_files_are_said_together(folder):
    path = folder(("a", "/a", "t"), ("b", "/b", "t"))
    assert [line.split(":")[0] for line in problems(path)] == ["/a.yaml", "/b.yaml"]


def test_an_empty_folder_is_said_to_be_so(tmp_path):
    assert problems(tmp_path) == [
        ": found no *.yaml - wanted at least one dataset, see datasets/README.md"
    ]


def test_a_folder_that_is_not_there_is_said_to_be_so(tmp_path):
    assert problems(tmp_path / "x")[0].startswith(": found no such folder")


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    with pytest.raises(DeclarationErrors, match=r"x\.yaml: found no such file"):
        load(tmp_path / "x.yaml")


def test_the_extension_yml_is_not_overlooked(folder):
    path = folder(("a", "a/", "a"))
    (path / "b.yml").write_text("name: b\n")
    assert problems(path) == ["/b.yml: found the extension .yml - wanted b.yaml"]


def test_nor_one_table_of_redshift(folder):
    path = folder(("a", "a/", "a"), ("b", "b/", "b"))
    for file in path.glob("*.yaml"):
        more = "}, redshift: {schema: public, table: t}}"
        file.write_text(file.read_text().replace("}}", more))
    (said,) = problems(path)
    assert said.startswith("/b.yaml:6: table public.t belongs to a already")


BOOK = """\
name: {name}
description: Some rows
source: {{prefix: in/, format: xlsx, xlsx: {{{sheet}}}}}
columns: [{{name: id, type: bigint}}]
load: {{mode: append}}
targets: {{postgres: {{schema: public}}}}
"""


@pytest.fixture
def books(tmp_path):
    def write(**sheets: str):
        for name, sheet in sheets.items():
            (tmp_path / f"{name}.yaml").write_text(BOOK.format(name=name, sheet=sheet))
        return tmp_path

    return write


def test_the_sheets_of_one_workbook_may_be_datasets(books):
    assert sorted(load_all(books(a="sheet: people", b="sheet: roles"))) == ["a", "b"]


def test_one_sheet_is_one_dataset(books):
    (said,) = problems(books(a="sheet: people", b="sheet: people"))
    assert said == (
        "/b.yaml:3: sheet 'people' of the workbooks below 'in/' belongs to a already - "
        "wanted another sheet, or another prefix"
    )


def test_a_workbook_is_shared_only_by_declared_sheets(books):
    (said,) = problems(books(a="sheet: people", b="header_row: 2"))
    assert said.startswith("/b.yaml:3: prefix 'in/' begins like 'in/' of a")


def test_a_workbook_is_not_shared_with_another_format(books, folder):
    books(a="sheet: people")
    (said,) = problems(folder(("b", "in/", "b")))
    assert said.startswith("/b.yaml:3: prefix 'in/' begins like 'in/' of a")
