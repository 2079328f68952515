"""Storing a round of observations of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.measurements import ObservationDraft

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class ObservationRecords(Protocol):
    """What is needed of `RecordService`."""

    def add_observations(
        self,
        patient_id: int,
        draft: ObservationDraft,
        client_key: UUID,
        *,
        age: int | None = None,
        consultation_id: int | None = None,
    ) -> tuple[int, ...]: ...


class ObservationsView(Protocol):
    """What the presenter needs of the screen."""

    def tell_saved(self, count: int) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def report(self, error: Exception) -> None: ...


class ObservationsPresenter:
    """Bound to one patient for its life."""

    def __init__(self, view: ObservationsView, records: ObservationRecords, tasks: Tasks, patient_id: int) -> None:
        self._view, self._records, self._tasks, self._patient_id = view, records, tasks, patient_id
        self._key = uuid4()

    def save(self, draft: ObservationDraft, age: int | None, consultation_id: int | None) -> None:
        """Store the round once, however often the button is pressed."""
        key = self._key
        self._view.show_busy(True)
        self._tasks.run(
            lambda: self._records.add_observations(
                self._patient_id, draft, key, age=age, consultation_id=consultation_id
            ),
            self._saved,
            self._failed,
        )

    def _saved(self, ids: tuple[int, ...]) -> None:
        self._key = uuid4()
        self._view.show_busy(False)
        self._view.tell_saved(len(ids))

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)
