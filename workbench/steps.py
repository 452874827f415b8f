"""The steps of a project: SQL of its own that runs after a merge, in the merge's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stagecoach.dataset import Dataset
from stagecoach.declaration import document, types
from stagecoach.declaration.problems import DeclarationErrors, Problem, did_you_mean, listed
from stagecoach.steps import LAST
from workbench.quoting import array, literal

HEADER = re.compile(r"^--\s*(?P<key>[A-Za-z_]+):\s*(?P<value>.*?)\s*$")
NEEDED = {
    "description": "one sentence for people",
    "call": "schema.procedure, which the file makes",
}
OURS = ("etl", "stage", "information_schema")
Header = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """One file of steps/ and the procedure that is called."""

    path: str
    name: str
    description: str
    schema: str
    procedure: str
    text: str


def load(folder: Path, datasets: Mapping[str, Dataset]) -> tuple[Step, ...]:
    """Read and check the steps of the folder that stands beside `datasets/`, by name.

    Raises DeclarationErrors with every mistake in them and in the `after` of the datasets.
    """
    found: list[Step] = []
    problems: list[Problem] = []
    paths = sorted(folder.rglob("*.sql"))
    for path in paths:
        step, wrong = _read(path)
        problems += wrong
        found += [step] if step else []
    problems += _names(paths, datasets)
    problems += _wanted(folder, {path.stem for path in paths}, datasets)
    if problems:
        raise DeclarationErrors(problems)
    return tuple(sorted(found, key=lambda step: step.name))


def render(steps: Sequence[Step]) -> dict[str, str]:
    """The files that `migrate` runs, by their path below build/sql/: as they were written, so that
    an error's line is the line of the file, and what they are to have called.
    """
    texts = {f"postgres/steps/{step.name}.sql": _rendered(step) for step in steps}
    kept = array(step.name for step in steps)
    texts[f"postgres/steps/{LAST}"] = (
        f"-- Steps whose files are gone are forgotten.\nselect etl.retire_steps({kept});\n"
    )
    return texts


def _rendered(step: Step) -> str:
    said = (step.name, step.schema, step.procedure, step.description)
    ending = "" if step.text.endswith("\n") else "\n"
    return f"{step.text}{ending}\nselect etl.declare_step({', '.join(map(literal, said))});\n"


def _read(path: Path) -> tuple[Step | None, list[Problem]]:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        return None, [Problem(str(path), 0, f"byte {error.start} is not UTF-8 - wanted UTF-8")]
    header: Header = {}
    problems = list(_header(str(path), text, header))
    problems = problems or list(_values(path, header)) or list(_made(path, header, text))
    if problems:
        return None, problems
    schema, procedure = header["call"][1].split(".")
    said = header["description"][1]
    return Step(str(path), path.stem, said, schema, procedure, text), []


def _header(path: str, text: str, found: Header) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            return
        said = HEADER.match(line)
        if said is None:
            wanted = "wanted -- key: value, and a blank line above other comments"
            yield Problem(path, number, f"found {line!r} in the header - {wanted}")
        elif said["key"] not in NEEDED:
            hint = did_you_mean(said["key"], NEEDED) or f" - wanted one of {listed(NEEDED)}"
            yield Problem(path, number, f"found the key {said['key']!r} in the header{hint}")
        elif said["key"] in found:
            first = found[said["key"]][0]
            message = f"key {said['key']!r} is already on line {first} - wanted once"
            yield Problem(path, number, message)
        else:
            found[said["key"]] = number, said["value"]


def _values(path: Path, header: Header) -> Iterator[Problem]:
    name = str(path)
    if wrong := _identifier(path.stem):
        yield Problem(name, 0, wrong)
    for key, meaning in NEEDED.items():
        if not header.get(key, (0, ""))[1]:
            wanted = f"wanted -- {key}: {meaning}"
            yield Problem(name, header.get(key, (1, ""))[0], f"the header has no {key} - {wanted}")
    line, call = header.get("call", (1, ""))
    parts = call.split(".")
    if call and (len(parts) != 2 or any(map(_identifier, parts))):
        wanted = "wanted schema.procedure in small letters, without (..)"
        yield Problem(name, line, f"call: found {call!r} - {wanted}")
    elif parts[0] in OURS or parts[0].startswith("pg_"):
        message = f"call: schema {parts[0]!r} is not for steps - wanted one of your own"
        yield Problem(name, line, message)


def _made(path: Path, header: Header, text: str) -> Iterator[Problem]:
    line, call = header.get("call", (1, ""))
    spelt = r"\s*\.\s*".join(rf'"?{re.escape(part)}"?' for part in call.split("."))
    made = re.compile(rf"\bcreate\s+or\s+replace\s+procedure\s+{spelt}\s*\(", re.IGNORECASE)
    if call and not made.search(text):
        message = f"the file does not make {call} - wanted create or replace procedure"
        yield Problem(str(path), line, f"{message} {call}(load_id uuid)")


def _identifier(text: str) -> str | None:
    try:
        types.identifier(text)
    except ValueError as error:
        return str(error)
    return None


def _names(paths: Sequence[Path], datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path in paths:
        if path.stem in first:
            message = f"step {path.stem!r} is in {first[path.stem]} already - wanted another name"
            yield Problem(str(path), 0, message)
        elif path.stem in datasets:
            message = f"step {path.stem!r} is called like a dataset - wanted another name"
            yield Problem(str(path), 0, message)
        first.setdefault(path.stem, path)


def _wanted(folder: Path, known: set[str], datasets: Mapping[str, Dataset]) -> Iterator[Problem]:
    """What is wrong with the `after` of the datasets, at its line."""
    for dataset in datasets.values():
        for at, name in enumerate(dataset.after):
            message = ""
            if name not in known:
                hint = did_you_mean(name, known) or f" - wanted a file {folder.name}/{name}.sql"
                message = f"after names {name!r}, and there is no such step{hint}"
            elif name in dataset.after[:at]:
                message = f"after names {name!r} twice - wanted once"
            if message:
                path = folder.with_name("datasets") / f"{dataset.name}.yaml"
                yield document.read(path).problem(("after", at), message)
