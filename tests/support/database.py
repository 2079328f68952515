"""Bad days for a database connection: a server that freezes, a network that swallows an answer, a thread that waits."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import psycopg
from sqlalchemy import text

from cura_desktop.db.database import Database, DeviceConnection, Transaction
from cura_desktop.domain.caller import Caller

T = TypeVar("T")


def scalar(transaction: Transaction, sql: str, **values: object) -> object:
    """The only value of a statement."""
    return transaction.session.execute(text(sql), values).scalar_one()


def register_patient(transaction: Transaction, family: str, **values: object) -> int:
    """Insert a patient; returns the id."""
    columns = {"first_name": "Test", "last_name": family, **values}
    names = ", ".join(columns)
    sql = f"INSERT INTO cura.patients ({names}) VALUES ({', '.join(f':{each}' for each in columns)}) RETURNING id"
    return int(str(scalar(transaction, sql, **columns)))


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Stop a server process as a hung machine would, for the length of the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class Background:
    """A call in a thread of its own, for tests that need two things at once."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.error: BaseException | None = None
        self.result: object = None
        self._call = call
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self, seconds: float = 10.0) -> None:
        """Until the call is over; fails the test if it never is."""
        self._thread.join(seconds)
        assert not self._thread.is_alive(), "the call never ended"

    def _run(self) -> None:
        try:
            self.result = self._call()
        except BaseException as error:  # noqa: BLE001 -- it is what the test asks for
            self.error = error


def wait_until_running(admin_dsn: str, role: str, query: str) -> None:
    """Until the server runs `query` for `role` (LIKE pattern)."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for _ in range(2000):
            row = connection.execute(
                "SELECT count(*), pg_sleep(0.005) FROM pg_stat_activity"
                " WHERE usename = %s AND state = 'active' AND query LIKE %s",
                (role, query),
            ).fetchone()
            if row is not None and row[0]:
                return
    raise AssertionError(f"the server never ran {query}")


class Proxy:
    """Passes the traffic of one Unix socket on, until told to swallow the answers or to cut the line.

    `swallow_answer_to` is a piece of the client's message after which nothing comes back and the line is cut once the
    server has answered.
    """

    def __init__(self, target: DeviceConnection) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="cura-proxy-")
        self.connection = replace(target, host=self.folder.name)
        self.swallow_answer_to: bytes | None = None
        self.swallowed = 0
        self._target = f"{target.host}/.s.PGSQL.{target.port}"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(Path(self.folder.name) / f".s.PGSQL.{target.port}"))
        self._listener.listen()
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every line that is open now; new ones work."""
        for line in self._lines:
            _shut(line)
        self._lines.clear()

    def close(self) -> None:
        """Stop listening and cut every line."""
        _shut(self._listener)
        self._listener.close()
        self.cut()
        self.folder.cleanup()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.connect(self._target)
            self._lines += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        swallowing = False
        with selectors.DefaultSelector() as selector, client, server:
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    source = client if key.fileobj is client else server
                    try:
                        data = source.recv(65536)
                        if not data or (swallowing and source is server):
                            self.swallowed += bool(data)
                            return
                        swallowing |= (
                            source is client
                            and bool(self.swallow_answer_to)
                            and (self.swallow_answer_to or b"\xff") in data
                        )
                        (server if source is client else client).sendall(data)
                    except OSError:
                        return


@contextmanager
def proxied(target: DeviceConnection) -> Iterator[Proxy]:
    """A proxy in front of a clinic's server."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()


def backend_pid(database: Database, caller: Caller | None = None) -> int:
    """The server process that the next transaction will use, too: the pool gives the last connection back first."""
    with database.transaction(caller, read_only=True) as transaction:
        return int(str(scalar(transaction, "SELECT pg_backend_pid()")))


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
