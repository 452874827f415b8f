"""The dataset of the hand-made bad files, and a way to judge bytes as if they lay in S3."""

import io
import zipfile
from dataclasses import replace

import pytest

from stagecoach.dataset import Column, Csv, Dataset, Json, Load, PostgresTarget, Source
from stagecoach.errors import FileRefused
from stagecoach.sniff import sniff

ORDERS = Dataset(
    name="orders",
    description="Orders of the shop",
    source=Source("orders/"),
    columns=(
        Column("order_id", "bigint", "order_id"),
        Column("customer", "varchar(40)", "customer", nullable=True),
        Column("amount", "numeric(12,2)", "amount", nullable=True),
        Column("order_date", "date", "order_date", nullable=True),
        Column("updated_at", "timestamp", "updated_at", nullable=True),
    ),
    load=Load("upsert"),
    postgres=PostgresTarget("shop", "orders"),
    key=("order_id",),
)
HEADER = b"order_id,customer,amount,order_date,updated_at\n"
ROW = b"1,Ann,10.00,2024-01-01,2024-01-01T00:00:00Z\n"


def orders(format: str = "csv", drift: str = "strict", path: str | None = None, **csv) -> Dataset:
    """The dataset, read in another way."""
    return replace(ORDERS, source=Source("orders/", format, Csv(**csv), Json(path)), drift=drift)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], level: int = 6) -> bytes:
    """A zip of these, deflated."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data, compresslevel=level)
    return file.getvalue()


@pytest.fixture
def judge():
    def of(data: bytes, name: str = "orders/a.csv", dataset: Dataset = ORDERS) -> dict:
        return sniff(dataset, name, len(data), lambda start, length: data[start : start + length])

    return of


@pytest.fixture
def refusal(judge):
    def of(*args, **kwargs) -> str:
        with pytest.raises(FileRefused) as caught:
            judge(*args, **kwargs)
        return str(caught.value)

    return of
