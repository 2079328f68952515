"""The patient banner's texts from a patient's facts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cura_desktop.domain.allergies import AllergyState as Stored
from cura_desktop.domain.allergies import free_text_warning, reactions_text, sort_allergies
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.identity import format_nhs_number
from cura_desktop.domain.modules import ROLES
from cura_desktop.domain.partial_dates import format_partial_date
from cura_desktop.domain.patient_choices import GENDERS
from cura_desktop.domain.patients import PatientFacts, address_lines, age_text
from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerAllergy, BannerPatient

_STATES = {
    Stored.KNOWN: AllergyState.KNOWN,
    Stored.NONE_KNOWN: AllergyState.NONE_KNOWN,
    Stored.NOT_RECORDED: AllergyState.NOT_RECORDED,
    Stored.UNAVAILABLE: AllergyState.UNAVAILABLE,
}


def clinic_today(caller: Caller) -> date:
    """The date at the clinic now."""
    return datetime.now(UTC).astimezone(caller.zone).date()


def banner_patient(facts: PatientFacts, caller: Caller) -> BannerPatient:
    """The banner of one patient as `caller` may see it, in clinic time (domain-rules A2.2 to A2.8, A3)."""
    patient, details = facts.patient, facts.patient.details
    until = patient.died or clinic_today(caller)
    return BannerPatient(
        family_name=details.family_name,
        given_name=details.given_name,
        title=details.title,
        preferred_name=details.preferred_name,
        born=format_partial_date(details.born) if details.born else "",
        age=age_text(details.born, until),
        gender=GENDERS.get(details.gender, ""),
        nhs_number=_nhs_number(facts),
        address=", ".join(address_lines(details)),
        phone=format_phone(details.phone),
        email=details.email,
        died=format_date(patient.died) if patient.died else "",
        restricted=patient.is_restricted,
        allergy_state=_STATES[facts.allergy_state] if facts.allergy_state else None,
        allergies=tuple(
            BannerAllergy(
                one.agent,
                format_date(one.updated),
                reactions_text(one),
                free_text_warning(one) is not None,
            )
            for one in sort_allergies(facts.allergies)
        ),
        allergy_statement=_statement(facts, caller),
    )


def _nhs_number(facts: PatientFacts) -> str:
    """A number that the role may not see is not "not known"."""
    if "patientSensitiveInfo" in facts.patient.hidden:
        return "Not shown to your role"
    number = facts.patient.details.nhs_number
    return format_nhs_number(number) if number else ""


def _statement(facts: PatientFacts, caller: Caller) -> str:
    """Who stated that there are none, role, date and time (domain-rules A3.3)."""
    if facts.allergy_state is not Stored.NONE_KNOWN or facts.stated_at is None:
        return ""
    when = format_date_time(to_clinic(facts.stated_at, caller.zone))
    role = ROLES.get(facts.stated_role, facts.stated_role)
    return f"Stated by {facts.stated_by} ({role}), {when}"
