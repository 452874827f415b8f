"""What holds a publication: one that failed goes first, and nothing of its dataset passes it."""

from __future__ import annotations

from workbench.aws import Account
from workbench.targets import Load, publication_of


def note_holder(account: Account, load: Load) -> None:
    """Note as `held_by` the load whose failed publication this one waits behind, if there is one.

    Raises StagecoachError when the ledger does not answer.
    """
    publication = publication_of(load)
    if publication is None or not publication.get("behind"):
        return
    first = account.ask(ask="load", load_id=publication["behind"])
    if (publication_of(first) or {}).get("state") == "failed":
        publication["held_by"] = first["load_id"]
