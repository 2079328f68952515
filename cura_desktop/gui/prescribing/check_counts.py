"""Which warnings fire, and how often somebody prescribes all the same (no. 14). For who keeps the medicine list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cura_desktop.domain.check_counts import CheckCount
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

DAYS = 90


class Counts(Protocol):
    """What is needed of `MedicineService`."""

    def check_counts(self, since: datetime, until: datetime) -> tuple[CheckCount, ...]: ...


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class CheckCounts(QWidget):
    """The last ninety days, the most frequent first."""

    def __init__(self, counts: Counts, tasks: Tasks, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._counts, self._tasks, self._now = counts, tasks, now
        self.table = RecordTable()
        self.table.set_up(
            [
                Column("Warning", lambda one: one.about, strong=True, tooltip=lambda one: one.finding, width=270),
                Column("Kind", lambda one: one.kind.capitalize(), width=90),
                Column("Severity", lambda one: one.severity.capitalize(), width=80),
                Column("Fired", lambda one: f"{one.fired:,}", sort=lambda one: one.fired, width=60),
                Column("Overridden", lambda one: f"{one.overridden:,} ({one.share} %)", sort=lambda one: one.share),
            ],
            name="Warnings at issue",
            empty=f"No prescription was issued with a warning in the last {DAYS} days.",
            empty_icon="shield-check",
        )
        column = QVBoxLayout(self)
        said = f"Warnings on prescriptions issued in the last {DAYS} days. A warning that is nearly always overridden"
        column.addWidget(text_label(f"{said} wants a second look at its rule.", "muted", wrap=True))
        column.addWidget(self.table, 1)

    def load(self) -> None:
        """Count again."""
        until = self._now()
        since = until - timedelta(days=DAYS)
        self._tasks.run(
            lambda: self._counts.check_counts(since, until), self.show_counts, self._report, latest="check counts"
        )

    def show_counts(self, found: Sequence[CheckCount]) -> None:
        """The most frequent first."""
        self.table.show_records(list(found))

    def _report(self, error: Exception) -> None:
        messages_for(self).report(error, self)
