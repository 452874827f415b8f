"""What a rule is, and the statement it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from local_cloud.redshift import tables
from local_cloud.redshift.lexing import Token, depths

PAGES = "https://docs.aws.amazon.com/redshift/latest/dg/"
Tokens = tuple[Token, ...]


@dataclass
class Statement:
    """Tokens that belong together.

    `kind` is sql for a statement; inside a procedure also declare, expression, assignment,
    plpgsql, directive and control. `names` are the arguments and variables of the procedure.
    """

    tokens: Tokens
    kind: str = "sql"
    in_body: bool = False
    is_function: bool = False  # the body of a function, which is a query
    names: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def words(self) -> list[str]:
        """Words and operators in lower case, "" for a literal or a quoted name."""
        return [token.word for token in self.tokens]

    @cached_property
    def depths(self) -> list[int]:
        """How many parentheses are open before each token."""
        return depths(self.tokens)

    @cached_property
    def table(self) -> tables.Table | None:
        """The table that this statement creates."""
        return tables.read(self.tokens) if self.kind == "sql" else None

    def starts(self, *wanted: str) -> bool:
        """Whether it is a statement that begins so."""
        return self.kind == "sql" and self.words[: len(wanted)] == list(wanted)

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            places.setdefault(word, []).append(at)
        return places

    def find(self, first: str, *more: str) -> Iterator[int]:
        """Where these words stand one after the other."""
        for at in self._places.get(first, ()):
            if not more or self.words[at + 1 : at + 1 + len(more)] == list(more):
                yield at

    def first(self, *wanted: str, depth: int | None = None) -> int | None:
        """Where these words stand first, at a depth of parentheses."""
        return next((at for at in self.find(*wanted) if depth in (None, self.depths[at])), None)

    def at(self, *wanted: str) -> Iterator[Token]:
        """The first token of each place where these words stand."""
        return (self.tokens[at] for at in self.find(*wanted))

    def targets(self) -> Iterator[int]:
        """Where each column stands that an UPDATE sets."""
        at = self.first("set", depth=0) if self.starts("update") else None
        while at is not None and at + 1 < len(self.words):
            yield at + 1
            at = self._next_comma(at + 1)

    def _next_comma(self, at: int) -> int | None:
        for here in range(at, len(self.words)):
            if self.depths[here] == 0 and self.words[here] in ("from", "where", ","):
                return here if self.words[here] == "," else None
        return None

    @cached_property
    def calls(self) -> list[tuple[str, int]]:
        """The functions that are called without a schema (or with pg_catalog), and where."""
        return list(self._calls())

    def _calls(self) -> Iterator[tuple[str, int]]:
        for opened in self.find("("):
            at = opened - 1
            if at < 0 or self.tokens[at].kind != "word":
                continue
            token = self.tokens[at]
            previous = self.words[at - 1] if at else ""
            if previous == "." and self.words[at - 2] != "pg_catalog":
                continue
            if previous not in ("into", "table", "as", "with", "update", "join", "procedure"):
                yield token.word, at


Hit = Token | tuple[Token, str]


def words(*wanted: str) -> Callable[[Statement], Iterator[Hit]]:
    """A check that these words do not follow one another."""
    return lambda statement: statement.at(*wanted)


@dataclass(frozen=True)
class Rule:
    """One thing that Redshift refuses.

    `message` is a sentence with `{found}`, what stands there; a hit may bring its own sentence.
    `is_ours`: no page says it, or we are stricter than the page. `is_strict`: only the lint of
    this repository's own SQL asks.
    """

    name: str
    page: str
    refuses: Callable[[Statement], Iterable[Hit]]
    message: str
    is_ours: bool = False
    is_strict: bool = False

    @property
    def url(self) -> str:
        """The page of the documentation."""
        return PAGES + self.page

    def hits(self, statement: Statement) -> Iterator[tuple[Token, str]]:
        """Each place that breaks the rule, with a sentence.

        A statement that ends too early breaks none: PostgreSQL says where it ends.
        """
        with suppress(IndexError):
            for hit in self.refuses(statement):
                token, message = hit if isinstance(hit, tuple) else (hit, self.message)
                yield token, message.replace("{found}", token.text)
