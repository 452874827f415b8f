"""The SQL of this repository for Redshift is Redshift's: the rules of the local one hold for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_cloud.redshift.inspection import inspected
from local_cloud.redshift.language import lint
from local_cloud.redshift.lexing import path, statements, tokens
from local_cloud.redshift.rules.rule import Tokens
from stagecoach.declaration import load_all
from tests.projects import PROJECTS
from tests.sql.test_style import SAMPLES
from tests.sql.worlds import ROOT
from workbench import views
from workbench.render import render_all
from workbench.render.redshift import context


def rendered(project: Path) -> dict[str, str]:
    """What a project gives the databases, by path."""
    declared = load_all(project / "datasets")
    shown = views.load(project / "views", declared)
    return {**render_all(declared | SAMPLES, ROOT), **views.render(shown, declared)}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """All that Redshift gets of all projects, by path."""
    return {
        path: text
        for project in PROJECTS
        for path, text in rendered(project).items()
        if path.startswith("redshift/")
    }


KINDS = ("migrations", "procedures", "datasets", "dataset_views")


def test_there_is_something_to_look_at(texts: dict[str, str]):
    assert {path.split("/")[1] for path in texts} == set(KINDS)
    assert all(f"redshift/datasets/{name}/merge.sql" in texts for name in SAMPLES)


@pytest.mark.parametrize("kind", KINDS)
def test_redshift_would_take_it(texts: dict[str, str], kind: str):
    chosen = {path: text for path, text in texts.items() if path.split("/")[1] == kind}
    assert [
        f"{path}:{each.line}: {each.message} ({each.page})"
        for path, text in chosen.items()
        for each in lint(text, is_strict=True)
    ] == []


def test_the_lint_sees_into_what_is_rendered(texts: dict[str, str]):
    text = next(text for path, text in texts.items() if path.endswith("by_upsert/merge.sql"))
    wrong = text.replace("begin\n", "begin\n    truncate etl.applied;\n", 1)
    assert [each.rule for each in lint(wrong)] == ["no truncate in procedures"]


def statements_of(text: str) -> Iterator[Tokens]:
    """Every SQL statement of a file, in procedures too."""
    for part in statements(tokens(text)):
        yield from (each.tokens for each in inspected(part) if each.kind == "sql")


def unmeasured(found: Tokens, texts: set[str]) -> Iterator[str]:
    """Texts that are compared, grouped or numbered without their length in bytes beside them."""
    words = [token.text for token in found]
    plain = " ".join(words)

    def is_measured(names: list[str], where: str) -> bool:
        return f"octet_length ( {' . '.join(names)} )" in where

    for at, word in enumerate(words):
        if word in ("=", "<>"):
            right, _ = path(found, at + 1)
            left = [name for name in words[max(at - 3, 0) : at] if name != "."][-2:]
            for names in (left, right):
                is_text = len(left) == len(right) == 2 and left[-1] == right[-1] in texts
                if is_text and not is_measured(names, plain):
                    yield " ".join(words[at - 3 : at + 4])
        if words[at : at + 2] in (["group", "by"], ["partition", "by"]):
            end = list_end(words, at + 2)
            listed = " ".join(words[at:end])
            for here in range(at + 2, end):
                names, _ = path(found, here)
                is_text = len(names) == 2 and names[-1] in texts
                is_argument = words[here - 2 : here] == ["octet_length", "("]
                if is_text and not is_argument and not is_measured(names, listed):
                    yield listed


def list_end(words: list[str], at: int) -> int:
    """Where the list that begins at `at` ends."""
    depth = 0
    while at < len(words) and depth >= 0 and words[at] not in ("order", "having", "union"):
        depth += {"(": 1, ")": -1}.get(words[at], 0)
        at += 1
    return at


@pytest.mark.parametrize("name", SAMPLES)
def test_texts_are_compared_with_their_lengths(texts: dict[str, str], name: str):
    dataset = SAMPLES[name]
    compared = context(dataset, dataset.redshift)["texts"]
    for file in ("merge.sql", "migrate.sql"):
        for found in statements_of(texts[f"redshift/datasets/{name}/{file}"]):
            is_update = found[0].word == "update"
            conditions = found[_where(found) :] if is_update else found
            assert not list(unmeasured(conditions, compared))


def _where(found: Tokens) -> int:
    """Where the condition of an update begins; what it sets is no comparison."""
    return next((at for at, token in enumerate(found) if token.word == "from"), len(found))


def test_a_text_without_its_length_is_found():
    bare = "select 1 from (select 1 from a inner join b on a.x = b.x group by a.x) as c"
    both = (
        "select 1 from a inner join b on a.x = b.x and octet_length(a.x) = octet_length(b.x)"
        " group by a.x, octet_length(a.x)"
    )
    assert len(list(unmeasured(tokens(bare), {"x"}))) == 3
    assert not list(unmeasured(tokens(both), {"x"}))
