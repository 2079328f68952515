"""Sentences beside the fields they are about."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import repolish
from cura_desktop.gui.widgets.value_edit import ValueEdit

_EDITED = ("textEdited", "changed", "textChanged", "currentIndexChanged", "toggled", "valueChanged")
_ANY_HEIGHT = 16_777_215
"""QWIDGETSIZE_MAX: no limit."""


class FormProblems(QObject):
    """The problems of one form; `fields` maps the names of a draft to the form's widgets.

    A sentence stands under its field, is its accessible description, and goes away when the field is edited.
    """

    def __init__(self, fields: Mapping[str, QWidget]) -> None:
        super().__init__(next(iter(fields.values()), None))
        self._fields = dict(fields)
        self._labels: dict[str, _Sentence] = {}
        for name, field in self._fields.items():
            signal = next(getattr(field, signal) for signal in _EDITED if hasattr(field, signal))
            signal.connect(lambda *_, name=name: self._clear_one(name))

    def show(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """Show these and no others, put the keyboard into the first field concerned; returns those without a field."""
        self.clear()
        shown = [name for name in self._fields if name in problems]
        for name in shown:
            self._show_one(name, problems[name])
        if shown:
            first = self._fields[shown[0]]
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(first, problems[shown[0]], urgent=True)
        return {name: text for name, text in problems.items() if name not in self._fields}

    def clear(self) -> None:
        """Show none."""
        for name in self._fields:
            self._clear_one(name)

    def forget(self, name: str) -> None:
        """This field was filled in for the person: what was said about it is true no more."""
        self._clear_one(name)

    def typed(self) -> dict[str, str]:
        """What the value edits among the fields say about their own text."""
        edits = ((name, field) for name, field in self._fields.items() if isinstance(field, ValueEdit))
        return {name: edit.problem() for name, edit in edits if edit.problem()}

    def sentence(self, name: str) -> str:
        """What stands beside a field now."""
        label = self._labels.get(name)
        return "" if label is None or label.isHidden() else label.text()

    def _show_one(self, name: str, text: str) -> None:
        field = self._fields[name]
        label = self._labels.get(name)
        if label is None:
            label = self._labels[name] = _place_label(field)
        label.say(text, field.width())
        field.setProperty("problem", True)
        field.setAccessibleDescription(text)
        repolish(field)

    def _clear_one(self, name: str) -> None:
        label = self._labels.get(name)
        if label is None or label.isHidden():
            return
        label.hide()
        field = self._fields[name]
        field.setProperty("problem", False)
        field.setAccessibleDescription("")
        repolish(field)


class _Sentence(QLabel):
    """A sentence that is always whole: as tall as its words need at the width it has.

    It fixes its height itself. A layout asks for a height that depends on the width only where no item on the way up
    is aligned or of a fixed policy, and the fields of most forms are.
    """

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("textRole", "problem")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def say(self, text: str, width: int) -> None:
        """Show these words, `width` pixels wide as far as is known yet."""
        self.setText(text)
        self.show()
        self.ensurePolished()
        self._fit(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit(self.width())

    def _fit(self, width: int) -> None:
        self.setMinimumHeight(0)
        self.setMaximumHeight(_ANY_HEIGHT)
        self.setFixedHeight(max(self.heightForWidth(width), self.fontMetrics().height()))


def _place_label(field: QWidget) -> _Sentence:
    """Put a label under a field, in whatever layout the form keeps it.

    The holder gets its parent before it takes the field: a field that leaves its window, even for a moment, loses its
    place in the tab order.
    """
    form = field.parentWidget()
    layout = form.layout() if form is not None else None
    if form is None or layout is None:
        return _Sentence(form)
    _keep_name(field, form)
    holder = QWidget(form)
    holder.setSizePolicy(field.sizePolicy())
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(px(4))  # clear of the focus ring
    layout.replaceWidget(field, holder, Qt.FindChildOption.FindChildrenRecursively)
    column.addWidget(field)
    label = _Sentence(holder)
    label.hide()
    column.addWidget(label)
    _hold_at_top(layout)
    holder.show()
    field.show()
    return label


def _hold_at_top(layout: QLayout) -> None:
    """A sentence under one field makes its row taller; the fields beside it stay where their labels are."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inner = item.layout() if item is not None else None
        if item is None or inner is None:
            continue
        _hold_at_top(inner)
        cell = isinstance(inner, QVBoxLayout) and isinstance(layout, QGridLayout | QHBoxLayout)
        if cell and not item.alignment() and not inner.expandingDirections() & Qt.Orientation.Vertical:
            item.setAlignment(Qt.AlignmentFlag.AlignTop)


def _keep_name(field: QWidget, form: QWidget) -> None:
    """Qt looks for the label that names a field among the field's siblings only; the field is about to move away."""
    if field.accessibleName():
        return
    for label in form.findChildren(QLabel):
        if label.buddy() is field:
            field.setAccessibleName(label.text().replace("&", ""))
