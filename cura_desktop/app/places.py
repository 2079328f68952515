"""Where this program keeps things on this PC."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files below one home.

    `secrets` is a file with mode 0600 that exists only where this PC has no keyring (design/decisions.md 17).
    """

    home: Path

    @classmethod
    def of(cls, home: Path | None) -> Places:
        """The folder asked for, or this user's (`CURA_HOME`, else the data folder of the platform)."""
        if home is not None:
            os.environ["CURA_HOME"] = str(home.resolve())
            return cls(home.resolve())
        from cura_desktop.db.home import default_home

        return cls(default_home())

    @property
    def enrolments(self) -> Path:
        """Which clinics this PC belongs to; nothing in it is secret."""
        return self.home / "enrolments.json"

    @property
    def secrets(self) -> Path:
        """Secrets of the database on this PC, where there is no keyring."""
        return self.home / "secrets.json"

    @property
    def layouts(self) -> Path:
        """Each person's arrangement of the window on this PC."""
        return self.home / "layouts.ini"

    @property
    def drafts(self) -> Path:
        """The encrypted journals of what is being typed."""
        return self.home / "drafts"

    @property
    def logs(self) -> Path:
        """Incidents with their numbers; never a name or a note."""
        return self.home / "logs"
