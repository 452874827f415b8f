"""How many lines precede each split of a file: line ends are counted in bytes, no line is made."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

from pyspark.sql import DataFrame, SparkSession

from stagecoach.frames import objects

BLOCK = 4 * 2**20


def survey(spark: SparkSession, lines: DataFrame, uri: str) -> dict[int, int]:
    """Lines before the split that starts at a byte, by that byte; empty when there is one split."""
    starts = _starts(lines)
    if len(starts) < 2:
        return {}
    ranges = [LineEnds(uri, start, end) for start, end in pairwise(starts)]
    tasks = spark.sparkContext.parallelize(ranges, len(ranges))
    ends = accumulate(tasks.map(LineEnds.count).collect())
    # A line that begins right at a split's first byte is still the previous split's.
    return {0: 0, **{start: 1 + before for start, before in zip(starts[1:], ends, strict=True)}}


def _starts(lines: DataFrame) -> list[int]:
    """Where the splits begin, as Spark plans them."""
    scan = lines._jdf.queryExecution().sparkPlan().collectLeaves().head()
    partitions = scan.inputRDD().partitions()
    return sorted(int(file.start()) for partition in partitions for file in partition.files())


@dataclass(frozen=True)
class LineEnds:
    """The ends of lines within a range of bytes, as Hadoop's reader sees them: LF, CRLF or CR."""

    uri: str
    start: int
    end: int

    def count(self) -> int:
        """How many there are; one is where its last byte is."""
        return sum(self._within(start) for start in range(self.start, self.end, BLOCK))

    def _within(self, start: int) -> int:
        size = min(BLOCK, self.end - start)
        # The byte after tells whether a CR at the end stands alone.
        block = objects.read_range(self.uri, start, size + 1)
        feeds = block.count(b"\n", 0, size)
        if b"\r" not in block:
            return feeds
        return feeds + block.count(b"\r", 0, size) - block.count(b"\r\n")
