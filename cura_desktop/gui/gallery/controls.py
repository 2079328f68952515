"""Words, buttons and choices."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QProgressBar,
    QRadioButton,
    QWidget,
)

from cura_desktop.gui.gallery.samples import STATES, in_a_row, page_and_column
from cura_desktop.gui.shell.icons import icon, icon_names
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.buttons import (
    DangerButton,
    IconButton,
    PlainButton,
    PrimaryButton,
    QuietButton,
    set_allowed,
)
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.labels import KeyHint, SectionHeader, text_label
from cura_desktop.gui.widgets.pill import Pill, PillText
from cura_desktop.gui.widgets.search_box import SearchBox
from cura_desktop.gui.widgets.tag_list import TagList


def words_page() -> QWidget:
    """Type, status, keys and icons."""
    page, column = page_and_column()
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
    column.addWidget(in_a_row(*(Pill(state) for state in STATES), Pill(PillText("Waiting", "accent", "hourglass"))))
    column.addWidget(SectionHeader("Keys"))
    column.addWidget(in_a_row(KeyHint("Ctrl+K"), KeyHint("F1"), KeyHint("Alt+Down"), KeyHint("Enter")))
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


def controls_page() -> QWidget:
    """Buttons, choices, search, tags and progress."""
    page, column = page_and_column()
    column.addWidget(SectionHeader("Buttons"))
    refused = PlainButton("&Refund")
    set_allowed(refused, False, "Your role may not give refunds.")
    idle = PrimaryButton("&Save patient", "save")
    idle.setEnabled(False)
    column.addWidget(
        in_a_row(PrimaryButton("&Save patient", "save"), PlainButton("&Print", "printer"), QuietButton("&More"),
             DangerButton("&Void invoice", "ban"), refused, idle)
    )  # fmt: skip
    toggled = IconButton("star", "Mark")
    toggled.setCheckable(True)
    toggled.setChecked(True)
    dead = IconButton("trash-2", "Remove")
    dead.setEnabled(False)
    column.addWidget(in_a_row(IconButton("refresh-cw", "Reload", "F5"), IconButton("printer", "Print"), toggled, dead))
    column.addWidget(SectionHeader("Choices"))
    column.addWidget(in_a_row(*_choices()))
    column.addWidget(SectionHeader("Search"))
    filled = SearchBox(placeholder="Search patients", shortcut="Ctrl+F")
    filled.setText("evans jon")
    filled.setMinimumWidth(px(320))
    blank = SearchBox(placeholder="Name, date of birth, NHS number, phone", shortcut="Ctrl+L")
    blank.setMinimumWidth(px(420))
    column.addWidget(in_a_row(blank, filled))
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
