"""Where the window's arrangement is kept: per organization, person and perspective, in a file of the config folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

LAYOUT_VERSION = 1
"""Raised when docks or toolbars change so much that an older arrangement would mislead; older ones are then ignored."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose arrangement it is. Ids only: the file must not name anybody."""

    organization_id: int
    user_id: int

    @property
    def _group(self) -> str:
        return f"layouts/v{LAYOUT_VERSION}/{self.organization_id}/{self.user_id}"


@dataclass(frozen=True, slots=True)
class Layout:
    """What Qt needs to put the window back: geometry and the state of docks and toolbars."""

    geometry: QByteArray
    state: QByteArray


class LayoutStore:
    """Reads and writes arrangements. A file that cannot be read counts as empty: the defaults then apply."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    def keep(self, person: Person, perspective: str, layout: Layout) -> None:
        """Remember the arrangement of one perspective."""
        group = f"{person._group}/{perspective}"
        self._settings.setValue(f"{group}/geometry", layout.geometry)
        self._settings.setValue(f"{group}/state", layout.state)

    def find(self, person: Person, perspective: str) -> Layout | None:
        """The remembered arrangement, or None when there is none of this version."""
        group = f"{person._group}/{perspective}"
        geometry = self._settings.value(f"{group}/geometry")
        state = self._settings.value(f"{group}/state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray) and not state.isEmpty():
            return Layout(geometry, state)
        return None

    def forget(self, person: Person, perspective: str) -> None:
        """Back to the perspective's own arrangement."""
        self._settings.remove(f"{person._group}/{perspective}")

    def keep_perspective(self, person: Person, perspective: str) -> None:
        """Remember what the person was in last."""
        self._settings.setValue(f"{person._group}/perspective", perspective)

    def perspective(self, person: Person) -> str:
        """The perspective of the last visit, or an empty string at the first sign-in."""
        return str(self._settings.value(f"{person._group}/perspective", ""))

    def keep_choice(self, person: Person, name: str, value: str) -> None:
        """Remember a small choice of the person (theme, text size)."""
        self._settings.setValue(f"choices/{person.organization_id}/{person.user_id}/{name}", value)

    def choice(self, person: Person, name: str, default: str = "") -> str:
        """A small choice of the person, or `default`."""
        return str(self._settings.value(f"choices/{person.organization_id}/{person.user_id}/{name}", default))

    def flush(self) -> None:
        """Write to the disk now (at sign-out and at the end)."""
        self._settings.sync()
