"""Which columns may identify a row of a sample."""

from __future__ import annotations

from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

MOST_COLUMNS = 3
CANDIDATES = 12  # columns that are tried together
CHANCE_ROWS = 1_000  # below so many, columns tell rows apart by chance
OTHER = 3  # the rank of what is not called like a key
FIT = ("bigint", "integer", "text", "uuid", "date", "timestamp", "timestamptz", "smallint")


def likely(columns: dict[str, pa.Array], types: dict[str, str], name: str) -> tuple[str, ...]:
    """The fewest columns that tell every row of the sample apart; none when no few of them do.

    One that is called like a key comes before one that is not. Of a small sample only one column
    that is called so counts: any other may be a key by chance.
    """
    rows = len(next(iter(columns.values())))
    named = {each: _rank(each, name) for each in columns}
    usable = [
        each for each, values in columns.items() if types[each] in FIT and values.null_count == 0
    ]
    usable = sorted(usable, key=named.__getitem__)
    if rows < 2:
        return ()
    if rows < CHANCE_ROWS:
        usable = [each for each in usable if named[each] < OTHER]
    for many in range(1, (MOST_COLUMNS if rows >= CHANCE_ROWS else 1) + 1):
        tried = usable if many == 1 else usable[:CANDIDATES]
        for chosen in combinations(tried, many):
            if _tells_apart(columns, chosen, rows):
                return tuple(sorted(chosen, key=list(columns).index))
    return ()


def _rank(column: str, name: str) -> int:
    """How much a column is called like a key; one that is called like the rows may be their name,
    as `airline` in airlines.
    """
    singular = name.rsplit("_", 1)[-1].removesuffix("s")
    if column in ("id", "uuid", "key", f"{singular}_id", f"{name}_id"):
        return 0
    if column.endswith(("_id", "_key", "_sk", "_code", "ident", "id")):
        return 1
    return 2 if column == singular else OTHER


def _tells_apart(columns: dict[str, pa.Array], chosen: tuple[str, ...], rows: int) -> bool:
    if len(chosen) == 1:
        return pc.count_distinct(columns[chosen[0]]).as_py() == rows
    table = pa.table({each: columns[each] for each in chosen})
    return table.group_by(list(chosen)).aggregate([]).num_rows == rows
