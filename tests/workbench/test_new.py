"""`stagecoach new`: from a sample to a declaration that `check` takes and that loads the sample."""

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.declaration import load
from stagecoach.errors import FileRefused
from tests.sql.conftest import server, world  # noqa: F401 - fixtures
from tests.systems.pipe import Pipe, changes
from workbench.app import run
from workbench.scaffold import declare, samples

DATA = Path(__file__).parents[3] / "shared" / "data"
REAL = {
    "borrowers/borrowers.xlsx": 1_000,
    "borrowers/borrower.csv": 1_000,
    "borrowers/role_profile.csv": 1_000,
    "flights_2015/airlines.json": 14,
    "flights_2015/airports.csv": 322,
    "flights_2015/flights_sample.csv": 46,
    "taxi/taxi_zone_lookup.csv": 265,
    "taxi/green_2023_01.parquet": 68_211,
    "ourairports/all_operations/regions.2022-10-04.csv.gz": 3_889,
    "ourairports/all_operations/runways.2024-07-03.csv.gz": 40_000,
    "sales/item.csv.gz": 180,
    "sales/store.csv.gz": 1,
}


def declared(folder: Path, file: Path):
    """The dataset that is declared from a sample."""
    found = declare.declare("probe", samples.read(file))
    (folder / "probe.yaml").write_text(declare.text(found, file, "public"))
    return load(folder / "probe.yaml")


def types_of(folder: Path, text: str, name: str = "sample.csv") -> dict[str, str]:
    file = folder / name
    file.write_text(text)
    return {column.name: column.type for column in declared(folder, file).columns}


@pytest.mark.parametrize("name", REAL)
def test_what_is_declared_loads_the_sample(world, tmp_path, name):  # noqa: F811
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{file} is not here")
    dataset = declared(tmp_path, file)
    world.deploy(dataset)
    rows = json.loads(json.dumps(Pipe(world, dataset).send(file)))
    assert changes(rows)[0] >= REAL[name] > 0
    assert rows["counts"]["rejected"] == 0


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (("1", "2"), "integer"),
        (("1", "9999999999"), "bigint"),
        (("007", "12"), "text"),
        (("1.50", "22.25"), "numeric(8,2)"),
        (("1e3", "2"), "double"),
        (("true", "false"), "boolean"),
        (("Y", "N"), "boolean"),
        (("Y", "Y"), "text"),
        (("2024-01-31", "2024-02-01"), "date"),
        (("20240131", "20240201"), "date"),
        (("2024-01-31 10:00:00", "2024-01-31T11:00:00"), "timestamp"),
        (("2024-01-31T10:00:00Z", "2024-01-31T11:00:00+02:00"), "timestamptz"),
        (("10:00", "23:59"), "time"),
        (("6f1c4b1e-0000-4000-8000-000000000001", "6f1c4b1e-0000-4000-8000-000000000002"), "uuid"),
        (("a", "1"), "text"),
        (("123456789012345678901", "1"), "text"),
    ],
)
def test_a_type_is_the_narrowest_that_every_value_has(tmp_path, values, type_):
    lines = "\n".join(f"{value},x" for value in values)
    assert types_of(tmp_path, f"value,other\n{lines}\n")["value"] == type_


@pytest.mark.parametrize("name", ["zip", "home_phone", "postal_code", "Airport_CD"])
def test_what_is_called_a_code_stays_text(tmp_path, name):
    assert set(types_of(tmp_path, f"{name},n\n90210,1\n10001,2\n").values()) == {"text", "integer"}


def test_a_day_that_may_be_a_month_is_marked(tmp_path):
    (tmp_path / "sample.csv").write_text("day,n\n01/02/2024,1\n03/04/2024,2\n")
    found = declare.declare("probe", samples.read(tmp_path / "sample.csv"))
    assert found.columns[0].guess.format == "dd/MM/yyyy"
    assert "MM/dd/yyyy fits" in found.columns[0].guess.why


