"""From an enrolment to a password change, as the windows use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cura_desktop.db.devices as devices_module
from cura_desktop.db.credentials import EnrolmentCode, Verifier
from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    ConflictError,
    CuraError,
    DatabaseUnavailableError,
    InvalidInputError,
    LockedOutError,
    NotAllowedError,
    SecretStoreError,
    SessionEndedError,
    SuspendedError,
    WrongCredentialsError,
)
from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson
from cura_desktop.integrations.enrolments import EnrolmentBook
from cura_desktop.integrations.secrets import SessionSecretStore
from cura_desktop.services.enrolment import DeviceService, EnrolmentService
from cura_desktop.services.people import PeopleService
from cura_desktop.services.session import SessionService
from cura_desktop.services.sign_in import SignedIn, SignInService
from tests.support.people import PASSWORD, Clinic, fast_derivation, make_organization, sign_in_fast

NEW_PASSWORD = "violet river candle stone"


class Pc:
    """A PC with a keyring and a configuration folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.secrets = SessionSecretStore()
        self.book = EnrolmentBook(folder / "clinics.json")
        self.enrolment = EnrolmentService(self.book, lambda _: self.secrets)
        self.sign_in = SignInService(self.book, lambda _: self.secrets, derivation=fast_derivation)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    return Pc(tmp_path)


@pytest.fixture
def joined(pc: Pc, clinic: Clinic) -> Enrolment:
    return pc.enrolment.enrol_here(clinic.admin_dsn, clinic.organization_id, "Front desk")


@pytest.fixture
def signed_in(pc: Pc, joined: Enrolment) -> Iterator[SignedIn]:
    doctor = pc.sign_in.sign_in(joined, "doctor", PASSWORD)
    yield doctor
    doctor.database.close()


def session(database: Database, caller: Caller) -> SessionService:
    return SessionService(database, caller, derivation=fast_derivation)


def works(database: Database, caller: Caller) -> bool:
    try:
        with database.transaction(caller, read_only=True):
            return True
    except SessionEndedError:
        return False


# ------------------------------------------------------------------------------------------------------------ enrolment


def test_an_enrolled_clinic_is_offered_by_name_without_secrets_in_the_file(
    pc: Pc, joined: Enrolment, clinic: Clinic, tmp_path: Path
) -> None:
    assert pc.sign_in.organizations() == (joined,)
    assert (joined.organization_name, joined.organization_id) == (clinic.name, clinic.organization_id)
    assert joined.embedded
    secret = pc.secrets.get(joined.role)
    assert secret is not None
    assert secret not in (tmp_path / "clinics.json").read_text()


def test_a_pc_joins_with_a_code_that_works_once(clinic: Clinic, pc: Pc) -> None:
    database, admin = sign_in_fast(clinic, "admin")
    code = DeviceService(database, admin).invite("Treatment room 2")
    address = clinic.connection.host, clinic.connection.port, clinic.connection.dbname
    here = Enrolment(*address, "", 0, "")
    joined = join(pc, here, code, "Desk by the window")
    assert pc.sign_in.organizations() == (joined,)
    signed_in = pc.sign_in.sign_in(joined, "doctor", PASSWORD)
    signed_in.database.close()
    devices = {device.role: device for device in DeviceService(database, admin).devices()}
    assert devices[joined.role].label == "Desk by the window"
    assert devices[joined.role].last_seen is not None
    with pytest.raises(InvalidInputError, match="works once") as caught:
        join(pc, here, code, "Another desk")
    assert set(caught.value.problems) == {"code"}


