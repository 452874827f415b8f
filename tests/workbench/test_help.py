"""What every command owes its user before it is even run."""

import re

import pytest
from typer.testing import CliRunner

from workbench.app import COMMANDS, app
from workbench.state import ROOT

README = (ROOT / "README.md").read_text()
NAMES = [command.__name__.replace("_", "-") for command in COMMANDS]
PRINTS_DATA = [name for name in NAMES if name not in ("up", "down", "dashboard")]


def help_of(*words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "120"})
    assert result.exit_code == 0
    return result.output


def test_the_commands_are_those_of_the_design():
    assert NAMES == [
        "up", "down", "env", "new", "check", "send", "fetch", "loads", "load",
        "batches", "rejects", "replay", "approve", "mart", "publish", "migrate-table", "sql",
        "query", "dashboard",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_an_example_of_the_command_itself(name):
    assert f"stagecoach {name}" in help_of(name).split("Example:")[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_takes_an_environment(name):
    assert "--env" in help_of(name)


@pytest.mark.parametrize("name", PRINTS_DATA)
def test_what_prints_data_prints_json_too(name):
    assert "--json" in help_of(name)


def test_the_bare_command_lists_all_commands():
    listed = help_of()
    assert all(f" {name} " in listed for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_names_every_command(name):
    commands = README.split("## Commands")[1].split("\n## ")[0]
    assert re.search(rf"`{name.replace('_', '-')}[ `]", commands)
