"""What dashboards/ declares hangs together, and holds nothing that should not be in git."""

import re

import pytest
import sqlglot
from sqlglot import exp

from tests.environment import ROOT
from workbench.dashboard import assets
from workbench.dashboard.assets import of_kind

DECLARED = assets.read()
CHARTS = sorted(path for path in DECLARED if path.startswith("charts/"))
DATASET = next(of_kind(DECLARED, "datasets"))
COLUMNS = {one["column_name"]: one for one in DATASET["columns"]}
METRICS = {one["metric_name"]: one["expression"] for one in DATASET["metrics"]}
SAYS_METRICS = ("metric", "metrics", "timeseries_limit_metric")
SAYS_COLUMNS = ("x_axis", "x_axis_sort", "groupby", "all_columns", "granularity_sqla")


def said(params: dict, names: tuple[str, ...]) -> set[str]:
    """The words that some settings of a chart hold, each one or a list of them."""
    values = [params.get(name) or [] for name in names]
    return {word for one in values for word in (one if isinstance(one, list) else [one])}


def read_by(expression: str) -> set[str]:
    """The columns that a SQL expression reads."""
    return {column.name for column in sqlglot.parse_one(expression).find_all(exp.Column)}


def columns_of_the_view() -> set[str]:
    """What examples/sales declares."""
    text = (ROOT / "examples/sales/views/weekly_sales_details.sql").read_text()
    return set(sqlglot.parse_one(text, dialect="postgres").named_selects)


@pytest.mark.parametrize("path", CHARTS)
def test_what_a_chart_uses_is_in_the_dataset(path):
    params = DECLARED[path]["params"]
    filtered = {one["subject"] for one in params["adhoc_filters"]}
    assert said(params, SAYS_METRICS) <= set(METRICS)
    assert said(params, SAYS_METRICS), "a chart without a metric shows nothing"
    assert said(params, SAYS_COLUMNS) | filtered <= set(COLUMNS)


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_follows_the_filter_of_weeks(path):
    kinds = {(one["subject"], one["operator"]) for one in DECLARED[path]["params"]["adhoc_filters"]}
    assert ("week_start", "TEMPORAL_RANGE") in kinds


def test_the_dataset_has_the_columns_of_the_view_and_reckons_with_no_others():
    plain = {name for name, one in COLUMNS.items() if not one.get("expression")}
    reckoned = {one["expression"] for one in COLUMNS.values() if one.get("expression")}
    read = set().union(*map(read_by, [*METRICS.values(), *reckoned]))
    assert plain == columns_of_the_view()
    assert read <= plain


def test_no_two_assets_have_one_uuid():
    found = [one["uuid"] for path, one in DECLARED.items() if path != "metadata.yaml"]
    assert len(found) == len(set(found)) > 10


def test_every_uuid_that_is_named_is_there():
    text = "\n".join(path.read_text() for path in assets.FOLDER.rglob("*.yaml"))
    named = re.findall(r"(?:database_uuid|dataset_uuid|datasetUuid|uuid): ([0-9a-f-]{36})", text)
    assert set(named) == {one["uuid"] for one in DECLARED.values() if "uuid" in one}


def test_the_dashboard_shows_every_chart_once_and_within_twelve_columns():
    position = next(of_kind(DECLARED, "dashboards"))["position"]
    shown = {key: one for key, one in position.items() if key.startswith("CHART-")}
    assert sorted(one["meta"]["uuid"] for one in shown.values()) == sorted(
        DECLARED[path]["uuid"] for path in CHARTS
    )
    rows = [one["children"] for key, one in position.items() if key.startswith("ROW-")]
    assert [sum(shown[key]["meta"]["width"] for key in row) for row in rows] == [12, 12, 12]


def test_the_filters_ask_for_columns_of_the_dataset():
    filters = next(of_kind(DECLARED, "dashboards"))["metadata"]["native_filter_configuration"]
    asked = [target["column"]["name"] for one in filters for target in one["targets"] if target]
    assert asked == ["store_desc", "category_name", "prod_name"]
    assert set(asked) <= set(COLUMNS)
    assert filters[-1]["filterType"] == "filter_time"


def test_both_databases_are_declared_without_a_user_or_a_password():
    uris = {one["database_name"]: one["sqlalchemy_uri"] for one in of_kind(DECLARED, "databases")}
    assert set(uris) == {"PostgreSQL", "Redshift"}
    assert [uri for uri in uris.values() if "@" in uri] == []
    told = [path for path, one in DECLARED.items() if re.search("password|secret", str(one))]
    assert told == []
