"""The only SQL about favourites and protocols of the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.favourites import Favourite
from cura_desktop.domain.prescriptions import PrescriptionLine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

register_sentence("prescription_favourites_name", "There is a favourite of this name already.", field="name")


class FavouriteRepository:
    """Favourites of the signed-in person's clinic."""

    def __init__(self, session: Session, names: StaffNames) -> None:
        self._session = session
        self._names = names

    def all(self) -> tuple[Favourite, ...]:
        """Those in use, alphabetical."""
        rows = self._run(
            "SELECT id, version, name, lines, created_by FROM cura.prescription_favourites WHERE is_active"
            " ORDER BY lower(name), id"
        )
        self._names.ensure(self._session, (row.created_by for row in rows if row.created_by is not None))
        return tuple(
            Favourite(
                row.id,
                row.version,
                row.name,
                lines_of(row.lines),
                self._names.name(row.created_by) if row.created_by is not None else "",
            )
            for row in rows
        )

    def add(self, name: str, lines: Sequence[PrescriptionLine]) -> None:
        """A new one."""
        self._run(
            "INSERT INTO cura.prescription_favourites (name, lines) VALUES (:name, CAST(:lines AS jsonb)) RETURNING id",
            name=name, lines=lines_to_json(lines),
        )  # fmt: skip

    def remove(self, favourite_id: int, version: int) -> bool:
        """Take it out of use; False when it is not at `version` any more."""
        return bool(
            self._run(
                "UPDATE cura.prescription_favourites SET is_active = false WHERE id = :id AND version = :version"
                " AND is_active RETURNING id",
                id=favourite_id, version=version,
            )
        )  # fmt: skip

    def _run(self, statement: str, /, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        return self._session.execute(text(statement), values).all()


def lines_to_json(lines: Sequence[PrescriptionLine]) -> str:
    """The shape of the column `lines`."""
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[PrescriptionLine, ...]).dump_json(tuple(lines)).decode()


def lines_of(stored: Any) -> tuple[PrescriptionLine, ...]:
    """Raises ValueError for a damaged shape."""
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[PrescriptionLine, ...]).validate_python(stored)
