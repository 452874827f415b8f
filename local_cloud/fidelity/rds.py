"""RDS: an identity per instance, real managed passwords, parameters that say who set them."""

from __future__ import annotations

import json
import secrets
from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret

from local_cloud.fidelity.patching import around, method

CA = "rds-ca-rsa2048-g1"


def install() -> None:
    """Patch moto's RDS."""

    @around(DBInstance)
    def __init__(original: Any, self: DBInstance, *args: Any, **options: Any) -> None:  # noqa: N807
        original(self, *args, **options)
        unique = mock_random.get_random_string(26, include_digits=True)
        self.dbi_resource_id = f"db-{unique.upper()}"
        # AWS's default since 2024; another one makes the provider modify and wait for 80 s more.
        self.ca_certificate_identifier = options.get("ca_certificate_identifier") or CA
        self.performance_insights_enabled = bool(options.get("enable_performance_insights"))
        for field in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
            if options.get(field) is not None:
                setattr(self, field, options[field])

    @method(MasterUserSecret)
    def _generate_secret_string(self: MasterUserSecret) -> str:
        return json.dumps(
            {"username": self.resource.master_username, "password": secrets.token_urlsafe(24)}
        )

    @around(DBParameterGroup)
    def update_parameters(original: Any, self: DBParameterGroup, new_parameters: Any) -> None:
        original(
            self, [{**each, "Source": "user", "IsModifiable": True} for each in new_parameters]
        )
