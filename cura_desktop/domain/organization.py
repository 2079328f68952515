"""What a clinic says about itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
IDLE_MINUTES = (2, 60)
Week = tuple[tuple[time, time] | None, ...]
"""Opening hours of Monday to Sunday; None where the clinic is closed."""
CLOSED: Week = (None,) * 7


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """The settings an administrator may change. `idle_minutes` without input lock the screen."""

    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    time_zone: str = "Europe/London"
    vat_registered: bool = False
    vat_number: str = ""
    bank_details: str = ""
    is_registered_pharmacy: bool = False
    pharmacy_number: str = ""
    idle_minutes: int = 15
    opening_hours: Week = field(default=CLOSED)

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        found: dict[str, str] = {}
        if not self.name.strip():
            found["name"] = "Please enter the clinic's name."
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", self.email.strip()):
            found["email"] = "Please enter an e-mail address."
        if not _is_zone(self.time_zone):
            found["time_zone"] = "Please choose a time zone, for example Europe/London."
        if self.vat_registered and len(self.vat_number.strip()) < 5:
            found["vat_number"] = "A registered clinic shows its VAT number on every invoice."
        if self.is_registered_pharmacy and not re.fullmatch(r"[0-9]{7}", self.pharmacy_number.strip()):
            found["pharmacy_number"] = "The seven digits of the pharmacy's registration."
        if not IDLE_MINUTES[0] <= self.idle_minutes <= IDLE_MINUTES[1]:
            found["idle_minutes"] = f"{IDLE_MINUTES[0]} to {IDLE_MINUTES[1]} minutes."
        if any(hours is not None and hours[0] >= hours[1] for hours in self.opening_hours):
            found["opening_hours"] = "Each day must close after it opens."
        return found


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """The stored settings with their version."""

    version: int
    details: OrganizationDraft


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)
