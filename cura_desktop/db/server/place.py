"""Where the embedded server keeps its things, and where it listens."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import stat
import sys
import tempfile
from pathlib import Path

from cura_desktop.db.server.account import Account
from cura_desktop.db.server.cluster import Endpoint
from cura_desktop.domain.errors import DatabaseUnavailableError

SOCKET_PORT = 5432  # a socket's "port" is only the end of its file name
SOCKET_NAME = f".s.PGSQL.{SOCKET_PORT}"
SOCKET_PATH_LIMIT = 103  # bytes; macOS allows the least (Linux 107)


def prepare(home: Path, account: Account) -> Path:
    """Makes `home/server` and returns it; closed to others except, under root, for passing through by the account."""
    folder = home / "server"
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if account.is_other:
            for path in (home, folder):
                path.chmod(path.stat().st_mode | 0o011)
    except OSError as error:
        raise DatabaseUnavailableError(
            f"The folder {folder} for the clinic's database cannot be used: {error}"
        ) from error
    _require_passable(folder, account)
    return folder


def _require_passable(folder: Path, account: Account) -> None:
    closed = [path for path in folder.parents if account.is_other and not path.stat().st_mode & 0o001]
    if closed:
        raise DatabaseUnavailableError(
            f"The database cannot run as root, and its own account may not enter {closed[-1]}. Please set CURA_HOME to "
            "a folder that others may pass through, such as /var/lib/cura-desktop."
        )


def administrator_secret(folder: Path) -> str:
    """The administrator's random password, kept in the file `secret` (mode 0600) and made on first use."""
    path = folder / "secret"
    if not path.exists():
        fresh = folder / "secret.new"
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32), encoding="ascii")
        fresh.replace(path)
    return path.read_text(encoding="ascii").strip()


def endpoint(folder: Path, account: Account) -> Endpoint:
    """Where this server listens; the same answer in every program that asks."""
    if sys.platform == "win32":
        return Endpoint("127.0.0.1", _stored_port(folder))
    run = folder / "run"
    if len(os.fsencode(run / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
        run = _short_folder(folder, account)
    return Endpoint(str(run), SOCKET_PORT)


def _short_folder(folder: Path, account: Account) -> Path:
    """A short name for a socket whose own folder's path is too long for the system, safe from others' tricks."""
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    base = os.environ.get("XDG_RUNTIME_DIR")
    parent = Path(base) if base and not account.is_other and Path(base).is_dir() else Path(tempfile.gettempdir())
    path = parent / f"cura-{digest}"
    try:
        path.mkdir(mode=0o700)
        account.own(path)
    except FileExistsError:
        pass
    found = path.lstat()
    owner = account.uid if account.uid is not None else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o022:
        raise DatabaseUnavailableError(f"The folder {path} for the database's socket belongs to somebody else.")
    return path


def _stored_port(folder: Path) -> int:
    path = folder / "port"
    if not path.exists():
        new_port(folder)
    return int(path.read_text(encoding="ascii"))


def new_port(folder: Path) -> int:
    """Chooses a free port of the loopback interface and remembers it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "port").write_text(str(port), encoding="ascii")
    return port
