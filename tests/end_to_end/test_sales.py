"""Five tables of one business date: nothing starts before all are there, then the fact, once."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from examples.sales.generate import TABLES, Shop, write
from tests.environment import FINAL, eventually
from tests.systems.weekly import NAMES, reckoned, rounded, weeks

SHOP, DAYS = Shop(stores=3, products=12, rows=40), 28
FIRST_FOUR, LAST = ("store", "sales", "calendar", "product"), "inventory"
COUNTS = ("inserted", "updated", "deleted")
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def day(environment) -> date:
    """A business date that no file came of yet, nor of a later one; some are only expected."""
    known = [
        date.fromisoformat(each["business_date"])
        for each in days(environment)
        if any(member["load_id"] for member in each["members"])
    ]
    start = datetime.now(UTC).date() - timedelta(days=20)
    return max([start, *(each + timedelta(days=1) for each in known)])


@pytest.fixture(scope="module")
def older(environment) -> set[str]:
    """The loads of the mart that there were before: an environment may be kept."""
    return {load["load_id"] for load in environment.loads("weekly_sales")}


@pytest.fixture(scope="module")
def files(day, tmp_path_factory) -> dict:
    return write(tmp_path_factory.mktemp("sales"), SHOP, day, DAYS)


@pytest.fixture(scope="module")
def four(environment, older, files) -> dict:
    """All but the last one came and wait: their loads."""
    for name in FIRST_FOUR:
        put(environment, name, files[name])
    return eventually(lambda: waiting(environment))


@pytest.fixture(scope="module")
def mailed(environment, day, four) -> str:
    """The mail that comes when the sweep looks after the deadline; it looks twice."""
    late = datetime.fromisoformat(of(environment, day)["deadline"]) + timedelta(minutes=1)
    swept = [environment.invoke("sweep", {"time": late.isoformat()})["missed"] for _ in range(2)]
    assert swept[0] >= 1
    assert swept[1] == 0
    [mail] = eventually(lambda: mails(environment, f"daily_sales of {day} is not complete"))
    return mail


@pytest.fixture(scope="module")
def whole(environment, mailed, files) -> dict:
    """The last one came: what became of all five."""
    [last] = environment.json("send", LAST, files[LAST])
    return {LAST: last, **eventually(lambda: ended(environment, FIRST_FOUR))}


@pytest.fixture(scope="module")
def built(environment, whole, older) -> dict:
    """The build of the mart that began by itself."""
    return next_build(environment, older)


def next_build(environment, older: set[str]) -> dict:
    """The newest build that is not among the older ones, once it is in both databases."""

    def look() -> dict | None:
        news = [each for each in environment.loads("weekly_sales") if each["load_id"] not in older]
        over = ended(environment, ["weekly_sales"]) if news else {}
        return over.get("weekly_sales") if news else None

    load = eventually(look)
    assert load["state"] == "applied", load["reason"]
    assert load["redshift"]["agrees"]
    return load


def days(environment) -> list[dict]:
    """The newest days of the batch, as the command line is told."""
    return environment.invoke("ledger", {"ask": "batches", "batch": "daily_sales", "limit": 100})[
        "ok"
    ][0]["days"]


def of(environment, day: date) -> dict:
    return next(each for each in days(environment) if each["business_date"] == str(day))


def put(environment, name: str, file) -> None:
    """A file lands, as the shop's export puts it there."""
    bucket = environment.exports["STAGECOACH_LANDING"]
    key = f"{name}/{file.name}"
    environment.client("s3").put_object(Bucket=bucket, Key=key, Body=file.read_bytes())


def waiting(environment) -> dict:
    """The newest loads of the four, once each is held back by the fifth alone."""
    found = {name: environment.loads(name, 1) for name in FIRST_FOUR}
    held_by = {loads[0]["waits_for"] if loads else None for loads in found.values()}
    is_held = all((said or "").startswith(f"waits for {LAST} ") for said in held_by)
    return {name: loads[0] for name, loads in found.items()} if is_held else {}


def ended(environment, names) -> dict:
    """The newest loads, once each has come to its end in both databases."""
    found = {name: environment.loads(name, 1)[0] for name in names}
    is_over = all(
        load["state"] in FINAL and (load["state"] != "applied" or load["redshift"]["counts"])
        for load in found.values()
    )
    return found if is_over else {}


def mails(environment, words: str) -> list[str]:
    return [
        text for mail in environment.cloud.get("mailbox") if words in (text := json.dumps(mail))
    ]


