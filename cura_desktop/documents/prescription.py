"""A private prescription to be signed in ink (domain-rules A5a, A5b, A5c).

It is never laid out like an NHS form. Controlled drugs of Schedules 2 and 3 are only valid on the standard private
form: each has a data sheet of its own, which has no place to sign and says that it is for copying.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Spacer

from cura_desktop.documents.allergies import AllergyStatement, allergy_box
from cura_desktop.documents.frame import FOOTER_TOP, MARGIN, Part, Sheet, build_parts
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient, Practitioner
from cura_desktop.documents.styles import BODY, LABEL, MUTED, TEXT, TITLE, Ink, clamped, height_of, paragraph, spans
from cura_desktop.documents.tables import borderless, boxed, boxed_width, facts
from cura_desktop.documents.text import NBSP, bind_units
from cura_desktop.documents.verification import Verification
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.medicines import ControlledDrug, MedicationLine, format_quantity, medication_line
from cura_desktop.domain.number_words import number_words

SIGNATURE_HEIGHT = 30 * mm
LEFT, RIGHT = MARGIN, A4[0] - MARGIN
BOX_TOP = FOOTER_TOP + SIGNATURE_HEIGHT - 1.5 * mm
NOTICE = Ink(size=10, weight="semibold")
DRUG = Ink(size=10.5, weight="semibold")
PLAIN = Ink(size=9.5)
VALUE = Ink(size=9.5, weight="semibold")


@dataclass(frozen=True, slots=True)
class PrescribedItem:
    """One medicine, in the words of domain-rules A4 (English, never Latin).

    `repeats` counts supplies after the first (None: not repeatable). `quantity` is a number of `quantity_unit`s and is
    printed in figures, for controlled drugs in words too.
    """

    medicine: MedicationLine
    quantity: Decimal | None = None
    quantity_unit: str = ""
    directions: str = ""
    indication: str = ""
    control: ControlledDrug = ControlledDrug.NONE
    repeats: int | None = None
    repeat_interval: str = ""
    instalments: str = ""

    @property
    def needs_form(self) -> bool:
        """Whether the item belongs on a data sheet of its own (domain-rules A5c.6)."""
        return self.control.needs_prescription_details


@dataclass(frozen=True, slots=True)
class PrescriptionDocument:
    """`dated` is the appropriate date; `standard_form` names the country's private controlled drug form (A5c.1)."""

    letterhead: Letterhead
    prescriber: Practitioner
    patient: Patient
    dated: date
    items: tuple[PrescribedItem, ...]
    allergies: AllergyStatement = field(default_factory=AllergyStatement)
    number: str = ""
    standard_form: str = "FP10PCD"
    dental_only: bool = False
    note: str = ""
    verification: Verification | None = None


def write_prescription(data: PrescriptionDocument) -> bytes:
    """Ordinary items on the prescription, then a data sheet for each controlled drug of Schedule 2 or 3.

    Raises ValueError without items, or for a Schedule 1 item, which cannot be prescribed like this.
    """
    if not data.items or any(item.control.schedule == 1 for item in data.items):
        raise ValueError("A prescription needs items, and none of Schedule 1")
    ordinary = [item for item in data.items if not item.needs_form]
    parts: list[Part] = []
    if ordinary:
        sheet = _sheet(data, "Private prescription", "Printed for signature in ink; not an electronic prescription.")
        sheet = replace(sheet, on_every=functools.partial(_draw_signature, data))
        parts.append((sheet, _prescription(data, ordinary, sheet.width)))
    for item in data.items:
        if item.needs_form:
            sheet = _sheet(data, "Controlled drug data sheet", f"For copying to form {data.standard_form} only.")
            sheet = replace(sheet, on_every=functools.partial(_draw_no_signature, data))
            parts.append((sheet, _data_sheet(data, item, sheet.width)))
    return build_parts(parts)


