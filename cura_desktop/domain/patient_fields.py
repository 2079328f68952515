"""The fields of a patient's details: their words, who may see them, and how much fits."""

from __future__ import annotations

from collections.abc import Mapping

SHORT, LINE, LONG = 50, 200, 2_000
OLDEST = 130
"""Years: beyond it a typed year of birth is taken for a slip (the oldest person known reached 122)."""

CONTACT_FIELDS = frozenset(
    {
        "nhs_number", "phone", "second_phone", "email", "street", "city", "county", "postcode", "country",
        "gp_practice", "gp_name", "gp_phone", "gp_address", "kin_name", "kin_relationship", "kin_phone", "kin_email",
    }
)  # fmt: skip
"""Behind the field group `patientSensitiveInfo`."""
INSURANCE_FIELDS = frozenset({"insurer", "policy_number", "member_number", "plan", "insured_from", "insured_until"})
"""Behind the field group `financialData`."""
FIELD_GROUPS: Mapping[str, frozenset[str]] = {
    "patientSensitiveInfo": CONTACT_FIELDS,
    "financialData": INSURANCE_FIELDS,
}

FIELD_LABELS: Mapping[str, str] = {
    "title": "Title",
    "given_name": "Given name",
    "family_name": "Family name",
    "middle_names": "Middle names",
    "preferred_name": "Preferred name",
    "born": "Date of birth",
    "gender": "Gender",
    "sex": "Sex at birth",
    "nhs_number": "NHS number",
    "nhs_status": "NHS number status",
    "phone": "Phone",
    "second_phone": "Second phone",
    "email": "E-mail",
    "street": "Street",
    "city": "Town or city",
    "county": "County",
    "postcode": "Postcode",
    "country": "Country",
    "gp_practice": "GP practice",
    "gp_name": "GP",
    "gp_phone": "Practice phone",
    "gp_address": "Practice address",
    "kin_name": "Next of kin",
    "kin_relationship": "Relationship",
    "kin_phone": "Next of kin's phone",
    "kin_email": "Next of kin's e-mail",
    "insurer": "Insurer",
    "policy_number": "Policy number",
    "member_number": "Membership number",
    "plan": "Plan",
    "insured_from": "Cover begins",
    "insured_until": "Cover ends",
    "contact_method": "Preferred way of contact",
    "appointment_reminders": "Appointment reminders",
    "marketing": "News and offers",
    "language": "Language",
    "interpreter_needed": "Interpreter needed",
    "flags": "Flags",
    "notes": "Notes for reception",
}

LIMITS: Mapping[str, int] = {
    "title": 35,
    "middle_names": 100,
    "preferred_name": 70,
    "phone": SHORT,
    "second_phone": SHORT,
    "gp_phone": SHORT,
    "kin_phone": SHORT,
    "postcode": 20,
    "email": 254,
    "kin_email": 254,
    "notes": LONG,
}
MOST_FLAGS = 12
