"""Procedures and emergency protocols: kept, worked through with times, printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from cura_desktop.domain.checklists import Checklist, ChecklistDraft, ChecklistKind
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.gui.checklists.screen import ChecklistRun, ChecklistsScreen
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.checklists import ChecklistService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown
from tests.unit.documents.reading import words as read

FIRE = ChecklistDraft("Fire alarm", "critical", "Sound the alarm\n\n  Leave by the nearest exit \nCount everybody")
DRESSING = ChecklistDraft(
    "Change of dressing", "low", "Wash hands\nRemove the old dressing", "Nursing", "15 minutes", "Dressing pack",
    "Bleeding",
)  # fmt: skip


@pytest.fixture
def checklists(clinic: Clinic) -> ChecklistService:
    return ChecklistService(*clinic.sign_in("doctor"))


def test_a_checklist_is_kept_with_its_steps_in_order(checklists: ChecklistService) -> None:
    fire = checklists.add(ChecklistKind.EMERGENCY, FIRE)
    assert fire.steps == ("Sound the alarm", "Leave by the nearest exit", "Count everybody")
    dressing = checklists.add(ChecklistKind.PROCEDURE, DRESSING)
    assert (dressing.rank_words, dressing.details.lines("complications")) == ("Simple", ("Bleeding",))
    assert [one.id for one in checklists.checklists(ChecklistKind.EMERGENCY)] == [fire.id]


@pytest.mark.parametrize(
    ("kind", "draft", "field"),
    [
        (ChecklistKind.EMERGENCY, replace(FIRE, title=" "), "title"),
        (ChecklistKind.EMERGENCY, replace(FIRE, rank="simple"), "rank"),
        (ChecklistKind.EMERGENCY, replace(FIRE, steps=" \n "), "steps"),
        (ChecklistKind.PROCEDURE, replace(DRESSING, category=""), "category"),
        (ChecklistKind.PROCEDURE, replace(DRESSING, duration=""), "duration"),
        (ChecklistKind.PROCEDURE, replace(DRESSING, complications="x" * 501), "complications"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    checklists: ChecklistService, kind: ChecklistKind, draft: ChecklistDraft, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checklists.add(kind, draft)
    assert list(refused.value.problems) == [field]


def test_two_people_who_change_the_same_steps_are_told(clinic: Clinic, checklists: ChecklistService) -> None:
    seen = checklists.add(ChecklistKind.EMERGENCY, FIRE)
    checklists.change(seen, replace(seen.details, steps="Sound the alarm\nGo"))
    renamed = checklists.change(seen, replace(seen.details, title="Fire"))
    assert renamed.steps == ("Sound the alarm", "Go")
    with pytest.raises(StaleRecordError):
        checklists.change(seen, replace(seen.details, steps="Stay"))
    with pytest.raises(NotAllowedError):
        ChecklistService(*clinic.sign_in("receptionist")).add(ChecklistKind.EMERGENCY, FIRE)


def test_steps_that_the_web_application_wrote_as_objects_are_read(clinic: Clinic, checklists: ChecklistService) -> None:
    clinic.as_administrator(
        "INSERT INTO cura.emergency_protocols (organization_id, title, priority, steps)"
        ' VALUES (%s, \'Old\', \'low\', \'[{"step": 1, "text": "Call"}, "Wait"]\')',
        clinic.organization_id,
    )
    (old,) = checklists.checklists(ChecklistKind.EMERGENCY)
    assert old.steps == ("Call", "Wait")


def test_the_paper_has_a_box_for_every_step(checklists: ChecklistService) -> None:
    said = read(checklists.paper(checklists.add(ChecklistKind.PROCEDURE, DRESSING)))
    for wanted in ("Change of dressing", "Before you begin", "Wash hands", "What may go wrong", "15 minutes"):
        assert wanted in said
    assert said.count("[ ]") + said.count("[   ]") == 2


def run_of(qtbot: QtBot, checklists: ChecklistService, checklist: Checklist) -> ChecklistRun:
    times = iter(datetime(2026, 7, 15, 9, minute) for minute in range(60))
    run = ChecklistRun(checklist, checklists._caller, lambda: next(times))
    qtbot.addWidget(run)
    shown(run, 800, 500)
    return run


def test_a_tick_notes_the_time_and_the_text_says_what_was_not_done(qtbot: QtBot, checklists: ChecklistService) -> None:
    run = run_of(qtbot, checklists, checklists.add(ChecklistKind.EMERGENCY, FIRE))
    assert not run.copy_button.isEnabled()
    qtbot.keyClick(run.boxes[0], Qt.Key.Key_Space)
    qtbot.keyClick(run.boxes[1], Qt.Key.Key_Space)
    assert run.has_unsaved_work()
    assert run.text().splitlines() == [
        "Fire alarm, begun 15-Jul-2026 10:00 by Doctor Tester",
        "15-Jul-2026 10:01 Sound the alarm",
        "15-Jul-2026 10:02 Leave by the nearest exit",
        "Not done: Count everybody",
    ]
    assert "2 of 3 done" in words(run)


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_a_protocol_is_written_in_the_screen_and_begun_with_enter(
    qtbot: QtBot, checklists: ChecklistService, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    screen = ChecklistsScreen(checklists, checklists._caller, InlineTasks())
    qtbot.addWidget(screen)
    shown(screen, 1366, 760)
    kept = screen.lists[ChecklistKind.EMERGENCY]
    kept.open(None)
    title, steps = kept.form.widgets["title"], kept.form.widgets["steps"]
    assert isinstance(title, QLineEdit)
    assert isinstance(steps, QPlainTextEdit)
    qtbot.keyClicks(title, "Fire alarm")
    steps.setPlainText("Sound the alarm\nLeave")
    kept.form.widgets["rank"].set_value("critical")  # type: ignore[attr-defined]
    settle()
    screenshot(screen, f"checklist-sheet-{mode}-{percent}")
    kept.save()
    screenshot(screen, f"checklists-{mode}-{percent}")
    assert_accessible(screen)
    assert_not_clipped(screen)
    kept.table.select_first()
    with qtbot.waitSignal(screen.run_wanted) as told:
        qtbot.keyClick(kept.table, Qt.Key.Key_Return)
    run = run_of(qtbot, checklists, told.args[0])
    qtbot.keyClick(run.boxes[0], Qt.Key.Key_Space)
    screenshot(run, f"checklist-run-{mode}-{percent}")
    assert_accessible(run)
    assert_not_clipped(run)
