"""The system account that runs the server when the program itself runs as root: PostgreSQL refuses to be root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cura_desktop.domain.errors import DatabaseUnavailableError

SERVICE = "cura-desktop"
TURNSTILE = Path("/run/cura-desktop-account.lock")
STAND_INS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. `uid` and `gid` are None when it is the person who runs the program."""

    uid: int | None = None
    gid: int | None = None

    @property
    def is_other(self) -> bool:
        """Whether the server belongs to somebody else than this process."""
        return self.uid is not None

    def process_options(self) -> dict[str, Any]:
        """Arguments for subprocess that make the child this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def own(self, path: Path) -> None:
        """Hands a file or folder to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    """The account for the server: ourselves, or under root the service account, created when it is missing."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    found = _lookup(SERVICE)
    if found is None and shutil.which("useradd"):
        with _one_at_a_time():
            found = _lookup(SERVICE) or _created(SERVICE)
    for name in STAND_INS:
        found = found or _lookup(name)
    if found is None:
        raise DatabaseUnavailableError(
            f"The database cannot run as root, and the account '{SERVICE}' could not be created for it."
        )
    return found


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of two programs that start at once one creates the account and the other finds it."""
    if sys.platform == "win32" or not TURNSTILE.parent.is_dir():
        yield
        return
    import fcntl

    with TURNSTILE.open("wb") as turnstile:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        yield


def _created(name: str) -> Account | None:
    subprocess.run(
        ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        check=False,
        capture_output=True,
    )
    return _lookup(name)


def _lookup(name: str) -> Account | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid) if entry.pw_uid != 0 else None
