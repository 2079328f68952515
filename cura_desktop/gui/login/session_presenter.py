"""Unlocking, and changing one's own password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.passwords import password_problem
from cura_desktop.gui.login.contracts import Sessions

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class LockView(Protocol):
    """The lock screen."""

    def show_busy(self, busy: bool) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def clear_password(self) -> None: ...
    def open_up(self, caller: Caller) -> None: ...
    def report(self, error: Exception) -> None: ...


class LockPresenter:
    """Unlocking gives a new session; the caller that comes back is the one to use."""

    def __init__(self, view: LockView, sessions: Sessions, tasks: Tasks) -> None:
        self._view = view
        self._sessions = sessions
        self._tasks = tasks

    def unlock(self, password: str) -> None:
        """Try the password."""
        if not password:
            self._view.show_problem("Please enter your password.")
            return
        self._view.show_problem("")
        self._view.show_busy(True)
        self._tasks.run(lambda: self._sessions.unlock(password), self._unlocked, self._refused)

    def _unlocked(self, caller: Caller) -> None:
        self._view.show_busy(False)
        self._view.clear_password()
        self._view.open_up(caller)

    def _refused(self, error: Exception) -> None:
        self._view.show_busy(False)
        self._view.clear_password()
        if isinstance(error, CuraError):
            self._view.show_problem(str(error))
        else:
            self._view.report(error)


class ChangePasswordView(Protocol):
    """The form with three passwords."""

    def show_busy(self, busy: bool) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def changed_to(self, caller: Caller) -> None: ...
    def report(self, error: Exception) -> None: ...


class ChangePasswordPresenter:
    """Checks what can be checked here first; the server sees a verifier, never the password."""

    def __init__(self, view: ChangePasswordView, sessions: Sessions, known: tuple[str, ...], tasks: Tasks) -> None:
        self._view = view
        self._sessions = sessions
        self._known = known
        self._tasks = tasks

    def change(self, current: str, new: str, again: str) -> None:
        """Change it, or say beside which field what is wrong."""
        self._view.show_problem("")
        self._view.show_busy(True)
        self._tasks.run(
            lambda: self._problems(current, new, again), lambda wrong: self._checked(wrong, current, new), self._failed
        )

    def _problems(self, current: str, new: str, again: str) -> dict[str, str]:
        problems = {
            "current": "" if current else "Please enter your current password.",
            "new": password_problem(new, self._known) or "",
            "again": "" if again == new else "The two new passwords are not the same.",
        }
        return {field: sentence for field, sentence in problems.items() if sentence}

    def _checked(self, problems: Mapping[str, str], current: str, new: str) -> None:
        self._view.show_problems(problems)
        if problems:
            self._view.show_busy(False)
            return
        self._tasks.run(lambda: self._sessions.change_password(current, new), self._changed, self._failed)

    def _changed(self, caller: Caller) -> None:
        self._view.show_busy(False)
        self._view.changed_to(caller)

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, CuraError):
            self._view.show_problem(str(error))
        else:
            self._view.report(error)
