"""PostgreSQL, moto where functions are killed, and a local cloud where Redshift is at work."""

from tests.lambdas.conftest import cloud, endpoint, house, place, running_cloud, server, world

__all__ = ["cloud", "endpoint", "house", "place", "running_cloud", "server", "world"]
