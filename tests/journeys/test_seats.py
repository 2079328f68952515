"""Two desks at once, and hands that press twice: nothing is overwritten in silence, nothing exists twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QMessageBox, QPushButton, QRadioButton, QWidget

from cura_desktop.gui.billing.issued import IssuedInvoice
from cura_desktop.gui.billing.tab import InvoiceTab
from cura_desktop.gui.calendar.booking import BookingSheet
from cura_desktop.gui.calendar.booking_presenter import BookingStart
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.messaging.panel import MessagingPanel
from cura_desktop.gui.patients.editor import PatientEditor
from cura_desktop.gui.patients.panel import PatientPanel
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from tests.journeys.conftest import OpenSeat
from tests.journeys.test_doors import a_patient
from tests.support.people import Clinic
from tests.support.program import Seat, words

TOMORROW = datetime.now(UTC).replace(tzinfo=None, hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)


def double_click(button: QWidget) -> None:
    """What a nervous hand sends: press, release, double press, release."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)


def save_details(seat: Seat, editor: PatientEditor) -> None:
    """Press Save and wait until the page is back."""
    seat.click("Save", inside=editor)
    seat.until(lambda: not seat.window.findChildren(PatientEditor))


def editing(seat: Seat, patient: int) -> PatientEditor:
    """The patient's details open for change at this desk."""
    seat.front()
    seat.the(PatientPanel).edit_wanted.emit(patient)
    editor = seat.the(PatientEditor)
    seat.until(lambda: seat.the(QLineEdit, "family_name_edit", inside=editor).text() == "Patel")
    return editor


def contact(clinic: Clinic, patient: int) -> tuple[str, str]:
    """Phone and street as stored."""
    sql = "SELECT phone, address->>'street' FROM cura.patients WHERE id = %s"
    phone, street = clinic.as_administrator(sql, patient)[0]
    return (phone or "").replace(" ", ""), street


