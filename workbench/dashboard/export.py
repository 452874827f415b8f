"""Write what people changed in Superset back into dashboards/, so that a diff shows only that."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from stagecoach.errors import SetupError
from workbench.dashboard import superset
from workbench.dashboard.assets import FOLDER, Assets, of_kind, read
from workbench.dashboard.install import is_installed
from workbench.dashboard.place import Place
from workbench.dashboard.sources import Source

# What differs from one Superset to the next, or says nothing.
PASSING = {"datasource", "slice_id", "dashboards", "chartsInScope", "tabsInScope", "url_params",
           "chart_configuration", "global_chart_configuration", "extra_form_data",
           "map_label_colors", "shared_label_colors", "color_scheme_domain", "theme_uuid",
           "query_context", "default_filters"}  # fmt: skip
NAMES = ("column_name", "metric_name", "id")  # what tells the members of a list apart


def export(env: str, folder: Path = FOLDER) -> list[str]:
    """Write what differs from the files; the paths written. Raises SetupError without Superset."""
    place = Place.of(env)
    if not is_installed() or not place.remembered():
        raise SetupError("no dashboard was made here yet - run `make dashboard` first")
    yaml = YAML(typ="safe")
    told = json.loads(superset.run(place, "export.py", {}).splitlines()[-1])
    found = {path: yaml.load(text) for path, text in told.items()}
    return write(tidy(found, read(folder)), folder)


def tidy(exported: Assets, declared: Assets) -> Assets:
    """What was exported, under the names that the files have, without what is passing."""
    paths = {asset["uuid"]: path for path, asset in declared.items() if "uuid" in asset}
    redshift = {one["database_name"]: one["uuid"] for one in of_kind(declared, "databases")}
    tidied: Assets = {}
    for path, asset in exported.items():
        if path.startswith(("databases/", "metadata")):
            continue  # declared by hand: these hold the addresses of this machine
        plain = lasting(asset)
        if path.startswith("datasets/"):
            plain["database_uuid"] = redshift[Source.redshift]
        numbered(plain.get("position", {}))
        name = paths.get(asset["uuid"]) or re.sub(r"_\d+\.yaml$", ".yaml", path)
        tidied[name] = in_order(plain, declared.get(name))
    return tidied


def lasting(value: Any) -> Any:
    """A value without nulls and without what is passing, wherever it hides."""
    if isinstance(value, list):
        return [lasting(one) for one in value]
    if isinstance(value, dict):
        kept = ((name, one) for name, one in value.items() if name not in PASSING)
        return {name: lasting(one) for name, one in kept if one is not None}
    return value


def in_order(new: Any, old: Any) -> Any:
    """A value with its parts in the order in which the file has them; what is new comes last."""
    if isinstance(new, dict) and isinstance(old, dict):
        names = [*(name for name in old if name in new), *(name for name in new if name not in old)]
        return {name: in_order(new[name], old.get(name)) for name in names}
    if isinstance(new, list) and isinstance(old, list):
        before = {name_of(one): one for one in old}
        places = {name: place for place, name in enumerate(before)}
        there = sorted(new, key=lambda one: places.get(name_of(one), len(places)))
        return [in_order(one, before.get(name_of(one))) for one in there]
    return new


def name_of(one: Any) -> str:
    """What tells a member of a list from the others; nothing where its place does."""
    if not isinstance(one, dict):
        return ""
    return next((one[name] for name in NAMES if name in one), "")


def numbered(position: dict[str, Any]) -> None:
    """Number the charts of a page by their place in the file: their ids are this Superset's."""
    charts = [one for one in position.values() if isinstance(one, dict) and one["type"] == "CHART"]
    for number, chart in enumerate(charts, start=1):
        chart["meta"]["chartId"] = number


def write(assets: Assets, folder: Path) -> list[str]:
    """Write each asset whose meaning is not the file's; the paths written."""
    declared, written = read(folder), []
    for path, asset in sorted(assets.items()):
        if declared.get(path) != asset:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text_of(asset))
            written.append(path)
    return written


def text_of(asset: dict[str, Any]) -> str:
    """An asset as its file has it."""
    yaml, text = YAML(), io.StringIO()
    yaml.width, yaml.allow_unicode = 100, True
    yaml.dump(asset, text)
    return text.getvalue()
