"""What a worker does with its split of the file: records in, judged rows out, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from stagecoach.dataset import Csv
from stagecoach.frames import delimited, jsonlines
from stagecoach.frames.batches import Batch, Field, blank
from stagecoach.frames.faults import Faults
from stagecoach.frames.lines import Records, is_wide, numbered, of_documents, spanning
from stagecoach.frames.texts import decode


@dataclass(frozen=True)
class Plan:
    """How the lines of one file are judged; travels to the workers.

    `width` is the number of fields that a record must have, `before` the lines before each split.
    """

    format: str
    csv: Csv
    fields: tuple[Field, ...]
    width: int
    strict_keys: bool = True
    before: dict[int, int] = field(default_factory=dict)
    raw: bool = False

    def with_raw(self) -> Plan:
        """The same, keeping the text of every line."""
        return replace(self, raw=True)

    @property
    def header(self) -> bool:
        """Whether line 1 names the columns."""
        return self.format == "csv" and self.csv.header

    @property
    def spans(self) -> bool:
        """Whether a record may span lines."""
        return self.format == "csv" and self.csv.multiline

    @property
    def encoding(self) -> str:
        """The encoding of the lines as the workers get them."""
        return "utf-8" if is_wide(self.csv.encoding) else self.csv.encoding

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Judge a split: the shape that `mapInArrow` wants."""
        if is_wide(self.csv.encoding):
            batches = of_documents(iter(batches), self.csv.encoding, self.csv.multiline)
        records = numbered(iter(batches), self.before)
        if self.spans:
            records = spanning(records, self.csv.quote)
        for some in records:
            yield self.judge(some)

    def judge(self, records: Records) -> pa.RecordBatch:
        """Judge some records."""
        faults = Faults(len(records.lines))
        texts = decode(records.lines, self.encoding, faults)
        no_row = np.zeros(len(texts), dtype=bool)
        if self.format == "jsonl" or self.width > 1:
            # In a file of one column an empty line is a row with an empty field.
            no_row |= blank(texts)
        if self.header:
            no_row |= records.numbers == 1
        batch = Batch(records.numbers, texts, no_row, faults)
        if self.format == "jsonl":
            sound, columns = jsonlines.split(texts, self.fields, self.strict_keys, ~no_row, faults)
        else:
            dialect = delimited.Dialect(self.csv, self.width)
            sound, columns = delimited.split(texts, dialect, ~no_row, faults)
        return batch.judge(self.fields, sound, columns, self.raw)
