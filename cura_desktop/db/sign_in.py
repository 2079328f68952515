"""The client's half of sign-in: begin, submit, claim, each a transaction of its own (database.md section 4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from cura_desktop.db.credentials import (
    Keys,
    Verifier,
    derive,
    is_signed,
    make_proof,
    make_verifier,
    normalise_reset_code,
    proof_message,
)
from cura_desktop.db.database import Database
from cura_desktop.db.revisions import carried
from cura_desktop.db.translation import NOT_ENROLLED
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    LockedOutError,
    SchemaMismatchError,
    SessionEndedError,
    SignInError,
    SuspendedError,
    WrongCredentialsError,
)
from cura_desktop.domain.sign_in import DeviceOrganization

if TYPE_CHECKING:
    from sqlalchemy import Row

WRONG = "The user name or the password is not right."
LOCKED_OUT = "There were too many wrong attempts. Please wait a quarter of an hour and try again."
SUSPENDED = "This clinic's account is suspended, so nobody can sign in. Please contact whoever manages the account."
EXPIRED = "Signing in took too long. Please try again."
FALSE_SERVER = "The server could not prove that it is your clinic's. Nothing more was sent; tell your administrator."
OLD_PROGRAM = "This program is older than the clinic's database. Please update Cura Desktop on this PC."
OLD_DATABASE = "The clinic's database is older than this program. Please ask your administrator to update the server."
ENDED = "Your session has ended. Please sign in again; what you typed is kept."
_LONGEST_NAME = 200

T = TypeVar("T")
Derive = Callable[[str, bytes, str], Keys]


class SignInGate:
    """Everything a device may ask before, and about, a person's session.

    `derivation` turns a password into keys; tests pass one that does not pay for argon2id.
    """

    def __init__(self, database: Database, *, derivation: Derive = derive) -> None:
        self._database = database
        self._derive = derivation

    def organization(self) -> DeviceOrganization:
        """The clinic of this device. Raises `SchemaMismatchError` before a foreign release is asked anything else."""
        version = self._row(None, "SELECT cura.schema_version()")[0]
        if version != carried():
            raise SchemaMismatchError(OLD_PROGRAM if version > carried() else OLD_DATABASE)
        row = self._row(
            None,
            "SELECT organization_id, name, region, time_zone, subscription_status FROM cura.device_organization()",
            missing=SignInError(NOT_ENROLLED),
        )
        return DeviceOrganization(*tuple(row))

    def sign_in(self, username: str, password: str) -> Caller:
        """A session for `username` (or e-mail).

        Raises `WrongCredentialsError`, `LockedOutError`, `SuspendedError` or another `SignInError`, each with its own
        sentence (decisions 16).
        """
        token = self._token(username, password)
        return self.who_am_i(token)

    def who_am_i(self, token: str) -> Caller:
        """The person of a session; raises `SessionEndedError` if it is over."""
        row = self._row(token, "SELECT * FROM cura.whoami()", missing=SessionEndedError(ENDED))
        return _caller(row._asdict(), token)

    def touch(self, caller: Caller) -> datetime:
        """Keep the session alive; returns its absolute end (naive UTC). Raises `SessionEndedError` if it is over."""
        expires_at = self._row(caller.token, "SELECT cura.touch()")[0]
        if expires_at is None:
            raise SessionEndedError(ENDED)
        return _naive(expires_at)

    def sign_out(self, caller: Caller) -> None:
        """End the session on the server."""
        self._row(caller.token, "SELECT cura.logout()")

    def change_password(self, caller: Caller, current: str, new: str) -> Caller:
        """Replace the own password, having shown the current one (or a reset code) again.

        Other sessions of the person end, this one goes on. Raises the errors of `sign_in`.
        """
        self._retyped(current, lambda typed: self._change_password(caller, typed, make_verifier(new)))
        return self.who_am_i(caller.token)

    def _token(self, username: str, password: str) -> str:
        name = username.strip()
        if not name or len(name) > _LONGEST_NAME or "\x00" in name:
            raise WrongCredentialsError(WRONG)
        return self._retyped(password, lambda typed: self._claim(name, typed))

    @staticmethod
    def _retyped(password: str, attempt: Callable[[str], T]) -> T:
        """Try `password` as it was typed; a reset code also without regard to case and dashes."""
        try:
            return attempt(password)
        except WrongCredentialsError:
            code = normalise_reset_code(password)
            if code == password:
                raise
            return attempt(code)

    def _claim(self, username: str, password: str) -> str:
        attempt, keys, message = self._prove(username, password)
        row = self._row(
            None, "SELECT status, token, server_sig FROM cura.login_claim(CAST(:attempt AS uuid))", attempt=attempt
        )
        _refuse(row.status)
        if not is_signed(keys, message, bytes(row.server_sig or b"")):
            raise SignInError(FALSE_SERVER)
        return str(row.token)

    def _change_password(self, caller: Caller, current: str, verifier: Verifier) -> None:
        attempt, _, _ = self._prove(caller.username, current)
        row = self._row(
            caller.token,
            "SELECT cura.change_password(CAST(:attempt AS uuid), :salt, :kdf, :stored_key, :server_key)",
            attempt=attempt,
            salt=verifier.salt,
            kdf=verifier.kdf,
            stored_key=verifier.stored_key,
            server_key=verifier.server_key,
        )
        _refuse(row[0])

    def _prove(self, username: str, password: str) -> tuple[str, Keys, bytes]:
        """Begin an attempt and submit its proof: committed before anybody judges it, so no rollback takes it back."""
        nonce = secrets.token_bytes(24)
        try:
            password.encode()
            begun = self._row(
                None,
                "SELECT attempt, salt, kdf, snonce FROM cura.login_begin(:name, :nonce)",
                name=username,
                nonce=nonce,
            )
            keys = self._derive(password, bytes(begun.salt), begun.kdf)
            role = self._database.connection.role
            message = proof_message(str(begun.attempt), username, role, nonce, bytes(begun.snonce))
            self._row(
                None,
                "SELECT cura.login_submit(CAST(:attempt AS uuid), :proof, :code)",
                attempt=str(begun.attempt),
                proof=make_proof(keys, message),
                code="",
            )
        except UnicodeEncodeError:  # half a character (a lone surrogate): nobody's password
            raise WrongCredentialsError(WRONG) from None
        except SessionEndedError as error:  # there is no session yet: it is the device that was refused
            raise SignInError(NOT_ENROLLED) from error
        return str(begun.attempt), keys, message

    def _row(self, token: str | None, sql: str, *, missing: Exception | None = None, **values: object) -> Row[Any]:
        from sqlalchemy import text

        with self._database.token_transaction(token) as session:
            row = session.execute(text(sql), values).one_or_none()
        if row is None:
            raise missing or RuntimeError(f"no row: {sql}")
        return row


def _refuse(status: str) -> None:
    """Turn any answer but `ok` into its error."""
    match status:
        case "ok":
            return
        case "bad":
            raise WrongCredentialsError(WRONG)
        case "throttled":
            raise LockedOutError(LOCKED_OUT)
        case "suspended":
            raise SuspendedError(SUSPENDED)
        case "expired":
            raise SignInError(EXPIRED)
        case _:
            raise SignInError(OLD_PROGRAM)


def _caller(facts: Mapping[str, Any], token: str) -> Caller:
    """What `cura.whoami()` tells, as a value."""
    fields = facts["fields"] or {}
    return Caller(
        organization_id=facts["organization_id"],
        organization_name=facts["organization_name"],
        user_id=facts["user_id"],
        full_name=f"{facts['first_name'] or ''} {facts['last_name'] or ''}".strip() or facts["username"],
        role=facts["role"],
        token=token,
        time_zone=facts["time_zone"],
        region=facts["region"],
        modules={module: frozenset(verbs) for module, verbs in (facts["modules"] or {}).items()},
        fields=frozenset(fields.get("view", ())),
        editable_fields=frozenset(fields.get("edit", ())),
        expires_at=_naive(facts["expires_at"]),
        must_change_password=facts["must_change_password"],
        username=facts["username"],
        idle_minutes=facts["idle_minutes"],
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
