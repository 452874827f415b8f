"""Every setting of a running function or job, in one place.

Functions get them as environment variables, jobs as arguments of the same names; Terraform writes
both from one local. `docs/seams.md` lists them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from stagecoach.errors import SetupError


@dataclass(frozen=True)
class Warehouse:
    """Where Redshift is: a cluster or a Serverless workgroup, its database, the secret of the user
    that loads, and the role with which COPY and UNLOAD read and write our buckets.
    """

    database: str
    secret: str
    role: str
    cluster: str | None = None
    workgroup: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Warehouse | None:
        """What the variables STAGECOACH_WAREHOUSE_.. say; None where there is no warehouse.

        Raises SetupError when only some of them are set.
        """
        found = {
            each.name: values.get(f"STAGECOACH_WAREHOUSE_{each.name.upper()}")
            for each in fields(cls)
        }
        if not any(found.values()):
            return None
        needed = ("database", "secret", "role")
        if not all(found[name] for name in needed) or not (found["cluster"] or found["workgroup"]):
            raise SetupError(
                "the settings of the warehouse are not whole: wanted "
                "STAGECOACH_WAREHOUSE_DATABASE, _SECRET, _ROLE, and _CLUSTER or _WORKGROUP - "
                "terraform sets them"
            )
        return cls(**{name: value or None for name, value in found.items()})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Settings:
    """Where this environment keeps its things; the field `clean` is read from STAGECOACH_CLEAN.

    `publish_queue` is the URL of the queue of `publish`, for the functions that may make it look.
    """

    env: str
    landing: str
    pinned: str
    clean: str
    rejected: str
    artefacts: str
    database_host: str
    database_port: str
    database_name: str
    database_secret: str
    database_ca: str
    topic: str
    publish_queue: str | None = None

    @classmethod
    def read(cls, values: Mapping[str, str] = os.environ) -> Settings:
        """Take the settings out of `values`. Raises SetupError that names what is missing."""
        names = {field.name: f"STAGECOACH_{field.name.upper()}" for field in fields(cls)}
        optional = names.pop("publish_queue")
        missing = [variable for variable in names.values() if not values.get(variable)]
        if missing:
            raise SetupError(
                f"these settings are not set: {', '.join(missing)} - terraform sets them"
            )
        found = {name: values[variable] for name, variable in names.items()}
        return cls(**found, publish_queue=values.get(optional) or None)

    def workflow(self, dataset: str) -> str:
        """The name of a dataset's Glue workflow."""
        return f"stagecoach-{self.env}-{dataset}"

    @property
    def glue_database(self) -> str:
        """The name of the catalogue's database."""
        return f"stagecoach_{self.env}"
