"""The clinic's suppliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.purchasing import Supplier, SupplierDraft
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT = "Your role may not change suppliers."
_FIELDS = (
    FormField("name", "&Name"),
    FormField("contact_person", "Contact &person"),
    FormField("email", "&E-mail", hint="Purchase orders are sent here."),
    FormField("phone", "P&hone"),
    FormField("address", "Add&ress"),
    FormField("city", "&Town"),
    FormField("payment_terms", "Pa&yment terms"),
    FormField("is_active", "In &use: offered for new orders and deliveries", check),
)


class SuppliersList(KeptList[Supplier]):
    """Those not in use any more stay on their orders and batches."""

    live_tables = ("inventory_suppliers",)
    words = ListWords(
        "Suppliers", "From whom the clinic buys.", "supplier", "No supplier fits. Add one to write orders to it.",
        "truck", "Sho&w those not in use",
    )  # fmt: skip

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(), _FIELDS, tasks)

    def read(self) -> Sequence[Supplier]:
        return self._service.suppliers()

    def values(self, record: Supplier | None) -> Mapping[str, Any]:
        details = record.details if record is not None else SupplierDraft()
        return {field.name: getattr(details, field.name) for field in _FIELDS}

    def keep(self, record: Supplier | None, typed: Mapping[str, Any]) -> object:
        draft = SupplierDraft(**typed)
        if record is None:
            return self._service.add_supplier(draft)
        return self._service.change_supplier(record.id, record.version, record.details, draft)

    def name(self, record: Supplier) -> str:
        return record.details.name

    def sought(self, record: Supplier) -> str:
        one = record.details
        return f"{one.name} {one.contact_person} {one.city} {one.email}"

    def in_use(self, record: Supplier) -> bool:
        return record.details.is_active

    def may_add(self) -> str:
        return "" if self._caller.may("create", "inventory") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "inventory") else MAY_NOT


def _columns() -> list[Column[Supplier]]:
    return [
        Column("Name", lambda one: one.details.name, strong=True, width=220),
        Column("Contact", lambda one: one.details.contact_person, width=160),
        Column("E-mail", lambda one: one.details.email, width=220),
        Column("Phone", lambda one: one.details.phone, width=130),
        Column("Town", lambda one: one.details.city, width=120),
        Column("Terms", lambda one: one.details.payment_terms, role="muted", width=90),
        Column("Status", lambda one: _status(one).text, role="pill", pill=_status, width=110),
    ]


def _status(one: Supplier) -> PillText:
    return PillText("In use", "success", "check") if one.details.is_active else PillText("Not in use", "neutral", "ban")
