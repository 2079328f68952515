"""Sheets, veils, choices, documents, charts and the gallery."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.gui.gallery import build_gallery
from cura_desktop.gui.shell.tasks import Progress
from cura_desktop.gui.shell.theme import Theme
from cura_desktop.gui.widgets.busy_overlay import BusyOverlay
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.pdf_viewer import DAMAGED, PdfViewer
from cura_desktop.gui.widgets.side_sheet import SideSheet
from cura_desktop.gui.widgets.trend_chart import TrendChart, TrendPoint
from cura_desktop.gui.widgets.trend_scale import nice_steps
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


def make_pdf(pages: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.drawText(1000, 1000, f"Invoice page {page + 1}")
    painter.end()
    return bytes(buffer.data().data())


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.addWidget(QPushButton("&Below"))
    shown(made, 800, 500)
    return made


def test_a_sheet_takes_the_keyboard_and_gives_it_back_on_escape(qtbot: QtBot, host: QWidget) -> None:
    sheet, edit = SideSheet(host, "Edit contact"), QLineEdit()
    edit.setAccessibleName("Phone")
    sheet.set_body(edit)
    sheet.open_sheet()
    assert_accessible(sheet)
    with qtbot.waitSignal(sheet.closed):
        qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_a_sheet_with_unsaved_text_can_stay_open(qtbot: QtBot, host: QWidget) -> None:
    sheet = SideSheet(host, "Edit contact")
    sheet.closing.connect(sheet.keep_open)
    sheet.open_sheet()
    sheet.close_sheet()
    assert sheet.isVisible()


def test_a_sheet_follows_the_size_of_its_screen(host: QWidget) -> None:
    sheet = SideSheet(host, "Edit contact", width=300)
    sheet.open_sheet()
    host.resize(1000, 600)
    assert (sheet.geometry().right(), sheet.height()) == (999, 600)
    host.resize(200, 600)
    assert sheet.width() == 200


def test_a_veil_shows_progress_and_stops_once_when_asked(qtbot: QtBot, host: QWidget) -> None:
    veil, asked = BusyOverlay(host), list[str]()
    veil.start("Importing bundles", lambda: asked.append("stop"))
    veil.show_progress(Progress(14, 40, "Observations"))
    assert veil.geometry() == host.rect()
    assert veil.step_label.text() == "14 of 40  Observations"
    assert (veil.bar.value(), veil.bar.maximum()) == (14, 40)
    assert_not_clipped(veil)
    qtbot.keyClick(veil.cancel_button, Qt.Key.Key_Escape)
    qtbot.keyClick(veil, Qt.Key.Key_Escape)
    assert asked == ["stop"]
    veil.stop()
    assert not veil.isVisible()


def test_a_merge_keeps_what_was_typed_unless_told_otherwise(qtbot: QtBot) -> None:
    dialog = DiffMergeDialog(
        "Dr Okonkwo saved at 14:05.",
        [FieldDifference("phone", "Phone", "1", "2"), FieldDifference("email", "Email", "a", "")],
    )
    qtbot.addWidget(dialog)
    dialog.show()
    assert_accessible(dialog)
    assert dialog.keeps_mine() == {"phone": True, "email": True}
    dialog._theirs["email"].setFocus()
    qtbot.keyClick(dialog._theirs["email"], Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.merged) as merged:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert merged.args == [{"phone": True, "email": False}]


def test_a_document_is_paged_zoomed_and_searched(qtbot: QtBot) -> None:
    viewer = PdfViewer()
    qtbot.addWidget(viewer)
    shown(viewer, 900, 600)
    assert viewer.open_bytes(make_pdf(3), "Invoice")
    assert (viewer.page_count(), viewer.page()) == (3, 1)
    qtbot.keyClick(viewer.next_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: viewer.page() == 2)
    qtbot.keyClick(viewer.zoom_in_button, Qt.Key.Key_Space)
    assert viewer.zoom() > 1
    assert viewer.page() == 2, "zooming stays on the page"
    qtbot.keyClicks(viewer.find_box, "page 3")
    qtbot.waitUntil(lambda: viewer.hits_label.text() == "1 found")
    assert_accessible(viewer)
    screenshot(viewer, "pdf-viewer")


def test_a_damaged_document_is_told_in_its_place(qtbot: QtBot) -> None:
    viewer = PdfViewer()
    qtbot.addWidget(viewer)
    shown(viewer, 900, 400)
    assert not viewer.open_bytes(b"%PDF-1.7 nothing", "Letter")
    assert viewer._empty.sentence_label.text() == DAMAGED
    assert not viewer.print_button.isEnabled()


def test_a_document_is_saved_and_printed_page_for_page(qtbot: QtBot, tmp_path: Path) -> None:
    viewer, data = PdfViewer(), make_pdf(2)
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.open_bytes(data, "Invoice")
    assert viewer.save_to(tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == data
    assert not viewer.save_to(tmp_path / "missing" / "copy.pdf")
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    viewer.print_to(printer)
    assert viewer.open_bytes((tmp_path / "printed.pdf").read_bytes(), "Printed")
    assert viewer.page_count() == 2


@pytest.mark.parametrize(("low", "high"), [(0, 1), (118, 151), (48, 48), (-3, 3), (0.001, 0.002), (1, 100000)])
def test_an_axis_has_few_round_steps_that_enclose_the_values(low: float, high: float) -> None:
    steps = nice_steps(low, high)
    assert steps[0] <= low <= high <= steps[-1]
    assert 2 <= len(steps) <= 7


def test_a_chart_is_read_out_point_by_point_with_the_keyboard(qtbot: QtBot) -> None:
    chart = TrendChart("Pulse", "per minute")
    qtbot.addWidget(chart)
    shown(chart, 400, 200)
    chart.show_points([TrendPoint(date(2026, 2, 1), 120, True), TrendPoint(date(2026, 1, 1), 72)], band=(60, 100))
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleDescription() == "120 per minute on 01-Feb-2026, outside the expected range"
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleDescription() == "72 per minute on 01-Jan-2026"
    assert chart.accessibleName() == "Pulse, per minute: 2 measurements, last 120 on 01-Feb-2026"


@pytest.mark.parametrize("percent", [100, 200])
def test_every_page_of_the_gallery_can_be_spoken_and_nothing_in_it_is_cut(
    qtbot: QtBot, look: Theme, percent: int
) -> None:
    look.set_text_size(percent)
    gallery = build_gallery()
    qtbot.addWidget(gallery)
    assert isinstance(gallery, QTabWidget)
    shown(gallery, 1200 * percent // 100, 900 * percent // 100)
    for page in range(gallery.count()):
        gallery.setCurrentIndex(page)
        settle()
        assert_accessible(gallery)
        assert_not_clipped(gallery)


def test_a_sheet_whose_first_field_is_hidden_puts_the_keyboard_into_the_next(qtbot: QtBot, host: QWidget) -> None:
    sheet, body = SideSheet(host, "Book"), QWidget()
    column = QVBoxLayout(body)
    hidden, second = QLineEdit(), QLineEdit()
    column.addWidget(hidden)
    column.addWidget(second)
    hidden.hide()
    sheet.set_body(body)
    sheet.open_sheet()
    assert host.window().focusWidget() is second
