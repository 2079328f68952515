"""Whatever is opened opens inside the window or as a window of its own, never as one for the blink of an eye."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QWidget

from tests.journeys.conftest import OpenSeat
from tests.journeys.test_doors import a_patient
from tests.support.people import Clinic, make_organization
from tests.support.program import StrayWindows


def test_every_place_tab_sheet_and_strip_opens_without_a_window_for_a_moment(
    sit: OpenSeat, admin_dsn: str, stray_windows: StrayWindows
) -> None:
    clinic = make_organization(admin_dsn, "admin", "doctor")
    try:
        for role in ("admin", "doctor"):
            _open_everything(sit, clinic, role)
            assert not stray_windows.seen, f"{role}: {stray_windows.seen}"
    finally:
        clinic.close()


def _open_everything(sit: OpenSeat, clinic: Clinic, role: str) -> None:
    patient = a_patient(clinic)
    seat = sit(role, clinic).front()
    left_out = ("session.", "program.", "tab.", "text.", "theme", "layout.")
    for id_ in [spec.id for spec in seat.window.registry if not spec.id.startswith(left_out)]:
        seat.window.registry.run(id_)
        seat.bot.waitUntil(lambda: not seat.space.tasks.busy)
        for dialog in seat.window.findChildren(QDialog):
            dialog.reject()
    seat.window.patient_chosen.emit(str(patient))
    seat.sees("PATEL, Anjali")
    seat.window.messages.toast("Done", "success", lambda: None)
    seat.window.messages.banner("one", "A state of the world", "info", "&Act", lambda: None)
    seat.window.messages.banner("two", "Another")
    seat.space.lock("Why")
    seat.leave()


def test_the_watch_over_stray_windows_sees_one(stray_windows: StrayWindows) -> None:
    stray = QWidget()
    label = QLabel("for a moment", stray)
    label.show()
    assert not stray_windows.seen, "a child of a hidden window is no window"
    stray.show()
    stray.hide()
    stray.deleteLater()
    assert stray_windows.seen
    stray_windows.seen.clear()
