"""Every scenario of loads is held by a test that names it, in its name or its docstring.

D deliveries, C content, L load and merge, K concurrency, S schema drift, X crash points.
"""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
SCENARIOS = {"D": 12, "C": 17, "L": 14, "K": 7, "S": 8, "X": 9}


def named() -> set[str]:
    """The scenarios that tests name."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        about = ast.get_docstring(tree) or ""
        for test in tree.body:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                words = f"{about} {ast.get_docstring(test) or ''} {test.name.replace('_', ' ')}"
                found |= {word.upper() for word in re.findall(r"\b[dclksxDCLKSX]\d+\b", words)}
    return found


@pytest.mark.parametrize(("letter", "count"), SCENARIOS.items())
def test_every_scenario_is_named_by_a_test(letter: str, count: int):
    assert {f"{letter}{number}" for number in range(1, count + 1)} - named() == set()
