"""Budgets: subscribers, tags and updates, which Terraform reads even to destroy."""

from __future__ import annotations

import json
from typing import Any

from moto.budgets.responses import BudgetsResponse
from moto.utilities.tagging_service import TaggingService

from local_cloud.fidelity.patching import around, method

_IDENTITY = ("NotificationType", "ComparisonOperator", "Threshold")


def install() -> None:
    """Patch moto's Budgets."""

    @method(BudgetsResponse)
    def describe_subscribers_for_notification(self: BudgetsResponse) -> str:
        wanted = self._get_param("Notification")
        budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
        for notification in budget.notifications:
            if all(notification.details.get(key) == wanted.get(key) for key in _IDENTITY):
                return json.dumps({"Subscribers": notification.subscribers})
        return json.dumps({"Subscribers": []})

    @method(BudgetsResponse)
    def update_budget(self: BudgetsResponse) -> str:
        changed = self._get_param("NewBudget")
        budget = self.backend.budgets[self._get_param("AccountId")][changed["BudgetName"]]
        budget.budget = {**budget.budget, **changed}
        return "{}"

    _keep_tags()


def _keep_tags() -> None:
    @around(BudgetsResponse)
    def create_budget(original: Any, self: BudgetsResponse) -> Any:
        created = original(self)
        account, name = self._get_param("AccountId"), self._get_param("Budget")["BudgetName"]
        arn = f"arn:aws:budgets::{account}:budget/{name}"
        _tagger(self).tag_resource(arn, self._get_param("ResourceTags") or [])
        return created

    @method(BudgetsResponse)
    def list_tags_for_resource(self: BudgetsResponse) -> str:
        found = _tagger(self).list_tags_for_resource(self._get_param("ResourceARN"))
        return json.dumps({"ResourceTags": found["Tags"]})

    @method(BudgetsResponse)
    def tag_resource(self: BudgetsResponse) -> str:
        _tagger(self).tag_resource(self._get_param("ResourceARN"), self._get_param("ResourceTags"))
        return "{}"

    @method(BudgetsResponse)
    def untag_resource(self: BudgetsResponse) -> str:
        _tagger(self).untag_resource_using_names(
            self._get_param("ResourceARN"), self._get_param("ResourceTagKeys")
        )
        return "{}"


def _tagger(response: BudgetsResponse) -> TaggingService:
    return response.backend.__dict__.setdefault("tagger", TaggingService())
