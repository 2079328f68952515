"""Which programs of this computer use the server: one small file each, so that the last one can switch off the light.

All calls happen under the server's file lock.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import psutil


class Programs:
    """The folder of registrations. A program that died without saying goodbye is swept by the next one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def register(self) -> Path:
        """Notes this process; the returned file is handed back to `leave`."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        path = self._folder / f"{os.getpid()}-{secrets.token_hex(4)}"
        path.write_text(repr(psutil.Process().create_time()), encoding="ascii")
        return path

    def leave(self, registration: Path) -> None:
        """Takes one registration away."""
        registration.unlink(missing_ok=True)

    def alive(self) -> int:
        """How many registered programs still run. Registrations of dead ones are removed."""
        count = 0
        for path in self._folder.glob("*-*"):
            if _is_alive(path):
                count += 1
            else:
                path.unlink(missing_ok=True)
        return count


def _is_alive(path: Path) -> bool:
    """The time of creation tells a program from a later one that was given the same process number."""
    try:
        process = psutil.Process(int(path.name.partition("-")[0]))
        started = float(path.read_text(encoding="ascii"))
        return bool(process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - started) < 1.0)
    except (psutil.NoSuchProcess, ValueError, OSError):
        return False
