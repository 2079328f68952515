"""What was checked, what was found, and the reasons to prescribe all the same (domain-rules A3.5, A11.4)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.checking import CheckReport, Finding, Severity
from cura_desktop.domain.prescriptions import LONGEST_TEXT, Verdict, finding_key, needs_reason, verdict_of
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.theme import repolish, theme
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import Pill, PillText

_LOOKS: dict[Verdict, tuple[Kind, str]] = {
    Verdict.CLEAR: ("success", "shield-check"),
    Verdict.NOT_CHECKED: ("warning", "shield-alert"),
    Verdict.CONFLICT: ("danger", "octagon-alert"),
}
_SEVERITIES: dict[Severity, PillText] = {
    Severity.HIGH: PillText("High", "danger", "octagon-alert"),
    Severity.MEDIUM: PillText("Medium", "warning", "triangle-alert"),
    Severity.LOW: PillText("For information", "info", "info"),
}


class CheckStrip(QWidget):
    """Green only when every medicine was recognised and nothing was found; amber and red say why in words.

    Reasons that were typed survive the next check as long as their finding does. `changed` after every keystroke.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed: dict[str, str] = {}
        self._findings: tuple[Finding, ...] = ()
        self._edits: dict[str, QLineEdit] = {}
        self._problem_labels: dict[str, QLabel] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._strips: dict[Verdict | None, Strip] = {
            None: Strip("info", "hourglass", "Nothing is checked yet.", self),
            **{verdict: Strip(*look, "", self) for verdict, look in _LOOKS.items()},
        }
        for strip in self._strips.values():
            self._column.addWidget(strip)
        self._coverage = text_label("", "small", wrap=True)
        self._gaps = text_label("", "small", wrap=True)
        self._column.addWidget(self._coverage)
        self._column.addWidget(self._gaps)
        self._list = QWidget(self)
        self._list_column = QVBoxLayout(self._list)
        self._list_column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._list)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.show_nothing()

    @property
    def verdict(self) -> Verdict | None:
        """The colour shown; None while nothing was checked."""
        return next((verdict for verdict, strip in self._strips.items() if not strip.isHidden()), None)

    def sentence(self) -> str:
        """The words of the strip."""
        return self._strips[self.verdict].sentence()

    def details(self) -> str:
        """The coverage and what was not checked."""
        return f"{self._coverage.text()} {self._gaps.text()}".strip()

    def show_nothing(self, sentence: str = "Nothing is checked yet: add a medicine.") -> None:
        """Before the first medicine, or while a check runs."""
        self._show(None, sentence)
        self._coverage.hide()
        self._gaps.hide()
        self._clear()

    def show_report(self, report: CheckReport, warnings: tuple[str, ...] = ()) -> None:
        """The outcome of a check, and what wants a second look besides."""
        verdict = verdict_of(report)
        first = f"{report.verdict}: {report.findings[0].text}" if report.findings else report.verdict
        known = report.allergy_state is AllergyState.KNOWN
        self._show(verdict, f"{first}. {report.allergy_state.sentence}{' are recorded' if known else ''}.")
        self._coverage.setText(report.coverage)
        self._coverage.show()
        self._gaps.setText("\n".join((*report.not_checked, *warnings)))
        self._gaps.setVisible(bool(self._gaps.text()))
        if report.findings != self._findings or not report.findings:  # a live refresh must not take the keyboard away
            self._clear()
            self._findings = report.findings
            for found in report.findings:
                self._list_column.addWidget(self._card(found))
        if verdict is Verdict.CONFLICT:
            announce(self, self.sentence(), urgent=True)

    def reasons(self) -> dict[str, str]:
        """Finding -> what was typed."""
        return {key: edit.text().strip() for key, edit in self._edits.items() if edit.text().strip()}

    def show_problems(self, problems: dict[str, str]) -> dict[str, str]:
        """Sentences beside the findings they are about; the others are given back."""
        for key, label in self._problem_labels.items():
            label.setText(problems.get(key, ""))
            label.setVisible(key in problems)
            self._edits[key].setProperty("problem", key in problems)
            repolish(self._edits[key])
        first = next((self._edits[key] for key in problems if key in self._edits), None)
        if first is not None:
            first.setFocus()
        return {name: text for name, text in problems.items() if name not in self._edits}

    def forget(self) -> None:
        """A new prescription begins: no reason is carried over."""
        self._typed = {}
        self.show_nothing()

    def _card(self, found: Finding) -> QWidget:
        card = QFrame(self._list)
        card.setProperty("ground", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(px(12), px(8), px(12), px(8))
        column.setSpacing(px(4))
        column.addWidget(Pill(_SEVERITIES[found.severity], card))
        column.addWidget(text_label(found.text, "strong", wrap=True))
        column.addWidget(text_label(f"{found.reason} Source: {found.source}.", "muted", wrap=True))
        if needs_reason(found):
            key = finding_key(found)
            edit = QLineEdit(self._typed.get(key, ""), card)
            edit.setMaxLength(LONGEST_TEXT)
            edit.setAccessibleName(f"Reason to prescribe all the same: {found.text}")
            edit.setPlaceholderText("Reason to prescribe it all the same")
            label = text_label("Reason", "field")
            label.setBuddy(edit)
            problem = text_label("", "problem", wrap=True)
            problem.hide()
            edit.textChanged.connect(lambda text, key=key: self._note(key, text))
            self._edits[key], self._problem_labels[key] = edit, problem
            for widget in (label, edit, problem):
                column.addWidget(widget)
        return card

    def _note(self, key: str, text: str) -> None:
        self._typed[key] = text
        self.changed.emit()

    def _show(self, verdict: Verdict | None, sentence: str) -> None:
        for name, strip in self._strips.items():
            strip.setVisible(name is verdict)
        self._strips[verdict].say(sentence)

    def _clear(self) -> None:
        self._edits, self._problem_labels, self._findings = {}, {}, ()
        while (item := self._list_column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _set_lengths(self) -> None:
        self._column.setSpacing(px(8))
        self._list_column.setSpacing(px(8))
