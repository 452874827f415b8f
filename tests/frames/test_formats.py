"""Every way in which a file may be written, and what of it is refused."""

import gzip

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stagecoach import packing
from stagecoach.frames import blocks, splits
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