def test_a_word_for_null_is_declared(tmp_path):
    (tmp_path / "sample.csv").write_text("n,name\n1,a\nNULL,b\n")
    dataset = declared(tmp_path, tmp_path / "sample.csv")
    assert dataset.source.csv.nulls == ("", "NULL")
    assert [(each.type, each.nullable) for each in dataset.columns] == [
        ("integer", True), ("text", False),
    ]  # fmt: skip


def test_north_america_is_no_null(tmp_path):
    (tmp_path / "sample.csv").write_text("n,continent\n1,NA\nNA,EU\n")
    dataset = declared(tmp_path, tmp_path / "sample.csv")
    assert dataset.source.csv.nulls == ("",)
    assert [each.type for each in dataset.columns] == ["text", "text"]


def test_a_foreign_way_of_writing_is_found_out(tmp_path):
    text = "Report of June\n\nName;Betrag\nJosé;1\nAnn;2\n"
    (tmp_path / "sample.csv").write_bytes(text.encode("cp1252"))
    csv = declared(tmp_path, tmp_path / "sample.csv").source.csv
    assert (csv.delimiter, csv.encoding, csv.skip_lines) == (";", "cp1252", 2)


def test_a_file_without_a_header_is_found_out(tmp_path):
    (tmp_path / "sample.csv").write_text("1,Ann\n2,Bob\n")
    dataset = declared(tmp_path, tmp_path / "sample.csv")
    assert not dataset.source.csv.header
    assert [each.name for each in dataset.columns] == ["column_1", "column_2"]


def test_records_deep_in_a_document_are_found(tmp_path):
    (tmp_path / "sample.json").write_text('{"data": {"items": [{"zip": "00501", "n": 1}]}}')
    dataset = declared(tmp_path, tmp_path / "sample.json")
    assert dataset.source.json.path == "data.items"
    assert [each.type for each in dataset.columns] == ["text", "integer"]


def test_parquet_says_its_types(tmp_path):
    pq.write_table(
        pa.table({"Trip ID": [1, 2], "price": pa.array([1.5, None])}), tmp_path / "x.parquet"
    )
    columns = declared(tmp_path, tmp_path / "x.parquet").columns
    assert [(each.name, each.type, each.nullable) for each in columns] == [
        ("trip_id", "bigint", False), ("price", "double", True),
    ]  # fmt: skip


def test_integers_that_became_doubles_because_of_a_null_are_integers(tmp_path):
    table = {"payment_type": [1.0, None, 2.0], "tip": [1.5, None, 2.0], "toll": [0.0, 0.0, 0.0]}
    pq.write_table(pa.table(table), tmp_path / "x.parquet")
    found = declare.declare("probe", samples.read(tmp_path / "x.parquet"))
    assert [each.guess.type for each in found.columns] == ["integer", "double", "double"]
    assert found.remarks == ["Whole numbers that are doubles, which have nulls: payment_type"]


def test_a_key_is_called_like_one_or_the_sample_is_large(tmp_path):
    assert key_of(tmp_path, "id,size\n1,5\n2,6\n") == ("id",)
    assert key_of(tmp_path, "height,size\n1,5\n2,6\n") == ()
    pairs = "".join(f"{n // 50},{n % 50}\n" for n in range(2_000))
    assert key_of(tmp_path, f"store,day\n{pairs}") == ("store", "day")


def key_of(folder: Path, text: str) -> tuple[str, ...]:
    (folder / "sample.csv").write_text(text)
    return declared(folder, folder / "sample.csv").key


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none.csv", None, "is no file"),
        ("empty.csv", b"", "is empty"),
        ("header.csv", b"a,b\n", "no rows below its header"),
        ("twice.csv", b"a,a\n1,2\n", "stands twice"),
        ("page.csv", b"<!doctype html><title>403</title>", "an HTML page"),
        ("cut.json", b'[{"a": 1}, {', "no JSON document"),
        ("one.json", b"[1, 2]", "no array of objects"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00cut", "cannot be unpacked"),
    ],
)
def test_what_is_no_sample_is_said_in_a_sentence(tmp_path, name, data, said):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(FileRefused, match=said):
        samples.read(tmp_path / name)


