"""The Makefile: few verbs, one line each; CI runs the same."""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERBS = [
    "setup",
    "demo",
    "test",
    "check",
    "build",
    "up",
    "down",
    "dashboard",
    "dashboard-test",
    "bench",
    "soak",
    "sql",
    "plan",
    "apply",
    "destroy",
    "fmt",
    "clean",
]


def test_make_alone_prints_every_verb_with_a_sentence():
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for verb in VERBS:
        assert re.search(rf"^  {verb} +[A-Z].*\S", said, re.MULTILINE), verb


def test_every_verb_is_one_line():
    rules = re.findall(
        r"^([a-z-]+):.*\n((?:\t.*\n)*)", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert {verb: body for verb, body in rules if body.count("\n") != 1} == {}


def test_ci_runs_make_test_and_nothing_else():
    script = ROOT / ".ci" / "run"
    commands = [line for line in script.read_text().splitlines() if not line.startswith("#")]
    assert [line for line in commands if "make" in line] == ["make test < /dev/null"]
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in commands


def test_the_hooks_call_targets_that_exist():
    called = re.findall(r"entry: make (\w+)", (ROOT / ".pre-commit-config.yaml").read_text())
    assert called
    assert set(called) <= set(VERBS)
