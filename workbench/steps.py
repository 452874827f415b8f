"""The steps of a project: SQL of its own that runs after a merge, in the merge's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stagecoach.dataset import Dataset
from stagecoach.declaration import document
from stagecoach.declaration.problems import DeclarationErrors, Problem, did_you_mean
from stagecoach.steps import LAST
from workbench import headers
from workbench.quoting import array, literal

NEEDED = {
    "description": "one sentence for people",
    "call": "schema.procedure, which the file makes",
}


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
    header: headers.Header = {}
    lines = text.splitlines()
    problems = list(headers.read(str(path), lines[: headers.length(lines)], NEEDED, header))
    problems = problems or list(_values(path, header)) or list(_made(path, header, text))
    if problems:
        return None, problems
    schema, procedure = header["call"][1].split(".")
    said = header["description"][1]
    return Step(str(path), path.stem, said, schema, procedure, text), []


def _values(path: Path, header: headers.Header) -> Iterator[Problem]:
    name = str(path)
    if wrong := headers.wrong_name(path.stem):
        yield Problem(name, 0, wrong)
    yield from headers.missing(name, header, NEEDED)
    line, call = header.get("call", (1, ""))
    parts = call.split(".")
    if call and (len(parts) != 2 or any(map(headers.wrong_name, parts))):
        wanted = "wanted schema.procedure in small letters, without (..)"
        yield Problem(name, line, f"call: found {call!r} - {wanted}")
    elif headers.is_ours(parts[0]):
        message = f"call: schema {parts[0]!r} is not for steps - wanted one of your own"
        yield Problem(name, line, message)


def _made(path: Path, header: headers.Header, text: str) -> Iterator[Problem]:
    line, call = header.get("call", (1, ""))
    spelt = r"\s*\.\s*".join(rf'"?{re.escape(part)}"?' for part in call.split("."))
    made = re.compile(rf"\bcreate\s+or\s+replace\s+procedure\s+{spelt}\s*\(", re.IGNORECASE)
    if call and not made.search(text):
        message = f"the file does not make {call} - wanted create or replace procedure"
        yield Problem(str(path), line, f"{message} {call}(load_id uuid)")


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
