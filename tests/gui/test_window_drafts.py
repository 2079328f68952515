"""What is being typed survives: collected while typing, written within two seconds, offered after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.shell.drafts import FLUSH_MS, DraftKeeper, DraftOfferBar
from cura_desktop.gui.shell.tasks import InlineTasks
from tests.support.record_desk import SlowTasks

KEY = DraftKey("consultation", 12)


class Journal:
    """Remembers what was typed and how often it was written."""

    def __init__(self) -> None:
        self.now: dict[DraftKey, dict[str, Any]] = {}
        self.on_disk: dict[DraftKey, dict[str, Any]] = {}
        self.flushes = 0
        self.error: Exception | None = None

    def type(self, key: DraftKey, fields: Mapping[str, Any]) -> None:
        self.now[key] = dict(fields)

    def flush(self) -> None:
        if self.error is not None:
            raise self.error
        self.flushes += 1
        self.on_disk = dict(self.now)

    def offers(self) -> tuple[Draft, ...]:
        return ()

    def discard(self, key: DraftKey) -> None:
        self.now.pop(key, None)
        self.on_disk.pop(key, None)


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        row = QFormLayout(self)
        self.note, self.reason, self.secret = QPlainTextEdit(), QLineEdit(), QLineEdit()
        self.kind, self.urgent, self.days = QComboBox(), QCheckBox("Urgent"), QSpinBox()
        self.kind.addItems(["First", "Follow-up"])
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        for name in ("note", "reason", "secret", "kind", "urgent", "days"):
            widget = getattr(self, name)
            widget.setObjectName(f"{name}_edit")
            row.addRow(name, widget)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def keeper(form: Form, journal: Journal) -> DraftKeeper:
    return DraftKeeper(form, KEY, journal, InlineTasks())


def test_typed_text_is_on_the_disk_within_two_seconds_even_without_a_pause(
    form: Form, keeper: DraftKeeper, journal: Journal, qtbot: QtBot
) -> None:
    assert FLUSH_MS < 2000
    keeper._timer.setInterval(40)
    with qtbot.waitSignal(keeper.kept):
        QTest.keyClicks(form.note, "cough for", delay=10)
    qtbot.waitUntil(lambda: journal.on_disk.get(KEY, {}).get("note_edit") == "cough for")


def test_a_form_nobody_typed_into_leaves_no_draft(form: Form, keeper: DraftKeeper, journal: Journal) -> None:
    keeper.keep()
    assert journal.now == {}


def test_what_came_from_the_database_is_not_a_draft(form: Form, keeper: DraftKeeper, journal: Journal) -> None:
    form.reason.setText("Loaded")
    keeper.loaded()
    journal.now.clear()
    keeper.keep()
    assert not keeper.dirty
    assert journal.now == {}


def test_every_kind_of_field_is_kept_but_never_a_password(form: Form, keeper: DraftKeeper, journal: Journal) -> None:
    QTest.keyClicks(form.secret, "hunter2")
    QTest.keyClicks(form.reason, "Review")
    form.kind.setCurrentText("Follow-up")
    form.urgent.setChecked(True)
    form.days.setValue(5)
    keeper.keep()
    assert journal.on_disk[KEY] == {
        "reason_edit": "Review",
        "kind_edit": "Follow-up",
        "urgent_edit": "yes",
        "days_edit": "5",
    }


def test_a_draft_comes_back_into_every_field(form: Form, keeper: DraftKeeper, journal: Journal, qtbot: QtBot) -> None:
    QTest.keyClicks(form.note, "cough")
    form.days.setValue(5)
    form.urgent.setChecked(True)
    keeper.keep()
    fresh = Form()
    qtbot.addWidget(fresh)
    DraftKeeper(fresh, KEY, journal, InlineTasks()).restore({**journal.on_disk[KEY], "gone_edit": "x"})
    assert (fresh.note.toPlainText(), fresh.days.value(), fresh.urgent.isChecked()) == ("cough", 5, True)


def test_saving_forgets_the_draft(form: Form, keeper: DraftKeeper, journal: Journal) -> None:
    QTest.keyClicks(form.note, "cough")
    keeper.keep()
    keeper.saved()
    assert journal.on_disk == {}
    assert not keeper.dirty


def test_a_full_disk_is_reported_and_the_text_stays_in_the_form(
    form: Form, keeper: DraftKeeper, journal: Journal, qtbot: QtBot
) -> None:
    journal.error = OSError("full")
    QTest.keyClicks(form.note, "cough")
    with qtbot.waitSignal(keeper.failed):
        keeper.keep()
    assert form.note.toPlainText() == "cough"
    journal.error = None
    QTest.keyClicks(form.note, "s")
    keeper.keep()
    assert journal.on_disk[KEY]["note_edit"] == "coughs"


def test_a_write_that_ends_after_the_form_showed_something_else_troubles_nobody(qtbot: QtBot) -> None:
    form, journal, tasks = Form(), Journal(), SlowTasks()
    qtbot.addWidget(form)
    keeper = DraftKeeper(form, KEY, journal, tasks)
    form.note.setPlainText("cough")
    tasks.slow = True
    keeper.keep()
    delete(keeper)
    tasks.deliver()
    assert journal.on_disk[KEY]["note_edit"] == "cough"


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (datetime(2026, 7, 1, 15, 0), "Unsaved text from 14:05 for LI, Wei"),
        (datetime(2026, 7, 2, 9, 0), "Unsaved text from 01-Jul-2026 14:05 for LI, Wei"),
    ],
)
def test_the_offer_says_when_in_clinic_time_and_for_whom(qtbot: QtBot, now: datetime, sentence: str) -> None:
    draft = Draft(KEY, {"note_edit": "cough"}, datetime(2026, 7, 1, 13, 5))
    bar = DraftOfferBar(draft, "LI, Wei", ZoneInfo("Europe/London"), now)
    qtbot.addWidget(bar)
    assert bar.sentence() == sentence


@pytest.mark.parametrize(
    ("button", "signal"), [("restore_draft_button", "restored"), ("discard_draft_button", "discarded")]
)
def test_restore_and_discard_answer_once_and_the_strip_goes(qtbot: QtBot, button: str, signal: str) -> None:
    draft = Draft(KEY, {}, datetime(2026, 7, 1, 13, 5))
    bar = DraftOfferBar(draft, "LI, Wei", ZoneInfo("Europe/London"), datetime(2026, 7, 1, 15, 0))
    qtbot.addWidget(bar)
    bar.show()
    with qtbot.waitSignal(getattr(bar, signal)) as answered:
        wanted = bar.findChild(QPushButton, button)
        assert wanted is not None
        QTest.mouseClick(wanted, Qt.MouseButton.LeftButton)
    assert answered.args == [draft]
    assert not bar.isVisible()
