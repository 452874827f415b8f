"""The queries of queries/: one select of Athena in one file, asked here or there.

load(folder, datasets)  -> queries, each with what it reads
Answer                  -> what a query found, and what it read to find it
"""

from __future__ import annotations

from workbench.queries.query import Answer, Query
from workbench.queries.reading import load, read

__all__ = ["Answer", "Query", "load", "read"]
