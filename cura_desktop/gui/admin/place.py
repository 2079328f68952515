"""What every administration screen shares: its tasks, and how it reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtWidgets import QLabel, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.widgets.record_table import RecordTable

T = TypeVar("T")


class Place(QWidget):
    """A tab of the administration. `refresh` reads it again."""

    live_tables: tuple[str, ...] = ()

    def __init__(self, caller: Caller, tasks: Tasks | None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._caller = caller
        self._tasks: Tasks = tasks or QtTasks(self)

    def refresh(self) -> None:
        """Read again what is shown."""
        raise NotImplementedError

    def report(self, error: Exception) -> None:
        """Tell the person."""
        messages_for(self).report(error, self)

    def toast(self, text: str) -> None:
        """Say that something is done."""
        messages_for(self).toast(text, "success")

    def load(self, table: RecordTable, call: Callable[[], T], done: Callable[[T], object]) -> None:
        """Fill a table: skeleton rows the first time, the sentence of a failure in its place."""
        if not table.records():
            table.show_loading()
        self._tasks.run(call, done, lambda error: self._not_loaded(table, error), latest=table.objectName())

    def _not_loaded(self, table: RecordTable, error: Exception) -> None:
        if isinstance(error, CuraError):
            table.show_failure(str(error))
        self.report(error)

    def refuse(self, error: Exception, show: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
        """Problems beside their fields, anything else as a message."""
        if isinstance(error, InvalidInputError) and not show(error.problems):
            return
        self.report(error)


def plain(*labels: QLabel) -> None:
    """Labels that show what people typed never read it as markup."""
    from PySide6.QtCore import Qt

    for label in labels:
        label.setTextFormat(Qt.TextFormat.PlainText)
