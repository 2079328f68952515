"""E-mail on its way: what is queued, how it went, and how the clinic sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+")
LONGEST_SUBJECT = 200
UNDO_SECONDS = 10
"""So long a message waits before it can leave: time for Undo."""


class MailState(StrEnum):
    """How far a message is. `UNCERTAIN`: the sending seat died between sending and saying so."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """For people."""
        return _WORDS[self]

    @property
    def may_cancel(self) -> bool:
        """Whether it can be taken back."""
        return self in (MailState.QUEUED, MailState.FAILED, MailState.UNCERTAIN)

    @property
    def may_resend(self) -> bool:
        """Whether a person may send it once more."""
        return self in (MailState.FAILED, MailState.UNCERTAIN, MailState.CANCELLED)


_WORDS = {
    MailState.QUEUED: "Waiting",
    MailState.SENDING: "Being sent",
    MailState.SENT: "Sent",
    MailState.FAILED: "Not sent",
    MailState.UNCERTAIN: "May have been sent",
    MailState.CANCELLED: "Taken back",
}
PURPOSES: Mapping[str, str] = {
    "letter": "Letter", "invoice": "Invoice", "receipt": "Receipt", "reminder": "Reminder", "message": "Message",
    "purchase_order": "Purchase order", "test": "Test",
}  # fmt: skip


class Security(StrEnum):
    """How the connection to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def words(self) -> str:
        """For people."""
        return {"starttls": "STARTTLS (usual, port 587)", "tls": "TLS (port 465)", "none": "None (this PC only)"}[self]


def is_address(text: str) -> bool:
    """Whether this is the shape of one e-mail address; whether it exists only sending tells."""
    return _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A stored file that goes with a message: the id in `document_files`, and the name the reader sees."""

    file_id: int
    name: str


@dataclass(frozen=True, slots=True)
class MailDraft:
    """What somebody wants sent. `subject_of` names the row it is about, such as ("documents", 12).

    `once` is a key under which the clinic sends at most one message, ever (reminders).
    """

    purpose: str
    recipient: str
    subject: str
    body: str
    recipient_name: str = ""
    patient_id: int | None = None
    subject_of: tuple[str, int] | None = None
    enclosures: tuple[Enclosure, ...] = ()
    once: str | None = None

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if not is_address(self.recipient.strip()):
            found["recipient"] = "This is not an e-mail address."
        subject = self.subject.strip()
        if not subject:
            found["subject"] = "Please give a subject."
        elif len(subject) > LONGEST_SUBJECT or "\n" in subject or "\r" in subject:
            found["subject"] = f"Please use one line of at most {LONGEST_SUBJECT} characters."
        if not self.body.strip():
            found["body"] = "Please write something."
        return found


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in the outbox. Times are naive UTC."""

    id: int
    version: int
    purpose: str
    recipient: str
    recipient_name: str
    subject: str
    body: str
    state: MailState
    queued_at: datetime
    queued_by: str
    not_before: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    error: str = ""
    patient_id: int | None = None
    files: tuple[str, ...] = ()

    @property
    def purpose_words(self) -> str:
        """What kind of message it is."""
        return PURPOSES.get(self.purpose, self.purpose)

    @property
    def to(self) -> str:
        """Name and address."""
        return f"{self.recipient_name} ({self.recipient})" if self.recipient_name else self.recipient


@dataclass(frozen=True, slots=True)
class MailSettingsDraft:
    """What an administrator types about the clinic's mail. The password is not among it: it goes to a keyring."""

    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    host: str = ""
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    signature: str = ""
    is_active: bool = True

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        found = {}
        if not self.sender_name.strip():
            found["sender_name"] = "Please give the name that receivers read, usually the clinic's."
        if not is_address(self.sender_address.strip()):
            found["sender_address"] = "This is not an e-mail address."
        if self.reply_to.strip() and not is_address(self.reply_to.strip()):
            found["reply_to"] = "This is not an e-mail address."
        if not self.host.strip() or re.search(r"\s|/", self.host.strip()):
            found["host"] = "Please give the name of the mail server, such as smtp.example.org."
        if not 1 <= self.port <= 65535:
            found["port"] = "A port is a number from 1 to 65535."
        if self.security is Security.NONE and self.host.strip() not in ("localhost", "127.0.0.1", "::1"):
            found["security"] = "Without encryption mail may go to a server on this PC only."
        return found


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The stored settings. `sending_device` is the workstation that sends, None when nobody does yet."""

    id: int
    version: int
    sending_device: str | None
    details: MailSettingsDraft = field(default_factory=MailSettingsDraft)


@dataclass(frozen=True, slots=True)
class Sending:
    """One round of the sending seat."""

    sent: int = 0
    later: int = 0
    failed: int = 0

    @property
    def any(self) -> bool:
        """Whether there was something to send."""
        return bool(self.sent or self.later or self.failed)
