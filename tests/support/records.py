"""A patient with a record, arranged behind the curtain."""

from __future__ import annotations

from typing import Any

from tests.support.people import Clinic


def add_patient(clinic: Clinic, family: str = "Patel", given: str = "Anjali", **values: Any) -> int:
    """A patient; the id. Further columns by name."""
    columns = {
        "organization_id": clinic.organization_id,
        "first_name": given,
        "last_name": family,
        "date_of_birth": "1980-08-14",
        **values,
    }
    return add_row(clinic, "patients", **columns)


def add_row(clinic: Clinic, table: str, **values: Any) -> int:
    """A row of this clinic; the id."""
    columns = {"organization_id": clinic.organization_id, **values}
    marks = ", ".join("%s" for _ in columns)
    sql = f"INSERT INTO cura.{table} ({', '.join(columns)}) VALUES ({marks}) RETURNING id"
    return int(clinic.as_administrator(sql, *columns.values())[0][0])
