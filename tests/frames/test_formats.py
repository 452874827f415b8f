"""Every way in which a file may be written, and what of it is refused."""

import gzip
import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagecoach import jsondocument, packing
from stagecoach.frames.files import blocks, splits
from stagecoach.jsondocument import Document
from tests.frames.judge import Judge, column, dataset
from tests.sniff.conftest import zipped

ID, NAME = column("id", "integer", null=False), column("name", "text")
ROWS = "".join(f"{number},name of {number}\n" for number in range(1, 1001))
TEXT = f"id,name\n{ROWS}".encode()


def zstd(data: bytes) -> bytes:
    return pa.compress(data, "zstd", asbytes=True)


def in_zip(data: bytes) -> bytes:
    return zipped(("things.csv", data))


PACKED = [("data.csv.gz", gzip.compress), ("data.csv.zst", zstd), ("data.csv.zip", in_zip)]


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_packed_file_is_judged_as_the_plain_one(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, name: str, pack
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 700)
    plain, packed = (judge.text(text, dataset(ID, NAME), at) for text, at in (
        (TEXT, "data.csv"), (pack(TEXT), name))
    )  # fmt: skip
    assert packed.counts == (1001, 1, 1000, 0)
    assert packed.manifest.hash_sum == plain.manifest.hash_sum


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_packed_file_that_is_cut_short_leaves_nothing(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(TEXT)[:-30], dataset(ID, NAME), name)
    assert "broken or ends early" in str(found.refused)
    assert found.manifest.files == []


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_bomb_is_refused_wherever_it_begins_to_grow(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(TEXT + b"0" * 20_000_000), dataset(ID, NAME), name)
    assert "grows more than 200 times - wanted ordinary text" in str(found.refused)


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_a_file_that_holds_too_much_is_refused(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, name: str, pack
) -> None:
    monkeypatch.setattr(packing, "LARGEST", 10_000)
    found = judge.text(pack(TEXT), dataset(ID, NAME), name)
    assert "holds more than 10,000 bytes - wanted fewer" in str(found.refused)


@pytest.mark.parametrize(("name", "pack"), PACKED)
def test_an_archive_in_an_archive_is_refused(judge: Judge, name: str, pack) -> None:
    found = judge.text(pack(gzip.compress(TEXT)), dataset(ID, NAME), name)
    assert "file holds gzip data - wanted text, packed once" in str(found.refused)


def test_frames_of_zstd_follow_each_other(judge: Judge) -> None:
    found = judge.text(zstd(TEXT) + zstd(b"2000,last\n"), dataset(ID, NAME), "data.csv.zst")
    assert found.counts == (1002, 1, 1001, 0)


RECORDS = """[
  {"id": 1, "name": "Ann ] , \\"x\\""},
  {"id": 2,
   "name": {"a": [1.10, null]}}, {"id":3}
]
"""


@pytest.mark.parametrize("chunk", [1, 3, 10, 1000])
@pytest.mark.parametrize(
    ("around", "path"),
    [
        ("%s", None),
        ('{"at": "2024", "data": {"n": [], "items": %s}, "b": {"items": 3}}', "data.items"),
    ],
)
@pytest.mark.usefixtures("each_way")
def test_a_document_has_its_records(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, chunk: int, around: str, path: str | None
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", chunk)
    declared = dataset(ID, NAME, format="json", json={"path": path})
    found = judge.text("\ufeff" + around % RECORDS, declared, "data.json")
    assert found.rows == [(1, 'Ann ] , "x"', 1), (2, '{"a": [1.10, null]}', 2), (3, None, 3)]
    assert found.counts == (3, 0, 3, 0)


def test_records_that_are_no_good_are_rejected_one_by_one(judge: Judge) -> None:
    bad = ('{"id": }', '{"id": 2, "x": 1}', "5", '{"id": NaN}', '{"id": 1, "id": 2}', '{"id": "é"}')
    text = f'[{{"id": 1}}, {", ".join(bad)}]'
    found = judge.text(text, dataset(ID, NAME, format="json"), "data.json")
    rule = "the record is a JSON object of declared keys"
    assert found.rejected == [*((line, rule) for line in range(2, 7)), (7, "id is an integer")]
    assert [reject.raw for reject in found.manifest.rejects] == list(bad)
    assert found.rows == [(1, None, 1)]


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ('{"id": 1}', None, "the document is an object - wanted an array of objects; declare sour"),
        ("[]", "data", "the document is an array - wanted an object with 'data', as source.json"),
        ('{"rows": []}', "data", "the document has no 'data' - wanted it, as source.json.path 'da"),
        ('{"a": {}}', "a.b", "'a' has no 'b' - wanted it"),
        ('{"a": 5}', "a", "'a' is no array - wanted an array of objects"),
        ('{"a": [], "a": []}', "a", "the document has 'a' twice - wanted it once"),
        ('[{"id": 1}', None, "the JSON document ends early, at character 10 - wanted all of it"),
        ("", None, "the JSON document ends early, at character 0"),
        ('[{"id": 1} {"id": 2}]', None, "has '{' where a comma or ']' was due, at character 11"),
        ('[{"id": 1},]', None, "has nothing where a record was due, at character 11"),
        ('[{"id": 1}] x', None, "has more after the document, at character 12"),
        ('[{"id": "\xe9"}]', None, "the file is not utf-8 about byte 9"),
    ],
)  # fmt: skip
def test_a_document_that_is_refused(judge: Judge, text: str, path: str | None, said: str) -> None:
    declared = dataset(ID, NAME, format="json", json={"path": path})
    found = judge.text(text.encode("latin-1"), declared, "data.json")
    assert said in str(found.refused)


