"""Every shared widget in its states, so that a look can be judged in one picture (`cura-desktop --gallery`).

The people shown are made up; their NHS numbers are from the range kept for tests (domain-rules A1.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.icons import icon, icon_names
from cura_desktop.gui.shell.palette import KINDS
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Progress
from cura_desktop.gui.shell.theme import Mode, theme
from cura_desktop.gui.shell.toasts import Toast
from cura_desktop.gui.widgets.busy_overlay import BusyOverlay
from cura_desktop.gui.widgets.buttons import (
    DangerButton,
    IconButton,
    PlainButton,
    PrimaryButton,
    QuietButton,
    set_allowed,
)
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import KeyHint, SectionHeader, text_label
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.nhs_number_edit import NhsNumberEdit
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerAllergy, BannerPatient, PatientBanner
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.phone_edit import PhoneEdit
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.search_box import SearchBox
from cura_desktop.gui.widgets.side_sheet import SideSheet
from cura_desktop.gui.widgets.tag_list import TagList
from cura_desktop.gui.widgets.time_edit import TimeEdit
from cura_desktop.gui.widgets.trend_chart import TrendChart, TrendPoint

_TODAY = date(2026, 3, 17)
_LONG = "A sentence that is much longer than the field it stands in, to see how it wraps or ends without being cut off"


@dataclass(frozen=True, slots=True)
class _Invoice:
    number: str
    patient: str
    issued: date
    amount: Decimal
    state: PillText


_STATES = (
    PillText("Paid", "success"),
    PillText("Part paid", "info", "circle-dashed"),
    PillText("Overdue", "danger", "clock"),
    PillText("Draft", "neutral", "pencil"),
    PillText("Sent to insurer", "warning", "send"),
)
_NAMES = (
    "EVANS WEST, Jonathan (Sir)",
    "OKONKWO, Adaeze (Dr)",
    "O'BRIEN, Siobhán (Ms)",
    "حداد, محمد",
    "FEATHERSTONEHAUGH-CHOLMONDELEY, Maximilian Bartholomew (Mr)",
    "LI, Wei (Mrs)",
)
_SEEN = BannerPatient(
    family_name="Evans West",
    given_name="Jonathan",
    title="Sir",
    preferred_name="Jon",
    born="14-Aug-1980",
    age="45y",
    gender="Male",
    nhs_number="999 000 0018",
    address="12 Lion Street, Abergavenny, NP7 5PE",
    phone="01632 960 183",
    email="jon@example.org",
    allergy_state=AllergyState.KNOWN,
    allergies=(
        BannerAllergy("Penicillin", "03-Jan-2026", "rash + wheeze"),
        BannerAllergy("Elastic dressings", "11-Nov-2025", "itching", free_text=True),
    ),
)


def build_gallery() -> QWidget:
    """One tab for each kind of widget, in the look of the moment."""
    tabs = QTabWidget()
    tabs.setWindowTitle("Cura: shared widgets")
    tabs.setAccessibleName("Shared widgets")
    for title, build in _PAGES:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = build()
        page.setObjectName(title)
        page.setProperty("ground", "raised")
        scroll.setWidget(page)
        tabs.addTab(scroll, title)
    tabs.resize(1200, 860)
    return tabs


def save_gallery(folder: Path) -> list[Path]:
    """A picture of every page, light and dark, at 100 and 150 %, and light from right to left; returns the files.

    The look and the direction of writing are put back afterwards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app, mode, size = QApplication.instance(), theme().mode, theme().text_size
    looks: Sequence[tuple[Mode, int, Qt.LayoutDirection]] = (
        ("light", 100, Qt.LayoutDirection.LeftToRight),
        ("light", 150, Qt.LayoutDirection.LeftToRight),
        ("dark", 100, Qt.LayoutDirection.LeftToRight),
        ("dark", 150, Qt.LayoutDirection.LeftToRight),
        ("light", 100, Qt.LayoutDirection.RightToLeft),
    )
    saved: list[Path] = []
    if not isinstance(app, QApplication):
        raise RuntimeError("a gallery needs a running application")
    before = app.layoutDirection()
    try:
        for wanted, percent, direction in looks:
            app.setLayoutDirection(direction)
            theme().set_text_size(percent)
            theme().set_mode(wanted)
            side = "-rtl" if direction == Qt.LayoutDirection.RightToLeft else ""
            saved += _save_pages(folder, f"{wanted}-{percent}{side}")
    finally:
        app.setLayoutDirection(before)
        theme().set_text_size(size)
        theme().set_mode(mode)
    return saved


