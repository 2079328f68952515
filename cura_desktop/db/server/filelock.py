"""An exclusive lock between programs of this computer, held by an open file: a crash releases it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cura_desktop.domain.errors import DatabaseUnavailableError

PAUSE = 0.05


@contextmanager
def locked(path: Path, patience: float = 120.0) -> Iterator[None]:
    """Holds the lock. Raises DatabaseUnavailableError when another program keeps it longer than `patience` seconds."""
    with path.open("a+b") as stream:
        deadline = time.monotonic() + patience
        while not _try_lock(stream):
            if time.monotonic() > deadline:
                raise DatabaseUnavailableError(
                    "Another program on this computer is still starting or stopping the database."
                )
            time.sleep(PAUSE)
        try:
            yield
        finally:
            _unlock(stream)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(stream: IO[bytes]) -> bool:
        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
