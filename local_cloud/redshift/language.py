"""Redshift's SQL: refused as Redshift refuses it, or said in PostgreSQL's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from local_cloud.redshift.inspection import inspected
from local_cloud.redshift.lexing import REMEMBERED, Token, statements, tokens
from local_cloud.redshift.rules import RULES, Rule, altering
from local_cloud.redshift.translation import translated

FUNCTIONS = Path(__file__).parent / "functions"


class Refused(ValueError):
    """Redshift does not take a statement; `rule` names why."""

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.message, self.rule = message, rule


@dataclass(frozen=True)
class Finding:
    """A place of a text that Redshift would refuse; `page` is its documentation."""

    line: int
    rule: str
    message: str
    page: str


def split(sql: str) -> list[str]:
    """The statements of a text, each as it is written, without its semicolon."""
    return [sql[part[0].start : part[-1].end] for part in statements(tokens(sql))]


def translate(sql: str) -> str:
    """One statement for PostgreSQL. Raises Refused for what Redshift refuses."""
    return _remembered(sql) if len(sql) < REMEMBERED else _translate(sql)


def _translate(sql: str) -> str:
    check(sql)
    parts = statements(tokens(sql))
    if not parts:
        return sql
    before, after = sql[: parts[0][0].start], sql[parts[-1][-1].end :]
    return before + ";\n".join(translated(sql, part) for part in parts) + after


_remembered = lru_cache(maxsize=1024)(_translate)


def check(sql: str) -> None:
    """Raises Refused for what Redshift refuses."""
    for part in statements(tokens(sql)):
        for rule, _, message in _broken(part, is_strict=False):
            raise Refused(message, rule.name)


def check_in_transaction(sql: str) -> None:
    """Raises Refused for a statement that Redshift runs outside of transaction blocks only."""
    for part in statements(tokens(sql)):
        for rule, message in altering.alone(part):
            raise Refused(message, rule)


def lint(sql: str, *, is_strict: bool = False) -> list[Finding]:
    """Everything in a text that Redshift would refuse, in the order of its lines.

    `is_strict` asks the rules of this repository too.
    """
    found = [
        Finding(sql.count("\n", 0, token.start) + 1, rule.name, message, rule.url)
        for part in statements(tokens(sql))
        for rule, token, message in _broken(part, is_strict=is_strict)
    ]
    return sorted(dict.fromkeys(found), key=lambda each: each.line)


def _broken(part: tuple[Token, ...], *, is_strict: bool) -> Iterator[tuple[Rule, Token, str]]:
    for statement in inspected(part):
        for rule in RULES:
            if is_strict or not rule.is_strict:
                for token, message in rule.hits(statement):
                    yield rule, token, message


def prepare(connection: Any) -> None:
    """Give a database what Redshift has and PostgreSQL lacks; twice is as good as once.

    The connection (pg8000.dbapi) must be a superuser's: functions go to pg_catalog, so that they
    are found under every search_path. What is installed is committed.
    """
    cursor = connection.cursor()
    for path in sorted(FUNCTIONS.glob("*.sql")):
        cursor.execute(path.read_text())
    connection.commit()
