"""What Redshift refuses, as data: one rule each, by theme."""

from local_cloud.redshift.rules import (
    altering,
    changes,
    copy,
    functions,
    merge,
    objects,
    plpgsql,
    procedures,
    queries,
    subqueries,
    tables,
    types,
    views,
    windows,
)
from local_cloud.redshift.rules.rule import Rule, Statement

THEMES: dict[str, tuple[Rule, ...]] = {
    "types": types.RULES,
    "tables": tables.RULES,
    "objects": objects.RULES,
    "altering": altering.RULES,
    "views": views.RULES,
    "queries": queries.RULES,
    "windows": windows.RULES,
    "subqueries": subqueries.RULES,
    "changes": changes.RULES,
    "merge": merge.RULES,
    "functions": functions.RULES,
    "procedures": procedures.RULES,
    "plpgsql": plpgsql.RULES,
    "copy": copy.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in THEMES.values() for rule in rules)

__all__ = ["RULES", "THEMES", "Rule", "Statement"]
