from __future__ import annotations

from datetime import datetime

from pytestqt.qtbot import QtBot

from cura_desktop.domain.appointments import AppointmentBlock, PatientAppointments, Provider
from cura_desktop.domain.caller import Caller
from cura_desktop.gui.calendar.patient_visits import PatientVisits
from cura_desktop.gui.shell.tasks import InlineTasks
from tests.support.diary import MemoryDiary, at, block


class OnePatient:
    def __init__(self, upcoming: tuple[AppointmentBlock, ...], past: tuple[AppointmentBlock, ...]) -> None:
        self.visits = PatientAppointments(upcoming, past)

    def of_patient(self, patient_id: int) -> PatientAppointments:
        return self.visits

    def providers(self) -> tuple[Provider, ...]:
        return MemoryDiary().providers()


def shown(qtbot: QtBot, service: OnePatient, *, may_book: bool = True) -> PatientVisits:
    may = frozenset({"view", "create"} if may_book else {"view"})
    caller = Caller(1, "Riverside", 99, "Ria Reception", "receptionist", "token", modules={"appointments": may})
    visits = PatientVisits(service, InlineTasks(), caller, 1, _now)
    qtbot.addWidget(visits)
    visits.resize(600, 300)
    visits.show()
    return visits


def _now() -> datetime:
    return at(10, 22)


def test_the_next_appointment_is_said_first_and_todays_stay_listed(qtbot: QtBot) -> None:
    service = OnePatient((block(2, at(11)),), (block(1, at(9)),))
    visits = shown(qtbot, service)
    assert visits.next_label.text() == "Next: Today 11:00"
    assert [one.id for one in visits.table.records()] == [1, 2]


def test_who_has_no_appointment_is_offered_one(qtbot: QtBot) -> None:
    visits = shown(qtbot, OnePatient((), ()))
    assert visits.next_label.text() == "No appointments yet"
    assert visits.table.isHidden()
    with qtbot.waitSignal(visits.book_wanted):
        visits.book_button.click()


def test_a_role_that_may_not_book_reads_why(qtbot: QtBot) -> None:
    visits = shown(qtbot, OnePatient((), ()), may_book=False)
    assert not visits.book_button.isEnabled()
    assert "may not book" in visits.book_button.toolTip()
