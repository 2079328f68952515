"""Keeping and printing clinical procedures and emergency protocols."""

from __future__ import annotations

from datetime import UTC, datetime

from cura_desktop.db.checklists import ChecklistRepository
from cura_desktop.db.clinic import clinic_sender
from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.checklists import Checklist, ChecklistDraft, ChecklistKind
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.merge import merge

MODULE = "clinicalDecision"
MAY_NOT = "Your role may read checklists but not change them."


class ChecklistService:
    """Every method is one transaction as the signed-in person."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def checklists(self, kind: ChecklistKind) -> tuple[Checklist, ...]:
        """All of a kind, also those not in use."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ChecklistRepository(transaction.session).list(kind)

    def add(self, kind: ChecklistKind, draft: ChecklistDraft) -> Checklist:
        """Write a new one. Raises `InvalidInputError`, `NotAllowedError`."""
        self._check(kind, draft, "create")
        with self._database.transaction(self._caller) as transaction:
            checklists = ChecklistRepository(transaction.session)
            return checklists.list(kind, checklists.add(kind, draft))[0]

    def change(self, seen: Checklist, draft: ChecklistDraft) -> Checklist:
        """Write over it as it was `seen`; what others changed in other fields is kept.

        Raises `StaleRecordError` (its `current` is a `Checklist`), `InvalidInputError`, `NotAllowedError`.
        """
        self._check(seen.kind, draft, "edit")
        with self._database.transaction(self._caller) as transaction:
            checklists = ChecklistRepository(transaction.session)
            found = checklists.list(seen.kind, seen.id)
            if not found:
                raise NotFoundError("This checklist is not in the clinic's list.")
            result = merge(seen.details, draft, found[0].details)
            if not result.is_clean:
                raise StaleRecordError(found[0], result.conflicts)
            if not checklists.change(seen.kind, seen.id, found[0].version, ChecklistDraft(**result.values)):
                raise StaleRecordError(found[0])
            return checklists.list(seen.kind, seen.id)[0]

    def paper(self, checklist: Checklist) -> bytes:
        """The checklist as PDF (A4) with boxes to tick and room for times."""
        from cura_desktop.documents.checklist import ChecklistDocument, write_checklist
        from cura_desktop.documents.letterhead import Letterhead

        with self._database.transaction(self._caller, read_only=True) as transaction:
            clinic = clinic_sender(transaction.session)
        details = checklist.details
        head = Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email)
        printed = datetime.now(UTC).astimezone(self._caller.zone).replace(tzinfo=None)
        facts = (
            ("Category", details.category),
            ("Takes", details.duration),
            ("Complexity" if checklist.kind is ChecklistKind.PROCEDURE else "Priority", checklist.rank_words),
        )
        return write_checklist(
            ChecklistDocument(
                head, details.title, facts, details.lines("prerequisites"), checklist.steps,
                details.lines("complications"), printed, checklist.version,
            )
        )  # fmt: skip

    def _check(self, kind: ChecklistKind, draft: ChecklistDraft, verb: str) -> None:
        if not self._caller.may(verb, MODULE):
            raise NotAllowedError(MAY_NOT)
        if problems := draft.problems(kind):
            raise InvalidInputError(problems)
