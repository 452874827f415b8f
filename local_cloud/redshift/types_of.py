"""The types of Redshift: how a statement writes them, what PostgreSQL calls them."""

from __future__ import annotations

from dataclasses import dataclass

from local_cloud.redshift.lexing import Token, closing

TEXT_BYTES = 65535  # the longest varchar, and what `max` means
_DEFAULT_LENGTH = {"varchar": "256", "char": "1"}
_NAMES = {
    "nvarchar": "varchar",
    "text": "varchar",
    "nchar": "char",
    "character": "char",
    "character varying": "varchar",
    "national character": "char",
    "national character varying": "varchar",
    "bpchar": "char",
    "int2": "smallint",
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "decimal": "numeric",
    "bool": "boolean",
    "float4": "real",
    "float": "double precision",
    "float8": "double precision",
    "varbinary": "varbyte",
    "binary varying": "varbyte",
}
_TWO_WORDS = {
    ("character", "varying"),
    ("double", "precision"),
    ("binary", "varying"),
    ("national", "character"),
}
_IN_POSTGRES = {"super": "jsonb", "varbyte": "bytea"}


@dataclass(frozen=True)
class Type:
    """A type as it is written: `name` is the canonical one, `length` what its parentheses hold."""

    name: str
    length: str | None
    is_array: bool
    zone: str | None  # "with time zone" or "without time zone", where it is said
    end: int  # the index of the first token after it
    written: str

    def in_column(self) -> str:
        """PostgreSQL's type for a column: a varchar has a length, and a numeric too."""
        length = self.length
        if length is None:
            short = "256" if self.written == "bpchar" else _DEFAULT_LENGTH.get(self.name)
            length = short or ("18,0" if self.name == "numeric" else None)
        return self._text(length)

    def in_cast(self) -> str:
        """PostgreSQL's type after `::`, in `cast` or for a variable."""
        if self.written == "text":
            return "text" + "[]" * self.is_array
        return self._text("18,0" if self.name == "numeric" and not self.length else self.length)

    @property
    def bytes(self) -> int | None:
        """How many bytes a text of this type may have, where it says so."""
        if self.name not in ("varchar", "char") or self.length is None:
            return None
        if self.length == "max":
            return TEXT_BYTES
        return int(self.length) if self.length.isdigit() else None

    def _text(self, length: str | None) -> str:
        name = _IN_POSTGRES.get(self.name, self.name)
        if name in ("jsonb", "bytea"):
            length = None
        if length == "max":
            length = str(TEXT_BYTES)
        size = f"({length})" if length else ""
        zone = f" {self.zone}" if self.zone else ""
        return f"{name}{size}{zone}" + "[]" * self.is_array


def read(found: tuple[Token, ...], at: int) -> Type:
    """The type that is written at `at`."""
    first = at
    name = found[at].name if at < len(found) else ""
    at += 1
    while at < len(found) and (name.split(" ")[-1], found[at].word) in _TWO_WORDS:
        name = f"{name} {found[at].word}"
        at += 1
    written = name
    while at + 1 < len(found) and found[at].word == "." and found[at + 1].is_name:
        name = written = f"{name}.{found[at + 1].name}"
        at += 2
    length = None
    if at < len(found) and found[at].word == "(":
        end = closing(found, at)
        length = "".join(token.text.lower() for token in found[at + 1 : end])
        at = end + 1
    zone, at = _zone(found, at)
    is_array = False
    while at < len(found) and found[at].word == "[":
        is_array, at = True, closing(found, at) + 1
    if at < len(found) and found[at].word == "array":
        is_array, at = True, at + 1
    quoted = at > first and found[first].kind == "quoted" if first < len(found) else False
    known = name if quoted else _NAMES.get(name, name)
    return Type(known, length, is_array, zone, at, written)


def _zone(found: tuple[Token, ...], at: int) -> tuple[str | None, int]:
    said = [token.word for token in found[at : at + 3]]
    if len(said) == 3 and said[0] in ("with", "without") and said[1:] == ["time", "zone"]:
        return " ".join(said), at + 3
    return None, at
