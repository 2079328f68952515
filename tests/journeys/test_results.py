"""A doctor between two patients: the results that wait, read in their records and reviewed by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cura_desktop.gui.results.queue import ResultsQueue
from cura_desktop.gui.results.section import ResultsSection
from tests.journeys.conftest import OpenSeat
from tests.support.people import Clinic
from tests.support.records import add_patient
from tests.support.results import add_report

HB = ("Haemoglobin", "98", "g/L", 115, 165, "L")


def test_the_waiting_results_are_reviewed_in_three_keys_each(sit: OpenSeat, clinic: Clinic) -> None:
    patient = add_patient(clinic)
    add_report(clinic, patient, "Full blood count", HB, severity="abnormal")
    seat = sit("doctor").front()
    seat.press("Ctrl+Alt+L")
    queue = seat.the(ResultsQueue)
    seat.until(lambda: queue.table.records())
    queue.table.select_first()
    seat.bot.keyClick(queue.table, Qt.Key.Key_Return)
    section = seat.the(ResultsSection)
    seat.until(lambda: section.head_label.text() == "Full blood count")
    assert section.lines_table.records()[0].text == "98"
    seat.front()
    section.reports_table.setFocus()
    seat.bot.keyClick(section.reports_table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    seat.sees("Reviewed by Doctor Tester")
    seat.window.registry.run("go.results")
    seat.until(lambda: not queue.table.records())  # the change reached the queue by itself
    opened = clinic.as_administrator(
        "SELECT count(*) FROM cura.gdpr_audit_trail WHERE organization_id = %s AND action = 'OPEN_CHART'",
        clinic.organization_id,
    )
    assert opened != [(0,)]
