"""A session while it lasts."""

from __future__ import annotations

from datetime import datetime

from cura_desktop.db.credentials import derive
from cura_desktop.db.database import Database
from cura_desktop.db.sign_in import Derive, SignInGate
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, WrongCredentialsError
from cura_desktop.domain.passwords import password_problem


class SessionService:
    """What a signed-in person does with the own session."""

    def __init__(self, database: Database, caller: Caller, *, derivation: Derive = derive) -> None:
        self._database = database
        self._gate = SignInGate(database, derivation=derivation)
        self._caller = caller

    def heartbeat(self) -> datetime:
        """Keep the session alive while the person works; returns its absolute end (naive UTC).

        Raises `SessionEndedError` when it is over.
        """
        return self._gate.touch(self._caller)

    def refresh(self) -> Caller:
        """The person and permissions as they are now. Raises `SessionEndedError` when the session is over."""
        return self._gate.who_am_i(self._caller.token)

    def unlock(self, password: str) -> Caller:
        """A new session for the same person; the old one ends, and what was made for it goes on with the new one.

        Charts were opened by the old session: open them again. Works after the old session ended, too. Raises the
        errors of sign-in.
        """
        fresh = self._gate.sign_in(self._caller.username, password)
        if fresh.user_id != self._caller.user_id:
            self._gate.sign_out(fresh)
            raise WrongCredentialsError("The screen is locked by somebody else.")
        self._gate.sign_out(self._caller)
        self._database.renew(self._caller, fresh)
        self._caller = fresh
        return fresh

    def sign_out(self) -> None:
        """End the session on the server."""
        self._gate.sign_out(self._caller)

    def change_password(self, current: str, new: str) -> Caller:
        """Choose a new password, having typed the current one (or a reset code) again.

        Other sessions of this person end. Raises `InvalidInputError` (`current`, `new`) or the errors of sign-in.
        """
        problem = password_problem(new, (self._caller.full_name, self._caller.username, self._caller.organization_name))
        if problem is None and new == current:
            problem = "Please choose a password that is not the current one."
        if problem is not None:
            raise InvalidInputError({"new": problem})
        try:
            return self._gate.change_password(self._caller, current, new)
        except WrongCredentialsError as error:
            raise InvalidInputError({"current": "The current password is not right."}) from error
