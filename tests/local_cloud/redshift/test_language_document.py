"""docs/redshift-divergence.md lists the rules as they are; asking them costs little."""

import subprocess
import sys

from local_cloud.redshift import divergence
from local_cloud.redshift.rules import RULES


def test_the_document_lists_every_rule_with_its_page():
    text = divergence.DOCUMENT.read_text("utf-8")
    for rule in RULES:
        line = next(line for line in text.splitlines() if line.startswith(f"| {rule.name}"))
        assert rule.url in line
        assert ("(ours)" in line) == rule.is_ours


def test_the_document_is_written_from_the_rules():
    assert divergence.DOCUMENT.read_text("utf-8") == divergence.document(), (
        "run: python -m local_cloud.redshift.divergence"
    )


def test_the_parser_is_loaded_when_it_is_needed_and_not_before():
    ask = "import sys; from local_cloud.redshift.language import translate; translate('select 1')"
    said = subprocess.run(
        [sys.executable, "-c", f"{ask}; print('sqlglot' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "False\n"
