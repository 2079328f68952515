"""A letter to the patient or the GP, with the headings of domain-rules A7 and an address for a DL window envelope."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

from cura_desktop.documents.allergies import AllergyStatement, allergy_box
from cura_desktop.documents.frame import MARGIN, Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient, Practitioner
from cura_desktop.documents.styles import HEADING, LINE, Ink, height_of, paragraph
from cura_desktop.documents.tables import borderless, facts
from cura_desktop.documents.text import bind_units
from cura_desktop.documents.verification import Verification
from cura_desktop.domain.dates import format_long_date
from cura_desktop.domain.identity import format_nhs_number

ALLERGIES = "Allergies and adverse reaction"
HEADINGS = (
    "Patient demographics", "General practitioner practice", "Referrer details", "Attendance details",
    "Person completing record", "Diagnoses", ALLERGIES, "Medications and medical devices",
    "Presenting complaints or issues", "History", "Examination findings", "Investigation results", "Procedures",
    "Clinical summary", "Plan and requested actions", "Information and advice given", "Social context", "Safety alerts",
    "Distribution list",
)  # fmt: skip
"""The order of domain-rules A7.1; headings of the clinic's own follow before the distribution list."""

PLAIN = Ink(size=10, leading=1.42, prose=True)
ADDRESS = Ink(size=10, leading=1.3)
SUBJECT = Ink(size=12, weight="semibold")
SUBHEADING = Ink(size=9.5, weight="medium")
RIGHT = Ink(size=9, right=True)

# The part of an A4 page, folded in three, that a 35 x 90 mm window of a DL envelope shows wherever the sheet slides.
WINDOW_LEFT = 22 * mm
WINDOW_TOP = 51 * mm
WINDOW_WIDTH = 78 * mm
WINDOW_HEIGHT = 29 * mm
BODY_TOP = 86 * mm