def _save_pages(folder: Path, look: str) -> list[Path]:
    saved = []
    for number, (title, build) in enumerate(_PAGES, 1):
        page = build()
        page.setProperty("ground", "raised")
        page.resize(px(1100), max(page.sizeHint().height(), px(300)))
        page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        page.show()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.sendPostedEvents()
        if page.hasHeightForWidth():
            page.resize(page.width(), max(page.heightForWidth(page.width()), px(300)))
            QCoreApplication.sendPostedEvents()
        path = folder / f"{number:02d}-{title.lower().replace(' ', '-')}-{look}.png"
        if not page.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        saved.append(path)
        page.close()
        page.deleteLater()
    return saved


# ---------------------------------------------------------------------------------------------------------- pages


def _page() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(px(24), px(16), px(24), px(24))
    column.setSpacing(px(12))
    return page, column


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(px(3), px(3), px(3), px(3))
    row.setSpacing(px(12))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder


def _words() -> QWidget:
    page, column = _page()
    column.addWidget(SectionHeader("Type", "See all"))
    samples = {
        "display": "Good morning, reception",
        "title": "Appointments on 17-Mar-2026",
        "lead": "EVANS WEST, Jonathan (Sir)",
        "strong": "amoxicillin 500 mg, £1,234.50, 0123456789, ill 1 Il",
        "": "The patient asked for a morning appointment. محمد حداد",
        "muted": "Last changed by Dr A Okonkwo on 16-Mar-2026 14:05",
        "caption": "Updated 2 minutes ago",
        "problem": "The check digit does not fit; please compare with the card.",
    }
    for role, text in samples.items():
        column.addWidget(text_label(text, role))
    column.addWidget(SectionHeader("Status"))
    column.addWidget(_row(*(Pill(state) for state in _STATES), Pill(PillText("Waiting", "accent", "hourglass"))))
    column.addWidget(SectionHeader("Keys"))
    column.addWidget(_row(KeyHint("Ctrl+K"), KeyHint("F1"), KeyHint("Alt+Down"), KeyHint("Enter")))
    column.addWidget(SectionHeader("Icons"))
    grid = QGridLayout()
    grid.setSpacing(px(8))
    for place, name in enumerate(icon_names()):
        sign = QLabel()
        sign.setPixmap(icon(name).pixmap(px(20), px(20)))
        sign.setToolTip(name)
        grid.addWidget(sign, place // 30, place % 30)
    column.addLayout(grid)
    column.addStretch(1)
    return page


def _controls() -> QWidget:
    page, column = _page()
    column.addWidget(SectionHeader("Buttons"))
    refused = PlainButton("&Refund")
    set_allowed(refused, False, "Your role may not give refunds.")
    idle = PrimaryButton("&Save patient", "save")
    idle.setEnabled(False)
    column.addWidget(
        _row(PrimaryButton("&Save patient", "save"), PlainButton("&Print", "printer"), QuietButton("&More"),
             DangerButton("&Void invoice", "ban"), refused, idle)
    )  # fmt: skip
    toggled = IconButton("star", "Mark")
    toggled.setCheckable(True)
    toggled.setChecked(True)
    dead = IconButton("trash-2", "Remove")
    dead.setEnabled(False)
    column.addWidget(_row(IconButton("refresh-cw", "Reload", "F5"), IconButton("printer", "Print"), toggled, dead))
    column.addWidget(SectionHeader("Choices"))
    column.addWidget(_row(*_choices()))
    column.addWidget(SectionHeader("Search"))
    filled = SearchBox(placeholder="Search patients", shortcut="Ctrl+F")
    filled.setText("evans jon")
    filled.setMinimumWidth(px(320))
    blank = SearchBox(placeholder="Name, date of birth, NHS number, phone", shortcut="Ctrl+L")
    blank.setMinimumWidth(px(420))
    column.addWidget(_row(blank, filled))
    column.addWidget(SectionHeader("Tags"))
    tags = TagList()
    tags.set_tags(["Interpreter", "Wheelchair", "Prefers texts"])
    column.addWidget(tags)
    column.addWidget(SectionHeader("Progress"))
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setValue(40)
    column.addWidget(bar)
    column.addStretch(1)
    return page


def _choices() -> list[QWidget]:
    checked, half, off = QCheckBox("&Consent given"), QCheckBox("Some &records"), QCheckBox("Not allowed")
    checked.setChecked(True)
    half.setTristate(True)
    half.setCheckState(Qt.CheckState.PartiallyChecked)
    off.setEnabled(False)
    chosen, other = QRadioButton("&Morning"), QRadioButton("&Afternoon")
    chosen.setChecked(True)
    box: ChoiceBox[str] = ChoiceBox(choices=[("m", "Male"), ("f", "Female")], empty_text="Not known")
    box.setAccessibleName("Gender")
    return [checked, QCheckBox("Not &now"), half, off, chosen, other, box]


def _fields() -> QWidget:
    page, column = _page()
    grid = QHBoxLayout()
    grid.setSpacing(px(32))
    for title, prepare in (("Empty", _leave), ("Filled", _fill), ("With problems", _spoil), ("Disabled", _disable)):
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(px(3))
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(SectionHeader(title))
        fields = _make_fields()
        for name, field in fields.items():
            label = text_label(name, "field")
            label.setBuddy(field)
            form.addRow(label, field)
        prepare(fields)
        grid.addWidget(holder, 1, Qt.AlignmentFlag.AlignTop)
    column.addLayout(grid)
    column.addStretch(1)
    return page


def _make_fields() -> dict[str, QWidget]:
    choice: ChoiceBox[str] = ChoiceBox(choices=[("f", "Female"), ("m", "Male")], empty_text="Not known")
    note = QPlainTextEdit()
    note.setFixedHeight(px(60))
    note.setTabChangesFocus(True)
    return {
        "Family name": QLineEdit(),
        "Date of birth": DateEdit(today=lambda: _TODAY, birth=True),
        "Gender": choice,
        "NHS number": NhsNumberEdit(),
        "Phone": PhoneEdit(),
        "Time": TimeEdit(),
        "Amount": MoneyEdit(),
        "Quantity": QuantityEdit(unit="tablets"),
        "Note": note,
    }


def _leave(fields: dict[str, Any]) -> None:
    """Empty fields need nothing."""


def _fill(fields: dict[str, Any]) -> None:
    fields["Family name"].setText("Featherstonehaugh-Cholmondeley")
    fields["Date of birth"].set_value(date(1980, 8, 14))
    fields["Gender"].set_value("f")
    fields["NHS number"].set_value("9990000018")
    fields["Phone"].setText("01632 960 183")
    fields["Time"].set_value(time(9, 30))
    fields["Amount"].set_value(Decimal("1234.50"))
    fields["Quantity"].set_value(Decimal(28))
    fields["Note"].setPlainText(_LONG)


def _spoil(fields: dict[str, Any]) -> None:
    fields["Date of birth"].setText("31 February 1980")
    fields["NHS number"].setText("123 456 7890")
    fields["Amount"].setText("12,50")
    fields["Quantity"].setText("-3")
    problems = FormProblems(fields)
    problems.show({"Family name": "A family name is needed.", **problems.typed()})


def _disable(fields: dict[str, Any]) -> None:
    _fill(fields)
    for field in fields.values():
        field.setEnabled(False)


def _tables() -> QWidget:
    page, column = _page()
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
    state = _STATES[number % len(_STATES)]
    amount = Decimal(17 * number * number * number + 35) / 2
    return _Invoice(f"INV-{1040 + number}", _NAMES[number % len(_NAMES)], _TODAY, amount, state)


def _banners() -> QWidget:
    page, column = _page()
    column.setContentsMargins(0, 0, 0, px(24))
    quiet = "Dr A Okonkwo, general practitioner, 03-Jan-2026 10:15"
    people = (
        _SEEN,
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
            allergy_state=AllergyState.KNOWN, allergies=_SEEN.allergies,
        ),
    )  # fmt: skip
    for person in people:
        banner = PatientBanner()
        banner.show_patient(person)
        column.addWidget(banner)
    narrow = PatientBanner()
    narrow.setFixedWidth(px(420))
    narrow.show_patient(_SEEN)
    column.addWidget(narrow)
    column.addStretch(1)
    return page


