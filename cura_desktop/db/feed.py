"""The change feed: what other seats changed since the last look (database.md section 8, decisions 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

PAGE = 1000
_CHANGES = (
    "SELECT CAST(next_cursor AS text) AS next_cursor, CAST(xid AS text) AS xid, id, table_name, row_id, action,"
    " patient_id"
    " FROM cura.changes(CAST(:since AS xid8), CAST(:xid AS xid8), :id, :page)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One changed row. `action` is the audit trail's word; `patient_id` is None for rows that belong to no patient."""

    table: str
    row_id: str
    action: str
    patient_id: int | None


class FeedReader:
    """Reads the clinic's changes in order of transaction; a cursor survives lost connections, so nothing is missed.

    The first poll only finds the present. For one thread at a time.
    """

    def __init__(self, database: Database, caller: Caller, *, page: int = PAGE) -> None:
        self._database = database
        self._caller = caller
        self._page = page
        self._cursor: str | None = None
        self._seen: dict[int, int] = {}  # event id -> transaction, for the part behind the cursor that is read again

    def renew(self, caller: Caller) -> None:
        """Go on from the same cursor with the new session of an unlocked screen."""
        self._caller = caller

    def poll(self) -> tuple[Change, ...]:
        """Everything committed since the last poll, each change once.

        The cursor moves when all pages were read, and to the horizon of the *first* page: a transaction that was open
        then and commits between two pages may sort before what was read already, and is found by the next poll.
        """
        with self._database.transaction(self._caller, read_only=True) as transaction:
            rows, horizon = self._read(transaction.session)
        fresh = [row for row in rows if row.id not in self._seen]
        self._cursor = horizon
        self._seen |= {row.id: int(row.xid) for row in fresh}
        self._seen = {event: xid for event, xid in self._seen.items() if xid >= int(horizon)}
        return tuple(Change(row.table_name, row.row_id, row.action, row.patient_id) for row in fresh)

    def _read(self, session: Session) -> tuple[list[Row[Any]], str]:
        from sqlalchemy import text

        statement = text(_CHANGES)
        rows: list[Row[Any]] = []
        horizon: str | None = None
        while True:
            last = (rows[-1].xid, rows[-1].id) if rows else ("0", 0)
            values = {"since": self._cursor, "xid": last[0], "id": last[1], "page": self._page}
            page = session.execute(statement, values).all()
            horizon = horizon if horizon is not None else page[0].next_cursor
            found = [row for row in page if row.id is not None]  # an empty page is one row that only tells the horizon
            rows.extend(found)
            if len(found) < self._page:
                return rows, horizon
