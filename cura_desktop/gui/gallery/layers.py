"""What lies above or across a page: messages, sheets, veils, dialogs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.gallery.fields import make_fields
from cura_desktop.gui.gallery.samples import LONG, page_and_column
from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.palette import KINDS
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Progress
from cura_desktop.gui.shell.toasts import Toast
from cura_desktop.gui.widgets.busy_overlay import BusyOverlay
from cura_desktop.gui.widgets.buttons import (
    PrimaryButton,
)
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.side_sheet import SideSheet


def messages_page() -> QWidget:
    """Strips, toasts and an empty state."""
    page, column = page_and_column()
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
    for toast in (undone, Toast("Saved.", "info", None, ""), Toast(LONG + ".", "warning", None, "")):
        column.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(EmptyState("No messages in this conversation yet.", "&Write the first one", "message-square"))
    column.addStretch(1)
    return page


def layers_page() -> QWidget:
    """A sheet over a page, a veil and a merge."""
    page, column = page_and_column()
    host = QWidget()
    host.setProperty("ground", "surface")
    host.setMinimumHeight(px(320))
    sheet = SideSheet(host, "Edit contact", width=340)
    body = QWidget()
    form = QFormLayout(body)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
    for name, field in list(make_fields().items())[:3]:
        label = text_label(name, "field")
        label.setBuddy(field)
        form.addRow(label, field)
    form.addRow(PrimaryButton("&Save contact"))
    sheet.set_body(body)
    column.addWidget(host)
    busy_host = QWidget()
    busy_host.setMinimumHeight(px(200))
    inner = QVBoxLayout(busy_host)
    inner.addWidget(text_label(LONG, wrap=True))
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


def _named(widget: QWidget, name: str) -> QWidget:
    widget.setAccessibleName(name)
    return widget
