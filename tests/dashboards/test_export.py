"""What Superset gets of the assets, and what comes back into the files."""

import json

from workbench.dashboard import assets, export
from workbench.dashboard.sources import Source

DECLARED = assets.read()
URI = "postgresql://reader:s3cret@warehouse.example:5439/stagecoach?sslmode=verify-full"
UUIDS = {one["database_name"]: one["uuid"] for one in assets.of_kind(DECLARED, "databases")}


def told(addresses, source=Source.redshift):
    """The bundle, decoded."""
    return {
        path: json.loads(text) for path, text in assets.bundle(DECLARED, addresses, source).items()
    }


def test_superset_gets_the_address_with_its_driver():
    bundle = told({Source.redshift: URI})
    assert bundle["databases/Redshift.yaml"]["sqlalchemy_uri"] == URI.replace(
        "postgresql:", "postgresql+psycopg2:"
    )


def test_a_database_without_an_address_is_left_out():
    assert "databases/PostgreSQL.yaml" not in told({Source.redshift: URI})


def test_the_charts_read_the_database_that_was_chosen():
    for source in Source:
        bundle = told({source: URI}, source)
        assert {one["database_uuid"] for one in assets.of_kind(bundle, "datasets")} == {
            UUIDS[source]
        }


def test_another_address_is_no_other_chart():
    first, other = (assets.bundle(DECLARED, {Source.redshift: uri}, Source.redshift)
                    for uri in (URI, URI.replace("5439", "5440")))  # fmt: skip
    one, two = assets.digests(first), assets.digests(other)
    assert one["others"] == two["others"]
    assert one["databases"] != two["databases"]


def test_what_superset_numbers_anew_is_left_out():
    chart = {"uuid": "1", "params": {"slice_id": 7, "datasource": "3__table", "metric": "sales"}}
    tidied = export.tidy({"charts/Sales_7.yaml": chart}, {})
    assert tidied == {"charts/Sales.yaml": {"uuid": "1", "params": {"metric": "sales"}}}


def test_an_asset_keeps_the_name_of_its_file():
    path = "charts/sales_against_cost.yaml"
    tidied = export.tidy({"charts/Another_name_9.yaml": DECLARED[path]}, DECLARED)
    assert list(tidied) == [path]


def test_a_dataset_comes_back_as_one_of_redshift():
    path = "datasets/Redshift/weekly_sales_details.yaml"
    read = {**DECLARED[path], "database_uuid": UUIDS["PostgreSQL"]}
    assert export.tidy({"datasets/PostgreSQL/x_1.yaml": read}, DECLARED)[path] == DECLARED[path]


def test_the_addresses_of_databases_never_come_back():
    assert export.tidy({"databases/Redshift.yaml": {"uuid": "1", "uri": URI}}, DECLARED) == {}


def test_columns_and_keys_keep_their_order_and_new_ones_come_last():
    old = {"b": 1, "columns": [{"column_name": "z"}, {"column_name": "a"}]}
    new = {
        "columns": [{"column_name": "new"}, {"column_name": "a"}, {"column_name": "z"}],
        "a": 2,
        "b": 1,
    }
    ordered = export.in_order(new, old)
    assert list(ordered) == ["b", "columns", "a"]
    assert [one["column_name"] for one in ordered["columns"]] == ["z", "a", "new"]


def test_only_what_changed_is_written(tmp_path):
    export.write(DECLARED, tmp_path)
    changed = {
        **DECLARED,
        "charts/sales.yaml": {**DECLARED["charts/sales.yaml"], "slice_name": "É"},
    }
    assert export.write(changed, tmp_path) == ["charts/sales.yaml"]
    assert assets.read(tmp_path) == changed