def test_one_desk_changes_the_phone_and_the_other_the_address_and_both_stay(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    first, second = sit("receptionist"), sit("admin")
    editors = [editing(seat, patient) for seat in (first, second)]
    first.write("phone_edit", "07700 900123", inside=editors[0])
    second.write("street_edit", "4 Harbour Rise", inside=editors[1])
    save_details(first, editors[0])
    save_details(second, editors[1])
    assert contact(clinic, patient) == ("07700900123", "4 Harbour Rise")
    first.sees("4 Harbour Rise")


def test_both_desks_change_the_phone_and_the_second_chooses_field_by_field(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    first, second = sit("receptionist"), sit("admin")
    editors = [editing(seat, patient) for seat in (first, second)]
    first.write("phone_edit", "07700 900123", inside=editors[0])
    second.write("phone_edit", "07700 900456", inside=editors[1])
    second.write("street_edit", "4 Harbour Rise", inside=editors[1])
    save_details(first, editors[0])
    second.click("Save", inside=editors[1])
    dialog = second.the(DiffMergeDialog)
    choices = [button.text() for button in dialog.findChildren(QRadioButton)]
    assert choices == ["07700 900456", "07700 900123"], "the phone alone is asked for, mine first"
    dialog.findChildren(QRadioButton)[1].click()
    second.click("Save this choice", inside=dialog)
    second.until(lambda: not second.window.findChildren(PatientEditor))
    assert contact(clinic, patient) == ("07700900123", "4 Harbour Rise")


def booking(seat: Seat, patient: int, name: str, start: datetime = TOMORROW) -> tuple[CalendarPanel, BookingSheet]:
    """The booking form filled at this desk."""
    seat.front()
    panel = seat.the(CalendarPanel)
    seat.until(lambda: panel.presenter.providers)
    panel.presenter.go(start.date())
    doctor = seat.clinic.people["doctor"].user_id
    panel.book(BookingStart(PatientChoice(patient, name), doctor, start))
    return panel, seat.the(BookingSheet)


def appointments(clinic: Clinic) -> int:
    """How many there are."""
    sql = "SELECT count(*) FROM cura.appointments WHERE organization_id = %s"
    return int(clinic.as_administrator(sql, clinic.organization_id)[0][0])


def test_a_booking_at_one_desk_appears_on_the_others_calendar_within_a_second(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    first, second = sit("receptionist"), sit("admin")
    second.window.show_perspective("reception")
    watching = second.the(CalendarPanel)
    second.until(lambda: watching.presenter.providers)
    watching.presenter.go(TOMORROW.date())
    second.until(lambda: watching.presenter.range.days)
    _, sheet = booking(first, patient, "PATEL, Anjali")
    first.write("reason_edit", "Cough", inside=sheet)
    first.click("Book the appointment", inside=sheet)
    first.until(lambda: appointments(clinic) == 1)
    second.until(lambda: [one.patient_name for one in watching.presenter.range.blocks] == ["PATEL, Anjali"], 1000)


def test_both_desks_book_one_time_and_the_second_is_offered_others(sit: OpenSeat, clinic: Clinic) -> None:
    anjali, david = a_patient(clinic), a_patient(clinic, "David", "Jones")
    first, second = sit("receptionist"), sit("doctor")
    forms = [booking(first, anjali, "PATEL, Anjali")[1], booking(second, david, "JONES, David")[1]]
    for seat, form in zip((first, second), forms, strict=True):
        seat.write("reason_edit", "Cough", inside=form)
    first.click("Book the appointment", inside=forms[0])
    first.until(lambda: appointments(clinic) == 1)
    second.click("Book the appointment", inside=forms[1])
    second.until(lambda: "already" in words(forms[1]) or "taken" in words(forms[1]))
    assert second.the(QLineEdit, "reason_edit", inside=forms[1]).text() == "Cough"
    assert forms[1].editor._ui.overbook_box.isVisible()
    assert appointments(clinic) == 1


def an_invoice(seat: Seat, patient: int) -> InvoiceTab:
    """An invoice written and issued at this desk, Issue pressed twice."""
    seat.front()
    seat.space.window.registry.run("billing.new")
    tab = seat.the(InvoiceTab)
    seat.write("patient_edit", "patel", inside=tab)
    listed = seat.the(QListWidget, "patient_list", inside=tab)
    seat.until(lambda: listed.count() == 1)
    QTest.keyClick(seat.the(QWidget, "patient_edit", inside=tab), Qt.Key.Key_Return)
    seat.write("line1_description", "Consultation", inside=tab)
    seat.write("line1_price", "85.00", inside=tab)
    issue = seat.button("Issue", inside=tab)
    double_click(issue)
    seat.bot.mouseClick(issue, Qt.MouseButton.LeftButton)
    box = seat.the(QMessageBox)
    confirm = seat.button("Issue", inside=box)
    double_click(confirm)
    seat.the(IssuedInvoice, inside=tab)
    return tab


def rows(clinic: Clinic, table: str) -> int:
    """How many rows the clinic has in a table."""
    sql = f"SELECT count(*) FROM cura.{table} WHERE organization_id = %s"
    return int(clinic.as_administrator(sql, clinic.organization_id)[0][0])


def test_an_invoice_issued_and_paid_with_double_clicks_exists_once_and_is_paid_once(
    sit: OpenSeat, clinic: Clinic
) -> None:
    seat = sit("receptionist")
    tab = an_invoice(seat, a_patient(clinic))
    assert rows(clinic, "invoices") == 1
    seat.click("Take payment", inside=tab)
    amount = seat.write("amount_edit", "35", inside=tab)
    focused: QWidget | None = amount.focusWidget()
    target = amount if focused is None else focused
    QTest.keyClick(target, Qt.Key.Key_Return)
    QTest.keyClick(target, Qt.Key.Key_Return)
    double_click(seat.the(QPushButton, "take_button", inside=tab))
    seat.sees("£50.00 is still due")
    assert rows(clinic, "payments") == 1


def test_two_desks_take_the_whole_of_one_invoice_and_the_second_is_told(sit: OpenSeat, clinic: Clinic) -> None:
    first, second = sit("receptionist"), sit("admin")
    tab = an_invoice(first, a_patient(clinic))
    invoices = "SELECT id FROM cura.invoices WHERE organization_id = %s"
    number = int(clinic.as_administrator(invoices, clinic.organization_id)[0][0])
    panel = second.window.dock("billing")
    assert panel is not None
    panel.bring_forward()
    panel.widget().picked.emit(number)  # type: ignore[attr-defined]
    other = second.the(InvoiceTab)
    second.space.feed.stop()  # the second desk has not heard of it yet
    for seat, form in ((first, tab), (second, other)):
        seat.click("Take payment", inside=form)
        seat.the(QWidget, "amount_edit", inside=form)
    first.bot.mouseClick(first.the(QPushButton, "take_button", inside=tab), Qt.MouseButton.LeftButton)
    first.sees("Paid in full")
    second.bot.mouseClick(second.the(QPushButton, "take_button", inside=other), Qt.MouseButton.LeftButton)
    second.until(lambda: not second.space.tasks.busy and ("due" in words(other)))
    second.until(lambda: any(text in words(other) for text in ("Nothing is due", "more than", "£0.00 is due")))
    paid = clinic.as_administrator("SELECT paid_amount FROM cura.invoices WHERE id = %s", number)
    assert (str(paid[0][0]), rows(clinic, "payments")) == ("85.00", 1)


def test_registering_with_a_double_click_and_enter_registers_once(sit: OpenSeat, clinic: Clinic) -> None:
    seat = sit("receptionist").front()
    seat.press("Ctrl+N")
    editor = seat.the(PatientEditor)
    for name, text in (("given_name_edit", "Farida"), ("family_name_edit", "Begum"), ("born_edit", "14/8/1980")):
        seat.write(name, text, inside=editor)
    register = seat.button("Register", inside=editor)
    double_click(register)
    seat.bot.mouseClick(register, Qt.MouseButton.LeftButton)
    seat.hand.press("Ctrl+S", editor)
    seat.sees("BEGUM, Farida")
    seat.until(lambda: not seat.space.tasks.busy)
    assert rows(clinic, "patients") == 1


def test_booking_with_a_double_click_and_enter_books_once(sit: OpenSeat, clinic: Clinic) -> None:
    patient = a_patient(clinic)
    seat = sit("receptionist")
    _, sheet = booking(seat, patient, "PATEL, Anjali")
    reason = seat.write("reason_edit", "Cough", inside=sheet)
    double_click(seat.button("Book the appointment", inside=sheet))
    QTest.keyClick(reason, Qt.Key.Key_Return)
    QTest.keyClick(reason, Qt.Key.Key_Return)
    seat.until(lambda: not sheet.isVisible())
    assert appointments(clinic) == 1


def test_a_message_sent_with_enter_twice_arrives_once(sit: OpenSeat, clinic: Clinic) -> None:
    seat = sit("receptionist").front()
    panel = seat.the(MessagingPanel)
    seat.window.registry.run("messaging.new")
    people = seat.the(QLineEdit, "people_name_edit", inside=panel)
    seat.hand.write(people, "Doctor")
    completer = people.completer()
    seat.until(lambda: completer.completionModel().rowCount() > 0)
    QTest.keyClick(people, Qt.Key.Key_Return)
    seat.write("subject_edit", "Results", inside=panel)
    content = seat.write("content_edit", "Please ring the lab", inside=panel)
    QTest.keyClick(content, Qt.Key.Key_Return)
    QTest.keyClick(content, Qt.Key.Key_Return)
    seat.until(lambda: rows(clinic, "messages") > 0)
    seat.until(lambda: not seat.space.tasks.busy)
    seat.sees("Please ring the lab")
    assert (rows(clinic, "conversations"), rows(clinic, "messages")) == (1, 1)
