"""The signed-in person, as every service knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Caller:
    """A person signed in to one organization on one device.

    `token` is the session's secret (256 bits, hex); it lives in memory only and never appears in `repr` or a log.
    `modules` maps a module to the verbs this person has (view, create, edit, delete); it decides what screens offer,
    while the database decides what is allowed. `fields` and `editable_fields` are the field groups of the role
    (patientSensitiveInfo, financialData, medicalHistory).
    `expires_at` is naive UTC, `time_zone` an IANA name. `idle_minutes` without input lock the screen.
    """

    organization_id: int
    organization_name: str
    user_id: int
    full_name: str
    role: str
    token: str = field(repr=False)
    time_zone: str = "Europe/London"
    region: str = "UK"
    modules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    editable_fields: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    must_change_password: bool = False
    username: str = ""
    idle_minutes: int = 15

    def may(self, verb: str, module: str) -> bool:
        """Whether the role offers `verb` (view, create, edit, delete) on `module`."""
        return verb in self.modules.get(module, frozenset())

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)
