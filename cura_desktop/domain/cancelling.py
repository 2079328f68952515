"""Stopping work whose result nobody waits for any more.

The window starts a call with a token; whatever can be interrupted below (a query on the server, a long import)
registers how to interrupt it, knowing nothing of windows or threads:

    token = current_cancel_token()
    with token.interrupted_by(connection.cancel_safe) if token else nullcontext():
        connection.execute(...)
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Protocol

from cura_desktop.domain.errors import CuraError


class CancelledWorkError(CuraError):
    """The work was stopped on request. Shown to nobody: who asked for it knows."""


class CancelToken(Protocol):
    """The caller's wish to stop, seen from inside the call."""

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for; long loops look at it between steps."""

    def interrupted_by(self, interrupt: Callable[[], object]) -> AbstractContextManager[None]:
        """While inside, `interrupt` is called once, from another thread, when stopping is asked for.

        Raises CancelledWorkError on entering when stopping was asked for before. Leaving the block waits for a running
        `interrupt`, so that it never hits what the next caller does with the same connection.
        """


cancel_token: ContextVar[CancelToken | None] = ContextVar("cancel_token", default=None)


def current_cancel_token() -> CancelToken | None:
    """The token of the running call; None outside the window's tasks (command line, most tests)."""
    return cancel_token.get()


def stop_if_cancelled() -> None:
    """Raise CancelledWorkError when the running call is no longer wanted."""
    token = current_cancel_token()
    if token is not None and token.cancelled:
        raise CancelledWorkError("Stopped.")
