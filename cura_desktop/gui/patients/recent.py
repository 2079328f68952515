"""Whom this person opened last, on this PC. Ids only: the file must not name anybody."""

from __future__ import annotations

from typing import Protocol

from cura_desktop.gui.shell.layouts import LayoutStore, Person

MOST = 20
_NAME = "recent_patients"


class Recent(Protocol):
    """The ids of the patients opened last, the newest first."""

    def ids(self) -> tuple[int, ...]: ...
    def add(self, patient_id: int) -> None: ...


class RecentPatients:
    """Kept with the person's other choices."""

    def __init__(self, layouts: LayoutStore, person: Person) -> None:
        self._layouts = layouts
        self._person = person

    def ids(self) -> tuple[int, ...]:
        """The newest first. A damaged entry counts as none."""
        text = self._layouts.choice(self._person, _NAME)
        return tuple(int(part) for part in text.split(" ") if part.isascii() and part.isdigit())[:MOST]

    def add(self, patient_id: int) -> None:
        """Put a patient in front."""
        ids = (patient_id, *(one for one in self.ids() if one != patient_id))[:MOST]
        self._layouts.keep_choice(self._person, _NAME, " ".join(str(one) for one in ids))
