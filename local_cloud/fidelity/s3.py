"""S3: EventBridge in the notification configuration, one event per upload, policies that let in."""

from __future__ import annotations

import threading
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3 import notifications
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response

from local_cloud.fidelity.patching import around, method

_completing = threading.local()
_SILENT_WHILE_COMPLETING = ("s3:ObjectCreated:Put", "s3:ObjectTagging:Put")
_EMPTY = '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'


def install() -> None:
    """Patch moto's S3."""
    _show_eventbridge()
    _send_one_event_per_upload()

    @method(FakeBucket)
    def get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
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


def _send_one_event_per_upload() -> None:
    """moto completes a multipart upload by putting the object, and would tell both."""
    send = notifications.send_event

    @around(S3Backend)
    def complete_multipart_upload(original: Any, self: S3Backend, *args: Any) -> Any:
        _completing.now = True
        try:
            return original(self, *args)
        finally:
            _completing.now = False

    def send_event(account_id: str, event_name: str, bucket: Any, key: Any) -> None:
        if getattr(_completing, "now", False) and event_name in _SILENT_WHILE_COMPLETING:
            return
        send(account_id, event_name, bucket, key)

    notifications.send_event = send_event
