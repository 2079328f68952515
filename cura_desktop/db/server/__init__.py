"""The embedded PostgreSQL of a single seat, the demo clinic and the tests.

One server for each data folder, shared by all programs of this computer that use the folder: the first starts it, the
last stops it, and a crash of either side is repaired at the next start.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from cura_desktop.db import migrations
from cura_desktop.db.home import default_home
from cura_desktop.db.server import backup, binaries, databases, place
from cura_desktop.db.server.account import server_account
from cura_desktop.db.server.cluster import ADMINISTRATOR, Cluster, Endpoint
from cura_desktop.db.server.programs import Programs
from cura_desktop.db.server.settings import THROWAWAY
from cura_desktop.db.server.turn import locked
from cura_desktop.domain.errors import DatabaseUnavailableError

__all__ = ["ADMINISTRATOR", "EmbeddedServer", "default_home"]

KEPT_BACKUPS = 3
KEPT_DAYS = 7
_STAMP = "%Y%m%d-%H%M%S-%f"


class EmbeddedServer:
    """A server in `home/server`. `durable=False` is for tests: faster, and a power cut destroys the data.

    Methods raise DatabaseUnavailableError with a sentence when the server cannot be had. They block for seconds: call
    them off the GUI thread.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self._account = server_account()
        self._folder = place.prepare(home.absolute(), self._account)
        self._binaries = self._usable_binaries()
        self._cluster = Cluster(self._folder, self._binaries, self._account)
        self._programs = Programs(self._folder / "programs")
        self._durable = durable
        self._endpoint = place.endpoint(self._folder, self._account)
        self._registration: Path | None = None

    # ------------------------------------------------------------------------------------------------ lifecycle

    def start(self) -> None:
        """Makes sure the server runs and registers this program as a user of it. May be called again at any time."""
        with self._lock():
            known = self.secret_file.exists()
            secret = place.administrator_secret(self._folder)
            if not self._cluster.exists():
                self._cluster.create(secret, durable=self._durable)
            elif not known:
                self._cluster.stop()
                self._adopt_administrator()
            if not (self._cluster.is_ready() and self._answers()):
                self._cluster.stop()
                self._start_cluster()
            if self._registration is None:
                self._registration = self._programs.register()

    def release(self) -> None:
        """This program needs the server no more; the last one stops it. May be called twice."""
        with self._lock():
            if self._registration is not None:
                self._programs.leave(self._registration)
                self._registration = None
            if self._programs.alive() == 0:
                self._cluster.stop()

    def is_running(self) -> bool:
        """Whether the server takes connections, whoever started it."""
        return self._cluster.is_ready()

    def _start_cluster(self) -> None:
        if sys.platform == "win32":  # the remembered port may meanwhile belong to another program
            self._endpoint = Endpoint(self._endpoint.host, place.new_port(self._folder))
        self._cluster.start(self._endpoint, {} if self._durable else THROWAWAY)

    def _answers(self) -> bool:
        """A server left behind by a crash may look ready and yet be going down."""
        try:
            with psycopg.connect(self.admin_dsn(), connect_timeout=10):
                return True
        except psycopg.OperationalError:
            return False

    def _lock(self) -> contextlib.AbstractContextManager[None]:
        return locked(self._folder / "lock")

    def _usable_binaries(self) -> binaries.Binaries:
        found = binaries.find()
        if not self._account.is_other or binaries.readable_by_all(found):
            return found
        with self._lock():
            return binaries.copy_for_all(found, self._folder / "programs-of-postgresql")

    # ---------------------------------------------------------------------------------------------- connections

    @property
    def host(self) -> str:
        """The folder of the server's socket, or 127.0.0.1 on Windows."""
        return self._endpoint.host

    @property
    def port(self) -> int:
        """The port, which for a socket is only a part of its name."""
        return self._endpoint.port

    @property
    def secret_file(self) -> Path:
        """The file (mode 0600) with the administrator's password, which the settings page names."""
        return self._folder / "secret"

    def dsn(self, database: str, user: str, password: str) -> str:
        """The connection string of any role."""
        return make_conninfo(host=self.host, port=self.port, dbname=database, user=user, password=password)

    def admin_dsn(self, database: str = "postgres") -> str:
        """The administrator's connection string (a superuser of this embedded server)."""
        return self.dsn(database, ADMINISTRATOR, place.administrator_secret(self._folder))

    # ------------------------------------------------------------------------------------------------ databases

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Makes a database; False when it exists. A copy keeps the template's grants and settings."""
        return databases.create(self.admin_dsn(), name, template)

    def drop_database(self, name: str) -> None:
        """Drops a database and ends the sessions in it."""
        databases.drop(self.admin_dsn(), name)

    def migrate(self, database: str) -> bool:
        """Brings a database to this program's schema, an older one after a backup; True when it changed."""
        return migrations.upgrade(self.admin_dsn(database), before=self._backup_before_upgrade)

    # -------------------------------------------------------------------------------------------------- backups

    @property
    def backups(self) -> Path:
        """Where the backups before upgrades are."""
        return self._folder / "backups"

    def backup(self, to: Path) -> Path:
        """Copies the whole running server into the new folder `to`; a failure leaves nothing there."""
        dsn = make_conninfo(host=self.host, port=self.port, user=ADMINISTRATOR)
        return backup.take(self._binaries, dsn, place.administrator_secret(self._folder), to)

    def restore(self, source: Path) -> Path:
        """Puts a backup in the place of the data and starts it; returns the folder where the old data was put.

        Only while no other program uses the server. Raises DamagedFileError when the backup is not whole; the data then
        stays as it was.
        """
        with self._lock(), self._only_program():
            fresh = self._folder / "data.restored"
            shutil.rmtree(fresh, ignore_errors=True)
            backup.unpack(source, fresh)
            with self._discarded_on_failure(fresh):
                backup.verify(self._binaries, fresh)
            for path in (fresh, *fresh.rglob("*")):
                self._account.own(path)
            aside = self._folder / f"data.before-{_timestamp()}"
            self._cluster.stop()
            if self._cluster.exists():
                self._cluster.data.rename(aside)
            fresh.rename(self._cluster.data)
            self._adopt_administrator()
            self._start_cluster()
        return aside

    def newest_backup(self) -> datetime | None:
        """When the newest whole backup was taken (UTC); None when there is none."""
        return max((_time_of(path.name) for path in self.backups.glob("*-????????-??????-??????")), default=None)

    def back_up_daily(self) -> datetime:
        """Take a backup when the newest is older than a day; returns the time of the newest. A week of them is kept."""
        newest = self.newest_backup()
        if newest is not None and datetime.now(UTC) - newest < timedelta(days=1):
            return newest
        self.backups.mkdir(mode=0o700, exist_ok=True)
        folder = self.backup(self.backups / f"daily-{_timestamp()}")
        for old in sorted(self.backups.glob("daily-*"))[:-KEPT_DAYS]:
            shutil.rmtree(old, ignore_errors=True)
        return _time_of(folder.name)

    def _adopt_administrator(self) -> None:
        """Gives the stopped server's administrator our password: the data came without the file, or from elsewhere."""
        secret = place.administrator_secret(self._folder)
        self._cluster.run_single_user(f"ALTER ROLE {ADMINISTRATOR} PASSWORD '{secret}'")

    @contextlib.contextmanager
    def _only_program(self) -> Iterator[None]:
        own = 1 if self._registration is not None else 0
        if self._programs.alive() > own:
            raise DatabaseUnavailableError("Please close Cura Desktop's other windows on this computer first.")
        yield

    @staticmethod
    @contextlib.contextmanager
    def _discarded_on_failure(folder: Path) -> Iterator[None]:
        try:
            yield
        except Exception:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _backup_before_upgrade(self) -> None:
        self.backups.mkdir(mode=0o700, exist_ok=True)
        self.backup(self.backups / f"before-upgrade-{_timestamp()}")
        for old in sorted(self.backups.glob("before-upgrade-*"))[:-KEPT_BACKUPS]:
            shutil.rmtree(old, ignore_errors=True)


def _timestamp() -> str:
    return datetime.now(UTC).strftime(_STAMP)


def _time_of(name: str) -> datetime:
    return datetime.strptime("-".join(name.split("-")[-3:]), _STAMP).replace(tzinfo=UTC)
