"""What is written about declarations holds for the models: the schema and the README."""

import json
import re
import resource
import subprocess
import sys

import jsonschema
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from stagecoach.declaration import document, json_schema, model
from stagecoach.declaration.schema import text
from tests.projects import DECLARATIONS, ROOT

README = (ROOT / "datasets" / "README.md").read_text()
MODELS = [
    kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, BaseModel)
]


def test_the_published_schema_is_fresh():
    published = (ROOT / "datasets" / "schema.json").read_text()
    assert published == text(), "run: python -m stagecoach.declaration > datasets/schema.json"


@pytest.mark.parametrize("path", DECLARATIONS, ids=lambda path: path.stem)
def test_every_dataset_fits_the_schema_and_names_it_for_editors(path):
    lines = path.read_text()
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", lines)[1]
    assert (path.parent / named).samefile(ROOT / "datasets" / "schema.json")
    jsonschema.validate(YAML(typ="safe").load(lines), json_schema())


@pytest.mark.parametrize("written", ['"a b"', ">-\n  a\n  b", ">-\n  a b", "a\n  b", "|-\n  a b"])
def test_a_text_is_the_same_however_it_is_written(tmp_path, written):
    (tmp_path / "x.yaml").write_text(f"text: {written}\n")
    assert document.read(tmp_path / "x.yaml").value == {"text": "a b"}


def test_the_schema_refuses_an_unknown_key():
    wrong = {"name": "a", "colums": []}
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(wrong)


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: kind.__name__)
def test_every_key_is_in_the_readme_and_has_a_description(kind):
    for name, field in kind.model_fields.items():
        key = field.alias or name
        assert re.search(rf"`{key}[`:]", README), f"{kind.__name__}.{key} is not in the README"
        assert field.description, f"{kind.__name__}.{key} has no description for editors"


def test_the_readmes_examples_are_yaml_that_check_would_take(tmp_path):
    smallest = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]
    (tmp_path / "runways.yaml").write_text(smallest)
    assert [*model.DatasetModel.model_validate(YAML(typ="safe").load(smallest)).key] == ["id"]


def test_checking_every_dataset_takes_less_than_a_second_with_the_start_of_python():
    check = (
        "from pathlib import Path; from stagecoach.declaration import *; load_all(Path('datasets'))"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # of the processor: the clock on the wall also counts what else runs on this machine
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_the_schema_is_json():
    assert json.loads(text())["title"] == "DatasetModel"
