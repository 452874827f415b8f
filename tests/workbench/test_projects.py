"""The workbench works on one project: the repository, or what STAGECOACH_PROJECT names."""

import shutil
from pathlib import Path

import pytest

from stagecoach.errors import SetupError, UnknownDataset
from workbench import declared, terraform_home
from workbench.app import run
from workbench.build import build
from workbench.state import ROOT, State, project

PORTS = """
name: ports
description: Every port
columns: [{name: id, type: bigint}]
key: [id]
load: {mode: snapshot}
targets: {postgres: {schema: sea}}
"""


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one dataset, which is the one that is worked on."""
    folder = tmp_path / "ports"
    (folder / "datasets").mkdir(parents=True)
    (folder / "datasets" / "ports.yaml").write_text(PORTS)
    monkeypatch.setenv("STAGECOACH_PROJECT", str(folder))
    monkeypatch.delenv("STAGECOACH_HOME", raising=False)
    return folder


def test_without_a_name_the_project_is_the_repository(monkeypatch):
    monkeypatch.delenv("STAGECOACH_PROJECT", raising=False)
    assert project() == ROOT


def test_check_and_sql_are_about_the_project(ports, capsys):
    assert run(["check"]) == 0
    assert "1 declaration is right: ports" in capsys.readouterr().out
    assert run(["sql", "ports"]) == 0
    assert "create table if not exists sea.ports" in capsys.readouterr().out


def test_what_another_project_declares_is_unknown(ports):
    with pytest.raises(UnknownDataset, match="declared are ports"):
        declared.check_name("nyc_flights")


def test_the_build_has_the_engine_and_what_the_project_declares(ports):
    build(ROOT, ports / "build", ports)
    assert [path.name for path in (ports / "build" / "datasets").iterdir()] == ["ports.json"]
    assert (ports / "build" / "lambda" / "arrive.zip").exists()
    assert declared.named("ports").name == "ports"


def test_new_writes_into_the_project(ports, tmp_path):
    sample = tmp_path / "ships.csv"
    sample.write_text("id,name\n1,Ada\n2,Bea\n")
    assert run(["new", "ships", "--from", str(sample)]) == 0
    assert (ports / "datasets" / "ships.yaml").exists()


def test_two_projects_share_nothing_but_the_cache(ports, monkeypatch):
    here = State.of()
    monkeypatch.delenv("STAGECOACH_PROJECT")
    assert here.folder == ports / ".stagecoach" / "local" != State.of().folder
    assert here.cache == State.of().cache


def test_terraform_reads_the_project_by_relative_names(ports, tmp_path):
    (ports / "build").mkdir()
    work = terraform_home.lay_out(ROOT, ports, tmp_path / "home", local_backend=True)
    assert (work / "../datasets").samefile(ports / "datasets")
    assert (work / "../build").samefile(ports / "build")
    assert (work / "../crawlers").samefile(ROOT / "crawlers")
    assert not (work / "../queries").is_symlink()


def test_a_folder_that_the_project_has_lost_is_not_linked_any_more(ports, tmp_path):
    (ports / "queries").mkdir()
    terraform_home.lay_out(ROOT, ports, tmp_path / "home", local_backend=True)
    shutil.rmtree(ports / "queries")
    terraform_home.lay_out(ROOT, ports, tmp_path / "home", local_backend=True)
    assert not (tmp_path / "home" / "queries").is_symlink()


@pytest.mark.parametrize(("place", "said"), [("gone", "is no folder"), (".", "has no folder")])
def test_what_is_no_project_is_one_sentence(tmp_path, monkeypatch, place, said):
    monkeypatch.setenv("STAGECOACH_PROJECT", str(tmp_path / place))
    with pytest.raises(SetupError, match=f"STAGECOACH_PROJECT is .*{said}.* - name a folder"):
        project()
