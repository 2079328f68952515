"""What the calendar's presenters need of services and views."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, CalendarRange, FreeTime, Provider
from cura_desktop.domain.calendar import AppointmentStatus

Clock = Callable[[], datetime]
"""Naive UTC now."""
LIVE_TABLES = ("appointments", "staff_shifts", "doctor_default_shifts", "clinic_closures", "patients")
"""What a change of makes the calendar read again."""


class Diary(Protocol):
    """The calendar's service (`services/calendar.py`)."""

    def range(self, first: date, last: date, provider_ids: Collection[int] | None = None) -> CalendarRange: ...
    def providers(self) -> tuple[Provider, ...]: ...
    def arrivals(self, day: date) -> tuple[AppointmentBlock, ...]: ...
    def next_free(
        self,
        provider: int | str | None,
        minutes: int,
        earliest: datetime,
        *,
        count: int = 5,
        patient_id: int | None = None,
        apart_from: int = 0,
    ) -> tuple[FreeTime, ...]: ...
    def book(self, draft: AppointmentDraft, client_key: UUID) -> AppointmentBlock: ...
    def change(self, seen: AppointmentBlock, draft: AppointmentDraft) -> AppointmentBlock: ...
    def move(self, seen: AppointmentBlock, start: datetime, provider_id: int | None = None) -> AppointmentBlock: ...
    def resize(self, seen: AppointmentBlock, minutes: int) -> AppointmentBlock: ...
    def set_status(self, seen: AppointmentBlock, status: AppointmentStatus, reason: str = "") -> AppointmentBlock: ...
