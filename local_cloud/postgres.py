"""One real PostgreSQL server: made, started, asked, stopped, deleted."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pg8000.dbapi
import pg8000.native
import psutil
from pg8000.native import identifier, literal

from local_cloud import certificates, children, context, postgres_home
from local_cloud.addresses import free_address, is_free

# For two cores and data that can be loaded again: nothing waits for the disk.
SETTINGS = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "256MB",
    "work_mem": "32MB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "unix_socket_directories": "",
}
ADMIN = "rdsadmin"  # as on RDS: the master user is no superuser, this one is ours
START_SECONDS = 60.0
TAKEN = "Address already in use"
PASSING = (TAKEN, "shared memory")  # of which backends of a killed predecessor still hold some


class StartFailed(RuntimeError):
    """A server did not come up; the message ends with what it said."""


@dataclass
class Server:
    """A server and what it takes to reach it. Pickled with the snapshot, the process apart."""

    name: str
    user: str
    password: str
    database: str
    port: int
    address: str = ""
    only_tls: bool = True
    admin_password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def folder(self) -> Path:
        """Everything of this server, below the root for data."""
        return postgres_home.data_root() / self.name

    def create(self) -> None:
        """Make the data, start, and add the master user and the database. Raises StartFailed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        postgres_home.give(self.folder)
        self._initdb()
        self.address, self.port = free_address(self.port)
        self.start()
        self._add_master()

    def start(self) -> None:
        """Start on the address of last time, or on another when that is taken meanwhile."""
        if not is_free(self.address, self.port):
            self.address, self.port = free_address(self.port)
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._forget_dead_postmaster()
            self._configure()
            process = self._spawn()
            if self._answers(process, deadline):
                _processes[self.name] = process
                return
            said = self._said()
            if time.monotonic() > deadline or not any(reason in said for reason in PASSING):
                children.end(process)
                raise StartFailed(f"PostgreSQL for {self.name} does not start: {said[-500:]}")
            if TAKEN in said:  # by another cloud, since we looked
                self.address, self.port = free_address(self.port)
            time.sleep(0.2)

    def stop(self) -> None:
        """Fast shutdown; clients are disconnected, everything is on disk."""
        process = _processes.pop(self.name, None)
        if process is None:
            return
        for number, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)):
            with contextlib.suppress(subprocess.TimeoutExpired, ProcessLookupError):
                process.send_signal(number)
                process.wait(patience)
                break
        children.end(process)

    def delete(self) -> None:
        """Stop and remove every file."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def reload(self) -> None:
        """Take up changed rules for connections."""
        self._configure()
        if self.name in _processes:
            _processes[self.name].send_signal(signal.SIGHUP)

    def change_password(self, password: str) -> None:
        """Give the master user a new password."""
        self.execute(f"alter role {identifier(self.user)} password {literal(password)}")
        self.password = password

    def connect(self, database: str | None = None, *, admin: bool = False) -> Any:
        """A pg8000 connection over TLS, as the master user or as the administrator."""
        return pg8000.dbapi.connect(
            user=ADMIN if admin else self.user,
            password=self.admin_password if admin else self.password,
            host=self.address,
            port=self.port,
            database=database or self.database,
            ssl_context=_trusting(),
            timeout=None,
        )

    def connect_native(
        self,
        database: str,
        user: str | None = None,
        password: str | None = None,
        *,
        admin: bool = False,
    ) -> pg8000.native.Connection:
        """The same with named parameters, as the master user unless another is given."""
        return pg8000.native.Connection(
            ADMIN if admin else user or self.user,
            host=self.address,
            port=self.port,
            database=database,
            password=self.admin_password if admin else password or self.password,
            ssl_context=_trusting(),
        )

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the administrator, each in its own transaction."""
        with self._administration(database) as cursor:
            for statement in statements:
                cursor.execute(statement)

    @contextlib.contextmanager
    def _administration(self, database: str) -> Iterator[Any]:
        connection = self.connect(database, admin=True)
        try:
            connection.autocommit = True
            yield connection.cursor()
        finally:
            connection.close()

    def _initdb(self) -> None:
        secret = self.folder / "admin"
        secret.write_text(self.admin_password)
        postgres_home.give(secret)
        log = self.folder / "initdb.log"
        with log.open("wb") as out:
            made = children.spawn(
                [
                    postgres_home.binaries() / "initdb",
                    *("-D", self.folder / "data", "-U", ADMIN, "--pwfile", secret),
                    *("--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", *_locale()),
                ],
                cwd="/",
                user=postgres_home.user(),
                stdout=out,
                stderr=subprocess.STDOUT,
            ).wait(START_SECONDS)
        secret.unlink()
        if made != 0:
            raise StartFailed(f"initdb for {self.name} failed: {log.read_text()[-500:]}")

    def _configure(self) -> None:
        data = self.folder / "data"
        settings = {
            **SETTINGS,
            "listen_addresses": self.address,
            "port": str(self.port),
            "ssl": "on",
            "ssl_cert_file": "server.crt",
            "ssl_key_file": "server.key",
        }
        lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
        certificate, key = certificates.server_certificate(self.address)
        kind = "hostssl" if self.only_tls else "host"
        rules = "".join(
            f"{how} all {who} 127.0.0.0/8 scram-sha-256\n"
            for how, who in (("hostssl", ADMIN), (kind, "all"))
        )
        contents = {
            "postgresql.conf": "".join(lines).encode(),
            "pg_hba.conf": rules.encode(),
            "server.crt": certificate,
            "server.key": key,
        }
        for name, content in contents.items():
            path = data / name
            path.write_bytes(content)
            path.chmod(0o600)
            postgres_home.give(path)

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self._log().open("wb") as out:
            return children.spawn(
                [postgres_home.binaries() / "postgres", "-D", self.folder / "data"],
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                user=postgres_home.user(),
                stdout=out,
                stderr=subprocess.STDOUT,
                death_signal=signal.SIGINT,
            )

    def _answers(self, process: subprocess.Popen[bytes], deadline: float) -> bool:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.execute("select 1")
            except (pg8000.dbapi.Error, OSError):
                time.sleep(0.03)
            else:
                return True
        return False

    def _add_master(self) -> None:
        master, database = identifier(self.user), identifier(self.database)
        self.execute(
            "create role rds_superuser",
            "grant pg_monitor, pg_signal_backend, pg_checkpoint to rds_superuser with admin option",
            f"create role {master} login createdb createrole password {literal(self.password)}",
            f"grant rds_superuser to {master}",
        )
        if self.database != "postgres":
            self.execute(f"create database {database}")
        self.execute(f"alter database {database} owner to {master}")

    def _forget_dead_postmaster(self) -> None:
        """Remove a pid file whose number now belongs to nobody, or to some other program."""
        note = self.folder / "data" / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(note.read_text().splitlines()[0])
            if not psutil.pid_exists(pid) or "postgres" not in psutil.Process(pid).name():
                note.unlink()

    def _log(self) -> Path:
        folder = context.current().state / "logs"
        folder.mkdir(exist_ok=True)
        return folder / f"postgres-{self.name}.log"

    def _said(self) -> str:
        return self._log().read_text(errors="replace")


_processes: dict[str, subprocess.Popen[bytes]] = {}


def _locale() -> list[str]:
    """UTF-8 with plain code point order, by whatever this PostgreSQL and this system offer."""
    if postgres_home.version(postgres_home.binaries()) >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = shutil.which("locale")
    if command is None:
        return ["--no-locale"]
    told = subprocess.run([command, "-a"], capture_output=True, text=True).stdout  # noqa: S603
    found = {"C.UTF-8", "C.utf8"} & set(told.split())
    return ["--locale=C.UTF-8"] if found else ["--no-locale"]


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(context.current().state / "ca.pem"))
