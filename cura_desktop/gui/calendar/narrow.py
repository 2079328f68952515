"""Tables in a dock: the columns that matter fill the width, and there is nothing to scroll sideways."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.record_table import RecordTable


def fit_narrow(table: RecordTable, kept: Mapping[int, int], filling: int, *, narrow: int) -> None:
    """Below `narrow` pixels (at 100 %) show the `kept` sections at their widths and let `filling` have the rest."""
    is_narrow = table.width() < px(narrow)
    off, on = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
    table.setHorizontalScrollBarPolicy(off if is_narrow else on)
    for section in range(table.model().columnCount()):
        table.setColumnHidden(section, is_narrow and section != filling and section not in kept)
    if is_narrow:
        for section, width in kept.items():
            table.setColumnWidth(section, px(width))
        rest = table.viewport().width() - sum(px(width) for width in kept.values())
        table.setColumnWidth(filling, max(rest, px(100)))
