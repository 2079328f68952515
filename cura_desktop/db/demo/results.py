"""Laboratory results, from the specimen to the review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.people import Clinic, Patient
from cura_desktop.db.demo.rows import Book, midnight


def add_result(book: Book, content: Content, clinic: Clinic, patient: Patient, key: str, abnormal: float) -> None:
    """One result of the panel `key`, in a random state; abnormal in the share `abnormal` (0 to 1) of the cases."""
    panel = content.panels[key]
    back = book.random.randint(0, 300)
    taken = midnight(max(book.reference - timedelta(days=back), patient.registered)) + timedelta(hours=9, minutes=20)
    state = "reviewed" if back > 9 else book.random.choice(["collected", "in_progress", "completed", "completed"])
    reported = taken + timedelta(days=1, hours=5)
    if reported > book.now and state in {"completed", "reviewed"}:
        state = "in_progress"
    lines = [] if state in {"collected", "in_progress"} else _analytes(book, panel, patient, abnormal)
    odd = [line for line in lines if line["interpretation"] in {"H", "L"}]
    doctor = clinic.first("doctor")
    result_id = book.add(
        "lab_results",
        clinic.organization_id,
        patient_id=patient.id,
        test_name=panel["name"],
        test_type=panel["type"],
        specimen_type=panel["specimen"],
        ordered_by=doctor.id,
        performed_by=clinic.first("lab_technician").id if lines else None,
        status=state,
        severity="abnormal" if odd else "normal" if lines else "unknown",
        result_status="F" if lines else "P",
        flags=["abnormal"] if odd else [],
        ordered_at=taken - timedelta(days=2),
        collected_at=taken,
        reported_at=reported if lines else None,
        reviewed_by=doctor.id if state == "reviewed" else None,
        reviewed_at=reported + timedelta(hours=20) if state == "reviewed" else None,
        panel_code=key,
        results=[
            {
                "name": line["name"],
                "value": line["value_text"],
                "unit": line["unit"],
                "referenceRange": line["reference_range"],
                "status": {"H": "abnormal_high", "L": "abnormal_low"}.get(str(line["interpretation"]), "normal"),
            }
            for line in lines
        ],
    )
    for number, line in enumerate(lines, 1):
        book.add(
            "lab_result_items",
            clinic.organization_id,
            lab_result_id=result_id,
            patient_id=patient.id,
            line=number,
            taken_at=taken,
            **line,
        )


def _limits(analyte: dict[str, Any], sex: str) -> tuple[float | None, float | None]:
    male = sex == "male"
    special: dict[str, tuple[float | None, float | None]] = {
        "Haemoglobin": (130, 180) if male else (115, 165),
        "Creatinine": (59, 104) if male else (45, 84),
        "PSA": (None, 4.0),
    }
    return special.get(analyte["name"], (analyte["low"], analyte["high"]))


def _analytes(book: Book, panel: dict[str, Any], patient: Patient, abnormal: float) -> list[dict[str, Any]]:
    odd = book.chance(abnormal)
    lines: list[dict[str, Any]] = []
    for analyte in panel["analytes"]:
        low, high = _limits(analyte, patient.sex)
        span = analyte["abnormal"] if odd and (len(panel["analytes"]) == 1 or book.chance(0.5)) else analyte["usual"]
        value = book.random.uniform(*span)
        text = f"{value:.0f}" if max(span) >= 20 else f"{value:.2f}" if max(span) < 3 else f"{value:.1f}"
        shown = float(text)
        flag = "H" if high is not None and shown > high else "L" if low is not None and shown < low else "N"
        limits = f"{low:g} to {high:g}" if low is not None and high is not None else ""
        limits = limits or (f"up to {high:g}" if high is not None else f"{low:g} or above")
        lines.append(
            {
                "name": analyte["name"],
                "value_text": text,
                "value": shown,
                "unit": analyte["unit"],
                "reference_range": limits,
                "low": low,
                "high": high,
                "interpretation": flag,
                "result_status": "F",
            }
        )
    return lines
