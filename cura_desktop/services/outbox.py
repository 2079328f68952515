"""E-mail: queueing, taking back, and sending from the one seat that holds the clinic's mail password."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from cura_desktop.db.database import Database
from cura_desktop.db.outbox import OutboxRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.merge import merge
from cura_desktop.domain.outbox import (
    UNDO_SECONDS,
    Mail,
    MailDraft,
    MailSettings,
    MailSettingsDraft,
    MailState,
    Sending,
)

if TYPE_CHECKING:
    from cura_desktop.integrations.mail import MailServer
    from cura_desktop.integrations.secrets import SecretStore

MOST = 200
A_ROUND = 10
MAY_NOT_SEND = "Your role may not send messages."
MAY_NOT_SET = "Your role may not change how the clinic sends e-mail."
NO_SETTINGS = "How this clinic sends e-mail has not been set up yet; an administrator does that under Mail."
NOT_IN_KEYRING = "The password of the mail server is not in the keyring of this PC. Please enter it again under Mail."
GONE = "This message is not in the outbox."


class OutboxService:
    """Every method is one transaction, except `send_due`; all raise `SessionEndedError`, `DatabaseUnavailableError`.

    `secrets` makes the store of this PC; it may wait for the keyring, so it is called when a password is needed.
    """

    def __init__(self, database: Database, caller: Caller, secrets: Callable[[], SecretStore]) -> None:
        self._database = database
        self._caller = caller
        self._secrets = secrets
        self._staff = StaffNames()

    # ------------------------------------------------------------------ messages

    def queue(self, draft: MailDraft, client_key: UUID, *, wait: int = UNDO_SECONDS) -> Mail:
        """Queue a message; it cannot leave before `wait` seconds are over. The same key, or the same `once`, is one.

        Raises `InvalidInputError`, `NotAllowedError`; a file the person may not read is `NotAllowedError`, too.
        """
        if not self._caller.may("create", "messaging"):
            raise NotAllowedError(MAY_NOT_SEND)
        if problems := draft.problems():
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            repository = OutboxRepository(transaction.session)
            mail_id, _new = repository.queue(draft, wait, client_key)
            return self._existing(repository.get(self._staff, mail_id))

    def mails(
        self, states: Sequence[MailState] | None = None, *, patient_id: int | None = None, most: int = MOST
    ) -> tuple[Mail, ...]:
        """The newest first, of these states or of all, of one patient or of all."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return OutboxRepository(transaction.session).newest(self._staff, states, patient_id, most)

    def about(self, table: str, row_id: int) -> tuple[Mail, ...]:
        """What was sent about one row, such as ("documents", 12); the newest first."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return OutboxRepository(transaction.session).about(self._staff, table, row_id)

    def take_back(self, mail: Mail) -> Mail:
        """A message that has not left. Raises `ConflictError` when it has."""
        return self._decide(mail, MailState.CANCELLED, "It has left already.")

    def send_again(self, mail: Mail) -> Mail:
        """A message that failed, may have been lost, or was taken back. Raises `ConflictError`."""
        return self._decide(mail, MailState.QUEUED, "It is on its way already.")

    def _decide(self, mail: Mail, wanted: MailState, refusal: str) -> Mail:
        if not self._caller.may("create", "messaging"):
            raise NotAllowedError(MAY_NOT_SEND)
        with self._database.transaction(self._caller) as transaction:
            repository = OutboxRepository(transaction.session)
            done = repository.decide(mail.id, mail.version, wanted)
            now = self._existing(repository.get(self._staff, mail.id))
        if not done and now.state is not wanted:
            raise ConflictError(f"“{now.subject}”: {refusal}")
        return now

    @staticmethod
    def _existing(mail: Mail | None) -> Mail:
        if mail is None:
            raise NotFoundError(GONE)
        return mail

    # ------------------------------------------------------------------ the sending seat

    def sends_here(self) -> bool:
        """Whether this workstation sends the clinic's e-mail."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = OutboxRepository(transaction.session)
            settings = repository.settings()
            return settings is not None and settings.details.is_active and (
                settings.sending_device == repository.this_device()
            )  # fmt: skip

    def send_due(self) -> Sending:
        """Send what is due, from the sending seat; elsewhere nothing happens. Each message is settled by itself.

        Raises `ConflictError` when this seat has lost the password; nothing is claimed then.
        """
        from cura_desktop.integrations.mail import MailFailedError, MailLaterError, MailLostError, MailServer

        settings = self._sending_settings()
        if settings is None:
            return Sending()
        password = self._password() if settings.username else ""
        with self._database.transaction(self._caller) as transaction:
            claimed = OutboxRepository(transaction.session).claim(A_ROUND)
        if not claimed:
            return Sending()
        counts = dict.fromkeys(("sent", "later", "failed", "uncertain"), 0)
        waiting = list(claimed)
        try:
            with MailServer.connected(settings, password) as server:
                while waiting:
                    row = waiting.pop(0)
                    counts[self._hand_over(server, row)] += 1
        except (MailLaterError, MailFailedError, MailLostError) as error:  # the server as a whole is to blame
            counts["uncertain"] += isinstance(error, MailLostError)
            for row in waiting:
                counts[self._settle(row["id"], "later", str(error))] += 1
        return Sending(counts["sent"], counts["later"], counts["failed"] + counts["uncertain"])

    def _hand_over(self, server: MailServer, row: dict[str, Any]) -> str:
        """One message; returns what became of it. Raises `MailLostError`: the server is gone for the others, too."""
        from cura_desktop.integrations.mail import Envelope, MailFailedError, MailLaterError, MailLostError

        files = self._content(row["id"])
        envelope = Envelope(
            row["message_id"], row["recipient"], row["recipient_name"], row["subject"], row["body"], files
        )
        try:
            server.send(envelope)
        except MailFailedError as error:
            return self._settle(row["id"], "failed", str(error))
        except MailLaterError as error:
            return self._settle(row["id"], "later", str(error))
        except MailLostError as error:
            self._settle(row["id"], "uncertain", str(error))
            raise
        return self._settle(row["id"], "sent", "")

    def _sending_settings(self) -> MailSettingsDraft | None:
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = OutboxRepository(transaction.session)
            settings = repository.settings()
            if settings is None or not settings.details.is_active:
                return None
            return settings.details if settings.sending_device == repository.this_device() else None

    def _content(self, mail_id: int) -> list[tuple[str, str, bytes]]:
        with self._database.transaction(self._caller) as transaction:
            return OutboxRepository(transaction.session).content(mail_id)

    def _settle(self, mail_id: int, outcome: str, why: str) -> str:
        with self._database.transaction(self._caller) as transaction:
            return OutboxRepository(transaction.session).settle(mail_id, outcome, why)

    def _password(self) -> str:
        found = self._secrets().get(self._secret_name)
        if found is None:
            raise ConflictError(NOT_IN_KEYRING)
        return found

    @property
    def _secret_name(self) -> str:
        return f"mail-{self._caller.organization_id}"

    # ------------------------------------------------------------------ settings

    def settings(self) -> MailSettings | None:
        """How the clinic sends; None before anybody said so."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return OutboxRepository(transaction.session).settings()

    def set_up(self, base: MailSettingsDraft, draft: MailSettingsDraft, password: str | None = None) -> MailSettings:
        """Save what changed from `base`. With `password`, it goes to this PC's keyring and this PC sends from now on.

        Raises `InvalidInputError`, `NotAllowedError`, `StaleRecordError`, `SecretStoreError`.
        """
        if not self._caller.may("edit", "settings"):
            raise NotAllowedError(MAY_NOT_SET)
        if problems := draft.problems():
            raise InvalidInputError(problems)
        if password is not None:
            self._secrets().check()
        with self._database.transaction(self._caller) as transaction:
            repository = OutboxRepository(transaction.session)
            stored = repository.settings()
            if stored is None:
                repository.add_settings(draft)
            else:
                merged = merge(base, draft, stored.details)
                if not merged.is_clean or not repository.change_settings(stored, MailSettingsDraft(**merged.values)):
                    raise StaleRecordError(stored, merged.conflicts)
            if password is not None:
                repository.send_from_here(here=True)
            saved = repository.settings()
        if password is not None:
            self._secrets().put(self._secret_name, password)
        if saved is None:
            raise NotFoundError(NO_SETTINGS)
        return saved

    def stop_sending_here(self) -> None:
        """This PC sends no more, and forgets the password."""
        if not self._caller.may("edit", "settings"):
            raise NotAllowedError(MAY_NOT_SET)
        with self._database.transaction(self._caller) as transaction:
            OutboxRepository(transaction.session).send_from_here(here=False)
        self._secrets().forget(self._secret_name)

    def test(self, recipient: str) -> Mail:
        """A test message to `recipient`, through the outbox as any other."""
        body = f"This is a test of how {self._caller.organization_name} sends e-mail. If you can read it, it works."
        draft = MailDraft("test", recipient, "A test from Cura", body)
        return self.queue(replace(draft, recipient=recipient.strip()), uuid4(), wait=0)