def join(pc: Pc, place: Enrolment, code: str, label: str) -> Enrolment:
    """Joining at a Unix socket, which no person could type as an address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cura_desktop.services.enrolment._at", lambda address: place)
        return pc.enrolment.join("the server", code, label)


def test_an_expired_code_is_refused(clinic: Clinic, pc: Pc) -> None:
    database, admin = sign_in_fast(clinic, "admin")
    code = DeviceService(database, admin).invite("Desk")
    role = EnrolmentCode.parse(code).role
    clinic.as_administrator("UPDATE cura_private.invitation SET expires_at = now() WHERE db_role = %s", role)
    clinic.as_administrator(f"ALTER ROLE {role} VALID UNTIL '2020-01-01'")
    at = clinic.connection
    with pytest.raises(InvalidInputError, match="one hour"):
        join(pc, Enrolment(at.host, at.port, at.dbname, "", 0, ""), code, "Desk")


def test_an_invitation_can_do_nothing_but_redeem_itself(clinic: Clinic) -> None:
    database, admin = sign_in_fast(clinic, "admin")
    code = EnrolmentCode.parse(DeviceService(database, admin).invite("Desk"))
    invited = clinic.database(replace(clinic.connection, role=code.role, secret=code.secret))
    with pytest.raises(NotAllowedError), invited.transaction(None):
        pytest.fail("an invitation may not open a transaction of the program")


def test_a_code_is_not_used_up_where_the_secret_could_not_be_kept(clinic: Clinic, pc: Pc) -> None:
    database, admin = sign_in_fast(clinic, "admin")
    code = DeviceService(database, admin).invite("Desk")
    at = clinic.connection
    here = Enrolment(at.host, at.port, at.dbname, "", 0, "")

    class NoKeyring(SessionSecretStore):
        def check(self) -> None:
            raise SecretStoreError("no keyring")

    poor = EnrolmentService(pc.book, lambda _: NoKeyring())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cura_desktop.services.enrolment._at", lambda address: here)
        with pytest.raises(SecretStoreError):
            poor.join("the server", code, "Desk")
    assert join(pc, here, code, "Desk").organization_id == clinic.organization_id


@pytest.mark.parametrize("address", ["", "a b", "host:0", "host:99999", "host/db/more", "http://host"])
def test_an_impossible_address_is_said_beside_the_field(pc: Pc, address: str) -> None:
    code = EnrolmentCode("en_0123456789abcdef", "0" * 16).text()
    with pytest.raises(InvalidInputError) as caught:
        pc.enrolment.join(address, code, "Desk")
    assert set(caught.value.problems) == {"address"}


def test_only_who_may_manage_devices_sees_or_invites_them(clinic: Clinic) -> None:
    service = DeviceService(*sign_in_fast(clinic, "receptionist"))
    for ask in (service.devices, lambda: service.invite("Desk"), lambda: service.revoke(clinic.connection.role)):
        with pytest.raises(NotAllowedError):
            ask()


def test_a_clinic_starts_on_this_pc_with_its_administrator(
    clinic: Clinic, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quick(password: str) -> Verifier:
        keys = fast_derivation(password, b"s" * 16, "argon2id$m=65536,t=3,p=1")
        return Verifier(b"s" * 16, "argon2id$m=65536,t=3,p=1", keys.stored_key, keys.server_key)

    monkeypatch.setattr(devices_module, "make_verifier", quick)
    new = NewClinic(
        "Harbour Clinic", f"harbour-{clinic.organization_id}", "office@harbour.example", time_zone="Europe/London"
    )
    owner = NewPerson("Olivia", "olivia@harbour.example", "Olivia", "Stone", NEW_PASSWORD)
    started = pc.enrolment.start_clinic(clinic.admin_dsn, new, owner, "Front desk")
    signed_in = pc.sign_in.sign_in(started, "olivia", NEW_PASSWORD)
    signed_in.database.close()
    assert (signed_in.caller.role, signed_in.caller.organization_name) == ("admin", "Harbour Clinic")
    with pytest.raises(ConflictError):
        pc.enrolment.start_clinic(clinic.admin_dsn, new, owner, "Front desk")
    assert len(pc.book.all()) == 1


def test_a_clinic_does_not_start_with_a_weak_password(clinic: Clinic, pc: Pc) -> None:
    owner = NewPerson("olivia", "olivia@harbour.example", "Olivia", "Stone", "olivia-stone-1")
    with pytest.raises(InvalidInputError) as caught:
        pc.enrolment.start_clinic(clinic.admin_dsn, NewClinic("Harbour", "h", "o@h.example"), owner, "Desk")
    assert set(caught.value.problems) == {"password"}


def test_leaving_a_clinic_forgets_its_secret(pc: Pc, joined: Enrolment) -> None:
    pc.enrolment.leave(joined)
    assert pc.sign_in.organizations() == ()
    assert pc.secrets.get(joined.role) is None


def test_a_damaged_list_of_clinics_is_said_and_kept(pc: Pc, tmp_path: Path) -> None:
    (tmp_path / "clinics.json").write_text("{")
    with pytest.raises(CuraError, match="cannot be read"):
        pc.sign_in.organizations()
    assert (tmp_path / "clinics.json").read_text() == "{"


# -------------------------------------------------------------------------------------------------------------- sign-in


def test_a_lost_secret_asks_for_enrolment(pc: Pc, joined: Enrolment) -> None:
    pc.secrets.forget(joined.role)
    with pytest.raises(SecretStoreError, match="keyring"):
        pc.sign_in.sign_in(joined, "doctor", PASSWORD)


def test_an_unreachable_server_has_its_own_sentence(pc: Pc, joined: Enrolment) -> None:
    with pytest.raises(DatabaseUnavailableError, match="cannot be reached"):
        pc.sign_in.sign_in(replace(joined, host="/nowhere"), "doctor", PASSWORD)


def test_a_suspended_clinic_is_said_before_any_password(pc: Pc, joined: Enrolment, clinic: Clinic) -> None:
    clinic.as_administrator(
        "UPDATE cura.organizations SET subscription_status = 'suspended' WHERE id = %s", clinic.organization_id
    )
    assert pc.sign_in.check(joined).is_suspended
    with pytest.raises(SuspendedError):
        pc.sign_in.sign_in(joined, "doctor", "whatever")


def test_unlocking_gives_a_new_session_and_ends_the_old(signed_in: SignedIn, clinic: Clinic) -> None:
    old = signed_in.caller
    fresh = session(signed_in.database, old).unlock(PASSWORD)
    assert fresh.token != old.token
    assert (fresh.user_id, fresh.username) == (old.user_id, old.username)
    assert works(signed_in.database, fresh)
    assert not works(clinic.database(signed_in.database.connection), old)


def test_what_was_made_before_locking_goes_on_after_it_even_twice(signed_in: SignedIn) -> None:
    own = session(signed_in.database, signed_in.caller)
    own.unlock(PASSWORD)
    own.unlock(PASSWORD)
    assert works(signed_in.database, signed_in.caller)


def test_unlocking_works_after_the_idle_session_has_ended(signed_in: SignedIn, clinic: Clinic) -> None:
    clinic.as_administrator(
        "UPDATE cura_private.session SET last_seen = now() - interval '1 day' WHERE organization_id = %s",
        clinic.organization_id,
    )
    assert works(signed_in.database, session(signed_in.database, signed_in.caller).unlock(PASSWORD))


def test_a_wrong_password_does_not_unlock(signed_in: SignedIn) -> None:
    with pytest.raises(WrongCredentialsError):
        session(signed_in.database, signed_in.caller).unlock("wrong password")
    assert works(signed_in.database, signed_in.caller)


def test_heartbeat_and_sign_out(signed_in: SignedIn) -> None:
    own = session(signed_in.database, signed_in.caller)
    assert own.heartbeat() == signed_in.caller.expires_at
    assert own.refresh() == signed_in.caller
    own.sign_out()
    with pytest.raises(SessionEndedError):
        own.heartbeat()


# ------------------------------------------------------------------------------------------------------------ passwords


@pytest.fixture
def quick_verifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verifiers that the tests' quick derivation can prove."""

    def quick(password: str) -> Verifier:
        salt, kdf = b"another salt 16b", "argon2id$m=65536,t=3,p=1"
        keys = fast_derivation(password, salt, kdf)
        return Verifier(salt, kdf, keys.stored_key, keys.server_key)

    monkeypatch.setattr("cura_desktop.db.sign_in.make_verifier", quick)
    monkeypatch.setattr("cura_desktop.services.people.make_verifier", quick)


