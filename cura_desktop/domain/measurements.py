"""What is measured at the desk: names, units, and where a number becomes unlikely or impossible.

`possible` bounds refuse a slip of the keyboard; `usual` bounds are the band of the chart and mark a value as outside
it. Both are ours and help the eye, they are no diagnosis. Units are stored as UCUM and written in full for people
(domain-rules A4, A8.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from cura_desktop.domain.observations import News2, Vitals, bmi, news2

SCORE = "NEWS2"
OXYGEN = "Inspired oxygen"
CONSCIOUSNESS = "Consciousness"
BMI = "Body mass index"
LEVELS: Mapping[str, str] = {
    "A": "Alert",
    "C": "New confusion",
    "V": "Responds to voice",
    "P": "Responds to pain",
    "U": "Unresponsive",
}
YOUNGEST_FOR_NEWS2 = 16
CLOCK_DIFFERENCE = timedelta(minutes=5)
_UNITS: Mapping[str, str] = {
    "Cel": "°C",
    "/min": "per minute",
    "mm[Hg]": "mmHg",
    "%": "%",
    "kg": "kg",
    "cm": "cm",
    "kg/m2": "kg/m²",
    "mmol/L": "mmol/L",
    "{score}": "",
    "umol/L": "micromol/L",
    "10*9/L": "× 10⁹/L",
    "10*12/L": "× 10¹²/L",
}


def unit_words(ucum: str) -> str:
    """A UCUM unit as people read it; one that is not listed stays as it was sent."""
    return _UNITS.get(ucum, ucum)


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of numeric observation. `field` is its name in a form and in `Vitals`."""

    field: str
    name: str
    unit: str
    lowest: Decimal
    highest: Decimal
    usual: tuple[Decimal, Decimal] | None = None
    places: int = 0

    def problem(self, value: Decimal) -> str:
        """Why this cannot be, or an empty string."""
        if not value.is_finite() or not self.lowest <= value <= self.highest:
            return f"{self.name} should be between {self.lowest} and {self.highest} {unit_words(self.unit)}."
        return ""

    def flag(self, value: Decimal) -> str:
        """H, L or N for an adult by the usual band; empty where there is none."""
        if self.usual is None:
            return ""
        return "L" if value < self.usual[0] else "H" if value > self.usual[1] else "N"


def _measure(
    name_of_field: str, name: str, unit: str, bounds: str, usual: str = "", places: int = 0
) -> tuple[str, Measure]:
    low, high = (Decimal(part) for part in bounds.split())
    band = tuple(Decimal(part) for part in usual.split())
    return name_of_field, Measure(
        name_of_field, name, unit, low, high, (band[0], band[1]) if len(band) == 2 else None, places
    )


MEASURES: Mapping[str, Measure] = dict(
    (
        _measure("systolic_bp", "Systolic blood pressure", "mm[Hg]", "30 350", "90 139"),
        _measure("diastolic_bp", "Diastolic blood pressure", "mm[Hg]", "10 250", "60 89"),
        _measure("pulse", "Pulse", "/min", "10 350", "51 90"),
        _measure("respiratory_rate", "Respiratory rate", "/min", "1 100", "12 20"),
        _measure("spo2", "Oxygen saturation", "%", "30 100", "96 100"),
        _measure("temperature", "Temperature", "Cel", "20 46", "36.1 38.0", places=1),
        _measure("weight", "Weight", "kg", "0.3 600", places=1),
        _measure("height", "Height", "cm", "20 260", places=1),
        _measure("glucose", "Capillary glucose", "mmol/L", "0.5 60", "4.0 7.8", places=1),
        _measure("peak_flow", "Peak expiratory flow", "L/min", "30 900"),
        _measure("pain", "Pain score", "{score}", "0 10"),
    )
)
CLINICAL_ORDER = (
    "Systolic blood pressure", "Diastolic blood pressure", "Pulse", "Respiratory rate", "Oxygen saturation", OXYGEN,
    "Temperature", CONSCIOUSNESS, SCORE, "Weight", BMI, "Height",
)  # fmt: skip
"""In which order a clinician reads them; everything else follows."""
MEASURES_BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES.values()}


