"""Which loopback address and port a database server gets."""

from __future__ import annotations

import socket
import zlib

from local_cloud import context


def free_address(port: int) -> tuple[str, int]:
    """A loopback address of its own with the wanted port, else 127.0.0.1 with a free port.

    Linux routes all of 127.0.0.0/8; macOS only 127.0.0.1. The search begins where the state
    directory says, so that two clouds seldom meet.
    """
    begin = zlib.crc32(str(context.current().state).encode())
    for step in range(250):
        address = f"127.0.0.{2 + (begin + step) % 250}"
        if is_free(address, port):
            return address, port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1", probe.getsockname()[1]


def is_free(address: str, port: int) -> bool:
    """Whether nobody listens there, and we could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True
