"""Numbers for failures that are bugs, and what is written about them: where it happened, never whose data it was."""

from __future__ import annotations

import logging
import secrets
import traceback

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misread over the telephone
_log = logging.getLogger("cura_desktop.incidents")


def record_incident(error: BaseException) -> str:
    """Log where an unexpected error happened and return its number, such as `K7QX-3MPD`.

    The message of the exception and the values of variables stay out of the log: they may hold patient data.
    """
    number = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
    _log.error("incident %s: %s", number, _places(error))
    return number


def _places(error: BaseException) -> str:
    lines = [f"{type(error).__module__}.{type(error).__qualname__}"]
    frames = traceback.extract_tb(error.__traceback__)
    lines.extend(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    cause = error.__cause__ or error.__context__
    if cause is not None:
        lines.append(f"caused by {_places(cause)}")
    return "\n".join(lines)
