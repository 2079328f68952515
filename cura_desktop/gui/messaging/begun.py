"""Answers begun and not sent, one for each conversation; they survive a crash where there is a journal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.messages import MessageKeys
from cura_desktop.gui.shell.drafts import FLUSH_MS, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cura_desktop.gui.shell.tasks import Tasks

FORM = "message"


@dataclass(frozen=True, slots=True)
class Begun:
    """Text begun in one conversation, with the keys that every attempt to send it carries."""

    text: str = ""
    urgent: bool = False
    keys: MessageKeys | None = None


class BegunAnswers(QObject):
    """`make_keys` gives keys for a message in a conversation; they change only when one was sent."""

    def __init__(
        self, make_keys: Callable[[str], MessageKeys], tasks: Tasks, journal: Journal | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._make_keys, self._tasks, self._journal = make_keys, tasks, journal
        self._begun: dict[str, Begun] = {}
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setInterval(FLUSH_MS)
        self._beat.timeout.connect(self._flush)
        if journal is not None:
            tasks.run(journal.offers, self._take_up)

    def of(self, conversation_id: str) -> Begun:
        """What was begun there."""
        return self._begun.get(conversation_id, Begun())

    def keys(self, conversation_id: str) -> MessageKeys:
        """The keys of the answer being written there."""
        begun = self.of(conversation_id)
        keys = begun.keys or self._make_keys(conversation_id)
        self._begun[conversation_id] = replace(begun, keys=keys)
        return keys

    def type(self, conversation_id: str, text: str, urgent: bool) -> None:
        """What stands in the box now."""
        begun = self.of(conversation_id)
        self._begun[conversation_id] = replace(begun, text=text, urgent=urgent)
        if self._journal is not None and text != begun.text:
            self._journal.type(_key(conversation_id), {"content": text})
            if not self._beat.isActive():
                self._beat.start()

    def sent(self, conversation_id: str) -> None:
        """It was sent: forget it."""
        self._begun.pop(conversation_id, None)
        journal = self._journal
        if journal is not None:
            journal.discard(_key(conversation_id))
            self._tasks.run(journal.flush, lambda _: None)

    def _take_up(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            text, conversation_id = str(draft.fields.get("content", "")), draft.key.record
            if draft.key.form == FORM and text and not self.of(conversation_id).text:
                self._begun[conversation_id] = Begun(text)

    def _flush(self) -> None:
        if self._journal is not None:
            self._tasks.run(self._journal.flush, lambda _: None)


def _key(conversation_id: str) -> DraftKey:
    return DraftKey(FORM, None, conversation_id)
