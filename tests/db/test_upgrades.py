"""A clinic that began with the first release goes on with this one: nothing lost, nothing unprotected."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, pool

from cura_desktop.db import migrations
from cura_desktop.db.revisions import carried, scripts_folder
from cura_desktop.db.server import EmbeddedServer
from tests.support.people import Clinic, make_organization

FIRST = "0001"


@pytest.fixture
def first_release(server: EmbeddedServer) -> Iterator[str]:
    """The administrator's connection string of a database as the first release left it."""
    server.create_database("cura_first_release")
    dsn = server.admin_dsn("cura_first_release")
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()))
    config.set_main_option("path_separator", "os")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=pool.NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
    engine.dispose()
    yield dsn
    server.drop_database("cura_first_release")


def _rights(dsn: str) -> list[tuple[object, ...]]:
    """Every column right of workstations, every policy and every trigger of the clinic's tables."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT 'grant', table_name::text, column_name::text, privilege_type::text"
            " FROM information_schema.column_privileges WHERE grantee = 'cura_ws' AND table_schema = 'cura'"
            " UNION ALL SELECT 'policy', tablename::text, policyname::text,"
            " concat_ws(' ', cmd, permissive, qual, with_check) FROM pg_policies WHERE schemaname = 'cura'"
            " UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'cura.%' ORDER BY 1, 2, 3, 4"
        ).fetchall()


def test_an_upgraded_clinic_is_protected_as_a_new_one_and_keeps_its_people(
    first_release: str, template_database: str, admin_dsn: str
) -> None:
    clinic = make_organization(first_release, "admin", "receptionist")
    old = _rights(first_release)
    assert migrations.upgrade(first_release)
    assert set(old) - set(_rights(first_release)) == set(), "an upgrade takes no right away"
    assert _rights(first_release) == _rights(admin_dsn)
    assert clinic.as_administrator("SELECT * FROM public.cura_selfcheck()") == []
    _database, caller = clinic.sign_in("receptionist")
    assert caller.may("create", "patients")
    clinic.close()


def test_the_program_asks_for_the_newest_revision_it_carries() -> None:
    assert f"{carried():04}" == migrations.newest()


def test_a_role_that_is_widened_reaches_every_clinic_but_the_one_that_changed_it(clinic: Clinic) -> None:
    other = make_organization(clinic.admin_dsn, "admin", "nurse")
    clinic.as_administrator(
        "UPDATE cura.roles SET permissions = jsonb_set(permissions, '{modules,inventory}', '{\"view\": false}')"
        " WHERE organization_id = %s AND name = 'nurse'",
        clinic.organization_id,
    )
    with psycopg.connect(clinic.admin_dsn) as connection:
        connection.execute("SET ROLE cura_auth")
        connection.execute("SELECT cura_private.give('nurse', 'inventory', 'vc', 'a test')")
        stored: dict[int, dict[str, bool]] = dict(
            connection.execute(
                "SELECT organization_id, permissions -> 'modules' -> 'inventory' FROM cura.roles WHERE name = 'nurse'"
                " AND organization_id IN (%s, %s)",
                (clinic.organization_id, other.organization_id),
            ).fetchall()
        )
        connection.rollback()
    assert stored[clinic.organization_id] == {"view": False}
    assert stored[other.organization_id] == {"view": True, "create": True, "edit": False, "delete": False}
    other.close()
