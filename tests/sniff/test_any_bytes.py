"""Whatever lands: facts or a refusal in one line, never another error."""

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from stagecoach.errors import FileRefused
from stagecoach.sniff import sniff
from tests.sniff.conftest import HEADER, ROW, orders, zipped

DATASETS = st.builds(
    orders,
    format=st.sampled_from(["csv", "json", "jsonl", "parquet", "xlsx"]),
    drift=st.sampled_from(["strict", "evolve"]),
    header=st.booleans(),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16", "ascii", "shift_jis"]),
    multiline=st.booleans(),
)
PIECES = st.sampled_from(
    [HEADER, ROW, b"\n", b'"', b"\0", b"\xff\xfe", b"PAR1", b"\xef\xbb\xbf", b"{"]
)
DATA = st.lists(st.one_of(st.binary(max_size=20), PIECES), max_size=8).map(b"".join)
PACKERS = [bytes, gzip.compress, lambda data: zipped(("a.csv", data))]


@settings(max_examples=300, deadline=None)
@given(
    DATASETS,
    DATA,
    st.sampled_from(["a.csv", "a.csv.gz", "a", "a.zip", "a.zst"]),
    st.sampled_from(PACKERS),
)
def test_any_bytes_give_facts_or_one_sentence(dataset, data, name, pack):
    data = pack(data)
    said = " - wanted "
    try:
        sniff(dataset, name, len(data), lambda start, length: data[start : start + length])
    except FileRefused as refusal:
        said = str(refusal)
    assert " - wanted " in said
    assert "\n" not in said
