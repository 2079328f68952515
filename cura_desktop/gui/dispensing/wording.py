"""How the queue and a work read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cura_desktop.domain.allergies import AllergyState as Stored
from cura_desktop.domain.allergies import free_text_warning, reactions_text
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_age, format_date, format_date_time, format_duration
from cura_desktop.domain.dispensing import Check, QueueEntry, Step, SupplyState, Work
from cura_desktop.domain.identity import display_name, format_nhs_number
from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerAllergy, BannerPatient
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

STEP_BUTTONS: dict[Step, str] = {
    Step.CLINICAL_CHECK: "Clinical check &done",
    Step.ASSEMBLE: "&Take from stock",
    Step.ACCURACY_CHECK: "A&ccuracy check done",
    Step.HAND_OUT: "Hand &out",
    Step.RESUME: "Take &up again",
    Step.NONE: "Nothing to do",
}
STEP_DONE: dict[Step, str] = {
    Step.CLINICAL_CHECK: "Clinical check recorded.",
    Step.ASSEMBLE: "Taken from stock. Print the labels, then check.",
    Step.ACCURACY_CHECK: "Accuracy check recorded. It is ready.",
    Step.HAND_OUT: "Handed out.",
    Step.RESUME: "Taken up again: check it anew.",
}
_STATES: dict[SupplyState, tuple[Kind, str]] = {
    SupplyState.RECEIVED: ("accent", "inbox"),
    SupplyState.ASSEMBLY: ("info", "package"),
    SupplyState.ACCURACY_CHECK: ("info", "clipboard-check"),
    SupplyState.READY: ("success", "check"),
    SupplyState.ON_HOLD: ("warning", "hourglass"),
    SupplyState.OWING: ("warning", "clock"),
}
_PRIORITIES: dict[str, PillText] = {
    "waiting": PillText("Waiting", "warning", "user"),
    "urgent": PillText("Urgent", "warning", "flag"),
}
_BANNER_STATES = {
    Stored.KNOWN: AllergyState.KNOWN,
    Stored.NONE_KNOWN: AllergyState.NONE_KNOWN,
    Stored.NOT_RECORDED: AllergyState.NOT_RECORDED,
    Stored.UNAVAILABLE: AllergyState.UNAVAILABLE,
}


def state_pill(state: SupplyState) -> PillText:
    """Where it stands."""
    kind, icon_name = _STATES.get(state, ("neutral", "circle-dashed"))
    return PillText(state.words, kind, icon_name)


def mark_pill(entry: QueueEntry) -> PillText | None:
    """Controlled drugs and overridden findings, in words."""
    marks = [word for word, holds in (("CD", entry.controlled), ("Overridden", entry.overridden)) if holds]
    if not marks:
        return None
    return PillText(", ".join(marks), "warning", "lock" if entry.controlled else "shield-alert")


def _priority(code: str) -> str:
    """Routine needs no word."""
    return _PRIORITIES[code].text if code in _PRIORITIES else ""


def queue_columns(now: Callable[[], datetime]) -> list[Column[QueueEntry]]:
    """Columns of the queue; it stands in the order of the server: waiting, urgent, longest first."""

    def waited(entry: QueueEntry) -> str:
        if entry.sent_at is None:
            return ""
        # Never negative: this seat's clock may be behind the server's.
        waiting = max(timedelta(), now() - entry.sent_at)
        return format_duration(timedelta(days=waiting.days) if waiting.days else waiting)

    return [
        Column(
            "Patient", lambda one: display_name(one.family_name, one.given_name), key="patient", strong=True, width=142,
            tooltip=lambda one: f"{one.patient_number}, born {format_date(one.born)}, from {one.prescriber}",
        ),
        Column("State", lambda one: one.state.words, role="pill", pill=lambda one: state_pill(one.state), width=132),
        Column("Waits", waited, key="waits", width=78, sort=lambda one: one.sent_at),
        Column(
            "Priority", lambda one: _priority(one.priority), role="pill",
            pill=lambda one: _PRIORITIES.get(one.priority), width=98
        ),
        Column("Marks", lambda one: (mark_pill(one) or PillText("")).text, role="pill", pill=mark_pill, width=110),
        Column("Items", lambda one: str(one.items), role="number", width=52, sort=lambda one: one.items),
    ]  # fmt: skip


def check_text(name: str, check: Check | None, zone: ZoneInfo, empty: str) -> str:
    """`Clinical check: Ada Pharmacist, 23-Nov-2026 14:02`."""
    if check is None:
        return f"{name}: {empty}"
    return f"{name}: {check.by}, {format_date_time(to_clinic(check.at, zone))}"


def banner_of(work: Work, zone: ZoneInfo, today: date) -> BannerPatient:
    """The patient banner (domain-rules A2.2, A3)."""
    patient, record = work.patient, work.allergies
    statement = ""
    if record.none_known is not None and record.state is Stored.NONE_KNOWN:
        said = record.none_known
        statement = f"Stated by {said.name} ({said.role}), {format_date_time(to_clinic(said.at, zone))}"
    if record.state is Stored.NOT_RECORDED:
        statement = "Risk status unknown: nobody has recorded whether there are any."
    return BannerPatient(
        family_name=patient.family_name,
        given_name=patient.given_name,
        title=patient.title,
        preferred_name=patient.preferred_name,
        born=format_date(patient.born) if patient.born else "",
        age=format_age(patient.born, patient.deceased_on or today) if patient.born else "",
        gender=patient.gender_words,
        nhs_number=format_nhs_number(patient.nhs_number),
        address=", ".join(patient.address),
        phone=format_phone(patient.phone),
        email=patient.email,
        died=format_date(patient.deceased_on) if patient.deceased_on else "",
        restricted=patient.restricted,
        allergy_state=_BANNER_STATES[record.state],
        allergies=tuple(
            BannerAllergy(
                one.agent,
                format_date(to_clinic(one.updated, zone).date()),
                reactions_text(one.as_allergy()),
                free_text_warning(one.as_allergy()) is not None,
            )
            for one in record.active
        ),
        allergy_statement=statement,
    )
