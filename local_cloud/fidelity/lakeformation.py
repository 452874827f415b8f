"""Lake Formation: revoking what is not granted is an error, which Terraform's destroy waits for."""

from __future__ import annotations

from typing import Any

from moto.lakeformation.exceptions import InvalidInput
from moto.lakeformation.models import LakeFormationBackend, Permission

from local_cloud.fidelity.patching import around


def install() -> None:
    """Patch moto's Lake Formation."""

    @around(LakeFormationBackend)
    def revoke_permissions(
        original: Any,
        self: LakeFormationBackend,
        catalog_id: str,
        principal: dict[str, str],
        resource: dict[str, Any],
        permissions_to_revoke: list[str],
        permissions_with_grant_options_to_revoke: list[str],
    ) -> None:
        asked = Permission(
            principal=principal,
            resource=resource,
            permissions=[],
            permissions_with_grant_options=[],
        )
        grants = self.grants[catalog_id].permissions if catalog_id in self.grants else []
        if not any(asked.equal_principal_and_resouce(grant) for grant in grants):
            raise InvalidInput(
                f"No permissions revoked. Grantee does not have: {permissions_to_revoke}"
            )
        original(
            self,
            catalog_id,
            principal,
            resource,
            permissions_to_revoke,
            permissions_with_grant_options_to_revoke,
        )
