"""Procedures and protocols: keeping them, printing them, and working through one with the times noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.checklists import COMPLEXITIES, PRIORITIES, Checklist, ChecklistDraft, ChecklistKind
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from cura_desktop.services.checklists import ChecklistService

MAY_NOT = "Your role may read checklists but not change them."
Clock = Callable[[], datetime]
_RANKS = {
    "critical": PillText("Critical", "danger", "octagon-alert"), "high": PillText("High", "warning", "triangle-alert"),
    "medium": PillText("Medium", "neutral", "circle"), "low": PillText("Low", "neutral", "circle"),
}  # fmt: skip
_WORDS = {
    ChecklistKind.PROCEDURE: ListWords(
        "Procedures", "How things are done here, step by step, as the clinic wrote it.", "procedure",
        "No procedure fits. Write the first one.", "clipboard-list", "Sho&w those not in use",
    ),
    ChecklistKind.EMERGENCY: ListWords(
        "Emergency protocols", "What is done when seconds count. Enter on a line begins it.", "protocol",
        "No protocol fits. Write the first one.", "heart-pulse", "Sho&w those not in use",
    ),
}  # fmt: skip
_COMMON = (
    FormField("title", "&Name"),
    FormField("steps", "&Steps", QPlainTextEdit, "One step a line, in order."),
    FormField("is_active", "In &use", check),
)
_MORE = (
    FormField("category", "&Category"),
    FormField("duration", "How &long it takes"),
    FormField("prerequisites", "&Before you begin", QPlainTextEdit, "One a line."),
    FormField("complications", "What may go w&rong", QPlainTextEdit, "One a line."),
)


class ChecklistList(KeptList[Checklist]):
    """Those of one kind. `run_wanted` begins one, `print_wanted` shows its paper."""

    run_wanted = Signal(object)
    print_wanted = Signal(object)
    live_tables = ("clinical_procedures", "emergency_protocols")

    def __init__(
        self, kind: ChecklistKind, service: ChecklistService, caller: Caller, tasks: Tasks | None = None
    ) -> None:
        self._kind, self._service, self._caller = kind, service, caller
        self.words = _WORDS[kind]
        ranks = COMPLEXITIES if kind is ChecklistKind.PROCEDURE else PRIORITIES
        rank = FormField(
            "rank", "&Priority" if kind is ChecklistKind.EMERGENCY else "Comple&xity",
            lambda: ChoiceBox(choices=ranks.items()),
        )  # fmt: skip
        more = _MORE if kind is ChecklistKind.PROCEDURE else ()
        super().__init__(_columns(kind), (_COMMON[0], rank, *more[:2], _COMMON[1], *more[2:], _COMMON[2]), tasks)
        self.run_button = PrimaryButton("&Begin", "clipboard-check")
        self.print_button = PlainButton("&Print", "printer")
        self._head.addWidget(self.print_button)
        self._head.addWidget(self.run_button)
        self.run_button.clicked.connect(lambda: self._with_current(self.run_wanted.emit))
        self.print_button.clicked.connect(lambda: self._with_current(self.print_wanted.emit))
        self.table.opened.disconnect()
        self.table.opened.connect(self.run_wanted)

    def read(self) -> Sequence[Checklist]:
        return self._service.checklists(self._kind)

    def values(self, record: Checklist | None) -> Mapping[str, Any]:
        details = record.details if record is not None else ChecklistDraft(rank="medium")
        return {name: getattr(details, name) for name in self.form.widgets}

    def keep(self, record: Checklist | None, typed: Mapping[str, Any]) -> object:
        draft = ChecklistDraft(**{**typed, "rank": typed["rank"] or ""})
        return self._service.add(self._kind, draft) if record is None else self._service.change(record, draft)

    def name(self, record: Checklist) -> str:
        return record.details.title

    def sought(self, record: Checklist) -> str:
        return f"{record.details.title} {record.details.category} {record.details.steps}"

    def in_use(self, record: Checklist) -> bool:
        return record.details.is_active

    def may_add(self) -> str:
        return "" if self._caller.may("create", "clinicalDecision") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "clinicalDecision") else MAY_NOT

    def _with_current(self, act: Callable[[Checklist], object]) -> None:
        current = self.table.current()
        if isinstance(current, Checklist):
            act(current)


class ChecklistRun(QWidget):
    """Working through one: a tick notes the time, and the whole can be copied into a note."""

    def __init__(self, checklist: Checklist, caller: Caller, now: Clock) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._checklist, self._caller, self._now = checklist, caller, now
        self._began = now()
        self._done: dict[int, datetime] = {}
        self.boxes: list[QCheckBox] = []
        self.copy_button = PrimaryButton("&Copy as text", "copy")
        self.state_label = text_label("", "muted")
        self._lay_out()
        self._tell()

    def has_unsaved_work(self) -> bool:
        """Whether steps are ticked."""
        return bool(self._done)

    def text(self) -> str:
        """What was done when, for the note: `10:42 Call for help`; what was not done says so."""
        lines = [f"{self._checklist.details.title}, begun {self._at(self._began)} by {self._caller.full_name}"]
        for number, step in enumerate(self._checklist.steps):
            when = self._done.get(number)
            lines.append(f"{self._at(when)} {step}" if when is not None else f"Not done: {step}")
        return "\n".join(lines)

    # ------------------------------------------------------------------ inside

    def _at(self, moment: datetime) -> str:
        return format_date_time(to_clinic(moment, self._caller.zone))

    def _tick(self, number: int, on: bool) -> None:
        if on:
            self._done[number] = self._now()
        else:
            self._done.pop(number, None)
        step = self._checklist.steps[number]
        when = f" ({self._at(self._done[number])[-5:]})" if on else ""
        self.boxes[number].setText(f"{number + 1}. {step}{when}".replace("&", "&&"))
        self._tell()
        if on and number + 1 < len(self.boxes):
            self.boxes[number + 1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell(self) -> None:
        self.state_label.setText(f"{len(self._done)} of {len(self.boxes)} done, begun {self._at(self._began)}")
        set_allowed(self.copy_button, bool(self._done), "Nothing is done yet.")

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text())
        messages_for(self).toast("Copied. Paste it into the note of the patient.", "success")

    def _lay_out(self) -> None:
        details = self._checklist.details
        self._column, inner, foot = QVBoxLayout(self), QWidget(), QHBoxLayout()
        self._steps = QVBoxLayout(inner)
        self._column.addWidget(text_label(details.title, "title", wrap=True))
        self._column.addWidget(self.state_label)
        for title, name in (("Before you begin", "prerequisites"), ("What may go wrong", "complications")):
            lines = details.lines(name)
            if lines:
                self._steps.addWidget(text_label(title, "lead"))
                self._steps.addWidget(text_label("\n".join(f"– {line}" for line in lines), "", wrap=True))
        for number, step in enumerate(self._checklist.steps):
            box = QCheckBox(f"{number + 1}. {step}".replace("&", "&&"))
            box.toggled.connect(lambda on, number=number: self._tick(number, on))
            self._steps.addWidget(box)
            self.boxes.append(box)
        self._steps.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self._column.addWidget(scroll, 1)
        foot.addStretch(1)
        foot.addWidget(self.copy_button)
        self._column.addLayout(foot)
        self.copy_button.clicked.connect(self._copy)
        if self.boxes:
            self.setFocusProxy(self.boxes[0])
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(24), px(16), px(24), px(16))
        self._column.setSpacing(px(8))
        self._steps.setSpacing(px(10))


class ChecklistsScreen(QTabWidget):
    """Emergency protocols first: they are what nobody has time to look for."""

    run_wanted = Signal(object)
    print_wanted = Signal(object)
    live_tables: tuple[str, ...] = ("clinical_procedures", "emergency_protocols")

    def __init__(self, service: ChecklistService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setAccessibleName("Checklists")
        self.setDocumentMode(True)
        self.lists = {kind: ChecklistList(kind, service, caller, tasks) for kind in reversed(ChecklistKind)}
        for kind, kept in self.lists.items():
            self.addTab(kept, "&Emergency" if kind is ChecklistKind.EMERGENCY else "Proce&dures")
            kept.run_wanted.connect(self.run_wanted)
            kept.print_wanted.connect(self.print_wanted)

    def refresh(self) -> None:
        """Read both lists again."""
        for kept in self.lists.values():
            kept.refresh()

    def has_unsaved_work(self) -> bool:
        """Whether a sheet holds something typed."""
        return any(kept.has_unsaved_work() for kept in self.lists.values())


def _columns(kind: ChecklistKind) -> list[Column[Checklist]]:
    def rank(one: Checklist) -> PillText:
        return _RANKS.get(one.details.rank, PillText(one.rank_words)) if kind is ChecklistKind.EMERGENCY else PillText(
            one.rank_words, "neutral", "circle"
        )  # fmt: skip

    def status(one: Checklist) -> PillText:
        in_use = one.details.is_active
        return PillText("In use", "success", "check") if in_use else PillText("Not in use", "neutral", "ban")

    found = [
        Column[Checklist]("Name", lambda one: one.details.title, strong=True, width=300),
        Column[Checklist](
            "Priority" if kind is ChecklistKind.EMERGENCY else "Complexity", lambda one: rank(one).text, role="pill",
            pill=rank, width=120,
        ),
        Column[Checklist]("Steps", lambda one: str(len(one.steps)), role="number", width=60),
    ]  # fmt: skip
    if kind is ChecklistKind.PROCEDURE:
        found[1:1] = [
            Column[Checklist]("Category", lambda one: one.details.category, width=150),
            Column[Checklist]("Takes", lambda one: one.details.duration, width=110),
        ]
    return [*found, Column[Checklist]("Status", lambda one: status(one).text, role="pill", pill=status, width=110)]
