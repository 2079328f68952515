"""Favourites and protocols: one or several medicines with their doses, kept to prescribe again (P7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cura_desktop.domain.prescriptions import MOST_LINES, PrescriptionLine

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Favourite:
    """A stored favourite; one with several lines is a protocol."""

    id: int
    version: int
    name: str
    lines: tuple[PrescriptionLine, ...]
    kept_by: str = ""

    @property
    def words(self) -> str:
        """The medicines with their directions, one a line."""
        return "\n".join(f"{line.title}: {line.directions}" for line in self.lines)


def favourite_problems(name: str, lines: Sequence[PrescriptionLine]) -> dict[str, str]:
    """Field -> sentence."""
    found = {}
    if not name.strip():
        found["name"] = "Give it a name to find it by."
    elif len(name.strip()) > LONGEST_NAME:
        found["name"] = f"At most {LONGEST_NAME} characters."
    if not lines:
        found["lines"] = "Put a medicine on the prescription first."
    elif len(lines) > MOST_LINES or any(line.problems() for line in lines):
        found["lines"] = "Complete the lines of the prescription first."
    return found


def kept_lines(lines: Sequence[PrescriptionLine]) -> tuple[PrescriptionLine, ...]:
    """What of a prescription is kept: nothing that was about one person (indication, reason for a long supply)."""
    return tuple(replace(line, indication="", long_supply_reason="") for line in lines)
