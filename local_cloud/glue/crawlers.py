"""Crawlers: look at a prefix, write tables and partitions into the catalogue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.glue.exceptions import CrawlerNotRunningException, CrawlerRunningException
from moto.glue.models import FakeCrawl, FakeCrawler

from local_cloud import cloudwatch, events, s3
from local_cloud.glue import catalogue
from local_cloud.glue.jobs import LOCK, Start

if TYPE_CHECKING:
    from local_cloud.glue.backend import LocalGlueBackend

# What a crawl's end is called in conditions and in LastCrawl.
OUTCOMES = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "STOPPED": "CANCELLED"}


class Crawl(FakeCrawl):
    """One crawl with a state of its own instead of moto's timed one."""

    def __init__(self, crawler_name: str, start: Start) -> None:
        super().__init__(crawler_name)
        self.start = start
        self.error: str | None = None
        self.summary = {"tablesCreated": 0, "tablesUpdated": 0, "partitionsCreated": 0}
        self._status = "RUNNING"

    @property
    def status(self) -> str:
        """RUNNING, STOPPING, COMPLETED, STOPPED or FAILED."""
        return self._status

    @status.setter
    def status(self, value: str) -> None:
        self._status = value

    def advance(self) -> None:
        """moto's way of making states pass; ours pass by themselves."""

    def as_node(self) -> dict[str, Any]:
        """The crawl as a workflow's graph shows it."""
        state = OUTCOMES.get(self.status, self.status)
        known = {
            "State": state,
            "StartedOn": self.start_time,
            "CompletedOn": self.end_time,
            "ErrorMessage": self.error,
            "LogGroup": self.log_group,
            "LogStream": self.log_stream,
        }
        return {name: value for name, value in known.items() if value is not None}


def start(backend: LocalGlueBackend, name: str, begun: Start | None = None) -> None:
    """Begin a crawl in the background. Raises CrawlerRunningException."""
    crawler = backend.get_crawler(name)
    with LOCK:
        if crawler.status != "READY":
            raise CrawlerRunningException(f"Crawler with name {name} has already started")
        crawl = Crawl(name, begun or Start({}))
        crawler.crawls.append(crawl)
    _announce(backend, crawler, "Started", {})
    threading.Thread(
        target=_crawl, args=(backend, crawler, crawl), daemon=True, name=f"crawler {name}"
    ).start()


def stop(crawler: FakeCrawler) -> None:
    """StopCrawler. Raises CrawlerNotRunningException."""
    if not crawler.crawls or crawler.crawls[-1].status != "RUNNING":
        raise CrawlerNotRunningException(f"Crawler with name {crawler.name} isn't running")
    crawler.crawls[-1].status = "STOPPING"


def with_last_crawl(as_dict: Callable[[FakeCrawler], dict[str, Any]]) -> Any:
    """GetCrawler shows the last crawl that ended, in AWS's words for how."""

    def described(self: FakeCrawler) -> dict[str, Any]:
        known = as_dict(self)
        known.pop("LastCrawl", None)
        ended = [crawl for crawl in self.crawls if crawl.status in OUTCOMES]
        if ended:
            last = ended[-1]
            known["LastCrawl"] = {
                "Status": OUTCOMES[last.status],
                "StartTime": last.start_time,
                "LogGroup": last.log_group,
                "LogStream": last.log_stream,
                "MessagePrefix": last.message_prefix,
                **({"ErrorMessage": last.error} if last.error else {}),
            }
        return known

    return described


def _crawl(backend: LocalGlueBackend, crawler: FakeCrawler, crawl: Crawl) -> None:
    from local_cloud.glue import triggers  # it starts crawlers through this module

    try:
        s3.sync_all()
        crawl.summary = catalogue.register(backend, crawler)
        outcome = "STOPPED" if crawl.status == "STOPPING" else "COMPLETED"
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the files is the answer
        crawl.error = str(error) or repr(error)
        outcome = "FAILED"
    with LOCK:
        crawl.end_time, crawl.status = utcnow(), outcome
        crawler.last_crawl_info = None
    lines = [f"[{crawl.crawl_id}] {outcome}: {crawl.error or crawl.summary}"]
    place = (backend.account_id, backend.region_name)
    cloudwatch.write(*place, crawl.log_group, crawl.log_stream, lines)
    said = {"COMPLETED": "Succeeded", "STOPPED": "Cancelled"}.get(outcome, "Failed")
    _announce(backend, crawler, said, {**crawl.summary, "errorMessage": crawl.error})
    triggers.node_ended(backend, crawl.start, ("crawler", crawler.name), OUTCOMES[outcome])


def _announce(
    backend: LocalGlueBackend, crawler: FakeCrawler, state: str, more: dict[str, Any]
) -> None:
    detail = {
        "crawlerName": crawler.name,
        "state": state,
        "message": more.get("errorMessage") or f"Crawler {state}",
        **{name: value for name, value in more.items() if value is not None},
    }
    kind = "Glue Crawler State Change"
    events.emit(backend.account_id, backend.region_name, "aws.glue", kind, detail)
