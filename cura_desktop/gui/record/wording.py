"""How the record's values read on screen (domain-rules A2, A3, A4). Moments arrive as naive UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from cura_desktop.domain.allergies import AllergyState, free_text_warning, reactions_text
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_age, format_date, format_date_time, years_between
from cura_desktop.domain.identity import display_name, format_nhs_number
from cura_desktop.domain.measurements import unit_words
from cura_desktop.domain.phones import format_phone
from cura_desktop.domain.records import (
    AllergyRecord,
    Measurement,
    RecordedAllergy,
    Recorder,
    RecordPatient,
    RecordSummary,
)
from cura_desktop.gui.widgets.patient_banner import AllergyState as BannerState
from cura_desktop.gui.widgets.patient_banner import BannerAllergy, BannerPatient

_BANNER_STATES = {
    AllergyState.KNOWN: BannerState.KNOWN,
    AllergyState.NONE_KNOWN: BannerState.NONE_KNOWN,
    AllergyState.NOT_RECORDED: BannerState.NOT_RECORDED,
    AllergyState.UNAVAILABLE: BannerState.UNAVAILABLE,
}


def on_day(utc: datetime, zone: ZoneInfo) -> str:
    """`14-Aug-1980` of the clinic's calendar."""
    return format_date(to_clinic(utc, zone).date())


def at_time(utc: datetime, zone: ZoneInfo) -> str:
    """`14-Aug-1980 09:05` on the clinic's clock."""
    return format_date_time(to_clinic(utc, zone))


def age_in_years(born: date | None, today: date) -> int | None:
    """Whole years, None where the birth date is not known."""
    return None if born is None else years_between(born, today)


def title_of(patient: RecordPatient) -> str:
    """The tab's title: SURNAME, Forename."""
    return display_name(patient.family_name, patient.given_name)


def stated_by(recorder: Recorder, zone: ZoneInfo) -> str:
    """Who, role, date and time (domain-rules A3.3)."""
    who = ", ".join(part for part in (recorder.name or "Somebody", recorder.role) if part)
    return f"Recorded by {who}, {at_time(recorder.at, zone)}"


def allergy_statement(record: AllergyRecord, zone: ZoneInfo) -> str:
    """The sentence under the state: who stated that there are none, or that nobody asked yet."""
    if record.state is AllergyState.NONE_KNOWN and record.none_known is not None:
        return stated_by(record.none_known, zone)
    if record.state is AllergyState.NOT_RECORDED:
        return "Risk status unknown: nobody has recorded whether there are any."
    if record.state is AllergyState.UNAVAILABLE:
        return "Your role does not show allergies. Ask a clinician before you rely on there being none."
    return ""


def reactions(allergy: RecordedAllergy) -> str:
    """`rash + wheeze, nausea`, or that none was recorded."""
    return reactions_text(allergy.as_allergy()) or "Reaction not recorded"


def not_checked(allergy: RecordedAllergy) -> str:
    """The sentence beside an allergy that cannot be checked; empty for one that can (domain-rules A3.5)."""
    return free_text_warning(allergy.as_allergy()) or ""


def banner_of(summary: RecordSummary, zone: ZoneInfo, today: date) -> BannerPatient:
    """The patient banner (domain-rules A2.2, A3)."""
    patient, record = summary.patient, summary.allergies
    until = patient.deceased_on or today
    return BannerPatient(
        family_name=patient.family_name,
        given_name=patient.given_name,
        title=patient.title,
        preferred_name=patient.preferred_name,
        born=format_date(patient.born) if patient.born else "",
        age=format_age(patient.born, until) if patient.born else "",
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
                each.agent, on_day(each.updated, zone), reactions_text(each.as_allergy()), bool(not_checked(each))
            )
            for each in record.active
        ),
        allergy_statement=allergy_statement(record, zone),
    )


def measured(point: Measurement, unit: str) -> str:
    """`128 mmHg`; words stay as they were sent."""
    if point.value is None:
        return point.text
    return f"{point.text} {unit_words(unit)}".strip()
