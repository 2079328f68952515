"""The only SQL that reads the audit trail, and asks the database to prove itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cura_desktop.domain.audit import (
    READING_ACTIONS,
    AuditEvent,
    AuditFilter,
    AuditPage,
    ChainReport,
    ChangedValue,
    LedgerDifference,
    OwnSession,
)

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

_EVENTS = """
SELECT e.id, e."timestamp" AS at, concat_ws(' ', s.title, s.first_name, s.last_name) AS person, e.action,
       e.data_category AS category, e.table_name AS "table", coalesce(e.row_id, '') AS row_id, e.patient_id,
       concat_ws(', ', upper(p.last_name), p.first_name) AS patient, e.details, coalesce(e.ip_address, '') AS address
  FROM cura.gdpr_audit_trail e
  LEFT JOIN cura.staff s ON s.organization_id = e.organization_id AND s.id = e.user_id
  LEFT JOIN cura.patients p ON p.organization_id = e.organization_id AND p.id = e.patient_id
 WHERE (CAST(:patient AS int) IS NULL OR e.patient_id = :patient)
   AND (CAST(:person AS int) IS NULL OR e.user_id = :person)
   AND (CAST(:actions AS text[]) IS NULL OR e.action = ANY (CAST(:actions AS text[])))
   AND (CAST(:first AS timestamp) IS NULL OR e."timestamp" >= :first)
   AND (CAST(:last AS timestamp) IS NULL OR e."timestamp" < :last)
   AND (CAST(:before AS int) IS NULL OR e.id < :before)
 ORDER BY e.id DESC
 LIMIT :most
"""


class AuditRepository:
    """The trail of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def events(
        self, wanted: AuditFilter, first: datetime | None, last: datetime | None, before: int | None, most: int
    ) -> AuditPage:
        """The latest first; `first` and `last` (excluded) are naive UTC, `before` the id of an event already shown."""
        actions = list(READING_ACTIONS) if wanted.readings_only else [wanted.action] if wanted.action else None
        rows = self._run(
            _EVENTS,
            patient=wanted.patient_id,
            person=wanted.user_id,
            actions=actions,
            first=first,
            last=last,
            before=before,
            most=most + 1,
        )
        return AuditPage(tuple(_event(row) for row in rows[:most]), len(rows) > most)

    def values(self, event_id: int) -> tuple[ChangedValue, ...]:
        """What an event changed. Raises `NotAllowedError` where this person may not read the row itself."""
        rows = self._run("SELECT before, after FROM cura.audit_values(:id)", id=event_id)
        if not rows:
            return ()
        before, after = rows[0]["before"] or {}, rows[0]["after"] or {}
        names = sorted(before.keys() | after.keys())
        return tuple(ChangedValue(name, before.get(name), after.get(name)) for name in names)

    def seal(self) -> None:
        """Close the open block, so that verifying covers everything up to now."""
        self._run("SELECT cura.seal()")

    def verify(self) -> ChainReport:
        """Whether every block still agrees with its rows. Raises `NotAllowedError`."""
        found = self._run("SELECT seq, problem FROM cura.verify_audit()")
        totals = self._run("SELECT count(*) AS blocks, coalesce(sum(n), 0)::bigint AS events FROM audit.block")[0]
        problems = tuple(f"Block {row['seq']}: {row['problem']}" for row in found)
        return ChainReport(totals["blocks"], totals["events"], problems)

    def prove(self) -> tuple[LedgerDifference, ...]:
        """Derived figures that disagree with their ledger. Raises `NotAllowedError`."""
        rows = self._run("SELECT what, row_id, expected, found FROM cura.prove()")
        return tuple(LedgerDifference(**row) for row in rows)

    def own_sessions(self) -> tuple[OwnSession, ...]:
        """Where the signed-in person is signed in."""
        rows = self._run("SELECT device, db_role, issued_at, last_seen, is_this FROM cura.my_sessions()")
        found = (
            OwnSession(row["device"] or row["db_role"], _utc(row["issued_at"]), _utc(row["last_seen"]), row["is_this"])
            for row in rows
        )
        return tuple(sorted(found, key=lambda one: (not one.is_this, -one.last_seen.timestamp())))

    def end_other_sessions(self) -> int:
        """Sign out everywhere else; returns how many sessions ended."""
        return int(self._run("SELECT cura.end_other_sessions() AS ended")[0]["ended"])

    def _run(self, statement: str, **values: Any) -> Sequence[RowMapping]:
        from sqlalchemy import text

        return self._session.execute(text(statement), values).mappings().all()


def _event(row: RowMapping) -> AuditEvent:
    values = dict(row)
    details = values.pop("details") or {}
    return AuditEvent(**values, columns=tuple(details.get("columns") or ()), reason=str(details.get("reason") or ""))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
