"""What must be seen when a patient is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.patient_choices import AUDIENCES
from cura_desktop.domain.patients import PatientAlert
from cura_desktop.gui.shell.icons import icon_pixmap, screen_ratio
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.labels import text_label


class AlertStrips(QWidget):
    """One strip for each alert, above everything else on the page; nothing at all without alerts."""

    ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._alerts: tuple[PatientAlert, ...] = ()
        self._may_end = False
        theme().changed.connect(self._fill)

    def show_alerts(self, alerts: Sequence[PatientAlert], *, may_end: bool) -> None:
        """Show these."""
        self._alerts, self._may_end = tuple(alerts), may_end
        self._fill()

    def _fill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for alert in self._alerts:
            self._column.addWidget(self._strip(alert))
        self._column.setSpacing(px(6))
        self.setVisible(bool(self._alerts))

    def _strip(self, alert: PatientAlert) -> QWidget:
        strip = QFrame()
        strip.setProperty("banner", "warning")
        strip.setAccessibleName(f"Alert: {alert.text}")
        row = QHBoxLayout(strip)
        row.setContentsMargins(px(12), px(6), px(8), px(6))
        row.setSpacing(px(8))
        sign = QLabel()
        sign.setPixmap(icon_pixmap("triangle-alert", "warning", px(16), screen_ratio()))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(text_label(alert.text, "strong", wrap=True))
        words.addWidget(text_label(_origin(alert), "small", wrap=True))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if self._may_end:
            button = QuietButton("E&nd")
            button.setAccessibleName(f"End the alert: {alert.text}")
            button.clicked.connect(lambda: self.ended.emit(alert))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return strip


def _origin(alert: PatientAlert) -> str:
    parts = [f"For {AUDIENCES.get(alert.audience, alert.audience).lower()}"]
    if alert.by:
        parts.append(f"added by {alert.by}")
    if alert.created_at is not None:
        parts.append(format_date(alert.created_at.date()))
    if alert.expires_on is not None:
        parts.append(f"until {format_date(alert.expires_on)}")
    return ", ".join(parts)
