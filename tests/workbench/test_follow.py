"""Following a load to its end in both targets, with a ledger that answers what we say."""

import boto3
import pytest
from moto import mock_aws

from stagecoach.errors import SetupError
from tests.workbench.test_targets import APPLIED, FAILED, HELD, PAUSED, RUNNING, WAITING, load
from workbench import follow as following
from workbench.aws import Account
from workbench.follow import Followed, all_done, follow


class Ledger:
    """An account whose ledger answers one state of the load after the other."""

    def __init__(self, *answers, others=()):
        self.answers, self.others = list(answers), {one["load_id"]: one for one in others}

    def ask(self, ask, load_id):
        if load_id in self.others:
            return self.others[load_id]
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def running_job(self, dataset):
        return "stage"

    def check_workflow(self, dataset, consequence):
        raise SetupError(f"no workflow: {consequence}")


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(following, "POLL_SECONDS", 0.01)


def end(*answers, others=()):
    [last] = follow(Ledger(*answers, others=others), [Followed("it", load=answers[0])], timeout=5)
    return last


def test_a_load_is_followed_until_redshift_has_it_too():
    last = end(load(None, state="running"), load(WAITING), load(RUNNING), load(APPLIED))
    assert last["redshift"]["state"] == "applied"
    assert all_done([last])


def test_a_publication_that_failed_is_an_end_and_no_success():
    last = end(load(WAITING), load(FAILED))
    assert not all_done([last])


def test_what_waits_behind_a_failed_publication_is_not_waited_for():
    first = {**load(FAILED), "load_id": HELD["behind"]}
    last = end(load({**WAITING, "behind": HELD["behind"]}), others=[first])
    assert last["redshift"]["held_by"] == HELD["behind"]
    assert not all_done([last])


def test_what_waits_behind_one_that_goes_on_is_waited_for():
    first = {**load(RUNNING), "load_id": HELD["behind"]}
    waits = load({**WAITING, "behind": HELD["behind"]})
    assert all_done([end(waits, waits, load(APPLIED), others=[first])])


def test_without_a_terminal_the_reason_for_a_wait_is_said_once(capsys):
    end(load(PAUSED), load(PAUSED), load(PAUSED), load(APPLIED))
    said = capsys.readouterr().err
    assert said.count("the cluster is paused") == 1


def test_a_load_that_waits_for_a_workflow_that_does_not_exist_is_said_at_once():
    with pytest.raises(SetupError, match="no workflow: load 7f3a91c2 waits for it"):
        end(load(None, state="queued"))


@pytest.fixture
def account(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield Account("dev")


def test_a_dataset_without_a_workflow_is_refused_before_anything_is_sent(account):
    with pytest.raises(SetupError, match=r"-dev-flights is not there.*make apply ENV=dev"):
        account.check_workflow("flights", "nothing was sent")


def test_a_workflow_without_its_last_trigger_is_not_whole(account):
    glue = boto3.client("glue")
    glue.create_workflow(Name="stagecoach-dev-flights")
    with pytest.raises(SetupError, match="not whole: nothing was sent"):
        account.check_workflow("flights", "nothing was sent")
    glue.create_trigger(
        Name="stagecoach-dev-flights-staged", Type="ON_DEMAND", Actions=[{"JobName": "j"}]
    )
    account.check_workflow("flights", "nothing was sent")
