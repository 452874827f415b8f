"""What Redshift refuses, as data: one rule each, by theme."""

from local_cloud.redshift.rules import (
    copy,
    ddl,
    dml,
    functions,
    merge,
    procedures,
    subqueries,
    tables,
    types,
)
from local_cloud.redshift.rules.rule import Rule, Statement

THEMES: dict[str, tuple[Rule, ...]] = {
    "types": types.RULES,
    "tables": tables.RULES,
    "ddl": ddl.RULES,
    "dml": dml.RULES,
    "subqueries": subqueries.RULES,
    "merge": merge.RULES,
    "functions": functions.RULES,
    "procedures": procedures.RULES,
    "copy": copy.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in THEMES.values() for rule in rules)

__all__ = ["RULES", "THEMES", "Rule", "Statement"]
