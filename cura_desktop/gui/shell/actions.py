"""Every action of the program, registered once: menus, command palette and cheat sheet all read from here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from cura_desktop.gui.shell.icons import icon

log = logging.getLogger(__name__)

MayDo = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What a person can do.

    `id` is `room.verb`; `text` carries the mnemonic (`&New patient`); `menu` is the title of a menu without mnemonic
    ("File", "Edit", "View", "Go", "Help") or empty for the palette alone; `needs` is (verb, module) of the role.
    `also` holds further words that the palette finds the action by. A separator comes before a new `section`.
    """

    id: str
    text: str
    call: Callable[[], object]
    menu: str = ""
    shortcut: str = ""
    group: str = "General"
    needs: tuple[str, str] | None = None
    icon: str = ""
    section: str = ""
    also: str = ""
    in_palette: bool = True


class ActionRegistry(QObject):
    """The actions of one window, with what the signed-in person may do.

    `may(verb, module)` answers for the role, `role` is its name in words for the sentence a disabled action shows.
    """

    changed = Signal()
    used = Signal(str)

    def __init__(self, parent: QObject | None, may: MayDo, role: str) -> None:
        super().__init__(parent)
        self._may = may
        self._role = role
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, str] = {}

    def register(self, spec: ActionSpec) -> QAction:
        """Make the QAction. Raises ValueError when id or shortcut is taken, or when no key reaches it."""
        self._refuse_clash(spec)
        action = QAction(spec.text, self)
        action.setObjectName(spec.id)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked=False, id_=spec.id: self._run(id_))
        self._specs[spec.id] = spec
        self._actions[spec.id] = action
        self._judge(spec)
        self.changed.emit()
        return action

    def _refuse_clash(self, spec: ActionSpec) -> None:
        if spec.id in self._specs:
            raise ValueError(f"action {spec.id} is registered twice")
        if not spec.shortcut and not has_mnemonic(spec.text):
            raise ValueError(f"action {spec.id} has neither shortcut nor mnemonic")
        wanted = QKeySequence(spec.shortcut)
        for other in self._specs.values():
            if spec.shortcut and QKeySequence(other.shortcut) == wanted:
                raise ValueError(f"{spec.shortcut} belongs to {other.id} already, {spec.id} needs another")

    def _judge(self, spec: ActionSpec) -> None:
        reason = self._reasons.get(spec.id) or self._role_reason(spec)
        action = self._actions[spec.id]
        action.setEnabled(not reason)
        hint = plain(spec.text) + (f" ({shortcut_text(spec.shortcut)})" if spec.shortcut else "")
        action.setToolTip(reason or hint)
        action.setStatusTip(reason)
        action.setWhatsThis(reason)

    def _role_reason(self, spec: ActionSpec) -> str:
        if spec.needs is None or self._may(*spec.needs):
            return ""
        verb, module = spec.needs
        return f"{self._role}: your role may not {verb} {module_in_words(module)}."

    def _run(self, id_: str) -> None:
        self.used.emit(id_)
        self._specs[id_].call()

    def run(self, id_: str) -> bool:
        """Do the action as if its shortcut was pressed. False when it is disabled."""
        action = self._actions[id_]
        if not action.isEnabled():
            return False
        action.trigger()
        return True

    def block(self, id_: str, reason: str) -> None:
        """Disable an action for a passing reason, a sentence that its tooltip and the screen reader say."""
        self._reasons[id_] = reason
        self._judge(self._specs[id_])
        self.changed.emit()

    def allow(self, id_: str) -> None:
        """Lift the passing reason; what the role may not do stays disabled."""
        self._reasons.pop(id_, None)
        self._judge(self._specs[id_])
        self.changed.emit()

    def reason(self, id_: str) -> str:
        """Why the action cannot be used now, or an empty string."""
        return self._reasons.get(id_) or self._role_reason(self._specs[id_])

    def rename(self, id_: str, text: str) -> None:
        """Say what the action would do now ("&Lock" or "&Unlock")."""
        self._actions[id_].setText(text)

    def action(self, id_: str) -> QAction:
        """The QAction, for a toolbar or a menu."""
        return self._actions[id_]

    def spec(self, id_: str) -> ActionSpec:
        """What was registered under the id."""
        return self._specs[id_]

    def has(self, id_: str) -> bool:
        """Whether this window knows the action."""
        return id_ in self._specs

    def __iter__(self) -> Iterator[ActionSpec]:
        return iter(tuple(self._specs.values()))


def has_mnemonic(text: str) -> bool:
    """Whether a letter of the text is reached with Alt."""
    return re.search(r"&[^&\s]", text.replace("&&", "")) is not None


def distinct_mnemonics(texts: Sequence[str]) -> list[str]:
    """The texts of one menu, each with a letter of its own: the first comer keeps it, the next gets a free one."""
    taken: set[str] = set()
    result: list[str] = []
    for text in texts:
        bare = text.replace("&&", "\0").replace("&", "")
        wanted = re.search(r"&([^&\s])", text.replace("&&", "\0"))
        letters = ([wanted[1]] if wanted else []) + [letter for letter in bare if letter.isalnum()]
        free = next((letter for letter in letters if letter.casefold() not in taken), "")
        if not free:
            result.append(text)
            continue
        taken.add(free.casefold())
        kept = wanted is not None and free == wanted[1]
        result.append(text if kept else bare.replace(free, f"&{free}", 1).replace("\0", "&&"))
    return result


def plain(text: str) -> str:
    """The words without mnemonic marks and dots: "&New patient…" is "New patient"."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…").removesuffix("...")


def shortcut_text(shortcut: str) -> str:
    """The keys as this system writes them."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def module_in_words(module: str) -> str:
    """`medicalRecords` as a person reads it: "medical records"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", module).lower()
