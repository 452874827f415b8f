"""The README is a session: its commands run, and print what it says they print."""

import re
import subprocess
from dataclasses import dataclass, field

import pytest

from tests.environment import ROOT
from workbench.build import build

NOT_HERE = ("make ",)  # the demo and the tests themselves have their own tests
MARK = "@@@"


@dataclass
class Command:
    """One line after a `$`, and what the README says it prints."""

    text: str
    expected: list[str] = field(default_factory=list)


def commands() -> list[Command]:
    found: list[Command] = []
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line.strip():
                found[-1].expected.append(line)
    return [command for command in found if not command.text.startswith(NOT_HERE)]


def shape(line: str) -> str:
    """A line without its numbers, ids and widths."""
    line = re.sub(r"\b(?=[0-9a-f-]*\d)[0-9a-f]{8}[0-9a-f-]*\b", "ID", line)
    line = re.sub(r"[─━-]{3,}", "---", line)
    line = re.sub(r"\d[\d,.:T+-]*", "N", line)
    return re.sub(r"\s+", " ", line).strip()


@pytest.fixture(scope="module")
def session(environment, nyc, tmp_path_factory) -> list[str]:
    """What each command printed, run one after the other in one shell."""
    if not environment.sql("select from nyc.airlines"):  # no other test has sent them yet
        environment.json("send", "nyc_airlines", nyc["nyc_airlines"])
    build(ROOT, ROOT / "build")  # the session is about the project of the README alone
    script = "".join(f"echo '{MARK}'\n{command.text}\n" for command in commands())
    path = f"{ROOT / '.venv' / 'bin'}:{environment.variables['PATH']}"
    result = subprocess.run(
        ["bash"],
        input=script,
        cwd=tmp_path_factory.mktemp("session"),
        env={**environment.variables, "STAGECOACH_PROJECT": str(ROOT), "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1200,
    )
    return result.stdout.split(f"{MARK}\n")[1:]


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("place", range(len(commands())), ids=lambda i: commands()[i].text[:40])
def test_a_command_prints_what_the_readme_says(session, place):
    printed = [shape(line) for line in session[place].splitlines() if line.strip()]
    assert printed == [shape(line) for line in commands()[place].expected]


def test_the_first_screen_shows_how_to_begin():
    first = (ROOT / "README.md").read_text().splitlines()[:25]
    assert any(line.startswith("$ make demo") for line in first)
    assert any(line.startswith("$ make test") for line in first)
