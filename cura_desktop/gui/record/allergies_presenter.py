"""Recording and ending allergies of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.records import AllergyDraft, AllergyStatus, RecordedAllergy

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Allergies(Protocol):
    """What is needed of `RecordService`."""

    def add_allergy(self, patient_id: int, draft: AllergyDraft, client_key: UUID) -> int: ...
    def end_allergy(
        self, patient_id: int, allergy_id: int, version: int, status: AllergyStatus, reason: str = ""
    ) -> None: ...
    def state_none_known(self, patient_id: int) -> None: ...


class AllergiesView(Protocol):
    """What the presenter needs of the screen."""

    def tell_changed(self, sentence: str) -> None: ...
    def tell_stale(self) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def report(self, error: Exception) -> None: ...


class AllergiesPresenter:
    """Bound to one patient for its life."""

    def __init__(self, view: AllergiesView, records: Allergies, tasks: Tasks, patient_id: int) -> None:
        self._view, self._records, self._tasks, self._patient_id = view, records, tasks, patient_id
        self._key = uuid4()

    def add(self, draft: AllergyDraft) -> None:
        """Store it; a second press with the same sheet stores it once."""
        key = self._key
        self._tasks.run(
            lambda: self._records.add_allergy(self._patient_id, draft, key), lambda _: self._added(draft), self._failed
        )

    def _added(self, draft: AllergyDraft) -> None:
        self._key = uuid4()
        checking = "prescriptions are checked against it" if draft.checkable else "free text, not checked"
        self._view.tell_changed(f"Allergy to {draft.agent.strip()} recorded: {checking}.")

    def end(self, allergy: RecordedAllergy, status: AllergyStatus, reason: str) -> None:
        """Take it from the active list."""
        self._tasks.run(
            lambda: self._records.end_allergy(self._patient_id, allergy.id, allergy.version, status, reason),
            lambda _: self._view.tell_changed(f"Allergy to {allergy.agent} ended: {status.words.lower()}."),
            self._failed,
        )

    def state_none_known(self) -> None:
        """Record that there are none."""
        self._tasks.run(
            lambda: self._records.state_none_known(self._patient_id),
            lambda _: self._view.tell_changed("Recorded: no known allergies."),
            self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, StaleRecordError):
            self._view.tell_stale()
        else:
            self._view.report(error)
