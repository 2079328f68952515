"""The only SQL that reads and reviews laboratory results for people."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.results import QueuedResult, ResultLine, ResultReport

register_sentence("lab_results_review_order", "This result is not reported yet; there is nothing to review.")
register_sentence("lab_results_review_taken_back", "A review can be taken back only by the person who gave it.")

MOST_REPORTS = 200
_QUEUE = text("SELECT * FROM cura.results_queue()")
_REPORTS = text("""
SELECT r.id, r.version, r.test_name, r.status, r.severity, r.result_status, r.specimen_type, r.notes, r.ordered_by,
  r.ordered_at, r.collected_at, r.reported_at, r.reviewed_by, r.reviewed_at, r.review_action, r.review_comment,
  coalesce((SELECT jsonb_agg(jsonb_build_array(i.name, concat(i.comparator, i.value_text), i.unit, i.reference_range,
      i.low::text, i.high::text, CASE WHEN coalesce(i.comparator, '') = '' THEN i.value::text END, i.interpretation,
      i.is_own_interpretation, i.result_status, i.taken_at, i.superseded_at) ORDER BY i.superseded_at DESC NULLS FIRST,
      i.line)
    FROM cura.lab_result_items i WHERE i.organization_id = r.organization_id AND i.lab_result_id = r.id), '[]') AS lines
  FROM cura.lab_results r WHERE r.patient_id = :patient AND (CAST(:id AS int) IS NULL OR r.id = :id)
 ORDER BY coalesce(r.collected_at, r.reported_at, r.ordered_at, r.created_at) DESC, r.id DESC LIMIT :most""")
_REVIEW = text("""
UPDATE cura.lab_results SET status = 'reviewed', review_action = :action, review_comment = :comment
 WHERE id = :id AND patient_id = :patient AND version = :version AND status = 'completed' RETURNING id""")
_TAKE_BACK = text("""
UPDATE cura.lab_results SET status = 'completed'
 WHERE id = :id AND patient_id = :patient AND status = 'reviewed' RETURNING id""")


class ResultRepository:
    """Results of the signed-in person's clinic; those of one patient only while the chart is open."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, staff: StaffNames, user_id: int) -> tuple[QueuedResult, ...]:
        """What waits for a review in the clinic, the most urgent first, then the oldest."""
        rows = self._session.execute(_QUEUE).all()
        staff.ensure(self._session, {row.ordered_by for row in rows})
        return tuple(
            QueuedResult(
                row.result_id,
                row.patient_id,
                row.patient_number or "",
                row.last_name or "",
                row.first_name or "",
                row.date_of_birth,
                row.severity,
                staff.name(row.ordered_by),
                row.ordered_by == user_id,
                row.reported_at,
            )
            for row in rows
        )

    def of_patient(
        self, staff: StaffNames, user_id: int, patient_id: int, result_id: int | None = None
    ) -> tuple[ResultReport, ...]:
        """Everything about a patient, the newest first; or one report."""
        rows = self._session.execute(_REPORTS, {"patient": patient_id, "id": result_id, "most": MOST_REPORTS}).all()
        staff.ensure(self._session, {one for row in rows for one in (row.ordered_by, row.reviewed_by)})
        return tuple(_report(row, staff, user_id) for row in rows)

    def review(self, patient_id: int, result_id: int, version: int, action: str | None, comment: str) -> bool:
        """Mark it reviewed if it is still this version and waits."""
        values = {
            "id": result_id, "patient": patient_id, "version": version, "action": action, "comment": comment or None,
        }  # fmt: skip
        return self._session.execute(_REVIEW, values).scalar_one_or_none() is not None

    def take_back(self, patient_id: int, result_id: int) -> bool:
        """Let it wait again; raises through `lab_results_review_taken_back` for somebody else's review."""
        values = {"id": result_id, "patient": patient_id}
        return self._session.execute(_TAKE_BACK, values).scalar_one_or_none() is not None


def _report(row: Any, staff: StaffNames, user_id: int) -> ResultReport:
    return ResultReport(
        id=row.id,
        version=row.version,
        test=row.test_name,
        status=row.status,
        severity=row.severity,
        result_status=row.result_status,
        lines=tuple(_line(one) for one in row.lines),
        specimen=row.specimen_type or "",
        notes=row.notes or "",
        ordered_by=staff.name(row.ordered_by),
        ordered_at=row.ordered_at,
        collected_at=row.collected_at,
        reported_at=row.reported_at,
        reviewed_by=staff.name(row.reviewed_by),
        reviewed_at=row.reviewed_at,
        reviewed_by_me=row.reviewed_by == user_id,
        action=row.review_action or "",
        comment=row.review_comment or "",
    )


def _line(shape: list[Any]) -> ResultLine:

    name, said, unit, reference, low, high, value, interpretation, own, status, at, replaced = shape
    return ResultLine(
        name,
        said,
        unit or "",
        reference or "",
        _number(low),
        _number(high),
        _number(value),
        interpretation or "",
        bool(own),
        status,
        datetime.fromisoformat(at) if at else None,
        datetime.fromisoformat(replaced) if replaced else None,
    )


def _number(text_: str | None) -> Decimal | None:
    return None if text_ is None else Decimal(text_)
