"""Results in the record and in the queue, by keyboard, on the real service."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cura_desktop.gui.results.queue import ResultsQueue
from cura_desktop.gui.results.section import ResultsSection
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.records import RecordService, utc_now
from cura_desktop.services.results import ResultService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.records import add_patient
from tests.support.results import add_report
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown

HB = ("Haemoglobin", "98", "g/L", 115, 165, "L")
NORMAL = ("Platelets", "250", "10*9/L", 150, 400, "N")


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


@pytest.fixture
def results(clinic: Clinic, patient: int) -> ResultService:
    database, caller = clinic.sign_in("doctor")
    RecordService(database, caller).open_chart(patient)
    return ResultService(database, caller)


def section_of(qtbot: QtBot, results: ResultService, patient: int) -> ResultsSection:
    made = ResultsSection(patient, results, results._caller, InlineTasks())
    qtbot.addWidget(made)
    shown(made, 1000, 720)
    with qtbot.waitActive(made):
        made.activateWindow()
    made.load()
    return made


def test_the_first_that_waits_is_in_hand_and_one_key_reviews_it_and_goes_on(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Old", NORMAL, hours=500, status="reviewed")
    add_report(clinic, patient, "First", NORMAL, HB, hours=3, severity="abnormal")
    add_report(clinic, patient, "Second", NORMAL, hours=9)
    section = section_of(qtbot, results, patient)
    assert section.head_label.text() == "First"
    line = section.lines_table.current()
    assert line is not None
    assert line.name == "Haemoglobin"
    section.reports_table.setFocus()
    qtbot.keyClick(section.reports_table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert section.head_label.text() == "Second"
    qtbot.keyClicks(section.comment_edit, "As expected")
    qtbot.keyClick(section.comment_edit, Qt.Key.Key_Return)
    assert results.queue() == ()
    assert "Reviewed by Doctor Tester" in words(section)
    assert "As expected" in words(section)
    assert section.review_button.isHidden()


def test_a_critical_result_wants_a_decision_beside_the_box(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Potassium", ("Potassium", "7.1", "mmol/L", 3.5, 5.3, "HH"), severity="critical")
    section = section_of(qtbot, results, patient)
    section.review()
    assert "This result is critical: choose what is to be done." in words(section)
    section.action_box.set_value("see_patient")
    section.review()
    assert results.queue() == ()


def test_a_review_can_be_undone(qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int) -> None:
    add_report(clinic, patient, "Profile", HB)
    section = section_of(qtbot, results, patient)
    section.review()
    (report,) = section._reports
    section._take_back(report)
    assert len(results.queue()) == 1
    assert section.review_button.isVisible()


def test_a_result_corrected_meanwhile_is_shown_again_and_not_closed(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int
) -> None:
    report = add_report(clinic, patient, "Profile", HB)
    section = section_of(qtbot, results, patient)
    clinic.as_administrator("UPDATE cura.lab_results SET result_status = 'C' WHERE id = %s", report)
    said: list[str] = []
    messages_for(section).said.connect(lambda text, _kind: said.append(text))
    section.review()
    assert said == ["This result changed since you opened it. It was read again; please look at it once more."]
    assert len(results.queue()) == 1
    assert [one.result_status for one in section.reports_table.records()] == ["C"]


def test_nothing_clinical_stays_when_the_record_is_closed(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int
) -> None:
    add_report(clinic, patient, "Profile", HB)
    section = section_of(qtbot, results, patient)
    section.forget()
    assert "Haemoglobin" not in words(section)
    assert section.reports_table.records() == []
    section.refresh()
    assert section.reports_table.records() == []


def test_the_queue_is_narrowed_to_ones_own_and_opens_the_result(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int
) -> None:
    mine = add_report(clinic, patient, "Mine", HB, hours=3)
    other = add_report(clinic, patient, "Other", HB, severity="critical", ordered_by=None)
    queue = ResultsQueue(results, results._caller, lambda: utc_now() + timedelta(minutes=1), InlineTasks())
    qtbot.addWidget(queue)
    shown(queue, 1100, 600)
    assert [one.id for one in queue.table.records()] == [other, mine]
    assert queue.count_label.text() == "2 results wait, 1 critical"
    queue.chips["mine"].click()
    assert [one.id for one in queue.table.records()] == [mine]
    queue.table.select_first()
    with qtbot.waitSignal(queue.picked) as told:
        qtbot.keyClick(queue.table, Qt.Key.Key_Return)
    assert told.args == [patient, mine]


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_results_are_named_and_whole(
    qtbot: QtBot, clinic: Clinic, results: ResultService, patient: int, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    for number, value in enumerate(("131", "124", "110")):
        line = ("Haemoglobin", value, "g/L", 115, 165, "N" if number < 2 else "L")
        add_report(clinic, patient, "Full blood count", line, NORMAL, hours=2000 - 500 * number, status="reviewed")
    add_report(
        clinic, patient, "Full blood count", HB, NORMAL, ("TSH", "0.01", "mU/L", 0.27, 4.2, "L", "<"),
        severity="abnormal", notes="Sample slightly haemolysed.", specimen_type="Venous blood",
    )  # fmt: skip
    add_report(clinic, patient, "Potassium", ("Potassium", "7.1", "mmol/L", 3.5, 5.3, "HH"), severity="critical")
    section = section_of(qtbot, results, patient)
    section.reports_table.select(lambda one: one.severity == "abnormal")
    settle()
    screenshot(section, f"results-{mode}-{percent}")
    assert_accessible(section)
    assert_not_clipped(section)
    queue = ResultsQueue(results, results._caller, utc_now, InlineTasks())
    qtbot.addWidget(queue)
    shown(queue, 1200, 500)
    screenshot(queue, f"results-queue-{mode}-{percent}")
    assert_accessible(queue)
    assert_not_clipped(queue)
