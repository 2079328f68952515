"""The only SQL of the waiting list."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.waiting_list import WaitingDraft, WaitingEntry

register_sentence(
    "waiting_list_once", "This patient waits for this person already; change that request.", field="patient"
)

_ENTRIES = text("""
SELECT w.id, w.version, w.patient_id, w.provider_id, w.minutes, w.urgency, w.reason, w.day_parts, w.weekdays,
  w.latest_day, w.status, w.created_at, p.last_name, p.first_name, p.patient_id AS number, f.phone,
  concat_ws(' ', s.title, s.first_name, s.last_name) AS provider
  FROM cura.waiting_list w
  LEFT JOIN cura.patients p ON p.organization_id = w.organization_id AND p.id = w.patient_id
  LEFT JOIN cura.patient_fields f ON f.organization_id = w.organization_id AND f.id = w.patient_id
  LEFT JOIN cura.staff s ON s.organization_id = w.organization_id AND s.id = w.provider_id
 WHERE CASE WHEN CAST(:id AS int) IS NULL THEN w.status = 'waiting' ELSE w.id = :id END
 ORDER BY w.created_at LIMIT 500""")
_ADD = text("""
INSERT INTO cura.waiting_list
  (patient_id, provider_id, minutes, urgency, reason, day_parts, weekdays, latest_day, client_key)
VALUES (:patient, :provider, :minutes, :urgency, :reason, :parts, CAST(:days AS smallint[]), :latest, :key)
ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id""")
_BY_KEY = text("SELECT w.id FROM cura.waiting_list w WHERE w.client_key = :key")
_CHANGE = text("""
UPDATE cura.waiting_list SET provider_id = :provider, minutes = :minutes, urgency = :urgency, reason = :reason,
       day_parts = :parts, weekdays = CAST(:days AS smallint[]), latest_day = :latest
 WHERE id = :id AND version = :version AND status = 'waiting' RETURNING id""")
_END = text("""
UPDATE cura.waiting_list SET status = :status, appointment_id = :appointment, end_reason = :reason
 WHERE id = :id AND version = :version AND status = 'waiting' RETURNING id""")
_RETURN = text("""
UPDATE cura.waiting_list SET status = 'waiting', appointment_id = NULL, end_reason = NULL
 WHERE id = :id AND status = 'removed' RETURNING id""")


class WaitingListRepository:
    """Requests of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self) -> tuple[WaitingEntry, ...]:
        """Everybody who waits, the longest first."""
        return tuple(_entry(row) for row in self._session.execute(_ENTRIES, {"id": None}))

    def get(self, entry_id: int) -> WaitingEntry | None:
        """One request, also an ended one."""
        row = self._session.execute(_ENTRIES, {"id": entry_id}).one_or_none()
        return None if row is None else _entry(row)

    def add(self, draft: WaitingDraft, client_key: UUID) -> int:
        """Add a request; the same key again is the same one."""
        values = {**_values(draft), "patient": draft.patient_id, "key": client_key}
        made = self._session.execute(_ADD, values).scalar_one_or_none()
        return int(made or self._session.execute(_BY_KEY, {"key": client_key}).scalar_one())

    def change(self, entry_id: int, version: int, draft: WaitingDraft) -> bool:
        """Write it if it is still this version and waits."""
        values = {**_values(draft), "id": entry_id, "version": version}
        return self._session.execute(_CHANGE, values).scalar_one_or_none() is not None

    def end(self, entry_id: int, version: int, status: str, appointment_id: int | None, reason: str) -> bool:
        """Booked, or taken off with a reason."""
        values = {
            "id": entry_id, "version": version, "status": status, "appointment": appointment_id,
            "reason": reason or None,
        }  # fmt: skip
        return self._session.execute(_END, values).scalar_one_or_none() is not None

    def put_back(self, entry_id: int) -> bool:
        """Undo taking it off."""
        return self._session.execute(_RETURN, {"id": entry_id}).scalar_one_or_none() is not None


def _values(draft: WaitingDraft) -> dict[str, Any]:
    return {
        "provider": draft.provider_id,
        "minutes": draft.minutes,
        "urgency": draft.urgency,
        "reason": draft.reason.strip(),
        "parts": sorted(draft.day_parts),
        "days": sorted(draft.weekdays),
        "latest": None if draft.latest_day is None else datetime.combine(draft.latest_day, time()),
    }


def _entry(row: Any) -> WaitingEntry:
    details = WaitingDraft(
        row.patient_id, row.provider_id, row.minutes, row.urgency, row.reason, frozenset(row.day_parts),
        frozenset(row.weekdays), row.latest_day.date() if row.latest_day else None,
    )  # fmt: skip
    name = display_name(row.last_name or "", row.first_name or "") or "Name not shown"
    return WaitingEntry(
        row.id,
        row.version,
        details,
        name,
        row.number or "",
        row.phone or "",
        row.provider or "",
        row.created_at,
        row.status,
    )
