"""The register of controlled drugs of schedules 1 and 2: a part for each item, entries stay (domain-rules A5e.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

CHECK_DAYS = 7
"""The balance is counted at least so often."""
KINDS = {
    "opening": "Opening", "received": "Received", "supplied": "Supplied", "sold": "Sold", "returned": "Returned",
    "sent_back": "Sent back", "destroyed": "Destroyed", "adjusted": "Adjusted", "collected": "Collected",
    "check": "Balance check", "note": "Note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterPart:
    """The part of one item. `balance` in stock units; `checked_on` is the clinic's day of the last balance check."""

    item_id: int
    item: str
    unit: str
    balance: int
    entries: int
    checked_on: date | None = None

    def is_due(self, today: date) -> bool:
        """Whether the balance was not counted for a week."""
        return self.checked_on is None or self.checked_on <= today - timedelta(days=CHECK_DAYS)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An entry that never changes. `at` is naive UTC, `party` from or to whom, `about_id` the entry a note is about."""

    id: int
    at: datetime
    kind: str
    quantity: int
    balance: int
    by: str
    party: str = ""
    authority: str = ""
    note: str = ""
    counted: int | None = None
    about_id: int | None = None

    @property
    def words(self) -> str:
        """What happened."""
        return KINDS.get(self.kind, self.kind)

    @property
    def remark(self) -> str:
        """What is written beside it."""
        parts = [f"To entry {self.about_id}"] if self.about_id is not None else []
        if self.counted is not None:
            parts.append(f"Counted {self.counted:,}" + ("" if self.counted == self.balance else ", DIFFERS"))
        return ": ".join(part for part in ("; ".join(parts), self.note) if part)


def check_problems(counted: int | None, balance: int, note: str) -> dict[str, str]:
    """What is wrong with a balance check, field -> sentence."""
    if counted is None or counted < 0:
        return {"counted": "Count what is there, in units."}
    if counted != balance and len(note.strip()) < 3:
        return {"note": f"The register says {balance:,}. Count again, or say what you found."}
    return note_length(note)


def note_length(note: str) -> dict[str, str]:
    """A note that is too long."""
    return {"note": "Please use at most 1,000 characters."} if len(note) > 1000 else {}
