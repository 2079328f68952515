"""Reception: find, register, book, mark the arrival."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QListView, QPushButton

from cura_desktop.gui.calendar.booking import BookingSheet
from cura_desktop.gui.calendar.panel import CalendarPanel
from cura_desktop.gui.patients.editor import PatientEditor
from cura_desktop.gui.patients.hub import PatientHub
from cura_desktop.gui.patients.panel import PatientPanel
from cura_desktop.gui.tour.doors import pause
from cura_desktop.gui.tour.guide import Script, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.stage import Stage

PEGGY = "THISTLEWOOD, Margaret (Mrs)"
NEWCOMER = "ÓSULLEABHÁIN, Zoë (Ms)"
WAYS = ("thistlewood margaret", "margaret thistlewood", "7/8/59 thistle", "999 000 0018", "07700 900001", "ZZ94 7XS")


def find(stage: Stage, hand: Hand) -> Script:
    """The same person by name either way round, date of birth, NHS number, phone and postcode."""
    panel = hand.find(PatientPanel)

    def found() -> bool:
        results = hand.look_for(QListView, inside=panel)
        return results is not None and any(PEGGY in row for row in hand.rows(results))

    for way in WAYS:
        hand.press("F3", stage.window())
        hand.write(hand.focus(), way)
        yield Until(f"{PEGGY} for {way!r}", found)
        if way == WAYS[0]:
            stage.picture("Reception finds a patient")
    hand.press("F3", stage.window())
    hand.write(hand.focus(), "margaret thistlewood")
    yield Until(PEGGY, found)
    hand.press("Down")
    hand.press("Return")
    yield Until("the patient's page", lambda: hand.look_for(PatientHub) is not None and hand.sees("Thistlewood"))
    yield pause(0.5)
    stage.picture("The patient for reception: who, how to reach, what is owed")


def register(stage: Stage, hand: Hand) -> Script:
    """Somebody new, whose name no keyboard has; on a second tour she is known already."""
    panel = hand.find(PatientPanel)
    hand.press("F3", stage.window())
    hand.write(hand.focus(), "osulleabhain zoe")
    yield pause(1.0)
    results = hand.look_for(QListView, inside=panel)
    if results is not None and any("Zoë" in row for row in hand.rows(results)):
        return
    hand.press("Ctrl+N", stage.window())
    yield Until("the registration form", lambda: hand.look_for(PatientEditor) is not None)
    form = hand.find(PatientEditor)

    def field(name: str) -> QLineEdit:
        return hand.find(QLineEdit, name, inside=form)

    hand.write(field("title_edit"), "Ms")
    hand.write(field("given_name_edit"), "Zoë")
    hand.write(field("family_name_edit"), "Ósulleabháin")
    hand.write(field("born_edit"), "31 apr 1991")
    hand.write(field("nhs_number_edit"), "999 000 0019")
    hand.press("Ctrl+Return")
    hand.click(hand.find(QPushButton, "save_button", inside=form))
    yield pause(0.6)
    stage.picture("A date that does not exist and an impossible NHS number are said beside the field")
    hand.write(field("born_edit"), "30 apr 1991")
    hand.write(field("nhs_number_edit"), "")
    hand.write(field("phone_edit"), "+447700900321")
    hand.write(field("street_edit"), "4 Harbour Rise")
    hand.write(field("postcode_edit"), "zz943dd")
    hand.click(hand.find(QPushButton, "save_button", inside=form))
    yield Until("the new patient's page", lambda: hand.look_for(PatientEditor) is None and hand.sees(NEWCOMER), 20)
    yield pause(0.5)
    stage.picture("Registered")


def book(stage: Stage, hand: Hand) -> Script:
    """The next free time, by keyboard."""
    window = stage.window()
    panel = hand.find(CalendarPanel)
    hand.press("Ctrl+2", window)
    hand.press("Ctrl+Shift+B", window)
    yield Until("the booking form", lambda: hand.look_for(BookingSheet) is not None)
    sheet = hand.find(BookingSheet)
    hand.write(hand.find(QLineEdit, inside=sheet), "osulleabhain zoe")
    yield Until("the newcomer among the results", lambda: hand.sees("Zoë", inside=sheet) or _listed(hand, sheet), 20)
    hand.press("Down")
    hand.press("Return")
    yield Until("the newcomer chosen", lambda: hand.sees(NEWCOMER, inside=sheet))
    hand.write(hand.find(QLineEdit, "reason_edit", inside=sheet), "New patient, sore throat")
    hand.click(hand.find(QPushButton, "next_free_button", inside=sheet))
    yield Until("free times", lambda: hand.look_for(QPushButton, inside=sheet, text=":") is not None, 20)
    yield pause(0.4)
    stage.picture("The next free times")
    hand.click(hand.find(QPushButton, inside=sheet, text=":"))
    yield pause(0.3)
    hand.click(hand.find(QPushButton, "book_button", inside=sheet))
    yield Until("the booking to be stored", lambda: not sheet.isVisible(), 20)
    if panel.agenda.isVisible():
        yield Until(
            "the booking in the list",
            lambda: any("Zoë" in row or "SULLEABH" in row for row in hand.rows(panel.agenda)),
            20,
        )
        hand.choose_row(panel.agenda, "SULLEABH")
    yield Until("the booking in the diary", lambda: _shows(panel), 20)
    yield pause(0.4)
    stage.picture("Booked")


def arrive(stage: Stage, hand: Hand) -> Script:
    """The newcomer stands at the desk: one key."""
    panel = hand.find(CalendarPanel)
    (panel.grid if panel.grid.isVisible() else panel.agenda).setFocus()
    hand.press("A", hand.focus())
    yield Until("the arrival", lambda: _status(panel) in ("arrived", "scheduled"), 5)
    yield pause(0.8)
    stage.picture("Arrived" if _status(panel) == "arrived" else "A visit of another day cannot be marked as arrived")


def _shows(panel: CalendarPanel) -> bool:
    block = panel.current()
    return block is not None and block.given == "Zoë"


def _status(panel: CalendarPanel) -> str:
    block = panel.current()
    return str(block.status.value) if block is not None else ""


def _listed(hand: Hand, sheet: BookingSheet) -> bool:
    from PySide6.QtWidgets import QListWidget

    found = hand.look_for(QListWidget, inside=sheet)
    return found is not None and any("Zoë" in row for row in hand.rows(found))
