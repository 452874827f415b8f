"""Mail what is in the ledger's outbox. An alert that cannot be sent stays there; no load waits."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from stagecoach import aws
from stagecoach.depot import Depot
from stagecoach.log import log


def send_alerts(depot: Depot) -> int:
    """Publish every unsent alert; answers how many went out. Never raises for SNS."""
    sent = 0
    for alert in depot.ledger.pending_alerts():
        about = {"load_id": alert["load_id"]}
        if not mail(depot.settings.topic, alert["subject"], alert["message"], **about):
            break
        depot.ledger.alert_sent(alert["alert_id"])
        sent += 1
    depot.ledger.commit()
    return sent


def mail(topic: str, title: str, message: str, **about: object) -> bool:
    """Publish one message; false, with a line in the log, when SNS does not take it."""
    try:
        aws.sns().publish(TopicArn=topic, Subject=subject(title), Message=message)
    except (ClientError, BotoCoreError) as error:
        log("alert not sent", error=str(error), **about)
        return False
    return True


def subject(text: str) -> str:
    """What SNS takes as a subject: printable ASCII on one line, at most 100 characters."""
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
    return plain[:100]
