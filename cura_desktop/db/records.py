"""Reading one patient's record: the summary in one statement, the journal in another.

Clinical rows are visible only through a chart that this session opened in an earlier, committed transaction
(decisions.md 12). Both statements say whether it is open, so that a closed chart is never shown as an empty one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cura_desktop.db.record_shapes import measured_lines, summary_of
from cura_desktop.db.record_statements import ATTACHMENT, JOURNAL, SUMMARY
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.errors import NotFoundError
from cura_desktop.domain.records import Attachment, ChartClosedError, EntryKind, JournalEntry, RecordSummary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

NOBODY = "This patient is not in the clinic's records."
JOURNAL_LIMIT = 300
MEASURED = (EntryKind.RESULT, EntryKind.OBSERVATIONS)


class RecordRepository:
    """Reads the record. Opening a chart belongs into a transaction of its own, before any reading."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_chart(self, patient_id: int, reason: str, break_glass: bool) -> bool:
        """Write the opening into the audit trail; False: restricted, nothing was opened."""
        from sqlalchemy import text

        return bool(
            self._session.execute(
                text("SELECT cura.open_chart(:patient, :reason, :glass)"),
                {"patient": patient_id, "reason": reason, "glass": break_glass},
            ).scalar_one()
        )

    def summary(
        self, patient_id: int, names: StaffNames, *, now: datetime, today: date, may: Mapping[str, bool]
    ) -> RecordSummary:
        """Raises `NotFoundError`, and `ChartClosedError` where the chart is not open in this session.

        `may` says which modules the role may view: what it may not is None in the summary.
        """
        from sqlalchemy import text

        values = {"patient": patient_id, "now": now, "today": today}
        found = self._session.execute(text(SUMMARY), values).one_or_none()
        if found is None:
            raise NotFoundError(NOBODY)
        row: dict[str, Any] = dict(found._mapping)
        if not row["opened"]:
            raise ChartClosedError
        names.ensure(self._session, _people(row))
        return summary_of(row, names, today, may)

    def journal(
        self, patient_id: int, names: StaffNames, *, kind: EntryKind | None = None, words: str = ""
    ) -> tuple[JournalEntry, ...]:
        """Everything that happened, newest first; raises `ChartClosedError`."""
        from sqlalchemy import text

        values = {
            "patient": patient_id,
            "kind": kind.value if kind is not None else None,
            "pattern": _pattern(words),
            "limit": JOURNAL_LIMIT,
        }
        rows = self._session.execute(text(JOURNAL), values).mappings().all()
        if not rows:
            self.require_open(patient_id)
        names.ensure(self._session, (row["author"] for row in rows))
        return tuple(
            JournalEntry(
                EntryKind(row["kind"]),
                row["id"],
                row["at"],
                names.name(row["author"]),
                row["title"] or "",
                measured_lines(row["body"] or "") if row["kind"] in MEASURED else row["body"] or "",
                row["status"] or "",
            )
            for row in rows
        )

    def attachment(self, patient_id: int, document_id: int) -> Attachment | None:
        """The file of a document; None where it has none."""
        from sqlalchemy import text

        row = self._session.execute(text(ATTACHMENT), {"document": document_id, "patient": patient_id}).one_or_none()
        return None if row is None else Attachment(row.file_name, row.media_type, bytes(row.content))

    def require_open(self, patient_id: int) -> None:
        """Raises `ChartClosedError` unless this session opened the chart in an earlier transaction."""
        from sqlalchemy import text

        opened = self._session.execute(
            text("SELECT :patient = ANY ((SELECT cura.open_charts())::int[])"), {"patient": patient_id}
        ).scalar_one()
        if not opened:
            raise ChartClosedError


def _pattern(words: str) -> str | None:
    cleaned = words.strip()
    if not cleaned:
        return None
    for special in ("\\", "%", "_"):
        cleaned = cleaned.replace(special, f"\\{special}")
    return f"%{cleaned}%"


def _people(row: Mapping[str, Any]) -> set[int]:
    """Everybody the summary names."""
    found = {each[8] for key in ("allergies", "problems") for each in row[key] or ()}
    found |= {each[6] for each in row["medicines"] or ()} | {each[3] for each in row["visits"] or ()}
    if row["stated"] is not None:
        found.add(row["stated"][1])
    return found
