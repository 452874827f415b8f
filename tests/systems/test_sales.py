"""The five tables of the shop through sniff, both jobs and the merge, and what is wrong in them."""

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyarrow import csv

from examples.sales.generate import TABLES, Shop, write
from tests.systems.pipe import Pipe, changes

LAST = date(2024, 3, 9)
SHOP = Shop(stores=5, products=40, rows=60)
DAYS = 28


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict:
    return write(tmp_path_factory.mktemp("sales"), SHOP, LAST, DAYS)


def read(path) -> pa.Table:
    return csv.read_csv(path, convert_options=csv.ConvertOptions(strings_can_be_null=True))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_taken_but_those_without_their_key(pipe, files, name):
    piped: Pipe = pipe(name)
    load = piped.send(files[name])
    rows = read(files[name])
    lost = rows["cal_dt"].null_count if name == "inventory" else 0
    assert changes(load) == (len(rows) - lost, 0, 0)
    assert load["counts"]["rejected"] == lost
    assert lost == (DAYS // 7 if name == "inventory" else 0)


def test_a_sale_without_date_or_store_is_kept_and_counted(pipe, files):
    piped: Pipe = pipe("sales")
    load = piped.send(files["sales"])
    rows = read(files["sales"])
    undated, storeless = (rows[name].null_count for name in ("trans_dt", "store_key"))
    assert undated > 0
    assert storeless > 0
    assert load["counts"]["warned"] == undated + storeless
    ((paid,),) = piped.world.run("select sum(sales_amt) from retail.sales")
    assert float(paid) == pytest.approx(pc.sum(rows["sales_amt"]).as_py(), abs=0.005)


def test_tomorrow_is_today_and_one_day_more(pipe, files, tmp_path):
    tomorrow = write(tmp_path, SHOP, LAST + timedelta(days=1), DAYS + 1)
    piped: Pipe = pipe("sales")
    piped.send(files["sales"])
    assert changes(piped.send(tomorrow["sales"])) == (SHOP.rows, 0, 0)


def test_a_corrected_day_changes_one_sale(pipe, files, tmp_path):
    corrected = write(tmp_path, SHOP, LAST, DAYS, corrected=date(2024, 2, 20))
    piped: Pipe = pipe("sales")
    piped.send(files["sales"])
    assert changes(piped.send(corrected["sales"])) == (0, 1, 0)


def test_the_same_day_is_the_same_bytes(files, tmp_path):
    again = write(tmp_path, SHOP, LAST, DAYS)
    assert [again[name].read_bytes() for name in TABLES] == [
        files[name].read_bytes() for name in TABLES
    ]


def test_the_traps_are_in_it(files):
    sales, stock = read(files["sales"]), read(files["inventory"])
    assert pc.any(pc.less(sales["sales_qty"], 0)).as_py()
    assert stock["inventory_on_hand_qty"].null_count > 0
    sold = sales.group_by(["trans_dt", "store_key", "prod_key"]).aggregate([("sales_qty", "sum")])
    keys = ["cal_dt", "store_key", "prod_key"]
    both = stock.join(sold, keys, ["trans_dt", "store_key", "prod_key"], "left outer")
    is_out, is_idle = both["out_of_stock_flg"], pc.is_null(both["sales_qty_sum"])
    assert pc.sum(pc.and_(is_out, is_idle)).as_py() > 100
    is_low = pc.less(both["inventory_on_hand_qty"], both["sales_qty_sum"])
    assert pc.sum(pc.and_(is_low, pc.invert(is_out))).as_py() > 100
    saturday = stock.filter(pc.equal(stock["cal_dt"], pa.scalar(LAST)))
    assert sorted(pc.unique(saturday["store_key"]).to_pylist()) == [1, 2, 4, 5]


def test_a_week_over_new_year_has_one_number(tmp_path):
    path = write(tmp_path, SHOP, date(2025, 1, 4), 28)["calendar"]
    days = {row["cal_dt"]: row["yr_wk_num"] for row in read(path).to_pylist()}
    week = [days[date(2024, 12, 29) + timedelta(days=at)] for at in range(7)]
    assert set(week) == {202501}
    assert days[date(2024, 12, 28)] == 202452
