"""Every rule that tests/warehouse.tftest.hcl holds the warehouse to can be broken, and is seen.

Scanners of files miss most of these (RedshiftServerless.1, .2, .3 and .6 among them). All are
broken at once, so that one run of Terraform is enough; broken_rules.yaml says how.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from workbench.terraform import Terraform
from workbench.terraform_says import events

ROOT = Path(__file__).resolve().parents[2]
WAREHOUSE = Path("terraform/modules/warehouse")
RULES = Path("terraform/tests/warehouse.tftest.hcl")
BROKEN = YAML(typ="safe").load(Path(__file__).with_name("broken_rules.yaml"))
# The provider itself refuses a password beside one that Secrets Manager makes.
UNBREAKABLE = {"No password is in a state file."}


def broken(root: Path) -> Path:
    """A copy of terraform/ in `root` in which every rule is broken."""
    shutil.copytree(ROOT / "terraform", root / "terraform", ignore=shutil.ignore_patterns(".*"))
    for change in BROKEN:
        file = root / WAREHOUSE / change["file"]
        text = file.read_text()
        assert change["good"] in text or change["bad"] in text, change
        file.write_text(text.replace(change["good"], change["bad"]))
    return root


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What Terraform says of a warehouse that breaks every rule."""
    folder = tmp_path_factory.mktemp("broken")
    terraform = Terraform("local", folder / "state", os.environ, root=broken(folder))
    terraform.init(backend=False)
    said = terraform._call("test", "-json", f"-filter=tests/{RULES.name}").stdout.splitlines()
    return {str(one["diagnostic"].get("detail")) for one in events(said) if "diagnostic" in one}


@pytest.mark.parametrize("rule", [change["rule"] for change in BROKEN])
def test_a_broken_rule_is_seen(rule: str, complaints: set[str]) -> None:
    assert rule in complaints


def test_every_rule_is_broken_here() -> None:
    sentences = set(re.findall(r'error_message = "(.+)"', (ROOT / RULES).read_text()))
    assert sentences == {change["rule"] for change in BROKEN} | UNBREAKABLE