def test_the_command_writes_it_once(tmp_path, capsys):
    (tmp_path / "sample.csv").write_text("id,zip\n1,00501\n2,90210\n")
    words = ["new", "shops", "--from", str(tmp_path / "sample.csv"), "--folder", str(tmp_path)]
    assert run(words) == 0
    assert "leading zeros" in (tmp_path / "shops.yaml").read_text()
    assert "key: id" in capsys.readouterr().out
    assert run(words) == 1
    assert "is there already" in capsys.readouterr().err


def test_a_name_in_the_file_is_split_where_its_words_begin(tmp_path):
    found = types_of(tmp_path, "PULocationID,pickupDate,ehail_fee,VendorID\n1,x,2,3\n")
    assert list(found) == ["pu_location_id", "pickup_date", "ehail_fee", "vendor_id"]


def test_a_code_is_a_likelier_key_than_a_name(tmp_path):
    (tmp_path / "x.json").write_text('[{"IATA_CODE": "UA", "AIRLINE": "United"}, '
                                     '{"IATA_CODE": "AA", "AIRLINE": "American"}]')  # fmt: skip
    found = declare.declare("dot_airlines", samples.read(tmp_path / "x.json"))
    assert found.key == ("iata_code",)


def test_nothing_but_0_and_1_may_be_a_boolean(tmp_path):
    (tmp_path / "sample.csv").write_text("cancelled,n\n0,1\n1,2\n")
    found = declare.declare("probe", samples.read(tmp_path / "sample.csv"))
    assert [each.guess.why for each in found.columns] == [
        "0 and 1 and nothing else: boolean?",
        None,
    ]


@pytest.fixture
def workbook(tmp_path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "people"
    for row in (("id", "zip"), ("1", "00501"), ("2", "90210")):
        book.active.append(row)
    for row in (("role", "of"), ("owner", "1"), ("guest", "2")):
        sheet = book["roles"] if "roles" in book.sheetnames else book.create_sheet("roles")
        sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_of_a_workbook_the_sheet_is_said_and_the_others_are_named(tmp_path, workbook):
    first = declare.declare("probe", samples.read(workbook))
    assert first.remarks == ["A sheet is a dataset; the workbook has others, for --sheet: roles"]
    second = declare.declare("probe", samples.read(workbook, "roles"))
    (tmp_path / "probe.yaml").write_text(declare.text(second, workbook, "public"))
    dataset = load(tmp_path / "probe.yaml")
    assert dataset.source.xlsx.sheet == "roles"
    assert [each.name for each in dataset.columns] == ["role", "of"]


def test_a_sheet_that_is_none_is_refused_with_those_that_are(tmp_path, workbook):
    with pytest.raises(FileRefused, match="'people', 'roles' - wanted 'rolls'"):
        samples.read(workbook, "rolls")
    (tmp_path / "sample.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileRefused, match="is no workbook"):
        samples.read(tmp_path / "sample.csv", "roles")


def test_a_project_gets_its_first_declaration(tmp_path, monkeypatch, capsys):
    (tmp_path / "sample.csv").write_text("id,zip\n1,00501\n2,90210\n")
    (tmp_path / "mine" / "datasets").mkdir(parents=True)
    monkeypatch.setenv("STAGECOACH_PROJECT", str(tmp_path / "mine"))
    assert run(["new", "shops", "--from", str(tmp_path / "sample.csv")]) == 0
    assert run(["check"]) == 0
    assert "shops" in capsys.readouterr().out
    first = (tmp_path / "mine" / "datasets" / "shops.yaml").read_text().splitlines()[0]
    way = first.split("$schema=")[1]
    schema = Path(__file__).parents[2] / "datasets" / "schema.json"
    assert (tmp_path / "mine" / "datasets" / way).samefile(schema)


def test_a_name_that_is_none_is_refused(tmp_path, capsys):
    assert run(["new", "My Shops", "--from", "x.csv", "--folder", str(tmp_path)]) == 1
    assert "lower-case letters" in capsys.readouterr().err
