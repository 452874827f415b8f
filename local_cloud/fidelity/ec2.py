"""EC2: a security group rule keeps its description, whatever it refers to."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from local_cloud.fidelity.patching import around, around_property


def install() -> None:
    """Patch moto's EC2, which keeps the description of address ranges only."""

    @around(SecurityGroupRule)
    def __init__(  # noqa: N807
        original: Any, self: SecurityGroupRule, *args: Any, **options: Any
    ) -> None:
        original(self, *args, **options)
        told = [each for each in (*args, *options.values()) if isinstance(each, dict)]
        lists = [
            each["Description"] for each in told if {"PrefixListId", "Description"} <= set(each)
        ]
        self.prefix_list_description = next(iter(lists), None)

    @around_property(SecurityGroupRule)
    def description(found: str | None, self: SecurityGroupRule) -> str | None:
        return found or self.source_group.get("Description") or self.prefix_list_description
