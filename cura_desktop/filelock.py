"""Whether another program of this PC is using a file; a crash releases the lock."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 40  # a byte that no content ever reaches, because Windows also forbids reading what is locked

    def lock_file(stream: IO[bytes]) -> bool:
        """Lock for as long as `stream` is open; False if another holds it."""
        return _at_the_far_byte(stream, msvcrt.LK_NBLCK)

    def unlock_file(stream: IO[bytes]) -> None:
        """Give the lock back before `stream` is closed."""
        _at_the_far_byte(stream, msvcrt.LK_UNLCK)

    def _at_the_far_byte(stream: IO[bytes], mode: int) -> bool:
        position = stream.tell()
        stream.seek(_FAR)
        try:
            msvcrt.locking(stream.fileno(), mode, 1)
        except OSError:
            return False
        finally:
            stream.seek(position)
        return True

else:
    import fcntl

    def lock_file(stream: IO[bytes]) -> bool:
        """Lock for as long as `stream` is open; False if another holds it."""
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock_file(stream: IO[bytes]) -> None:
        """Give the lock back before `stream` is closed."""
        fcntl.flock(stream, fcntl.LOCK_UN)
