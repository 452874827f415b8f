"""The assets in dashboards/, and what Superset gets of them: with the addresses of databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from workbench.dashboard.sources import Source
from workbench.state import ROOT

FOLDER = ROOT / "dashboards"
Assets = dict[str, dict[str, Any]]  # by the path within dashboards/


def read(folder: Path = FOLDER) -> Assets:
    """Every asset as it is declared."""
    yaml = YAML(typ="safe")
    paths = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): yaml.load(path) for path in paths}


def of_kind(assets: Assets, kind: str) -> Iterator[dict[str, Any]]:
    """Those of one folder: databases, datasets, charts or dashboards."""
    return (asset for path, asset in assets.items() if path.startswith(f"{kind}/"))


def tables(assets: Assets) -> list[str]:
    """The tables and views that the datasets stand for."""
    return [f"{one['schema']}.{one['table_name']}" for one in of_kind(assets, "datasets")]


def home_page(assets: Assets) -> str:
    """The path of the dashboard on the server."""
    return f"/superset/dashboard/{next(of_kind(assets, 'dashboards'))['slug']}/"


def bundle(assets: Assets, addresses: Mapping[Source, str], source: Source) -> dict[str, str]:
    """What Superset imports: the files, reading `source`, with real addresses and passwords.

    A database without an address is left out; JSON is YAML too.
    """
    uuids = {one["database_name"]: one["uuid"] for one in of_kind(assets, "databases")}
    told = {"metadata.yaml": {**assets["metadata.yaml"], "type": "assets"}}
    for path, asset in assets.items():
        if path.startswith("databases/"):
            address = addresses.get(Source(asset["database_name"]))
            if address:
                told[path] = {**asset, "sqlalchemy_uri": driven(address)}
        elif path.startswith("datasets/"):
            told[path] = {**asset, "database_uuid": uuids[source]}
        elif path != "metadata.yaml":
            told[path] = asset
    return {path: json.dumps(asset) for path, asset in told.items()}


def driven(uri: str) -> str:
    """A libpq URI with the driver that the installation has; Redshift speaks as PostgreSQL does."""
    return "postgresql+psycopg2:" + uri.partition(":")[2]


def digests(contents: Mapping[str, str]) -> dict[str, str]:
    """Hashes of the databases and of the rest: the addresses change more often than the charts."""
    kinds = {"databases": hashlib.sha256(), "others": hashlib.sha256()}
    for path, text in sorted(contents.items()):
        kind = "databases" if path.startswith("databases/") else "others"
        kinds[kind].update(f"{path}\0{text}\0".encode())
    return {name: digest.hexdigest() for name, digest in kinds.items()}
