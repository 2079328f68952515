"""Appointments in the database: the only SQL about them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import FetchedValue, Select, String, Uuid, and_, column, func, select, table, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from cura_desktop.db.base import Base, OrganizationOwned
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, AppointmentType
from cura_desktop.domain.calendar import AppointmentStatus, Interval

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

PROVIDER_TAKEN = "appointments_no_double_booking"
PATIENT_TAKEN = "appointments_patient_not_twice"

register_sentence(PROVIDER_TAKEN, "This time is already booked.")
register_sentence(PATIENT_TAKEN, "The patient already has another appointment at this time.")
register_sentence("appointments_duration", "A length is between 1 minute and 24 hours.", field="minutes")
register_sentence("appointments_overbooking_told", "Say why this time is booked twice.", field="overbook_reason")
register_sentence("appointments_cancel_told", "Say why it is cancelled.", field="reason")
register_sentence("appointments_organization_id_patient_id_fkey", "This patient is not known here.", field="patient")
register_sentence("appointments_organization_id_provider_id_fkey", "This person is not known here.", field="provider")


class AppointmentRow(OrganizationOwned, Base):
    """`cura.appointments`. The times of a visit (`arrived_at` ...) are set by its status, in the database."""

    __tablename__ = "appointments"

    patient_id: Mapped[int]
    provider_id: Mapped[int]
    assigned_role: Mapped[str | None] = mapped_column(String(50))
    title: Mapped[str]
    description: Mapped[str | None]
    scheduled_at: Mapped[datetime]
    duration: Mapped[int] = mapped_column(server_default=FetchedValue())
    status: Mapped[str] = mapped_column(String(20), server_default=FetchedValue())
    type: Mapped[str] = mapped_column(String(20), server_default=FetchedValue())
    location: Mapped[str | None]
    is_virtual: Mapped[bool] = mapped_column(server_default=FetchedValue())
    created_by: Mapped[int | None] = mapped_column(server_default=FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    version: Mapped[int] = mapped_column(server_default=FetchedValue())
    client_key: Mapped[UUID | None] = mapped_column(Uuid())
    external_id: Mapped[str | None]
    updated_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    ends_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    is_overbooked: Mapped[bool] = mapped_column(server_default=FetchedValue())
    overbook_reason: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    room: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    in_room_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


_patients = table(
    "patients",
    *(column(name) for name in ("organization_id", "id", "last_name", "first_name", "title", "patient_id")),
    schema="cura",
)
_own = cast("Table", AppointmentRow.__table__)
_OF_APPOINTMENT = (
    "id",
    "version",
    "patient_id",
    "provider_id",
    "scheduled_at",
    "duration",
    "status",
    "type",
    "title",
    "is_virtual",
    "is_overbooked",
)
_LATER = ("arrived_at", "in_room_at", "cancel_reason")
_STATUSES = {status.value: status for status in AppointmentStatus}
_TYPES = {kind.value: kind for kind in AppointmentType}
_RETURNED = [_own.c[name] for name in ("organization_id", *_OF_APPOINTMENT, "room", *_LATER)]


def _with_names(source: Any) -> Select[Any]:
    """Columns in the order of `AppointmentBlock`, with the patient's name and number.

    An outer join: where a role may not see patients the diary still shows that the time is taken.
    """
    return select(
        *(source.c[name] for name in _OF_APPOINTMENT),
        func.coalesce(source.c.room, ""),
        func.coalesce(_patients.c.last_name, ""),
        func.coalesce(_patients.c.first_name, ""),
        func.coalesce(_patients.c.title, ""),
        func.coalesce(_patients.c.patient_id, ""),
        *(source.c[name] for name in _LATER[:2]),
        func.coalesce(source.c.cancel_reason, ""),
    ).select_from(
        source.outerjoin(
            _patients,
            and_(_patients.c.organization_id == source.c.organization_id, _patients.c.id == source.c.patient_id),
        )
    )


_LIST = _with_names(_own)
_IN_ORDER = (_own.c.scheduled_at, _own.c.id)


def _block(row: Any) -> AppointmentBlock:
    values = (*row[:6], _STATUSES[row[6]], _TYPES[row[7]], *row[8:])
    return AppointmentBlock(*values)


_CONTACTS = text("""
SELECT p.id, p.date_of_birth, f.phone FROM cura.patients p
  JOIN cura.patient_fields f ON f.organization_id = p.organization_id AND f.id = p.id WHERE p.id = ANY (:ids)""")
_BY_DAY = text("""
SELECT (a.scheduled_at AT TIME ZONE 'UTC' AT TIME ZONE :zone)::date AS day,
  count(*) FILTER (WHERE a.status NOT IN ('cancelled', 'no_show', 'rescheduled')) AS booked,
  count(*) FILTER (WHERE a.status IN ('cancelled', 'no_show')) AS off,
  coalesce(sum(a.duration) FILTER (WHERE a.status NOT IN ('cancelled', 'no_show', 'rescheduled')), 0)::int AS minutes
  FROM cura.appointments a
 WHERE a.scheduled_at >= :start AND a.scheduled_at < :end
   AND (CAST(:provider AS int) IS NULL OR a.provider_id = :provider)
 GROUP BY 1""")


class AppointmentRepository:
    """Reads and writes appointments within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def between(
        self, start: datetime, end: datetime, provider_ids: Collection[int] | None = None
    ) -> tuple[AppointmentBlock, ...]:
        """Those that begin from naive UTC `start` up to `end`, of some providers or of all, in time order."""
        wanted = _LIST.where(_own.c.scheduled_at >= start, _own.c.scheduled_at < end)
        if provider_ids is not None:
            wanted = wanted.where(_own.c.provider_id == func.any(list(provider_ids)))
        return self._blocks(wanted.order_by(*_IN_ORDER))

    def by_day(
        self, start: datetime, end: datetime, zone: str, provider_id: int | None = None
    ) -> dict[date, tuple[int, int, int]]:
        """Clinic day -> booked, cancelled or not attended, minutes booked; of those that begin in naive UTC bounds."""
        values = {"start": start, "end": end, "zone": zone, "provider": provider_id}
        return {row.day: (row.booked, row.off, row.minutes) for row in self._session.execute(_BY_DAY, values)}

    def contacts(self, patient_ids: Collection[int]) -> dict[int, tuple[date | None, str]]:
        """Born and telephone by patient, as far as the role may see them."""
        rows = self._session.execute(_CONTACTS, {"ids": list(patient_ids)})
        return {row.id: (row.date_of_birth, row.phone or "") for row in rows}

    def waiting(self, start: datetime, end: datetime) -> tuple[AppointmentBlock, ...]:
        """Those of that time who have arrived and are not in a room yet, or are in one."""
        wanted = _LIST.where(
            _own.c.scheduled_at >= start,
            _own.c.scheduled_at < end,
            _own.c.status.in_((AppointmentStatus.ARRIVED.value, AppointmentStatus.IN_ROOM.value)),
        )
        return self._blocks(wanted.order_by(*_IN_ORDER))

    def of_patient(self, patient_id: int, limit: int) -> tuple[AppointmentBlock, ...]:
        """The newest `limit` appointments of a patient, latest first."""
        wanted = _LIST.where(_own.c.patient_id == patient_id)
        return self._blocks(wanted.order_by(_own.c.scheduled_at.desc(), _own.c.id.desc()).limit(limit))

    def busy(
        self, start: datetime, end: datetime, provider_ids: Collection[int], apart_from: int = 0
    ) -> list[tuple[int, Interval]]:
        """When these providers are booked already between naive UTC `start` and `end`, `apart_from` left out."""
        rows = self._session.execute(
            select(_own.c.provider_id, _own.c.scheduled_at, _own.c.ends_at).where(
                _own.c.provider_id == func.any(list(provider_ids)),
                _own.c.id != apart_from,
                *_takes_time(start, end),
            )
        )
        return [(row[0], Interval(row[1], row[2])) for row in rows]

    def busy_patient(self, patient_id: int, start: datetime, end: datetime, apart_from: int = 0) -> list[Interval]:
        """When the patient is somewhere in the clinic already."""
        rows = self._session.execute(
            select(_own.c.scheduled_at, _own.c.ends_at).where(
                _own.c.patient_id == patient_id, _own.c.id != apart_from, *_takes_time(start, end)
            )
        )
        return [Interval(row[0], row[1]) for row in rows]

    def get(self, appointment_id: int) -> AppointmentBlock | None:
        """One appointment, or None."""
        return self._one(_LIST.where(_own.c.id == appointment_id))

    def of_client_key(self, client_key: UUID) -> AppointmentBlock | None:
        """What was booked with that key, or None."""
        return self._one(_LIST.where(_own.c.client_key == client_key))

    def book(self, draft: AppointmentDraft, client_key: UUID) -> AppointmentBlock | None:
        """Insert; None when this key was used before. The exclusion constraints refuse a clash."""
        booked = (
            insert(_own)
            .values(
                patient_id=draft.patient_id,
                provider_id=draft.provider_id,
                scheduled_at=draft.start,
                duration=draft.minutes,
                type=draft.type.value,
                title=draft.reason.strip(),
                is_virtual=draft.is_virtual,
                room=draft.room or None,
                is_overbooked=draft.is_overbooked,
                overbook_reason=draft.overbook_reason.strip() or None,
                client_key=client_key,
            )
            .on_conflict_do_nothing(index_elements=["organization_id", "client_key"])
            .returning(*_RETURNED)
            .cte("booked")
        )
        return self._one(_with_names(booked))

    def change(self, appointment_id: int, version: int, values: dict[str, Any]) -> AppointmentBlock | None:
        """Update the named columns of that version; None when somebody else changed it, or the role may not."""
        changed = (
            update(_own)
            .where(_own.c.id == appointment_id, _own.c.version == version)
            .values(values)
            .returning(*_RETURNED)
            .cte("changed")
        )
        return self._one(_with_names(changed))

    def _one(self, statement: Select[Any]) -> AppointmentBlock | None:
        row = self._session.execute(statement).first()
        return None if row is None else _block(row)

    def _blocks(self, statement: Select[Any]) -> tuple[AppointmentBlock, ...]:
        return tuple(map(_block, self._session.execute(statement).all()))


def _takes_time(start: datetime, end: datetime) -> tuple[Any, ...]:
    """The same rule as the exclusion constraints, for a stretch of time (design/decisions.md 9)."""
    return (
        _own.c.scheduled_at < end,
        _own.c.ends_at > start,
        _own.c.status.not_in([status.value for status in AppointmentStatus if not status.takes_time]),
        _own.c.is_overbooked.is_(False),
    )
