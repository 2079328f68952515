"""The rest of a registration: further ways to reach a patient, the people around them, policies, consents, household.

What a clinic always needs stands in the patient's own details (`domain/patients.py`); these are lists beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cura_desktop.domain.dates import years_between
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.patient_fields import FIELD_LABELS
from cura_desktop.domain.patients import PatientDraft

CONTACT_KINDS: Mapping[str, str] = {"phone": "Phone", "email": "E-mail", "address": "Address"}
PLACES: Mapping[str, str] = {
    "home": "Home",
    "work": "Work",
    "mobile": "Mobile",
    "temporary": "Temporary",
    "carer": "Carer's",
    "other": "Other",
}
PEOPLE: Mapping[str, str] = {
    "spouse": "Spouse or partner",
    "parent": "Parent",
    "child": "Child",
    "sibling": "Brother or sister",
    "grandparent": "Grandparent",
    "guardian": "Guardian",
    "carer": "Carer",
    "friend": "Friend",
    "neighbour": "Neighbour",
    "solicitor": "Solicitor",
    "social_worker": "Social worker",
    "other": "Other",
}
CHANNELS: Mapping[str, str] = {
    "phone": "Phone",
    "sms": "Text message",
    "email": "E-mail",
    "whatsapp": "WhatsApp",
    "post": "Post",
    "voicemail": "Voicemail",
}
PURPOSES: Mapping[str, str] = {
    "care": "Messages about care",
    "reminders": "Appointment reminders",
    "results": "Results",
    "marketing": "News and offers",
    "research": "Invitations to research",
}
REQUIRABLE: tuple[str, ...] = (
    "title", "sex", "nhs_number", "phone", "email", "street", "city", "postcode", "gp_practice", "kin_name",
    "kin_relationship", "kin_phone", "insurer", "policy_number", "contact_method", "language",
)  # fmt: skip
"""Fields of a patient's details that a clinic may ask for; names and birth are asked for always."""
OCCASIONS: Mapping[str, str] = {
    "always": "Of everybody",
    "insured": "Of those with an insurer",
    "prefers_email": "Of those who prefer e-mail",
    "prefers_phone": "Of those who prefer the phone or text messages",
    "reminders": "Of those who want reminders",
    "interpreter": "Of those who need an interpreter",
}
LEFT_BECAUSE: Mapping[str, str] = {
    "moved_away": "Moved away",
    "other_clinic": "Went to another clinic",
    "own_wish": "At their own wish",
    "removed": "Taken off by the clinic",
    "duplicate": "Registered twice",
    "other": "Another reason",
}
"""Why somebody is no longer a patient of the clinic."""
RANKS = tuple(range(2, 10))
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(?:\.[^\s@<>,;\".]+)+")
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A further phone, e-mail or address (lines separated by line feeds)."""

    kind: str = "phone"
    place: str = "home"
    value: str = ""
    note: str = ""
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        text = self.value.strip()
        if not text:
            return {"value": "Please enter the number or the address."}
        if len(text) > 500 or len(self.note) > 200:
            return {"value": "500 characters fit here, and 200 in the note."}
        if self.kind == "email" and not _EMAIL.fullmatch(text):
            return {"value": "This is not an e-mail address; one looks like name@example.com."}
        if self.kind == "phone" and sum(one.isdigit() for one in text) < _DIGITS:
            return {"value": "A phone number has at least six digits."}
        return {}


@dataclass(frozen=True, slots=True)
class Contact:
    """A stored contact."""

    id: int
    version: int
    details: ContactDraft


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """Somebody around the patient. `may_decide`: parental responsibility or a power of attorney. `may_be_told`: the
    patient agreed that the clinic speaks to this person about their care.
    """

    name: str = ""
    relationship: str = "other"
    phone: str = ""
    email: str = ""
    is_next_of_kin: bool = False
    is_emergency_contact: bool = False
    is_carer: bool = False
    may_decide: bool = False
    may_be_told: bool = False
    note: str = ""
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        found: dict[str, str] = {}
        if not self.name.strip():
            found["name"] = "Please enter the person's name."
        elif len(self.name) > 200 or len(self.note) > 500:
            found["name"] = "200 characters fit here, and 500 in the note."
        if self.email.strip() and not _EMAIL.fullmatch(self.email.strip()):
            found["email"] = "This is not an e-mail address; one looks like name@example.com."
        if self.is_emergency_contact and not self.phone.strip():
            found["phone"] = "An emergency contact needs a phone number."
        return found

    @property
    def roles(self) -> str:
        """What the person is to the patient beside the relationship: "Next of kin, may be told"."""
        said = (
            ("next of kin", self.is_next_of_kin),
            ("emergency contact", self.is_emergency_contact),
            ("carer", self.is_carer),
            ("decides for the patient", self.may_decide),
            ("may be told", self.may_be_told),
        )
        words = ", ".join(words for words, holds in said if holds)
        return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Person:
    """A stored person."""

    id: int
    version: int
    details: PersonDraft


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A further insurance policy; `rank` 2 is asked after the patient's first. `excess` in the clinic's currency."""

    insurer: str = ""
    plan: str = ""
    policy_number: str = ""
    member_number: str = ""
    rank: int = 2
    starts_on: date | None = None
    ends_on: date | None = None
    excess: Decimal | None = None
    needs_authorisation: bool = False
    note: str = ""
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        found: dict[str, str] = {}
        if not self.insurer.strip():
            found["insurer"] = "Please enter the insurer."
        elif len(self.insurer) > 200:
            found["insurer"] = "200 characters fit here."
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            found["ends_on"] = "The cover ends before it begins."
        if self.excess is not None and self.excess < 0:
            found["excess"] = "An excess is not less than nothing."
        return found

    def covers(self, day: date) -> bool:
        """Whether it is in force that day."""
        begun = self.starts_on is None or self.starts_on <= day
        return self.is_active and begun and (self.ends_on is None or self.ends_on >= day)


@dataclass(frozen=True, slots=True)
class Policy:
    """A stored policy."""

    id: int
    version: int
    details: PolicyDraft


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What a patient said about one channel for one purpose, and how they said it."""

    purpose: str = "reminders"
    channel: str = "sms"
    given: bool = True
    how: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A stored statement. Times are naive UTC; only the newest of a channel and purpose is in force."""

    id: int
    version: int
    purpose: str
    channel: str
    given: bool
    how: str
    said_at: datetime
    in_force: bool
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """Somebody of the household; `owed` is what they owe, None for a reader who may not see it."""

    id: int
    version: int
    patient_id: int
    family_name: str
    given_name: str
    born: date | None
    is_guarantor: bool
    owed: Decimal | None = None

    @property
    def name(self) -> str:
        """`SURNAME, Forename` (domain-rules A2.1)."""
        return display_name(self.family_name, self.given_name)


@dataclass(frozen=True, slots=True)
class Household:
    """Patients who live together. The guarantor answers for what all of them owe (peers R10)."""

    id: int
    version: int
    name: str
    guarantor_id: int
    members: tuple[HouseholdMember, ...]

    @property
    def owed(self) -> Decimal | None:
        """What all of them owe together; None where the reader may not see it."""
        sums = [one.owed for one in self.members]
        return None if any(one is None for one in sums) else sum((one or Decimal(0) for one in sums), Decimal(0))


@dataclass(frozen=True, slots=True)
class RequiredDraft:
    """A detail that is asked for, and of whom. Ages are in completed years, both ends included."""

    field: str = "phone"
    from_age: int | None = None
    to_age: int | None = None
    only_when: str = "always"
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        found: dict[str, str] = {}
        for name in ("from_age", "to_age"):
            age = getattr(self, name)
            if age is not None and not 0 <= age <= 130:
                found[name] = "Please enter an age from 0 to 130 years."
        if not found and self.from_age is not None and self.to_age is not None and self.to_age < self.from_age:
            found["to_age"] = "The upper age is below the lower one."
        return found

    def asks(self, draft: PatientDraft, today: date) -> bool:
        """Whether it is asked of this patient. Where the age is not known, rules with ages do not ask."""
        if not self.is_active or not _OCCASION[self.only_when](draft):
            return False
        if self.from_age is None and self.to_age is None:
            return True
        if draft.born is None:
            return False
        age = years_between(draft.born.earliest, today)
        return (self.from_age is None or age >= self.from_age) and (self.to_age is None or age <= self.to_age)


_OCCASION: Mapping[str, Callable[[PatientDraft], bool]] = {
    "always": lambda draft: True,
    "insured": lambda draft: bool(draft.insurer),
    "prefers_email": lambda draft: draft.contact_method == "email",
    "prefers_phone": lambda draft: draft.contact_method in ("phone", "sms", "whatsapp"),
    "reminders": lambda draft: draft.appointment_reminders,
    "interpreter": lambda draft: draft.interpreter_needed,
}


@dataclass(frozen=True, slots=True)
class Required:
    """A stored rule."""

    id: int
    version: int
    details: RequiredDraft


def required_problems(rules: Sequence[RequiredDraft], draft: PatientDraft, today: date) -> dict[str, str]:
    """Field -> sentence for what the clinic asks for and the normalised draft lacks (peers R8)."""
    missing = [one for one in rules if one.asks(draft, today) and not getattr(draft, one.field)]
    return {one.field: f"Your clinic asks for this: {FIELD_LABELS[one.field].lower()}." for one in missing}
