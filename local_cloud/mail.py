"""SNS e-mail: a subscription is confirmed at once, and what is published lands in a mailbox."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path
from typing import Any

from moto.sns.models import SNSBackend, Subscription

from local_cloud import admin, clock, context

MAILED = ("email", "email-json", "sms")
_lock = threading.Lock()


def install() -> None:
    """Send e-mail to the mailbox instead of nowhere."""
    publish, subscribe = Subscription.publish, SNSBackend.subscribe

    def publish_or_mail(
        self: Subscription, message: str, message_id: str, subject: str | None = None, **rest: Any
    ) -> None:
        if self.protocol not in MAILED:
            publish(self, message, message_id, subject=subject, **rest)
        elif _wanted(self, message, rest):
            _deliver(self, _body(self, message, rest), subject)

    def subscribe_confirmed(self: SNSBackend, *args: Any, **rest: Any) -> Subscription:
        subscription = subscribe(self, *args, **rest)
        subscription.confirmed = True
        subscription.attributes["PendingConfirmation"] = "false"
        return subscription

    Subscription.publish = publish_or_mail
    SNSBackend.subscribe = subscribe_confirmed
    admin.route("/_local/mailbox", "GET")(_mailbox_route)


def mailbox() -> list[dict[str, Any]]:
    """Every mail so far, oldest first: `to`, `topic`, `subject`, `body`, `time`."""
    with _lock:
        text = _file().read_text() if _file().exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def _mailbox_route(*_: Any) -> list[dict[str, Any]]:
    return mailbox()


def _file() -> Path:
    return context.current().state / "mailbox.jsonl"


def _wanted(subscription: Subscription, message: str, rest: dict[str, Any]) -> bool:
    matcher = subscription._filter_policy_matcher
    return matcher is None or matcher.matches(rest.get("message_attributes"), message)


def _body(subscription: Subscription, message: str, rest: dict[str, Any]) -> str:
    if rest.get("message_structure") == "json":
        return subscription._parse_message_structure(message, subscription.protocol)
    return message


def _deliver(subscription: Subscription, body: str, subject: str | None) -> None:
    mail = {
        "to": subscription.endpoint,
        "topic": subscription.topic.arn,
        "subject": subject,
        "body": body,
        "time": clock.now().astimezone(dt.UTC).isoformat(),
    }
    with _lock, _file().open("a") as box:
        box.write(json.dumps(mail) + "\n")
