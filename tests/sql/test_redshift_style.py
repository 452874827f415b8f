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


TEXTS = {
    path: text
    for project in PROJECTS
    for path, text in rendered(project).items()
    if path.startswith("redshift/")
}


def test_there_is_something_to_look_at():
    kinds = {path.split("/")[1] for path in TEXTS}
    assert kinds == {"migrations", "procedures", "datasets", "dataset_views"}
    assert all(f"redshift/datasets/{name}/merge.sql" in TEXTS for name in SAMPLES)


@pytest.mark.parametrize("path", TEXTS)
def test_redshift_would_take_it(path: str):
    found = lint(TEXTS[path], is_strict=True)
    assert not found, "\n".join(
        f"{path}:{each.line}: {each.message} ({each.page})" for each in found
    )


def test_the_lint_sees_into_what_is_rendered():
    path = next(path for path in TEXTS if path.endswith("by_upsert/merge.sql"))
    wrong = TEXTS[path].replace("begin\n", "begin\n    truncate etl.applied;\n", 1)
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
def test_texts_are_compared_with_their_lengths(name: str):
    dataset = SAMPLES[name]
    texts = context(dataset, dataset.redshift)["texts"]
    for file in ("merge.sql", "migrate.sql"):
        for found in statements_of(TEXTS[f"redshift/datasets/{name}/{file}"]):
            is_update = found[0].word == "update"
            conditions = found[_where(found) :] if is_update else found
            assert not list(unmeasured(conditions, texts))


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
