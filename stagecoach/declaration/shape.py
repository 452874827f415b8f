"""pydantic's errors as problems: file, line, what was found, what was wanted."""

from __future__ import annotations

import types as python_types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stagecoach.declaration.document import Ambiguous, Document
from stagecoach.declaration.model import DatasetModel
from stagecoach.declaration.problems import Path, Problem, did_you_mean, listed

WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}


def validate(document: Document) -> DatasetModel | None:
    """The document as a model, or None when there is a mistake (noted in its problems)."""
    try:
        return DatasetModel.model_validate(document.value)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            document.problems.append(_problem(document, details))
        return None


def _problem(document: Document, details: ErrorDetails) -> Problem:
    path: Path = tuple(step for step in details["loc"] if step != "[key]")
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        message = str(context["error"])
        if path and "key" not in message.split()[:2]:
            message = f"{_name(path)}: {message}"
    elif kind == "extra_forbidden":
        message = _unknown_key(path)
    elif kind == "missing":
        message = f"{_name(path[:-1])} has no {path[-1]!r} - wanted {_meaning(path)}"
        path = path[:-1]
    elif kind == "literal_error":
        known = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")]
        hint = did_you_mean(str(details["input"]), known)
        message = (
            f"{_name(path)}: found {_found(document, path)} - wanted one of {listed(known)}{hint}"
        )
    elif kind in ("too_short", "string_too_short"):
        message = f"{_name(path)} is empty - wanted {_meaning(path)}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        bound = "at least" if kind.startswith("greater") else "at most"
        limit = context.get("ge", context.get("le"))
        message = f"{_name(path)}: found {_found(document, path)} - wanted {bound} {limit}"
    else:
        message = f"{_name(path)}: found {_found(document, path)} - {_wanted(document, path, kind)}"
    return document.problem(path, message)


def _name(path: Path) -> str:
    return ".".join(str(step) for step in path) or "the file"


def _unknown_key(path: Path) -> str:
    model = _model(path[:-1])
    known = _keys(model) if model else []
    hint = did_you_mean(str(path[-1]), known)
    return f"found the key {path[-1]!r} in {_name(path[:-1])}{hint} - wanted {listed(known)}"


def _found(document: Document, path: Path) -> str:
    value = document.at(*path)
    if value is None:
        return "nothing" if document.written.get(path, "") == "" else "null"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, list):
        return "a list"
    return repr(document.written.get(path, str(value)))


def _wanted(document: Document, path: Path, kind: str) -> str:
    value, wanted = document.at(*path), WANTED.get(kind, kind.replace("_", " "))
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


def _meaning(path: Path) -> str:
    model = _model(path[:-1])
    for name, field in (model.model_fields if model else {}).items():
        if path[-1] in (name, field.alias):
            return field.description or str(path[-1])
    return "at least one"


def _model(path: Path) -> type[BaseModel] | None:
    """The model that stands at a path of the declaration."""
    found: Any = DatasetModel
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