def _sheet(data: PrescriptionDocument, name: str, note: str) -> Sheet:
    title = f"{name} {data.number}".strip()
    return Sheet(
        title=title,
        letterhead=data.letterhead,
        running=f"{title} — {data.patient.name} — continued",
        dated=data.dated,
        footer=f"{title}. {note}",
        verification=data.verification,
        bottom=SIGNATURE_HEIGHT + 4 * mm,
        on_end=_strike,
    )


def _prescription(data: PrescriptionDocument, items: list[PrescribedItem], width: float) -> list[Any]:
    validity = "Not to be dispensed later than six months from the date of signing."
    return [
        paragraph("Private prescription", TITLE, width),
        Spacer(1, 2 * mm),
        _notice(["Sign in ink before use", f"Not valid until the prescriber has signed it by hand. {validity}"], width),
        *_particulars(data, width),
        *_numbered(items, width, data),
    ]


def _data_sheet(data: PrescriptionDocument, item: PrescribedItem, width: float) -> list[Any]:
    form, schedule = data.standard_form, item.control.schedule
    rule = (
        f"Sign that form in ink before use. A Schedule {schedule} drug is dispensed privately only against form "
        f"{form}, signed and dated by the prescriber. Valid for 28 days from the date of signing."
    )
    return [
        paragraph(f"Controlled drug data sheet (Schedule {schedule})", TITLE, width),
        Spacer(1, 2 * mm),
        _notice([f"Not a prescription: copy to form {form}", rule], width),
        *_particulars(data, width, data.prescriber.controlled_drug_number or "Not recorded"),
        *_numbered([item], width, data),
    ]


def _notice(lines: list[str], width: float) -> Any:
    room = boxed_width(width)
    return boxed(
        [paragraph(lines[0], NOTICE, room), *(paragraph(line, BODY, room) for line in lines[1:])],
        width, border=TEXT, weight=1.2,
    )  # fmt: skip


def _particulars(data: PrescriptionDocument, width: float, cd_number: str = "") -> list[Any]:
    half = width / 2 - 3 * mm
    who = facts(data.patient.facts(), half, 20 * mm)
    by = facts(_prescriber_facts(data, cd_number), half, 29 * mm)
    return [
        Spacer(1, 4 * mm),
        borderless([[who, "", by]], [half, 6 * mm, half]),
        Spacer(1, 3.5 * mm),
        allergy_box(data.allergies, width),
        Spacer(1, 4 * mm),
    ]


def _prescriber_facts(data: PrescriptionDocument, cd_number: str) -> tuple[tuple[str, str], ...]:
    by = data.prescriber
    return (
        ("Prescriber", by.name),
        ("Practitioner", by.kind or "Not recorded"),
        ("Registration", by.registration or "Not recorded"),
        ("CD prescriber No.", cd_number),
        ("Address", "\n".join(by.address or data.letterhead.address)),
        ("Phone", by.phone),
        ("Date", format_date(data.dated)),
        ("Number", data.number),
    )


def _numbered(items: list[PrescribedItem], width: float, data: PrescriptionDocument) -> Iterator[Any]:
    room = width - 8 * mm
    for number, item in enumerate(items, start=1):
        table = borderless([[paragraph(f"{number}.", DRUG, 8 * mm), list(_item(item, room, data))]], [8 * mm, room])
        yield KeepTogether([table, Spacer(1, 4 * mm)])
    if len(items) > 1:
        yield paragraph(f"Number of items: {len(items)} ({number_words(len(items))})", LABEL, width)
    if data.note:
        yield paragraph(data.note, PLAIN, width)


def _item(item: PrescribedItem, width: float, data: PrescriptionDocument) -> Iterator[Any]:
    yield spans(_line(item), PLAIN)
    if item.directions:
        yield paragraph(bind_units(item.directions), PLAIN, width)
    yield spans([("Supply ", LABEL), (_quantity(item), VALUE)], PLAIN)
    for label, text in _conditions(item, data):
        yield paragraph(f"{label}{text}", BODY, width)


