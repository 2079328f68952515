"""A clinic of a test's own, with people who can sign in without paying for argon2id (decisions 20)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from cura_desktop.db.credentials import KDF, Keys, Verifier, keys_from, new_device_secret, scram_verifier
from cura_desktop.db.database import Database, DeviceConnection
from cura_desktop.db.sign_in import SignInGate
from cura_desktop.domain.caller import Caller

PASSWORD = "correct horse battery staple"
SALT = b"cura test salt 1"
SALTED_PASSWORD = bytes.fromhex(
    "3b8a5c04ed0e6deacf0a0cc45b11c3602bde3995a77b5ac5a607f29b899f0b71"
)  # argon2id of PASSWORD and SALT; a test checks it
VERIFIER = Verifier(SALT, KDF, keys_from(SALTED_PASSWORD).stored_key, keys_from(SALTED_PASSWORD).server_key).text()

_numbers = count(1)


def fast_derivation(password: str, salt: bytes, kdf: str) -> Keys:
    """The keys of PASSWORD as they are; of any other password something cheap, which is just as wrong."""
    if (password, salt, kdf) == (PASSWORD, SALT, KDF):
        return keys_from(SALTED_PASSWORD)
    return keys_from(hashlib.sha256(salt + password.encode()).digest())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in with PASSWORD."""

    user_id: int
    username: str
    email: str
    role: str


@dataclass(frozen=True)
class Clinic:
    """An organization with one enrolled device and one person for each role asked for."""

    admin_dsn: str
    organization_id: int
    name: str
    connection: DeviceConnection
    people: Mapping[str, Person]
    _open: list[Database] = field(default_factory=list, repr=False)

    def database(self, connection: DeviceConnection | None = None, **settings: float) -> Database:
        """A database of this clinic's device (or another one), closed with the clinic."""
        database = Database(connection or self.connection, **settings)
        self._open.append(database)
        return database

    def sign_in(self, role: str, database: Database | None = None) -> tuple[Database, Caller]:
        """The person of `role`, signed in by the real protocol."""
        used = database or self.database()
        gate = SignInGate(used, derivation=fast_derivation)
        return used, gate.sign_in(self.people[role].username, PASSWORD)

    def enrol(self, label: str = "Second desk") -> DeviceConnection:
        """Another device of the same clinic."""
        return enrol_device(self.admin_dsn, self.organization_id, label)

    def add_person(self, role: str, username: str, *, verifier: str = VERIFIER) -> Person:
        """One more person."""
        with psycopg.connect(self.admin_dsn) as connection:
            return _create_person(connection, self.organization_id, role, username, verifier)

    def as_administrator(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the server's administrator, for arranging and looking behind the curtain."""
        with psycopg.connect(self.admin_dsn) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Close every database that was opened here."""
        for database in self._open:
            database.close()


def make_organization(
    admin_dsn: str, *roles: str, region: str = "UK", time_zone: str = "Europe/London", name: str = ""
) -> Clinic:
    """A new clinic with a device and a person for each of `roles` (default: admin, doctor, receptionist)."""
    number = next(_numbers)
    name = name or f"Clinic {number}"
    with psycopg.connect(admin_dsn) as connection:
        stamp = connection.execute("SELECT left(md5(random()::text), 8)").fetchone()
        assert stamp is not None
        subdomain = f"clinic-{number}-{stamp[0]}"
        row = connection.execute(
            "SELECT cura_private.create_organization(%s, %s, %s, %s, %s, %s)",
            (name, subdomain, f"office@{subdomain}.example", region, name, time_zone),
        ).fetchone()
        assert row is not None
        organization_id = int(row[0])
        wanted = roles or ("admin", "doctor", "receptionist")
        people = {role: _create_person(connection, organization_id, role, role, VERIFIER) for role in wanted}
    return Clinic(admin_dsn, organization_id, name, enrol_device(admin_dsn, organization_id, "Front desk"), people)


def enrol_device(admin_dsn: str, organization_id: int, label: str) -> DeviceConnection:
    """A device role of its own for the organization."""
    secret = new_device_secret()
    with psycopg.connect(admin_dsn) as connection:
        row = connection.execute(
            "SELECT cura_private.enroll(%s, %s, %s)", (organization_id, scram_verifier(secret), label)
        ).fetchone()
    assert row is not None
    parts = conninfo_to_dict(admin_dsn)
    return DeviceConnection(
        host=str(parts["host"]),
        port=int(parts.get("port") or 5432),
        dbname=str(parts["dbname"]),
        role=str(row[0]),
        secret=secret,
    )


def sign_in_fast(clinic: Clinic, role: str) -> tuple[Database, Caller]:
    """A database of the clinic's device and the person of `role`, signed in on it."""
    return clinic.sign_in(role)


def _create_person(
    connection: psycopg.Connection[Any], organization_id: int, role: str, username: str, verifier: str
) -> Person:
    email = f"{username}.{organization_id}@clinic.example"
    row = connection.execute(
        "SELECT cura_private.create_person(%s, %s, %s, %s, %s, %s, %s, false)",
        (organization_id, username, email, username.replace("_", " ").title(), "Tester", role, verifier),
    ).fetchone()
    assert row is not None
    return Person(int(row[0]), username, email, role)
