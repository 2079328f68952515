"""The only SQL about interaction lists of other publishers. A list is read once a process and kept by its hash."""

from __future__ import annotations

import gzip
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from cura_desktop.db.medicines_reference import shipped_reference
from cura_desktop.domain.checking import InteractionReference
from cura_desktop.domain.errors import DamagedFileError, InvalidInputError
from cura_desktop.domain.interaction_lists import read_interactions, together

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST_KEPT = 8
_Key = TypeVar("_Key")
_parsed: dict[bytes, InteractionReference] = {}
_joined: dict[tuple[bytes, ...], InteractionReference] = {}


class InteractionListRepository:
    """The lists of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def over(self, own: InteractionReference) -> InteractionReference:
        """The program's rules `own` with every active list. Raises `DamagedFileError` for one that cannot be read."""
        from sqlalchemy import text

        rows = self._session.execute(
            text("SELECT id, name, dated, sha256 FROM cura.interaction_lists WHERE is_active ORDER BY id")
        ).all()
        if not rows:
            return own
        key = tuple(bytes(row.sha256) for row in rows)
        is_shipped = own is shipped_reference()
        if is_shipped and key in _joined:
            return _joined[key]
        joined = together(own, [self._list(row.id, row.name, row.dated.date(), bytes(row.sha256)) for row in rows])
        if is_shipped:
            _keep(_joined, key, joined)
        return joined

    def _list(self, list_id: int, name: str, dated: date, sha256: bytes) -> InteractionReference:
        from sqlalchemy import text

        if sha256 not in _parsed:
            content = self._session.execute(
                text("SELECT content_bytes FROM cura.interaction_lists WHERE id = :id"), {"id": list_id}
            ).scalar_one()
            _keep(_parsed, sha256, unpacked(bytes(content), name, dated))
        return _parsed[sha256]


def packed(text: str) -> bytes:
    """How a list is stored; the same text gives the same bytes."""
    return gzip.compress(text.encode(), mtime=0)


def unpacked(content: bytes, name: str, dated: date) -> InteractionReference:
    """What `packed` made. Raises `DamagedFileError`."""
    try:
        return read_interactions(gzip.decompress(content).decode(), name, dated).reference()
    except (OSError, EOFError, ValueError, InvalidInputError) as error:
        raise DamagedFileError(f"The interaction list “{name}” is damaged. Import it again.") from error


def _keep(cache: dict[_Key, InteractionReference], key: _Key, value: InteractionReference) -> None:
    if len(cache) >= MOST_KEPT:
        cache.clear()
    cache[key] = value
