"""Coming, going, locking: nobody gets in who should not, and nobody loses work by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

import cura_desktop.db.sign_in as sign_in_module
from cura_desktop.app.places import Places
from cura_desktop.db.revisions import carried
from cura_desktop.gui.login.lock import LockScreen
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.integrations.enrolments import EnrolmentBook
from cura_desktop.services.people import PeopleService
from tests.journeys.conftest import OpenSeat
from tests.support.people import PASSWORD, Clinic
from tests.support.program import Entrance, OwnPc, Seat, words

NEW_PASSWORD = "violet river candle stone"


def a_patient(clinic: Clinic, given: str = "Anjali", family: str = "Patel") -> int:
    """A registered patient."""
    found = clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name, date_of_birth)"
        " VALUES (%s, %s, %s, '1980-08-14') RETURNING id",
        clinic.organization_id,
        given,
        family,
    )
    return int(found[0][0])


def lock_of(seat: Seat) -> LockScreen:
    """The lock screen over the work."""
    return seat.the(LockScreen)


def unlock(seat: Seat, password: str) -> None:
    """Type a password into the lock screen."""
    box = seat.the(QLineEdit, "password_edit", inside=lock_of(seat))
    seat.until(box.isEnabled)
    seat.hand.write(box, password)
    seat.bot.keyClick(box, Qt.Key.Key_Return)


def open_note(seat: Seat, patient: int) -> QPlainTextEdit:
    """The record with a consultation begun, and the field of its history."""
    seat.space.window.patient_chosen.emit(str(patient))
    tab = seat.the(RecordTab)
    seat.until(lambda: tab.banner.isVisible() and tab.tabs.isVisible())
    tab.begin_consultation()
    tab.note._timer.setInterval(100)  # the pause after which the draft goes to the server
    return seat.the(QPlainTextEdit, "history_edit", inside=tab)


def test_the_idle_lock_covers_the_work_keeps_it_and_only_the_own_password_opens_it(
    sit: OpenSeat, clinic: Clinic
) -> None:
    patient = a_patient(clinic)
    seat = sit("doctor").front()
    note = open_note(seat, patient)
    seat.hand.write(note, "Cough for three days")
    seat.space._idle.set_minutes(0.0005)
    seat.sees("is locked. Your work is as you left it.")
    assert not note.isEnabled()
    unlock(seat, "not the password at all")
    seat.sees("The user name or the password is not right.")
    assert seat.window.locked
    opened_before = charts_opened(clinic, patient)
    seat.space._idle.set_minutes(10)
    unlock(seat, PASSWORD)
    seat.until(lambda: not seat.window.locked)
    assert seat.window.work.current_key() == ("record", patient)
    assert note.toPlainText() == "Cough for three days"
    seat.until(lambda: charts_opened(clinic, patient) > opened_before)
    seat.hand.write(note, "Cough for three days, dry")
    seat.sees("Draft saved")
    stored = clinic.as_administrator("SELECT history FROM cura.consultations WHERE patient_id = %s", patient)
    assert stored == [("Cough for three days, dry",)]


def charts_opened(clinic: Clinic, patient: int) -> int:
    """How often the chart was opened so far."""
    return int(
        clinic.as_administrator(
            "SELECT count(*) FROM cura.gdpr_audit_trail"
            " WHERE organization_id = %s AND action = 'OPEN_CHART' AND patient_id = %s",
            clinic.organization_id,
            patient,
        )[0][0]
    )


def test_a_record_that_was_closed_before_locking_stays_closed(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    seat = sit("doctor").front()
    seat.space.window.patient_chosen.emit(str(patient))
    seat.the(RecordTab)
    seat.sees("PATEL, Anjali")
    seat.press("Ctrl+W")
    seat.until(lambda: not seat.window.work.keys())
    opened = charts_opened(clinic, patient)
    seat.press("Ctrl+L")
    unlock(seat, PASSWORD)
    seat.until(lambda: not seat.window.locked and not seat.space.tasks.busy)
    assert not seat.window.work.keys()
    assert charts_opened(clinic, patient) == opened


def test_a_session_that_an_administrator_ended_leads_to_the_lock_with_a_sentence(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    seat = sit("doctor").front()
    note = open_note(seat, patient)
    seat.hand.write(note, "Half a sentence")
    end_sessions = "UPDATE cura_private.session SET revoked_at = now() WHERE organization_id = %s"
    clinic.as_administrator(end_sessions, clinic.organization_id)
    seat.space._beat()
    seat.sees("Your session has ended. Please sign in again; what you typed is kept.")
    assert seat.window.locked
    unlock(seat, PASSWORD)
    seat.until(lambda: not seat.window.locked)
    assert note.toPlainText() == "Half a sentence"
    seat.sees("Draft saved")


def test_the_session_of_a_revoked_device_ends_and_cannot_be_unlocked(sit: OpenSeat, clinic: Clinic) -> None:
    seat = sit("doctor").front()
    second = replace(clinic, connection=clinic.enrol())
    office, admin = second.sign_in("admin")
    with office.transaction(admin) as transaction:
        transaction.session.connection().exec_driver_sql("SELECT cura.revoke_device(%s)", (clinic.connection.role,))
    seat.space._beat()
    seat.until(lambda: seat.window.locked)
    unlock(seat, PASSWORD)
    seat.sees("may not connect")
    assert seat.window.locked


def test_signing_out_ends_the_session_on_the_server_and_keeps_what_was_typed(
    entrance: Entrance, clinic: Clinic
) -> None:
    space = entrance.sign_in("receptionist")
    space.window.registry.run("patients.new")
    entrance.until(lambda: entrance.hand.look_for(QLineEdit, "family_name_edit") is not None)
    entrance.hand.write(entrance.hand.find(QLineEdit, "family_name_edit"), "Half")
    space.window.registry.run("session.sign_out")
    entrance.until(lambda: entrance.program.workspace is None)
    alive = "SELECT count(*) FROM cura_private.session WHERE organization_id = %s AND revoked_at IS NULL"
    entrance.until(lambda: clinic.as_administrator(alive, clinic.organization_id) == [(0,)])
    entrance.sign_in("receptionist")
    entrance.sees("for Half")


def test_switching_users_keeps_each_persons_layout(entrance: Entrance) -> None:
    space = entrance.sign_in("receptionist")
    calendar = space.window.dock("calendar")
    assert calendar is not None
    calendar.hide()
    assert not calendar.isVisible()
    space.window.registry.run("session.switch")
    entrance.until(lambda: entrance.program.workspace is None)
    space = entrance.sign_in("doctor")
    calendar = space.window.dock("calendar")
    assert calendar is not None
    assert calendar.isVisible()
    space.window.registry.run("session.switch")
    entrance.until(lambda: entrance.program.workspace is None)
    calendar = entrance.sign_in("receptionist").window.dock("calendar")
    assert calendar is not None
    assert calendar.isHidden()


def test_somebody_else_takes_the_seat_from_the_lock_screen(entrance: Entrance) -> None:
    space = entrance.sign_in("doctor")
    space.lock()
    entrance.hand.click(entrance.hand.find(QPushButton, "switch_button"))
    entrance.until(lambda: entrance.program.workspace is None)
    assert entrance.sign_in("receptionist").caller.role == "receptionist"


def test_wrong_password_and_wrong_name_say_the_same(entrance: Entrance) -> None:
    for name, password in (("doctor", "wrong password here"), ("nobody", PASSWORD)):
        entrance.try_password(name, password)
        entrance.sees("The user name or the password is not right.")
        assert entrance.program.workspace is None


def test_a_suspended_clinic_says_so_at_sign_in(entrance: Entrance, clinic: Clinic) -> None:
    suspend = "UPDATE cura.organizations SET subscription_status = 'suspended' WHERE id = %s"
    clinic.as_administrator(suspend, clinic.organization_id)
    entrance.try_password("doctor", PASSWORD)
    entrance.sees("This clinic's account is suspended")


@pytest.mark.parametrize(
    ("newer", "sentence"),
    [(-1, "Please update Cura Desktop on this PC"), (1, "ask your administrator to update the server")],
)
def test_another_release_of_the_database_says_which_side_to_update(
    entrance: Entrance, monkeypatch: pytest.MonkeyPatch, newer: int, sentence: str
) -> None:
    program = carried() + newer
    monkeypatch.setattr(sign_in_module, "carried", lambda: program)
    entrance.try_password("doctor", PASSWORD)
    entrance.sees(sentence)


def test_a_server_that_cannot_be_reached_says_so_at_sign_in_and_the_next_try_works(
    entrance: Entrance, pc: OwnPc, clinic: Clinic, places: Places
) -> None:
    book = EnrolmentBook(places.enrolments)
    right = book.all()[0]
    book.add(replace(right, host="/nowhere"))
    entrance.program.login.begin()
    entrance.until(lambda: (entrance.program.login.sign_in.organization() or right).host == "/nowhere")
    entrance.try_password("doctor", PASSWORD)
    entrance.sees("cannot be reached")
    book.add(right)
    entrance.program.login.begin()
    entrance.until(lambda: (entrance.program.login.sign_in.organization() or right).host == right.host)
    entrance.sign_in("doctor")


def test_after_a_reset_the_person_must_choose_a_password_and_then_works_with_it(
    entrance: Entrance, clinic: Clinic
) -> None:
    code = PeopleService(*clinic.sign_in("admin")).reset_password(clinic.people["doctor"].user_id)
    entrance.try_password("doctor", code)
    entrance.sees("Before you go on, please choose a password that only you know.")
    for name, text in (("current_edit", code), ("new_edit", NEW_PASSWORD), ("again_edit", NEW_PASSWORD)):
        entrance.hand.write(entrance.hand.find(QLineEdit, name), text)
    entrance.hand.press("Return")
    entrance.until(lambda: entrance.program.workspace is not None)
    entrance.space.window.registry.run("session.sign_out")
    entrance.until(lambda: entrance.program.workspace is None)
    entrance.try_password("doctor", PASSWORD)
    entrance.sees("The user name or the password is not right.")
    entrance.sign_in("doctor", NEW_PASSWORD)
    entrance.until(lambda: "Connected" in words(entrance.window))


def test_who_does_not_choose_a_password_is_not_let_in(entrance: Entrance, clinic: Clinic) -> None:
    code = PeopleService(*clinic.sign_in("admin")).reset_password(clinic.people["doctor"].user_id)
    entrance.try_password("doctor", code)
    entrance.sees("Before you go on")
    entrance.hand.press("Alt+S")
    entrance.until(lambda: entrance.program.login.current_screen() is entrance.program.login.sign_in)
    assert entrance.program.workspace is None
