"""One data folder with its PostgreSQL: made, started, looked at, stopped. Callers hold the server's file lock."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from cura_desktop.db.server.account import Account
from cura_desktop.db.server.binaries import Binaries
from cura_desktop.db.server.settings import DESKTOP, LOG, render
from cura_desktop.domain.errors import DatabaseUnavailableError

ADMINISTRATOR = "cura_administrator"
ROOM_NEEDED = 300 * 2**20  # bytes: a fresh cluster, its write-ahead log and a migration
START_PATIENCE = 90  # seconds; replaying the log after a power cut takes a while on a slow disk
STRAY_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the server listens: a folder with its socket, or 127.0.0.1 where there are no sockets (Windows)."""

    host: str
    port: int

    @property
    def socket(self) -> Path | None:
        """The socket's path; None on loopback."""
        return None if self.host.startswith("127.") else Path(self.host) / f".s.PGSQL.{self.port}"

    def settings(self) -> dict[str, str]:
        """The part of postgresql.conf that says where to listen."""
        if self.socket is None:
            return {"listen_addresses": self.host, "port": str(self.port), "unix_socket_directories": ""}
        return {
            "listen_addresses": "",
            "port": str(self.port),
            "unix_socket_directories": self.host,
            "unix_socket_permissions": "0700",
        }


