"""Files whose columns are not the declared ones, loaded as the Glue jobs load them."""

from dataclasses import replace

from stagecoach.dataset import Dataset
from tests.sql.worlds import World, dataset, row_hash


def loose(name: str = "runways", **told: object) -> Dataset:
    """The small declaration with drift: evolve."""
    return replace(dataset(name, **told), drift="evolve")


def send(
    world: World,
    columns: list[str],
    rows: list[tuple],
    name: str = "runways",
    found: dict[str, str] | None = None,
    **delivery: object,
) -> dict:
    """Apply a file with these columns; answers the counts that are not 0.

    `found` gives the names in the header, where they are others.
    """
    load_id = world.arrive(name, **delivery)
    attempt = world.own.claim(name)["attempt"]
    try:
        manifest = stage(world, load_id, attempt, columns, rows, name, found or {})
        world.own.apply_load(load_id, manifest)
    except Exception as refused:
        world.own.refuse(load_id, str(refused))
        raise
    return world.counts(load_id)


def stage(
    world: World,
    load_id: str,
    attempt: int,
    columns: list[str],
    rows: list[tuple],
    name: str,
    found: dict[str, str],
) -> dict:
    """Adopt what is not declared, stage the rows, answer the manifest."""
    listed = world.run("select columns from etl.dataset where name = %s", name)[0][0]
    declared = {column["name"] for column in listed}
    extras = [
        {"name": column, "found": found.get(column, column)}
        for column in columns
        if column not in declared
    ]
    world.own.adopt_columns(load_id, attempt, extras)
    table = world.own.begin_stage(load_id, attempt)
    numbered = [(*row, place) for place, row in enumerate(rows, 2)]
    names = ", ".join('"' + each.replace('"', '""').replace("%", "%%") + '"' for each in columns)
    for row in numbered:
        marks = ", ".join(["%s"] * (len(row) + 1))
        into = f"insert into {table} ({names}, _row_no, _row_hash) values ({marks})"
        world.run(into, *row, row_hash(row))
    good = len(numbered)
    return {
        "load_id": load_id,
        "attempt": attempt,
        "counts": {"read": good + 1, "header": 1, "good": good, "rejected": 0, "warned": 0},
        "hash_sum": str(sum(row_hash(row) for row in numbered)),
        "rejects": [],
        "columns": columns,
        "drift": [
            {"column": each["name"], "change": "undeclared", "detail": f"as {each['found']}"}
            for each in extras
        ],
    }
