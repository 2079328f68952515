"""Adding and changing problems of one patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.records import Problem, ProblemDraft

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Problems(Protocol):
    """What is needed of `RecordService`."""

    def add_problem(self, patient_id: int, draft: ProblemDraft, client_key: UUID) -> int: ...
    def change_problem(
        self, patient_id: int, problem_id: int, version: int, draft: ProblemDraft, base: ProblemDraft
    ) -> tuple[str, ...]: ...


class ProblemsView(Protocol):
    """What the presenter needs of the screen."""

    def tell_changed(self, sentence: str) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def ask_which(self, problem: Problem, mine: ProblemDraft, error: StaleRecordError) -> None: ...
    def report(self, error: Exception) -> None: ...


class ProblemsPresenter:
    """Bound to one patient for its life."""

    def __init__(self, view: ProblemsView, records: Problems, tasks: Tasks, patient_id: int) -> None:
        self._view, self._records, self._tasks, self._patient_id = view, records, tasks, patient_id
        self._key = uuid4()

    def add(self, draft: ProblemDraft) -> None:
        """Store it; a second press with the same sheet stores it once."""
        key = self._key
        self._tasks.run(
            lambda: self._records.add_problem(self._patient_id, draft, key), lambda _: self._added(draft), self._failed
        )

    def _added(self, draft: ProblemDraft) -> None:
        self._key = uuid4()
        self._view.tell_changed(f"{draft.label.strip()} is on the problem list.")

    def change(self, problem: Problem, draft: ProblemDraft) -> None:
        """Store the change; fields of others are kept, the same field asks."""
        self._tasks.run(
            lambda: self._records.change_problem(
                self._patient_id, problem.id, problem.version, draft, problem.as_draft()
            ),
            lambda merged: self._view.tell_changed(_told(draft, merged)),
            lambda error: self._not_changed(error, problem, draft),
        )

    def _not_changed(self, error: Exception, problem: Problem, draft: ProblemDraft) -> None:
        if isinstance(error, StaleRecordError) and isinstance(error.current, ProblemDraft):
            self._view.ask_which(problem, draft, error)
        else:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)


def _told(draft: ProblemDraft, merged: tuple[str, ...]) -> str:
    both = " The change of another seat was kept, too." if merged else ""
    return f"{draft.label.strip()} saved.{both}"
