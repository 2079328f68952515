"""The cards of a patient's page: facts that can be read, selected and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.patient_choices import CONTACT_METHODS, LANGUAGES, NHS_NUMBER_STATES, RELATIONSHIPS, SEXES
from cura_desktop.domain.patients import Patient, address_lines, flag_words
from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import Pill, PillText

Facts = Sequence[tuple[str, str]]


class Card(QFrame):
    """A titled part of the page."""

    def __init__(self, title: str, body: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "card")
        self.title = title
        self.setAccessibleName(title)
        self.title_label = text_label(title, "strong")
        self.column = QVBoxLayout(self)
        self.column.addWidget(self.title_label)
        if body is not None:
            self.column.addWidget(body, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.set_lengths()
        theme().changed.connect(self.set_lengths)

    def set_lengths(self) -> None:
        """Lengths for the current text size."""
        self.column.setContentsMargins(px(16), px(10), px(16), px(12))
        self.column.setSpacing(px(6))


class FactsCard(Card):
    """Labels in one column, values in the other; hidden parts say why they are."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._stacked = False
        self._shown: tuple[Facts, str] = ((), "")
        self._body = QWidget()
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.column.addWidget(self._body)

    def show_facts(self, facts: Facts, *, empty: str = "Not recorded") -> None:
        """Show what is known; nothing known is one quiet sentence."""
        self._shown = (facts, empty)
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        known = [(label, value) for label, value in facts if value]
        for row, (label, value) in enumerate(known):
            title = text_label(label, "muted")
            title.setMinimumWidth(px(112))
            self._grid.addWidget(title, 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            below, column = (1, 0) if self._stacked else (0, 1)
            self._grid.addWidget(_value(label, value), 2 * row + below, column)
        if not known:
            self._grid.addWidget(text_label(empty, "muted", wrap=True), 0, 0, 1, 2)
        self._grid.setColumnStretch(0, 1 if self._stacked else 0)
        self._grid.setHorizontalSpacing(0 if self._stacked else px(12))
        self._grid.setVerticalSpacing(px(3))

    def set_stacked(self, stacked: bool) -> None:
        """Values below their labels, for a page too narrow to have both beside each other."""
        if stacked != self._stacked:
            self._stacked = stacked
            facts, empty = self._shown
            self.show_facts(facts, empty=empty)


class FlagsCard(Card):
    """Flags as pills over the notes for reception."""

    def __init__(self) -> None:
        self._body = QWidget()
        super().__init__("For reception", self._body)
        self._flow = FlowLayout(self._body)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self.notes_label = _value("Notes for reception", "")
        self.column.addWidget(self.notes_label)

    def show_flags(self, flags: Sequence[str], notes: str) -> None:
        """Show these."""
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for flag in flags:
            self._flow.addWidget(Pill(PillText(flag_words(flag), "info", "flag")))
        self._flow.set_gap(px(6), px(6))
        self._body.setVisible(bool(flags))
        self.notes_label.setText(notes)
        self.notes_label.setVisible(bool(notes))
        self.setVisible(bool(flags or notes))


def _value(label: str, value: str) -> QLabel:
    shown = text_label(value, wrap=True)
    shown.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    shown.setAccessibleName(f"{label}: {value}")
    return shown


def contact_facts(patient: Patient) -> Facts:
    """How to reach the patient."""
    one = patient.details
    return (
        ("Phone", format_phone(one.phone)),
        ("Second phone", format_phone(one.second_phone)),
        ("E-mail", one.email),
        ("Address", "\n".join(address_lines(one))),
    )


def identity_facts(patient: Patient) -> Facts:
    """What the banner leaves out about who somebody is."""
    one = patient.details
    return (
        (
            "Full name",
            " ".join(part for part in (one.title, one.given_name, one.middle_names, one.family_name) if part),
        ),
        ("Sex at birth", SEXES.get(one.sex, "")),
        ("NHS number", NHS_NUMBER_STATES.get(one.nhs_status, "") if one.nhs_number else ""),
        ("Registered", format_date(patient.registered_at.date()) if patient.registered_at else ""),
    )


def practice_facts(patient: Patient) -> Facts:
    """The GP practice."""
    one = patient.details
    return (
        ("Practice", one.gp_practice),
        ("GP", one.gp_name),
        ("Phone", format_phone(one.gp_phone)),
        ("Address", one.gp_address),
    )


def kin_facts(patient: Patient) -> Facts:
    """The next of kin."""
    one = patient.details
    return (
        ("Name", one.kin_name),
        ("Relationship", RELATIONSHIPS.get(one.kin_relationship, one.kin_relationship)),
        ("Phone", format_phone(one.kin_phone)),
        ("E-mail", one.kin_email),
    )


def insurance_facts(patient: Patient) -> Facts:
    """Who pays."""
    one = patient.details
    return (
        ("Insurer", one.insurer),
        ("Plan", one.plan),
        ("Policy", one.policy_number),
        ("Membership", one.member_number),
        ("Cover begins", format_date(one.insured_from) if one.insured_from else ""),
        ("Cover ends", format_date(one.insured_until) if one.insured_until else ""),
    )


def communication_facts(patient: Patient) -> Facts:
    """How the patient wants to be spoken to."""
    one = patient.details
    return (
        ("Prefers", CONTACT_METHODS.get(one.contact_method, one.contact_method)),
        ("Language", LANGUAGES.get(one.language, one.language)),
        ("Interpreter", "Needed" if one.interpreter_needed else ""),
        ("Reminders", "Yes" if one.appointment_reminders else "No"),
        ("News and offers", "Yes" if one.marketing else "No"),
    )
