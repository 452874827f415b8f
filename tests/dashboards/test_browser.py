"""A person logs in, opens the dashboard, sees the bars and filters them: all in Chromium."""

import shutil
import sqlite3
import stat
import subprocess
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from tests import postgres
from tests.dashboards.conftest import watch
from workbench.dashboard.assets import FOLDER

SALES, COST = "31,168,201", "69,78,124"  # the first two colours of Superset's palette
LOOKS = {
    "all": "true",
    "store": "store_desc = 'Store 1'",
    "category": "store_desc = 'Store 1' and category_name = 'Food'",
    "weeks": "week_start >= '2024-01-14' and week_start < '2024-02-04'",
}
SUPPLY = "sum(on_hand_qty) / sum(sales_qty)"
MARGIN = "(sum(sales_amt) - sum(sales_cost)) / sum(sales_amt)"
ASKED = {
    "Sales": "sum(sales_amt)",
    "Margin": MARGIN,
    "Days in stock": "avg(in_stock_share)",
    "No-stock impact": "sum(no_stock_impact)",
    "Sales against cost by week": "week_start::text, sum(sales_amt), sum(sales_cost)",
    "Weeks of supply by week": f"week_start::text, {SUPPLY}",
    "Out of stock and low stock by product": (
        "prod_name, category_name, sum(out_of_stock_days), sum(low_stock_days),"
        f" avg(in_stock_share), {SUPPLY}, sum(no_stock_impact)"
    ),
}
NAMES = {
    "Sales": ["sales"],
    "Margin": ["margin"],
    "Days in stock": ["days_in_stock"],
    "No-stock impact": ["no_stock"],
    "Sales against cost by week": ["week", "sales", "cost"],
    "Weeks of supply by week": ["week", "supply"],
    "Out of stock and low stock by product": [
        *("prod_name", "category_name", "out_of_stock", "low_stock", "days_in_stock"),
        *("supply", "no_stock"),
    ],
}
pytestmark = pytest.mark.timeout(1500)


@dataclass
class Visit:
    """What happened while the dashboard was up for the first time."""

    said: list[str]
    seen: dict
    beside: subprocess.CompletedProcess
    exported: subprocess.CompletedProcess


@pytest.fixture(scope="module")
def first(dashboard, tmp_path_factory):
    """Start it, look at it, start another beside it, export it, and stop it."""
    folder = shutil.copytree(FOLDER, tmp_path_factory.mktemp("exported") / "dashboards")
    with dashboard.up() as said:
        return Visit(said, watch(dashboard), dashboard.run(), dashboard.export(folder))


@pytest.fixture(scope="module")
def seen(first):
    """What the browser saw."""
    return first.seen


def rows_of(server, chart, condition):
    """What SQL says that a chart shows, in no order; numbers to six digits."""
    keys = sum(word in ("week", "prod_name", "category_name") for word in NAMES[chart])
    group = f"group by {', '.join(map(str, range(1, keys + 1)))}" if keys else ""
    connection = server.connect()
    cursor = connection.cursor()
    cursor.execute(
        f"select {ASKED[chart]} from retail.weekly_sales_details where {condition} {group}"
    )
    rows = sorted(tuple(map(plain, row)) for row in cursor.fetchall())
    connection.close()
    return rows


def plain(value):
    return value if isinstance(value, str) else float(f"{float(value):.6g}")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("chart", ASKED)
def test_a_chart_shows_what_sql_says(seen, server, chart, look):
    shown = [tuple(plain(row[name]) for name in NAMES[chart])
             for row in seen["looks"][look]["charts"][chart]]  # fmt: skip
    assert sorted(shown) == rows_of(server, chart, LOOKS[look])
    assert shown


def test_the_bars_are_painted_as_high_as_the_numbers_are(seen, server):
    weeks = rows_of(server, "Sales against cost by week", "true")
    painted = seen["looks"]["all"]["colours"]
    ratio = sum(week[2] for week in weeks) / sum(week[1] for week in weeks)
    assert painted[SALES] > 10_000
    assert painted[COST] / painted[SALES] == pytest.approx(ratio, rel=0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_complains(seen, look):
    assert seen["looks"][look]["alerts"] == []


def test_a_category_leaves_its_products_to_choose_from(seen):
    assert seen["looks"]["store"]["products"] == "15 options"
    assert seen["looks"]["category"]["products"] == "5 options"


def test_a_page_asks_nobody_but_this_machine(seen, dashboard):
    assert len(seen["asked"]) > 20
    ours = f"http://127.0.0.1:{dashboard.port}/"
    assert [url for url in seen["asked"] if not url.startswith(ours)] == []


def test_what_comes_out_is_what_went_in(first):
    assert first.exported.returncode == 0, first.exported.stderr
    assert first.exported.stdout.split() == ["[]"]


def test_a_second_one_beside_the_first_is_refused(first, dashboard):
    assert first.beside.returncode == 1
    address = f"http://127.0.0.1:{dashboard.port}"
    assert f"running already, at {address} - " in first.beside.stderr


def test_the_password_is_told_once(first, dashboard):
    password = (dashboard.folder / "password").read_text().strip()
    assert f"user admin, password {password}" in first.said
    assert "the dashboard is stopped" in first.said
    with dashboard.up() as again:
        assert f"user admin, password in {dashboard.folder / 'password'}" in again
    assert [line for line in again if "importing" in line or password in line] == []


def test_the_charts_move_to_the_other_database_and_back(first, dashboard):
    for source, name in (("postgres", "PostgreSQL"), ("redshift", "Redshift")):
        with dashboard.up("--source", source):
            assert read_from(dashboard) == [("weekly_sales_details", name)]


def read_from(dashboard):
    """The datasets in Superset's own database, each with the name of its database."""
    with sqlite3.connect(dashboard.folder / "superset.db") as connection:
        return connection.execute(
            "select table_name, database_name from tables join dbs on dbs.id = tables.database_id"
        ).fetchall()


def test_the_secrets_are_for_their_owner_only_and_in_no_log(first, dashboard):
    log = (dashboard.folder / "dashboard.log").read_text()
    for name in ("password", "secret_key"):
        path = dashboard.folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_text().strip() not in log
    assert quote(postgres.PASSWORD) not in log
