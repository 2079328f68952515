from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.gui.calendar.booking_presenter import BookingStart
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.shell.tasks import QtTasks
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from cura_desktop.services.calendar import CalendarService
from tests.support.people import Clinic


def test_reception_books_on_the_real_server_and_marks_the_arrival_off_the_gui_thread(
    qtbot: QtBot, clinic: Clinic
) -> None:
    """The widgets, the worker pool and the real server together, signed in as the receptionist."""
    patient = clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name)"
        " VALUES (%s, 'Anjali', 'Patel') RETURNING id",
        clinic.organization_id,
    )[0][0]
    database, caller = clinic.sign_in("receptionist")
    service = CalendarService(database, caller)
    window = QMainWindow()
    tasks = QtTasks(window)
    qtbot.addWidget(window)
    panel = CalendarPanel(service, tasks, caller, lambda _: [PatientChoice(patient, "PATEL, Anjali")])
    window.setCentralWidget(panel)
    window.resize(1200, 800)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: bool(panel.presenter.providers) and bool(panel.presenter.range.days))
    tomorrow = datetime.now(UTC).replace(tzinfo=None, hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with qtbot.waitSignal(panel.changed):
        panel.book(BookingStart(PatientChoice(patient, "PATEL, Anjali"), clinic.people["doctor"].user_id, tomorrow))
        assert panel.sheets.booking is not None
        form = panel.sheets.booking.editor._ui
        qtbot.keyClicks(form.reason_edit, "Cough")
        qtbot.keyClick(form.reason_edit, Qt.Key.Key_Return)
    panel.presenter.go(tomorrow.date())
    qtbot.waitUntil(lambda: len(panel.presenter.range.blocks) == 1)
    booked = panel.presenter.range.blocks[0]
    assert booked.patient_name == "PATEL, Anjali"
    panel.grid.choose(booked)
    panel.grid.setFocus()
    with qtbot.waitSignal(panel.changed):
        qtbot.keyClick(panel.grid, Qt.Key.Key_A)
    assert service.appointment(booked.id).status is AppointmentStatus.ARRIVED
    qtbot.waitUntil(lambda: not tasks.busy)  # the reload after the change: nothing may run on while the clinic closes