@dataclass(frozen=True, slots=True)
class LetterSection:
    """One heading with its text and a list; `groups` keeps GP, patient and clinic actions apart: (who, actions)."""

    heading: str
    text: str = ""
    items: tuple[str, ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing to print, so the heading is left out too (domain-rules A7.3)."""
        return not (self.text.strip() or any(self.items) or any(any(items) for _, items in self.groups))


@dataclass(frozen=True, slots=True)
class LetterDocument:
    """`recipient` are the lines in the window, name first. `replaces` says which sent letter this one replaces (A7.4).

    `draft` marks a letter that has not been sent. Patient demographics, the allergies and the distribution list (`cc`)
    are printed from their own fields, the rest from `sections`, in the order of `HEADINGS`.
    """

    letterhead: Letterhead
    recipient: tuple[str, ...]
    dated: date
    patient: Patient
    author: Practitioner
    subject: str = ""
    salutation: str = ""
    sections: tuple[LetterSection, ...] = ()
    allergies: AllergyStatement = field(default_factory=AllergyStatement)
    closing: str = "Yours sincerely"
    reference: str = ""
    cc: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    replaces: str = ""
    draft: bool = False
    verification: Verification | None = None

    def __post_init__(self) -> None:
        if any(section.heading == ALLERGIES for section in self.sections):
            raise ValueError("Allergies are printed from `allergies`, never from a section of their own")


def write_letter(data: LetterDocument) -> bytes:
    """The letter as it is sent, page after page."""
    width = 210 * mm - 2 * MARGIN
    window = _window(data)
    fits = height_of(window, WINDOW_WIDTH) <= WINDOW_HEIGHT
    sheet = Sheet(
        title=data.subject or f"Letter about {data.patient.name}",
        letterhead=data.letterhead,
        running=f"{data.patient.name} — {format_long_date(data.dated)} — continued",
        dated=data.dated,
        footer=f"{data.letterhead.name} — confidential: health information",
        verification=None if data.draft else data.verification,
        first_top=297 * mm - BODY_TOP,
        watermark="DRAFT" if data.draft else "",
        on_first=functools.partial(_draw_first, data, window if fits else None),
    )
    story: list[Any] = [] if fits else [paragraph("\n".join(data.recipient), ADDRESS, width), Spacer(1, 4 * mm)]
    return build(sheet, [*story, *_opening(data, width), *_sections(data, width), *_ending(data, width)])


def _window(data: LetterDocument) -> Any:
    return paragraph("\n".join(line for line in data.recipient if line.strip()), ADDRESS, WINDOW_WIDTH)


def _draw_first(data: LetterDocument, window: Any, canvas: Canvas) -> None:
    top = 297 * mm - WINDOW_TOP
    if window is not None:
        window.drawOn(canvas, WINDOW_LEFT, top - height_of(window, WINDOW_WIDTH))
    lines = [format_long_date(data.dated), f"Our reference: {data.reference}" if data.reference else ""]
    right = paragraph("\n".join(line for line in lines if line)[:200], RIGHT, 70 * mm)
    right.drawOn(canvas, 192 * mm - 70 * mm, top - height_of(right, 70 * mm))
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.lines([(4 * mm, height, 8 * mm, height) for height in (297 * mm - 99 * mm, 297 * mm - 198 * mm)])


def _opening(data: LetterDocument, width: float) -> Iterator[Any]:
    if data.salutation:
        yield paragraph(data.salutation, PLAIN, width)
        yield Spacer(1, 3 * mm)
    if data.subject:
        yield paragraph(data.subject, SUBJECT, width)
        yield Spacer(1, 1.5 * mm)
    half = width / 2 - 3 * mm
    columns = [facts(pairs, half, 22 * mm) for pairs in _demographics(data.patient)]
    yield borderless([[columns[0], "", columns[1]]], [half, 6 * mm, half])
    if data.replaces:
        yield Spacer(1, 2 * mm)
        yield paragraph(f"This letter replaces {data.replaces}", SUBHEADING, width)


def _demographics(patient: Patient) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Two columns of label and value: who, and by which numbers."""
    born = format_long_date(patient.born) + (f" ({patient.age})" if patient.age else "")
    return (
        (("Patient", patient.name), ("Born", born), ("Gender", patient.gender)),
        (
            ("NHS No.", format_nhs_number(patient.nhs_number)),
            ("Patient No.", patient.number),
            ("Address", ", ".join(patient.address)),
        ),
    )


def _sections(data: LetterDocument, width: float) -> Iterator[Any]:
    by_order = sorted(data.sections, key=_place)
    before = [section for section in by_order if _place(section) < HEADINGS.index(ALLERGIES)]
    for section in before:
        yield from _section(section, width)
    yield KeepTogether([_heading(ALLERGIES, width), allergy_box(data.allergies, width, format_long_date)])
    for section in by_order[len(before) :]:
        yield from _section(section, width)


def _place(section: LetterSection) -> int:
    if section.heading in HEADINGS:
        return HEADINGS.index(section.heading)
    return len(HEADINGS)


def _heading(text: str, width: float) -> Any:
    return borderless([[Spacer(1, 3.5 * mm)], [paragraph(text, HEADING, width)], [Spacer(1, 0.8 * mm)]], [width])


def _section(section: LetterSection, width: float) -> Iterator[Any]:
    if section.empty:
        return
    yield CondPageBreak(22 * mm)
    yield _heading(section.heading, width)
    for part in section.text.strip().split("\n\n"):
        if part:
            yield paragraph(bind_units(part), PLAIN, width)
            yield Spacer(1, 1.2 * mm)
    yield from _list(section.items, width)
    for who, items in section.groups:
        if any(items):
            yield CondPageBreak(14 * mm)
            yield Spacer(1, 1.2 * mm)
            yield paragraph(who, SUBHEADING, width)
            yield from _list(items, width)


def _list(items: tuple[str, ...], width: float) -> Iterator[Any]:
    for item in items:
        if item:
            bullet = paragraph("–", PLAIN, 5 * mm)
            yield borderless([[bullet, paragraph(bind_units(item), PLAIN, width - 5 * mm)]], [5 * mm, width - 5 * mm])
            yield Spacer(1, 0.6 * mm)


def _ending(data: LetterDocument, width: float) -> Iterator[Any]:
    author = data.author
    who = [author.name, " — ".join(text for text in (author.kind, author.registration) if text)]
    yield KeepTogether(
        [
            Spacer(1, 6 * mm),
            paragraph(data.closing, PLAIN, width),
            Spacer(1, 14 * mm),
            paragraph(who[0], Ink(size=10, weight="semibold"), width),
            paragraph("\n".join(line for line in (who[1], author.phone) if line), PLAIN, width),
        ]
    )
    lists = (("Distribution list", data.cc), ("Enclosures", data.enclosures))
    for heading, lines in lists:
        if any(lines):
            yield KeepTogether([_heading(heading, width), paragraph("\n".join(lines), Ink(size=9), width)])
