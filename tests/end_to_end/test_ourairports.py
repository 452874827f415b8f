"""System 1: three public files, fetched every morning; only what changed touches the tables."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.environment import FINAL, Environment, eventually
from tests.fetch.misbehaving import Misbehaving, serve, whole
from tests.systems.conftest import data

__all__ = ["data"]
pytestmark = pytest.mark.timeout(1200)

HOST = "https://davidmegginson.github.io/ourairports-data"
DAY = 86_400
FILES = {
    "airport_frequencies": ("airport-frequencies", "2023-10-09", "2023-10-14"),
    "runways": ("runways", "2024-07-02", "2024-07-03"),
    "regions": ("regions", "2022-10-02", "2022-10-04"),
}
CHANGES = {"airport_frequencies": (30, 11, 7), "runways": (6, 6, 9), "regions": (6, 6, 13)}


@dataclass
class Mornings:
    """The world as the schedule sees it: what is published, and what came of it."""

    environment: Environment
    site: Misbehaving
    folder: Any
    older: set[str]
    read: int

    def publish(self, name: str, content: bytes) -> None:
        """Put a file where the declaration says that it is."""
        self.site.at(f"/{FILES[name][0]}.csv", whole(content))

    def publish_day(self, place: int) -> None:
        """Publish the files of the first (1) or of the second (2) day."""
        for name, days in FILES.items():
            file = self.folder / "all_operations" / f"{days[0]}.{days[place]}.csv.gz"
            self.publish(name, gzip.decompress(file.read_bytes()))

    def pass_by(self) -> list[dict[str, str]]:
        """Let a day pass; answers the headers of the questions that this was reason for."""
        before = len(self.site.asked)
        self.environment.cloud.post(f"clock?seconds={DAY}")
        eventually(lambda: len(self.site.asked) >= before + len(FILES))
        return [headers for _, headers in self.site.asked[before:]]

    def loads(self, name: str, wanted: int) -> list[dict[str, Any]]:
        """The loads of a dataset since we began, newest first, when so many have ended."""

        def look() -> list[dict[str, Any]]:
            found = [
                load for load in self.environment.loads(name) if load["load_id"] not in self.older
            ]
            ended = len(found) >= wanted and all(load["state"] in FINAL for load in found)
            return found if ended else []

        return list(eventually(look))

    def mails(self, *words: str) -> list[dict[str, Any]]:
        """The mails since we began with all these words in their subject."""
        sent = self.environment.cloud.get("mailbox")[self.read :]
        return [mail for mail in sent if all(word in (mail["subject"] or "") for word in words)]

    def versions(self, name: str) -> int:
        """How many versions of its file have landed."""
        bucket = self.environment.exports["STAGECOACH_LANDING"]
        listed = self.environment.client("s3").list_object_versions(
            Bucket=bucket, Prefix=f"{name}/"
        )
        return len(listed.get("Versions", ()))


@pytest.fixture(scope="module")
def mornings(environment: Environment, data: Any) -> Iterator[Mornings]:
    """The deployed declarations, but with the address of a server of ours."""
    older = {load["load_id"] for name in FILES for load in environment.loads(name)}
    read = len(environment.cloud.get("mailbox"))
    with serve() as site, environment.moved(FILES, HOST, site.address):
        yield Mornings(environment, site, data / "ourairports", older, read)


def changes(load: dict[str, Any]) -> tuple[int, int, int]:
    assert load["state"] == "applied", load["reason"]
    assert load["holds"]
    counts = load["counts"]
    return counts["inserted"], counts["updated"], counts["deleted"]


def test_only_what_changed_touches_the_tables(mornings: Mornings) -> None:
    had = {name: mornings.versions(name) for name in FILES}
    mornings.publish_day(1)
    mornings.pass_by()
    for name in FILES:
        [first] = mornings.loads(name, 1)
        count = mornings.environment.sql(f"select count(*) from ourairports.{name}")
        assert first["state"] == "applied", first["reason"]
        assert count == [[first["counts"]["good"]]]

    asked = mornings.pass_by()  # nothing new is published
    assert all("If-None-Match" in headers for headers in asked)

    mornings.publish_day(2)
    mornings.pass_by()
    found = {name: mornings.loads(name, 2) for name in FILES}
    assert {name: changes(loads[0]) for name, loads in found.items()} == CHANGES
    assert {name: len(loads) for name, loads in found.items()} == dict.fromkeys(FILES, 2)
    assert {name: mornings.versions(name) - had[name] for name in FILES} == dict.fromkeys(FILES, 2)
    for name in FILES:
        eventually(lambda name=name: len(mornings.mails(f"{name}: {name}/", "applied")) == 2)


def test_a_header_without_rows_leaves_the_table_and_is_mailed(mornings: Mornings) -> None:
    """It is not taken; where a person insists, the guard refuses it. The next day is whole."""
    count = "select count(*), count(*) filter (where continent = 'NA') from ourairports.regions"
    before = mornings.environment.sql(count)
    [header, *_] = gzip.decompress(
        (mornings.folder / "header_only" / "regions.2025-01-31.csv.gz").read_bytes()
    ).splitlines(keepends=True)
    mornings.publish("regions", header)
    mornings.pass_by()
    eventually(lambda: mornings.mails("regions: nothing was fetched"))

    answer = mornings.environment.run("fetch", "regions", "--force")
    assert answer.returncode == 1
    assert "rejected: 3889 of 3889 live rows" in answer.stdout
    assert mornings.loads("regions", 3)[0]["state"] == "rejected"
    eventually(lambda: mornings.mails("regions: regions/", "rejected"))
    assert mornings.environment.sql(count) == before

    mornings.publish_day(2)
    mornings.pass_by()
    assert changes(mornings.loads("regions", 4)[0]) == (0, 0, 0)
    assert mornings.environment.sql(count) == before
