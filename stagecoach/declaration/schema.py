"""The JSON Schema of a declaration, for editors."""

from __future__ import annotations

import json
from typing import Any

from stagecoach.declaration.model import DatasetModel


def json_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    schema = DatasetModel.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def text() -> str:
    """What `datasets/schema.json` holds."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
