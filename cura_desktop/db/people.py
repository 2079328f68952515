"""The people of a clinic, as everybody in it may know them, and the reset of a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cura_desktop.db.credentials import Verifier
from cura_desktop.domain.sign_in import StaffMember

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class PeopleRepository:
    """Reads `cura.staff` (decisions 2) and writes credentials through the sign-in functions alone."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def staff(self) -> tuple[StaffMember, ...]:
        """Everybody of the clinic, by name."""
        from sqlalchemy import text

        rows = self._session.execute(
            text(
                "SELECT id, first_name, last_name, role, medical_specialty_category AS specialty, is_active"
                " FROM cura.staff ORDER BY last_name, first_name, id"
            )
        )
        return tuple(
            StaffMember(
                id=row.id,
                full_name=f"{row.first_name} {row.last_name}".strip(),
                role=row.role,
                specialty=row.specialty or "",
                active=row.is_active,
            )
            for row in rows
        )

    def reset_credential(self, person_id: int, verifier: Verifier) -> None:
        """Let `person_id` in with a one-time code for 24 hours; their sessions and old password end now."""
        from sqlalchemy import text

        self._session.execute(
            text("SELECT cura.reset_credential(:person, :salt, :kdf, :stored_key, :server_key)"),
            {
                "person": person_id,
                "salt": verifier.salt,
                "kdf": verifier.kdf,
                "stored_key": verifier.stored_key,
                "server_key": verifier.server_key,
            },
        )