def test_a_record_may_be_large_but_not_without_limit(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CHUNK", 100)
    monkeypatch.setattr(jsondocument, "HELD_MOST", 1000)
    fits, not_ = (f'[{{"id": 1, "name": "{"x" * size}"}}]' for size in (900, 1200))
    declared = dataset(ID, NAME, format="json")
    assert judge.text(fits, declared, "data.json").counts == (1, 0, 1, 0)
    assert "is longer than 1,000 characters" in str(judge.text(not_, declared, "data.json").refused)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20,
), st.integers(1, 9))  # fmt: skip
def test_a_documents_records_are_what_a_parser_sees(value: object, size: int) -> None:
    text = json.dumps({"a": [value, 1], "rows": [value, value], "z": value}, indent=1)
    pieces = (text[at : at + size] for at in range(0, len(text), size))
    found = [json.loads(record) for record in Document(pieces, ("rows",)).records()]
    assert found == [value, value]


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_text_that_no_database_takes_is_rejected(judge: Judge, format: str) -> None:
    records = [r'{"id": 1, "name": "a\u0000"}', r'{"id": 2, "name": "\ud800"}', '{"id": 3}']
    text = f"[{','.join(records)}]" if format == "json" else "\n".join(records)
    found = judge.text(text, dataset(ID, NAME, format=format), f"data.{format}")
    assert [line for line, _ in found.rejected] == [1, 2]
    assert found.rows == [(3, None, 3)]


def test_keys_of_a_document_drift_as_those_of_lines_do(judge: Judge) -> None:
    text = '{"rows": [{"id": 1, "Zone": 1.10}, 7, {"id": 2}]}'
    declared = dataset(ID, NAME, format="json", json={"path": "rows"}, drift="evolve")
    found = judge.text(text, declared, "data.json")
    assert found.manifest.columns == ["id", "zone"]
    assert found.rows == [(1, "1.10", 1), (2, None, 3)]


def test_a_document_may_be_packed(judge: Judge) -> None:
    for name, pack in PACKED:
        found = judge.text(
            pack(RECORDS.encode()), dataset(ID, NAME, format="json"), name.replace("csv", "json")
        )
        assert found.counts == (3, 0, 3, 0)


LINES = "id,name\n1,Ann\n2,Bob\n"
FRAMED = 'Report of "today\n\n' + LINES + "Total 2\nend, of, file"


@pytest.mark.parametrize("multiline", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.usefixtures("each_way")
def test_lines_above_and_below_are_counted_and_not_judged(
    judge: Judge, multiline: bool, end: str
) -> None:
    csv = {"skip_lines": 2, "skip_footer": 2, "multiline": multiline}
    found = judge.text(FRAMED.replace("\n", end), dataset(ID, NAME, csv=csv))
    assert found.rows == [(1, "Ann", 4), (2, "Bob", 5)]
    assert found.counts == (7, 5, 2, 0)


def test_a_file_shorter_than_what_is_skipped(judge: Judge) -> None:
    short = judge.text("a\nb\n", dataset(ID, NAME, csv={"skip_lines": 2}))
    assert "the file has no line 3, the header was wanted below" in str(short.refused)
    footed = dataset(ID, NAME, csv={"skip_footer": 5})
    assert judge.text(LINES, footed).counts == (3, 3, 0, 0)


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(0, 9), st.integers(1, 9))
def test_however_blocks_come_the_same_lines_are_beside(
    sizes: list[int], skipped: int, footer: int
) -> None:
    count = sum(sizes)
    data = (b"x\n" * size for size in sizes)
    found = {
        block.first + line: block.beside
        for block in blocks.footed(blocks.numbered(data, 0, skipped), footer)
        for line in range(block.lines)
    }
    assert found == {line: line <= skipped or line > count - footer for line in range(1, count + 1)}


