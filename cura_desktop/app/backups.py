"""The daily backup of the database on this PC, and what the status bar says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer

from cura_desktop.app.this_pc import ThisPc, is_demo
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.gui.shell.tasks import QtTasks

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace

HOUR_MS = 3_600_000
FIRST_MS = 60_000
LATE = timedelta(hours=36)


class Backups(QObject):
    """Looks every hour. A clinic on a shared server is backed up there; the demo clinic is not worth it."""

    def __init__(self, space: Workspace, this_pc: ThisPc) -> None:
        super().__init__(space)
        self._space, self._this_pc = space, this_pc
        self._tasks = QtTasks(self)
        self._timer = QTimer(self)
        self._timer.setInterval(HOUR_MS)
        self._timer.timeout.connect(self.look)
        if not space.enrolment.embedded:
            return
        if is_demo(space.enrolment):
            space.window.status.set_last_backup("none, this is a demo", late=False)
            return
        self._timer.start()
        QTimer.singleShot(FIRST_MS, self, self.look)

    def look(self) -> None:
        """Back up when a day has gone by, and say when the last one was."""
        failed = "failed"
        self._tasks.run(self._this_pc.back_up, self._took, lambda _: self._say(failed, late=True), latest="backup")

    def _took(self, taken: datetime) -> None:
        self._say(in_words(taken, datetime.now(UTC), self._space.caller.zone), late=datetime.now(UTC) - taken > LATE)

    def _say(self, words: str, *, late: bool) -> None:
        self._space.window.status.set_last_backup(words, late=late)


def in_words(taken: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As `today 02:10`, on another day with its date, in clinic time."""
    local, today = (to_clinic(moment.replace(tzinfo=None), zone) for moment in (taken, now))
    day = "today" if local.date() == today.date() else format_date(local.date())
    return f"{day} {local:%H:%M}"
