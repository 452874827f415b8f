"""A night whose fifth table is late, the next night, and a sale that was corrected."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generate import TABLES, Shop, write

from stagecoach.errors import Unavailable
from workbench import declared
from workbench.upload import upload_to_all

if TYPE_CHECKING:
    from workbench.demo.example import Demo

SHOP, BEGAN, FIRST = Shop(), date(2024, 1, 14), date(2024, 3, 9)
LATE = "inventory"
BOTH = ("postgres", "redshift")
PATIENCE_SECONDS = 300
WEEKS = """
select
    cast(yr_wk_num as varchar(6)) as week, count(*) as products,
    sum(sales_qty) as sold, sum(sales_amt) as amount, sum(sales_cost) as cost,
    sum(out_of_stock_days) as empty_days, sum(low_stock_days) as low_days
from retail.weekly_sales_details
group by yr_wk_num
order by yr_wk_num desc
limit 4
"""


def play(demo: Demo) -> None:
    """Four tables that wait for the fifth, then two more deliveries; one fact of all."""
    day = next_day(demo)
    files = written(demo, "first", day)

    demo.part(f"Four of the five tables of {day}: nothing starts")
    for load in held(demo, [name for name in TABLES if name != LATE], files):
        demo.say(f"{load['dataset']}: {load['state']}, {load['waits_for']}")

    demo.part("The fifth: all five are loaded, then the weekly fact of them, once")
    last = demo.send((LATE, files[LATE]))[0]
    demo.applied(last)
    demo.applied(demo.built("weekly_sales"))
    demo.show(WEEKS, targets=BOTH)

    demo.part("The next night: five whole histories, of which one day is new")
    following = day + timedelta(days=1)
    files = written(demo, "next", following)
    for load in demo.send(*files.items()):
        demo.applied(load, deleted=0, **({"inserted": SHOP.rows} if is_sales(load) else {}))
    demo.applied(demo.built("weekly_sales"), deleted=0)

    demo.part("One sale of three weeks ago was corrected: its week is computed anew")
    corrected = written(demo, "corrected", following, following - timedelta(days=21))
    [load] = demo.send(("sales", corrected["sales"]))
    demo.applied(load, inserted=0, updated=1, deleted=0)
    demo.applied(demo.built("weekly_sales"), inserted=0, updated=1, deleted=0)
    demo.show(WEEKS, targets=BOTH)


def next_day(demo: Demo) -> date:
    """The business date of this demo: after those that were loaded before, as it may run again."""
    (batch,) = demo.account.ask(ask="batches", batch="daily_sales", limit=1000)
    loaded = [day for day in batch["days"] if any(each["load_id"] for each in day["members"])]
    known = [date.fromisoformat(day["business_date"]) for day in loaded]
    return max([FIRST, *(day + timedelta(days=1) for day in known)])


def written(demo: Demo, name: str, day: date, corrected: date | None = None) -> dict[str, Path]:
    """The five files of a business date; their history always begins on the same day."""
    return write(demo.folder / name, SHOP, day, (day - BEGAN).days + 1, corrected)


def is_sales(load: dict[str, Any]) -> bool:
    """Whether a load is of the sales."""
    return load["dataset"] == "sales"


def held(demo: Demo, names: list[str], files: dict[str, Path]) -> list[dict[str, Any]]:
    """Put files into the landing zone; answers their loads once each says what it waits for."""
    sent = {
        name: upload_to_all(demo.account, declared.named(name), files[name])[0] for name in names
    }
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        found = [demo.account.ask(ask="delivery", **one.delivery.__dict__) for one in sent.values()]
        if all(load and load.get("waits_for") for load in found):
            return found
        time.sleep(1)
    raise Unavailable(f"{', '.join(names)} have not been looked at after {PATIENCE_SECONDS} s")
