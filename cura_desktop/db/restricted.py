"""The only SQL about openings of restricted records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.restricted import Opening

register_sentence("break_glass_openings_other", "Somebody else reviews your own opening of a record.", field="verdict")

_LIST = text("""
SELECT o.id, o.version, o.patient_id, p.last_name, p.first_name, p.patient_id AS number, o.opened_by,
       concat_ws(' ', w.title, w.first_name, w.last_name) AS who, o.opened_at, o.reason, o.verdict, o.review_note,
       concat_ws(' ', r.title, r.first_name, r.last_name) AS reviewer, o.reviewed_at
  FROM cura.break_glass_openings o
  LEFT JOIN cura.patients p ON p.id = o.patient_id
  LEFT JOIN cura.staff w ON w.id = o.opened_by
  LEFT JOIN cura.staff r ON r.id = o.reviewed_by
 WHERE CAST(:id AS int) IS NULL OR o.id = :id
 ORDER BY o.verdict IS NOT NULL, o.opened_at DESC, o.id DESC LIMIT 500""")
_REVIEW = text("""
UPDATE cura.break_glass_openings SET verdict = :verdict, review_note = :note
 WHERE id = :id AND version = :version RETURNING id""")


class OpeningRepository:
    """Openings of the signed-in person's clinic; empty for who may not review."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self, opening_id: int | None = None) -> tuple[Opening, ...]:
        """Those that wait for a review first, then the newest; at most 500, or only this one."""
        return tuple(_opening(row) for row in self._session.execute(_LIST, {"id": opening_id}))

    def review(self, opening: Opening, verdict: str, note: str) -> bool:
        """Write it if it is still this version; the database signs it."""
        values = {"id": opening.id, "version": opening.version, "verdict": verdict, "note": note}
        return self._session.execute(_REVIEW, values).scalar_one_or_none() is not None


def _opening(row: Any) -> Opening:
    return Opening(
        row.id, row.version, row.patient_id, row.last_name or "", row.first_name or "", row.number or "",
        row.opened_by, row.who or "", row.opened_at, row.reason, row.verdict or "", row.review_note,
        row.reviewer or "", row.reviewed_at,
    )  # fmt: skip
