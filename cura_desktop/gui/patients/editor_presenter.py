"""Registering a patient, and correcting one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.patients import Patient, PatientDraft, SamePatient
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService


class EditorView(Protocol):
    """The editor as its presenter knows it."""

    def draft(self) -> PatientDraft: ...
    def client_key(self) -> UUID: ...
    def unreadable(self) -> Mapping[str, str]: ...
    def show_draft(self, draft: PatientDraft) -> None: ...
    def show_patient(self, patient: Patient) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_same(self, found: Sequence[SamePatient]) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_merge(self, current: Patient, conflicts: Sequence[str], mine: PatientDraft) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def show_registered(self, patient: Patient) -> None: ...
    def show_saved(self, patient: Patient) -> None: ...


class EditorPresenter:
    """`patient_id` None registers; otherwise that patient is corrected."""

    def __init__(self, view: EditorView, service: PatientService, tasks: Tasks, patient_id: int | None) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._patient_id = patient_id
        self._stored: Patient | None = None
        self._busy = False
        self._asked: tuple[object, ...] = ()

    def load(self) -> None:
        """Read the patient to correct."""
        wanted = self._patient_id
        if wanted is not None:
            self._tasks.run(lambda: self._service.get(wanted), self._loaded, self._view.show_failure)

    def _loaded(self, patient: Patient) -> None:
        self._stored = patient
        self._view.show_draft(patient.details)
        self._view.show_patient(patient)  # then unsaved text may be laid over it

    def look_for_same(self) -> None:
        """Ask who is alike, when what identifies a person has changed since the last time."""
        typed = self._view.draft()
        asked = (typed.given_name, typed.family_name, typed.born, typed.nhs_number)
        if asked == self._asked:
            return
        self._asked = asked
        self._tasks.run(
            lambda: self._service.same_patients(typed, besides=self._patient_id),
            self._view.show_same,
            lambda _: None,  # a hint; what is wrong is said when it is saved
            latest="patients.same",
        )

    def save(self) -> None:
        """Register or correct. While one submit is under way another is not sent."""
        if self._busy or (self._patient_id is not None and self._stored is None):
            return
        typed = self._view.draft()
        base = self._stored.details if self._stored else None
        today = self._service.today()
        problems = typed.new_problems(base, today) if base else typed.problems(today)
        problems |= self._view.unreadable()
        self._view.show_problems(problems)
        if problems:
            return
        self._busy = True
        self._view.show_busy(True)
        stored, key = self._stored, self._view.client_key()
        if stored is None:
            self._tasks.run(
                lambda: self._service.register(typed, key),
                lambda patient: self._registered(patient, typed),
                self._failed,
            )
        else:
            self._tasks.run(
                lambda: self._service.change(stored.id, stored.version, stored.details, typed),
                self._saved,
                self._failed,
            )

    def resolve(self, current: Patient, keeps_mine: Mapping[str, bool]) -> None:
        """The person chose field by field; everything else somebody changed meanwhile is taken over. Then save."""
        if self._stored is None:
            return
        base, mine = self._stored.details, self._view.draft()
        theirs = {
            one.name: getattr(current.details, one.name)
            for one in fields(PatientDraft)
            if not keeps_mine.get(one.name, getattr(mine, one.name) != getattr(base, one.name))
        }
        self._stored = current
        self._view.show_draft(replace(mine, **theirs))
        self.save()

    def _end(self) -> None:
        self._busy = False
        self._view.show_busy(False)

    def _registered(self, patient: Patient, typed: PatientDraft) -> None:
        """A form whose first submit had arrived unnoticed gives the patient of then; what was typed since is a
        correction.
        """
        if patient.details != typed.normalised():
            self._tasks.run(
                lambda: self._service.change(patient.id, patient.version, patient.details, typed),
                lambda now: self._registered(now, now.details),
                self._failed,
            )
            return
        self._end()
        self._view.show_registered(patient)

    def _saved(self, patient: Patient) -> None:
        self._end()
        self._stored = patient
        self._view.show_saved(patient)

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, StaleRecordError) and isinstance(error.current, Patient):
            self._view.show_merge(error.current, error.conflicts, self._view.draft())
        else:
            self._view.show_failure(error)