@pytest.mark.usefixtures("quick_verifiers")
def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    pc: Pc, joined: Enrolment, signed_in: SignedIn
) -> None:
    elsewhere = pc.sign_in.sign_in(joined, "doctor", PASSWORD)
    changed = session(signed_in.database, signed_in.caller).change_password(PASSWORD, NEW_PASSWORD)
    assert works(signed_in.database, changed)
    assert not works(elsewhere.database, elsewhere.caller)
    with pytest.raises(WrongCredentialsError):
        pc.sign_in.sign_in(joined, "doctor", PASSWORD)
    pc.sign_in.sign_in(joined, "doctor", NEW_PASSWORD).database.close()
    elsewhere.database.close()


@pytest.mark.usefixtures("quick_verifiers")
def test_the_current_password_must_be_shown_and_a_weak_new_one_is_refused(signed_in: SignedIn) -> None:
    own = session(signed_in.database, signed_in.caller)
    for current, new, field in [
        ("wrong password", NEW_PASSWORD, "current"),
        (PASSWORD, "short", "new"),
        (PASSWORD, PASSWORD, "new"),
    ]:
        with pytest.raises(InvalidInputError) as caught:
            own.change_password(current, new)
        assert set(caught.value.problems) == {field}
    assert works(signed_in.database, signed_in.caller)


