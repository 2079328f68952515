"""Laboratory reports put into a clinic as an import leaves them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.people import Clinic


def ago(hours: int) -> datetime:
    """Naive UTC so many hours back, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(hours=hours)


def add_report(
    clinic: Clinic,
    patient_id: int,
    test: str = "Full blood count",
    *lines: tuple[Any, ...],
    hours: int = 5,
    **values: Any,
) -> int:
    """A report with lines of (name, value as sent, unit, low, high, interpretation[, comparator])."""
    ordered_by = values.pop("ordered_by", clinic.people["doctor"].user_id)
    columns = {
        "status": "completed", "severity": "normal", "result_status": "F", "ordered_by": ordered_by,
        "collected_at": ago(hours + 20), "reported_at": ago(hours), **values,
    }  # fmt: skip
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    report = int(
        clinic.as_administrator(
            f"INSERT INTO cura.lab_results (organization_id, patient_id, test_name, test_type, results, {names})"
            f" VALUES (%s, %s, %s, 'laboratory', '[]', {marks}) RETURNING id",
            clinic.organization_id, patient_id, test, *columns.values(),
        )[0][0]
    )  # fmt: skip
    for number, (name, text, unit, low, high, flag, *comparator) in enumerate(lines, 1):
        number_only = text if text.replace(".", "", 1).isdigit() and not comparator else None
        clinic.as_administrator(
            "INSERT INTO cura.lab_result_items (organization_id, lab_result_id, patient_id, line, name, value_text,"
            " comparator, value, unit, low, high, interpretation, taken_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            clinic.organization_id, report, patient_id, number, name, text, comparator[0] if comparator else None,
            number_only, unit, low, high, flag, columns["collected_at"],
        )  # fmt: skip
    return report
