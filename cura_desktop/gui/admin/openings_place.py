"""Openings of restricted records, for the privacy officer: who, when, why, and what was found (domain-rules A10.12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtWidgets import QPlainTextEdit

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.restricted import VERDICTS, Opening
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField

MAY_NOT = "Your role may not review openings of restricted records."
BY_ITSELF = "Openings are written by the program when a restricted record is opened."
_VERDICTS = {
    "": PillText("To be reviewed", "warning", "clock"),
    "justified": PillText(VERDICTS["justified"], "success", "check"),
    "not_justified": PillText(VERDICTS["not_justified"], "danger", "octagon-alert"),
    "unclear": PillText(VERDICTS["unclear"], "info", "circle"),
}


class Openings(Protocol):
    """What is needed of `services.restricted.OpeningService`."""

    def openings(self) -> tuple[Opening, ...]: ...
    def review(self, opening: Opening, verdict: str, note: str) -> None: ...


class OpeningsPlace(KeptList[Opening]):
    """Those that wait for a review stand first; one's own is reviewed by somebody else."""

    live_tables = ("break_glass_openings",)
    words = ListWords(
        "Openings of restricted records", "Who opened a restricted record, with the reason they gave.", "review",
        "No restricted record has been opened.", "shield-alert", "Sho&w those that are reviewed",
    )  # fmt: skip

    def __init__(self, service: Openings, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        fields = (
            FormField("verdict", "What &you found", lambda: ChoiceBox(choices=VERDICTS.items(), empty_text="Choose …")),
            FormField("note", "&Note", QPlainTextEdit, "What was done about it, where it was not justified."),
        )
        super().__init__(_columns(caller), fields, tasks)
        self.add_button.hide()
        self.change_button.setText("Revie&w")

    def read(self) -> Sequence[Opening]:
        return self._service.openings()

    def values(self, record: Opening | None) -> Mapping[str, Any]:
        return {"verdict": (record.verdict or None) if record else None, "note": record.note if record else ""}

    def keep(self, record: Opening | None, typed: Mapping[str, Any]) -> None:
        if record is not None:
            self._service.review(record, typed["verdict"] or "", typed["note"])

    def name(self, record: Opening) -> str:
        return f"{record.patient_name}, opened by {record.opened_by}"

    def sought(self, record: Opening) -> str:
        return f"{record.patient_name} {record.number} {record.opened_by} {record.reason} {record.note}"

    def in_use(self, record: Opening) -> bool:
        return not record.verdict or record.verdict == "unclear"

    def may_add(self) -> str:
        return BY_ITSELF

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "gdprCompliance") else MAY_NOT


def _columns(caller: Caller) -> list[Column[Opening]]:
    def verdict(one: Opening) -> PillText:
        return _VERDICTS[one.verdict]

    return [
        Column(
            "When", lambda one: format_date_time(to_clinic(one.opened_at, caller.zone)), role="date", width=160,
            sort=lambda one: -one.id,
        ),
        Column("Opened by", lambda one: one.opened_by, strong=True, width=170),
        Column("Patient", lambda one: f"{one.patient_name} ({one.number})", width=220),
        Column("Reason", lambda one: one.reason, width=320, tooltip=lambda one: one.reason),
        Column("Review", lambda one: verdict(one).text, role="pill", pill=verdict, width=170),
        Column("By", lambda one: one.reviewed_by, role="muted", width=140),
    ]  # fmt: skip