@pytest.mark.usefixtures("quick_verifiers")
def test_guessing_at_the_current_password_is_throttled_like_sign_in(signed_in: SignedIn) -> None:
    own = session(signed_in.database, signed_in.caller)
    for _ in range(5):
        with pytest.raises(InvalidInputError):
            own.change_password("wrong password", NEW_PASSWORD)
    with pytest.raises(LockedOutError):
        own.change_password(PASSWORD, NEW_PASSWORD)


@pytest.mark.usefixtures("quick_verifiers")
def test_a_reset_code_lets_in_once_to_choose_a_password_and_shows_nothing_before(
    pc: Pc, joined: Enrolment, signed_in: SignedIn, clinic: Clinic
) -> None:
    code = PeopleService(*sign_in_fast(clinic, "admin")).reset_password(clinic.people["doctor"].user_id)
    assert not works(signed_in.database, signed_in.caller)
    with pytest.raises(WrongCredentialsError):
        pc.sign_in.sign_in(joined, "doctor", PASSWORD)
    fresh = pc.sign_in.sign_in(joined, "doctor", code.lower().replace("-", ""))
    assert fresh.caller.must_change_password
    assert PeopleService(fresh.database, fresh.caller).staff() == ()
    changed = session(fresh.database, fresh.caller).change_password(code, NEW_PASSWORD)
    assert not changed.must_change_password
    assert len(PeopleService(fresh.database, changed).staff()) == 3
    fresh.database.close()
    with pytest.raises(WrongCredentialsError):
        pc.sign_in.sign_in(joined, "doctor", code)


@pytest.mark.usefixtures("quick_verifiers")
def test_a_reset_code_dies_after_a_day(pc: Pc, joined: Enrolment, clinic: Clinic) -> None:
    doctor = clinic.people["doctor"].user_id
    code = PeopleService(*sign_in_fast(clinic, "admin")).reset_password(doctor)
    clinic.as_administrator(
        "UPDATE cura.users SET credential_expires_at = timezone('UTC', now()) - interval '1 second'"
        " WHERE organization_id = %s AND id = %s",
        clinic.organization_id,
        doctor,
    )
    with pytest.raises(WrongCredentialsError):
        pc.sign_in.sign_in(joined, "doctor", code)


@pytest.mark.usefixtures("quick_verifiers")
def test_only_who_may_edit_people_resets_a_password_and_only_in_the_own_clinic(clinic: Clinic, admin_dsn: str) -> None:
    foreign = make_organization(admin_dsn, "doctor")
    foreign.close()
    with pytest.raises(NotAllowedError):
        PeopleService(*sign_in_fast(clinic, "doctor")).reset_password(clinic.people["admin"].user_id)
    with pytest.raises(NotAllowedError):
        PeopleService(*sign_in_fast(clinic, "admin")).reset_password(foreign.people["doctor"].user_id)


def test_everybody_may_know_the_names_of_the_staff(clinic: Clinic) -> None:
    staff = PeopleService(*sign_in_fast(clinic, "receptionist")).staff()
    assert {(each.full_name, each.role, each.active) for each in staff} == {
        ("Admin Tester", "admin", True),
        ("Doctor Tester", "doctor", True),
        ("Receptionist Tester", "receptionist", True),
    }
