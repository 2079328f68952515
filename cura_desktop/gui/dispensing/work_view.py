"""The work in hand: who, what was prescribed, what was overridden, the checks, the next step. It calls no service."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.dispensing import Picked, Step, Work, next_step
from cura_desktop.domain.scanning import Judgement
from cura_desktop.gui.dispensing.pick_card import PickCard
from cura_desktop.gui.dispensing.wording import STEP_BUTTONS, banner_of, check_text
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.patient_banner import PatientBanner


class WorkView(QWidget):
    """`advance_wanted` for the next step, the others for their buttons."""

    advance_wanted = Signal()
    labels_wanted = Signal()
    hold_wanted = Signal()
    back_wanted = Signal()
    queue_wanted = Signal()
    scan_wanted = Signal(str)
    fields_changed = Signal()

    def __init__(self, user_id: int, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._user_id, self._zone = user_id, zone
        self._cards: dict[int, PickCard] = {}
        self._scans: dict[int, Judgement] = {}
        self._scans_of: int | None = None
        self.scan_label = text_label("S&can a pack, or type its code and press Enter", "field")
        self.scan_edit = QLineEdit()
        self.scan_label.setBuddy(self.scan_edit)
        self.scan_edit.setMaxLength(200)
        self.refused_strip = Strip("danger", "octagon-alert", "")
        self.scanned_label = text_label("", "small", wrap=True)
        self.banner = PatientBanner()
        self.empty = EmptyState("Choose a prescription from the queue and press Enter.", icon_name="pill")
        self.override_strip = Strip("danger", "shield-alert", "")
        self.note_strip = Strip("warning", "flag", "")
        self.wording_strip = Strip("warning", "tag", "")
        self.facts_label = text_label("", "", wrap=True)
        self.medicines_label = text_label("", "", wrap=True)
        self.checks_label = text_label("", "small", wrap=True)
        self.reason_label = text_label("You assembled it yourself: &why nobody else can check it", "field")
        self.reason_edit = QLineEdit()
        self.reason_label.setBuddy(self.reason_edit)
        self.collector_label = text_label("Collected &by", "field")
        self.collector_edit = QLineEdit()
        self.collector_label.setBuddy(self.collector_edit)
        for edit in (self.reason_edit, self.collector_edit):
            edit.setMaxLength(200)
        self.problem_label = text_label("", "problem", wrap=True)
        self.step_button = PrimaryButton("")
        self.step_button.setToolTip("Ctrl+Return")
        self.label_button = PlainButton("&Labels", "tag")
        self.hold_button = QuietButton("&Hold…", "hourglass")
        self.back_button = QuietButton("&Send back…", "undo-2")
        self.queue_button = QuietButton("To the &queue (Escape)", "arrow-left")
        self._build()
        self.step_button.clicked.connect(self.advance_wanted)
        self.label_button.clicked.connect(self.labels_wanted)
        self.hold_button.clicked.connect(self.hold_wanted)
        self.back_button.clicked.connect(self.back_wanted)
        self.queue_button.clicked.connect(self.queue_wanted)
        self.scan_edit.returnPressed.connect(lambda: self.scan_wanted.emit(self.scan_edit.text()))
        self.show_work(None)

    def show_work(self, work: Work | None) -> None:
        """Show a work, or that none is in hand."""
        self.empty.setVisible(work is None)
        self._scroll.setVisible(work is not None)
        self._foot.setVisible(work is not None)
        self._clear_cards()
        if work is None:
            self._scans_of = None
            self.banner.show_patient(None)
            return
        if self._scans_of != work.prescription.id:
            self._scans, self._scans_of = {}, work.prescription.id
            self.refused_strip.hide()
            self.scanned_label.hide()
        step = next_step(work)
        self.banner.show_patient(banner_of(work, self._zone, work.today))
        self._show_strips(work)
        self._show_facts(work)
        for line in work.lines:
            card = PickCard(line, work.supply, work.today, picking=step is Step.ASSEMBLE)
            self._cards[line.item_id] = card
            self._cards_column.addWidget(card)
            card.changed.connect(self.fields_changed)
            if line.item_id in self._scans:
                card.scan(self._scans[line.item_id])
        scanning = step is Step.ASSEMBLE and any(shelf.barcode for line in work.lines for shelf in line.shelves)
        for widget in (self.scan_label, self.scan_edit):
            widget.setVisible(scanning)
        if not scanning:
            self.refused_strip.hide()
            self.scanned_label.hide()
        self._show_step(work, step)
        self.fields_changed.emit()

    @property
    def takes_scans(self) -> bool:
        """Whether packs are scanned at this step."""
        return not self.scan_edit.isHidden()

    def codes_to_scan(self) -> tuple[str, ...]:
        """What the packs carry that are still to be scanned, line by line."""
        return tuple(card.code for card in self._cards.values() if card.wants_scan)

    def show_judgement(self, found: Judgement) -> None:
        """A scanned pack fits its line, or is refused aloud; a refusal stays until the next scan."""
        self.scan_edit.clear()
        self.refused_strip.setVisible(found.near_miss is not None)
        self.scanned_label.setVisible(found.near_miss is None)
        if found.near_miss is not None:
            self.refused_strip.say(f"{found.sentence} It was written down as a near miss.")
            return
        self.scanned_label.setText(found.sentence)
        card = self._cards.get(found.line_id or 0)
        if card is not None and found.fits:
            self._scans[found.line_id or 0] = found
            card.scan(found)
            card.show_problem("")
            if not any(one.wants_scan for one in self._cards.values()):
                self.step_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def picks(self) -> tuple[Picked, ...]:
        """What is picked over all lines."""
        return tuple(pick for card in self._cards.values() for pick in card.picks())

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the lines, the others above the button."""
        rest = dict(problems)
        for item, card in self._cards.items():
            card.show_problem(rest.pop(f"lines.{item}", ""))
        self.problem_label.setText(" ".join(rest.values()))
        self.problem_label.setVisible(bool(rest))
        for name, edit in (("self_check_reason", self.reason_edit), ("collected_by", self.collector_edit)):
            if name in problems:
                edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self, busy: bool) -> None:
        """Nothing is pressed twice."""
        self.step_button.setEnabled(not busy)

    def focus_step(self) -> None:
        """The keyboard goes to what the step needs."""
        first: QWidget | None = self.scan_edit if any(card.wants_scan for card in self._cards.values()) else None
        if first is None:
            first = next((edit for card in self._cards.values() if (edit := card.first_edit()) is not None), None)
        for widget in (self.reason_edit, self.collector_edit, first, self.step_button):
            if widget is not None and not widget.isHidden():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _show_strips(self, work: Work) -> None:
        overridden = [f"{one.about}. Reason: {one.reason} ({one.by})." for one in work.prescription.overrides]
        self.override_strip.say("Overridden by the prescriber: " + " ".join(overridden))
        self.override_strip.setVisible(bool(overridden))
        note = work.prescription.pharmacy_note
        if not work.is_valid and next_step(work) is Step.NONE:
            ended = format_date(work.prescription.valid_until)
            note = f"{note} Not to be dispensed: {work.prescription.status.words.lower()}, valid until {ended}.".strip()
        self.note_strip.say(note)
        self.note_strip.setVisible(bool(note))
        missing = ", ".join(map(str, work.missing_wordings))
        self.wording_strip.say(
            f"Cautionary label wording not entered yet: {missing}. The label shows the number alone."
        )
        self.wording_strip.setVisible(bool(missing))

    def _show_facts(self, work: Work) -> None:
        found = work.prescription
        until = f", valid until {format_date(found.valid_until)}" if found.valid_until else ""
        self.facts_label.setText(f"Prescription RX{found.id} by {found.prescriber}{until}. {found.coverage}".strip())
        current = "; ".join(f"{one.name} {one.strength}".strip() for one in work.medicines)
        self.medicines_label.setText(f"Current medicines: {current or 'none prescribed here'}")
        supply = work.supply
        parts = [
            check_text("Clinical check", supply.clinical if supply else None, self._zone, "not yet"),
            check_text("Assembled", supply.assembled if supply else None, self._zone, "not yet"),
            check_text("Accuracy check", supply.accuracy if supply else None, self._zone, "not yet"),
        ]
        if supply is not None and supply.self_check_reason:
            parts.append(f"Self-check: {supply.self_check_reason}")
        parts += [check_text("Handed out", one.collected, self._zone, "") for one in work.earlier]
        self.checks_label.setText("\n".join(parts))

    def _show_step(self, work: Work, step: Step) -> None:
        supply = work.supply
        own = step is Step.ACCURACY_CHECK and supply is not None and supply.assembled is not None
        own = own and supply is not None and supply.assembled is not None and supply.assembled.by_id == self._user_id
        for widget in (self.reason_label, self.reason_edit):
            widget.setVisible(own)
        for widget in (self.collector_label, self.collector_edit):
            widget.setVisible(step is Step.HAND_OUT)
        self.reason_edit.clear()
        self.collector_edit.clear()
        self.problem_label.hide()
        self.step_button.setText(STEP_BUTTONS[step])
        set_allowed(self.step_button, step is not Step.NONE, "This prescription is finished or may not be dispensed.")
        early = step in (Step.CLINICAL_CHECK, Step.ASSEMBLE)
        for button in (self.hold_button, self.back_button):
            set_allowed(button, early, "Only before it is assembled.")

    def _clear_cards(self) -> None:
        for card in self._cards.values():
            self._cards_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = {}

    def _build(self) -> None:
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._cards_column = QVBoxLayout()
        for widget in (
            self.override_strip,
            self.note_strip,
            self.wording_strip,
            self.facts_label,
            self.medicines_label,
            self.checks_label,
            self.scan_label,
            self.scan_edit,
            self.refused_strip,
            self.scanned_label,
        ):
            self._column.addWidget(widget)
        self._column.addLayout(self._cards_column)
        self._column.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inner)
        self._foot = QFrame(self)
        self._foot.setProperty("ground", "raised")
        foot = QVBoxLayout(self._foot)
        fields = QVBoxLayout()
        for field in (self.reason_label, self.reason_edit, self.collector_label, self.collector_edit):
            fields.addWidget(field)
        buttons = FlowLayout()
        for button in (self.step_button, self.label_button, self.hold_button, self.back_button, self.queue_button):
            buttons.addWidget(button)
        foot.addWidget(self.problem_label)
        foot.addLayout(fields)
        foot.addLayout(buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.banner)
        whole.addWidget(self.empty, 1)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._foot)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(8))
        self._cards_column.setSpacing(px(8))