def _messages() -> QWidget:
    page, column = _page()
    strips = BannerArea()
    strips.show_banner(
        "database", "The server cannot be reached. What you type is kept; nothing can be saved until it is back.",
        "warning", "&Retry",
    )  # fmt: skip
    for kind in KINDS:
        if kind != "warning":
            strips.show_banner(kind, f"This is how a lasting message of the kind {kind} looks.", kind)
    column.addWidget(strips)
    undone = Toast("Appointment moved to Tue 24-Mar-2026 09:30", "success", lambda: None, "&Undo")
    for toast in (undone, Toast("Saved.", "info", None, ""), Toast(_LONG + ".", "warning", None, "")):
        column.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(EmptyState("No messages in this conversation yet.", "&Write the first one", "message-square"))
    column.addStretch(1)
    return page


def _named(widget: QWidget, name: str) -> QWidget:
    widget.setAccessibleName(name)
    return widget


def _layers() -> QWidget:
    page, column = _page()
    host = QWidget()
    host.setProperty("ground", "surface")
    host.setMinimumHeight(px(320))
    sheet = SideSheet(host, "Edit contact", width=340)
    body = QWidget()
    form = QFormLayout(body)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
    for name, field in list(_make_fields().items())[:3]:
        label = text_label(name, "field")
        label.setBuddy(field)
        form.addRow(label, field)
    form.addRow(PrimaryButton("&Save contact"))
    sheet.set_body(body)
    column.addWidget(host)
    busy_host = QWidget()
    busy_host.setMinimumHeight(px(200))
    inner = QVBoxLayout(busy_host)
    inner.addWidget(text_label(_LONG, wrap=True))
    inner.addWidget(_named(QComboBox(), "Organization"))
    inner.addStretch(1)
    overlay = BusyOverlay(busy_host)
    column.addWidget(busy_host)
    merge = DiffMergeDialog(
        "Dr A Okonkwo saved this patient at 14:05, while you were editing.",
        [
            FieldDifference("phone", "Phone", "01632 960 183", "07700 900 123"),
            FieldDifference("address", "Address", "12 Lion Street, Abergavenny", ""),
        ],
    )
    merge.setWindowFlags(Qt.WindowType.Widget)
    column.addWidget(merge)
    page.resize(px(1100), px(820))
    host.resize(px(1050), px(320))
    sheet.open_sheet()
    overlay.start("Importing bundles", lambda: None)
    overlay.show_progress(Progress(14, 40, "Observations of the 14th patient"))
    return page


def _charts() -> QWidget:
    page, column = _page()
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
    single.show_points([TrendPoint(_TODAY, 48.0)], band=(20, 42))
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


_PAGES: tuple[tuple[str, Callable[[], QWidget]], ...] = (
    ("Words", _words),
    ("Controls", _controls),
    ("Fields", _fields),
    ("Tables", _tables),
    ("Patient banner", _banners),
    ("Messages", _messages),
    ("Layers", _layers),
    ("Charts and documents", _charts),
)
