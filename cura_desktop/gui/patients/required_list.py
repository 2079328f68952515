"""What the clinic will not register a patient without, and of whom it asks it (peers R8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.patient_fields import FIELD_LABELS
from cura_desktop.domain.registration import OCCASIONS, REQUIRABLE, Required, RequiredDraft
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from cura_desktop.services.registration import RegistrationService

MAY_NOT = "Your role may not change what is asked for; the clinic's settings are with the administrator."
_AGE_HINT = "Completed years; empty for any age."
_FIELDS = (
    FormField("field", "&Detail", lambda: ChoiceBox(choices=[(name, FIELD_LABELS[name]) for name in REQUIRABLE])),
    FormField("only_when", "As&ked", lambda: ChoiceBox(choices=OCCASIONS.items())),
    FormField("from_age", "&From the age of", lambda: QuantityEdit(unit="years"), _AGE_HINT),
    FormField("to_age", "&To the age of", lambda: QuantityEdit(unit="years"), _AGE_HINT),
    FormField("is_active", "In &use", check),
)


class RequiredList(KeptList[Required]):
    """Names and birth are asked for always and are not in the list."""

    live_tables = ("required_patient_fields",)
    words = ListWords(
        "Required details", "What nobody is registered without, beside names and date of birth.", "rule",
        "Only names and date of birth are asked for.", "clipboard-list", "Sho&w those not in use",
    )  # fmt: skip

    def __init__(self, service: RegistrationService, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(), _FIELDS, tasks)

    def read(self) -> Sequence[Required]:
        return self._service.rules()

    def values(self, record: Required | None) -> Mapping[str, Any]:
        one = record.details if record is not None else RequiredDraft()
        ages = {name: None if getattr(one, name) is None else Decimal(getattr(one, name)) for name in _AGES}
        return {"field": one.field, "only_when": one.only_when, "is_active": one.is_active, **ages}

    def keep(self, record: Required | None, typed: Mapping[str, Any]) -> None:
        ages = {name: None if typed[name] is None else int(typed[name]) for name in _AGES}
        draft = RequiredDraft(**{**typed, **ages})
        if record is None:
            self._service.add_rule(draft)
        else:
            self._service.change_rule(record, draft)

    def name(self, record: Required) -> str:
        return FIELD_LABELS[record.details.field]

    def sought(self, record: Required) -> str:
        return f"{self.name(record)} {OCCASIONS[record.details.only_when]}"

    def in_use(self, record: Required) -> bool:
        return record.details.is_active

    def may_add(self) -> str:
        return "" if self._caller.may("create", "settings") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "settings") else MAY_NOT


_AGES = ("from_age", "to_age")


def _columns() -> list[Column[Required]]:
    return [
        Column("Detail", lambda one: FIELD_LABELS[one.details.field], strong=True, width=220),
        Column("Asked", lambda one: OCCASIONS[one.details.only_when], width=340),
        Column("Age", lambda one: ages_text(one.details.from_age, one.details.to_age), width=130),
        Column("Status", lambda one: _status(one).text, role="pill", pill=_status, width=110),
    ]


def ages_text(from_age: int | None, to_age: int | None) -> str:
    """`18 and over`, `Up to 15`, `16 to 17`; "Any age" without either."""
    if from_age is None:
        return "Any age" if to_age is None else f"Up to {to_age}"
    return f"{from_age} and over" if to_age is None else f"{from_age} to {to_age}"


def _status(one: Required) -> PillText:
    in_use = one.details.is_active
    return PillText("In use", "success", "check") if in_use else PillText("Not in use", "neutral", "ban")
