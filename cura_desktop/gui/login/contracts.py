"""What the first screens ask of the layers below. They are imported only after the first screen is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson


class Report(Protocol):
    """Called from inside long work, from any thread."""

    def __call__(self, done: int, total: int, text: str = "") -> None: ...


class SignedIn(Protocol):
    """An open session."""

    @property
    def caller(self) -> Caller: ...


class SignIns(Protocol):
    """`services.sign_in.SignInService`, made at the first call."""

    def organizations(self) -> Sequence[Enrolment]: ...
    def sign_in(self, enrolment: Enrolment, username: str, password: str) -> SignedIn: ...


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One day of the week (0 is Monday) in clinic time; a closed day is left out."""

    weekday: int
    opens: time
    closes: time


class Beginnings(Protocol):
    """The three ways to begin. Each returns the clinic that this PC now belongs to; errors are CuraErrors."""

    def try_demo(self, report: Report) -> Enrolment: ...
    def start_clinic(
        self, clinic: NewClinic, person: NewPerson, hours: Sequence[OpeningHours], report: Report
    ) -> Enrolment: ...
    def join(self, address: str, code: str, label: str) -> Enrolment: ...


class Sessions(Protocol):
    """`services.session.SessionService` of the signed-in person."""

    def unlock(self, password: str) -> Caller: ...
    def change_password(self, current: str, new: str) -> Caller: ...


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A sign-in of the demo clinic that a newcomer may use. `label` is what the person does there."""

    label: str
    username: str
    password: str
