"""Running the clinic: its roles, its settings, and who did what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from cura_desktop.db.administration import AdministrationRepository
from cura_desktop.db.audit_trail import AuditRepository
from cura_desktop.db.database import Database
from cura_desktop.db.patients import PatientRepository
from cura_desktop.domain.audit import AuditFilter, AuditPage, ChainReport, ChangedValue, LedgerDifference, OwnSession
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import day_bounds_utc
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.merge import merge
from cura_desktop.domain.organization import OrganizationDraft, OrganizationSettings
from cura_desktop.domain.patients import PatientSummary
from cura_desktop.domain.roles import Role, RoleDraft, role_key
from cura_desktop.domain.search import parse_search

PAGE = 200
PROOF_SECONDS = 120.0
GONE = "This role is not there any more."
_ATTEMPTS = 3
_SYSTEM_ROLE = "The roles a clinic begins with stay; they can be changed."


class AdministrationService:
    """Every method is one transaction (verifying the chain two); all raise `NotAllowedError`, `SessionEndedError` and
    `DatabaseUnavailableError`.
    """

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    # ------------------------------------------------------------------ roles

    def roles(self) -> tuple[Role, ...]:
        """Every role, those the clinic began with first."""
        self._check("view", "userManagement", "Your role may not see roles.")
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AdministrationRepository(transaction.session).roles()

    def copy_role(self, source_id: int, display_name: str) -> Role:
        """A new role of the clinic's own with what another one may do. Raises `InvalidInputError` (display_name)."""
        self._check("create", "userManagement", "Your role may not make roles.")
        with self._database.transaction(self._caller) as transaction:
            repository = AdministrationRepository(transaction.session)
            source = _role(repository, source_id)
            draft = replace(source.details, display_name=" ".join(display_name.split()))
            if problems := draft.problems():
                raise InvalidInputError(problems)
            made = repository.add_role(role_key(draft.display_name), draft, repository.role_shape(source_id))
            return _role(repository, made)

    def change_role(self, role_id: int, base: RoleDraft, draft: RoleDraft) -> Role:
        """Save what changed from `base`. Each module is merged for itself: two administrators may change one role.

        Raises `StaleRecordError` (conflicts like `modules.patients`) where both changed the same module,
        `InvalidInputError`, `NotFoundError`, and `ConflictError` (users_last_admin).
        """
        if problems := draft.problems():
            raise InvalidInputError(problems)
        self._check("edit", "userManagement", "Your role may not change roles.")
        with self._database.transaction(self._caller) as transaction:
            repository = AdministrationRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                stored = _role(repository, role_id)
                merged = merge(base.parts(), draft.parts(), stored.details.parts())
                if not merged.is_clean:
                    raise StaleRecordError(stored, merged.conflicts)
                wanted = RoleDraft.of_parts(merged.values)
                shape = repository.role_shape(role_id)
                if wanted.parts() == stored.details.parts() or repository.change_role(
                    role_id, stored.version, wanted, shape
                ):
                    return _role(repository, role_id)
        raise StaleRecordError(None)

    def remove_role(self, role: Role) -> None:
        """Take away a role of the clinic's own that nobody has. Raises `ConflictError`."""
        if role.is_system:
            raise ConflictError(_SYSTEM_ROLE)
        self._check("delete", "userManagement", "Your role may not remove roles.")
        with self._database.transaction(self._caller) as transaction:
            AdministrationRepository(transaction.session).remove_role(role.id)

    # ------------------------------------------------------------------ the clinic

    def organization(self) -> OrganizationSettings:
        """The clinic's settings."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return _settings(AdministrationRepository(transaction.session))

    def change_organization(self, base: OrganizationDraft, draft: OrganizationDraft) -> OrganizationSettings:
        """Save what changed from `base`; raises `StaleRecordError` where both changed the same field."""
        if problems := draft.problems():
            raise InvalidInputError(problems)
        self._check("edit", "settings", "Your role may not change the clinic's settings.")
        with self._database.transaction(self._caller) as transaction:
            repository = AdministrationRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                stored = _settings(repository)
                merged = merge(base, draft, stored.details)
                if not merged.is_clean:
                    raise StaleRecordError(stored, merged.conflicts)
                if repository.change_organization(stored, OrganizationDraft(**merged.values)):
                    return _settings(repository)
        raise StaleRecordError(None)

    # ------------------------------------------------------------------ who did what

    def events(self, wanted: AuditFilter, before: int | None = None) -> AuditPage:
        """Two hundred events, the latest first; `before` is the id of the last one shown."""
        self._check("view", "audit", "Your role may not read the audit trail.")
        zone = self._caller.zone
        first = day_bounds_utc(wanted.first, zone)[0] if wanted.first is not None else None
        last = day_bounds_utc(wanted.last, zone)[1] if wanted.last is not None else None
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AuditRepository(transaction.session).events(wanted, first, last, before, PAGE)

    def values(self, event_id: int) -> tuple[ChangedValue, ...]:
        """What an event changed; refused where the row itself may not be read (clinical rows: open the chart)."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AuditRepository(transaction.session).values(event_id)

    def verify_chain(self) -> ChainReport:
        """Seal what is open, then prove that no event was altered or taken away since it was written."""
        self._check("view", "audit", "Your role may not read the audit trail.")
        with self._database.transaction(self._caller, seconds=PROOF_SECONDS) as transaction:
            AuditRepository(transaction.session).seal()
        with self._database.transaction(self._caller, read_only=True, seconds=PROOF_SECONDS) as transaction:
            return AuditRepository(transaction.session).verify()

    def prove_ledgers(self) -> tuple[LedgerDifference, ...]:
        """Figures of money and stock that disagree with their ledger; empty when all agree."""
        self._check("view", "audit", "Your role may not read the audit trail.")
        with self._database.transaction(self._caller, read_only=True, seconds=PROOF_SECONDS) as transaction:
            return AuditRepository(transaction.session).prove()

    def patients_named(self, typed: str, most: int = 8) -> tuple[PatientSummary, ...]:
        """Whom the trail can be asked about."""
        query = parse_search(typed, self._today())
        if query.is_empty:
            return ()
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return tuple(PatientRepository(transaction.session).find(query, most=most))

    # ------------------------------------------------------------------ my sessions

    def own_sessions(self) -> tuple[OwnSession, ...]:
        """Where the signed-in person is signed in, this place first."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AuditRepository(transaction.session).own_sessions()

    def end_other_sessions(self) -> int:
        """Sign out everywhere else; returns how many sessions ended."""
        with self._database.transaction(self._caller) as transaction:
            return AuditRepository(transaction.session).end_other_sessions()

    # ------------------------------------------------------------------ inside

    def _today(self) -> date:
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    def _check(self, verb: str, module: str, sentence: str) -> None:
        if not self._caller.may(verb, module):
            raise NotAllowedError(sentence)


def _role(repository: AdministrationRepository, role_id: int) -> Role:
    found = repository.roles(role_id)
    if not found:
        raise NotFoundError(GONE)
    return found[0]


def _settings(repository: AdministrationRepository) -> OrganizationSettings:
    found = repository.organization()
    if found is None:
        raise NotFoundError("The clinic's settings cannot be read.")
    return found
