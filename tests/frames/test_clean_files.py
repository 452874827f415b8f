"""The clean Parquet is what COPY of Redshift takes: its types, its encodings, the size of files.

Types: "COPY from columnar data formats" of Redshift's Database Developer Guide. It says little of
them; what is held here is the common ground of old readers, since the errors that Redshift gives
for a decimal of another length are those of Impala's reader (G-Research/ParquetSharp issue 252).
Sizes: "Loading data files", 1 to 125 MB. Nothing here ran on a real Redshift.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stagecoach.frames.rows import clean
from stagecoach.frames.rows.clean import Writer
from tests.frames import footer
from tests.frames.judge import Judge, column, dataset

# A type of a declaration, a value, and what stands in the file.
TYPES = {
    "boolean": ("true", ("boolean", None)),
    "smallint": ("1", ("int32", "int16")),
    "integer": ("1", ("int32", None)),
    "bigint": ("1", ("int64", None)),
    "real": ("1.5", ("float", None)),
    "double": ("1.5", ("double", None)),
    "numeric(6,2)": ("1.50", ("fixed3", "decimal", 6, 2)),
    "numeric(18,9)": ("1.5", ("fixed8", "decimal", 18, 9)),
    "numeric(38,10)": ("1.5", ("fixed16", "decimal", 38, 10)),
    "varchar(4)": ("é", ("binary", "utf8")),
    "text": ("é", ("binary", "utf8")),
    "uuid": ("0c5e4f2a-9b1d-4a4e-8f00-aabbccddeeff", ("binary", "utf8")),
    "json": ("{}", ("binary", "utf8")),
    "time": ("10:00:00", ("binary", "utf8")),
    "date": ("2024-01-01", ("int32", "date")),
    "timestamp": ("2024-01-01 00:00:00", ("int64", "timestamp in micros")),
    "timestamptz": ("2024-01-01T00:00:00Z", ("int64", "timestamp in micros")),
}
OURS = {"_row_no": ("int64", None), "_row_hash": ("int64", None)}


def test_every_type_is_written_as_copy_takes_it(judge: Judge, each_way: None) -> None:
    columns = [column(f"c{place}", type_) for place, type_ in enumerate(TYPES)]
    header = ",".join(each.name for each in columns)
    values = ",".join(value for value, _ in TYPES.values())
    found = judge.text(f"{header}\n{values}\n", dataset(*columns))
    (file,) = found.manifest.files
    wanted = {f"c{place}": kind for place, (_, kind) in enumerate(TYPES.values())}
    assert footer.schema(Path(file.removeprefix("file://"))) == {**wanted, **OURS}


def written(folder: Path, sizes: list[int], row_bytes: int = 1000) -> list[pq.ParquetFile]:
    """The files of a part whose batches have as many rows each."""
    batches = (
        pa.record_batch(
            {
                "text": [f"{at:08}" * (row_bytes // 8) for at in range(size)],
                "_row_no": pa.array(range(size), pa.int64()),
                "_kind": pa.array([0] * size, pa.int8()),
            }
        )
        for size in sizes
    )
    told = Writer(f"file://{folder}", ("text",), (), ()).write(0, batches)
    assert told["counts"]["good"] == sum(sizes)
    return [pq.ParquetFile(uri.removeprefix("file://")) for uri in told["files"]]


@pytest.mark.parametrize("rows", [10, 140, 155, 190, 200, 300, 330, 1000, 1005])
def test_files_are_of_about_one_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(clean, "FILE_BYTES", 100_000)  # of rows of a thousand bytes
    files = written(tmp_path, [5] * (rows // 5))
    found = [file.metadata.num_rows for file in files]
    assert sum(found) == rows
    assert max(found) <= 2 * min(found)
    assert max(found) <= 150
    assert len(found) == 1 or min(found) >= 70


def test_one_row_may_be_larger_than_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "FILE_BYTES", 1000)
    files = written(tmp_path, [1, 1], 5000)
    assert [file.metadata.num_rows for file in files] == [1, 1]


def test_a_file_is_one_row_group_in_encodings_of_the_first_version(tmp_path: Path) -> None:
    (file,) = written(tmp_path, [500, 500])
    assert (file.metadata.num_row_groups, file.metadata.format_version) == (1, "1.0")
    group = file.metadata.row_group(0)
    used = {each for place in range(3) for each in group.column(place).encodings}
    assert used <= {"PLAIN", "PLAIN_DICTIONARY", "RLE"}  # nothing that came with the second
    assert {group.column(place).compression for place in range(3)} == {"SNAPPY"}
