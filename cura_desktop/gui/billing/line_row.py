"""One line of a draft invoice, typed by keyboard: what, how many, at which price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QWidget

from cura_desktop.domain.billing import PriceItem
from cura_desktop.domain.invoices import LONGEST_DESCRIPTION, InvoiceLine
from cura_desktop.domain.money import format_money
from cura_desktop.domain.vat import VatCategory
from cura_desktop.gui.shell.theme import repolish
from cura_desktop.gui.widgets.buttons import IconButton
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit

LARGEST_QUANTITY = Decimal(100_000)
_CATEGORIES = [(category, category.label) for category in VatCategory if category is not VatCategory.REDUCED]
_ALL_CATEGORIES = [(category, category.label) for category in VatCategory]
_EMPTY = InvoiceLine("", Decimal(1), Decimal(0))


def price_text(price: PriceItem, currency: str) -> str:
    """How a price is offered while typing."""
    return f"{price.code}  {price.description}  {format_money(price.price, currency)}"


class LineRow(QObject):
    """The widgets of a line; a grid places them. `changed` with every keystroke, `finished` on Enter."""

    changed = Signal()
    finished = Signal()
    removed = Signal()

    def __init__(self, area: QWidget, prices: Sequence[PriceItem], currency: str) -> None:
        super().__init__(area)
        self._origin = _EMPTY
        self._currency = currency
        self._registered = False
        self._prices = {price_text(price, currency): price for price in prices}
        self.description_edit = QLineEdit(area)
        self.description_edit.setMaxLength(LONGEST_DESCRIPTION)
        self.description_edit.setPlaceholderText("Type a code, a service, or free text")
        self.quantity_edit = QuantityEdit(area, places=2, smallest=Decimal("0.01"), largest=LARGEST_QUANTITY)
        self.price_edit = MoneyEdit(area)
        self.vat_box: ChoiceBox[VatCategory] = ChoiceBox(area, _CATEGORIES)
        self.discount_edit = QuantityEdit(area, "%", places=2, largest=Decimal(100))
        self.amount_label = text_label("", "strong", parent=area)
        self.amount_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.remove_button = IconButton("x", "Remove this line", parent=area)
        self.purpose_edit = QLineEdit(area)
        self.purpose_edit.setPlaceholderText("Therapeutic purpose (needed for exemption)")
        self.diagnosis_edit = QLineEdit(area)
        self.diagnosis_edit.setPlaceholderText("Diagnosis")
        self.problem_label: QLabel = text_label("", "problem", wrap=True, parent=area)
        self.problem_label.hide()
        self._name(1)
        self._fill(_EMPTY)
        self._offer_prices()
        self._connect()

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """The editable widgets in the order of the keyboard."""
        return (
            self.description_edit,
            self.quantity_edit,
            self.price_edit,
            self.vat_box,
            self.discount_edit,
            self.remove_button,
            self.purpose_edit,
            self.diagnosis_edit,
        )

    def set_number(self, number: int, *, registered: bool) -> None:
        """Its place in the invoice, and whether VAT is a question at all."""
        self._registered = registered
        self._name(number)
        self._settle()

    def line(self) -> InvoiceLine:
        """What was typed; an unreadable number stays out and `problems` tells it."""
        return replace(
            self._origin,
            description=self.description_edit.text().strip(),
            quantity=self.quantity_edit.value() or Decimal(0),
            unit_price=self.price_edit.value() or Decimal(0),
            category=self.vat_box.value() or VatCategory.EXEMPT,
            discount_percent=self.discount_edit.value() or Decimal(0),
            therapeutic_purpose=self.purpose_edit.text().strip(),
            diagnosis=self.diagnosis_edit.text().strip(),
        )

    def set_line(self, line: InvoiceLine) -> None:
        """Show a stored line."""
        self._fill(line)
        self._settle()

    @property
    def is_empty(self) -> bool:
        """Nothing was typed: the row that waits for the next line."""
        return not self.description_edit.text().strip() and not self.price_edit.text().strip()

    def problems(self) -> dict[str, str]:
        """Field -> sentence, for text that is no value."""
        found = {"quantity": self.quantity_edit.problem(), "unit_price": self.price_edit.problem()}
        found["discount_percent"] = self.discount_edit.problem()
        if not self.price_edit.text().strip():
            found["unit_price"] = "Type the price; 0 for no charge."
        return {name: text for name, text in found.items() if text}

    def show_problems(self, problems: Mapping[str, str]) -> QWidget | None:
        """Mark the fields and say what is wrong below; returns the first field concerned."""
        fields: dict[str, QWidget] = {
            "description": self.description_edit,
            "quantity": self.quantity_edit,
            "unit_price": self.price_edit,
            "discount_percent": self.discount_edit,
            "therapeutic_purpose": self.purpose_edit,
            "diagnosis": self.diagnosis_edit,
        }
        for name, field in fields.items():
            field.setProperty("problem", name in problems)
            field.setAccessibleDescription(problems.get(name, ""))
            repolish(field)
        self.problem_label.setText(" ".join(problems.values()))
        self.problem_label.setVisible(bool(problems))
        return next((field for name, field in fields.items() if name in problems), None)

    def discard(self) -> None:
        """Take the widgets away."""
        for widget in (*self.fields, self.amount_label, self.problem_label):
            widget.hide()
            widget.deleteLater()
        self.deleteLater()

    # ------------------------------------------------------------------ inside

    def _fill(self, line: InvoiceLine) -> None:
        self._origin = line
        self.description_edit.setText(line.description)
        self.quantity_edit.set_value(line.quantity)
        self.price_edit.set_value(line.unit_price if line is not _EMPTY else None)
        self.vat_box.set_choices(_ALL_CATEGORIES if line.category is VatCategory.REDUCED else _CATEGORIES)
        self.vat_box.set_value(line.category)
        self.discount_edit.set_value(line.discount_percent or None)
        self.purpose_edit.setText(line.therapeutic_purpose)
        self.diagnosis_edit.setText(line.diagnosis)

    def _offer_prices(self) -> None:
        completer = QCompleter(list(self._prices), self.description_edit)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(10)
        self.description_edit.setCompleter(completer)

    def _take_price(self, text: str) -> None:
        price = self._prices.get(text)
        if price is not None:
            typed = self.quantity_edit.value() or Decimal(1)
            self._fill(price.line(typed))
            self._settle()
            self.changed.emit()
            self.quantity_edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.quantity_edit.selectAll()

    def _connect(self) -> None:
        for edit in (self.description_edit, self.purpose_edit, self.diagnosis_edit):
            edit.textChanged.connect(self._edited)
        for value in (self.quantity_edit, self.price_edit, self.discount_edit):
            value.changed.connect(self._edited)
        self.vat_box.changed.connect(self._edited)
        for box in (self.description_edit, self.quantity_edit, self.price_edit, self.discount_edit):
            box.returnPressed.connect(self._enter)
        self.remove_button.clicked.connect(self.removed)

    def _enter(self) -> None:
        """Enter on a code that is in the price list takes it; else it goes on to the next line."""
        code = self.description_edit.text().strip().casefold()
        found = [text for text, price in self._prices.items() if price.code.casefold() == code]
        if found:
            self._take_price(found[0])
        else:
            self.finished.emit()

    def _edited(self) -> None:
        if self.description_edit.text() in self._prices:  # chosen from the list that the box offers
            self._take_price(self.description_edit.text())
            return
        self._settle()
        if not self.problem_label.isHidden():
            self.show_problems({})
        self.changed.emit()

    def _settle(self) -> None:
        """The amount, and the questions that belong to this line."""
        line = self.line()
        asks = self._registered and line.is_aesthetic and line.category is VatCategory.EXEMPT
        for edit in (self.purpose_edit, self.diagnosis_edit):
            edit.setVisible(asks)
        self.vat_box.setVisible(self._registered)
        readable = not self.is_empty and not self.problems()
        amounts = line.amounts(registered=self._registered)
        self.amount_label.setText(format_money(amounts.net, self._currency) if readable else "")

    def _name(self, number: int) -> None:
        names: dict[QWidget, tuple[str, str]] = {
            self.description_edit: ("description", "Description"),
            self.quantity_edit: ("quantity", "Quantity"),
            self.price_edit: ("price", "Price"),
            self.vat_box: ("vat", "VAT"),
            self.discount_edit: ("discount", "Discount per cent"),
            self.remove_button: ("remove", "Remove"),
            self.purpose_edit: ("purpose", "Therapeutic purpose"),
            self.diagnosis_edit: ("diagnosis", "Diagnosis"),
        }
        for widget, (short, words) in names.items():
            widget.setObjectName(f"line{number}_{short}")
            widget.setAccessibleName(f"{words}, line {number}")
            widget.setProperty("keepDraft", False)  # the whole list is kept as one text


def line_to_json(line: InvoiceLine) -> dict[str, Any]:
    """A line for the journal of unsaved text."""
    return {
        "description": line.description, "quantity": str(line.quantity), "unit_price": str(line.unit_price),
        "category": line.category.value, "discount_percent": str(line.discount_percent), "code": line.code,
        "service_type": line.service_type, "service_id": line.service_id, "is_aesthetic": line.is_aesthetic,
        "therapeutic_purpose": line.therapeutic_purpose, "diagnosis": line.diagnosis,
    }  # fmt: skip


def line_from_json(kept: Mapping[str, Any]) -> InvoiceLine:
    """The line that was kept."""
    values = dict(kept)
    for name in ("quantity", "unit_price", "discount_percent"):
        values[name] = Decimal(values[name])
    return InvoiceLine(**{**values, "category": VatCategory(values["category"])})
