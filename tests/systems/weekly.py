"""The weekly fact of the sales example once more: day by day in plain Python, from the files."""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

NAMES = (
    *("sales_qty", "sales_amt", "sales_cost", "avg_price", "in_stock_share"),
    *("out_of_stock_days", "low_stock_days", "on_hand_qty", "on_order_qty", "low_stock_impact"),
    *("potential_low_stock_impact", "no_stock_impact", "weeks_of_supply"),
)
CENTS, FINER = Decimal("0.01"), Decimal("0.0001")
DIGITS = dict.fromkeys(("avg_price", "in_stock_share", "weeks_of_supply"), FINER)


def rounded(numbers) -> dict:
    return {
        name: None
        if value is None
        else Decimal(value).quantize(DIGITS.get(name, CENTS), ROUND_HALF_UP)
        for name, value in zip(NAMES, numbers, strict=True)
    }


def weeks(files) -> dict[str, int]:
    return {row["cal_dt"]: int(row["yr_wk_num"]) for row in rows(files["calendar"])}


def rows(path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def reckoned(files) -> dict:
    """The fact again, day by day in plain Python, from the files alone."""
    week_of, by_week = weeks(files), defaultdict(list)
    for (when, store, product), told in by_day(files).items():
        by_week[week_of[when], int(store), int(product)].append((when, *told))
    return {key: rounded(one_week(sorted(told))) for key, told in by_week.items()}


def by_day(files) -> dict:
    """Of each day, store and product: quantity, amount, cost, and its row of the inventory."""
    sold = defaultdict(lambda: [Decimal(0)] * 3)
    for row in rows(files["sales"]):
        if row["trans_dt"] and row["store_key"]:
            key = row["trans_dt"], row["store_key"], row["prod_key"]
            more = (Decimal(row[name]) for name in ("sales_qty", "sales_amt", "sales_cost"))
            sold[key] = [had + each for had, each in zip(sold[key], more, strict=True)]
    counted = {
        (row["cal_dt"], row["store_key"], row["prod_key"]): row
        for row in rows(files["inventory"])
        if row["cal_dt"]
    }
    return {key: (sold[key], counted.get(key)) for key in [*sold, *counted]}


def one_week(told: list) -> tuple:
    """The numbers of a week, of its days in their order."""
    quantity, amount, cost = (sum(sold[at] for _, sold, _ in told) for at in range(3))
    counted = [(sold, row) for _, sold, row in told if row]
    left = [Decimal(row["inventory_on_hand_qty"]) if row["inventory_on_hand_qty"] else None
            for _, row in counted]  # fmt: skip
    empty = [row["out_of_stock_flg"] == "true" or had == 0
             for (_, row), had in zip(counted, left, strict=True)]  # fmt: skip
    low = [not out and had is not None and had < sold[0]
           for (sold, _), had, out in zip(counted, left, empty, strict=True)]  # fmt: skip
    known = [had for had in left if had is not None]
    potential = sum(
        sold[1] - had * sold[1] / sold[0]
        for (sold, _), had, is_low in zip(counted, left, low, strict=True)
        if is_low
    )
    lost = sum(sold[1] for (sold, _), out in zip(counted, empty, strict=True) if out)
    last = known[-1] if known else None
    return (
        *(quantity, amount, cost, amount / quantity if quantity else None),
        1 - Decimal(sum(empty)) / len(counted) if counted else None,
        *(sum(empty), sum(low), last),
        Decimal(counted[-1][1]["inventory_on_order_qty"]) if counted else None,
        *(sum(empty) + sum(low), potential, lost),
        last / quantity if last is not None and quantity > 0 else None,
    )
