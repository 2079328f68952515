"""One program of this computer at a time starts, stops or changes the embedded server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.filelock import lock_file, unlock_file

PAUSE = 0.05  # seconds


@contextmanager
def locked(path: Path, patience: float = 120.0) -> Iterator[None]:
    """Holds the lock. Raises DatabaseUnavailableError when another program keeps it longer than `patience` seconds."""
    with path.open("a+b") as stream:
        deadline = time.monotonic() + patience
        while not lock_file(stream):
            if time.monotonic() > deadline:
                raise DatabaseUnavailableError(
                    "Another program on this computer is still starting or stopping the database."
                )
            time.sleep(PAUSE)
        try:
            yield
        finally:
            unlock_file(stream)
