"""What the messages dock does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import CuraError, InvalidInputError
from cura_desktop.domain.messages import (
    Conversation,
    Correspondent,
    Message,
    MessageKeys,
    MessagePage,
    NewConversation,
    Priority,
)

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Messaging(Protocol):
    """The part of `services.messages.MessageService` that the dock needs."""

    def conversations(self) -> tuple[Conversation, ...]: ...
    def messages(self, conversation_id: str, before: Message | None = None) -> MessagePage: ...
    def correspondents(self) -> tuple[Correspondent, ...]: ...
    def start(self, new: NewConversation, keys: MessageKeys) -> Message: ...
    def send(self, keys: MessageKeys, content: str, priority: Priority = Priority.NORMAL) -> Message: ...
    def mark_read(self, conversation_id: str, seen: datetime) -> None: ...


class MessagingView(Protocol):
    """The dock."""

    def show_conversations(self, conversations: Sequence[Conversation]) -> None: ...
    def show_failure(self, sentence: str) -> None: ...
    def show_thread(self, conversation: Conversation) -> None: ...
    def show_messages(self, messages: Sequence[Message], has_earlier: bool) -> None: ...
    def show_people(self, people: Sequence[Correspondent]) -> None: ...
    def show_sending(self, sending: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def answered(self, conversation_id: str) -> None: ...
    def started(self, conversation_id: str) -> None: ...
    def tell_unread(self, count: int) -> None: ...
    def is_read_by_eye(self) -> bool: ...
    def report(self, error: Exception) -> None: ...


class PanelPresenter:
    """Keeps the conversation that is open, and the messages loaded of it."""

    def __init__(self, view: MessagingView, service: Messaging, tasks: Tasks) -> None:
        self._view, self._service, self._tasks = view, service, tasks
        self._conversations: tuple[Conversation, ...] = ()
        self._open: str | None = None
        self._messages: tuple[Message, ...] = ()
        self._has_earlier = False
        self._marked: tuple[str, datetime] | None = None

    @property
    def open_id(self) -> str | None:
        """The conversation on screen."""
        return self._open

    def refresh(self) -> None:
        """Somebody wrote or read something: list and open conversation again."""
        self._tasks.run(self._service.conversations, self._listed, self._not_listed, latest="conversations")
        if self._open is not None:
            self._load(self._open)

    def open(self, conversation_id: str) -> None:
        """Show a conversation of the list; one that is not listed yet is shown when it is."""
        if conversation_id != self._open:
            self._messages, self._has_earlier = (), False
        self._open = conversation_id
        found = self._found(conversation_id)
        if found is None:
            self.refresh()
            return
        self._view.show_thread(found)
        self._load(conversation_id)

    def close(self) -> None:
        """Back to the list."""
        self._open, self._messages = None, ()

    def seen(self) -> None:
        """The open conversation came before the person's eyes."""
        found = self._found(self._open)
        if found is not None and found.unread and self._messages and self._view.is_read_by_eye():
            conversation_id, newest = found.id, self._messages[-1].at
            if self._marked == (conversation_id, newest):
                return
            self._marked = (conversation_id, newest)
            self._tasks.run(
                lambda: self._service.mark_read(conversation_id, newest),
                lambda _: self._relist(),
                self._view.report,
                latest="read",
            )

    def load_earlier(self) -> None:
        """The page before the first message on screen."""
        if self._open is None or not self._messages:
            return
        conversation_id, first = self._open, self._messages[0]
        self._tasks.run(
            lambda: self._service.messages(conversation_id, first),
            lambda page: self._loaded_earlier(conversation_id, page),
            self._view.report,
            latest="earlier",
        )

    def send(self, keys: MessageKeys, content: str, priority: Priority) -> None:
        """Answer; the keys make a second attempt harmless."""
        self._view.show_sending(True)
        self._tasks.run(lambda: self._service.send(keys, content, priority), lambda _: self._sent(keys), self._not_sent)

    def start(self, new: NewConversation, keys: MessageKeys) -> None:
        """Begin a conversation."""
        self._view.show_sending(True)
        self._tasks.run(lambda: self._service.start(new, keys), self._started, self._not_sent)

    def load_people(self) -> None:
        """Whom one can write to."""
        self._tasks.run(self._service.correspondents, self._view.show_people, self._view.report, latest="people")

    # ------------------------------------------------------------------ inside

    def _relist(self) -> None:
        self._tasks.run(self._service.conversations, self._listed, self._not_listed, latest="conversations")

    def _listed(self, conversations: tuple[Conversation, ...]) -> None:
        waiting = self._open is not None and self._found(self._open) is None
        self._conversations = conversations
        self._view.show_conversations(conversations)
        self._view.tell_unread(sum(one.unread for one in conversations))
        found = self._found(self._open)
        if found is not None:
            self._view.show_thread(found)
            if waiting and not self._messages:
                self._load(found.id)
            else:
                self.seen()

    def _not_listed(self, error: Exception) -> None:
        if isinstance(error, CuraError) and not self._conversations:
            self._view.show_failure(str(error))
        self._view.report(error)

    def _load(self, conversation_id: str) -> None:
        self._tasks.run(
            lambda: self._service.messages(conversation_id),
            lambda page: self._loaded(conversation_id, page),
            self._view.report,
            latest="thread",
        )

    def _loaded(self, conversation_id: str, page: MessagePage) -> None:
        if conversation_id != self._open:
            return
        overlaps = bool(self._messages and page.messages and self._messages[-1].at >= page.messages[0].at)
        kept = self._messages if overlaps else ()
        first = (page.messages[0].at, page.messages[0].id) if page.messages else None
        earlier = tuple(one for one in kept if first is not None and (one.at, one.id) < first)
        self._messages = earlier + page.messages
        self._has_earlier = self._has_earlier if earlier else page.has_earlier
        self._view.show_messages(self._messages, self._has_earlier)
        self.seen()

    def _loaded_earlier(self, conversation_id: str, page: MessagePage) -> None:
        if conversation_id != self._open:
            return
        known = {one.id for one in self._messages}
        self._messages = tuple(one for one in page.messages if one.id not in known) + self._messages
        self._has_earlier = page.has_earlier
        self._view.show_messages(self._messages, self._has_earlier)

    def _sent(self, keys: MessageKeys) -> None:
        self._view.show_sending(False)
        self._view.answered(keys.conversation_id)
        self.refresh()

    def _started(self, message: Message) -> None:
        self._view.show_sending(False)
        self._view.started(message.conversation_id)
        self.open(message.conversation_id)

    def _not_sent(self, error: Exception) -> None:
        self._view.show_sending(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)

    def _found(self, conversation_id: str | None) -> Conversation | None:
        return next((one for one in self._conversations if one.id == conversation_id), None)