def test_a_footer_is_found_across_splits(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splits, "how_many", lambda size, _: size // 10)
    text = "id,name\n" + "".join(f"{number},x\n" for number in range(50)) + "-\n" * 30
    found = judge.text(text, dataset(ID, NAME, csv={"skip_footer": 30}))
    assert found.counts == (81, 31, 50, 0)


ESCAPED = [
    (r'1,"say \"hi\""', 'say "hi"'),
    (r'1,"a "" b \" c"', 'a " b " c'),
    (r"1,a\,b", "a,b"),
    (r"1,\"a", '"a'),
    (r"1,\\", "\\"),
    (r'1,"C:\\dir\\"', "C:\\dir\\"),
    (r"1,\N", None),
    ('1,"plain"', "plain"),
    ("1,", ""),
]


@pytest.mark.parametrize(("line", "name"), ESCAPED)
def test_a_declared_escape_is_read(judge: Judge, line: str, name: str | None) -> None:
    csv = {"escape": "\\", "nulls": ("\\N",)}
    found = judge.text(f"id,name\n{line}\n7,x\n", dataset(ID, NAME, csv=csv))
    assert found.rows == [(1, name, 2), (7, "x", 3)]


@pytest.mark.parametrize("line", [r"1,\t", '1,"\\', r'1,"a"b\"', r"1,a\\N", "1,a\\"])
def test_an_escape_that_means_nothing_known_is_rejected(judge: Judge, line: str) -> None:
    csv = {"escape": "\\", "nulls": ("a\\N",)}
    found = judge.text(f"id,name\n{line}\n7,x\n", dataset(ID, NAME, csv=csv))
    assert found.rejected == [(2, "an escape stands before a quote, a delimiter or itself")]
    assert (found.manifest.rejects[0].raw, found.rows) == (line, [(7, "x", 3)])


def test_an_escaped_quote_does_not_join_lines(judge: Judge) -> None:
    csv = {"escape": "\\", "multiline": True}
    text = 'id,name\n1,"a \\" b"\n2,"c\\\nd"\n3,e\n'
    found = judge.text(text, dataset(ID, NAME, csv=csv))
    assert found.rows == [(1, 'a " b', 2), (2, "c\nd", 3), (3, "e", 5)]


DELIMITERS = sorted(set(map(chr, range(1, 128))) - set('\r\n"0123456789'))


@pytest.mark.parametrize("some", [*(DELIMITERS[at::8] for at in range(8)), list("§¦→😀")])
def test_any_character_may_delimit(judge: Judge, some: list[str]) -> None:
    name = column("name", "text", null=True)
    for delimiter in some:
        lines = (f"5{delimiter}77", f'6{delimiter}"7{delimiter}8"', f"7{delimiter}", "", "8")
        declared = dataset(ID, name, csv={"delimiter": delimiter, "header": False})
        found = judge.text("\n".join(lines), declared)
        assert found.rows == [(5, "77", 1), (6, f"7{delimiter}8", 2), (7, None, 3)], delimiter
        assert (found.counts, found.rejected[0][0]) == ((5, 1, 3, 1), 5)


@pytest.mark.parametrize("text", ["\t\n1\tx\n\n", '\t\n"1"\tx\n \n'])
def test_a_line_of_delimiters_is_no_blank_line(judge: Judge, text: str) -> None:
    csv = {"delimiter": "\t", "header": False}
    found = judge.text(text, dataset(column("id", "integer"), NAME, csv=csv))
    assert found.rows == [(None, None, 1), (1, "x", 2)]
    assert found.counts == (3, 1, 2, 0)


ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("written", ENCODINGS)
def test_every_encoding_with_every_end_of_line(judge: Judge, written: str, end: str) -> None:
    encoding = "utf-8" if written == "utf-8-sig" else written
    text = end.join(["id,name", "1,José", "", '2,"a,b"'])
    found = judge.text(text.encode(written), dataset(ID, NAME, csv={"encoding": encoding}))
    assert found.rows == [(1, "José", 2), (2, "a,b", 4)]
    assert found.counts == (4, 2, 2, 0)
