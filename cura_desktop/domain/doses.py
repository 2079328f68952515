"""Structured doses: shortcuts that are typed, the English that is printed, the quantity (domain-rules A4, A5a.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType

from cura_desktop.domain.medicines import format_quantity, spell_unit


@dataclass(frozen=True, slots=True)
class Frequency:
    """`per_day` is None where it cannot be known ("when needed", "at once")."""

    code: str
    words: str
    per_day: Decimal | None


def _table(*rows: tuple[str, str, str | None]) -> Mapping[str, Frequency]:
    return MappingProxyType(
        {code: Frequency(code, words, None if rate is None else Decimal(rate)) for code, words, rate in rows}
    )


# Codes are typed, never printed (domain-rules A4).
FREQUENCIES: Mapping[str, Frequency] = _table(
    ("od", "once a day", "1"),
    ("om", "once a day, in the morning", "1"),
    ("on", "once a day, at night", "1"),
    ("midday", "once a day, at midday", "1"),
    ("bd", "twice a day", "2"),
    ("tds", "three times a day", "3"),
    ("qds", "four times a day", "4"),
    ("5xd", "five times a day", "5"),
    ("q2h", "every 2 hours", "12"),
    ("q4h", "every 4 hours", "6"),
    ("q6h", "every 6 hours", "4"),
    ("q8h", "every 8 hours", "3"),
    ("q12h", "every 12 hours", "2"),
    ("alt", "every other day", "0.5"),
    ("weekly", "once a week", str(Decimal(1) / Decimal(7))),
    ("2xw", "twice a week", str(Decimal(2) / Decimal(7))),
    ("fortnightly", "every two weeks", str(Decimal(1) / Decimal(14))),
    ("monthly", "once a month", str(Decimal(1) / Decimal(30))),
    ("stat", "immediately, as a single dose", None),
    ("prn", "when needed", None),
)
_SAME_CODE: Mapping[str, str] = MappingProxyType({
    "bid": "bd", "tid": "tds", "td": "tds", "qid": "qds", "qd": "od", "daily": "od", "mane": "om", "nocte": "on",
    "noct": "on", "eod": "alt", "once weekly": "weekly", "wkly": "weekly", "q.d.s": "qds",
})  # fmt: skip
_OTHER_CODES: Mapping[str, str] = MappingProxyType({
    "ac": "before food", "pc": "after food", "po": "by mouth", "pr": "into the rectum", "pv": "into the vagina",
    "sl": "under the tongue", "sc": "under the skin", "im": "into a muscle", "iv": "into a vein", "inh": "inhaled",
    "top": "on the skin", "neb": "by nebuliser", "mdu": "as directed", "ud": "as directed", "sos": "when needed",
    "tab": "tablet", "tabs": "tablets", "cap": "capsule", "caps": "capsules", "x": "for", "1/7": "1 day",
    "1/52": "1 week", "1/12": "1 month",
})  # fmt: skip
# "on", "alt", "x", "top" and "im" are also ordinary words; they are codes only right behind a dose or another code.
_AMBIGUOUS = frozenset({"on", "alt", "x", "top", "im", "sc", "midday", "monthly", "weekly", "daily", "fortnightly"})
_SPANS = {"7": "day", "52": "week", "12": "month"}


def frequency(code: str) -> Frequency | None:
    """The frequency of a code or of its words, in any case and with or without full stops; None when unknown."""
    key = _code(code)
    found = FREQUENCIES.get(_SAME_CODE.get(key, key))
    return found or next((one for one in FREQUENCIES.values() if one.words == code.strip().lower()), None)


def _code(text: str) -> str:
    return " ".join(text.lower().replace(".", "").split())


def expand_codes(text: str) -> str:
    """Latin shortcuts in free text as plain English: `1 tab bd pc 5/7` is `1 tablet twice a day after food 5 days`.

    Words that are no codes stay as they are. A bare `on`, `alt`, `x`, `top`, `im` counts as a code only after a number
    or another code, since it is also an English word.
    """
    words: list[str] = []
    after_code = False
    for token in text.split():
        bare = token.rstrip(",;")
        expanded = _expand(bare, after_code)
        after_code = expanded is not None or bool(re.search(r"\d", bare)) or bare.lower() in _COUNTED
        words.append((expanded or bare) + token[len(bare) :])
    return " ".join(words)


_COUNTED = frozenset(
    {"tablet", "tablets", "capsule", "capsules", "one", "two", "three", "four", "puff", "puffs", "drop", "drops", "ml",
     "mg", "g", "sachet"}
)  # fmt: skip


def _expand(word: str, after_code: bool) -> str | None:
    if match := re.fullmatch(r"(\d+)/(7|52|12)", word):
        return f"{match[1]} {_SPANS[match[2]]}{'' if match[1] == '1' else 's'}"
    key = _code(word)
    if key in _AMBIGUOUS and not after_code:
        return None
    if key in _OTHER_CODES:
        return _OTHER_CODES[key]
    found = FREQUENCIES.get(_SAME_CODE.get(key, key))
    return found.words if found else None


@dataclass(frozen=True, slots=True)
class Dose:
    """`amount` of `unit` (tablet, capsule, mL, g, puff ...) per dose; `upper_amount` makes a range of it ("1 or 2").

    `frequency` is a code of FREQUENCIES. Times are whole days and hours. `max_per_day` counts units in 24 hours.
    """

    amount: Decimal | None
    unit: str
    frequency: str
    route: str = ""
    duration_days: int | None = None
    as_required: bool = False
    upper_amount: Decimal | None = None
    max_per_day: Decimal | None = None
    min_interval_hours: int | None = None
    extra: str = ""


_VERBS: Mapping[str, str] = MappingProxyType({
    "tablet": "Take", "capsule": "Take", "sachet": "Take", "mL": "Take", "puff": "Inhale",
    "inhalation": "Inhale", "drop": "Put",
    "patch": "Apply", "application": "Apply", "fingertip unit": "Apply", "suppository": "Insert", "pessary": "Insert",
    "lozenge": "Suck", "spray": "Use", "units": "Inject", "ampoule": "Inject",
})  # fmt: skip
# Names of routes as lists have them; other texts ("into the right eye") are taken as they are.
_ROUTES: Mapping[str, str] = MappingProxyType({
    "oral": "by mouth", "topical": "to the skin", "cutaneous": "to the skin", "skin": "to the skin",
    "on the skin": "to the skin", "subcutaneous": "under the skin", "subcutaneous injection": "under the skin",
    "intramuscular": "into a muscle", "intramuscular injection": "into a muscle", "intravenous": "into a vein",
    "intravenous injection": "into a vein", "rectal": "into the rectum", "vaginal": "into the vagina",
    "sublingual": "under the tongue", "inhalation": "", "inhaled": "", "nasal": "into the nose",
    "ocular": "into the eye", "ophthalmic": "into the eye", "auricular": "into the ear",
})  # fmt: skip
_INJECTED = ("inject", "subcutaneous", "intramuscular", "intravenous", "into a muscle", "into a vein", "under the skin")
_UNCOUNTED = frozenset({"mL", "mg", "g", "kg", "micrograms", "nanograms", "units", "mmol", "litres"})


def directions(dose: Dose) -> str:
    """The directions in plain English (domain-rules A4).

    `Take 1 or 2 tablets up to four times a day when needed for pain. No more than 8 tablets in 24 hours.` Without an
    amount the frequency stands alone: `Apply to the skin twice a day.`
    """
    found = frequency(dose.frequency)
    words = found.words if found else expand_codes(dose.frequency)
    if dose.as_required and found and found.per_day is not None:
        words = f"up to {words}" if found.per_day > 1 else words
    parts = [_verb(dose), _amount_words(dose), _route_words(dose.route), words]
    if dose.as_required and "when needed" not in words:
        parts.append("when needed")
    if dose.duration_days:
        parts.append(f"for {_days(dose.duration_days)}")
    sentence = " ".join(part for part in parts if part).strip()
    extra = expand_codes(dose.extra).rstrip(".")
    first = f"{sentence} {extra}".strip() + "."
    return " ".join([first[0].upper() + first[1:], *_limits(dose)])


def _verb(dose: Dose) -> str:
    route = _route_words(dose.route).lower()
    if any(word in route for word in _INJECTED):
        return "Inject"
    if "to the skin" in route:
        return "Apply"
    return _VERBS.get(_unit(dose.unit), "Take" if dose.amount is not None else "Use")


def _amount_words(dose: Dose) -> str:
    if dose.amount is None:
        return ""
    amount = format_quantity(dose.amount)
    if dose.upper_amount is not None:
        amount = f"{amount} or {format_quantity(dose.upper_amount)}"
    return f"{amount} {_plural(dose.unit, dose.upper_amount or dose.amount)}".strip()


def _route_words(route: str) -> str:
    expanded = expand_codes(f"1 {route}")[2:] if route else ""
    return _ROUTES.get(expanded.lower(), expanded)


def _unit(unit: str) -> str:
    spelled = spell_unit(unit)
    lowered = spelled.lower()
    for known in _VERBS:
        if lowered in (known.lower(), known.lower() + "s", known.lower() + "es"):
            return known
    return spelled


def _plural(unit: str, amount: Decimal) -> str:
    name = _unit(unit)
    if name in _UNCOUNTED or amount <= 1:
        return name
    if name == "pessary":
        return "pessaries"
    if name == "suppository":
        return "suppositories"
    return name + ("es" if name.endswith("ch") else "" if name.endswith("s") else "s")


def _days(days: int) -> str:
    if days % 7 == 0 and days >= 14:
        return f"{days // 7} weeks"
    return "1 day" if days == 1 else f"{days} days"


def _limits(dose: Dose) -> list[str]:
    found = []
    if dose.min_interval_hours:
        found.append(f"Leave at least {dose.min_interval_hours} hours between doses.")
    if dose.max_per_day is not None:
        most = f"{format_quantity(dose.max_per_day)} {_plural(dose.unit, dose.max_per_day)}"
        found.append(f"No more than {most} in 24 hours.")
    return found


def dose_problems(dose: Dose) -> dict[str, str]:
    """Field -> sentence. "When needed" wants a minimum interval or a maximum (domain-rules A4)."""
    found = {}
    if not dose.frequency.strip():
        found["frequency"] = "Say how often."
    if dose.amount is not None and dose.amount <= 0:
        found["amount"] = "The dose must be more than zero."
    if dose.upper_amount is not None and (dose.amount is None or dose.upper_amount <= dose.amount):
        found["upper_amount"] = "The upper end of a range must be more than the lower."
    if dose.duration_days is not None and dose.duration_days < 1:
        found["duration_days"] = "The duration is at least one day."
    needed = dose.as_required or "when needed" in expand_codes(dose.frequency)
    if needed and dose.max_per_day is None and dose.min_interval_hours is None:
        found["max_per_day"] = "A medicine taken when needed wants a maximum in 24 hours or a minimum interval."
    return found


def computed_quantity(dose: Dose, pack: Decimal | None = None) -> Decimal | None:
    """How many units cover the duration at the highest dose, in whole units, or whole packs when `pack` is given.

    None when it cannot be known: no amount, no duration, or no rate and no maximum. A single dose needs no duration.
    """
    if dose.amount is None:
        return None
    each = dose.upper_amount or dose.amount
    found = frequency(dose.frequency)
    if found is not None and found.code == "stat":
        total = each
    else:
        per_day = _units_per_day(dose, each, found)
        if per_day is None or dose.duration_days is None:
            return None
        total = per_day * dose.duration_days
    # A rate such as 1/7 is not exact in decimals; seven of them must be one and not a grain more.
    step = pack or Decimal(1)
    count = (total / step).quantize(Decimal("0.000001")).to_integral_value(rounding=ROUND_CEILING)
    return count * step


def units_per_day(dose: Dose) -> Decimal | None:
    """Dose units in 24 hours at the highest dose that is allowed; a single dose counts as given in one day.

    None where it cannot be known: no amount, or "when needed" without a maximum or an interval.
    """
    if dose.amount is None:
        return None
    each, found = dose.upper_amount or dose.amount, frequency(dose.frequency)
    if found is not None and found.code == "stat":
        return each
    per_day = _units_per_day(dose, each, found)
    return max(per_day, each) if per_day is not None else None


def _units_per_day(dose: Dose, each: Decimal, found: Frequency | None) -> Decimal | None:
    if dose.min_interval_hours and (found is None or found.per_day is None):
        rate: Decimal | None = each * 24 / dose.min_interval_hours
    else:
        rate = each * found.per_day if found and found.per_day is not None else None
    if dose.max_per_day is None:
        return rate
    return dose.max_per_day if rate is None else min(rate, dose.max_per_day)
