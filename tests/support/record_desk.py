"""One person at one seat, with the services of a record that remember whom every call was about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.record.record_sections import RecordServices
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.services.consultations import ConsultationService
from cura_desktop.services.letters import LetterService
from cura_desktop.services.records import RecordService
from tests.support.people import Clinic


@dataclass
class Watched:
    """A service that remembers which patient every call was about."""

    service: Any
    patients: list[int] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.service, name)

        def call(patient_id: int, *values: Any, **named: Any) -> Any:
            self.patients.append(patient_id)
            return method(patient_id, *values, **named)

        return call


class SlowTasks(InlineTasks):
    """`InlineTasks` whose calls wait for `deliver` while the server is `slow`; reading is not held up."""

    def __init__(self) -> None:
        self.slow = False
        self._waiting: list[Callable[[], object]] = []

    def run(self, call: Any, done: Any, failed: Any = None, *, latest: str | None = None, progress: Any = None) -> Any:
        """See `Tasks`."""

        def now() -> Any:
            return InlineTasks.run(self, call, done, failed, latest=latest, progress=progress)

        if not self.slow or latest is not None:
            return now()
        self._waiting.append(now)
        return None

    def deliver(self) -> None:
        """The server answers again: everything that waits, in its order."""
        self.slow = False
        while self._waiting:
            self._waiting.pop(0)()


class MemoryJournal:
    """Drafts in memory."""

    def __init__(self, *offers: Draft) -> None:
        self.drafts: dict[DraftKey, dict[str, Any]] = {offer.key: dict(offer.fields) for offer in offers}
        self.flushed = 0

    def type(self, key: DraftKey, fields: Any) -> None:
        self.drafts[key] = dict(fields)

    def flush(self) -> None:
        self.flushed += 1

    def offers(self) -> Sequence[Draft]:
        return [Draft(key, fields, datetime(2026, 3, 2, 9)) for key, fields in self.drafts.items()]

    def discard(self, key: DraftKey) -> None:
        self.drafts.pop(key, None)


class Desk:
    """One person at one seat."""

    def __init__(self, clinic: Clinic, role: str) -> None:
        database: Database
        caller: Caller
        database, caller = clinic.sign_in(role)
        self.caller = caller
        self.records = Watched(RecordService(database, caller))
        self.consultations = Watched(ConsultationService(database, caller))
        self.letters = Watched(LetterService(database, caller))
        self.journal = MemoryJournal()

    def services(self) -> RecordServices:
        return RecordServices(self.records, self.consultations, self.letters)  # type: ignore[arg-type]

    def tab(self, qtbot: QtBot, patient: int, **named: Any) -> RecordTab:
        tab = RecordTab(patient, self.services(), InlineTasks(), self.caller, drafts=self.journal, **named)
        qtbot.addWidget(tab, before_close_func=RecordTab.close_chart)  # a pending save must not outlive the test
        tab.resize(1366, 768)
        tab.show()
        tab.open()
        return tab


def shown(widget: QWidget) -> str:
    """Everything that can be read in it."""
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    buttons = [button.text() for button in widget.findChildren(QPushButton) if button.isVisibleTo(widget)]
    return "\n".join((*labels, *buttons))


def kept_window(qtbot: QtBot) -> QMainWindow:
    """A window that lives as long as the test: qtbot holds a weak reference alone."""
    windows = [QMainWindow()]
    qtbot.addWidget(windows[0], before_close_func=lambda window: _end(window, windows))
    return windows[0]


def _end(window: QMainWindow, windows: list[QMainWindow]) -> None:
    """A pending save must not outlive the test."""
    section: Any = window.centralWidget()
    section.forget()
    windows.clear()
