"""The audit trail as its reader sees it. Times are naive UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

READING_ACTIONS = ("OPEN_CHART", "BREAK_GLASS")
ACTIONS: Mapping[str, str] = MappingProxyType({
    "INSERT": "Created", "UPDATE": "Changed", "DELETE": "Removed", "OPEN_CHART": "Opened the chart",
    "BREAK_GLASS": "Opened a restricted chart", "SIGN_IN": "Signed in", "SIGN_OUT": "Signed out",
    "PASSWORD_CHANGED": "Changed the password", "PASSWORD_RESET": "Reset a password",
    "DEVICE_INVITED": "Invited a device", "DEVICE_ENROLLED": "Enrolled a device",
    "DEVICE_REVOKED": "Revoked a device", "SESSIONS_ENDED": "Ended other sessions",
    "EXPORT": "Exported a list",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; None and "" stand for everything. `first` and `last` are clinic days, both included."""

    patient_id: int | None = None
    user_id: int | None = None
    action: str = ""
    first: date | None = None
    last: date | None = None
    readings_only: bool = False


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event.

    `person` is empty for what the system did; `columns` names what changed, `reason` why a chart was opened.
    """

    id: int
    at: datetime
    person: str
    action: str
    category: str
    table: str
    row_id: str
    patient_id: int | None
    patient: str
    columns: tuple[str, ...] = ()
    reason: str = ""
    address: str = ""

    @property
    def action_words(self) -> str:
        """The action as people say it."""
        return ACTIONS.get(self.action, self.action.replace("_", " ").capitalize())

    @property
    def subject_words(self) -> str:
        """The table and row."""
        return f"{self.table.replace('_', ' ')} {self.row_id}".strip()


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Events, the latest first; `has_more` when older ones follow."""

    events: tuple[AuditEvent, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One column of an event: before and after."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verifying the chain found. `problems` is empty when every block agrees."""

    blocks: int
    events: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """A derived figure that does not agree with its ledger."""

    what: str
    row_id: str
    expected: Decimal | None
    found: Decimal | None


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One of the signed-in person's sessions."""

    device: str
    signed_in_at: datetime
    last_seen: datetime
    is_this: bool
