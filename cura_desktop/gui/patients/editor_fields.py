"""The editor's fields: what each shows of a draft and what was typed into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.identity import format_postcode
from cura_desktop.domain.partial_dates import PartialDate, format_partial_date
from cura_desktop.domain.patient_choices import (
    CONTACT_METHODS,
    GENDERS,
    LANGUAGES,
    NHS_NUMBER_STATES,
    RELATIONSHIPS,
    SEXES,
)
from cura_desktop.domain.patients import PatientDraft, flag_words
from cura_desktop.gui.forms.patients.ui_editor import Ui_Editor
from cura_desktop.gui.widgets.birth_edit import BirthEdit
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.tag_list import TagList
from cura_desktop.gui.widgets.value_edit import ValueEdit

_CHOICES = {
    "gender": (GENDERS, ""),
    "sex": (SEXES, "Not recorded"),
    "nhs_status": (NHS_NUMBER_STATES, ""),
    "contact_method": (CONTACT_METHODS, "Not recorded"),
    "kin_relationship": (RELATIONSHIPS, "Not recorded"),
    "language": (LANGUAGES, "Not recorded"),
}
_CHECKS = ("appointment_reminders", "interpreter_needed", "marketing")


class EditorFields(QObject):
    """One widget for each field of a draft, by the field's name. `edited` after every change a person makes."""

    edited = Signal()

    def __init__(self, ui: Ui_Editor, today: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = PatientDraft()
        self.widgets: dict[str, Any] = {one.name: _widget(ui, one.name) for one in fields(PatientDraft)}
        for name, (words, empty) in _CHOICES.items():
            self.widgets[name].set_choices(words.items(), empty)
        self.widgets["born"].set_up(today)
        for name in ("insured_from", "insured_until"):
            self.widgets[name].set_up(today)
        self._mirror_flags(ui)
        for widget in self.widgets.values():
            _on_change(widget, self.edited.emit)
        self.widgets["postcode"].editingFinished.connect(self._settle_postcode)
        self.widgets["nhs_number"].textEdited.connect(lambda _: self.widgets["nhs_status"].set_value("not_verified"))

    def _mirror_flags(self, ui: Ui_Editor) -> None:
        """Flags as one hidden line, so that the draft journal, which reads text fields, keeps them too."""
        mirror = QLineEdit(ui.form)
        mirror.setObjectName("flags_mirror")
        mirror.hide()
        tags: TagList = self.widgets["flags"]
        tags.changed.connect(lambda: mirror.setText("\n".join(tags.tags())))
        mirror.textChanged.connect(self._take_flags)
        self._mirror = mirror

    def _take_flags(self, text: str) -> None:
        flags, tags = [tag for tag in text.split("\n") if tag], self.widgets["flags"]
        if flags != tags.tags():
            tags.set_tags(flags)

    def show(self, draft: PatientDraft) -> None:
        """Fill every field."""
        self._shown = draft
        for name, widget in self.widgets.items():
            if name in _CHOICES:
                self._offer(name, getattr(draft, name))
            _put(widget, getattr(draft, name))
        self.widgets["flags"].edit.clear()
        self._mirror.setText("\n".join(self.widgets["flags"].tags()))

    def _offer(self, name: str, value: str) -> None:
        """The listed choices, and a stored code that is not among them, so that it is not lost."""
        words, empty = _CHOICES[name]
        others = {value: value} if value and value not in words else {}
        self.widgets[name].set_choices((words | others).items(), empty)

    def draft(self) -> PatientDraft:
        """What stands in the fields. A flag that was not touched keeps its stored form."""
        values = {name: _value(widget) for name, widget in self.widgets.items()}
        stored = {flag_words(flag): flag for flag in self._shown.flags}
        pending = self.widgets["flags"].edit.text().strip()  # typed, but not yet taken with Enter
        tags = [*self.widgets["flags"].tags(), *([pending] if pending else [])]
        values["flags"] = tuple(stored.get(tag, tag) for tag in tags)
        return replace(self._shown, **values)

    def unreadable(self) -> dict[str, str]:
        """What the value edits say about text that is no value; the NHS number's own rule is the draft's."""
        return {
            name: widget.problem()
            for name, widget in self.widgets.items()
            if isinstance(widget, ValueEdit) and widget.problem()
        }

    def _settle_postcode(self) -> None:
        edit: QLineEdit = self.widgets["postcode"]
        if (settled := format_postcode(edit.text())) != edit.text():
            edit.setText(settled)


def words_of(name: str, value: object) -> str:
    """A field's value as a person reads it, for comparing two versions."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, PartialDate):
        return format_partial_date(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, tuple):
        return ", ".join(flag_words(one) for one in value)
    text = str(value or "")
    return _CHOICES[name][0].get(text, text) if name in _CHOICES else text


def _widget(ui: Ui_Editor, name: str) -> Any:
    for suffix in ("edit", "box", "check", "tags"):
        found = getattr(ui, f"{name}_{suffix}", None)
        if found is not None:
            return found
    raise LookupError(name)


def _signals(widget: QWidget) -> Iterator[Any]:
    for name in ("changed", "toggled", "textChanged"):
        if hasattr(widget, name):
            yield getattr(widget, name)
            return


def _on_change(widget: QWidget, react: Any) -> None:
    for signal in _signals(widget):
        signal.connect(lambda *_: react())


def _put(widget: Any, value: Any) -> None:
    if isinstance(widget, BirthEdit | DateEdit):
        widget.set_value(value)
    elif isinstance(widget, ValueEdit):
        widget.setText(widget.write(value) if value else "")
    elif isinstance(widget, ChoiceBox):
        widget.set_value(value or None)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(value)
    elif isinstance(widget, TagList):
        widget.set_tags([flag_words(flag) for flag in value])
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(value)
    else:
        widget.setText(value)
        widget.setCursorPosition(0)


def _value(widget: Any) -> Any:
    if isinstance(widget, BirthEdit | DateEdit):
        return widget.value()
    if isinstance(widget, ChoiceBox):
        return widget.value() or ""
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, TagList):
        return tuple(widget.tags())
    return widget.toPlainText() if isinstance(widget, QPlainTextEdit) else widget.text()
