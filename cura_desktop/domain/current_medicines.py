"""Which prescribed items a patient takes now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

REPEAT_GRACE = timedelta(days=28)
"""How long a repeat medicine stays on the list after its last supply should have run out: people come late (ours)."""
UNSTATED_COURSE = timedelta(days=28)
"""How long a dispensed item without a duration counts as being taken (ours)."""


@dataclass(frozen=True, slots=True)
class CurrentMedicine:
    """An item of an active prescription that has not ended. `ends_on` is None where no duration was given."""

    name: str
    strength: str
    form: str
    directions: str
    indication: str
    since: datetime
    prescriber: str
    repeat: bool
    as_required: bool
    prescription_id: int
    ends_on: date | None = None


def medicine_ends(
    issued: date, days: int | None, repeats: int, *, repeat: bool, open_prescription: bool
) -> date | None:
    """The last day a prescribed item counts as a current medicine; None is "until somebody stops it".

    While the prescription is open its repeats count too; once it is completed, the supply in hand does.
    """
    grace = REPEAT_GRACE if repeat else timedelta()
    if days is None:
        return None if open_prescription else issued + UNSTATED_COURSE + grace
    return issued + timedelta(days=days * (1 + repeats if open_prescription else 1)) + grace
