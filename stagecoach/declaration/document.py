"""A YAML file as plain values, with the line of every one of them.

Terraform reads the same files, so a scalar that readers of YAML take for different things (`no`,
`on`, a date) is never guessed: it has to be written in quotes or as `true` and `false`.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from stagecoach.declaration.problems import Path, Problem

BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
NULLS = {"", "~", "null", "Null", "NULL"}
BOOLEAN_FOR_SOME = re.compile(r"^(?:y|n|yes|no|on|off)$", re.IGNORECASE)
DATE_FOR_SOME = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?$")
INTEGER = re.compile(r"^[-+]?\d+$")
FOLD = "\a"  # what ruamel notes where a folded block has a line end
FLOAT = re.compile(r"^[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?$")


@dataclass(frozen=True)
class Ambiguous:
    """A scalar without quotes that some readers of YAML do not take for text."""

    text: str
    taken_for: str


@dataclass
class Document:
    """One file: its values, and for each path in it the line and the text as written."""

    path: str
    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def stem(self) -> str:
        """The file's name without its extension."""
        return FilePath(self.path).stem

    def at(self, *path: str | int) -> Any:
        """The value at a path, or None where there is nothing."""
        value = self.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at the line of a path."""
        return Problem(self.path, self.line(path), message)


def read(path: FilePath) -> Document:
    """Read one YAML file; syntax errors and duplicate keys are in the document's problems."""
    document = Document(str(path))
    try:
        root = YAML(typ="rt").compose(io.StringIO(path.read_text(encoding="utf-8")))
    except UnicodeDecodeError as error:
        document.problems.append(
            Problem(str(path), 0, f"byte {error.start} is not UTF-8 - wanted a text file in UTF-8")
        )
    except MarkedYAMLError as error:
        document.problems.append(_syntax(document, error))
    except YAMLError as error:
        first = str(error).splitlines()[0]
        document.problems.append(Problem(str(path), 0, f"found {first} - wanted YAML text"))
    else:
        document.lines[()] = 1
        if root is not None:
            document.value = _Reader(document).value(root, ())
    return document


def _syntax(document: Document, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 0
    what = " ".join(str(part) for part in (error.problem, error.context) if part)
    wanted = "wanted YAML"
    if "'\\t'" in what:
        what, wanted = "found a tab", "wanted spaces, YAML allows no tabs in front of its words"
    elif "mapping values are not allowed" in what:
        wanted = 'wanted "..." around a text that holds a colon'
    elif "cannot start any token" in what:
        wanted = 'wanted "..." around a text that starts with this character'
    return Problem(document.path, line, f"{what} - {wanted}")


class _Reader:
    """Walks the nodes of one document; the path of a value is its keys and positions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.open: list[int] = []

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node; its line and its text are noted in the document."""
        if isinstance(node, ScalarNode):
            if node.value or node.style:  # nothing starts where the next thing does
                self.document.lines[path] = node.start_mark.line + 1
            self.document.written[path] = node.value
            return _scalar(node)
        if id(node) in self.open:
            self._note(node, "found an anchor that holds itself - wanted plain values")
            return None
        self.open.append(id(node))
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
            assert isinstance(node, SequenceNode)  # noqa: S101 - YAML has three kinds of nodes
            self.document.lines.setdefault(path, node.start_mark.line + 1)
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        finally:
            self.open.pop()

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, ScalarNode) else ""
            if not key:
                self._note(key_node, "found an empty or composite key - wanted a word")
            elif key in found:
                first = self.document.lines[(*path, key)]
                self._note(key_node, f"key {key!r} is already on line {first} - wanted once")
            else:
                self.document.lines[(*path, key)] = key_node.start_mark.line + 1
                found[key] = self.value(value_node, (*path, key))
        return found

    def _note(self, node: Node, message: str) -> None:
        line = node.start_mark.line + 1
        self.document.problems.append(Problem(self.document.path, line, message))


def _scalar(node: ScalarNode) -> Any:
    text = str(node.value)
    if node.style is not None:
        return text.replace(FOLD, "") if node.style == ">" else text
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if INTEGER.match(text):
        return int(text)
    if FLOAT.match(text):
        return float(text)
    if BOOLEAN_FOR_SOME.match(text):
        return Ambiguous(text, "a boolean")
    if DATE_FOR_SOME.match(text):
        return Ambiguous(text, "a date")
    return text
