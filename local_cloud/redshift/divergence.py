"""docs/redshift-divergence.md: its list of rules is written from the rules.

`python -m local_cloud.redshift.divergence` writes it anew.
"""

from __future__ import annotations

from pathlib import Path

from local_cloud.redshift.rules import THEMES, Rule

DOCUMENT = Path(__file__).parents[2] / "docs" / "redshift-divergence.md"
BEGIN, END = (
    "<!-- rules: written by local_cloud/redshift/divergence.py -->",
    "<!-- end of rules -->",
)
TITLES = {
    "types": "Types",
    "tables": "Tables",
    "objects": "Commands and other objects",
    "altering": "ALTER TABLE",
    "views": "Views",
    "queries": "Queries",
    "windows": "Aggregates and windows",
    "subqueries": "Correlated subqueries",
    "changes": "INSERT, UPDATE and DELETE",
    "merge": "MERGE",
    "functions": "Functions",
    "procedures": "Procedures",
    "plpgsql": "PL/pgSQL",
    "copy": "COPY and UNLOAD",
}


def document() -> str:
    """The document with the rules of today."""
    text = DOCUMENT.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{rules()}{END}{rest.partition(END)[2]}"


def rules() -> str:
    """Every rule by theme: its name, the page that it is from, what the refusal says."""
    lines = []
    for theme, found in THEMES.items():
        lines += [f"\n### {TITLES[theme]}", "| rule | page | it says |", "|---|---|---|"]
        lines += [_line(rule) for rule in found]
    return "\n".join(lines) + "\n"


def _line(rule: Rule) -> str:
    ours = " (ours)" * rule.is_ours + " (our SQL only)" * rule.is_strict
    said = rule.message.replace("{found}", "..").replace("|", "\\|")
    return f"| {rule.name}{ours} | [{rule.page.removesuffix('.html')}]({rule.url}) | {said} |"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
