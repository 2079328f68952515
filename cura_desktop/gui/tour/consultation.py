"""The doctor: read, write, sign, prescribe safely, write to the GP."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QListView, QPlainTextEdit

from cura_desktop.gui.patients.panel import PatientPanel
from cura_desktop.gui.prescribing.panel import PrescribingPanel
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.tour.doors import pause
from cura_desktop.gui.tour.guide import Script, TourError, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.reception import PEGGY
from cura_desktop.gui.tour.stage import Stage

NOTE = {
    "chief_complaint_edit": "Productive cough for six days, feverish",
    "history_edit": "Green sputum, no haemoptysis, no chest pain. Eating and drinking. Non-smoker.",
    "examination_edit": "Temperature 38.1 C, pulse 92, respirations 18, oxygen saturation 96 % on air. "
    "Coarse crackles at the right base, no wheeze.",
    "diagnosis_edit": "Lower respiratory tract infection, right base",
    "plan_edit": "Antibiotic for five days, fluids, paracetamol. "
    "Come back if breathless, confused, or no better in 48 hours.",
}


def open_record(stage: Stage, hand: Hand) -> Script:
    """Find the patient and read the summary."""
    panel = hand.find(PatientPanel) if hand.look_for(PatientPanel) else None
    hand.press("F3", stage.window())
    yield Until("the patients", lambda: hand.look_for(PatientPanel) is not None)
    panel = hand.find(PatientPanel)
    hand.write(hand.focus(), "thistlewood margaret")

    def found() -> bool:
        results = hand.look_for(QListView, inside=panel)
        return results is not None and any(PEGGY in row for row in hand.rows(results))

    yield Until(PEGGY, found)
    hand.press("Down")
    hand.press("Return")
    yield Until("the record", lambda: hand.look_for(RecordTab) is not None)
    tab = hand.find(RecordTab)
    yield Until("the allergy in the banner", lambda: hand.sees("enicillin", inside=tab), 20)
    yield pause(0.8)
    stage.picture("The record: ten seconds to understand")


def consult(stage: Stage, hand: Hand) -> Script:
    """Write the note and sign it."""
    tab = hand.find(RecordTab)
    tab.show_section("consultation")
    yield pause(0.3)
    if tab.note.begin_state.isVisible():
        hand.click(tab.note.begin_state.action_button)
    yield Until(
        "a note to write in", lambda: hand.look_for(QPlainTextEdit, "chief_complaint_edit", inside=tab) is not None, 20
    )
    for name, text in NOTE.items():
        hand.write(hand.find(QPlainTextEdit, name, inside=tab), text)
    yield Until("the draft to be saved", lambda: not tab.note.is_dirty, 20)
    stage.picture("The consultation, kept while it is written")


def sign(stage: Stage, hand: Hand) -> Script:
    """Ctrl+Return signs; from then on only addenda."""
    tab = hand.find(RecordTab)
    tab.show_section("consultation")
    hand.press("Ctrl+Return", hand.find(QPlainTextEdit, "plan_edit", inside=tab))
    yield Until("the signature", tab.note.addendum_edit.isVisible, 20)
    yield pause(0.5)
    stage.picture("Signed: it can be added to, not changed")


def prescribe(stage: Stage, hand: Hand) -> Script:
    """Amoxicillin is caught; doxycycline is prescribed."""
    tab = hand.find(RecordTab)
    tab.show_section("prescribing")
    yield Until("the prescribing section", lambda: hand.look_for(PrescribingPanel, inside=tab) is not None)
    compose = hand.find(PrescribingPanel, inside=tab).compose
    yield from _add(hand, compose, "amoxicillin 500", "amoxicillin", "tds")
    yield Until("the check to finish", lambda: compose.strip.verdict is not None, 20)
    yield pause(0.6)
    stage.picture("The penicillin allergy is caught")
    if str(getattr(compose.strip.verdict, "value", "")) == "clear":
        raise TourError("amoxicillin passed for a patient who is allergic to penicillin")
    hand.choose_row(compose.table, "amoxicillin")
    hand.click(compose.remove_button)
    yield Until("an empty prescription", lambda: not compose.lines())
    yield from _add(hand, compose, "doxycycline 100", "doxycycline", "od")
    yield Until("the check to finish", lambda: compose.strip.verdict is not None and len(compose.lines()) == 1, 20)
    yield pause(0.6)
    hand.write(compose.diagnosis_edit, "Lower respiratory tract infection")
    stage.picture("Checked: what was recognised, against which rules, of which date")
    hand.click(compose.issue_button)
    panel = hand.find(PrescribingPanel, inside=tab)
    yield Until("the paper", lambda: panel.paper.isVisible() and panel.paper.page_count() > 0, 30)
    yield pause(1.2)
    stage.picture("The prescription: sign in ink before use")
    stage.paper(panel.paper, "Prescription")


def _add(hand: Hand, compose: object, words: str, name: str, often: str) -> Script:
    from cura_desktop.gui.prescribing.compose import Compose

    if not isinstance(compose, Compose):
        raise TourError("not a prescription form")
    hand.write(compose.search_box, words)
    yield Until(
        f"{name} in the formulary",
        lambda: compose.found_table.isVisible() and any(name in row for row in hand.rows(compose.found_table)),
        20,
    )
    hand.choose_row(compose.found_table, name)
    hand.press("Return", compose.found_table)
    yield Until("the dose", lambda: compose.editor_card.isVisible(), 10)
    yield pause(0.3)
    before = len(compose.lines())
    for field, typed in (("amount_edit", "1"), ("frequency_edit", often), ("duration_days_edit", "5")):
        hand.write(hand.find(QLineEdit, field, inside=compose.editor_card), typed)
    hand.press("Ctrl+Return", hand.focus())
    yield Until("the line on the prescription", lambda: len(compose.lines()) > before, 10)


def letter(stage: Stage, hand: Hand) -> Script:
    """A letter to the GP out of the signed consultation."""
    tab = hand.find(RecordTab)
    tab.show_section("consultation")
    yield pause(0.3)
    hand.click(tab.note.letter_button)
    letters = tab.letters
    yield Until(
        "the letter",
        lambda: letters.isVisible() and letters.issue_button.isVisible() and letters.issue_button.isEnabled(),
        20,
    )
    yield Until("its preview", lambda: letters.viewer.page_count() > 0, 30)
    hand.write(
        hand.find(QPlainTextEdit, "gp_actions_edit", inside=letters), "Please add the doxycycline course to the record."
    )
    yield pause(2.5)
    stage.picture("A letter to the GP, previewed while it is written")
    hand.click(letters.issue_button)
    yield Until(
        "the letter to be issued",
        lambda: not letters.issue_button.isVisible() or not letters.issue_button.isEnabled(),
        30,
    )
    yield pause(1.5)
    stage.picture("Issued: the letter is frozen")
    stage.paper(letters.viewer, "Letter to the GP")
