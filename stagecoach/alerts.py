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
        try:
            aws.sns().publish(
                TopicArn=depot.settings.topic,
                Subject=subject(alert["subject"]),
                Message=alert["message"],
            )
        except (ClientError, BotoCoreError) as error:
            log("alert not sent", load_id=alert["load_id"], error=str(error))
            break
        depot.ledger.alert_sent(alert["alert_id"])
        sent += 1
    depot.ledger.commit()
    return sent


def subject(text: str) -> str:
    """What SNS takes as a subject: printable ASCII on one line, at most 100 characters."""
    plain = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
    return plain[:100]
