"""The headings of the stock list, as a tree of paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPlainTextEdit

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.categories import CategoryDraft, CategoryRecord, may_hold
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

MAY_NOT = "Your role may not change categories."
TOP = "None: it stands at the top"
_FIELDS = (
    FormField("name", "&Name"),
    FormField("parent_id", "Bel&ongs under", ChoiceBox),
    FormField("description", "&Description", QPlainTextEdit),
    FormField("is_active", "In &use: offered for items", check),
)


class CategoriesList(KeptList[CategoryRecord]):
    """Each with its place in the tree and how many items stand in it."""

    live_tables = ("inventory_categories", "inventory_items")
    words = ListWords(
        "Categories", "The headings of the stock list. A category may stand under another.", "category",
        "No category fits. Add one before the first item.", "folder", "Sho&w those not in use",
    )  # fmt: skip

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(), _FIELDS, tasks)

    def read(self) -> Sequence[CategoryRecord]:
        return self._service.category_records()

    def values(self, record: CategoryRecord | None) -> Mapping[str, Any]:
        details = record.details if record is not None else CategoryDraft()
        return {field.name: getattr(details, field.name) for field in _FIELDS}

    def keep(self, record: CategoryRecord | None, typed: Mapping[str, Any]) -> object:
        draft = CategoryDraft(**typed)
        if record is None:
            return self._service.add_category_record(draft)
        return self._service.change_category(record.id, record.version, record.details, draft)

    def open(self, record: CategoryRecord | None) -> None:
        box = self.form.widgets["parent_id"]
        if isinstance(box, ChoiceBox):
            offered = [(one.id, one.path) for one in self._all if record is None or may_hold(self._all, one, record)]
            box.set_choices(offered, TOP)
        super().open(record)

    def name(self, record: CategoryRecord) -> str:
        return record.details.name

    def sought(self, record: CategoryRecord) -> str:
        return f"{record.path} {record.details.description}"

    def in_use(self, record: CategoryRecord) -> bool:
        return record.details.is_active

    def may_add(self) -> str:
        return "" if self._caller.may("create", "inventory") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "inventory") else MAY_NOT


def _columns() -> list[Column[CategoryRecord]]:
    return [
        Column("Category", lambda one: one.path, strong=True, width=320, sort=lambda one: one.path.casefold()),
        Column("Items", lambda one: f"{one.items:,}", role="number", width=70, sort=lambda one: one.items),
        Column("Status", lambda one: _status(one).text, role="pill", pill=_status, width=110),
        Column("Description", lambda one: one.details.description, role="muted", width=300),
    ]


def _status(one: CategoryRecord) -> PillText:
    return PillText("In use", "success", "check") if one.details.is_active else PillText("Not in use", "neutral", "ban")
