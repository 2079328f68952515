"""Signing in: asks for the clinics, tries a password, says what happened in sentences that give nothing away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.login.contracts import SignedIn, SignIns

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class SignInView(Protocol):
    """What the presenter needs of the screen."""

    def show_organizations(self, organizations: Sequence[Enrolment]) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def clear_password(self) -> None: ...
    def enter(self, signed_in: SignedIn) -> None: ...
    def begin(self) -> None: ...
    def report(self, error: Exception) -> None: ...


class SignInPresenter:
    """A password is held only while the call runs and never written anywhere."""

    def __init__(self, view: SignInView, sign_ins: SignIns, tasks: Tasks) -> None:
        self._view = view
        self._sign_ins = sign_ins
        self._tasks = tasks

    def load(self) -> None:
        """Ask which clinics this PC is enrolled with; with none, the first-run screen begins."""
        self._tasks.run(self._sign_ins.organizations, self._loaded, self._failed, latest="organizations")

    def _loaded(self, organizations: Sequence[Enrolment]) -> None:
        if organizations:
            self._view.show_organizations(organizations)
        else:
            self._view.begin()

    def sign_in(self, enrolment: Enrolment | None, username: str, password: str) -> None:
        """Try it. Missing parts are asked for before the server hears of it."""
        missing = _missing(enrolment, username, password)
        if missing or enrolment is None:
            self._view.show_problem(missing)
            return
        self._view.show_problem("")
        self._view.show_busy(True)
        self._tasks.run(
            lambda: self._sign_ins.sign_in(enrolment, username.strip(), password), self._entered, self._refused
        )

    def _entered(self, signed_in: SignedIn) -> None:
        self._view.show_busy(False)
        self._view.clear_password()
        self._view.enter(signed_in)

    def _refused(self, error: Exception) -> None:
        self._view.show_busy(False)
        self._view.clear_password()
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            self._view.report(error)
            return
        self._view.show_problem(str(error))


def _missing(enrolment: Enrolment | None, username: str, password: str) -> str:
    if enrolment is None:
        return "Please choose a clinic."
    if not username.strip():
        return "Please enter your user name or e-mail address."
    return "" if password else "Please enter your password."
