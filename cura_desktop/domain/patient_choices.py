"""The value lists of a patient's details, each with the words a person reads; a code is never shown."""

from __future__ import annotations

from collections.abc import Mapping

GENDERS: dict[str, str] = {
    "male": "Male",
    "female": "Female",
    "other_specific": "Other specific",
    "not_known": "Not known",
    "not_specified": "Not specified",
}
"""Current gender, for addressing people (domain-rules A2.11)."""

SEXES: dict[str, str] = {
    "male": "Male",
    "female": "Female",
    "not_known": "Not known",
    "indeterminate": "Indeterminate",
}
"""Sex at birth, for clinical calculation; no default (domain-rules A2.11)."""

NHS_NUMBER_STATES: dict[str, str] = {
    "not_verified": "Not verified",
    "verified": "Verified",
    "traced": "Traced",
    "not_required": "Not required",
}
"""How far the number has been checked: a right check digit does not say whose number it is (domain-rules A1.4)."""

CONTACT_METHODS: dict[str, str] = {
    "phone": "Phone",
    "sms": "Text message",
    "email": "E-mail",
    "whatsapp": "WhatsApp",
}

RELATIONSHIPS: dict[str, str] = {
    "spouse": "Spouse or partner",
    "parent": "Parent",
    "child": "Child",
    "sibling": "Brother or sister",
    "friend": "Friend",
    "other": "Other",
}

LANGUAGES: dict[str, str] = {
    "en": "English",
    "cy": "Welsh",
    "ar": "Arabic",
    "bn": "Bengali",
    "bfi": "British Sign Language",
    "zh": "Chinese",
    "fa": "Farsi",
    "fr": "French",
    "gu": "Gujarati",
    "hi": "Hindi",
    "it": "Italian",
    "ku": "Kurdish",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "es": "Spanish",
    "ta": "Tamil",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
}
"""ISO 639 codes of the languages most often asked for in UK clinics; any other code may be stored and is kept."""

AUDIENCES: dict[str, str] = {
    "everyone": "Everyone",
    "reception": "Reception",
    "clinicians": "Clinicians",
    "pharmacy": "Pharmacy",
    "billing": "Billing",
}
"""Whom an alert is for."""

_ROLE_AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "receptionist": ("reception", "billing"),
    "pharmacist": ("pharmacy",),
}


def audiences_of(role: str) -> frozenset[str]:
    """The audiences a role belongs to. An administrator reads every alert, a patient none but those for everyone."""
    if role == "admin":
        return frozenset(AUDIENCES)
    if role == "patient":
        return frozenset({"everyone"})
    return frozenset({"everyone", *_ROLE_AUDIENCES.get(role, ("clinicians",))})
