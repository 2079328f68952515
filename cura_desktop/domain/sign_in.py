"""Values of enrolment and sign-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A clinic this PC is enrolled with. Nothing here is secret; the secret is in the keyring under `role`.

    `embedded` marks the database on this PC. `sslrootcert` is the path of the clinic's own certificate authority.
    """

    host: str
    port: int
    dbname: str
    role: str
    organization_id: int
    organization_name: str
    sslrootcert: str = ""
    embedded: bool = False

    @property
    def server(self) -> str:
        """The server as people know it."""
        return "This PC" if self.embedded else self.host


@dataclass(frozen=True, slots=True)
class DeviceOrganization:
    """What a device may know of its clinic before anybody has signed in."""

    organization_id: int
    name: str
    region: str
    time_zone: str
    subscription_status: str

    @property
    def is_suspended(self) -> bool:
        """Whether nobody can sign in."""
        return self.subscription_status in {"suspended", "cancelled"}


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled PC of the clinic. Times are naive UTC."""

    role: str
    label: str
    enrolled_at: datetime
    last_seen: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person of the clinic, as everybody in it may know them (decisions 2)."""

    id: int
    full_name: str
    role: str
    specialty: str
    active: bool


@dataclass(frozen=True, slots=True)
class NewClinic:
    """A clinic to be started. `region` is UK, EU, ME, SA or US; `time_zone` an IANA name, empty for the region's.

    `opening_hours` are (weekday, "HH:MM", "HH:MM") in clinic time, Monday = 0; a closed day is left out.
    """

    name: str
    subdomain: str
    email: str
    region: str = "UK"
    brand_name: str = ""
    time_zone: str = ""
    opening_hours: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to be given access. `password` never leaves this PC."""

    username: str
    email: str
    first_name: str
    last_name: str
    password: str = field(repr=False)
    role: str = "admin"
    must_change_password: bool = False
