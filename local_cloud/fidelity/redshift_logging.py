"""Redshift's audit logging: where to, and only where the bucket lets Redshift write.

https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing-manage-log-files.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.exceptions import RedshiftClientError
from moto.redshift.responses import RedshiftResponse
from moto.s3.models import s3_backends

from local_cloud.fidelity.patching import around, method

_NEEDED = ("s3:PutObject", "s3:GetBucketAcl")
_SHOWN = ("BucketName", "S3KeyPrefix", "LogDestinationType", "LogExports")


def install() -> None:
    """Check buckets, and answer only what is set."""

    @around(RedshiftResponse)
    def enable_logging(original: Any, self: RedshiftResponse) -> ActionResult:
        bucket = self._get_param("BucketName")
        if bucket:
            _check(self.current_account, bucket)
        return _status(original(self))

    @around(RedshiftResponse)
    def describe_logging_status(original: Any, self: RedshiftResponse) -> ActionResult:
        return _status(original(self))

    @method(RedshiftResponse)
    def disable_logging(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ClusterIdentifier")
        details = self.redshift_backend.disable_logging(cluster_identifier=name)
        details |= dict.fromkeys(_SHOWN)
        return _status(ActionResult(details))


def _status(answer: ActionResult) -> ActionResult:
    """Nothing was delivered nor failed, so no times; what is empty is left out."""
    told = answer.result
    shown = {name: told[name] for name in _SHOWN if told.get(name)}
    return ActionResult({"LoggingEnabled": told["LoggingEnabled"] == "true", **shown})


def _check(account: str, name: str) -> None:
    bucket = s3_backends[account]["aws"].buckets.get(name)
    if bucket is None:
        raise RedshiftClientError("BucketNotFoundFault", f"The bucket {name} does not exist.")
    granted = set(_granted(bucket.policy))
    if not all(granted & {action, "s3:*", "*"} for action in _NEEDED):
        raise RedshiftClientError(
            "InsufficientS3BucketPolicyFault",
            f"The bucket {name} must let redshift.amazonaws.com do {' and '.join(_NEEDED)}.",
        )


def _granted(policy: Any) -> Iterator[str]:
    """What the bucket's policy lets Redshift do."""
    document = json.loads(policy or "{}")
    for statement in _listed(document.get("Statement", [])):
        principal = statement.get("Principal", {})
        services = _listed(principal.get("Service", [])) if isinstance(principal, dict) else ["*"]
        if statement["Effect"] == "Allow" and {"redshift.amazonaws.com", "*"} & set(services):
            yield from _listed(statement["Action"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
