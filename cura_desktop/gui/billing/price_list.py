"""The clinic's price list (domain-rules A6.3: each price says what VAT makes of it)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cura_desktop.domain.billing import PriceDraft, PriceItem
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.money import format_money
from cura_desktop.domain.vat import VatCategory
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from cura_desktop.services.prices import PriceListService

MAY_NOT = "Your role may not change prices; the clinic's settings are with the administrator."


def _vat_box() -> ChoiceBox[VatCategory]:
    return ChoiceBox(choices=[(one, one.label) for one in VatCategory])


_FIELDS = (
    FormField("code", "&Code", hint="Short, such as GP15; typed on an invoice line it fills the line."),
    FormField("description", "&Description"),
    FormField("price", "&Price without VAT", MoneyEdit),
    FormField("category", "&VAT", _vat_box),
    FormField("service_type", "Kind of ser&vice"),
    FormField("is_active", "In &use: offered for new invoices", check),
)


class PriceList(KeptList[PriceItem]):
    """Invoices keep the price they were written with."""

    live_tables = ("price_list",)
    words = ListWords(
        "Price list", "What the clinic charges. Invoices keep the price they were written with.", "price",
        "No price fits.", "receipt-pound-sterling", "Sho&w those not in use",
    )  # fmt: skip

    def __init__(self, service: PriceListService, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(), _FIELDS, tasks)

    def read(self) -> Sequence[PriceItem]:
        return self._service.prices(retired=True)

    def values(self, record: PriceItem | None) -> Mapping[str, Any]:
        if record is None:
            return {"category": VatCategory.EXEMPT, "is_active": True}
        return {field.name: getattr(record, field.name) for field in _FIELDS}

    def keep(self, record: PriceItem | None, typed: Mapping[str, Any]) -> object:
        draft = PriceDraft(**typed)
        if record is None:
            return self._service.add(draft)
        return self._service.change(record.id, record.version, draft)

    def name(self, record: PriceItem) -> str:
        return f"{record.code} {record.description}"

    def sought(self, record: PriceItem) -> str:
        return f"{record.code} {record.description} {record.service_type}"

    def in_use(self, record: PriceItem) -> bool:
        return record.is_active

    def may_add(self) -> str:
        return "" if self._caller.may("create", "settings") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "settings") else MAY_NOT


def _columns() -> list[Column[PriceItem]]:
    return [
        Column("Code", lambda one: one.code, strong=True, width=100),
        Column("Description", lambda one: one.description, width=320),
        Column("Price", lambda one: format_money(one.price), role="money", width=100, sort=lambda one: one.price),
        Column("VAT", lambda one: one.category.label, width=150),
        Column("Kind", lambda one: one.service_type, role="muted", width=140),
        Column("Status", lambda one: _status(one).text, role="pill", pill=_status, width=110),
    ]


def _status(one: PriceItem) -> PillText:
    return PillText("In use", "success", "check") if one.is_active else PillText("Not in use", "neutral", "ban")
