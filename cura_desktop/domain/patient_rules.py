"""What makes a patient's details impossible, as sentences beside the fields."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date

from cura_desktop.domain.dates import format_date, years_between
from cura_desktop.domain.identity import is_valid_nhs_number, normalise_nhs_number
from cura_desktop.domain.patient_choices import AUDIENCES
from cura_desktop.domain.patient_fields import FIELD_LABELS, LIMITS, LINE, MOST_FLAGS, OLDEST, SHORT
from cura_desktop.domain.patient_names import clean_text, name_problem
from cura_desktop.domain.patients import AlertDraft, PatientDraft

_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\".]+(?:\.[^\s@<>,;\".]+)+")
_ALERT = 300


def draft_problems(draft: PatientDraft, today: date) -> dict[str, str]:
    """Field -> sentence for a normalised draft."""
    found = _lengths(draft)
    found |= _names(draft)
    if text := birth_problem(draft, today):
        found["born"] = text
    if text := nhs_number_problem(draft.nhs_number):
        found["nhs_number"] = text
    for name in ("email", "kin_email"):
        address = getattr(draft, name)
        if address and name not in found and not _EMAIL.fullmatch(address):
            found[name] = "This is not an e-mail address; one looks like name@example.com."
    if draft.insured_from and draft.insured_until and draft.insured_until < draft.insured_from:
        found["insured_until"] = "The cover ends before it begins."
    if text := _flags_problem(draft.flags):
        found["flags"] = text
    return found


def _lengths(draft: PatientDraft) -> dict[str, str]:
    found = {}
    for one in fields(draft):
        text, limit = getattr(draft, one.name), LIMITS.get(one.name, LINE)
        if isinstance(text, str) and len(text) > limit:
            found[one.name] = f"{len(text):,} characters are too many; {limit:,} fit."
    return found


def _names(draft: PatientDraft) -> dict[str, str]:
    found = {}
    for name in ("given_name", "family_name"):
        if not getattr(draft, name):
            found[name] = f"Please enter the {FIELD_LABELS[name].lower()}."
    for name in ("given_name", "family_name", "middle_names", "preferred_name"):
        if text := name_problem(getattr(draft, name), FIELD_LABELS[name].lower(), LIMITS.get(name, LINE)):
            found[name] = text
    return found


def birth_problem(draft: PatientDraft, today: date) -> str:
    """The date of birth tells patients of one name apart, so it is asked for; the year alone will do."""
    born = draft.born
    if born is None:
        return "Please enter the date of birth, or the year if that is all that is known."
    if born.earliest > today:
        return "A birth cannot lie in the future."
    age = years_between(born.latest, today)
    return f"That would be an age of {age} years. Please check the year." if age > OLDEST else ""


def nhs_number_problem(text: str) -> str:
    """Domain-rules A1.1, A1.3, A1.7: it may be missing, never wrong."""
    if not text:
        return ""
    if normalise_nhs_number(text) is None:
        return "An NHS number has ten digits."
    return "" if is_valid_nhs_number(text) else "The check digit does not fit; please compare with the card."


def _flags_problem(flags: tuple[str, ...]) -> str:
    if len(flags) > MOST_FLAGS:
        return f"{MOST_FLAGS} flags are the most; more than that nobody reads."
    return f"A flag is at most {SHORT * 2} characters long." if any(len(flag) > SHORT * 2 for flag in flags) else ""


def death_problem(died: date | None, born: date | None, today: date) -> str:
    """What is wrong with a date of death, empty when nothing is."""
    if died is None:
        return "Please enter the date of death."
    if died > today:
        return "A death cannot lie in the future."
    return f"That is before the birth on {format_date(born)}." if born is not None and died < born else ""


def alert_problems(draft: AlertDraft, today: date) -> dict[str, str]:
    """Field -> sentence for an alert."""
    found, text = {}, clean_text(draft.text)
    if not text:
        found["text"] = "Please write what people must know."
    elif len(text) > _ALERT:
        found["text"] = f"{len(text):,} characters are too many to be read in passing; {_ALERT} fit."
    if draft.audience not in AUDIENCES:
        found["audience"] = "Please choose whom the alert is for."
    if draft.expires_on is not None and draft.expires_on < today:
        found["expires_on"] = "That day is over; choose today or later, or leave it empty."
    return found
