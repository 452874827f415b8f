"""S3: EventBridge in the notification configuration, policies that let in."""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from local_cloud.fidelity.patching import around, method

_EMPTY = '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'


def install() -> None:
    """Patch moto's S3."""
    _show_eventbridge()

    @method(FakeBucket)
    def get_permission(*_: object) -> PermissionResult:
        # moto ignores Condition, so "deny what comes without TLS" would deny everything.
        return PermissionResult.NEUTRAL


def _show_eventbridge() -> None:
    @around(S3Response)
    def get_bucket_notification(original: Any, self: S3Response) -> Any:
        status, headers, body = original(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if configuration is None or configuration.event_bridge is None:
            return status, headers, body
        text = body.decode() if isinstance(body, bytes) else body
        if "</NotificationConfiguration>" not in text:
            text = f"{_EMPTY}</NotificationConfiguration>"
        closing = "</NotificationConfiguration>"
        return status, headers, text.replace(closing, f"<EventBridgeConfiguration/>{closing}")
