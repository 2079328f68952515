"""Scores from measurements: NEWS2, eGFR and BMI (domain-rules A8.5 to A8.7).

Each result carries what it was made of, so that a person can check it. A missing input gives no score, never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from cura_desktop.domain.errors import InvalidInputError

Band = tuple[Decimal | None, int]
NEWS2_SOURCE = "National Early Warning Score (NEWS) 2, Royal College of Physicians 2017"


@dataclass(frozen=True, slots=True)
class Vitals:
    """One set of observations; None is "not measured".

    Rates per minute, oxygen saturation in per cent, systolic pressure in mmHg, temperature in degrees Celsius.
    `consciousness` is A (alert), C (new confusion), V, P or U. `spo2_scale` is 2 only when a clinician has prescribed
    a target of 88 to 92 per cent (domain-rules A8.5).
    """

    respiratory_rate: int | None = None
    spo2: int | None = None
    on_oxygen: bool | None = None
    systolic_bp: int | None = None
    pulse: int | None = None
    consciousness: str | None = None
    temperature: Decimal | None = None
    spo2_scale: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class News2:
    """`total` and `risk` are None when something in `missing` was not measured; `points` are per observation."""

    total: int | None
    risk: Literal["low", "low-medium", "medium", "high"] | None
    points: Mapping[str, int]
    missing: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the chart says about the response, or what is missing."""
        if self.risk is None:
            return f"Incomplete: {', '.join(name.replace('_', ' ') for name in self.missing)} not recorded"
        return f"NEWS2 {self.total}: {_RESPONSES[self.risk]}"


_RESPONSES = {
    "low": "low, ward-based response",
    "low-medium": "low to medium, urgent ward-based response",
    "medium": "medium, key threshold for urgent response",
    "high": "high, urgent or emergency response",
}


def _bands(*rows: tuple[str | None, int]) -> tuple[Band, ...]:
    """Upper ends (included) with their points; None is everything above."""
    return tuple((None if top is None else Decimal(top), points) for top, points in rows)


