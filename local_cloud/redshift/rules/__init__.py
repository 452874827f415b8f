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

RULES: tuple[Rule, ...] = (
    *types.RULES,
    *tables.RULES,
    *ddl.RULES,
    *dml.RULES,
    *subqueries.RULES,
    *merge.RULES,
    *functions.RULES,
    *procedures.RULES,
    *copy.RULES,
)

__all__ = ["RULES", "Rule", "Statement"]
