"""Made-up people, words and layouts that the pages share; NHS numbers are of the test range (domain-rules A1.5)."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import (
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerAllergy, BannerPatient
from cura_desktop.gui.widgets.pill import PillText

TODAY = date(2026, 3, 17)
LONG = "A sentence that is much longer than the field it stands in, to see how it wraps or ends without being cut off"
STATES = (
    PillText("Paid", "success"),
    PillText("Part paid", "info", "circle-dashed"),
    PillText("Overdue", "danger", "clock"),
    PillText("Draft", "neutral", "pencil"),
    PillText("Sent to insurer", "warning", "send"),
)
NAMES = (
    "EVANS WEST, Jonathan (Sir)",
    "OKONKWO, Adaeze (Dr)",
    "O'BRIEN, Siobhán (Ms)",
    "حداد, محمد",
    "FEATHERSTONEHAUGH-CHOLMONDELEY, Maximilian Bartholomew (Mr)",
    "LI, Wei (Mrs)",
)
SEEN = BannerPatient(
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


def page_and_column() -> tuple[QWidget, QVBoxLayout]:
    """An empty page and where its parts go."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(px(24), px(16), px(24), px(24))
    column.setSpacing(px(12))
    return page, column


def in_a_row(*widgets: QWidget) -> QWidget:
    """The widgets side by side."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(px(3), px(3), px(3), px(3))
    row.setSpacing(px(12))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
