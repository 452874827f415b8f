"""What `stagecoach env` says of the two databases."""

from urllib.parse import parse_qs, unquote, urlsplit

from workbench.environment import _databases


class Running:
    """A local cloud that has these databases."""

    def __init__(self, *databases):
        self.databases = databases

    def get(self, route):
        return self.databases


def server(engine):
    return {
        "engine": engine, "host": "127.0.0.9", "port": 5439, "user": "us/er",
        "password": "p@ss:w/d", "database": "dev",
    }  # fmt: skip


def test_each_part_of_redshifts_address_is_there_for_clients_without_uris():
    found = _databases(Running(server("postgres"), server("redshift")), "/a dir/ca.pem")
    parts = {name.removeprefix("STAGECOACH_REDSHIFT_"): found[name] for name in found}
    assert (parts["HOST"], parts["PORT"], parts["DATABASE"]) == ("127.0.0.9", "5439", "dev")
    assert (parts["USER"], parts["PASSWORD"]) == ("us/er", "p@ss:w/d")


def test_the_uri_verifies_the_server_and_survives_strange_passwords():
    found = _databases(Running(server("redshift")), "/a dir/ca.pem")
    uri = urlsplit(found["STAGECOACH_REDSHIFT_URI"])
    assert unquote(uri.password) == "p@ss:w/d"
    assert (uri.hostname, uri.port, uri.path) == ("127.0.0.9", 5439, "/dev")
    assert parse_qs(uri.query) == {"sslmode": ["verify-full"], "sslrootcert": ["/a dir/ca.pem"]}
    assert "PGHOST" not in found


def test_an_environment_without_a_warehouse_says_nothing_of_redshift():
    assert not [
        name for name in _databases(Running(server("postgres")), "ca") if "REDSHIFT" in name
    ]
