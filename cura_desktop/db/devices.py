"""Enrolled devices, and the three ways in: by invitation, by the administrator of this PC's own server, by being first.

A device's secret is made here and only its verifier is sent, so the server never sees it (database.md section 1).
"""

from __future__ import annotations

import json
from calendar import day_name
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cura_desktop.db.connections import DeviceConnection
from cura_desktop.db.credentials import (
    EnrolmentCode,
    make_verifier,
    new_device_secret,
    new_enrolment_secret,
    scram_verifier,
)
from cura_desktop.db.translation import translate
from cura_desktop.domain.errors import InvalidInputError, SignInError
from cura_desktop.domain.sign_in import Device, NewClinic, NewPerson

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.orm import Session

CODE_REFUSED = "This enrolment code does not work any more: it lives one hour and works once. Please ask for a new one."
_SECONDS = 15.0


class DeviceRepository:
    """The devices of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> tuple[Device, ...]:
        """Every device ever enrolled, the newest first."""
        from sqlalchemy import text

        rows = self._session.execute(
            text(
                "SELECT db_role, label, enrolled_at, last_seen, revoked_at FROM cura.devices()"
                " ORDER BY enrolled_at DESC"
            )
        )
        return tuple(
            Device(row.db_role, row.label, _utc(row.enrolled_at), _maybe(row.last_seen), _maybe(row.revoked_at))
            for row in rows
        )

    def invite(self, label: str) -> EnrolmentCode:
        """A one-time code for a new device; it lives one hour."""
        from sqlalchemy import text

        secret = new_enrolment_secret()
        role = self._session.execute(
            text("SELECT cura.invite_device(:verifier, :label)"), {"verifier": scram_verifier(secret), "label": label}
        ).scalar_one()
        return EnrolmentCode(role, secret)

    def revoke(self, role: str) -> None:
        """Shut a device out for good; its open sessions end with their next statement."""
        from sqlalchemy import text

        self._session.execute(text("SELECT cura.revoke_device(CAST(:role AS name))"), {"role": role})


def redeem(invitation: DeviceConnection, secret: str, label: str) -> str:
    """Turn the invitation that `invitation` connects with into a device role with `secret`; returns its name.

    Raises `InvalidInputError` (field `code`) where the code is used up or expired.
    """
    try:
        with _connected(invitation.parameters(statement_seconds=_SECONDS)) as connection:
            row = connection.execute("SELECT cura.redeem(%s, %s)", (scram_verifier(secret), label)).fetchone()
    except SignInError as error:
        raise InvalidInputError({"code": CODE_REFUSED}) from error
    return _one(row)


def enrol_as_administrator(administrator: str, organization_id: int, secret: str, label: str) -> str:
    """A device role for `organization_id`, made with the administrator's connection string of the embedded server."""
    with _connected({"conninfo": administrator}) as connection:
        row = connection.execute(
            "SELECT cura_private.enroll(%s, %s, %s)", (organization_id, scram_verifier(secret), label)
        ).fetchone()
    return _one(row)


def create_clinic(administrator: str, clinic: NewClinic, first_person: NewPerson, label: str) -> tuple[int, str, str]:
    """A new clinic, its first administrator and this PC's device role, all or nothing.

    Returns the organization's id, the role and its secret.
    """
    verifier = make_verifier(first_person.password).text()
    secret = new_device_secret()
    with _connected({"conninfo": administrator}) as connection:
        organization_id = _insert_clinic(connection, clinic)
        _insert_person(connection, organization_id, first_person, verifier)
        row = connection.execute(
            "SELECT cura_private.enroll(%s, %s, %s)", (organization_id, scram_verifier(secret), label)
        ).fetchone()
    return organization_id, _one(row), secret


def _insert_clinic(connection: psycopg.Connection[Any], clinic: NewClinic) -> int:
    row = connection.execute(
        "SELECT cura_private.create_organization(%s, %s, %s, %s, %s, %s)",
        (
            clinic.name,
            clinic.subdomain,
            clinic.email,
            clinic.region,
            clinic.brand_name or clinic.name,
            clinic.time_zone or None,
        ),
    ).fetchone()
    organization_id = int(_one(row))
    hours = {day_name[day]: [opens, closes] for day, opens, closes in clinic.opening_hours}
    connection.execute(
        "UPDATE cura.organizations SET opening_hours = %s::jsonb WHERE id = %s", (json.dumps(hours), organization_id)
    )
    return organization_id


def _insert_person(connection: psycopg.Connection[Any], organization_id: int, person: NewPerson, verifier: str) -> None:
    connection.execute(
        "SELECT cura_private.create_person(%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            organization_id,
            person.username.lower(),
            person.email.lower(),
            person.first_name,
            person.last_name,
            person.role,
            verifier,
            person.must_change_password,
        ),
    )


@contextmanager
def _connected(parameters: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    """One short transaction outside any `Database`, with the errors for people."""
    import psycopg

    try:
        connection = psycopg.connect(**parameters)
    except psycopg.Error as error:
        raise translate(error, connecting=True) or error from error
    try:
        with connection:
            yield connection
    except psycopg.Error as error:
        raise translate(error) or error from error


def _one(row: tuple[Any, ...] | None) -> str:
    """The only value of a function that always answers with one row."""
    if row is None:
        raise RuntimeError("The server's function gave no row.")
    return str(row[0])


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else _utc(moment)
