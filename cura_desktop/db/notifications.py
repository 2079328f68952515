"""The only SQL about notifications."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cura_desktop.domain.messages import Notification, Related

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

_KINDS = {"error": "danger"}


class NotificationRepository:
    """Row-level security leaves nothing but the signed-in person's own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mine(self, me: int, most: int) -> tuple[Notification, ...]:
        """The latest first."""
        from sqlalchemy import text

        rows = self._session.execute(
            text(
                "SELECT id, title, message, type, created_at, is_read, related_entity FROM cura.notifications"
                " WHERE user_id = :me ORDER BY created_at DESC, id DESC LIMIT :most"
            ),
            {"me": me, "most": most},
        ).mappings()
        return tuple(_notification(row) for row in rows)

    def unread_count(self, me: int) -> int:
        """How many are unread."""
        from sqlalchemy import text

        found: int = self._session.execute(
            text("SELECT count(*) FROM cura.notifications WHERE user_id = :me AND NOT is_read"), {"me": me}
        ).scalar_one()
        return found

    def mark_read(self, me: int, ids: Sequence[int] | None) -> None:
        """These, or all of them with None."""
        from sqlalchemy import text

        self._session.execute(
            text(
                "UPDATE cura.notifications SET is_read = true WHERE user_id = :me AND NOT is_read"
                " AND (CAST(:ids AS int[]) IS NULL OR id = ANY (CAST(:ids AS int[])))"
            ),
            {"me": me, "ids": list(ids) if ids is not None else None},
        )


def _notification(row: RowMapping) -> Notification:
    return Notification(
        id=row["id"],
        title=row["title"],
        text=row["message"],
        kind=_KINDS.get(row["type"], row["type"]),
        at=row["created_at"],
        unread=not row["is_read"],
        related=_related(row["related_entity"]),
    )


def _related(shape: Any) -> Related | None:
    """`{"type": "conversation", "id": ...}` or `{"table": "appointments", "id": ...}`."""
    if not isinstance(shape, dict) or "id" not in shape:
        return None
    kind = shape.get("type") or shape.get("table") or ""
    return Related(str(kind), str(shape["id"])) if kind else None
