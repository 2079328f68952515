"""Who a person is on screen and on paper: NHS number, name, postcode and professional numbers.

Everything here checks shapes. A valid check digit does not say that a number belongs to the patient, and a well-shaped
registration number does not say that its holder may practise (domain-rules A1, A2.1, A5d).
"""

from __future__ import annotations

import re
from enum import StrEnum

from nhs_number.validate import is_valid

_NHS_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015]+")


def normalise_nhs_number(text: str) -> str | None:
    """The ten digits of what was typed, or None when it cannot be an NHS number.

    Spaces, hyphens and full stops are dropped; a letter makes it None, because old-format and temporary numbers carry
    letters and must be refused (domain-rules A1.3, A1.4). The check digit is not looked at here.
    """
    digits = _NHS_SEPARATORS.sub("", text)
    return digits if re.fullmatch(r"[0-9]{10}", digits) else None


def is_valid_nhs_number(text: str) -> bool:
    """Whether the number has ten digits and a right check digit, in any spacing (domain-rules A1.1).

    Ten zeros pass the arithmetic but lie in no range that was ever issued, so they are refused.
    A number in the Scottish range must also begin with a real date, as every CHI number does (domain-rules A1.6).
    """
    digits = normalise_nhs_number(text)
    return digits is not None and digits != "0" * 10 and is_valid(digits)


def format_nhs_number(text: str) -> str:
    """`943 476 5919`; anything that has not ten digits comes back as it was typed (domain-rules A1.2)."""
    digits = normalise_nhs_number(text)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if digits else text


class NhsNumberStatus(StrEnum):
    """How far a patient's NHS number has been checked: NHS Data Dictionary codes (domain-rules A1.4)."""

    VERIFIED = "01"
    NOT_TRACED = "02"
    TRACE_REQUIRED = "03"
    NO_MATCH = "04"
    CONFLICT = "05"
    IN_PROGRESS = "06"
    NOT_PRESENT = "07"
    POSTPONED = "08"

    @property
    def words(self) -> str:
        """The plain words for a screen; a code is never shown."""
        return _STATUS_WORDS[self]


_STATUS_WORDS = {
    NhsNumberStatus.VERIFIED: "Present and verified",
    NhsNumberStatus.NOT_TRACED: "Present but not traced",
    NhsNumberStatus.TRACE_REQUIRED: "Trace required",
    NhsNumberStatus.NO_MATCH: "Trace attempted: no match, or several",
    NhsNumberStatus.CONFLICT: "Trace needs to be resolved",
    NhsNumberStatus.IN_PROGRESS: "Trace in progress",
    NhsNumberStatus.NOT_PRESENT: "Not present, trace not required",
    NhsNumberStatus.POSTPONED: "Trace postponed: baby under six weeks",
}


def display_name(family: str, given: str, title: str | None = None) -> str:
    """`EVANS WEST, Jonathan (Sir)` (domain-rules A2.1).

    The title loses a trailing full stop; a missing part takes its punctuation with it; nothing is truncated.
    """
    surname = " ".join(family.split()).upper()
    forename = title_case(given)
    name = ", ".join(part for part in (surname, forename) if part)
    shown_title = title_case(title or "").rstrip(".").strip()
    return f"{name} ({shown_title})" if shown_title else name


def title_case(text: str) -> str:
    """Capitals at the start of each part of a name, also after a space, a hyphen or an apostrophe.

    A part that already mixes capitals and small letters (`DeShawn`, `McKay`) is kept: its owner knows better.
    """
    return re.sub(r"[^\s\-]+", lambda match: _title_part(match.group()), " ".join(text.split()))


def _title_part(part: str) -> str:
    if not (part.islower() or part.isupper()):
        return part
    return re.sub(r"(^|['\u2019](?=\w{2}))(\w)", lambda m: m.group(1) + m.group(2).upper(), part.lower())


_POSTCODE = re.compile(r"(?:GIR0AA|(?:[A-Z]{1,2}[0-9]{1,2}|[A-Z]{1,2}[0-9][A-Z])[0-9][A-Z]{2})")
# Letters that the Post Office leaves out of the last two places, because they are misread in handwriting.
_INWARD = re.compile(r"[0-9][ABD-HJLNP-UW-Z]{2}$")


def is_postcode_shape(text: str) -> bool:
    """Whether the text has the shape of a UK postcode, in any spacing and case (domain-rules A1.8).

    Never a reason to refuse an address.
    """
    compact = re.sub(r"\s+", "", text).upper()
    return bool(_POSTCODE.fullmatch(compact) and _INWARD.search(compact))


def format_postcode(text: str) -> str:
    """Capitals and one space before the last three characters; an unknown shape stays as typed (domain-rules A1.8)."""
    if not is_postcode_shape(text):
        return text.strip()
    compact = re.sub(r"\s+", "", text).upper()
    return f"{compact[:-3]} {compact[-3:]}"


class ProfessionalBody(StrEnum):
    """Registers whose number a prescriber or a professional shows (domain-rules A5d)."""

    GMC = "GMC"
    NMC = "NMC"
    GPHC = "GPhC"
    HCPC = "HCPC"
    GOC = "GOC"
    GDC = "GDC"
    CD_PRESCRIBER = "Private CD prescriber"
    NHS_DOCTOR_INDEX = "NHS doctor index"


_PROFESSIONAL_SHAPES: dict[ProfessionalBody, tuple[str, str]] = {
    ProfessionalBody.GMC: (r"[0-9]{7}|L[0-9]{6}", "seven digits"),
    ProfessionalBody.NMC: (r"[0-9]{2}[A-Z][0-9]{4}[A-Z]", "two digits, a letter, four digits and a letter"),
    ProfessionalBody.GPHC: (r"2[0-9]{6}", "seven digits that start with 2"),
    ProfessionalBody.HCPC: (r"[A-Z]{2}[0-9]{1,6}", "two letters and up to six digits"),
    ProfessionalBody.GOC: (r"[0-9]{2}-?[0-9]{5}", "two digits, a hyphen and five digits"),
    ProfessionalBody.GDC: (r"[0-9]{4,6}", "four to six digits"),
    ProfessionalBody.CD_PRESCRIBER: (r"[0-9]{6}", "six digits"),
    ProfessionalBody.NHS_DOCTOR_INDEX: (r"[0-9]{6}", "six digits"),
}


def professional_number_warning(body: ProfessionalBody, number: str) -> str | None:
    """A sentence when the number has not the usual shape of its register, else None.

    A warning only: the register itself is checked by a person, with a date (domain-rules A5d).
    """
    pattern, words = _PROFESSIONAL_SHAPES[body]
    if re.fullmatch(pattern, re.sub(r"\s+", "", number).upper()):
        return None
    return f"{body.value} numbers usually have {words}. Please check this one."