_RATE = _bands(("8", 3), ("11", 1), ("20", 0), ("24", 2), (None, 3))
_SPO2_1 = _bands(("91", 3), ("93", 2), ("95", 1), (None, 0))
_SPO2_2_AIR = _bands(("83", 3), ("85", 2), ("87", 1), (None, 0))
_SPO2_2_OXYGEN = _bands(("83", 3), ("85", 2), ("87", 1), ("92", 0), ("94", 1), ("96", 2), (None, 3))
_SYSTOLIC = _bands(("90", 3), ("100", 2), ("110", 1), ("219", 0), (None, 3))
_PULSE = _bands(("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), (None, 3))
_TEMPERATURE = _bands(("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), (None, 2))
_CONSCIOUSNESS = {"A": 0, "C": 3, "V": 3, "P": 3, "U": 3}

# Beyond these a number is a slip of the keyboard, not a measurement (ours).
_PLAUSIBLE: Mapping[str, tuple[Decimal, Decimal]] = {
    "respiratory_rate": (Decimal(0), Decimal(100)),
    "spo2": (Decimal(0), Decimal(100)),
    "systolic_bp": (Decimal(0), Decimal(350)),
    "pulse": (Decimal(0), Decimal(350)),
    "temperature": (Decimal(20), Decimal(46)),
}


def vitals_problems(vitals: Vitals) -> dict[str, str]:
    """Field -> sentence for values that no living person can have."""
    found = {}
    for name, (low, high) in _PLAUSIBLE.items():
        value = getattr(vitals, name)
        if value is not None and not (Decimal(value).is_finite() and low <= Decimal(value) <= high):
            found[name] = f"This should be between {low} and {high}."
    if vitals.consciousness is not None and vitals.consciousness not in _CONSCIOUSNESS:
        found["consciousness"] = "Choose alert, confused, voice, pain or unresponsive."
    return found


def news2(vitals: Vitals) -> News2:
    """The score of one set of observations (domain-rules A8.5). Not for under 16 or pregnancy: the caller asks.

    A missing observation gives no score. Raises InvalidInputError for impossible values.
    """
    if problems := vitals_problems(vitals):
        raise InvalidInputError(problems)
    scored = {
        "respiratory_rate": _points(vitals.respiratory_rate, _RATE),
        "spo2": _spo2_points(vitals),
        "on_oxygen": None if vitals.on_oxygen is None else 2 * vitals.on_oxygen,
        "systolic_bp": _points(vitals.systolic_bp, _SYSTOLIC),
        "pulse": _points(vitals.pulse, _PULSE),
        "consciousness": None if vitals.consciousness is None else _CONSCIOUSNESS[vitals.consciousness],
        "temperature": _points(vitals.temperature, _TEMPERATURE),
    }
    points = {name: value for name, value in scored.items() if value is not None}
    missing = tuple(name for name, value in _measured(vitals).items() if value is None)
    if missing:
        return News2(None, None, points, missing)
    total = sum(points.values())
    return News2(total, _risk(total, max(points.values())), points, ())


def _measured(vitals: Vitals) -> dict[str, object]:
    names = ("respiratory_rate", "spo2", "on_oxygen", "systolic_bp", "pulse", "consciousness", "temperature")
    return {name: getattr(vitals, name) for name in names}


def _spo2_points(vitals: Vitals) -> int | None:
    if vitals.spo2_scale == 1:
        return _points(vitals.spo2, _SPO2_1)
    if vitals.on_oxygen is None:
        return None
    return _points(vitals.spo2, _SPO2_2_OXYGEN if vitals.on_oxygen else _SPO2_2_AIR)


def _points(value: int | Decimal | None, bands: tuple[Band, ...]) -> int | None:
    if value is None:
        return None
    # The chart's bands have one decimal; 38.05 belongs to the band it is written down in.
    rounded = Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return next(points for top, points in bands if top is None or rounded <= top)


def _risk(total: int, highest: int) -> Literal["low", "low-medium", "medium", "high"]:
    if total >= 7:
        return "high"
    if total >= 5:
        return "medium"
    return "low-medium" if highest == 3 else "low"


@dataclass(frozen=True, slots=True)
class Egfr:
    """mL/min/1.73 m2 to one decimal; the equation's name always stands beside the number (domain-rules A8.6)."""

    value: Decimal
    equation: str
    category: str


def egfr_2009(creatinine_umol_l: Decimal, age: int, sex: Literal["male", "female"]) -> Egfr:
    """CKD-EPI 2009 without an ethnicity factor, as NICE NG203 recommends (domain-rules A8.6).

    Creatinine in umol/L. Raises InvalidInputError below 18 years, and for a creatinine that is not positive.
    """
    _check_egfr(creatinine_umol_l, age)
    kappa, alpha, factor = (0.7, -0.329, 1.018) if sex == "female" else (0.9, -0.411, 1.0)
    ratio = float(creatinine_umol_l) / 88.4 / kappa
    value = 141 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.209 * 0.993**age * factor
    return _egfr(value, "CKD-EPI 2009 without ethnicity factor")


def egfr_2021(creatinine_umol_l: Decimal, age: int, sex: Literal["male", "female"]) -> Egfr:
    """CKD-EPI 2021 (domain-rules A8.6). Units and errors as `egfr_2009`."""
    _check_egfr(creatinine_umol_l, age)
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = float(creatinine_umol_l) / 88.4 / kappa
    value = 142 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.200 * 0.9938**age * factor
    return _egfr(value, "CKD-EPI 2021")


def _check_egfr(creatinine: Decimal, age: int) -> None:
    problems = {}
    if not creatinine.is_finite() or not 0 < creatinine <= 5000:
        problems["creatinine"] = "Creatinine should be between 1 and 5,000 umol/L."
    if not 18 <= age <= 130:
        problems["age"] = "This equation is for adults."
    if problems:
        raise InvalidInputError(problems)


def _egfr(value: float, equation: str) -> Egfr:
    categories = ((90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4"))
    category = next((name for least, name in categories if value >= least), "G5")
    return Egfr(Decimal(value).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), equation, category)


def bmi(weight_kg: Decimal, height_cm: Decimal) -> Decimal:
    """kg/m2 to one decimal. Raises InvalidInputError outside 1 to 700 kg and 30 to 280 cm (domain-rules A8.7)."""
    problems = {}
    if not weight_kg.is_finite() or not 1 <= weight_kg <= 700:
        problems["weight"] = "Weight should be between 1 and 700 kg."
    if not height_cm.is_finite() or not 30 <= height_cm <= 280:
        problems["height"] = "Height should be between 30 and 280 cm."
    if problems:
        raise InvalidInputError(problems)
    metres = height_cm / 100
    return (weight_kg / (metres * metres)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def bmi_category(value: Decimal, age: int, *, lower_thresholds: bool = False) -> str | None:
    """The adult's category; None below 18 years, where centiles are needed (domain-rules A8.7).

    `lower_thresholds` for the family backgrounds that NICE names: overweight from 23, obesity from 27.5, and each
    class 2.5 lower.
    """
    if age < 18:
        return None
    shift = Decimal("2.5") if lower_thresholds else Decimal(0)
    overweight = Decimal(23) if lower_thresholds else Decimal(25)
    limits = (
        (Decimal(40) - shift, "Obesity class 3"),
        (Decimal(35) - shift, "Obesity class 2"),
        (Decimal(30) - shift, "Obesity class 1"),
        (overweight, "Overweight"),
        (Decimal("18.5"), "Healthy weight"),
    )
    return next((name for least, name in limits if value >= least), "Underweight")
