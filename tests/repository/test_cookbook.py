"""What the pages for people say leads somewhere: links, commands, options, keys of demos."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from workbench.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md"),
                *(ROOT / room / "README.md" for room in ("datasets", "views"))])  # fmt: skip
COOKBOOK = [ROOT / "README.md", ROOT / "docs" / "cookbook.md",
            *sorted(ROOT.glob("docs/cookbook/*.md"))]  # fmt: skip
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^\$ |`|^ {4})(stagecoach [^`\n]+)", re.MULTILINE)
VERB = re.compile(r"(?:^\$ |`|^ {4})make ([a-z]+)(?: SYSTEM=([\w]+))?", re.MULTILINE)
COMMANDS = typer.main.get_command(app).commands


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def leads_nowhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    path, _, part = link.partition("#")
    there = page.parent / path if path else page
    if not there.exists():
        return True
    headings = re.findall(r"^#+ (.*)$", there.read_text("utf-8"), re.MULTILINE) if part else []
    return bool(part) and part not in map(anchor, headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if leads_nowhere(page, link)] == []


def test_the_index_leads_to_every_page_of_the_cookbook():
    pages = set(ROOT.glob("docs/cookbook/*.md"))
    found: set[Path] = set()
    coming = {ROOT / "docs" / "cookbook.md"}
    while coming := coming - found:
        found |= coming
        links = {(page.parent / link).resolve() for page in coming
                 for link in LINK.findall(page.read_text("utf-8"))}  # fmt: skip
        coming = links & pages
    assert pages <= found


def commands() -> list:
    return [
        pytest.param(command, id=f"{page.stem}: {command}")
        for page in COOKBOOK
        for command in dict.fromkeys(COMMAND.findall(page.read_text("utf-8")))
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_one_and_has_the_options_that_it_is_given(command):
    words = shlex.split(re.split(r" [|>;&#]", command)[0], posix=True)
    said = COMMANDS.get(words[1])
    assert said is not None, f"there is no command {words[1]!r}"
    options = {name for each in said.params for name in each.opts if name.startswith("-")}
    given = {word.split("=")[0] for word in words[2:] if word.startswith("-")}
    assert given <= options | {"--help"}


def test_every_verb_of_make_is_one_and_every_system_has_a_demo():
    there = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    demos = {path.parent.name for path in ROOT.glob("examples/*/demo.py")}
    found = [pair for page in COOKBOOK for pair in VERB.findall(page.read_text("utf-8"))]
    assert {verb for verb, _ in found} <= there
    assert {system for _, system in found if system} <= demos
