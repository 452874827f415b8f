"""All views of a folder, each after those that it reads, and everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stagecoach.dataset import Dataset
from stagecoach.declaration.marts.query import sources
from stagecoach.declaration.problems import DeclarationErrors, Problem, did_you_mean, listed
from workbench.views import reading
from workbench.views.view import TARGETS, Relation, View, live_tables

SQL_TYPES = {"double": "double precision", "json": "jsonb"}
HISTORY = {
    "valid_from": "timestamptz",
    "valid_to": "timestamptz",
    "is_current": "boolean",
}


def load(folder: Path, datasets: Mapping[str, Dataset]) -> tuple[View, ...]:
    """Read and check every *.sql of a folder and of those in it; none where there is no folder.

    Raises DeclarationErrors with every mistake.
    """
    paths = sorted(folder.rglob("*.sql"))
    if not paths:
        return ()
    from workbench.views import querying  # sqlglot takes a while, and many have no view

    views: list[View] = []
    problems: list[Problem] = []
    for path in paths:
        view, found = reading.read(path)
        problems += found
        if view is not None:
            problems += querying.parse(view)
            views.append(view)
    _raise(problems)
    live = live_tables(datasets.values())
    _raise([*_names(views, live), *_strangers(views, live)])
    ordered = _in_order(views)
    known = {relation: _columns(dataset) for relation, dataset in live.items()}
    for view in ordered:
        problems += (
            list(_targets(view, views, live))
            or list(querying.resolve(view, known))
            or _refused(view, datasets)
        )
        known[view.relation] = view.columns
    _raise(problems)
    return tuple(ordered)


def _refused(view: View, datasets: Mapping[str, Dataset]) -> list[Problem]:
    if "redshift" not in view.targets:
        return []
    from workbench.views import refusing  # the local Redshift's rules

    return list(refusing.refused(view, datasets))


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise DeclarationErrors(problems)


def _columns(dataset: Dataset) -> dict[str, str]:
    declared = {
        each.name: SQL_TYPES.get(each.kind.base, each.kind.text) for each in dataset.columns
    }
    return declared | (HISTORY if dataset.load.mode == "history" else {})


def _names(views: list[View], live: Mapping[Relation, Dataset]) -> Iterator[Problem]:
    there = {
        **{relation: name.name for relation, name in live.items()},
        **{(d.redshift.schema, d.redshift.table): d.name for d in live.values() if d.redshift},
    }
    files: dict[Relation, str] = {}
    for view in views:
        name = ".".join(view.relation)
        if view.relation in there:
            message = f"{name} is the live table of {there[view.relation]} - wanted another name"
            yield Problem(view.path, 1, message)
        elif view.relation in files:
            message = f"{name} is in {files[view.relation]} already - wanted another name or schema"
            yield Problem(view.path, 1, message)
        files[view.relation] = view.path


def _strangers(views: list[View], live: Mapping[Relation, Dataset]) -> Iterator[Problem]:
    known = {*live, *(view.relation for view in views)}
    every = [".".join(relation) for relation in known]
    for view in views:
        for relation in view.reads:
            if relation not in known:
                name = ".".join(relation)
                hint = did_you_mean(name, every) or " - wanted a live table or another view"
                message = f"{name} is no live table of datasets/ and no view{hint}"
                yield Problem(view.path, _line_of(view, relation), message)


def _line_of(view: View, relation: Relation) -> int:
    assert view.tree is not None  # noqa: S101 - it was parsed
    places = (
        table.this.meta.get("line", 1)
        for table in sources(view.tree)
        if (table.db, table.name) == relation
    )
    return view.line + next(places, 1) - 1


def _in_order(views: list[View]) -> list[View]:
    """Each after those that it reads. Raises DeclarationErrors for a circle."""
    waiting = {view.relation: view for view in views}
    ordered: list[View] = []
    while waiting:
        ready = [each for each in waiting.values() if not waiting.keys() & set(each.reads)]
        if not ready:
            raise DeclarationErrors(_circle(waiting))
        for view in ready:
            ordered.append(waiting.pop(view.relation))
    return ordered


def _circle(waiting: dict[Relation, View]) -> Iterator[Problem]:
    """A problem for each view that reads itself in the end."""
    for view in waiting.values():
        way, at = [view.relation], view.relation
        while True:
            at = next(each for each in waiting[at].reads if each in waiting)
            way.append(at)
            if at in way[:-1]:
                break
        if at == view.relation:
            told = " reads ".join(".".join(relation) for relation in way)
            message = f"{told} - wanted views that read no view that reads them"
            yield Problem(view.path, _line_of(view, way[1]), message)


def _targets(view: View, views: list[View], live: Mapping[Relation, Dataset]) -> Iterator[Problem]:
    """Note where the view is and whose loads it shows."""
    by_relation = {each.relation: each for each in views}
    where: dict[Relation, tuple[str, ...]] = {}
    names: list[str] = []
    for relation in view.reads:
        if relation in live:
            where[relation] = TARGETS if live[relation].redshift else TARGETS[:1]
            names.append(live[relation].name)
        else:
            where[relation] = by_relation[relation].targets
            names += by_relation[relation].datasets
    view.datasets = tuple(dict.fromkeys(names))
    wanted = view.targets
    shared = tuple(each for each in TARGETS if all(each in have for have in where.values()))
    view.targets = wanted or shared
    for target in view.targets:
        for relation, have in where.items():
            if target not in have:
                message = f"{'.'.join(relation)} is not in {target} - wanted targets: "
                line = view.lines.get("targets", _line_of(view, relation))
                yield Problem(view.path, line, message + listed(shared or TARGETS))
    if not view.targets:
        message = "the tables that it reads are in no database together - wanted tables of one"
        yield Problem(view.path, view.line, message)
    if view.materialized and "redshift" in view.targets:
        yield from _materialized(view, by_relation)


def _materialized(view: View, views: Mapping[Relation, View]) -> Iterator[Problem]:
    """What Redshift's materialized views may not do."""
    assert view.tree is not None  # noqa: S101 - it was parsed
    for relation in view.reads:
        if relation in views:
            message = (
                f"{'.'.join(relation)} is a view, and a materialized view of Redshift reads tables "
                "- wanted its query here, or targets: postgres"
            )
            yield Problem(view.path, _line_of(view, relation), message)
    for part in ("order", "limit", "offset"):
        if view.tree.args.get(part) is not None:
            wanted = "wanted it where the view is read, or targets: postgres"
            message = f"a materialized view of Redshift has no {part}"
            yield Problem(view.path, view.line, f"{message} - {wanted}")
