"""A patient's registration on paper: a form to check and sign, and a summary of what is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, Spacer, TableStyle

from cura_desktop.documents.frame import Sheet, build
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.styles import BODY, HEADING, LABEL, LINE, SMALL, STRONG, TITLE, Ink, paragraph
from cura_desktop.documents.tables import borderless, cell_widths, data_table, facts
from cura_desktop.domain.dates import format_date_time

Pairs = tuple[tuple[str, str], ...]
_CHECK = (
    "Please read what is printed here, correct what is wrong and fill in what is missing. "
    "Empty lines may stay empty where they do not apply to you."
)
_SIGN = "I have read this form and what I wrote on it is right."
_VALUE = Ink(size=9.5)
ROOM_TO_WRITE = 5 * mm


@dataclass(frozen=True, slots=True)
class RegistrationTable:
    """A list of the registration: its title, the heads of its columns, and its rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "Nothing recorded."


@dataclass(frozen=True, slots=True)
class RegistrationDocument:
    """`parts` are titled facts, label and value, an empty value where nothing is recorded; `consents` are questions
    with the answer so far ("Yes", "No", ""). `printed_at` is the clinic's time.
    """

    letterhead: Letterhead
    patient_name: str
    patient_number: str
    parts: tuple[tuple[str, Pairs], ...]
    tables: tuple[RegistrationTable, ...]
    consents: tuple[tuple[str, str], ...]
    printed_at: datetime
    printed_by: str = ""


def write_registration_form(data: RegistrationDocument) -> bytes:
    """A4: every detail with a line to write on, the consents to tick, a place to sign."""
    sheet = _sheet(data, "Registration form")
    return build(sheet, list(_form(data, sheet.width)))


def write_registration_summary(data: RegistrationDocument) -> bytes:
    """A4: what is recorded, and nothing where nothing is."""
    sheet = _sheet(data, "Registration summary")
    return build(sheet, list(_summary(data, sheet.width)))


def _sheet(data: RegistrationDocument, title: str) -> Sheet:
    by = f" by {data.printed_by}" if data.printed_by else ""
    return Sheet(
        title=f"{title} — {data.patient_name}",
        letterhead=data.letterhead,
        running=f"{title} — {data.patient_name}, patient {data.patient_number} — continued",
        dated=data.printed_at,
        footer=f"Confidential. Printed {format_date_time(data.printed_at)}{by}.",
    )


def _head(data: RegistrationDocument, title: str, width: float) -> Iterator[Any]:
    yield paragraph(title, TITLE, width)
    yield Spacer(1, 1.5 * mm)
    yield paragraph(f"{data.patient_name}, patient number {data.patient_number}", STRONG, width)
    yield Spacer(1, 3 * mm)


# ------------------------------------------------------------------ the form


def _form(data: RegistrationDocument, width: float) -> Iterator[Any]:
    yield from _head(data, "Registration form", width)
    yield paragraph(_CHECK, BODY, width)
    for title, pairs in data.parts:
        yield KeepTogether([Spacer(1, 4 * mm), paragraph(title, HEADING, width), _lines(pairs, width)])
    for table in data.tables:
        yield Spacer(1, 4 * mm)
        yield paragraph(table.title, HEADING, width)
        yield _table(table, width, spare=2)
    yield KeepTogether([Spacer(1, 4 * mm), *_questions(data.consents, width)])
    yield KeepTogether([Spacer(1, 6 * mm), *_signature(width)])


def _lines(pairs: Pairs, width: float) -> Any:
    """Two columns of label over value, each on a line to write on."""
    gap, column = 6 * mm, (width - 6 * mm) / 2
    cells = [
        [paragraph(label, LABEL, column), paragraph(value, _VALUE, column) if value else Spacer(1, ROOM_TO_WRITE)]
        for label, value in pairs
    ]
    if len(cells) % 2:
        cells.append([paragraph("", LABEL, column), Spacer(1, 1)])
    rows = [[left, "", right] for left, right in zip(cells[::2], cells[1::2], strict=True)]
    table = borderless(rows, [column, gap, column], gap=0.6 * mm)
    last = len(rows) - 1
    rules = [("LINEBELOW", (0, 0), (0, -1), 0.4, LINE)]
    rules.append(("LINEBELOW", (2, 0), (2, last if len(pairs) % 2 == 0 else last - 1), 0.4, LINE))
    table.setStyle(TableStyle([*rules, ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]))
    return table


def _questions(consents: Sequence[tuple[str, str]], width: float) -> Iterator[Any]:
    yield paragraph("May we contact you?", HEADING, width)
    yield Spacer(1, 1 * mm)
    widths = [width - 44 * mm, 22 * mm, 22 * mm]
    room = cell_widths(widths)
    rows = [
        [
            paragraph(question, BODY, room[0]),
            paragraph("[ x ]" if answer == "Yes" else "[   ]", BODY, room[1]),
            paragraph("[ x ]" if answer == "No" else "[   ]", BODY, room[2]),
        ]
        for question, answer in consents
    ]
    yield data_table([("", False), ("Yes", False), ("No", False)], rows, widths)


def _signature(width: float) -> Iterator[Any]:
    yield paragraph(_SIGN, BODY, width)
    yield Spacer(1, 12 * mm)
    third = width / 3
    titles = ("Signature", "Name, if signing for the patient", "Date")
    table = borderless([[paragraph(title, SMALL, third - 6 * mm) for title in titles]], [third] * 3, gap=1 * mm)
    table.setStyle(TableStyle([("LINEABOVE", (at, 0), (at, 0), 0.6, LINE) for at in range(3)]))
    yield table


# ------------------------------------------------------------------ the summary


def _summary(data: RegistrationDocument, width: float) -> Iterator[Any]:
    yield from _head(data, "Registration summary", width)
    for title, pairs in data.parts:
        if any(value for _, value in pairs):
            yield KeepTogether([paragraph(title, HEADING, width), Spacer(1, 1 * mm), facts(pairs, width, 46 * mm)])
            yield Spacer(1, 4 * mm)
    for table in data.tables:
        yield paragraph(table.title, HEADING, width)
        if table.rows:
            yield _table(table, width)
        else:
            yield paragraph(table.empty, BODY, width)
        yield Spacer(1, 4 * mm)
    answered = tuple((question, answer) for question, answer in data.consents if answer)
    consents = RegistrationTable(
        "Consents", ("May we contact you?", "Answer"), answered, "Nothing has been said about channels yet."
    )
    yield paragraph(consents.title, HEADING, width)
    yield _table(consents, width) if answered else paragraph(consents.empty, BODY, width)


def _table(table: RegistrationTable, width: float, spare: int = 0) -> Any:
    widths = [width / len(table.head)] * len(table.head)
    room = cell_widths(widths)
    rows: list[list[Any]] = [
        [paragraph(text, STRONG if at == 0 else BODY, room[at]) for at, text in enumerate(row)] for row in table.rows
    ]
    rows += [[Spacer(1, ROOM_TO_WRITE) for _ in table.head] for _ in range(spare)]
    return data_table([(title, False) for title in table.head], rows, widths)
