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
