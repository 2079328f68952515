"""What an issued prescription is printed from, frozen with it: never the record of today (domain-rules A5a, A7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cura_desktop.domain.checking import CheckReport
from cura_desktop.domain.letter_shapes import LetterAllergies, LetterPatient, Sender
from cura_desktop.domain.prescribing import PrescriberKind
from cura_desktop.domain.prescriptions import finding_key, verdict_of


@dataclass(frozen=True, slots=True)
class Prescriber:
    """Who prescribes; `kind` is None for somebody who may not. `controlled_number` is the private CD number (A5c.1)."""

    name: str
    kind: PrescriberKind | None = None
    register: str = ""
    number: str = ""
    controlled_number: str = ""


@dataclass(frozen=True, slots=True)
class PrintedParts:
    """Everything on the paper besides the medicines; `dated` is the clinic date of issue."""

    sender: Sender
    prescriber: Prescriber
    patient: LetterPatient
    allergies: LetterAllergies
    dated: date


def report_to_json(report: CheckReport, printed: PrintedParts) -> dict[str, Any]:
    """The check as it was when the prescription was issued, and the frozen parts of the paper."""
    from pydantic import TypeAdapter

    return {
        "verdict": verdict_of(report).value,
        "coverage": report.coverage,
        "not_checked": list(report.not_checked),
        "findings": [
            {"key": finding_key(one), "severity": one.severity.value, "reason": one.reason, "source": one.source}
            for one in report.findings
        ],
        "printed": TypeAdapter(PrintedParts).dump_python(printed, mode="json"),
    }


def printed_of(stored: Mapping[str, Any]) -> PrintedParts | None:
    """The frozen parts; None for a prescription that was written elsewhere. Raises ValueError for a damaged shape."""
    if "printed" not in stored:
        return None
    from pydantic import TypeAdapter

    return TypeAdapter(PrintedParts).validate_python(stored["printed"])
