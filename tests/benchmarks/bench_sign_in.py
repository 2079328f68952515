"""Signing in: the whole of it, and the server's part alone."""

from __future__ import annotations

from cura_desktop.db.credentials import derive
from cura_desktop.db.sign_in import SignInGate
from tests.benchmarks.harness import Report
from tests.support.people import PASSWORD, Clinic, fast_derivation


def run(clinic: Clinic, report: Report) -> None:
    """Goals: 200 ms in all, 3 ms in the server."""
    database = clinic.database()
    name = clinic.people["receptionist"].username
    whole = SignInGate(database, derivation=derive)
    fast = SignInGate(database, derivation=fast_derivation)
    report.measure("sign-in, argon2id included", lambda: whole.sign_in(name, PASSWORD), times=10, goal=200)
    report.measure("sign-in, without argon2id", lambda: fast.sign_in(name, PASSWORD), goal=3, database=database)
    database.close()