@dataclass(frozen=True, slots=True)
class NewObservation:
    """A row to be stored: a number with its UCUM unit, or words."""

    name: str
    unit: str = ""
    value: Decimal | None = None
    text: str = ""
    interpretation: str = ""
    category: str = "vital-signs"


@dataclass(frozen=True, slots=True)
class ObservationDraft:
    """One round of observations as typed; what is absent was not measured.

    `taken_at` is naive UTC. `spo2_scale` 2 only when a clinician has prescribed 88 to 92 % (domain-rules A8.5).
    """

    taken_at: datetime
    values: Mapping[str, Decimal] = field(default_factory=dict)
    on_oxygen: bool | None = None
    consciousness: str | None = None
    spo2_scale: Literal[1, 2] = 1

    def problems(self, now: datetime) -> dict[str, str]:
        """Field -> sentence."""
        found = {name: text for name, value in self.values.items() if (text := MEASURES[name].problem(value))}
        systolic, diastolic = self.values.get("systolic_bp"), self.values.get("diastolic_bp")
        if systolic is not None and diastolic is not None and diastolic >= systolic:
            found.setdefault("diastolic_bp", "Diastolic pressure is below the systolic one: check both.")
        if (systolic is None) != (diastolic is None):
            missing = "systolic_bp" if systolic is None else "diastolic_bp"
            found.setdefault(missing, "A blood pressure has two values.")
        if self.taken_at > now + CLOCK_DIFFERENCE:
            found["taken_at"] = "This cannot lie in the future."
        if not self.values and self.on_oxygen is None and self.consciousness is None:
            found["values"] = "Enter at least one value."
        return found

    def vitals(self) -> Vitals:
        """What the score is made of."""

        def whole(name: str) -> int | None:
            value = self.values.get(name)
            return None if value is None else int(value)

        return Vitals(
            respiratory_rate=whole("respiratory_rate"),
            spo2=whole("spo2"),
            on_oxygen=self.on_oxygen,
            systolic_bp=whole("systolic_bp"),
            pulse=whole("pulse"),
            consciousness=self.consciousness,
            temperature=self.values.get("temperature"),
            spo2_scale=self.spo2_scale,
        )

    def score(self, age: int | None) -> News2 | None:
        """NEWS2, incomplete where something is missing; None under 16 (domain-rules A8.5).

        Raises InvalidInputError for impossible values.
        """
        if age is not None and age < YOUNGEST_FOR_NEWS2:
            return None
        return news2(self.vitals())

    def rows(self, age: int | None) -> tuple[NewObservation, ...]:
        """What is stored: each value, and what is computed from them. An incomplete score is never stored."""
        adult = age is None or age >= 18
        stored = [
            NewObservation(
                MEASURES[name].name,
                MEASURES[name].unit,
                value,
                interpretation=MEASURES[name].flag(value) if adult else "",
            )
            for name, value in self.values.items()
        ]
        if self.on_oxygen is not None:
            stored.append(NewObservation(OXYGEN, text="Oxygen" if self.on_oxygen else "Air"))
        if self.consciousness is not None:
            stored.append(NewObservation(CONSCIOUSNESS, text=LEVELS[self.consciousness]))
        return (*stored, *self._computed(age))

    def _computed(self, age: int | None) -> tuple[NewObservation, ...]:
        found = []
        score = self.score(age)
        if score is not None and score.total is not None:
            flag = "N" if score.risk == "low" else "H"
            sentence = score.sentence + (" (SpO2 scale 2)" if self.spo2_scale == 2 else "")
            found.append(NewObservation(SCORE, "{score}", Decimal(score.total), sentence, flag, "score"))
        weight, height = self.values.get("weight"), self.values.get("height")
        if weight is not None and height is not None and weight >= 1 and height >= 30:
            found.append(NewObservation(BMI, "kg/m2", bmi(weight, height), category="computed"))
        return tuple(found)


def clinical_place(name: str) -> int:
    """Where an observation stands in the list; what is not listed comes last."""
    return CLINICAL_ORDER.index(name) if name in CLINICAL_ORDER else len(CLINICAL_ORDER)
