"""What can be proved about a database at any time: its self-check, its ledgers, its audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree. `text` names tables, ids and figures, never a person."""

    check: str
    text: str


def prove(dsn: str) -> tuple[Finding, ...]:
    """Every finding, in one snapshot. Raises DatabaseUnavailableError, or CuraError for a database that is not ours."""
    try:
        with psycopg.connect(dsn, connect_timeout=10, application_name="cura-admin") as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return _findings(connection)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError("The database server cannot be reached.") from error
    except psycopg.ProgrammingError as error:
        raise CuraError(
            "Proving needs a prepared database and its administrator: cura-admin server prepare."
        ) from error


def _findings(connection: psycopg.Connection[Any]) -> tuple[Finding, ...]:
    found = [
        Finding("Self-check", "  ".join(str(value) for value in row if value is not None))
        for row in connection.execute("SELECT * FROM public.cura_selfcheck()")
    ]
    ledgers = connection.execute("SELECT organization_id, what, row_id, expected, found FROM cura_private.prove()")
    found += [
        Finding("Ledger", f"organization {organization}: {what} of row {row} is {stored}, not {expected}")
        for organization, what, row, expected, stored in ledgers
    ]
    organizations = connection.execute("SELECT id FROM cura.organizations ORDER BY id").fetchall()
    for (organization,) in organizations:
        blocks = connection.execute("SELECT seq, problem FROM audit.verify(%s)", (organization,))
        found += [
            Finding("Audit trail", f"organization {organization}, block {block}: {problem}")
            for block, problem in blocks
        ]
    return tuple(found)
