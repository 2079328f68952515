"""The clinics this PC is enrolled with: a small file in the configuration folder, without secrets."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.sign_in import Enrolment

UNREADABLE = "The list of clinics of this PC cannot be read. Please ask your administrator to enrol this PC again."
UNWRITABLE = "The list of clinics of this PC cannot be written."


class EnrolmentBook:
    """Reads and writes the file. Raises `CuraError` where it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> tuple[Enrolment, ...]:
        """By name of the clinic."""
        try:
            entries = json.loads(self._path.read_text("utf-8"))
            found = [_enrolment(entry) for entry in entries]
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise CuraError(UNREADABLE) from error
        return tuple(sorted(found, key=lambda each: (each.organization_name.casefold(), each.role)))

    def add(self, enrolment: Enrolment) -> None:
        """Add, or replace the enrolment of the same device role."""
        self._write([*(each for each in self.all() if each.role != enrolment.role), enrolment])

    def remove(self, role: str) -> None:
        """Forget an enrolment; an unknown one is no error."""
        self._write([each for each in self.all() if each.role != role])

    def _write(self, enrolments: list[Enrolment]) -> None:
        """Replace the file in one step, so that a crash leaves the old or the new one."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".clinics-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([asdict(each) for each in enrolments], file, indent=1, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except OSError as error:
            raise CuraError(UNWRITABLE) from error


def _enrolment(entry: Any) -> Enrolment:
    """One entry; unknown names (of a later release) are ignored."""
    known = {each.name for each in fields(Enrolment)}
    return Enrolment(**{name: value for name, value in entry.items() if name in known})
