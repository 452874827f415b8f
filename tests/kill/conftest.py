"""PostgreSQL, and moto where functions are killed."""

from tests.lambdas.conftest import cloud, endpoint, server, world

__all__ = ["cloud", "endpoint", "server", "world"]