def test_four_of_five_wait_and_say_for_whom(environment, day, four):
    for load in four.values():
        assert load["state"] == "queued"
        assert load["waits_for"].startswith(f"waits for inventory of {day} (batch daily_sales, due")
        assert not load["workflow_run_id"]
    shown = environment.run("load", four["sales"]["load_id"]).stdout
    assert f"queued: waits for inventory of {day}" in shown


def test_the_mail_after_the_deadline_names_the_missing_one(mailed):
    assert "inventory: did not arrive" in mailed
    assert not any(f"\\n{name}: " in mailed for name in FIRST_FOUR)


def test_the_fifth_starts_all_of_them(environment, day, whole):
    for load in whole.values():
        assert load["state"] == "applied", load["reason"]
        assert load["redshift"]["agrees"]
    (batch,) = environment.json("batches", "daily_sales")
    assert batch["members"] == list(TABLES)
    assert of(environment, day)["state"] == "applied"
    assert of(environment, day)["missing"] == []
    eventually(lambda: mails(environment, f"daily_sales of {day} is complete"))


def test_the_fact_is_built_once(environment, built, older):
    news = [each for each in environment.loads("weekly_sales") if each["load_id"] not in older]
    assert [each["load_id"] for each in news] == [built["load_id"]]


@pytest.mark.parametrize("target", ["postgres", "redshift"])
def test_the_fact_is_what_the_files_say(environment, built, files, target):
    assert fact(environment, target) == reckoned(files)


def test_the_same_sales_again_change_nothing(environment, built, files):
    older = {each["load_id"] for each in environment.loads("weekly_sales")}
    [again] = environment.json("send", "sales", files["sales"])
    assert [again["counts"][name] for name in COUNTS] == [0, 0, 0]
    load = next_build(environment, older)
    assert [load["counts"][name] for name in COUNTS] == [0, 0, 0]
    assert recomputed(environment, load) == []


def test_a_corrected_sale_has_its_week_computed_anew(environment, built, day, files, tmp_path):
    older = {each["load_id"] for each in environment.loads("weekly_sales")}
    when = day - timedelta(days=10)
    corrected = write(tmp_path, SHOP, day, DAYS, corrected=when)
    [again] = environment.json("send", "sales", corrected["sales"])
    assert [again["counts"][name] for name in COUNTS] == [0, 1, 0]
    load = next_build(environment, older)
    assert recomputed(environment, load) == [str(weeks(files)[str(when)])]
    for target in ("postgres", "redshift"):
        assert fact(environment, target) == reckoned({**files, "sales": corrected["sales"]})


def recomputed(environment, load: dict) -> list[str]:
    """The weeks that a build computed; it kept the others."""
    bucket, key = environment.exports["STAGECOACH_PINNED"], f"{load['load_id']}/manifest.json"
    body = environment.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    found = json.loads(body)["partitions"]
    return [each["value"] for each in found if each["load_id"] == load["load_id"]]


def fact(environment, target: str) -> dict:
    """The rows of the fact by their keys, each number with the digits of its column."""
    asked = f"select yr_wk_num, store_key, prod_key, {', '.join(NAMES)} from retail.weekly_sales"
    return {tuple(row[:3]): rounded(row[3:]) for row in environment.sql(asked, target)}


def test_the_catalogue_has_each_week_where_it_was_computed_last(environment, built):
    newest = next(load for load in environment.loads("weekly_sales") if load["state"] == "applied")
    key = f"{newest['load_id']}/manifest.json"
    pinned, s3 = environment.exports["STAGECOACH_PINNED"], environment.client("s3")
    manifest = json.loads(s3.get_object(Bucket=pinned, Key=key)["Body"].read())
    wanted = {
        (each["value"],): each["files"][0].rpartition("/")[0] + "/"
        for each in manifest["partitions"]
    }
    place = {"DatabaseName": "stagecoach_local", "TableName": "weekly_sales_current"}

    def follows() -> bool:
        parts = environment.client("glue").get_partitions(**place)["Partitions"]
        there = {tuple(part["Values"]): part["StorageDescriptor"]["Location"] for part in parts}
        return there == wanted

    assert eventually(follows)


def test_sales_against_cost_by_the_catalogue_are_those_of_the_live_table(environment, built):
    asked = """select yr_wk_num, sum(sales_amt)::text, sum(sales_cost)::text
               from retail.weekly_sales group by 1 order by 1"""
    names = ("yr_wk_num", "sales_amt", "sales_cost")
    answer = environment.json("query", "weekly_sales_against_cost")
    assert [[row[name] for name in names] for row in answer] == environment.sql(asked)
