"""The three ways to begin on a new PC."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.passwords import password_problem
from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson
from cura_desktop.gui.login.contracts import Beginnings, OpeningHours

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Progress, Tasks


class BeginningView(Protocol):
    """A screen that starts something long."""

    def show_busy(self, busy: bool) -> None: ...
    def show_progress(self, progress: Progress) -> None: ...
    def show_problem(self, sentence: str) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def begun(self, enrolment: Enrolment) -> None: ...
    def report(self, error: Exception) -> None: ...


class BeginningsPresenter:
    """One at a time: the screen is busy until the work ends."""

    def __init__(self, view: BeginningView, beginnings: Beginnings, tasks: Tasks) -> None:
        self._view = view
        self._beginnings = beginnings
        self._tasks = tasks

    def try_demo(self) -> None:
        """Make the demo clinic on this PC, or enter the one that is there."""
        self._start()
        self._tasks.run(self._beginnings.try_demo, self._begun, self._failed, progress=self._view.show_progress)

    def start_clinic(self, clinic: NewClinic, person: NewPerson, hours: Sequence[OpeningHours]) -> None:
        """Make a clinic of one's own on this PC."""
        self._start()
        self._tasks.run(
            lambda report: self._beginnings.start_clinic(clinic, person, hours, report),
            self._begun,
            self._failed,
            progress=self._view.show_progress,
        )

    def join(self, address: str, code: str, label: str) -> None:
        """Redeem an enrolment code."""
        problems = {
            "address": "" if address.strip() else "Please enter the server's address.",
            "code": "" if code.strip() else "Please enter the code from your administrator.",
            "label": "" if label.strip() else "Please give this PC a name.",
        }
        problems = {field: sentence for field, sentence in problems.items() if sentence}
        self._view.show_problems(problems)
        if not problems:
            self._start()
            self._tasks.run(
                lambda: self._beginnings.join(address.strip(), code.strip(), label.strip()), self._begun, self._failed
            )

    def _start(self) -> None:
        self._view.show_problem("")
        self._view.show_problems({})
        self._view.show_busy(True)

    def _begun(self, enrolment: Enrolment) -> None:
        self._view.show_busy(False)
        self._view.begun(enrolment)

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, CuraError):
            self._view.show_problem(str(error))
        else:
            self._view.report(error)


def clinic_problems(name: str) -> dict[str, str]:
    """What is missing on the wizard's first page."""
    return {} if name.strip() else {"clinic_name": "Please enter the name of the clinic."}


def person_problems(person: NewPerson, clinic_name: str) -> dict[str, str]:
    """What is wrong with the first administrator; field to sentence."""
    problems = {
        "first_name": "" if person.first_name.strip() else "Please enter your first name.",
        "last_name": "" if person.last_name.strip() else "Please enter your last name.",
        "email": "" if _looks_like_email(person.email) else "Please enter an e-mail address.",
        "user_name": _user_name_problem(person.username),
        "password": password_problem(
            person.password, (person.first_name, person.last_name, person.username, person.email, clinic_name)
        )
        or "",
    }
    return {field: sentence for field, sentence in problems.items() if sentence}


def hours_problem(hours: Sequence[OpeningHours]) -> str:
    """What is wrong with the opening hours, or nothing."""
    if not hours:
        return "Please open the clinic on at least one day."
    wrong = [_DAYS[one.weekday] for one in hours if one.closes <= one.opens]
    return f"{', '.join(wrong)}: the closing time must be after the opening time." if wrong else ""


def subdomain_of(name: str) -> str:
    """A short name for the clinic: "Harbour Street Clinic" is harbour-street-clinic (letters, digits, hyphens)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "clinic"


def _looks_like_email(text: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text.strip()) is not None


def _user_name_problem(text: str) -> str:
    if not text.strip():
        return "Please choose a user name."
    return (
        "" if re.fullmatch(r"[\w.\-]{2,60}", text.strip()) else "Letters, digits, dots and hyphens only, two or more."
    )


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
