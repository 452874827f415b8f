"""Write the five tables of one business date, as a shop exports them every night.

    python examples/sales/generate.py FOLDER --date 2024-03-09 [--days 56] [--stores 5]
        [--products 40] [--rows 100] [--corrected 2024-02-14]

Each file is `<table>_YYYYMMDD.csv` and holds the whole history. A day's rows depend on the day and
the seed alone, so tomorrow's files (`--date` and `--days` one more) are today's and one day more.

What real exports do to whoever adds them up is in them: shelves that are empty on days without a
sale, one store that never counts on the Saturday of every fourth week, sales without a date or a
store, counts without a date, counts that nobody made, less in stock than was sold, returns.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

TABLES = ("store", "sales", "calendar", "product", "inventory")
PLACES = (  # city, region, province, its code, postal code, degrees north, degrees east
    ("Montréal", "East", "Québec", "QC", "H2X 1Y4", 45.508888, -73.561668),
    ("Halifax", "Atlantic", "Nova Scotia", "NS", "B3J 1A1", 44.651070, -63.582687),
    ("Toronto", "Centre", "Ontario", "ON", "M5V 2T6", 43.651070, -79.347015),
    ("Winnipeg", "Prairies", "Manitoba", "MB", "R3C 0V8", 49.895077, -97.138451),
    ("Vancouver", "West", "British Columbia", "BC", "V6B 1A1", 49.246292, -123.116226),
)
SHELVES = (  # category, subcategory, what stands there
    ("Food", "Dairy", ("Milk", "Butter", "Crème fraîche", "Yoghurt")),
    ("Food", "Bakery", ("Rye bread", "Bagel", "Pain au chocolat", "Muffin")),
    ("Household", "Cleaning", ("Soap", "Sponge", "Bleach, 5%", "Polish")),
    ("Household", "Paper", ("Napkins", 'Bags 10"', "Towels", "Filters")),
    ("Garden", "Tools", ("Rake", "Spade", "Shears", "Trowel")),
)
BRANDS = ("Maple", "Northern", "O'Brien", "Étoile", "House")
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
SHY_STORE = 3  # counts nothing on the Saturday of every fourth week
SOLD, COUNTED = 1, 2  # what a day's random numbers are for
ENOUGH_TO_LOSE_ONE = 100  # counts a day


@dataclass(frozen=True)
class Shop:
    """How large the shop is; `rows` are the sales of a day."""

    stores: int = 5
    products: int = 40
    rows: int = 100
    seed: int = 20240309

    def random(self, day: date, purpose: int) -> np.random.Generator:
        """The random numbers of one day."""
        return np.random.default_rng([self.seed, day.toordinal(), purpose])

    def shelves(self) -> tuple[np.ndarray, np.ndarray]:
        """Every store with every product: two arrays of keys."""
        stores, products = np.meshgrid(
            np.arange(1, self.stores + 1), np.arange(1, self.products + 1), indexing="ij"
        )
        return stores.ravel(), products.ravel()


def tables(
    shop: Shop, last: date, days: int, corrected: date | None = None
) -> Iterator[tuple[str, pa.Table]]:
    """The five tables as they are after the day `last`, with the history of `days` days."""
    history = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    yield "store", stores(shop)
    yield "product", products(shop)
    yield "calendar", calendar(history[0].year, last.year)
    yield "sales", pa.concat_tables(sales(shop, day, day == corrected) for day in history)
    yield "inventory", pa.concat_tables(inventory(shop, day) for day in history)


def stores(shop: Shop) -> pa.Table:
    """The stores; every third is a franchise."""
    keys = range(1, shop.stores + 1)
    places = [PLACES[(key - 1) % len(PLACES)] for key in keys]
    return pa.table(
        {
            "store_key": list(keys),
            "store_num": [f"{key:04d}" for key in keys],
            "store_desc": [f"{place[0]} {key}" for key, place in zip(keys, places, strict=True)],
            "addr": [f"{100 + key} Main Street, Unit {key}" for key in keys],
            "city": [place[0] for place in places],
            "region": [place[1] for place in places],
            "cntry_cd": ["CA" for _ in keys],
            "cntry_nm": ["Canada" for _ in keys],
            "postal_zip_cd": [place[4] for place in places],
            "prov_state_desc": [place[2] for place in places],
            "prov_state_cd": [place[3] for place in places],
            "store_type_cd": ["S" if key % 2 else "L" for key in keys],
            "store_type_desc": ["Street" if key % 2 else "Mall" for key in keys],
            "frnchs_flg": [key % 3 == 0 for key in keys],
            "store_size": decimals(np.array([5_000 + 1_355 * key for key in keys]), 1),
            "market_key": [1 + key % 2 for key in keys],
            "market_name": ["Coast" if key % 2 else "Inland" for key in keys],
            "submarket_key": [1 + key % 4 for key in keys],
            "submarket_name": [f"Submarket {1 + key % 4}" for key in keys],
            "latitude": [place[5] for place in places],
            "longitude": [place[6] for place in places],
        }
    )


def products(shop: Shop) -> pa.Table:
    """The products; every thirteenth is discontinued and has no volume."""
    keys = range(1, shop.products + 1)
    shelves = [SHELVES[key % len(SHELVES)] for key in keys]
    brands = [BRANDS[key % 7 % len(BRANDS)] for key in keys]
    things = [shelf[2][key // 5 % 4] for key, shelf in zip(keys, shelves, strict=True)]
    is_gone = [key % 13 == 0 for key in keys]
    volumes = decimals(np.array([250 + 125 * (key % 12) for key in keys]), 3)
    return pa.table(
        {
            "prod_key": list(keys),
            "prod_name": [
                f"{brand} {thing} {key}"
                for key, brand, thing in zip(keys, brands, things, strict=True)
            ],
            "vol": without(volumes, np.array(is_gone)),
            "wgt": decimals(np.array([100 + 85 * (key % 20) for key in keys]), 3),
            "brand_name": brands,
            "status_code": ["D" if gone else "A" for gone in is_gone],
            "status_code_name": ["Discontinued" if gone else "Active" for gone in is_gone],
            "category_key": [1 + ("Food", "Household", "Garden").index(one[0]) for one in shelves],
            "category_name": [one[0] for one in shelves],
            "subcategory_key": [1 + key % len(SHELVES) for key in keys],
            "subcategory_name": [one[1] for one in shelves],
        }
    )


def calendar(first: int, last: int) -> pa.Table:
    """Every day of the years; a week begins on Sunday and counts for the year of its Wednesday."""
    start = date(first, 1, 1)
    days = [start + timedelta(days=at) for at in range((date(last + 1, 1, 1) - start).days)]
    weekdays = [day.isoweekday() % 7 for day in days]  # 0 is Sunday
    middles = [day + timedelta(days=3 - at) for day, at in zip(days, weekdays, strict=True)]
    weeks = [(middle.timetuple().tm_yday - 1) // 7 + 1 for middle in middles]
    quarters = [(day.month + 2) // 3 for day in days]
    return pa.table(
        {
            "cal_dt": days,
            "cal_type_desc": ["Retail" for _ in days],
            "day_of_wk_num": [at + 1 for at in weekdays],
            "day_of_wk_desc": [WEEKDAYS[at] for at in weekdays],
            "yr_num": [day.year for day in days],
            "wk_num": weeks,
            "yr_wk_num": [one.year * 100 + week for one, week in zip(middles, weeks, strict=True)],
            "mnth_num": [day.month for day in days],
            "yr_mnth_num": [day.year * 100 + day.month for day in days],
            "qtr_num": quarters,
            "yr_qtr_num": [day.year * 10 + at for day, at in zip(days, quarters, strict=True)],
        }
    )


def demand(stores: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Pieces that a day would sell of each product in each store."""
    return 0.5 + (products * 7 + stores * 3) % 11 / 2


