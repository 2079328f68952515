"""From the sign-in window to a session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cura_desktop.db.credentials import derive
from cura_desktop.db.database import Database, DeviceConnection
from cura_desktop.db.sign_in import SUSPENDED, Derive, SignInGate
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import SecretStoreError, SuspendedError
from cura_desktop.domain.sign_in import DeviceOrganization, Enrolment
from cura_desktop.integrations.enrolments import EnrolmentBook
from cura_desktop.integrations.secrets import SecretStore

LOST = "The key of this clinic is not in the keyring of this PC any more. Please have this PC enrolled again."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open door: `database.close()` when the person leaves."""

    database: Database
    caller: Caller
    enrolment: Enrolment


class SignInService:
    """Signs a person in to one of this PC's clinics.

    `secrets_for` gives the store that keeps an enrolment's secret (the keyring, or the embedded server's file).
    """

    def __init__(
        self,
        book: EnrolmentBook,
        secrets_for: Callable[[Enrolment], SecretStore],
        *,
        derivation: Derive = derive,
    ) -> None:
        self._book = book
        self._secrets_for = secrets_for
        self._derivation = derivation

    def organizations(self) -> tuple[Enrolment, ...]:
        """The clinics to choose from."""
        return self._book.all()

    def check(self, enrolment: Enrolment) -> DeviceOrganization:
        """Test the way to a clinic without signing in. Raises what `sign_in` raises before the password counts."""
        database = self._connect(enrolment)
        try:
            return self._gate(database).organization()
        finally:
            database.close()

    def sign_in(self, enrolment: Enrolment, username: str, password: str) -> SignedIn:
        """A session for `username` (or e-mail).

        Raises `WrongCredentialsError`, `LockedOutError`, `SuspendedError`, `SchemaMismatchError`,
        `DatabaseUnavailableError` or `SecretStoreError`, each with its own sentence (decisions 16).
        """
        database = self._connect(enrolment)
        try:
            gate = self._gate(database)
            if gate.organization().is_suspended:
                raise SuspendedError(SUSPENDED)
            return SignedIn(database, gate.sign_in(username, password), enrolment)
        except BaseException:
            database.close()
            raise

    def _gate(self, database: Database) -> SignInGate:
        return SignInGate(database, derivation=self._derivation)

    def _connect(self, enrolment: Enrolment) -> Database:
        secret = self._secrets_for(enrolment).get(enrolment.role)
        if secret is None:
            raise SecretStoreError(LOST)
        return Database(
            DeviceConnection(
                host=enrolment.host,
                port=enrolment.port,
                dbname=enrolment.dbname,
                role=enrolment.role,
                secret=secret,
                sslrootcert=enrolment.sslrootcert,
                organization=enrolment.organization_name,
            )
        )
