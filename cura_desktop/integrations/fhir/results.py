"""Laboratory results: reports, their analytes, and UK units (domain-rules A8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from cura_desktop.domain.imports import Analyte, IncomingReport, IncomingResult
from cura_desktop.integrations.fhir.elements import (
    Reading,
    RefusedResource,
    Resource,
    at_of,
    began,
    codes_of,
    concept_code,
    label,
    listed,
    moment,
    notes_of,
    paragraph,
    remarks,
    required,
    status_in,
)
from cura_desktop.integrations.fhir.measures import (
    STATUSES,
    Sent,
    interpretation_of,
    parts_of,
    quantity_of,
    range_text,
    value_of,
)
from cura_desktop.integrations.fhir.units import LabCatalogue

REPORT_STATUSES = (
    "registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "unknown",
)  # fmt: skip
_LABORATORY = {"LAB", "laboratory", "CH", "HM", "MB", "IMM", "SR", "TX", "CP", "GE", "VR", "BLB", "URN", "SP", "CG"}
"""Diagnostic service sections of HL7 table 0074 that are laboratories, and the category of observations."""
_LETTERS = {"registered": "P", "partial": "P", "preliminary": "P", "cancelled": "X"}
_CORRECTED = {"amended", "corrected", "appended"}


def is_laboratory(resource: Resource) -> bool:
    """Whether a report or an observation comes from a laboratory."""
    return bool(codes_of(resource.get("category")) & _LABORATORY)


def status_letter(status: str) -> str:
    """P, F, C or X of domain-rules A8.1."""
    return _LETTERS.get(status, "C" if status in _CORRECTED else "F")


def report(resource: Resource, reading: Reading) -> IncomingReport:
    """The head of a laboratory report. One that has neither results in the file nor a conclusion is refused."""
    status = status_in(resource, REPORT_STATUSES)
    references = listed(resource.get("result"))
    missing = sum(reading.find(each) is None for each in references)
    conclusion = paragraph(resource.get("conclusion"))
    if missing == len(references) and not conclusion:
        raise RefusedResource("None of its results is in the file.")
    collected, issued = began(resource, reading, "effective"), moment(resource.get("issued"), reading)
    required(issued or collected)
    notes = notes_of(
        (
            conclusion,
            f"{missing} of its {len(references)} results were not in the file." if missing else "",
            f"Reported by: {who}" if (who := _performer(resource, reading)) else "",
            *remarks(resource),
        )
    )
    specimen = next((name for each in listed(resource.get("specimen")) if (name := reading.name_of(each))), "")
    return IncomingReport(
        label(resource.get("code"), "report"),
        status_letter(status),
        specimen,
        at_of(collected),
        (issued or collected or required(None)).at,
        notes,
        concept_code(resource.get("code")),
    )


def _performer(resource: Resource, reading: Reading) -> str:
    return "; ".join(name for each in listed(resource.get("performer")) if (name := reading.name_of(each)))


def result(resource: Resource, reading: Reading, catalogue: LabCatalogue, report_id: str | None) -> IncomingResult:
    """The lines of a laboratory observation; `report_id` names the report in the same file that refers to it."""
    status = status_in(resource, STATUSES)
    taken, issued = began(resource, reading, "effective"), moment(resource.get("issued"), reading)
    if report_id is None:
        required(taken or issued)
    rows = tuple(_analyte(each, reading, catalogue) for each in parts_of(resource))
    return IncomingResult(
        report_id,
        status_letter(status),
        at_of(taken),
        at_of(issued),
        rows,
        notes_of(remarks(resource)),
    )


def _analyte(element: Resource, reading: Reading, catalogue: LabCatalogue) -> Analyte:
    name, code = label(element.get("code"), "test"), concept_code(element.get("code"))
    sent = value_of(element)
    if sent is None:
        raise RefusedResource("It has no value and does not say why.")
    low, high = _limits(element, sent)
    plain = Analyte(
        name=name,
        comparator=sent.comparator,
        value=sent.number,
        text=sent.text,
        unit=sent.unit,
        reference_range=range_text(element),
        low=low,
        high=high,
        interpretation=interpretation_of(element),
        is_own_interpretation=False,
        code=code,
    )
    return _flagged(_in_uk_units(plain, reading, catalogue))


def _limits(element: Resource, sent: Sent) -> tuple[Decimal | None, Decimal | None]:
    """The ends of the laboratory's own interval, when there is exactly one and it has the value's unit."""
    ranges = listed(element.get("referenceRange"))
    if len(ranges) != 1:
        return None, None
    ends = []
    for key in ("low", "high"):
        found = ranges[0].get(key)
        end = quantity_of(found) if isinstance(found, Mapping) else None
        if end is not None and end.unit not in ("", sent.unit):
            return None, None
        ends.append(end.number if end is not None and not end.comparator else None)
    return ends[0], ends[1]


def _in_uk_units(analyte: Analyte, reading: Reading, catalogue: LabCatalogue) -> Analyte:
    conversion = catalogue.find(analyte.code.value, analyte.unit)
    if conversion is None or analyte.value is None:
        return analyte
    if conversion.unit != analyte.unit:
        reading.mapped[f"{conversion.name}: {analyte.unit} to {conversion.unit}"] += 1
    value = conversion.convert(analyte.value)
    low, high = (None if end is None else conversion.convert(end) for end in (analyte.low, analyte.high))
    changed = conversion.changes_value
    text = analyte.reference_range
    if changed and text:
        ends = [f"{end:f}" for end in (low, high) if end is not None]
        text = f"{' to '.join(ends)} {conversion.unit} (converted)" if len(ends) == 2 else f"As sent: {text}"
    return replace(
        analyte,
        name=conversion.name,
        value=value,
        text=f"{value:f}" if changed else analyte.text,
        unit=conversion.unit,
        reference_range=text,
        low=low,
        high=high,
        sent=f"{analyte.name} {analyte.comparator}{analyte.text} {analyte.unit}" if changed else "",
    )


def _flagged(analyte: Analyte) -> Analyte:
    """Our own N, L or H where the laboratory sent an interval and no flag, marked as ours (domain-rules A8.1)."""
    if analyte.interpretation or analyte.comparator or analyte.value is None:
        return analyte
    if analyte.low is None and analyte.high is None:
        return analyte
    low = analyte.low is not None and analyte.value < analyte.low
    high = analyte.high is not None and analyte.value > analyte.high
    return replace(analyte, interpretation="L" if low else "H" if high else "N", is_own_interpretation=True)