def on_hand(shop: Shop, day: date) -> np.ndarray:
    """What is left of each product in each store in the evening; deliveries come once a week."""
    stores, products = shop.shelves()
    luck = 0.6 + 0.8 * shop.random(day, COUNTED).random(len(stores))
    full = 8 + (products * 5 + stores) % 30
    left = full - demand(stores, products) * since_delivery(stores, products, day) * luck
    return np.maximum(left, 0).astype(np.int64)


def since_delivery(stores: np.ndarray, products: np.ndarray, day: date) -> np.ndarray:
    """Days since the weekly delivery, 0 on its day."""
    return (day.toordinal() + stores * 2 + products) % 7


def on_promotion(products: np.ndarray, day: date) -> np.ndarray:
    """A ninth of the products is on promotion in any week."""
    return (products + (day.toordinal() // 7)) % 9 == 0


def inventory(shop: Shop, day: date) -> pa.Table:
    """What each store had of each product in the evening."""
    stores, products = shop.shelves()
    chance = np.random.default_rng([shop.seed, day.toordinal(), COUNTED, COUNTED])
    left, since = on_hand(shop, day), since_delivery(stores, products, day)
    uncounted = (chance.random(len(stores)) < 0.003) & (left > 0)
    delivery = np.datetime64(day) + (7 - since).astype("timedelta64[D]")
    table = pa.table(
        {
            "cal_dt": np.full(len(stores), np.datetime64(day)),
            "store_key": stores,
            "prod_key": products,
            "inventory_on_hand_qty": pa.array(left, mask=uncounted),
            "inventory_on_order_qty": np.where(since >= 4, 20, 0),
            "out_of_stock_flg": left == 0,
            "waste_qty": (chance.random(len(stores)) < 0.02).astype(np.int64),
            "promotion_flg": on_promotion(products, day),
            "next_delivery_dt": pa.array(delivery, mask=products % 13 == 0),
        }
    )
    is_shy = day.isoweekday() == 6 and day.toordinal() // 7 % 4 == 0
    if is_shy:
        table = table.filter(pa.array(stores != SHY_STORE))
    if day.isoweekday() == 1 and len(stores) >= ENOUGH_TO_LOSE_ONE:
        nameless = table.slice(0, 1).set_column(0, "cal_dt", pa.array([None], pa.date32()))
        table = pa.concat_tables([table, nameless])
    return table


def sales(shop: Shop, day: date, corrected: bool = False) -> pa.Table:
    """The sales of a day; where the shelf was empty in the evening, few sold before."""
    stores, products = shop.shelves()
    chance = shop.random(day, SOLD)
    weight = demand(stores, products) * np.where(on_hand(shop, day) > 0, 1.0, 0.05)
    sold = np.sort(chance.choice(len(stores), shop.rows, p=weight / weight.sum()))
    quantity = 1 + chance.poisson(demand(stores, products)[sold])
    quantity *= np.where(chance.random(shop.rows) < 0.03, -1, 1)  # a return
    if corrected:
        quantity[0] += 2 if quantity[0] > 0 else -2
    price = 199 + products[sold] * 137 % 4_800  # cents
    discount = np.where(on_promotion(products[sold], day), quantity * price // 5, 0)
    amount, cost = quantity * price - discount, quantity * (price * 62 // 100)
    seconds = 8 * 3600 + chance.integers(0, 13 * 3600, shop.rows)
    return pa.table(
        {
            "trans_id": (day.toordinal() - 700_000) * 1_000_000 + np.arange(shop.rows),
            "prod_key": products[sold],
            "store_key": pa.array(stores[sold], mask=some(chance, shop.rows)),
            "trans_dt": pa.array(
                np.full(shop.rows, np.datetime64(day)), mask=some(chance, shop.rows)
            ),
            "trans_time": pa.array(seconds.astype(np.int32)).cast(pa.time32("s")),
            "sales_qty": quantity,
            "sales_price": decimals(price),
            "sales_amt": decimals(amount),
            "discount": decimals(discount),
            "sales_cost": decimals(cost),
            "sales_mgrn": decimals(amount - cost),
            "ship_cost": decimals(np.where(stores[sold] % 2 == 0, 399, 0)),
        }
    )


def some(chance: np.random.Generator, rows: int) -> np.ndarray:
    """Which of the rows lack something: one in a hundred, but never the first."""
    lacking = chance.random(rows) < 0.01
    lacking[:1] = False
    return lacking


def decimals(units: np.ndarray, scale: int = 2) -> pa.Array:
    """Whole cents (or other units of 10 to the minus `scale`) as exact decimals."""
    words = np.stack([units.astype(np.int64), units.astype(np.int64) >> 63], axis=1)
    buffer = pa.py_buffer(np.ascontiguousarray(words).tobytes())
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(units), [None, buffer])


def without(values: pa.Array, missing: np.ndarray) -> pa.Array:
    """The values, null where `missing`."""
    return pa.compute.if_else(pa.array(missing), pa.scalar(None, values.type), values)


def write(
    folder: Path, shop: Shop, last: date, days: int, corrected: date | None = None
) -> dict[str, Path]:
    """Write the five files into a folder; answers them by table, in the order of TABLES."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for name, table in tables(shop, last, days, corrected):
        written[name] = folder / f"{name}_{last:%Y%m%d}.csv"
        csv.write_csv(table, written[name], csv.WriteOptions(quoting_style="needed"))
    return {name: written[name] for name in TABLES}


def main() -> None:
    """Read the command line, write the files, say what is in them."""
    usual = Shop()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--date", type=date.fromisoformat, required=True, help="the business date")
    parser.add_argument("--days", type=int, default=56, help="how long the history is")
    parser.add_argument("--stores", type=int, default=usual.stores)
    parser.add_argument("--products", type=int, default=usual.products)
    parser.add_argument("--rows", type=int, default=usual.rows, help="sales of a day")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument(
        "--corrected", type=date.fromisoformat, help="a day of which one sale was corrected"
    )
    given = parser.parse_args()
    shop = Shop(given.stores, given.products, given.rows, given.seed)
    for path in write(given.folder, shop, given.date, given.days, given.corrected).values():
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
