"""`stagecoach sql`: what will run, of one target or of all."""

import json

from workbench.app import run


def files_of(capsys, *words: str) -> list[str]:
    assert run(["sql", "nyc_airlines", *words, "--json"]) == 0
    return sorted(json.loads(capsys.readouterr().out))


def test_the_files_are_those_of_the_target_that_was_asked_for(capsys):
    found = files_of(capsys, "--target", "postgres")
    assert "postgres/datasets/nyc_airlines/table.sql" in found
    assert all(name.startswith("postgres/datasets/nyc_airlines/") for name in found)


def test_without_a_target_nothing_is_left_out(capsys):
    assert set(files_of(capsys, "--target", "postgres")) <= set(files_of(capsys))


def test_each_text_is_headed_by_its_file(capsys):
    assert run(["sql", "nyc_airlines"]) == 0
    assert capsys.readouterr().out.startswith("-- postgres/datasets/nyc_airlines/")
