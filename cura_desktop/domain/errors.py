"""Errors for people.

Everything a service raises on purpose is a `CuraError` and carries one plain sentence. Any other exception is a bug and
is shown with an incident number (`gui/shell/messages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class CuraError(Exception):
    """A failure that a person at a desk can understand; `str(error)` is the sentence to show."""


class InvalidInputError(CuraError):
    """Something typed breaks a rule. `problems` maps a field's name to the sentence beside it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()) or "Please check what was entered.")
        self.problems = dict(problems)


class StaleRecordError(CuraError):
    """Another seat saved the record first. `current` is the stored value now; what was typed is kept by the caller.

    `conflicts` names the fields both changed; disjoint changes are merged before this is raised.
    """

    def __init__(self, current: Any, conflicts: tuple[str, ...] = ()) -> None:
        super().__init__("Somebody else changed this record while you were editing it.")
        self.current = current
        self.conflicts = conflicts


class ConflictError(CuraError):
    """The database refused a clash: a taken slot, a number that exists, stock that is not there.

    `constraint` is the name of the constraint, for callers that offer alternatives.
    """

    def __init__(self, sentence: str, constraint: str = "") -> None:
        super().__init__(sentence)
        self.constraint = constraint


class NotAllowedError(CuraError):
    """The signed-in person may not do this."""


class NotFoundError(CuraError):
    """The thing asked for is not there (or not for this person)."""


class SignInError(CuraError):
    """Sign-in did not succeed. The sentence gives nothing away (design/decisions.md 16)."""


class WrongCredentialsError(SignInError):
    """Wrong password or unknown person: one sentence for both."""


class LockedOutError(SignInError):
    """Too many wrong attempts; try again later."""


class SuspendedError(SignInError):
    """The organization is suspended."""


class SessionEndedError(SignInError):
    """The session is over (idle, twelve hours, or ended by an administrator): sign in again."""


class DatabaseUnavailableError(CuraError):
    """The server cannot be reached. Nothing was saved by the call that raised this."""


class UnknownOutcomeError(DatabaseUnavailableError):
    """The connection broke while committing: retry with the same client key, which settles it without doubling."""


class SchemaMismatchError(CuraError):
    """Program and database do not belong to the same release; the sentence says which to update."""


class SecretStoreError(CuraError):
    """The operating system's keyring is missing or locked."""


class DamagedFileError(CuraError):
    """A file brought from outside cannot be read; nothing of it was taken."""
