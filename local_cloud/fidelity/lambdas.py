"""Lambda: dead letters, logging and SnapStart stay in a function's configuration."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from local_cloud.fidelity.patching import around

_KEPT = ("DeadLetterConfig", "LoggingConfig", "SnapStart")


def install() -> None:
    """Patch moto's Lambda."""

    @around(LambdaFunction)
    def __init__(  # noqa: N807
        original: Any, self: LambdaFunction, account_id: str, spec: Any, *rest: Any, **options: Any
    ) -> None:
        original(self, account_id, spec, *rest, **options)
        self.kept = {key: spec[key] for key in _KEPT if spec.get(key)}

    @around(LambdaFunction)
    def get_configuration(
        original: Any, self: LambdaFunction, on_create: bool = False
    ) -> dict[str, Any]:
        configuration = original(self, on_create) | getattr(self, "kept", {})
        configuration.setdefault(
            "LoggingConfig", {"LogFormat": "Text", "LogGroup": self.logs_group_name}
        )
        return configuration

    @around(LambdaFunction)
    def update_configuration(
        original: Any, self: LambdaFunction, config_updates: dict[str, Any]
    ) -> dict[str, Any]:
        self.kept |= {key: config_updates[key] for key in _KEPT if key in config_updates}
        if "TracingConfig" in config_updates:
            self.tracing_config = config_updates["TracingConfig"]
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        return original(self, config_updates)
