"""Bringing in medicine and interaction lists of other publishers, each whole or not at all (P15, issue 4)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cura_desktop.db.imports import connect, find_clinic
from cura_desktop.db.list_imports import store_interactions, store_medicines
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.interaction_lists import read_interactions
from cura_desktop.domain.medicine_lists import read_medicines

LARGEST = 256 * 1024 * 1024


class ListImportService:
    """Imports into one organization, with the administrator's connection. Used as a context manager."""

    def __init__(self, dsn: str, organization: str) -> None:
        self._connection = connect(dsn)
        try:
            self._clinic = find_clinic(self._connection, organization)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> ListImportService:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def import_interactions(self, path: Path, name: str, dated: date) -> int:
        """Keep the list under `name`, replacing an older one; how many pairs. Raises `InvalidInputError`."""
        if not name.strip():
            raise InvalidInputError({"name": "Say whose list it is: the name stands beside every finding."})
        listed = read_interactions(_text(path), name, dated)
        store_interactions(self._connection, self._clinic, listed)
        return len(listed.pairs)

    def import_medicines(self, path: Path, source: str, dated: date) -> tuple[int, int]:
        """Add what the clinic's list has not; how many were new and how many were read. Raises `InvalidInputError`."""
        if not source.strip():
            raise InvalidInputError({"source": "Say whose list it is: the name stands beside every medicine."})
        listed = read_medicines(_text(path))
        system = "dm+d" if path.suffix.casefold() == ".xml" else "imported"
        new = store_medicines(self._connection, self._clinic, listed, source.strip(), dated, system)
        return new, len(listed)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInputError({"file": f"{path.name} is larger than 256 MB."})
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError({"file": f"{path.name} is not UTF-8 text."}) from error
    except OSError as error:
        raise InvalidInputError({"file": f"{path.name} cannot be read: {error.strerror}."}) from error
