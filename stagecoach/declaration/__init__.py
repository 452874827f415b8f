"""Declarations, `datasets/<name>.yaml`: read, checked and made into datasets.

    load(path)        -> Dataset
    load_all(folder)  -> {name: Dataset}
    json_schema()     -> what an editor needs to complete and check them

A wrong file raises DeclarationErrors: every mistake with file, line, what was found and wanted.
"""

from stagecoach.declaration.folder import load, load_all
from stagecoach.declaration.problems import DeclarationErrors, Problem
from stagecoach.declaration.schema import json_schema

__all__ = ["DeclarationErrors", "Problem", "json_schema", "load", "load_all"]
