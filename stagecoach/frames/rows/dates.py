"""Days as Spark SQL reckons with them: `make_date`, `date_add`, `date_sub`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EPOCH_YEAR = 1970
DAYS = np.iinfo(np.int32)


def made(year: Any, month: Any, day: Any) -> Any:
    """The days of years, months and days; null where there is no such day, as the 30th of February.

    Each is an Arrow array of whole numbers or a scalar; the calendar is Gregorian for all time.
    """
    parts = [each for each in (year, month, day) if isinstance(each, pa.Array)]
    size = len(parts[0]) if parts else 1
    given = [pa.repeat(each, size) if isinstance(each, pa.Scalar) else each
             for each in (year, month, day)]  # fmt: skip
    missing = np.logical_or.reduce(
        [each.is_null().to_numpy(zero_copy_only=False) for each in given]
    )
    y, m, d = (pc.fill_null(each, 1).to_numpy(zero_copy_only=False) for each in given)
    months = ((y - EPOCH_YEAR) * 12 + m - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    days = first + d - 1
    none = missing | (m < 1) | (m > 12) | (d < 1) | (d > length)
    none |= (days < DAYS.min) | (days > DAYS.max)
    found = pa.array(np.where(none, 0, days).astype(np.int32), pa.int32(), mask=none)
    return found.cast(pa.date32()) if parts else found.cast(pa.date32())[0]


def moved(day: Any, by: Any, sign: int) -> Any:
    """A day so many days later, or earlier with -1; null where one of them is null."""
    days = pc.multiply(pc.cast(by, pa.int32()), pa.scalar(sign, pa.int32()))
    return pc.cast(pc.add(pc.cast(day, pa.int32()), days), pa.date32())
