"""Messages between the people of a clinic, and the notifications one person gets. Times are naive UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_CONTENT = 20_000
LONGEST_SUBJECT = 200
MOST_PEOPLE = 100


class Priority(StrEnum):
    """How soon a message wants to be read. The database knows low and high, too; both read as normal here."""

    NORMAL = "normal"
    URGENT = "urgent"

    @classmethod
    def of(cls, stored: str | None) -> Priority:
        """The priority behind a stored word."""
        return cls.URGENT if stored == "urgent" else cls.NORMAL


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who can be written to. `role` is the role's key."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation as one of its members sees it.

    `unread` counts the messages of others since this person last read; `urgent_unread` says whether one of them is
    urgent. `patient_name` is empty where no patient is linked or the role may not name patients.
    """

    id: str
    subject: str
    people: tuple[Correspondent, ...]
    last_text: str
    last_sender_id: int | None
    last_at: datetime
    unread: int = 0
    urgent_unread: bool = False
    patient_id: int | None = None
    patient_name: str = ""

    def others(self, me: int) -> tuple[Correspondent, ...]:
        """Everybody but `me`."""
        return tuple(person for person in self.people if person.id != me)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `read_by_all` is whether every member has read it."""

    id: str
    conversation_id: str
    sender_id: int
    sender_name: str
    sender_role: str
    content: str
    at: datetime
    priority: Priority = Priority.NORMAL
    read_by_all: bool = False


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages of one conversation, the oldest first; `has_earlier` when there are more before them."""

    messages: tuple[Message, ...]
    has_earlier: bool

    @property
    def newest_at(self) -> datetime | None:
        """When the last one was sent."""
        return self.messages[-1].at if self.messages else None


@dataclass(frozen=True, slots=True)
class MessageKeys:
    """What makes a submit safe to repeat: the ids that the sender's side made when the form opened."""

    conversation_id: str
    message_id: str
    client_key: UUID


@dataclass(frozen=True, slots=True)
class NewConversation:
    """What a person typed to begin a conversation."""

    people: tuple[int, ...]
    content: str
    subject: str = ""
    patient_id: int | None = None
    priority: Priority = Priority.NORMAL

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be sent."""
        found = content_problems(self.content)
        if not self.people:
            found["people"] = "Please choose who the message is for."
        elif len(self.people) > MOST_PEOPLE:
            found["people"] = f"A conversation can have {MOST_PEOPLE} people at most."
        if len(self.subject) > LONGEST_SUBJECT:
            found["subject"] = f"Please keep the subject under {LONGEST_SUBJECT} characters."
        return found


def content_problems(content: str) -> dict[str, str]:
    """What is wrong with the text of a message."""
    if not content.strip():
        return {"content": "Please write a message."}
    if len(content) > LONGEST_CONTENT:
        return {"content": f"Please keep a message under {LONGEST_CONTENT:,} characters."}
    return {}


@dataclass(frozen=True, slots=True)
class Related:
    """What a notification is about: `kind` is conversation or a table's name, `id` the key as text."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that happened while its person looked elsewhere. `kind` is info, success, warning or danger."""

    id: int
    title: str
    text: str
    kind: str
    at: datetime
    unread: bool
    related: Related | None = None
