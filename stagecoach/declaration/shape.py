"""pydantic's errors as problems: file, line, what was found, what was wanted."""

from __future__ import annotations

import types as python_types
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stagecoach.declaration.document import BOOLEANS, Ambiguous, Document
from stagecoach.declaration.problems import Path, Problem, closest, did_you_mean, listed

UNKNOWN = "extra_forbidden"
WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}


Root = TypeVar("Root", bound=BaseModel)


def validate(document: Document, root: type[Root]) -> Root | None:
    """The document as a model, or None when there is a mistake (noted in its problems)."""
    try:
        return root.model_validate(document.value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        meant = {_meant(details["loc"], root) for details in errors if details["type"] == UNKNOWN}
        for details in errors:
            if details["type"] != "missing" or details["loc"] not in meant:
                document.problems.append(_problem(document, details, root))
        return None


def _meant(path: Path, root: type[BaseModel]) -> Path:
    """The key that a misspelt one was to be; saying that it lacks as well would be noise."""
    model = _model(path[:-1], root)
    return (*path[:-1], closest(str(path[-1]), _keys(model) if model else []) or "")


def _problem(document: Document, details: ErrorDetails, root: type[BaseModel]) -> Problem:
    path: Path = tuple(step for step in details["loc"] if step != "[key]")
    kind, context = details["type"], details.get("ctx", {})
    name, found = _name(document, path), _found(document, path)
    if kind == "value_error":
        message = f"{name}: {context['error']}"
    elif kind == UNKNOWN:
        message = _unknown_key(document, path, root)
    elif kind == "missing":
        path, key = path[:-1], path[-1]
        meaning = _meaning((*path, key), root)
        message = f"{_name(document, path)} has no {key!r} - wanted {key}: {meaning}"
    elif kind == "literal_error":
        message = f"{name}: found {found} - {_one_of(str(details['input']), context['expected'])}"
    elif kind in ("too_short", "string_too_short"):
        message = f"{name} is empty - wanted {_meaning(path, root)}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        bound = "at least" if kind.startswith("greater") else "at most"
        message = f"{name}: found {found} - wanted {bound} {context.get('ge', context.get('le'))}"
    else:
        message = f"{name}: found {found} - {_wanted(document, path, kind, root)}"
    return document.problem(path, message)


def _name(document: Document, path: Path) -> str:
    """A path in words: `column 'id' type`, `source.csv.nulls item 2`."""
    words, rest = "", path
    if len(path) > 1 and path[0] == "columns" and isinstance(path[1], int):
        column = document.at("columns", path[1], "name")
        words = f"column {repr(column) if isinstance(column, str) else f'number {path[1] + 1}'} "
        rest = path[2:]
    dotted = ".".join(step if isinstance(step, str) else f"item {step + 1}" for step in rest)
    return (words + dotted.replace(".item", " item")).strip() or "the file"


def _one_of(found: str, expected: str) -> str:
    known = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
    return f"wanted one of {listed(known)}{did_you_mean(found, known)}"


def _unknown_key(document: Document, path: Path, root: type[BaseModel]) -> str:
    model = _model(path[:-1], root)
    known = _keys(model) if model else []
    hint = did_you_mean(str(path[-1]), known) or f" - wanted one of {listed(known)}"
    return f"found the key {path[-1]!r} in {_name(document, path[:-1])}{hint}"


def _found(document: Document, path: Path) -> str:
    value = document.at(*path)
    if value is None:
        return "nothing" if document.written.get(path, "") == "" else "null"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return repr(document.written.get(path, str(value)))


def _wanted(document: Document, path: Path, kind: str, root: type[BaseModel]) -> str:
    value, wanted = document.at(*path), WANTED.get(kind, kind.replace("_", " "))
    model = _model(path, root)
    if model is not None:
        return f"wanted {wanted}: {listed(_keys(model))}"
    if kind in ("bool_type", "int_type"):
        quoted = isinstance(value, str) and (value in BOOLEANS or value.isdigit())
        return f"wanted {wanted}{', without quotes' if quoted else ''}"
    if kind != "string_type" or isinstance(value, dict | list):
        return f"wanted {wanted}"
    text = document.written.get(path, "")
    if not text:
        return f'wanted {wanted}; an empty text is written ""'
    taken = {bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    meant = value.taken_for if isinstance(value, Ambiguous) else taken.get(type(value), "no text")
    return f'wanted "{text}": without quotes YAML takes it for {meant}'


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _meaning(path: Path, root: type[BaseModel]) -> str:
    model = _model(path[:-1], root)
    for name, field in (model.model_fields if model else {}).items():
        if path[-1] in (name, field.alias):
            text = field.description or str(path[-1])
            return text[:1].lower() + text[1:]
    return "at least one"


def _model(path: Path, root: type[BaseModel]) -> type[BaseModel] | None:
    """The model that stands at a path of the declaration."""
    found: Any = root
    for step in path:
        models = list(_models_of(found, step))
        if not models:
            return None
        found = models[0]
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _models_of(found: Any, step: str | int) -> Iterator[Any]:
    if isinstance(found, type) and issubclass(found, BaseModel):
        for name, field in found.model_fields.items():
            if step in (name, field.alias):
                yield _without_wrapping(field.annotation)
    elif get_origin(found) in (list, dict):
        yield _without_wrapping(get_args(found)[-1])


def _without_wrapping(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin in (Union, python_types.UnionType):
        return _without_wrapping(get_args(annotation)[0])
    return _without_wrapping(get_args(annotation)[0]) if origin is Annotated else annotation
