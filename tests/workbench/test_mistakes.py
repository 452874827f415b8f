"""A user's mistake gets one sentence that says what to do, exit code not 0, and no stack trace."""

import pytest

from workbench.app import run


@pytest.fixture(autouse=True)
def no_cloud_is_up(tmp_path, monkeypatch):
    monkeypatch.setenv("STAGECOACH_HOME", str(tmp_path))
    monkeypatch.delenv("STAGECOACH_ENV", raising=False)


def mistake(capsys, *words: str) -> str:
    """Run the command line; it must fail with one line on stderr and nothing on stdout."""
    assert run(words) in (1, 2)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    return said.err


def test_a_misspelt_dataset_gets_the_nearest_name(capsys, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("x\n")
    assert "did you mean 'nyc_flights'?" in mistake(capsys, "send", "nyc_flight", str(file))


def test_a_strange_dataset_gets_the_list_of_names(capsys):
    assert "nyc_airlines" in mistake(capsys, "sql", "zzzzzz")


def test_a_missing_file_is_named_and_nothing_is_sent(capsys):
    said = mistake(capsys, "send", "nyc_airlines", "no_such.csv")
    assert "there is no file no_such.csv - nothing was sent" in said


def test_a_folder_is_not_a_file(capsys, tmp_path):
    assert "is a folder, a file was wanted" in mistake(
        capsys, "send", "nyc_airlines", str(tmp_path)
    )


@pytest.mark.parametrize(
    "command", ["loads", "env", "load 7f3a", "rejects 7f3a", "replay 7f3a", "publish 7f3a"]
)
def test_without_a_local_cloud_the_next_step_is_named(capsys, command):
    said = mistake(capsys, *command.split())
    assert "the local cloud is not up - run `stagecoach up`" in said


def test_a_target_that_no_database_is_gets_the_list(capsys):
    assert "'postgres', 'redshift'" in mistake(capsys, "sql", "nyc_flights", "--target", "oracle")


def test_up_and_down_are_for_the_local_cloud_only(capsys):
    assert "make apply ENV=prod" in mistake(capsys, "up", "--env", "prod")
    assert "not for 'dev'" in mistake(capsys, "down", "--env", "dev")


def test_an_unknown_option_points_to_the_help(capsys):
    assert "see `stagecoach loads --help`" in mistake(capsys, "loads", "--bogus")


def test_no_words_at_all_show_the_help(capsys):
    assert run([]) == 0
    assert "Usage" in capsys.readouterr().out


def test_down_without_a_local_cloud_is_no_mistake(capsys):
    assert run(["down"]) == 0
    assert "was not up" in capsys.readouterr().out


def test_our_own_mistakes_go_to_a_file_not_to_the_screen(capsys, tmp_path, monkeypatch):
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "cloud.json").mkdir()  # a folder where a file must be
    said = mistake(capsys, "loads")
    assert "Traceback" not in said
    assert "Traceback" in (tmp_path / "errors.log").read_text()
