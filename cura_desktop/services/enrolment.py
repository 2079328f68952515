"""Making this PC one of a clinic's, and letting other PCs in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from cura_desktop.db.credentials import EnrolmentCode, new_device_secret
from cura_desktop.db.database import Database, DeviceConnection
from cura_desktop.db.devices import DeviceRepository, create_clinic, enrol_as_administrator, redeem
from cura_desktop.db.sign_in import SignInGate
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.passwords import password_problem
from cura_desktop.domain.sign_in import Device, Enrolment, NewClinic, NewPerson
from cura_desktop.integrations.enrolments import EnrolmentBook
from cura_desktop.integrations.secrets import SecretStore

DEFAULT_DATABASE = "cura"
_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[^\s:/\[\]]+)(?::(?P<port>\d{1,5}))?(?:/(?P<dbname>[^\s/]+))?")


class EnrolmentService:
    """Enrols this PC. Needs no signed-in person; a code, or being this PC's own server, is the permission."""

    def __init__(self, book: EnrolmentBook, secrets_for: Callable[[Enrolment], SecretStore]) -> None:
        self._book = book
        self._secrets_for = secrets_for

    def join(self, address: str, code: str, label: str, *, sslrootcert: str = "") -> Enrolment:
        """Join a clinic with `host[:port][/database]` and a one-time code; `label` names this PC for the administrator.

        Raises `InvalidInputError` (fields `address`, `code`, `label`), `SecretStoreError` (before the code is used up),
        `DatabaseUnavailableError`.
        """
        invitation = EnrolmentCode.parse(code)
        if not label.strip():
            raise InvalidInputError({"label": "Please give this PC a name."})
        planned = replace(_at(address), role=invitation.role, sslrootcert=sslrootcert)
        self._secrets_for(planned).check()
        secret = new_device_secret()
        role = redeem(_connection(planned, invitation.secret), secret, label.strip())
        return self._keep(replace(planned, role=role), secret)

    def start_clinic(self, administrator: str, clinic: NewClinic, first_person: NewPerson, label: str) -> Enrolment:
        """A new clinic in this PC's own database, whose connection string as administrator is given.

        Raises `InvalidInputError` (field `password`), `ConflictError` (the sub-domain is taken), `SecretStoreError`.
        """
        names = (first_person.first_name, first_person.last_name, first_person.username, clinic.name)
        problem = password_problem(first_person.password, names)
        if problem is not None:
            raise InvalidInputError({"password": problem})
        planned = _embedded(administrator)
        self._secrets_for(planned).check()
        organization_id, role, secret = create_clinic(administrator, clinic, first_person, label)
        return self._keep(replace(planned, role=role, organization_id=organization_id), secret)

    def enrol_here(self, administrator: str, organization_id: int, label: str) -> Enrolment:
        """Enrol this PC with a clinic that is in its own database already (the demo clinic)."""
        planned = _embedded(administrator)
        self._secrets_for(planned).check()
        secret = new_device_secret()
        role = enrol_as_administrator(administrator, organization_id, secret, label)
        return self._keep(replace(planned, role=role, organization_id=organization_id), secret)

    def leave(self, enrolment: Enrolment) -> None:
        """Forget a clinic on this PC; its administrator may also revoke the device."""
        self._secrets_for(enrolment).forget(enrolment.role)
        self._book.remove(enrolment.role)

    def _keep(self, enrolment: Enrolment, secret: str) -> Enrolment:
        """Store the secret, ask the server for the clinic's name as the new device, and write the book."""
        self._secrets_for(enrolment).put(enrolment.role, secret)
        database = Database(_connection(enrolment, secret))
        try:
            organization = SignInGate(database).organization()
        finally:
            database.close()
        complete = replace(enrolment, organization_id=organization.organization_id, organization_name=organization.name)
        self._book.add(complete)
        return complete


class DeviceService:
    """The clinic's devices, for its administrator."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def devices(self) -> tuple[Device, ...]:
        """Every device, the newest first. Raises `NotAllowedError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return DeviceRepository(transaction.session).all()

    def invite(self, label: str) -> str:
        """A one-time enrolment code for a new PC, valid for one hour. Raises `NotAllowedError`."""
        with self._database.transaction(self._caller) as transaction:
            return DeviceRepository(transaction.session).invite(label).text()

    def revoke(self, role: str) -> None:
        """Shut a device out; whoever is signed in on it sees nothing from the next statement on."""
        with self._database.transaction(self._caller) as transaction:
            DeviceRepository(transaction.session).revoke(role)


def _at(address: str) -> Enrolment:
    """The place an address names, without a role yet."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None or not 0 < int(match["port"] or 5432) < 65536:
        raise InvalidInputError({"address": "Please write the server as name, name:port or name:port/database."})
    host = match["host"].strip("[]")
    return Enrolment(host, int(match["port"] or 5432), match["dbname"] or DEFAULT_DATABASE, "", 0, "")


def _embedded(administrator: str) -> Enrolment:
    """The same for this PC's own server, from its administrator's connection string."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(administrator)
    return Enrolment(
        host=str(parts.get("host") or "localhost"),
        port=int(parts.get("port") or 5432),
        dbname=str(parts.get("dbname") or DEFAULT_DATABASE),
        role="",
        organization_id=0,
        organization_name="",
        embedded=True,
    )


def _connection(enrolment: Enrolment, secret: str) -> DeviceConnection:
    return DeviceConnection(
        enrolment.host, enrolment.port, enrolment.dbname, enrolment.role, secret, enrolment.sslrootcert
    )
