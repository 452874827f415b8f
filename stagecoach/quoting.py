"""Names as PostgreSQL reads them back."""

from __future__ import annotations


def quoted(name: str) -> str:
    """An identifier between double quotes, its own doubled."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
