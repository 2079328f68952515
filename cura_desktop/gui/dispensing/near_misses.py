"""The near-miss register: what the scanner refused, and what was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.scanning import NearMiss, NearMissKind
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField

MAY_NOT = "Your role may not write in the register."
BY_ITSELF = "Near misses are written by the scanner, while packs are scanned for a prescription."
_KINDS: dict[NearMissKind, tuple[Kind, str]] = {
    NearMissKind.OTHER_MEDICINE: ("danger", "octagon-alert"),
    NearMissKind.OTHER_STRENGTH: ("danger", "scale"),
    NearMissKind.EXPIRED: ("warning", "hourglass"),
    NearMissKind.SET_ASIDE: ("danger", "shield-alert"),
    NearMissKind.UNKNOWN: ("neutral", "barcode"),
}


class Register(Protocol):
    """What is needed of `ScanningService`."""

    def near_misses(self) -> tuple[NearMiss, ...]: ...
    def note(self, near_miss: NearMiss, note: str) -> NearMiss: ...


class NearMissList(KeptList[NearMiss]):
    """Lines are added by scanning alone; a person adds what was learnt."""

    live_tables = ("near_misses",)
    words = ListWords(
        "Near misses", "Every pack that the scanner refused while dispensing. Nobody's name but the scanning person's.",
        "note", "The scanner has refused nothing yet.", "shield-check",
    )  # fmt: skip

    def __init__(self, service: Register, caller: Caller, tasks: Tasks | None = None) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(caller), (FormField("note", "What was &learnt"),), tasks)
        self.add_button.hide()

    def read(self) -> Sequence[NearMiss]:
        return self._service.near_misses()

    def values(self, record: NearMiss | None) -> Mapping[str, Any]:
        return {"note": record.note if record is not None else ""}

    def keep(self, record: NearMiss | None, typed: Mapping[str, Any]) -> object:
        return self._service.note(record, str(typed["note"])) if record is not None else None

    def name(self, record: NearMiss) -> str:
        return record.wanted

    def sought(self, record: NearMiss) -> str:
        return f"{record.wanted} {record.scanned} {record.kind.words} {record.note} {record.by}"

    def may_add(self) -> str:
        return BY_ITSELF

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "prescriptions") else MAY_NOT


def _columns(caller: Caller) -> list[Column[NearMiss]]:
    def kind(one: NearMiss) -> PillText:
        return PillText(one.kind.words, *_KINDS[one.kind])

    def alike(one: NearMiss) -> PillText | None:
        return PillText("Look-alike", "warning", "eye") if one.alike else None

    return [
        Column(
            "When", lambda one: format_date_time(to_clinic(one.at, caller.zone)), role="date", sort=lambda one: -one.id,
            width=160,
        ),
        Column("Why refused", lambda one: kind(one).text, role="pill", pill=kind, width=190),
        Column("Prescribed", lambda one: one.wanted, strong=True, width=220),
        Column("Scanned", lambda one: one.scanned or "Not in stock", width=220),
        Column(
            "Likeness", lambda one: "" if one.score is None else f"{one.score:.0%}", role="number",
            sort=lambda one: one.score or 0, width=80,
        ),
        Column("Names", lambda one: "Look-alike" if one.alike else "", role="pill", pill=alike, width=110),
        Column("By", lambda one: one.by, width=140),
        Column("Learnt", lambda one: one.note, role="muted", width=200, tooltip=lambda one: one.note),
    ]  # fmt: skip