class Cluster:
    """The folders `data` and `log` below the server's folder, and the process that serves them."""

    def __init__(self, folder: Path, binaries: Binaries, account: Account) -> None:
        self._folder = folder
        self._binaries = binaries
        self._account = account
        self.data = folder / "data"
        self._log = folder / "log"
        self._start_log = self._log / "start.log"

    # ------------------------------------------------------------------------------------------------- creation

    def exists(self) -> bool:
        """Whether a complete data folder is there."""
        return (self.data / "PG_VERSION").is_file()

    def create(self, secret: str, *, durable: bool) -> None:
        """Makes the data folder, forced to the disk when `durable`.

        Raises DatabaseUnavailableError without room or rights; nothing half-made stays.
        """
        self.require_room()
        fresh = self._folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for path in (fresh, self._log):
            path.mkdir(mode=0o700, exist_ok=True)
            self._account.own(path)
        password = self._folder / f"password-{secrets.token_hex(4)}"
        try:
            password.touch(mode=0o600)
            password.write_text(secret, encoding="ascii")
            self._account.own(password)
            self._run("initdb", "-D", str(fresh), f"--pwfile={password}", *self._init_options(durable))
        finally:
            password.unlink(missing_ok=True)
        with (fresh / "postgresql.conf").open("a", encoding="utf-8") as stream:
            stream.write("\ninclude_if_exists = '../cura.conf'\n")
        fresh.rename(self.data)

    def _init_options(self, durable: bool) -> list[str]:
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self._binaries.major >= 17 else []
        return [
            f"--username={ADMINISTRATOR}",
            "--auth-local=scram-sha-256",
            "--auth-host=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
            *provider,
            *([] if durable else ["--no-sync"]),
        ]

    def require_room(self, needed: int = ROOM_NEEDED) -> None:
        """Raises DatabaseUnavailableError when the disk has less than `needed` bytes left."""
        free = shutil.disk_usage(self._folder).free
        if free < needed:
            raise DatabaseUnavailableError(
                f"There is not enough room for the clinic's database: {self._folder} has {free // 2**20} MB left and "
                f"{needed // 2**20} MB are needed."
            )

    # ------------------------------------------------------------------------------------------ start and stop

    def start(self, endpoint: Endpoint, extra: Mapping[str, str]) -> None:
        """Starts the server and waits until it serves. Raises DatabaseUnavailableError with the end of its log."""
        self._require_same_major()
        self._clear_remains_of_a_crash(endpoint)
        self._configure(endpoint, extra)
        try:
            self._run(
                "pg_ctl", "start", "-w", "-s", "-t", str(START_PATIENCE), "-D", str(self.data), "-l",
                str(self._start_log), cwd=self.data, timeout=START_PATIENCE + 30,
            )  # fmt: skip
        except DatabaseUnavailableError as error:
            self.require_room(16 * 2**20)
            raise DatabaseUnavailableError(f"The clinic's database could not start.\n{self.log_tail()}") from error

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.postmaster() is not None:
            self._run("pg_ctl", "stop", "-w", "-s", "-m", "fast", "-t", "60", "-D", str(self.data), cwd=self.data)

    def postmaster(self) -> psutil.Process | None:
        """The running server's first process, if it really is one of this data folder."""
        try:
            process = psutil.Process(int(self._pid_file()[0]))
            if not process.name().startswith("postgres") or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if self._works_here(process) is not False else None
        except (IndexError, ValueError, psutil.NoSuchProcess):
            return None

    def is_ready(self) -> bool:
        """Whether a server runs here and takes connections."""
        lines = self._pid_file()
        return self.postmaster() is not None and len(lines) > 7 and lines[7].strip() == "ready"

    def log_tail(self, lines: int = 12) -> str:
        """The end of what the server said last. Holds no statement and no parameter (settings.LOG)."""
        logs = [path for path in self._log.glob("*.log") if path.stat().st_size]
        newest = sorted(logs, key=lambda path: path.stat().st_mtime)[-2:]
        text = "\n".join(path.read_text(encoding="utf-8", errors="replace").strip() for path in newest)
        return "\n".join(text.splitlines()[-lines:])

    def _configure(self, endpoint: Endpoint, extra: Mapping[str, str]) -> None:
        settings = {**DESKTOP, **LOG, "log_directory": str(self._log), **endpoint.settings(), **extra}
        path = self._folder / "cura.conf"
        path.write_text(render(settings), encoding="utf-8")
        path.chmod(0o644)
        if endpoint.socket is not None:
            endpoint.socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._account.own(endpoint.socket.parent)
        self._start_log.unlink(missing_ok=True)

    def _require_same_major(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if made_by != str(self._binaries.major):
            raise DatabaseUnavailableError(
                f"The clinic's data in {self.data} was made by PostgreSQL {made_by}, and this program brings "
                f"PostgreSQL {self._binaries.major}. Please install the matching version, or set CURA_PG_BINDIR."
            )

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []

    def _clear_remains_of_a_crash(self, endpoint: Endpoint) -> None:
        """Waits for server processes whose first process died, then removes lock files that mean nobody.

        PostgreSQL judges old lock files itself, with two exceptions in which it would refuse to start for ever: after a
        restart of the computer the number may belong to another program of the same person, and in a container whose
        first process collects no dead children the killed server stays in the list of processes.
        """
        for process in self._strays_left():
            process.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGQUIT)
        self._strays_left()
        lines = self._pid_file()
        if (
            lines
            and lines[0].isdigit()
            and psutil.pid_exists(int(lines[0]))
            and not (self.postmaster() or self._strays())
        ):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            if endpoint.socket is not None:
                endpoint.socket.with_name(f"{endpoint.socket.name}.lock").unlink(missing_ok=True)

    def _strays_left(self) -> list[psutil.Process]:
        """Those that are still there after a moment; they end by themselves unless they are busy."""
        deadline = time.monotonic() + STRAY_PATIENCE
        while (strays := self._strays()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return strays

    def _strays(self) -> list[psutil.Process]:
        """Processes of PostgreSQL that work in this data folder."""
        servers = (each for each in psutil.process_iter(["name"]) if (each.info["name"] or "").startswith("postgres"))
        return [process for process in servers if self._works_here(process)]

    def _works_here(self, process: psutil.Process) -> bool | None:
        """Whether a server process belongs to this data folder (it makes it its working directory).

        None when the system does not tell: in a container even root may not look at other accounts' processes.
        """
        try:
            return Path(process.cwd()) == self.data.resolve()
        except (psutil.NoSuchProcess, FileNotFoundError):
            return False
        except (psutil.AccessDenied, OSError):
            return None

    # ------------------------------------------------------------------------------------------------- programs

    def run_single_user(self, statement: str) -> None:
        """Runs one statement on the stopped data folder, without any password."""
        self._run(
            "postgres", "--single", "-D", str(self.data), "-c", "logging_collector=off", "postgres",
            cwd=self.data, feed=statement.replace("\n", " ") + "\n",
        )  # fmt: skip

    def _run(
        self, name: str, *arguments: str, cwd: Path | None = None, timeout: float = 180, feed: str | None = None
    ) -> None:
        """Runs one PostgreSQL program as the server's account. Raises DatabaseUnavailableError with what it said."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        environment |= {"LC_ALL": "C", "TZ": "UTC"}
        # A file, not a pipe: pg_ctl's server inherits it and would keep a pipe open for ever.
        with (self._folder / "last-program.log").open("w+", encoding="utf-8", errors="replace") as said:
            try:
                subprocess.run(
                    [self._binaries.program(name), *arguments],
                    check=True,
                    cwd=cwd or self._folder,
                    env=environment,
                    input=feed,
                    text=True,
                    stdin=None if feed is not None else subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    timeout=timeout,
                    start_new_session=True,
                    **self._account.process_options(),
                )
            except (OSError, subprocess.SubprocessError) as error:
                said.seek(0)
                detail = said.read().strip() or str(error)
                raise DatabaseUnavailableError(f"The database's program '{name}' failed.\n{detail}") from error
