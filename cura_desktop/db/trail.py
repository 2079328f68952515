"""The trail's functions in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class TrailRepository:
    """Calls; the rows themselves belong to the database."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seal(self) -> int | None:
        """The number of the new block."""
        block = self._session.execute(text("SELECT cura.seal()")).scalar()
        return int(block) if block is not None else None

    def verify(self) -> tuple[tuple[int, str], ...]:
        """Problems of the own clinic's chain."""
        rows = self._session.execute(text("SELECT seq, problem FROM cura.verify_audit()"))
        return tuple((int(row.seq), str(row.problem)) for row in rows)

    def prove(self) -> tuple[tuple[str, str, str, str], ...]:
        """Derived figures that disagree."""
        rows = self._session.execute(text("SELECT what, row_id, expected, found FROM cura.prove()"))
        return tuple((row.what, row.row_id, str(row.expected), str(row.found)) for row in rows)
