"""A patient to choose in a form, and where such patients come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PatientChoice:
    """A patient as a search finds them: `SURNAME, Forename`, and what tells two of a name apart."""

    id: int
    name: str
    detail: str = ""


FindPatients = Callable[[str], Sequence[PatientChoice]]
"""Who matches a text; called off the GUI thread."""
