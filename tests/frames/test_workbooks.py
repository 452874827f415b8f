"""Sheets of workbooks: what their cells say, and what of it is refused."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from stagecoach import packing
from stagecoach.dataset import Dataset
from stagecoach.frames.files.workbooks import text_of
from tests.frames.judge import Judge, Judged, column, dataset

ID, NAME = column("id", "integer", null=False), column("name", "text")
HEADER = ["id", "name"]


def workbook(*rows: list, shape: Callable = lambda book: None) -> bytes:
    """A workbook whose first sheet has these rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    shape(book)
    book.save(file := io.BytesIO())
    return file.getvalue()


def rewritten(data: bytes, name: str, old: str, new: str) -> bytes:
    """The same workbook with some text of one member changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    text = members[name].decode()
    assert re.search(old, text)
    members[name] = re.sub(old, new, text).encode()
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as target:
        for member, content in members.items():
            target.writestr(member, content)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def judged(judge: Judge, data: bytes, *columns, **more) -> Judged:
    declared: Dataset = dataset(*(columns or (ID, NAME)), format="xlsx", **more)
    return judge.text(data, declared, "data.xlsx")


@pytest.mark.usefixtures("each_way")
def test_rows_have_their_numbers_and_blank_ones_are_no_rows(judge: Judge) -> None:
    found = judged(judge, workbook(HEADER, [1, "Ann"], [], [2, None], ["x", "Bob"]))
    assert found.rows == [(1, "Ann", 2), (2, None, 4)]
    assert found.rejected == [(5, "id is an integer")]
    assert found.manifest.rejects[0].raw == "x,Bob"
    assert found.counts == (5, 2, 2, 1)


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (0.1 + 0.2, "text", "0.3"),
        (1.10, "numeric(10,2)", "1.10"),
        (1e-9, "text", "0.000000001"),
        (1e20, "text", "100000000000000000000"),
        (123456789012345, "bigint", "123456789012345"),
        (True, "boolean", "True"),
        (True, "text", "true"),
        ("007", "text", "007"),
        ("a\nb", "text", "a\nb"),
        (datetime(2024, 2, 29), "date", "2024-02-29"),
        (datetime(2024, 2, 29), "text", "2024-02-29"),
        (datetime(2024, 2, 29), "timestamp", "2024-02-29 00:00:00"),
        (datetime(2024, 2, 29, 13, 5), "timestamp", "2024-02-29 13:05:00"),
        (time(13, 5), "text", "13:05:00"),
        (timedelta(hours=30, minutes=1), "text", "30:01:00"),
        ("=1/0", "text", None),
    ],
)
def test_a_cell_is_held_to_its_columns_type(
    judge: Judge, value: object, type_: str, text: str | None
) -> None:
    found = judged(judge, workbook(HEADER, [1, value]), ID, column("name", type_))
    if text is None:
        assert [(reject.rule, reject.found) for reject in found.manifest.rejects] == [
            ("name is no error of a formula", "a formula without its value")
        ]
    else:
        assert [str(row[1]) for row in found.rows] == [text]


def test_a_date_that_has_a_time_is_no_date(judge: Judge) -> None:
    data = workbook(HEADER, [1, datetime(2024, 2, 29, 13, 5)])
    assert judged(judge, data, ID, column("name", "date")).rejected == [(2, "name is a date")]
    assert text_of(date(2024, 2, 29), "date") == "2024-02-29"


FORMULA = r'<c r="%s"[^>]*><f>[^<]*</f><v ?/?>(</v>)?</c>'


def test_a_formula_has_its_value_or_its_error(judge: Judge) -> None:
    data = workbook(HEADER, ["=1+1", "=A9"], ["=2+2", "ok"], ["=3+3", '=""'])
    for at, cell in (
        ("A2", '<c r="A2"><f>1+1</f><v>2</v></c>'),
        ("B2", '<c r="B2" t="e"><f>A9</f><v>#REF!</v></c>'),
        ("A3", '<c r="A3"><f>2+2</f><v>4</v></c>'),
        ("A4", '<c r="A4"><f>3+3</f><v>6</v></c>'),
        ("B4", '<c r="B4" t="str"><f>""</f><v></v></c>'),
    ):
        data = rewritten(data, SHEET, FORMULA % at, cell)
    found = judged(judge, data)
    assert [(r.line, r.rule, r.found) for r in found.manifest.rejects] == [
        (2, "name is no error of a formula", "#REF!")
    ]
    assert found.rows == [(4, "ok", 3), (6, None, 4)]


def test_the_size_that_a_sheet_claims_is_not_believed(judge: Judge) -> None:
    data = workbook(HEADER, [1, "Ann"], [2, "Bob"])
    data = rewritten(data, SHEET, r'<dimension ref="[^"]*"', '<dimension ref="A1:A2"')
    assert judged(judge, data).counts == (3, 1, 2, 0)


def test_merged_cells_are_null_but_for_the_first(judge: Judge) -> None:
    data = workbook(HEADER, [1, "Ann"], [2, "x"], shape=lambda b: b.active.merge_cells("B2:B3"))
    assert [row[1] for row in judged(judge, data).rows] == ["Ann", None]


def hide_first(book: openpyxl.Workbook) -> None:
    book.active.sheet_state = "hidden"
    second = book.create_sheet("Orders")
    for row in (["Report"], [], HEADER, [9, "z"]):
        second.append(row)


def test_hidden_sheets_are_not_looked_at(judge: Judge) -> None:
    data = workbook(HEADER, [1, "hidden"], shape=hide_first)
    for sheet in (None, "Orders"):
        found = judged(judge, data, xlsx={"sheet": sheet, "header_row": 3})
        assert (found.rows, found.counts) == ([(9, "z", 4)], (4, 3, 1, 0))
    refused = judged(judge, data, xlsx={"sheet": "Sheet"}).refused
    assert "the workbook has the visible sheets 'Orders' - wanted 'Sheet', as source.xlsx" in str(
        refused
    )


def test_a_value_right_of_the_header_rejects_its_row(judge: Judge) -> None:
    found = judged(judge, workbook(HEADER, [1, "a", None, "stray"], [2, "b"]))
    assert found.rejected == [(2, "the row has 2 cells")]
    assert found.manifest.rejects[0].found == "a value in column 4"
    assert found.rows == [(2, "b", 3)]


def test_columns_of_a_sheet_drift_as_those_of_text_do(judge: Judge) -> None:
    found = judged(judge, workbook(["Score", "id"], [1.5, 1]), drift="evolve")
    assert (found.manifest.columns, found.rows) == (["id", "score"], [(1, "1.5", 2)])
    assert "beyond the declared columns" in str(
        judged(judge, workbook([*HEADER, "Score"], [1])).refused
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (packing.OLE + b"0" * 100, "is an old Excel workbook (.xls), or one with a password"),
        (b"id,name\n1,Ann\n", "the file is no Excel workbook, it begins with b'id,name"),
        (workbook(HEADER)[:-40], "the xlsx file is broken or ends early"),
        (workbook([], HEADER), "row 1 of the sheet is empty, the header was wanted there"),
        (
            rewritten(workbook(HEADER), SHEET, "<worksheet", "<!DOCTYPE x><worksheet"),
            "'xl/worksheets/sheet1.xml' in the xlsx file declares a document type",
        ),
        (
            rewritten(workbook(HEADER, [1]), SHEET, 'row r="2"', 'row r="99999999"'),
            "row 99999999 of the sheet follows row 1 - wanted rows in order, at most 1,048,576",
        ),
        (
            rewritten(workbook(HEADER), SHEET, "</worksheet>", " " * 10_000_000 + "</worksheet>"),
            "the xlsx file grows more than 200 times",
        ),
    ],
    ids=["old", "text", "cut", "no header", "entities", "far row", "bomb"],
)
def test_a_workbook_that_is_refused(judge: Judge, data: bytes, said: str) -> None:
    assert said in str(judged(judge, data).refused)


def test_a_workbook_that_holds_too_much_is_refused(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "WORKBOOK_MOST", 1000)
    assert "bytes unpacked - wanted at most 1,000" in str(judged(judge, workbook(HEADER)).refused)
