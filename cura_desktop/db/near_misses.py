"""The only SQL of the near-miss register: what the scanner refused, and what was learnt. It names no patient."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.scanning import NearMiss, NearMissDraft, NearMissKind, ScannedPack

_PACK = text("""
SELECT i.id, i.name FROM cura.inventory_items i
 WHERE i.barcode <> '' AND ltrim(i.barcode, '0') = ltrim(:code, '0') ORDER BY i.is_active DESC, i.id LIMIT 1""")
_ADD = text("""
INSERT INTO cura.near_misses (kind, wanted, scanned, scanned_code, score, is_alike, item_id, client_key)
VALUES (:kind, :wanted, :scanned, :code, :score, :alike, :item, :key)
ON CONFLICT (organization_id, client_key) DO NOTHING""")
_LIST = text("""
SELECT n.id, n.version, n.created_at, n.created_by, n.kind, n.wanted, n.scanned, n.score, n.is_alike, n.note
  FROM cura.near_misses n WHERE CAST(:id AS int) IS NULL OR n.id = :id ORDER BY n.id DESC LIMIT 500""")
_NOTE = text("UPDATE cura.near_misses SET note = :note WHERE id = :id AND version = :version")


class NearMissRepository:
    """Near misses of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pack(self, code: str) -> ScannedPack:
        """The stock item of a code, whatever zeros stand in front of it."""
        row = self._session.execute(_PACK, {"code": code}).one_or_none()
        return ScannedPack(row.id, row.name) if row is not None else ScannedPack()

    def add(self, draft: NearMissDraft, client_key: UUID) -> None:
        """Record one; the same key again adds nothing."""
        values = {
            "kind": draft.kind.value,
            "wanted": draft.wanted[:500],
            "scanned": draft.scanned[:500],
            "code": draft.code[:100],
            "score": draft.score,
            "alike": draft.alike,
            "item": draft.item_id,
            "key": client_key,
        }
        self._session.execute(_ADD, values)

    def newest(self, staff: StaffNames, near_miss_id: int | None = None) -> tuple[NearMiss, ...]:
        """The newest first, at most 500; or only this one."""
        rows = self._session.execute(_LIST, {"id": near_miss_id}).mappings().all()
        staff.ensure(self._session, {row["created_by"] for row in rows})
        return tuple(_near_miss(row, staff) for row in rows)

    def set_note(self, near_miss_id: int, version: int, note: str) -> bool:
        """What was learnt; False when the stored version is another one."""
        values = {"id": near_miss_id, "version": version, "note": note}
        return cast("CursorResult[Any]", self._session.execute(_NOTE, values)).rowcount == 1


def _near_miss(row: Any, staff: StaffNames) -> NearMiss:
    return NearMiss(
        id=row["id"],
        version=row["version"],
        at=row["created_at"],
        by=staff.name(row["created_by"]),
        kind=NearMissKind(row["kind"]),
        wanted=row["wanted"],
        scanned=row["scanned"],
        score=float(row["score"]) if row["score"] is not None else None,
        alike=row["is_alike"],
        note=row["note"],
    )
