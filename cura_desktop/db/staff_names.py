"""Who the people behind ids are, for screens that name several of them at once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FRESH_SECONDS = 300.0
SOMEBODY = ("", "")


@dataclass(slots=True)
class StaffNames:
    """Name and role by user id, read from `cura.staff` at most every five minutes or when an id is new.

    Held by a service across transactions: a join for each of eight names would cost more than the record itself.
    """

    _people: dict[int, tuple[str, str]] = field(default_factory=dict)
    _read_at: float = float("-inf")

    def ensure(self, session: Session, ids: Iterable[int | None]) -> None:
        """Read the staff again unless everybody in `ids` is known and the list is fresh."""
        unknown = {each for each in ids if each is not None} - self._people.keys()
        if not unknown and time.monotonic() - self._read_at < FRESH_SECONDS:
            return
        from sqlalchemy import text

        rows = session.execute(text("SELECT id, title, first_name, last_name, role FROM cura.staff"))
        people = {row.id: (_name(row.title, row.first_name, row.last_name), role_words(row.role)) for row in rows}
        people.update({each: SOMEBODY for each in unknown if each not in people})
        self._people, self._read_at = people, time.monotonic()

    def name(self, person: int | None) -> str:
        """`Dr Helen Ward`; empty for a system user or nobody."""
        return self._people.get(person, SOMEBODY)[0] if person is not None else ""

    def role(self, person: int | None) -> str:
        """The role in words."""
        return self._people.get(person, SOMEBODY)[1] if person is not None else ""


def role_words(role: str | None) -> str:
    """`lab_technician` as people read it."""
    return (role or "").replace("_", " ").capitalize()


def _name(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
