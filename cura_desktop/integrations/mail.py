"""The clinic's mail server: one connection a round, one message at a time, and what its answers mean."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.outbox import MailSettingsDraft, Security

SECONDS = 20.0
"""The longest wait for one answer of the server."""
_RECIPIENT_REFUSED = "The address {recipient} was refused: {answer}"


class MailLaterError(CuraError):
    """The server is away or busy: the same message may go through later."""


class MailLostError(CuraError):
    """The line broke while a message was handed over: it may have arrived."""


class MailFailedError(CuraError):
    """Trying again by itself would not help: the address, the password or the message was refused."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message with everything in it. `message_id` is ours, so that receivers can tell a repetition."""

    message_id: UUID
    recipient: str
    recipient_name: str
    subject: str
    body: str
    files: Sequence[tuple[str, str, bytes]] = ()


class MailServer:
    """A connection to the clinic's mail server, made by `connected`."""

    def __init__(self, settings: MailSettingsDraft, connection: smtplib.SMTP) -> None:
        self._settings = settings
        self._connection = connection

    @classmethod
    @contextlib.contextmanager
    def connected(cls, settings: MailSettingsDraft, password: str) -> Iterator[MailServer]:
        """Signed in and encrypted as the settings say; the server's certificate is always checked.

        Raises `MailLaterError` where the server cannot be reached, `MailFailedError` where it refuses.
        """
        try:
            connection = _open(settings)
        except smtplib.SMTPException as error:
            raise MailFailedError(f"The mail server did not accept the connection: {_answer(error)}") from error
        except ssl.SSLError as error:
            raise MailFailedError("The mail server could not prove who it is; nothing was sent.") from error
        except OSError as error:
            raise MailLaterError(f"The mail server {settings.host} cannot be reached.") from error
        with contextlib.closing(_Quitting(connection)):
            if settings.username:
                _sign_in(connection, settings.username, password)
            yield cls(settings, connection)

    def send(self, envelope: Envelope) -> None:
        """Hand one message over. Raises `MailLaterError`, `MailFailedError`, `MailLostError`."""
        message = compose(self._settings, envelope)
        try:
            self._connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            sentence = _RECIPIENT_REFUSED.format(recipient=envelope.recipient, answer=_text(answer))
            raise (MailLaterError if 400 <= code < 500 else MailFailedError)(sentence) from error
        except smtplib.SMTPResponseException as error:
            kind = MailLaterError if 400 <= error.smtp_code < 500 else MailFailedError
            raise kind(f"The mail server refused it: {_answer(error)}") from error
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise MailLostError("The connection to the mail server broke while this was being sent.") from error
        except (smtplib.SMTPException, MessageError, ValueError) as error:
            raise MailFailedError(f"The message could not be written: {type(error).__name__}.") from error


def compose(settings: MailSettingsDraft, envelope: Envelope) -> EmailMessage:
    """The message as it goes out: text, signature, enclosures."""
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["From"] = Address(settings.sender_name, addr_spec=settings.sender_address)
    message["To"] = Address(envelope.recipient_name, addr_spec=envelope.recipient)
    if settings.reply_to:
        message["Reply-To"] = Address(addr_spec=settings.reply_to)
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{envelope.message_id}@{settings.sender_address.rpartition('@')[2]}>"
    signature = f"\n\n-- \n{settings.signature.strip()}\n" if settings.signature.strip() else "\n"
    message.set_content(envelope.body.rstrip() + signature, cte="quoted-printable")
    for name, media_type, content in envelope.files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=name)
    return message


def _open(settings: MailSettingsDraft) -> smtplib.SMTP:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.security is Security.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=context)
    connection = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
    if settings.security is Security.STARTTLS:
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
    return connection


def _sign_in(connection: smtplib.SMTP, username: str, password: str) -> None:
    try:
        connection.login(username, password)
    except smtplib.SMTPAuthenticationError as error:
        raise MailFailedError("The mail server refused the user name or the password.") from error
    except smtplib.SMTPException as error:
        raise MailFailedError(f"Signing in to the mail server failed: {_answer(error)}") from error
    except OSError as error:
        raise MailLaterError("The connection to the mail server broke.") from error


class _Quitting:
    """Says goodbye; a server that is gone already is no failure."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self._connection = connection

    def close(self) -> None:
        try:
            self._connection.quit()
        except (smtplib.SMTPException, OSError):
            self._connection.close()


def _answer(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(words.split())[:300]
