"""The change feed: visible panels hear at once, hidden ones when they are shown, and nothing is missed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.shell.feed import AFTER_ERROR_MS, LIVE_MS, QUIET_MS, ChangeFeed
from cura_desktop.gui.shell.tasks import InlineTasks


@dataclass(frozen=True)
class Row:
    table: str
    row_id: str = "1"
    action: str = "update"
    patient_id: int | None = None


class Reader:
    """Keeps what was not read yet, as the real one does by its cursor."""

    def __init__(self) -> None:
        self.waiting: list[Row] = []
        self.error: Exception | None = None

    def poll(self) -> Sequence[Row]:
        if self.error is not None:
            raise self.error
        found, self.waiting = self.waiting, []
        return found


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def feed(reader: Reader, qtbot: QtBot) -> ChangeFeed:
    made = ChangeFeed(InlineTasks(), reader)
    made.setObjectName("feed")
    return made


def panel(qtbot: QtBot, visible: bool) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setVisible(visible)
    return widget


def test_a_visible_panel_is_told_of_its_own_tables_only(feed: ChangeFeed, reader: Reader, qtbot: QtBot) -> None:
    heard: list[str] = []
    feed.subscribe(panel(qtbot, True), ["patients"], lambda changes: heard.extend(one.row_id for one in changes))
    reader.waiting = [Row("patients", "5"), Row("invoices", "9")]
    feed.poll_now()
    assert heard == ["5"]


def test_a_hidden_panel_is_refreshed_once_when_it_is_shown(feed: ChangeFeed, reader: Reader, qtbot: QtBot) -> None:
    heard: list[int] = []
    hidden = panel(qtbot, False)
    feed.subscribe(hidden, ["patients"], lambda changes: heard.append(len(changes)))
    for row in ("1", "2", "1"):
        reader.waiting = [Row("patients", row)]
        feed.poll_now()
    assert heard == []
    hidden.show()
    assert heard == [2]
    hidden.hide()
    hidden.show()
    assert heard == [2]


def test_after_a_lost_connection_nothing_is_missed_and_both_ends_are_told(
    feed: ChangeFeed, reader: Reader, qtbot: QtBot
) -> None:
    heard: list[str] = []
    feed.subscribe(panel(qtbot, True), ["patients"], lambda changes: heard.extend(one.row_id for one in changes))
    reader.error = DatabaseUnavailableError("gone")
    reader.waiting = [Row("patients", "5")]
    with qtbot.waitSignal(feed.lost):
        feed.poll_now()
    assert feed.interval_ms == AFTER_ERROR_MS
    reader.error = None
    with qtbot.waitSignal(feed.restored):
        feed.poll_now()
    assert heard == ["5"]


def test_the_beat_is_quick_only_while_a_live_screen_is_seen(feed: ChangeFeed, qtbot: QtBot) -> None:
    assert feed.interval_ms == QUIET_MS
    slow, live = panel(qtbot, True), panel(qtbot, False)
    feed.subscribe(slow, ["patients"], lambda _changes: None, live=False)
    feed.subscribe(live, ["patients"], lambda _changes: None)
    assert feed.interval_ms == QUIET_MS
    live.show()
    assert feed.interval_ms == LIVE_MS == 500


def test_a_panel_that_is_gone_is_forgotten(feed: ChangeFeed, reader: Reader, qtbot: QtBot) -> None:
    heard: list[str] = []
    widget = QWidget()
    feed.subscribe(widget, ["patients"], lambda _changes: heard.append("x"))
    with qtbot.waitSignal(widget.destroyed):
        widget.deleteLater()
    reader.waiting = [Row("patients")]
    feed.poll_now()
    assert heard == []


def test_the_bug_of_one_panel_does_not_silence_the_others(
    feed: ChangeFeed, reader: Reader, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def fail(_changes: object) -> None:
        raise ValueError("bug")

    feed.subscribe(panel(qtbot, True), ["patients"], fail)
    feed.subscribe(panel(qtbot, True), ["patients"], lambda _changes: heard.append("x"))
    reader.waiting = [Row("patients")]
    with caplog.at_level(logging.ERROR):
        feed.poll_now()
    assert heard == ["x"]
    assert "a panel failed to refresh" in caplog.text
    caplog.clear()


def test_started_it_goes_on_by_itself_and_stopped_it_rests(feed: ChangeFeed, reader: Reader, qtbot: QtBot) -> None:
    heard: list[str] = []
    feed.subscribe(panel(qtbot, True), ["patients"], lambda _changes: heard.append("x"))
    feed.start()
    reader.waiting = [Row("patients")]
    qtbot.waitUntil(lambda: heard == ["x"])
    reader.waiting = [Row("patients")]
    qtbot.waitUntil(lambda: heard == ["x", "x"])
    feed.stop()
    assert not feed._timer.isActive()
