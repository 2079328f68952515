"""The only SQL of the controlled-drug register. The database makes the entries of movements; nothing changes them."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.controlled import RegisterEntry, RegisterPart

register_sentence("controlled_register_by_itself", "This item has no part in the register of controlled drugs.")
register_sentence(
    "controlled_register_difference", "The register says something else now. Count again, or say what you found.",
    field="note",
)  # fmt: skip
register_sentence("controlled_register_note", "Write what is to be noted.", field="note")

_PARTS = text("""
SELECT r.item_id, i.name, i.unit_of_measurement AS unit, count(*) AS entries,
  (array_agg(r.balance ORDER BY r.id DESC))[1] AS balance,
  max(r.created_at) FILTER (WHERE r.kind = 'check') AS checked_at
  FROM cura.controlled_register r
  JOIN cura.inventory_items i ON i.organization_id = r.organization_id AND i.id = r.item_id
 WHERE CAST(:item AS int) IS NULL OR r.item_id = :item
 GROUP BY r.item_id, i.name, i.unit_of_measurement, i.search_key ORDER BY i.search_key""")
_ENTRIES = text("""
SELECT r.id, r.created_at, r.kind, r.quantity, r.balance, r.counted, r.party, r.authority, r.note, r.about_id,
  r.created_by
  FROM cura.controlled_register r WHERE r.item_id = :item ORDER BY r.id DESC LIMIT :most""")
_ADD = text("""
INSERT INTO cura.controlled_register (item_id, kind, counted, about_id, note, client_key)
VALUES (:item, :kind, :counted, :about, :note, :key)
ON CONFLICT (organization_id, client_key) DO NOTHING""")


class ControlledRegisterRepository:
    """The register of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def parts(self, zone: ZoneInfo, item_id: int | None = None) -> tuple[RegisterPart, ...]:
        """Every part by the item's name, or only this one."""
        return tuple(
            RegisterPart(
                row.item_id, row.name, row.unit, row.balance, row.entries,
                to_clinic(row.checked_at, zone).date() if row.checked_at else None,
            )
            for row in self._session.execute(_PARTS, {"item": item_id})
        )  # fmt: skip

    def entries(self, item_id: int, staff: StaffNames, most: int) -> tuple[RegisterEntry, ...]:
        """The newest first."""
        rows = self._session.execute(_ENTRIES, {"item": item_id, "most": most}).all()
        staff.ensure(self._session, {row.created_by for row in rows})
        return tuple(
            RegisterEntry(
                row.id, row.created_at, row.kind, row.quantity, row.balance, staff.name(row.created_by), row.party,
                row.authority, row.note, row.counted, row.about_id,
            )
            for row in rows
        )  # fmt: skip

    def check(self, item_id: int, counted: int, note: str, client_key: UUID) -> None:
        """The balance was counted; the same key again adds nothing."""
        self._add(item_id, "check", counted, None, note, client_key)

    def annotate(self, item_id: int, about_id: int, note: str, client_key: UUID) -> None:
        """A dated note beside an entry; the same key again adds nothing."""
        self._add(item_id, "note", None, about_id, note, client_key)

    def _add(self, item_id: int, kind: str, counted: int | None, about_id: int | None, note: str, key: UUID) -> None:
        values = {"item": item_id, "kind": kind, "counted": counted, "about": about_id, "note": note, "key": key}
        self._session.execute(_ADD, values)
