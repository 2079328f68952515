"""One search box for patients: free text in any order becomes a query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import filterfalse
from typing import TypeVar

from cura_desktop.domain.identity import format_postcode, is_postcode_shape, is_valid_nhs_number, normalise_nhs_number
from cura_desktop.domain.partial_dates import parse_partial_date
from cura_desktop.domain.phones import phone_digits

# Letters that Unicode does not take apart into a base letter and a mark.
_UNCOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"}
)
_T = TypeVar("_T")
_MAX_TEXT = 200
_MAX_NAMES = 6
# A date inside a longer text: digits with separators, or a day, a month's name and a year.
_DATE_LIKE = re.compile(
    r"(?<![\w])(?:\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}|\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})"
    r"|\d{1,2} \d{1,2} (?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)?[\s/.\-]*[A-Za-z]{3,9}[\s/.,\-]*(?:\d{4}|\d{2})"
    r"|[A-Za-z]{3,9}[\s\-]\d{4}|\d{8})(?![\w])"
)
_YEAR = re.compile(r"(?<![\w/.\-])(?:19|20)\d\d(?![\w/.\-])")
_PATIENT_NUMBER = re.compile(r"(?<!\w)P\d{1,10}(?!\w)", re.I)
_POSTCODE_LIKE = re.compile(r"(?<!\w)[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}(?!\w)")
# A run out of a phone number; digits around a slash are a date that does not exist and must find nothing.
_DIGITS_LIKE = re.compile(r"(?<![\w/])\+?\(?\d[\d\s().\-]+\d(?![\w/])")
_PHONE_LIKE = re.compile(r"(?<!\w)(?:\+|\(?0)\d?[\d\s().\-]{3,}\d(?!\w)")
# Not right after the country code: the rest of a phone number passes the check digit once in eleven times.
_NHS_LIKE = re.compile(r"(?<!\d)(?<!\+44)(?<!\+44[\s\-])(?<!0044[\s\-])\d{3}[\s\-]?\d{3}[\s\-]?\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class PatientQuery:
    """What one box of free text asks for. All given parts must match (and).

    `names` are folded tokens, each a prefix of the family or a given name, in any order. The range of birth dates
    includes both ends; a whole date makes them equal. `phone` is national digits or a run of digits out of a number.
    """

    names: tuple[str, ...] = ()
    born_from: date | None = None
    born_to: date | None = None
    nhs_number: str | None = None
    phone: str | None = None
    postcode: str | None = None
    patient_number: str | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing to look for."""
        return self == PatientQuery()


def fold(text: str) -> str:
    """Lower case without accents and apostrophes; hyphens and other signs become one space.

    `O'Brien-Núñez` is `obrien nunez`. Letters of other scripts stay as they are, with their marks and also where
    Unicode would take them apart (й, أ): `cura.fold` leaves them whole in what is stored.
    """
    letters = (_bare(letter) for letter in unicodedata.normalize("NFC", text))
    plain = re.sub(r"['\u2018\u2019\u02bb\u02bc`]", "", "".join(letters))
    words = "".join(one if _is_of_a_word(one) else " " for one in plain).split()
    return unicodedata.normalize("NFC", " ".join(words))


def _bare(letter: str) -> str:
    """A Latin letter in lower case without its marks; any other in lower case."""
    lowered = letter.lower().translate(_UNCOMPOSED)
    parts = unicodedata.normalize("NFKD", lowered)
    return "".join(filterfalse(unicodedata.combining, parts)) if parts[0] <= "\u036f" else lowered


def _is_of_a_word(letter: str) -> bool:
    """A letter, a digit, or a mark that belongs to one (a vowel sign)."""
    return letter.isalnum() or unicodedata.category(letter).startswith("M")


def parse_search(text: str, today: date) -> PatientQuery:
    """The query in one box of free text, its parts in any order; at most 200 characters and six names are read."""
    rest = " ".join(unicodedata.normalize("NFKC", text[:_MAX_TEXT]).split())
    rest, patient_number = _take(rest, _PATIENT_NUMBER, str.upper)
    rest, nhs_number = _take(rest, _NHS_LIKE, _valid_nhs_number)
    rest, postcode = _take(rest, _POSTCODE_LIKE, _postcode)
    rest, born = _take(rest, _DATE_LIKE, lambda found: parse_partial_date(found, today))
    rest, phone = _take(rest, _PHONE_LIKE, phone_digits)
    if born is None:
        rest, born = _take(rest, _YEAR, lambda found: parse_partial_date(found, today))
    if phone is None:
        rest, phone = _take(rest, _DIGITS_LIKE, phone_digits)
    return PatientQuery(
        names=tuple(dict.fromkeys(fold(rest).split()))[:_MAX_NAMES],
        born_from=born.earliest if born else None,
        born_to=born.latest if born else None,
        nhs_number=nhs_number,
        phone=phone,
        postcode=postcode,
        patient_number=patient_number,
    )


def _take(text: str, pattern: re.Pattern[str], read: Callable[[str], _T | None]) -> tuple[str, _T | None]:
    """The first match that `read` understands, and the text without it; a match it does not understand stays."""
    for match in pattern.finditer(text):
        found = read(match.group())
        if found is not None:
            return f"{text[: match.start()]} {text[match.end() :]}", found
    return text, None


def _valid_nhs_number(text: str) -> str | None:
    return normalise_nhs_number(text) if is_valid_nhs_number(text) else None


def _postcode(text: str) -> str | None:
    return format_postcode(text) if is_postcode_shape(text) else None
