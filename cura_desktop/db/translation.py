"""Driver errors become sentences here, once (house.md "Errors").

Anything that is not listed is a bug of the program and passes through unchanged, to be shown with an incident number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cura_desktop.domain.errors import (
    ConflictError,
    CuraError,
    DatabaseUnavailableError,
    InvalidInputError,
    NotAllowedError,
    SessionEndedError,
    SignInError,
    StaleRecordError,
    UnknownOutcomeError,
)

if TYPE_CHECKING:
    import psycopg

UNREACHABLE = "The clinic's server cannot be reached. Nothing was saved."
TOO_SLOW = "The clinic's server took too long to answer. Nothing was saved; please try again."
UNPROVEN = "The clinic's server could not prove who it is, so nothing was sent to it."
BROKEN = "The connection to the clinic's server was lost. Nothing was saved."
DISK_FULL = "The clinic's server has no disk space left, so nothing can be saved. Please tell your administrator now."
TOO_MANY = "The clinic's server has too many open connections. Please try again in a moment."
UNKNOWN_OUTCOME = "The connection was lost while saving. Please try again: nothing is saved twice."
NOT_ENROLLED = "This PC may not connect to the clinic any more. Please ask your administrator to enrol it again."
SESSION_OVER = "Your session has ended. Please sign in again; what you typed is kept."
NOT_ALLOWED = "Your role does not allow this."
CLASH = "Somebody else is changing the same record at this moment. Please try again."
DEFAULTS = {
    "23505": "There is already an entry with these details.",
    "23P01": "This overlaps with something that is already there.",
    "23514": "One of the values is outside what the clinic's records allow.",
    "23502": "Something that must be filled in is missing.",
    "23503": "This refers to something that does not exist, or that other records still need.",
    "22001": "One of the texts is too long.",
    "22003": "One of the numbers is too large.",
}
_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_FULL = frozenset({"53100", "53200"})
_CLASHES = frozenset({"40001", "40P01", "55P03"})
_REFUSED_AT_CONNECT = re.compile(
    r"not permitted to log in|password authentication failed|no pg_hba\.conf entry|role .* does not exist"
)
_FULL_AT_CONNECT = re.compile(r"too many (connections|clients)|connection slots are reserved")
_CERTIFICATE = re.compile(r"certificate|SSL", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    field: str


_registry: dict[str, _Sentence] = {}


def register_sentence(constraint: str, sentence: str, *, field: str = "") -> None:
    """What a receptionist reads when `constraint` refuses; with `field`, beside that field of the form.

    Raises ValueError for a second, different sentence: which one is read would depend on what was imported last.
    """
    known = _registry.setdefault(constraint, _Sentence(sentence, field))
    if known != _Sentence(sentence, field):
        raise ValueError(f"{constraint} has a sentence already")


def translate(error: BaseException, *, connecting: bool = False, committing: bool = False) -> CuraError | None:
    """The error for people, or None where `error` is a bug (or has been translated already).

    `connecting` and `committing` say when it came: before anything was sent, or while waiting for the answer to COMMIT.
    """
    import psycopg
    from sqlalchemy import exc as sqlalchemy_errors
    from sqlalchemy.orm import exc as orm_errors

    if isinstance(error, orm_errors.StaleDataError):
        return StaleRecordError(None)
    if isinstance(error, sqlalchemy_errors.TimeoutError):
        return DatabaseUnavailableError(TOO_MANY)
    cause = error.orig if isinstance(error, sqlalchemy_errors.DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        if connecting and isinstance(cause, psycopg.OperationalError):
            return _from_refusal(cause)
        return _from_driver(cause, committing)
    return None


def _from_driver(error: psycopg.Error, committing: bool) -> CuraError | None:
    state = error.sqlstate or ""
    if not state or state[:2] == "08" or state in _LOST:
        return _from_loss(error, committing)
    if state in _FULL:
        return DatabaseUnavailableError(DISK_FULL)
    if state[:2] == "53":
        return DatabaseUnavailableError(TOO_MANY)
    if state == "57014":
        return DatabaseUnavailableError(TOO_SLOW)
    if state == "28000":
        return SessionEndedError(SESSION_OVER)
    if state == "28P01":
        return SignInError(NOT_ENROLLED)
    if state == "42501":
        return NotAllowedError(NOT_ALLOWED)
    if state in _CLASHES:
        return ConflictError(CLASH)
    return _from_rule(error, state)


def _from_rule(error: psycopg.Error, state: str) -> CuraError | None:
    """A rule of the database refused: the registered sentence, the server's own (P0001), or a general one."""
    constraint = error.diag.constraint_name or ""
    known = _registry.get(constraint)
    if known is not None:
        return InvalidInputError({known.field: known.text}) if known.field else ConflictError(known.text, constraint)
    if state == "P0001" and error.diag.message_primary:
        return ConflictError(error.diag.message_primary, constraint)
    if state in DEFAULTS:
        return ConflictError(DEFAULTS[state], constraint or error.diag.column_name or "")
    return None


def _from_loss(error: psycopg.Error, committing: bool) -> CuraError | None:
    """The connection broke, or the server is going down."""
    import psycopg

    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return None
    return UnknownOutcomeError(UNKNOWN_OUTCOME) if committing else DatabaseUnavailableError(BROKEN)


def _from_refusal(error: psycopg.OperationalError) -> CuraError:
    """No connection could be made.

    The reason comes as text alone. Where the server speaks another language the general sentence is shown, which is
    still true.
    """
    text = str(error)
    if _REFUSED_AT_CONNECT.search(text):
        return SignInError(NOT_ENROLLED)
    if _FULL_AT_CONNECT.search(text):
        return DatabaseUnavailableError(TOO_MANY)
    if _CERTIFICATE.search(text):
        return DatabaseUnavailableError(UNPROVEN)
    return DatabaseUnavailableError(UNREACHABLE)
