"""Whatever is typed: a sentence beside the field, what was typed is still there, and nothing was saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget

from cura_desktop.gui.billing.issued import IssuedInvoice
from cura_desktop.gui.billing.tab import InvoiceTab
from cura_desktop.gui.patients.editor import PatientEditor
from tests.journeys.conftest import OpenSeat
from tests.journeys.test_doors import a_patient
from tests.journeys.test_seats import an_invoice, booking, rows
from tests.support.people import Clinic
from tests.support.program import Seat
from tests.support.screens import type_text

RIGHT = {"given_name_edit": "Farida", "family_name_edit": "Begum", "born_edit": "14/8/1980"}


def sentence_beside(field: QWidget) -> str:
    """What the form says about a field: for the eye beside it, for the ear in its description."""
    holder = field.parentWidget()
    said = [label.text() for label in holder.findChildren(QLabel) if label.isVisible()] if holder is not None else []
    return "\n".join((*said, field.accessibleDescription()))


def begun(seat: Seat, **typed: str) -> PatientEditor:
    """A registration with these things typed over what is right."""
    seat.front().press("Ctrl+N")
    editor = seat.the(PatientEditor)
    for name, text in {**RIGHT, **typed}.items():
        field = seat.write(name, "" if len(text) > 200 else text, inside=editor)
        if len(text) > 200:
            type_text(field, text)  # as pasted; a key for each letter would take its time
    return editor


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("born_edit", "31/4/1991", "Not a past date."),
        ("born_edit", "1/1/2999", "Not a past date."),
        ("nhs_number_edit", "999 000 0019", "The check digit does not fit"),
        ("nhs_number_edit", "12345", "An NHS number has ten digits."),
        ("family_name_edit", "x" * 10_000, "characters; 200 fit."),
        ("given_name_edit", "Zoë 🎉", "cannot be printed on a label"),
        ("family_name_edit", "   ", "family name"),
    ],
)
def test_an_impossible_entry_is_said_beside_its_field_kept_and_not_saved(
    sit: OpenSeat, clinic: Clinic, field: str, typed: str, said: str
) -> None:
    seat = sit("receptionist")
    editor = begun(seat, **{field: typed})
    box = seat.the(QLineEdit, field, inside=editor)
    stands = box.text()
    seat.click("Register", inside=editor)
    seat.until(lambda: said.casefold() in sentence_beside(box).casefold())
    assert box.text() == stands
    assert seat.the(QLineEdit, "born_edit", inside=editor).text()
    assert rows(clinic, "patients") == 0


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [
        ("محمد", "العربي", "العربي"),
        ("Zoë", "Ósulleabháin", "ÓSULLEABHÁIN"),
        ("Nguyễn Thị", "O'Neill-D’Arcy", "O'NEILL"),
    ],
)
def test_an_unusual_name_is_registered_and_shown_as_it_was_typed(
    sit: OpenSeat, clinic: Clinic, given: str, family: str, shown: str
) -> None:
    seat = sit("receptionist")
    editor = begun(seat, given_name_edit=given, family_name_edit=family)
    seat.click("Register", inside=editor)
    seat.until(lambda: seat.window.work.content(("register",)) is None)
    stored = clinic.as_administrator(
        "SELECT first_name, last_name FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )
    assert stored == [(given, family)]
    tabs = seat.window.work
    seat.until(lambda: shown in tabs.tabText(tabs.currentIndex()).replace("&&", "&"))


def test_impossible_lines_of_an_invoice_are_said_and_nothing_is_issued(sit: OpenSeat, clinic: Clinic) -> None:
    a_patient(clinic)
    seat = sit("receptionist").front()
    seat.window.registry.run("billing.new")
    tab = seat.the(InvoiceTab)
    seat.write("line1_description", "Consultation", inside=tab)
    for name, bad in (("line1_quantity", "-3"), ("line1_price", "85,00,00 pounds")):
        seat.write(name, bad, inside=tab)
    seat.write("service_date_edit", "31/2/2026", inside=tab)
    seat.click("Issue", inside=tab)
    seat.until(lambda: "date" in sentence_beside(seat.the(QLineEdit, "service_date_edit", inside=tab)).casefold())
    assert seat.the(QLineEdit, "line1_description", inside=tab).text() == "Consultation"
    assert rows(clinic, "invoices") == 0


@pytest.mark.parametrize("amount", ["-35", "0", "1,000,000", "thirty"])
def test_an_impossible_payment_is_said_beside_the_amount_and_not_taken(
    sit: OpenSeat, clinic: Clinic, amount: str
) -> None:
    seat = sit("receptionist")
    tab = an_invoice(seat, a_patient(clinic))
    paying = seat.the(IssuedInvoice, inside=tab)
    seat.click("Take payment", inside=paying)
    field = seat.write("amount_edit", amount, inside=paying)
    QTest.mouseClick(seat.the(QPushButton, "take_button", inside=paying), Qt.MouseButton.LeftButton)
    seat.until(lambda: field.accessibleDescription() or len(sentence_beside(field)) > 30)
    assert rows(clinic, "payments") == 0


def test_a_booking_without_a_possible_time_is_said_beside_its_fields(sit: OpenSeat, clinic: Clinic) -> None:
    seat = sit("receptionist")
    _, sheet = booking(seat, a_patient(clinic), "PATEL, Anjali")
    when = seat.write("date_edit", "30/2/2027", inside=sheet)
    clock = seat.write("time_edit", "25:70", inside=sheet)
    seat.write("reason_edit", "Cough 🎉", inside=sheet)
    seat.click("Book the appointment", inside=sheet)
    seat.until(lambda: "day" in sentence_beside(when).casefold() or "date" in sentence_beside(when).casefold())
    assert seat.the(QLineEdit, "reason_edit", inside=sheet).text() == "Cough 🎉"
    assert clock.isVisible()
    assert rows(clinic, "appointments") == 0
