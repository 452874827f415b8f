"""Wherever `publish` is killed, the next look brings the load to Redshift, once."""

import time

import pytest

from stagecoach import publish
from stagecoach.ledger import Ledger
from stagecoach.warehouse import Redshift
from tests.kill.killing import kill_at
from tests.lambdas.conftest import forget_clients
from tests.lambdas.warehouse import House

OLD = [(1, "grass"), (2, "water")]
NEW = [(2, "paved"), (3, "sand")]
POINTS = {
    "in line, not taken": (Ledger, "next_publication", False),
    "taken, nothing written": (publish, "prepare", False),
    "copy manifest written, nothing submitted": (Redshift, "submit", False),
    "submitted, its statement not noted": (Redshift, "submit", True),
    "its statement noted": (Ledger, "publication_started", True),
    "in Redshift, not noted here": (Ledger, "published", False),
    "noted here, the next one not taken": (Ledger, "published", True),
}


def keep_looking(house: House) -> None:
    forget_clients()  # connections do not survive a fork
    while True:
        house.look()
        time.sleep(0.1)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_publication_is_made_good(house: House, point: str) -> None:
    first, second = house.load(OLD), house.load(NEW)
    owner, name, after = POINTS[point]
    kill_at(owner, name, lambda: keep_looking(house), after=after)
    forget_clients()
    house.settle()
    assert house.rows() == [(1, "grass"), (2, "paved"), (3, "sand")]
    assert house.applied() == sorted([first, second])
    for load_id in (first, second):
        going = house.going(load_id)
        assert (going["state"], going["agrees"], going["attempt"]) == ("applied", True, 1)
    assert house.cloud.mails() == []
