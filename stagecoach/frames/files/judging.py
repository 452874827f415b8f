"""What a worker does with its split of the file: lines in, judged rows out, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
import pyarrow as pa

from stagecoach.dataset import Csv, Xlsx
from stagecoach.frames.files import blocks, delimited, documents, jsonlines
from stagecoach.frames.files.blocks import Block
from stagecoach.frames.files.lines import Records, spanning
from stagecoach.frames.files.splits import Split
from stagecoach.frames.files.texts import decode, plain_text
from stagecoach.frames.rows.batches import Batch, Field, blank
from stagecoach.frames.rows.checks import Checks
from stagecoach.frames.rows.faults import Faults

JSON = {"jsonl": "line", "json": "record"}  # what a record of the format is called


@dataclass(frozen=True)
class Plan:
    """How the lines of one file are judged; travels to the workers.

    `width` is the number of fields that a record must have, `path` leads to a document's records.
    """

    uri: str
    format: str
    csv: Csv
    fields: tuple[Field, ...] = ()
    width: int = 0
    strict_keys: bool = True
    splits: tuple[Split, ...] = ()
    raw: bool = False
    checks: Checks | None = None
    path: tuple[str, ...] = ()
    xlsx: Xlsx = field(default_factory=Xlsx)

    def with_raw(self) -> Plan:
        """The same, keeping the text of every line."""
        return replace(self, raw=True)

    @property
    def header(self) -> bool:
        """Whether the first line, below those to skip, names the columns."""
        return self.format == "csv" and self.csv.header

    @property
    def header_line(self) -> int | None:
        """The number of the line that names the columns."""
        return self.csv.skip_lines + 1 if self.header else None

    @property
    def spans(self) -> bool:
        """Whether a record may span lines."""
        return self.format == "csv" and self.csv.multiline

    @property
    def whole(self) -> bool:
        """Whether the file must be read from its beginning by one worker."""
        return (
            self.format in ("json", "xlsx")
            or self.spans
            or blocks.is_wide(self.csv.encoding)
            or blocks.is_packed(self.uri)
        )

    @property
    def encoding(self) -> str:
        """The encoding of the lines as the workers get them."""
        return "utf-8" if blocks.is_wide(self.csv.encoding) else self.csv.encoding

    def first_line(self) -> bytes | None:
        """The first line below those to skip, without its end; None when there is none."""
        read = self._read(Split(0, self.splits[-1].end))
        lines = blocks.numbered(read, 0, self.csv.skip_lines)
        first = next((block for block in lines if not block.beside), None)
        return None if first is None else first.data.removesuffix(b"\n")

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Judge the splits whose places come in: the shape that `mapInArrow` wants."""
        for batch in batches:
            for place in batch.column(0).to_pylist():
                yield from self.judged(place)

    def judged(self, place: int) -> Iterator[pa.RecordBatch]:
        """The judged rows of a split; with `checks`, rejected ones have their text."""
        if self.format == "xlsx":
            from stagecoach.frames.files.workbooks import Sheet  # only where there is one

            sheet = Sheet(self.uri, self.xlsx, self.fields, self.width, self.checks)
            yield from sheet.judged()
            return
        if self.format == "json":
            yield from map(self._judge, self.records(place))
            return
        for beside, part in groupby(self._blocks(place), lambda block: block.beside):
            if beside:
                yield from map(self._beside, part)
            elif self.spans:
                yield from map(self._judge, spanning(map(Records.of, part), self.csv))
            else:
                for block in part:
                    yield self._quickly(block) or self._judge(Records.of(block))

    def records(self, place: int) -> Iterator[Records]:
        """The records of a split of JSON, as they were written."""
        if self.format == "json":
            split = self.splits[place]
            return documents.records(blocks.pieces(self.uri, split.start, split.end), self.path)
        return map(Records.of, self._blocks(place))

    def _blocks(self, place: int) -> Iterator[Block]:
        split = self.splits[place]
        numbered = blocks.numbered(self._read(split), split.before, self.csv.skip_lines)
        if self.csv.skip_footer and place == len(self.splits) - 1:
            return blocks.footed(numbered, self.csv.skip_footer)
        return numbered

    def _beside(self, block: Block) -> pa.RecordBatch:
        """Lines that are counted, and neither read nor judged."""
        numbers = np.arange(block.first, block.first + block.lines)
        nothing = {each.place: pa.array([], pa.string()) for each in self.fields}
        batch = Batch(numbers, None, np.ones(len(numbers), bool), Faults(len(numbers)))
        return batch.judge(self.fields, np.zeros(len(numbers), bool), nothing, self.checks)

    def _read(self, split: Split) -> Iterator[bytes]:
        return blocks.read(self.uri, split.start, split.end, self.csv.encoding, self.spans)

    def _quickly(self, block: Block) -> pa.RecordBatch | None:
        """Judge a block of plain delimited lines at once; None when its lines want a closer look.

        Most blocks of most files hold only legal quotes, no empty lines and nothing but text.
        """
        header = block.first == self.header_line
        if self.format != "csv" or self.width < 2 or self.raw or header:
            return None
        data = plain_text(block.data, self.encoding)
        if data is None or not delimited.is_plain(data, self.csv):
            return None
        faults = Faults(block.lines)
        dialect = delimited.Dialect(self.csv, self.width)
        no_row, sound, columns = delimited.split_block(
            data, dialect, [each.place for each in self.fields], faults
        )
        numbers = np.arange(block.first, block.first + faults.size)
        judged = Batch(numbers, None, no_row, faults).judge(
            self.fields, sound, columns, self.checks
        )
        # Rejected lines are kept as they were written, and here they are not at hand.
        return None if self.checks and faults else judged

    def _judge(self, records: Records) -> pa.RecordBatch:
        """Judge some records, each a text of its own."""
        faults = Faults(len(records.lines))
        texts = decode(records.lines, self.encoding, faults)
        no_row = np.zeros(len(texts), dtype=bool)
        if self.format == "jsonl" or (self.format == "csv" and self.width > 1):
            # In a file of one column an empty line is a row with an empty field.
            no_row |= blank(texts, self.csv.delimiter)
        if self.header:
            no_row |= records.numbers == self.header_line
        keeps = self.raw or self.checks is not None
        batch = Batch(records.numbers, texts if keeps else None, no_row, faults)
        if self.format in JSON:
            keys = tuple(each.column.source or each.column.name for each in self.fields)
            form = jsonlines.Form(JSON[self.format], keys, self.strict_keys)
            sound, found = jsonlines.split(texts, form, ~no_row, faults)
        else:
            dialect = delimited.Dialect(self.csv, self.width)
            sound, found = delimited.split(texts, dialect, ~no_row, faults)
        return batch.judge(self.fields, sound, dict(enumerate(found)), self.checks)
