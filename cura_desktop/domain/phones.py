"""Phone numbers as people write them and as machines store them (domain-rules A1.9 to A1.11)."""

from __future__ import annotations

import re

import phonenumbers

# Towns whose area code has six digits: the only ones, fixed in 1995 (domain-rules A1.10).
_SIX_DIGIT_CODES = frozenset(
    {"013873", "015242", "015394", "015395", "015396", "016973", "016974", "017683", "017684", "017687", "019467"}
)
_EXTENSION = re.compile(r"^(?P<number>.*?\d[\d\s().\-]*?)\s*(?:extension|ext|x|#)\.?\s*(?P<extension>\d{1,6})$", re.I)
_REGION_NAMES = {"UK": "GB"}


def format_phone(text: str) -> str:
    """UK display form: no +44, no brackets, spaces as the area code wants; `x1234` for an extension.

    A number that is not recognised, `+440...` among them, stays as it was typed (domain-rules A1.9, A1.10).
    """
    typed = text.strip()
    number, extension = _split_extension(typed)
    national = _national(number)
    if national is None:
        return typed
    shown = _spaced(national)
    return f"{shown} x{extension}" if extension else shown


def phone_digits(text: str) -> str:
    """The national digits (leading 0) for searching; whatever digits there are when it is not a UK number."""
    number, _ = _split_extension(text.strip())
    return _national(number) or re.sub(r"\D", "", number)


def e164(text: str, region: str = "GB") -> str | None:
    """`+442079460000`, or None when the number is not possible in `region` (a CLDR code; "UK" is taken as "GB").

    Possible, not valid: the drama ranges that tests use are possible but never valid (domain-rules A1.11).
    An extension is left out. `+440...` is refused although the library would mend it (domain-rules A1.10).
    """
    number, _ = _split_extension(text.strip())
    if re.match(r"(?:\+|00)\s*44\s*0", number):
        return None
    try:
        parsed = phonenumbers.parse(re.sub(r"^00", "+", number), _REGION_NAMES.get(region.upper(), region.upper()))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _split_extension(text: str) -> tuple[str, str]:
    match = _EXTENSION.match(text)
    return (match["number"], match["extension"]) if match else (text, "")


def _national(number: str) -> str | None:
    """The UK number with its leading 0 and without separators; None when it is not one."""
    if not re.fullmatch(r"\+?[\d\s().\-\u2010-\u2015]+", number):
        return None
    compact = re.sub(r"[^\d+]", "", re.sub(r"\(0\)", "", number) if number.startswith(("+", "00")) else number)
    match = re.fullmatch(r"(?:\+44|0044)([1-9]\d*)|(0[1-9]\d*)", compact)
    if match is None:
        return None
    national = "0" + match[1] if match[1] else match[2]
    return national if 10 <= len(national) <= 11 else None


def _spaced(national: str) -> str:
    """Area code, space, rest; more than six remaining digits get a space before the last four (domain-rules A1.10)."""
    code_length = _code_length(national)
    code, rest = national[:code_length], national[code_length:]
    if len(rest) > 6:
        rest = f"{rest[:-4]} {rest[-4:]}"
    return f"{code} {rest}"


def _code_length(national: str) -> int:
    if national[:6] in _SIX_DIGIT_CODES:
        return 6
    if national[1] == "2":
        return 3
    if national[1] in "89" or re.match(r"01(?:1\d|\d1)", national):
        return 4
    return 5
