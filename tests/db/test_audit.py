"""The trail: every change leaves a row, values stay apart, and a block chain tells what was altered."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.device import answer, device, run
from tests.support.people import Clinic, make_organization

REGISTER = (
    "INSERT INTO cura.patients (first_name, last_name, phone) VALUES ('Ann', 'Trail', '07700 900123') RETURNING id"
)


@pytest.fixture
def own(own_database_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(own_database_dsn, "admin", "doctor")
    yield clinic
    clinic.close()


def _verify(clinic: Clinic) -> list[str]:
    return [p for _, p in clinic.as_administrator("SELECT * FROM audit.verify(%s)", clinic.organization_id)]


def _busy(clinic: Clinic) -> str:
    token = clinic.sign_in("admin")[1].token
    with device(clinic) as connection:
        for _ in range(3):
            run(connection, token, REGISTER)
            clinic.as_administrator("SELECT audit.seal(%s)", clinic.organization_id)
    return token


def test_a_change_names_its_columns_and_keeps_its_values_apart(own: Clinic) -> None:
    token = own.sign_in("admin")[1].token
    with device(own) as connection:
        patient = run(connection, token, REGISTER)[0][0]  # type: ignore[index]
        run(connection, token, "UPDATE cura.patients SET phone = '07700 900124' WHERE id = %s", (patient,))
        event = run(
            connection,
            token,
            "SELECT id, user_id, patient_id, details FROM cura.gdpr_audit_trail WHERE action = 'UPDATE' AND table_name = 'patients'",
        )
        assert isinstance(event, list)
        assert event[0][1:] == (own.people["admin"].user_id, patient, {"columns": ["phone"]})
        values = run(connection, token, "SELECT * FROM cura.audit_values(%s)", (event[0][0],))
        assert values == [({"phone": "07700 900123"}, {"phone": "07700 900124"})]
        doctor = own.sign_in("doctor")[1].token
        assert answer(connection, doctor, "SELECT * FROM cura.audit_values(%s)", (event[0][0],)) == "refused 42501"


def test_a_verifier_never_reaches_the_trail(own: Clinic) -> None:
    rows = own.as_administrator(
        "SELECT count(*) FROM audit.value WHERE coalesce(before, '{}')::text || coalesce(after, '{}')::text ~ 'argon2id'"
    )
    assert rows == [(0,)]


def test_sealed_blocks_verify(own: Clinic) -> None:
    _busy(own)
    assert own.as_administrator(
        "SELECT count(*) >= 3 FROM audit.block WHERE organization_id = %s", own.organization_id
    ) == [(True,)]
    assert _verify(own) == []


@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE cura.gdpr_audit_trail SET user_id = user_id + 0, action = 'UPDATED' WHERE id = (SELECT max(id) FROM cura.gdpr_audit_trail WHERE table_name = 'patients')",
        "DELETE FROM cura.gdpr_audit_trail WHERE id = (SELECT max(id) FROM cura.gdpr_audit_trail WHERE table_name = 'patients')",
        "UPDATE cura.gdpr_audit_trail SET leaf = sha256('x') WHERE id = (SELECT max(id) FROM cura.gdpr_audit_trail WHERE table_name = 'patients')",
        "UPDATE audit.value SET after = '{\"x\": 1}' WHERE event_id = (SELECT max(id) FROM cura.gdpr_audit_trail WHERE table_name = 'patients')",
        "DELETE FROM audit.block WHERE seq = 2 AND organization_id = (SELECT max(organization_id) FROM audit.block)",
        "UPDATE audit.block SET n = n + 1 WHERE seq = 2 AND organization_id = (SELECT max(organization_id) FROM audit.block)",
        "UPDATE cura.gdpr_audit_trail SET xid = (SELECT min(xid) FROM cura.gdpr_audit_trail WHERE organization_id > 0) WHERE id = (SELECT max(id) FROM cura.gdpr_audit_trail WHERE table_name = 'patients')",
    ],
)
def test_tampering_by_an_administrator_is_reported(own: Clinic, fault: str) -> None:
    _busy(own)
    with psycopg.connect(own.admin_dsn) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute(fault)
    assert _verify(own) != []


def test_a_transaction_left_open_is_sealed_by_the_next_block(own: Clinic) -> None:
    token = _busy(own)
    with device(own) as slow, slow.transaction():
        slow.execute("SELECT set_config('cura.token', %s, true)", (token,))
        slow.execute(REGISTER)
        own.as_administrator("SELECT audit.seal(%s)", own.organization_id)
    own.as_administrator("SELECT audit.seal(%s)", own.organization_id)
    unsealed = own.as_administrator(
        "SELECT count(*) FROM cura.gdpr_audit_trail e WHERE e.organization_id = %s AND e.xid >= (SELECT max(to_xid::text::bigint)::text::xid8 FROM audit.block WHERE organization_id = e.organization_id)",
        own.organization_id,
    )
    assert unsealed == [(0,)] and _verify(own) == []
