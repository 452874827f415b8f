"""Two clouds on one machine do not get into each other's way."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from local_cloud import certificates, context, postgres
from local_cloud.addresses import free_address
from local_cloud.postgres import Server


def test_an_address_that_another_cloud_takes_meanwhile_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context.start(context.Cloud(tmp_path / "state", 0))
    certificates.install()
    with socket.socket() as theirs:
        theirs.bind(("127.0.0.1", 0))
        answers = iter([theirs.getsockname()])
        monkeypatch.setattr(postgres, "is_free", lambda *_: True)  # it was when we looked
        monkeypatch.setattr(
            postgres, "free_address", lambda port: next(answers, None) or free_address(port)
        )
        server = Server("beside", "somebody", "a password", "data", theirs.getsockname()[1])
        try:
            server.create()
            assert (server.address, server.port) != theirs.getsockname()
            server.execute("select 1")
        finally:
            server.delete()