def _line(item: PrescribedItem) -> list[tuple[str, Ink]]:
    """The medicine as on screen: the same attributes in the same order, the same parts heavy."""
    return [(bind_units(run.text), VALUE if run.bold else PLAIN) for run in medication_line(item.medicine)]


def _quantity(item: PrescribedItem) -> str:
    if item.quantity is None:
        return "quantity not stated"
    figures = format_quantity(item.quantity)
    words = f"{NBSP}({number_words(item.quantity)})" if item.control.schedule else ""
    return f"{figures}{words}{NBSP}{item.quantity_unit}".strip()


def _conditions(item: PrescribedItem, data: PrescriptionDocument) -> Iterator[tuple[str, str]]:
    if item.indication:
        yield "For ", item.indication
    if item.control.schedule == 4:
        yield "Schedule 4 controlled drug: ", "valid for 28 days from the date of signing"
    elif item.control.schedule == 5:
        yield "Schedule 5 controlled drug", ""
    if item.repeats is not None and not item.needs_form:
        every = f", {item.repeat_interval}" if item.repeat_interval else ""
        yield "Repeat: ", f"{item.repeats} ({number_words(item.repeats)}) more after the first supply{every}"
    if item.instalments:
        yield "Instalments: ", item.instalments
    if data.dental_only:
        yield "For dental treatment only", ""


def _draw_signature(data: PrescriptionDocument, canvas: Canvas) -> None:
    """The place to sign, at the foot of every page, so that no page stands without a signature."""
    _draw_foot_box(canvas)
    line = FOOTER_TOP + 10.5 * mm
    split = LEFT + 118 * mm
    canvas.setLineWidth(0.5)
    canvas.lines([(LEFT + 4 * mm, line, split - 4 * mm, line), (split, line, RIGHT - 4 * mm, line)])
    by = " — ".join(text for text in (data.prescriber.name, data.prescriber.kind, data.prescriber.registration) if text)
    _place(canvas, "Sign in ink before use", NOTICE, LEFT + 4 * mm, BOX_TOP, 110 * mm)
    _place(canvas, f"Signature of {by}", LABEL, LEFT + 4 * mm, line - 0.8 * mm, 110 * mm)
    _place(canvas, "Date signed", LABEL, split, line - 0.8 * mm, 50 * mm)


def _draw_no_signature(data: PrescriptionDocument, canvas: Canvas) -> None:
    """A data sheet has no place to sign, so that nobody can take it for the prescription."""
    _draw_foot_box(canvas)
    _place(canvas, "Do not sign here", NOTICE, LEFT + 4 * mm, BOX_TOP, 166 * mm)
    text = (
        f"Copy these particulars to form {data.standard_form} and sign and date that form in ink before use. "
        "A pharmacy cannot dispense against this sheet."
    )
    _place(canvas, text, BODY, LEFT + 4 * mm, BOX_TOP - 6.5 * mm, 166 * mm)


def _draw_foot_box(canvas: Canvas) -> None:
    canvas.setStrokeColor(TEXT)
    canvas.setLineWidth(0.8)
    canvas.rect(LEFT, FOOTER_TOP, RIGHT - LEFT, SIGNATURE_HEIGHT)


def _place(canvas: Canvas, text: str, ink: Ink, x: float, top: float, width: float) -> None:
    item = clamped(text, ink, width, 2)
    item.drawOn(canvas, x, top - height_of(item, width))


def _strike(canvas: Canvas, reached: float) -> None:
    """Strike the paper that is left, so that nothing can be added above the signature."""
    bottom = FOOTER_TOP + SIGNATURE_HEIGHT + 4 * mm
    top = reached - 3 * mm
    if top - bottom < 6 * mm:
        return
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.7)
    canvas.lines([(LEFT, top, RIGHT, top), (LEFT, bottom, RIGHT, bottom), (LEFT, bottom, RIGHT, top)])
