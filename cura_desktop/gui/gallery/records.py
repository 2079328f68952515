"""Tables, patient banners, charts and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtWidgets import (
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.gallery.samples import NAMES, SEEN, STATES, TODAY, page_and_column
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.labels import SectionHeader
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerPatient, PatientBanner
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.trend_chart import TrendChart, TrendPoint


@dataclass(frozen=True, slots=True)
class _Invoice:
    number: str
    patient: str
    issued: date
    amount: Decimal
    state: PillText


def tables_page() -> QWidget:
    """A table filled, loading, empty and failed."""
    page, column = page_and_column()
    grid = QGridLayout()
    grid.setSpacing(px(16))
    filled, empty, loading, failed = _table(), _table(), _table(), _table()
    filled.show_records([_invoice(number) for number in range(12)])
    filled.selectRow(2)
    empty.show_records([])
    loading.show_loading()
    failed.show_failure("The invoices could not be read because the server does not answer.")
    for place, (title, table) in enumerate(
        (("Filled", filled), ("Loading", loading), ("Empty", empty), ("Failed", failed))
    ):
        cell = QVBoxLayout()
        cell.addWidget(SectionHeader(title))
        table.setMinimumHeight(px(260))
        cell.addWidget(table)
        grid.addLayout(cell, place // 2, place % 2)
    column.addLayout(grid)
    return page


def _table() -> RecordTable:
    table = RecordTable()
    table.set_up(
        [
            Column[_Invoice]("Number", lambda one: one.number, width=90),
            Column[_Invoice]("Patient", lambda one: one.patient, width=170, strong=True),
            Column[_Invoice]("Amount", lambda one: f"£{one.amount:,.2f}", role="money", sort=lambda one: one.amount),
            Column[_Invoice]("State", lambda one: one.state.text, pill=lambda one: one.state, width=150),
        ],
        name="Invoices",
        empty="No invoices for this patient yet.",
        empty_action="&New invoice",
        empty_icon="receipt-text",
        sort_by="Number",
    )
    table.setColumnWidth(2, px(84))
    return table


def _invoice(number: int) -> _Invoice:
    state = STATES[number % len(STATES)]
    amount = Decimal(17 * number * number * number + 35) / 2
    return _Invoice(f"INV-{1040 + number}", NAMES[number % len(NAMES)], TODAY, amount, state)


def banners_page() -> QWidget:
    """Banners from the plainest patient to the longest name, and a narrow one."""
    page, column = page_and_column()
    column.setContentsMargins(0, 0, 0, px(24))
    quiet = "Dr A Okonkwo, general practitioner, 03-Jan-2026 10:15"
    people = (
        SEEN,
        BannerPatient(
            "Okonkwo", "Adaeze", "Dr", born="02-Feb-2025", age="13m 15d", gender="Female", nhs_number="999 000 0026",
            address="4 The Lane, Leeds, LS1 4AP", allergy_state=AllergyState.NONE_KNOWN, allergy_statement=quiet,
            restricted=True,
        ),
        BannerPatient("Li", "Wei", born="09-Sep-1944", age="81y", allergy_state=AllergyState.NOT_RECORDED),
        BannerPatient("حداد", "محمد", allergy_state=AllergyState.UNAVAILABLE, phone="07700 900 123"),
        BannerPatient(
            "Featherstonehaugh-Cholmondeley Smythe", "Maximilian Bartholomew Peregrine", "Mr", born="14-Aug-1932",
            age="93y", died="02-Jan-2026", gender="Other Specific", nhs_number="999 000 0034", preferred_name="Max",
            address="The Old Rectory, Church Lane, Little Snoring, Fakenham, Norfolk, NR21 0JE",
            phone="01632 960 183 x1234", email="maximilian.featherstonehaugh@example.org",
            allergy_state=AllergyState.KNOWN, allergies=SEEN.allergies,
        ),
    )  # fmt: skip
    for person in people:
        banner = PatientBanner()
        banner.show_patient(person)
        column.addWidget(banner)
    narrow = PatientBanner()
    narrow.setFixedWidth(px(420))
    narrow.show_patient(SEEN)
    column.addWidget(narrow)
    column.addStretch(1)
    return page


def charts_page() -> QWidget:
    """Trends with many, one and no values, and two viewers of documents."""
    page, column = page_and_column()
    grid = QGridLayout()
    grid.setSpacing(px(16))
    pressures = (142, 138, 151, 139, 134, 128, 126, 131)
    points = [
        TrendPoint(date(2025, 6 + at, 4) if at < 7 else date(2026, 1, 4), value, value > 140)
        for at, value in enumerate(pressures)
    ]
    pressure, single, none = (
        TrendChart("Systolic pressure", "mmHg"),
        TrendChart("HbA1c", "mmol/mol"),
        TrendChart("Weight", "kg"),
    )
    pressure.show_points(points, band=(90, 140))
    single.show_points([TrendPoint(TODAY, 48.0)], band=(20, 42))
    for place, chart in enumerate((pressure, single, none)):
        chart.setMinimumHeight(px(200))
        grid.addWidget(chart, 0, place)
    column.addLayout(grid)
    column.addWidget(SectionHeader("Documents"))
    viewer, damaged = PdfViewer(), PdfViewer()
    damaged.open_bytes(b"not a PDF", "Letter to GP")
    for each in (viewer, damaged):
        each.setMinimumHeight(px(200))
        column.addWidget(each)
    return page
