"""What the patient's page asks and shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.patients import AlertDraft, Patient, PatientAlert, PatientFacts
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService

Undo = Callable[[], None]


class HubView(Protocol):
    """The page as its presenter knows it."""

    def show_facts(self, facts: PatientFacts, alerts: Sequence[PatientAlert]) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def show_alert_problems(self, error: InvalidInputError) -> None: ...
    def show_death_problems(self, error: InvalidInputError) -> None: ...
    def show_restriction_problems(self, error: InvalidInputError) -> None: ...
    def show_leaving_problems(self, error: InvalidInputError) -> None: ...
    def close_sheet(self) -> None: ...
    def say(self, text: str, undo: Undo | None) -> None: ...


class HubPresenter:
    """One patient. Every step can be taken back for as long as its notice stands."""

    def __init__(self, view: HubView, service: PatientService, tasks: Tasks, patient_id: int) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._id = patient_id
        self._patient: Patient | None = None
        self._busy = False
        self.alert_key: UUID = uuid4()

    @property
    def patient(self) -> Patient | None:
        """Who is shown, once read."""
        return self._patient

    def refresh(self) -> None:
        """Read the patient again."""
        self._tasks.run(
            lambda: self._service.page(self._id), self._show, self._view.show_failure, latest="patients.hub"
        )

    def _show(self, found: tuple[PatientFacts, list[PatientAlert]]) -> None:
        self._patient = found[0].patient
        self._view.show_facts(*found)

    # ------------------------------------------------------------------ steps

    def deactivate(self, because: str, left_on: date | None) -> None:
        """The patient left the clinic."""
        self._step(
            lambda id_, version: self._service.deactivate(id_, version, because, left_on),
            "no longer a patient here",
            self._service.reactivate,
        )

    def reactivate(self) -> None:
        """The patient came back."""
        because, left_on = (self._patient.left_because, self._patient.left_on) if self._patient else ("", None)
        self._step(
            self._service.reactivate,
            "active again",
            lambda id_, version: self._service.deactivate(id_, version, because or "other", left_on),
        )

    def restrict(self, because: str, *, may_lift: bool) -> None:
        """Restrict the record; who may not lift a restriction cannot undo this."""
        self._step(
            lambda id_, version: self._service.restrict(id_, version, because),
            "restricted: opening the record needs a reason",
            self._service.lift_restriction if may_lift else None,
        )

    def lift_restriction(self) -> None:
        """Open the record to everybody whose role may see it."""
        self._step(self._service.lift_restriction, "no longer restricted", None)

    def record_death(self, died: date | None) -> None:
        """Record a death."""
        self._step(
            lambda id_, version: self._service.mark_deceased(id_, version, died),
            "recorded as deceased",
            self._service.unmark_deceased,
        )

    def take_back_death(self) -> None:
        """A death was recorded by mistake."""
        died = self._patient.died if self._patient else None
        self._step(
            self._service.unmark_deceased,
            "no longer recorded as deceased",
            lambda id_, version: self._service.mark_deceased(id_, version, died),
        )

    def _step(
        self,
        step: Callable[[int, int], Patient],
        words: str,
        back: Callable[[int, int], Patient] | None,
        *,
        undone: bool = False,
    ) -> None:
        patient = self._patient
        if patient is None or self._busy:
            return
        self._busy = True
        self._tasks.run(
            lambda: step(patient.id, patient.version),
            lambda now: self._stepped(now, words, None if undone else back),
            self._failed,
        )

    def _stepped(self, now: Patient, words: str, back: Callable[[int, int], Patient] | None) -> None:
        self._busy, self._patient = False, now
        self._view.close_sheet()
        undo = None if back is None else lambda: self._step(back, "as before", back, undone=True)
        self._view.say(f"{now.name} is {words}.", undo)
        self.refresh()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, InvalidInputError) and "died" in error.problems:
            self._view.show_death_problems(error)
            return
        if isinstance(error, InvalidInputError) and "because" in error.problems:
            self._view.show_restriction_problems(error)
            return
        if isinstance(error, InvalidInputError) and "left_on" in error.problems:
            self._view.show_leaving_problems(error)
            return
        self._view.show_failure(error)
        self.refresh()

    # ------------------------------------------------------------------ alerts

    def add_alert(self, draft: AlertDraft) -> None:
        """Add an alert; sent twice it is added once."""
        if self._busy:
            return
        problems = draft.problems(self._service.today())
        if problems:
            self._view.show_alert_problems(InvalidInputError(problems))
            return
        self._busy, key = True, self.alert_key
        self._tasks.run(lambda: self._service.add_alert(self._id, draft, key), self._added, self._alert_failed)

    def _added(self, _: None) -> None:
        self._busy, self.alert_key = False, uuid4()
        self._view.close_sheet()
        self._view.say("The alert is added.", None)
        self.refresh()

    def _alert_failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, InvalidInputError):
            self._view.show_alert_problems(error)
        else:
            self._view.show_failure(error)

    def end_alert(self, alert: PatientAlert) -> None:
        """The alert is over."""
        self._tasks.run(
            lambda: self._service.end_alert(alert.id, alert.version),
            lambda version: self._ended(alert, version),
            self._failed,
        )

    def _ended(self, alert: PatientAlert, version: int) -> None:
        self._view.say("The alert is ended.", lambda: self._resume(alert, version))
        self.refresh()

    def _resume(self, alert: PatientAlert, version: int) -> None:
        self._tasks.run(lambda: self._service.resume_alert(alert.id, version), lambda _: self.refresh(), self._failed)
