"""The wording of the numbered cautionary labels, which the clinic enters itself (domain-rules A5e.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPlainTextEdit

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField

if TYPE_CHECKING:
    from cura_desktop.services.dispensing import DispensingService

MAY_NOT = "Your role may not change label wordings."
_FIELDS = (
    FormField("number", "&Number", QuantityEdit, "The number that the formulary gives a medicine.", fixed=True),
    FormField(
        "wording", "&Wording", QPlainTextEdit, "Copied by the pharmacist from the publication the pharmacy uses."
    ),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """One numbered label."""

    number: int
    text: str


class LabelWordings(KeptList[Wording]):
    """A label whose number has no wording here prints the number and says that the wording is missing."""

    live_tables = ("label_wordings",)
    words = ListWords(
        "Label wordings",
        "The cautionary wording that labels print for each number. It belongs to its publisher, so none comes with"
        " the program.",
        "wording", "No wording has been entered yet: labels print the numbers alone.", "tag",
    )  # fmt: skip

    def __init__(self, service: DispensingService, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(), _FIELDS, tasks)

    def read(self) -> Sequence[Wording]:
        return [Wording(number, text) for number, text in sorted(self._service.wordings().items())]

    def values(self, record: Wording | None) -> Mapping[str, Any]:
        if record is None:
            return {}
        return {"number": Decimal(record.number), "wording": record.text}

    def keep(self, record: Wording | None, typed: Mapping[str, Any]) -> object:
        number = typed["number"]
        if number is None:
            raise InvalidInputError({"number": "Type the number of the label."})
        if record is None and int(number) in {one.number for one in self._all}:
            raise InvalidInputError({"number": "This number has a wording; change that one."})
        self._service.enter_wording(int(number), typed["wording"])
        return None

    def name(self, record: Wording) -> str:
        return f"Label {record.number}"

    def sought(self, record: Wording) -> str:
        return f"{record.number} {record.text}"

    def may_add(self) -> str:
        return "" if self._caller.may("create", "medicines") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "medicines") else MAY_NOT


def _columns() -> list[Column[Wording]]:
    return [
        Column(
            "Number", lambda one: str(one.number), role="number", strong=True, width=80, sort=lambda one: one.number
        ),
        Column("Wording", lambda one: one.text, width=600),
    ]
