"""Writing to the people of the clinic, as one signed-in person."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from cura_desktop.db.database import Database
from cura_desktop.db.messages import MessageRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.messages import (
    Conversation,
    Correspondent,
    Message,
    MessageKeys,
    MessagePage,
    NewConversation,
    Priority,
    content_problems,
)

MOST_CONVERSATIONS = 200
PAGE = 50
NOT_A_MEMBER = "You are not part of this conversation."
MAY_NOT_WRITE = "Your role may read messages but not write them."


def new_keys(conversation_id: str | None = None) -> MessageKeys:
    """Keys for one message being composed (and its conversation): make them once, send them with every attempt."""
    return MessageKeys(conversation_id or str(uuid4()), str(uuid4()), uuid4())


class MessageService:
    """Every method is one transaction; all raise `SessionEndedError` and `DatabaseUnavailableError`."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def conversations(self) -> tuple[Conversation, ...]:
        """This person's conversations, the last active first."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MessageRepository(transaction.session).conversations(self._caller.user_id, MOST_CONVERSATIONS)

    def conversation(self, conversation_id: str) -> Conversation:
        """One conversation. Raises `NotFoundError` where it does not exist or is not this person's."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            found = MessageRepository(transaction.session).conversations(self._caller.user_id, 1, conversation_id)
        if not found:
            raise NotFoundError(NOT_A_MEMBER)
        return found[0]

    def messages(self, conversation_id: str, before: Message | None = None) -> MessagePage:
        """The last fifty messages, or the fifty before one; nothing in somebody else's conversation."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MessageRepository(transaction.session).page(conversation_id, before, PAGE)

    def correspondents(self) -> tuple[Correspondent, ...]:
        """Who can be written to."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MessageRepository(transaction.session).correspondents(self._caller.user_id)

    def start(self, new: NewConversation, keys: MessageKeys) -> Message:
        """Begin a conversation with its first message; the same keys again return the message of the first time.

        Raises `InvalidInputError` (people, subject, content), `NotAllowedError`.
        """
        if problems := new.problems():
            raise InvalidInputError(problems)
        self._check_may_write()
        with self._database.transaction(self._caller) as transaction:
            repository = MessageRepository(transaction.session)
            active = {person.id for person in repository.correspondents(self._caller.user_id)}
            if gone := set(new.people) - active:
                sentence = "One of these people is" if len(gone) == 1 else "Some of these people are"
                raise InvalidInputError({"people": f"{sentence} no longer with the clinic; please choose again."})
            repository.start(keys.conversation_id, " ".join(new.subject.split()), new.people, new.patient_id)
            return self._send(repository, keys, new.content, new.priority)

    def send(self, keys: MessageKeys, content: str, priority: Priority = Priority.NORMAL) -> Message:
        """Answer in a conversation; the same keys again return the message of the first time.

        Raises `InvalidInputError` (content), `NotAllowedError` for somebody who is not a member.
        """
        if problems := content_problems(content):
            raise InvalidInputError(problems)
        self._check_may_write()
        with self._database.transaction(self._caller) as transaction:
            return self._send(MessageRepository(transaction.session), keys, content, priority)

    def mark_read(self, conversation_id: str, seen: datetime) -> None:
        """Messages up to `seen` (naive UTC) were on screen; what arrived since stays unread."""
        with self._database.transaction(self._caller) as transaction:
            MessageRepository(transaction.session).mark_read(conversation_id, seen)

    def _send(self, repository: MessageRepository, keys: MessageKeys, content: str, priority: Priority) -> Message:
        message = repository.send(keys, content.strip(), priority) or repository.sent(keys, self._caller.user_id)
        if message is None:
            raise NotAllowedError(NOT_A_MEMBER)
        return message

    def _check_may_write(self) -> None:
        if not self._caller.may("create", "messaging"):
            raise NotAllowedError(MAY_NOT_WRITE)
