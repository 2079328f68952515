"""Which docks a kind of work starts with, and which kind of work a role starts in.

A perspective is only a beginning: what a person moves afterwards is remembered (`layouts.py`). The keys are those of
the docks the window was given; a dock that the role may not see is simply not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Side = Literal["left", "right", "bottom"]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a dock starts. Docks of one side are stacked as tabs, the first in front.

    `share` is the part of the window's width (height for the bottom) that the side takes while nothing is open in the
    central area; `share_beside_work` is the part it takes beside an open tab.
    """

    dock: str
    side: Side
    share: float
    share_beside_work: float


@dataclass(frozen=True, slots=True)
class Perspective:
    """One way to arrange the window. `centre_stays` keeps the central area when no tab is open."""

    key: str
    title: str
    purpose: str
    slots: tuple[Slot, ...]
    centre_stays: bool = True
    places: tuple[str, ...] = field(default=())


RECEPTION = Perspective(
    "reception",
    "Reception",
    "Patients beside the day's diary",
    (
        Slot("patients", "left", 0.27, 0.22),
        Slot("messaging", "left", 0.27, 0.22),
        Slot("calendar", "right", 0.73, 0.35),
        Slot("billing", "right", 0.73, 0.35),
    ),
    centre_stays=False,
)
CONSULTATION = Perspective(
    "consultation",
    "Consultation",
    "The record in the middle, the day's list at its side",
    (
        Slot("calendar", "left", 0.27, 0.27),
        Slot("patients", "left", 0.27, 0.27),
        Slot("messaging", "left", 0.27, 0.27),
    ),
)
DISPENSING = Perspective(
    "dispensing",
    "Dispensing",
    "The prescription in the middle, stock at its side",
    (
        Slot("patients", "left", 0.24, 0.22),
        Slot("messaging", "left", 0.24, 0.22),
        Slot("inventory", "right", 0.36, 0.32),
    ),
    places=("dispensing",),
)
ADMINISTRATION = Perspective(
    "administration",
    "Administration",
    "Invoices and stock beside the settings of the clinic",
    (
        Slot("billing", "left", 1.0, 0.36),
        Slot("inventory", "left", 1.0, 0.36),
        Slot("calendar", "left", 1.0, 0.36),
        Slot("patients", "left", 1.0, 0.36),
        Slot("messaging", "left", 1.0, 0.36),
    ),
    centre_stays=False,
)

PERSPECTIVES: tuple[Perspective, ...] = (RECEPTION, CONSULTATION, DISPENSING, ADMINISTRATION)
BY_KEY: Mapping[str, Perspective] = MappingProxyType({one.key: one for one in PERSPECTIVES})

_BY_ROLE: Mapping[str, Perspective] = MappingProxyType(
    {
        "admin": ADMINISTRATION,
        "doctor": CONSULTATION,
        "nurse": CONSULTATION,
        "patient": RECEPTION,
        "receptionist": RECEPTION,
        "lab_technician": CONSULTATION,
        "pharmacist": DISPENSING,
        "dentist": CONSULTATION,
        "dental_nurse": CONSULTATION,
        "phlebotomist": CONSULTATION,
        "aesthetician": CONSULTATION,
        "optician": CONSULTATION,
        "paramedic": CONSULTATION,
        "physiotherapist": CONSULTATION,
        "sample_taker": CONSULTATION,
        "other": RECEPTION,
    }
)
ROLES: tuple[str, ...] = tuple(_BY_ROLE)


def perspective_for_role(role: str) -> Perspective:
    """The perspective of a person's first sign-in. A role the clinic made itself starts at reception."""
    return _BY_ROLE.get(role, RECEPTION)


_ROLE_WORDS: Mapping[str, str] = MappingProxyType({"admin": "Administrator"})


def role_in_words(role: str) -> str:
    """`lab_technician` as a person reads it: "Lab technician"."""
    return _ROLE_WORDS.get(role, role.replace("_", " ").capitalize())
