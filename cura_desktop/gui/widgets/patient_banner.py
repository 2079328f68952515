"""Who is on screen: the NHS patient banner (domain-rules A2.1 to A2.8, A3).

Only for screens of a single patient; lists never carry it (A2.3). All texts arrive formatted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.domain.identity import display_name
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.allergy_box import AllergyBox
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.fact import Fact
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.pill import Pill, PillText

NARROW = 760
"""Below this width, at 100 % text size, zone 2 starts collapsed."""
SHARED = 460
"""From this width, at 100 % text size, the collapsed contact and the allergies fit beside each other."""
ALLERGY_WIDTH = 320
NOT_KNOWN = "Not known"


class AllergyState(Enum):
    """The four states (A3.1). Not recorded is never shown like none known."""

    KNOWN = "Known allergies"
    NONE_KNOWN = "No known allergies"
    NOT_RECORDED = "Allergies not recorded"
    UNAVAILABLE = "Allergies unavailable"


@dataclass(frozen=True, slots=True)
class BannerAllergy:
    """One agent: reactions joined as A3.4 says, the date last updated, and whether checking can use it (A3.5)."""

    agent: str
    updated: str
    reaction: str = ""
    free_text: bool = False


@dataclass(frozen=True, slots=True)
class BannerPatient:
    """What the banner shows, as text.

    `born` is `14-Aug-1980`, `age` is `46y`, `nhs_number` is `943 476 5919`. With `died`, `age` is the age at death.
    `allergy_state` is None for a role that may not see clinical data (A2.6). `allergy_statement` says who recorded the
    state, role, date and time (A3.3). Everything else that is empty is shown as "Not known" in zone 1 and left out of
    zone 2.
    """

    family_name: str
    given_name: str
    title: str = ""
    preferred_name: str = ""
    born: str = ""
    age: str = ""
    gender: str = ""
    nhs_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    died: str = ""
    restricted: bool = False
    allergy_state: AllergyState | None = None
    allergies: tuple[BannerAllergy, ...] = field(default=())
    allergy_statement: str = ""

    @property
    def name(self) -> str:
        """`SURNAME, Forename (Title)` (A2.1)."""
        return display_name(self.family_name, self.given_name, self.title or None)


class PatientBanner(QWidget):
    """Hidden while nobody is shown. `allergies_chosen` asks for the allergies in the record."""

    allergies_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("patient_banner")
        self.setAccessibleName("Patient")
        self._patient: BannerPatient | None = None
        self._chosen_open: bool | None = None
        self.name_fact = Fact(size="lead")
        self.preferred_fact = Fact("Preferred name")
        self.born_fact, self.died_fact = Fact("Born"), Fact("Died")
        self.death_age_fact = Fact("Age at Death")
        self.gender_fact, self.nhs_fact = Fact("Gender"), Fact("NHS No.")
        self.address_fact, self.phone_fact, self.email_fact = Fact("Address"), Fact("Phone"), Fact("Email")
        self.restricted_pill = Pill(PillText("Restricted record", "warning", "lock"))
        self.toggle_button = QuietButton("")
        self.toggle_button.setProperty("flush", True)
        self.toggle_button.clicked.connect(self._toggle)
        self.allergy_box = AllergyBox()
        self.allergy_box.chosen.connect(self.allergies_chosen)
        self._build()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.hide()

    def _build(self) -> None:
        self._names, self._births = QVBoxLayout(), QVBoxLayout()
        for column, facts in (
            (self._names, (self.name_fact, self.preferred_fact)),
            (self._births, (self.born_fact, self.died_fact, self.death_age_fact)),
        ):
            column.setSpacing(0)
            column.setContentsMargins(0, 0, 0, 0)
            for fact in facts:
                column.addWidget(fact)
        self._zone1, self._zone2 = FlowLayout(), FlowLayout()
        self._zone1.addItem(self._names)
        self._zone1.addItem(self._births)
        for widget in (self.gender_fact, self.nhs_fact, self.restricted_pill):
            self._zone1.addWidget(widget)
        self._details = QWidget()
        self._details.setLayout(self._zone2)
        self._zone2.setContentsMargins(0, 0, 0, 0)
        for fact in (self.address_fact, self.phone_fact, self.email_fact):
            self._zone2.addWidget(fact)
        self._contact = QHBoxLayout()
        self._contact.addWidget(self.toggle_button, 0, Qt.AlignmentFlag.AlignTop)
        self._contact.addWidget(self._details, 1)
        self._contact.addStretch(0)
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lower.addLayout(self._contact, 1)
        self._lower.addWidget(self.allergy_box, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._zone1)
        self._column.addLayout(self._lower)

    def patient(self) -> BannerPatient | None:
        """Who is shown."""
        return self._patient

    def show_patient(self, patient: BannerPatient | None) -> None:
        """Show somebody, or nobody."""
        self._patient = patient
        self.setVisible(patient is not None)
        if patient is None:
            return
        died = bool(patient.died)
        self.name_fact.set_value(patient.name)
        self.preferred_fact.set_value(patient.preferred_name, hide_empty=True)
        born = patient.born or NOT_KNOWN
        self.born_fact.set_value(f"{born} ({patient.age})" if patient.age and patient.born and not died else born)
        self.died_fact.set_value(patient.died, hide_empty=True)
        self.death_age_fact.set_value(patient.age if died else "", hide_empty=True)
        self.gender_fact.set_value(patient.gender or NOT_KNOWN)
        self.nhs_fact.set_value(patient.nhs_number or NOT_KNOWN)
        self.restricted_pill.setVisible(patient.restricted)
        self.address_fact.set_value(patient.address, hide_empty=True)
        self.phone_fact.set_value(patient.phone, hide_empty=True)
        self.email_fact.set_value(patient.email, hide_empty=True)
        words = patient.allergy_state.value if patient.allergy_state is not None else ""
        self.allergy_box.setVisible(patient.allergy_state is not None)
        self.allergy_box.show_allergies(
            words,
            [(one.agent, one.reaction, one.updated, one.free_text) for one in patient.allergies],
            patient.allergy_statement,
        )
        self._lay_out()
        self.update()

    @property
    def zone2_open(self) -> bool:
        """Whether address and contact are shown: as chosen, otherwise by the room there is."""
        return self._chosen_open if self._chosen_open is not None else self.width() >= px(NARROW)

    def _toggle(self) -> None:
        self._chosen_open = not self.zone2_open
        self._lay_out()

    def _lay_out(self) -> None:
        patient, opened = self._patient, self.zone2_open
        has_details = patient is not None and bool(patient.address or patient.phone or patient.email)
        self.toggle_button.setVisible(has_details)
        self.toggle_button.setText("&Less" if opened else "&Address and contact")
        self.toggle_button.setIcon(icon("chevron-up" if opened else "chevron-down", "accent-text"))
        self._details.setVisible(has_details and opened)
        self.allergy_box.set_open(opened)
        self._arrange()
        self.updateGeometry()

    def _arrange(self) -> None:
        """Allergies at the far edge, or under the contact where the window is narrow."""
        room = self.width() >= px(NARROW)
        # Collapsed, contact and allergies share a row, as long as neither is cut.
        wide = room or (not self.zone2_open and self.width() >= px(SHARED))
        self._lower.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.allergy_box.setMinimumWidth(px(ALLERGY_WIDTH) if room else 0)
        self.allergy_box.setMaximumWidth(px(ALLERGY_WIDTH) if wide else 16777215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        return QSize(px(NARROW), self.heightForWidth(max(self.width(), px(320))))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), 0)

    def heightForWidth(self, width: int) -> int:
        return self._column.heightForWidth(width)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(8), px(12), px(6))
        self._column.setSpacing(px(4))
        self._lower.setSpacing(px(8))
        self._contact.setSpacing(px(12))
        self._zone2.setContentsMargins(0, px(6), 0, 0)
        self._births.setContentsMargins(0, px(2), 0, 0)
        for fact in (self.gender_fact, self.nhs_fact):
            fact.setContentsMargins(0, px(2), 0, 0)
        self._zone1.set_gap(px(32), px(4))
        self._zone2.set_gap(px(24), px(2))
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, now = QPainter(self), tokens()
        died = self._patient is not None and bool(self._patient.died)
        painter.fillRect(self.rect(), QColor(now.banner_deceased if died else now.banner))
        if died:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(now.banner_deceased_pattern), px(3)))
            for left in range(-self.height(), self.width(), px(14)):
                painter.drawLine(QPointF(left, self.height()), QPointF(left + self.height(), 0))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(now.banner_line))
