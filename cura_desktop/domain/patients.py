"""Patients: what is stored about who they are, and what a person types to register or correct it.

Clinical facts are not here; they belong to the record. Times are naive UTC, dates are of the clinic's calendar.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.dates import format_age
from cura_desktop.domain.identity import display_name, format_postcode, normalise_nhs_number
from cura_desktop.domain.partial_dates import PartialDate, format_partial_date
from cura_desktop.domain.patient_names import clean_line, clean_text

_MANY_LINES = frozenset({"notes"})


@dataclass(frozen=True, slots=True)
class PatientDraft:
    """Everything about a patient that a person types. An empty text is "not recorded"; choices hold their codes.

    `flags` are stored texts, in the older shape `type:priority:reason` or plain words.
    """

    title: str = ""
    given_name: str = ""
    family_name: str = ""
    middle_names: str = ""
    preferred_name: str = ""
    born: PartialDate | None = None
    gender: str = "not_known"
    sex: str = ""
    nhs_number: str = ""
    nhs_status: str = "not_verified"
    phone: str = ""
    second_phone: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    gp_practice: str = ""
    gp_name: str = ""
    gp_phone: str = ""
    gp_address: str = ""
    kin_name: str = ""
    kin_relationship: str = ""
    kin_phone: str = ""
    kin_email: str = ""
    insurer: str = ""
    policy_number: str = ""
    member_number: str = ""
    plan: str = ""
    insured_from: date | None = None
    insured_until: date | None = None
    contact_method: str = ""
    appointment_reminders: bool = True
    marketing: bool = False
    language: str = ""
    interpreter_needed: bool = False
    flags: tuple[str, ...] = ()
    notes: str = ""

    def normalised(self) -> PatientDraft:
        """Without stray spaces and control characters; NHS number as digits, postcode in its form.

        What cannot be brought into form stays as it was typed, for `problems` to speak about.
        """
        typed = {one.name: getattr(self, one.name) for one in fields(self)}
        cleaned: dict[str, Any] = {
            name: (clean_text(text) if name in _MANY_LINES else clean_line(text))
            for name, text in typed.items()
            if isinstance(text, str)
        }
        cleaned["nhs_number"] = normalise_nhs_number(cleaned["nhs_number"]) or cleaned["nhs_number"]
        cleaned["postcode"] = format_postcode(cleaned["postcode"])
        if not cleaned["nhs_number"] and cleaned["nhs_status"] != "not_required":
            cleaned["nhs_status"] = "not_verified"
        flags = tuple(dict.fromkeys(word for flag in self.flags if (word := clean_line(flag))))
        return replace(self, flags=flags, **cleaned)

    def problems(self, today: date) -> dict[str, str]:
        """Field -> sentence, of the normalised draft; empty when it can be saved."""
        from cura_desktop.domain.patient_rules import draft_problems

        return draft_problems(self.normalised(), today)

    def new_problems(self, base: PatientDraft, today: date) -> dict[str, str]:
        """The problems of what differs from `base`: old gaps never stop somebody from correcting something else."""
        mine, before = self.normalised(), base.normalised()
        found = self.problems(today)
        return {name: text for name, text in found.items() if getattr(mine, name) != getattr(before, name)}

    def changed(self, base: PatientDraft) -> frozenset[str]:
        """The names of the fields that differ from `base`."""
        return frozenset(one.name for one in fields(self) if getattr(self, one.name) != getattr(base, one.name))


@dataclass(frozen=True, slots=True)
class Patient:
    """A stored patient. `hidden` names the field groups the reader may not see; `details` is empty there.

    `updated_at` is naive UTC. `died` and `left_on` are clinic dates; `left_because` is a code (`LEFT_BECAUSE`).
    """

    id: int
    version: int
    number: str
    details: PatientDraft
    is_active: bool = True
    is_restricted: bool = False
    died: date | None = None
    registered_at: datetime | None = None
    updated_at: datetime | None = None
    hidden: frozenset[str] = frozenset()
    left_on: date | None = None
    left_because: str = ""

    @property
    def name(self) -> str:
        """`SURNAME, Forename (Title)` (domain-rules A2.1)."""
        return display_name(self.details.family_name, self.details.given_name, self.details.title or None)


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """A line of a list of patients. Contact details are empty for a reader who may not see them."""

    id: int
    number: str
    family_name: str
    given_name: str
    title: str = ""
    preferred_name: str = ""
    born: PartialDate | None = None
    gender: str = "not_known"
    nhs_number: str = ""
    phone: str = ""
    postcode: str = ""
    is_active: bool = True
    is_restricted: bool = False
    died: date | None = None

    @property
    def name(self) -> str:
        """`SURNAME, Forename (Title)` (domain-rules A2.1)."""
        return display_name(self.family_name, self.given_name, self.title or None)


@dataclass(frozen=True, slots=True)
class SamePatient:
    """Somebody already registered who may be the person being typed: same NHS number, or same name and birth."""

    id: int
    number: str
    family_name: str
    given_name: str
    born: date | None
    same_nhs_number: bool

    @property
    def name(self) -> str:
        """`SURNAME, Forename` (domain-rules A2.1)."""
        return display_name(self.family_name, self.given_name)


@dataclass(frozen=True, slots=True)
class PatientAlert:
    """A text that must be seen when the patient is opened. `expires_on` is its last day."""

    id: int
    version: int
    patient_id: int
    text: str
    audience: str = "everyone"
    expires_on: date | None = None
    by: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert as typed."""

    text: str
    audience: str = "everyone"
    expires_on: date | None = None

    def problems(self, today: date) -> dict[str, str]:
        """Field -> sentence."""
        from cura_desktop.domain.patient_rules import alert_problems

        return alert_problems(self, today)


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the banner of one patient needs (domain-rules A2.2 to A2.7, A3).

    `allergy_state` is None for a role without access to clinical data (A2.6), UNAVAILABLE while the chart is not open.
    `stated_by`, `stated_role` and `stated_at` (naive UTC) belong to the statement on allergies (A3.3).
    """

    patient: Patient
    allergy_state: AllergyState | None = None
    allergies: tuple[Allergy, ...] = ()
    stated_by: str = ""
    stated_role: str = ""
    stated_at: datetime | None = None


def age_text(born: PartialDate | None, day: date) -> str:
    """`46y`; "about 46y" where only the year or the month of birth is known, empty without one."""
    if born is None:
        return ""
    age = format_age(born.earliest, day)
    return age if born.day is not None else f"about {age}"


def born_text(born: PartialDate | None, day: date) -> str:
    """`14-Aug-1980 (46y)`; "Not known" without a date (domain-rules A2.2, A2.5)."""
    return f"{format_partial_date(born)} ({age_text(born, day)})" if born else "Not known"


def address_lines(details: PatientDraft) -> tuple[str, ...]:
    """The address as on an envelope, without empty lines."""
    parts = (details.street, details.city, details.county, details.postcode, details.country)
    return tuple(part for part in parts if part)


def flag_words(flag: str) -> str:
    """`general:high:Needs a hoist` and `Needs a hoist` both read "Needs a hoist"."""
    parts = flag.split(":", 2)
    if len(parts) == 3 and " " not in parts[0] and " " not in parts[1]:
        return parts[2].strip() or parts[0].replace("_", " ").capitalize()
    return flag
