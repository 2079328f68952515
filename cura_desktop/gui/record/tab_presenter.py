"""Opening one patient's record and keeping its summary right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.records import ChartClosedError, Opened, RecordSummary

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

CLOSED = "The record was closed. Open it again to go on; what you typed is kept."


class Records(Protocol):
    """What is needed of `RecordService`."""

    def open_chart(self, patient_id: int, reason: str = ..., *, break_glass: bool = False) -> Opened: ...
    def summary(self, patient_id: int) -> RecordSummary: ...


class TabView(Protocol):
    """What the presenter needs of the screen."""

    def show_opening(self) -> None: ...
    def show_restricted(self) -> None: ...
    def show_reason_problems(self, problems: dict[str, str]) -> None: ...
    def show_record(self, summary: RecordSummary, *, opened: bool) -> None: ...
    def show_closed(self, sentence: str) -> None: ...
    def report(self, error: Exception) -> None: ...


class TabPresenter:
    """Bound to one patient for its life."""

    def __init__(self, view: TabView, records: Records, tasks: Tasks, patient_id: int) -> None:
        self._view, self._records, self._tasks, self._patient_id = view, records, tasks, patient_id
        self._open = False
        self._opening = False
        self._changed_meanwhile = False

    @property
    def is_open(self) -> bool:
        """Whether the record is on screen."""
        return self._open

    def open(self, reason: str, *, break_glass: bool = False) -> None:
        """Open the chart and read it: two transactions, one trip to the worker."""
        self._opening, self._changed_meanwhile = True, False
        self._view.show_opening()
        self._tasks.run(
            lambda: self._opened_summary(reason, break_glass),
            self._opened,
            lambda error: self._not_opened(error, break_glass),
            latest="summary",
        )

    def _opened_summary(self, reason: str, break_glass: bool) -> RecordSummary | None:
        if self._records.open_chart(self._patient_id, reason, break_glass=break_glass) is Opened.RESTRICTED:
            return None
        return self._records.summary(self._patient_id)

    def _opened(self, summary: RecordSummary | None) -> None:
        self._opening = False
        if summary is None:
            self._view.show_restricted()
            return
        self._open = True
        self._view.show_record(summary, opened=True)
        if self._changed_meanwhile:
            self.refresh()

    def _not_opened(self, error: Exception, break_glass: bool) -> None:
        self._opening = False
        if break_glass and isinstance(error, InvalidInputError):
            self._view.show_restricted()
            self._view.show_reason_problems(error.problems)
            return
        self.close(str(error) if isinstance(error, ChartClosedError) else "The record could not be opened.")
        self._view.report(error)

    def refresh(self) -> None:
        """Read the summary again, where the record is open.

        Never in place of an opening under way: that would be dropped, and with it the chart's gate stays shut.
        """
        if self._opening:
            self._changed_meanwhile = True
        elif self._open:
            self._tasks.run(
                lambda: self._records.summary(self._patient_id), self._refreshed, self._not_refreshed, latest="summary"
            )

    def _refreshed(self, summary: RecordSummary) -> None:
        if self._open:
            self._view.show_record(summary, opened=False)

    def _not_refreshed(self, error: Exception) -> None:
        if isinstance(error, ChartClosedError):
            self.close(CLOSED)
        else:  # an ended session leads to the lock, which keeps the work behind it; unlocking opens the chart again
            self._view.report(error)

    def close(self, sentence: str = CLOSED) -> None:
        """Nothing clinical stays on the screen."""
        self._open = self._opening = False
        self._view.show_closed(sentence)
