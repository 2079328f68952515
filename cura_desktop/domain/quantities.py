"""How much a dose needs: tablets, liquids, creams, inhalers, injections, drops (P12), and tapering courses (P13).

What is counted in the dose (puffs, drops, units) is turned into what is supplied (doses, mL, pens). What comes in a
container that is not divided is rounded up to whole packs. Where a conversion is not known there is no quantity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from cura_desktop.domain.doses import Dose, computed_quantity, directions, frequency
from cura_desktop.domain.medicines import format_quantity, spell_unit

DROPS_PER_ML = Decimal(20)
GRAMS_PER_FINGERTIP = Decimal("0.5")
ML_PER_PEN = Decimal(3)
"""Usual figures, ours: the screen says them beside the quantity, so that they can be judged."""
UNDIVIDED = (
    "inhaler", "spray", "cream", "ointment", "gel", "drops", "lotion", "shampoo", "foam", "toothpaste", "mouthwash"
)  # fmt: skip
"""Forms that are supplied in whole packs."""
_PER_ML = re.compile(r"^([\d,]+(?:\.\d+)?) (units|mg|micrograms|g) (?:per|in (\d+(?:\.\d+)?)) mL$")
_CONTAINERS = frozenset({"ampoule", "vial", "syringe", "pen", "cartridge"})


@dataclass(frozen=True, slots=True)
class Needed:
    """A quantity in the unit of supply, and how it was come by in words (empty where dose and supply count alike)."""

    quantity: Decimal
    basis: str = ""


def needed_quantity(
    dose: Dose, unit: str, form: str = "", strength: str = "", packs: Sequence[int] = ()
) -> Needed | None:
    """What the dose needs over its duration, in `unit`; None where it cannot be known."""
    converted, words = _in_supply_units(dose, unit, form, strength)
    if converted is None:
        return None
    count = computed_quantity(converted)
    if count is None:
        return None
    if not any(word in form.casefold() for word in UNDIVIDED):
        return Needed(count, words)
    sizes = sorted(size for size in packs if size > 0)
    if not sizes:
        return Needed(count, words)
    pack = Decimal(next((size for size in sizes if size >= count), sizes[-1]))
    whole = (count / pack).to_integral_value(rounding=ROUND_CEILING)
    told = f"{format_quantity(count)} {unit} needed, {format_quantity(whole)} × {format_quantity(pack)} {unit} supplied"
    return Needed(whole * pack, f"{words}; {told}" if words else told)


def _in_supply_units(dose: Dose, unit: str, form: str, strength: str) -> tuple[Dose | None, str]:
    """The dose counted as it is supplied, and the figure that was used."""
    counted, supplied = _singular(dose.unit), _singular(unit)
    places = 2 if re.search(r"\bboth\b", f"{dose.route} {dose.extra}", re.I) and "drop" in form.casefold() else 1
    if counted == supplied:
        return (_times(dose, Decimal(places)), "") if counted else (None, "")
    if supplied == "dose" and counted in ("puff", "inhalation", "spray"):
        return dose, ""
    if supplied == "mL" and counted == "drop":
        both = ", both sides" if places == 2 else ""
        return _times(dose, places / DROPS_PER_ML), f"{DROPS_PER_ML} drops are 1 mL{both}"
    if supplied == "g" and counted == "fingertip unit":
        return _times(dose, GRAMS_PER_FINGERTIP), f"1 fingertip unit is {GRAMS_PER_FINGERTIP} g"
    if supplied in _CONTAINERS:
        return _in_containers(dose, counted, supplied, strength)
    return None, ""


def _in_containers(dose: Dose, counted: str, supplied: str, strength: str) -> tuple[Dose | None, str]:
    found = _PER_ML.match(strength)
    if found is None or dose.amount is None:
        return None, ""
    held, of, volume = Decimal(found[1].replace(",", "")), found[2], found[3]
    if supplied == "pen" and of == "units" and counted == "units" and volume is None:
        holds = held * ML_PER_PEN
        return _times(dose, 1 / holds), f"1 pen of {ML_PER_PEN} mL holds {format_quantity(holds)} units"
    if volume is None or counted not in (of, "mL"):
        return None, ""
    holds = held if counted == of else Decimal(volume)
    # What is left in an opened ampoule is thrown away: each dose needs whole ones.
    each = ((dose.upper_amount or dose.amount) / holds).to_integral_value(rounding=ROUND_CEILING)
    return (
        replace(dose, amount=each, upper_amount=None, max_per_day=None),
        f"1 {supplied} holds {format_quantity(holds)} {counted}",
    )


def _times(dose: Dose, factor: Decimal) -> Dose:
    if factor == 1:
        return dose
    return replace(
        dose,
        amount=dose.amount * factor if dose.amount is not None else None,
        upper_amount=dose.upper_amount * factor if dose.upper_amount is not None else None,
        max_per_day=dose.max_per_day * factor if dose.max_per_day is not None else None,
    )


def counted_in(form: str, unit: str, strength: str = "") -> str:
    """The unit a person counts one dose in: puffs, drops, fingertip units; `unit` where it is the same."""
    words = form.casefold()
    if unit == "pen":
        return "units" if "units" in strength else unit
    return next((name for part, supply, name in _COUNTED if part in words and unit == supply), unit)


_COUNTED = (
    ("pressurised inhaler", "dose", "puff"), ("inhaler", "dose", "inhalation"), ("spray", "dose", "spray"),
    ("eye drops", "mL", "drop"), ("ear drops", "mL", "drop"), ("cream", "g", "fingertip unit"),
)  # fmt: skip


def _singular(unit: str) -> str:
    spelled = spell_unit(unit)
    return spelled[:-1] if spelled.endswith("s") and spelled not in ("units", "micrograms", "litres") else spelled


@dataclass(frozen=True, slots=True)
class Taper:
    """A course whose dose changes step by step: the words that are printed, how much it needs, how long it takes."""

    words: str
    quantity: Decimal
    days: int


_STEP = re.compile(r"(\d+(?:\.\d+)?)\s*(?:x|for)\s*(\d{1,3})(?:\s*d(?:ays?)?)?", re.I)
MOST_STEPS = 12


def taper(typed: str, dose: Dose) -> Taper | None:
    """`6x5 5x5 4x5` (amount for days) with the unit, frequency and route of `dose`; None where it is no taper.

    A taper has two to twelve steps, positive amounts and days, and a frequency whose rate is known.
    """
    parts = [part for part in re.split(r"[,;]|\bthen\b|(?<=\d)\s+(?=\d)", typed.strip(), flags=re.I) if part.strip()]
    steps = [found for part in parts if (found := _STEP.fullmatch(part.strip()))]
    rate = frequency(dose.frequency)
    if not 2 <= len(steps) <= MOST_STEPS or len(steps) != len(parts) or rate is None or rate.per_day is None:
        return None
    plain = replace(dose, upper_amount=None, as_required=False, max_per_day=None, min_interval_hours=None, extra="")
    total, days, words = Decimal(0), 0, list[str]()
    for found in steps:
        step = replace(plain, amount=Decimal(found[1]), duration_days=int(found[2]))
        count = computed_quantity(step)
        if count is None or count <= 0:
            return None
        total, days = total + count, days + int(found[2])
        words.append(directions(step).rstrip("."))
    rest = [f"then {text[0].lower()}{text[1:]}" for text in words[1:]]
    return Taper(f"{', '.join((words[0], *rest))}, then stop.", total, days)
