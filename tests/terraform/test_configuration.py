"""What terraform/ promises, asked of Terraform itself with a mocked provider."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from workbench.terraform import Terraform

ROOT = Path(__file__).resolve().parents[2]
HCL = sorted((ROOT / "terraform").rglob("*.tf"))
TEST_FILES = sorted(path.name for path in (ROOT / "terraform" / "tests").glob("*.tftest.hcl"))
RUN = re.compile(r'^run "(\w+)"', re.MULTILINE)


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    found = Terraform("local", tmp_path_factory.mktemp("terraform"), os.environ)
    found.init(backend=False)
    return found


@pytest.fixture(scope="module")
def results(terraform: Terraform) -> dict[str, str]:
    return terraform.test()


def test_every_file_is_formatted(terraform: Terraform) -> None:
    assert terraform.fmt_check() == []


def test_the_configuration_holds_together(terraform: Terraform) -> None:
    terraform.validate()


@pytest.mark.parametrize("file", TEST_FILES)
def test_terraforms_own_tests_pass(file: str, results: dict[str, str]) -> None:
    runs = RUN.findall((ROOT / "terraform" / "tests" / file).read_text())
    wrong = {run: results.get(f"tests/{file}: {run}") for run in runs}
    wrong = {run: status for run, status in wrong.items() if status != "pass"}
    assert runs
    assert not wrong, results.get("first error")


def test_every_variable_and_output_is_described() -> None:
    block = re.compile(r'^(?:variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
    silent = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in HCL
        for name, body in block.findall(path.read_text())
        if not re.match(r'  description = "[^"]{8,}', body)
    ]
    assert silent == []


def test_every_right_that_a_module_offers_is_given_to_somebody() -> None:
    offered = re.compile(r'^output "may" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
    text = "\n".join(path.read_text() for path in HCL)
    rights = [
        f"{path.parent.name}.may.{name}"
        for path in HCL
        for body in offered.findall(path.read_text())
        for name in re.findall(r"^    (\w+) += ", body, re.MULTILINE)
    ]
    assert "lake.may.read_landing" in rights
    called = {
        "arrivals": r'(?:arrivals|settlements|publications\["redshift"\])',
        "job": r'table_migration\["redshift"\]',
    }
    unused = []
    for right in rights:
        module, _, name = right.partition(".")
        if not re.search(rf"module\.{called.get(module, module)}\.{re.escape(name)}\b", text):
            unused.append(right)
    assert unused == []


def test_a_module_has_seven_inputs_at_most() -> None:
    modules = (ROOT / "terraform" / "modules").rglob("variables.tf")
    many = {path.parent.name: path.read_text().count('\nvariable "') + 1 for path in modules}
    assert {name: count for name, count in many.items() if count > 7} == {}


def test_nothing_is_conditional_by_count() -> None:
    assert [path.name for path in HCL if re.search(r"^\s*count\s*=", path.read_text(), re.M)] == []


def test_no_managed_policy_is_attached() -> None:
    text = "".join(path.read_text() for path in HCL)
    assert "iam_role_policy_attachment" not in text
    assert "managed_policy_arns" not in text


def test_only_declarations_name_datasets() -> None:
    names = [path.stem for path in (ROOT / "datasets").glob("*.yaml")]
    text = "".join(path.read_text() for path in HCL)
    assert names
    assert [name for name in names if name in text] == []


def test_dev_and_prod_keep_their_state_in_s3_with_its_own_lock() -> None:
    versions = (ROOT / "terraform" / "versions.tf").read_text()
    backends = {path.name for path in (ROOT / "terraform" / "environments").glob("*.s3.tfbackend")}
    assert re.search(r'backend "s3" \{[^}]*use_lockfile = true', versions, re.DOTALL)
    assert backends == {"dev.s3.tfbackend", "prod.s3.tfbackend"}


def test_production_is_protected_from_haste() -> None:
    prod = (ROOT / "terraform" / "environments" / "prod.tfvars").read_text()
    assert "deletion_protection = true" in prod
    assert "final_snapshot = true" in prod
    assert re.search(r"force_destroy\s+= false", prod)
