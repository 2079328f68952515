"""The lint over the live catalog: empty on a fresh database, and every planted fault is reported."""

from __future__ import annotations

import psycopg
import pytest

SELFCHECK = "SELECT rule, object FROM public.cura_selfcheck()"

SABOTAGE = [
    ("ALTER TABLE cura.patients DISABLE ROW LEVEL SECURITY", "row security off"),
    ("ALTER TABLE cura.patients NO FORCE ROW LEVEL SECURITY", "row security not forced"),
    ("CREATE TABLE cura.notes (organization_id int NOT NULL, id int, PRIMARY KEY (organization_id, id))", "no policy"),
    (
        "CREATE TABLE cura.notes (organization_id int NOT NULL, id int, PRIMARY KEY (organization_id, id))",
        "table without a rule",
    ),
    (
        "CREATE POLICY x ON cura.patients FOR SELECT USING (organization_id = (SELECT cura.org_id()))",
        "policy for PUBLIC",
    ),
    ("CREATE POLICY x ON cura.patients FOR SELECT TO cura_ws USING (true)", "workstation policy open to every row"),
    (
        "CREATE POLICY x ON cura.patients FOR SELECT TO cura_ws USING (organization_id = cura.org_id())",
        "policy calls a function for every row",
    ),
    ("DROP POLICY own ON cura.invoices", "without a policy for the role patient"),
    (
        "ALTER POLICY r ON cura.allergies USING (organization_id = (SELECT cura.org_for('medicalRecords', 'view')))",
        "clinical table read without an opened chart",
    ),
    ("GRANT UPDATE ON cura.appointments TO cura_ws", "table-level UPDATE"),
    ("GRANT DELETE ON cura.appointments TO cura_ws", "table-level DELETE"),
    ("GRANT TRUNCATE ON cura.appointments TO cura_ws", "table-level TRUNCATE"),
    ("GRANT UPDATE (paid_amount) ON cura.invoices TO cura_ws", "workstations may UPDATE invoices.paid_amount"),
    (
        "GRANT UPDATE (current_stock) ON cura.inventory_items TO cura_ws",
        "workstations may UPDATE inventory_items.current_stock",
    ),
    ("GRANT SELECT (password_hash) ON cura.users TO cura_ws", "workstations may SELECT users.password_hash"),
    ("GRANT SELECT ON cura.patients TO cura_ws", "all columns of a table that hides some"),
    ("DROP TRIGGER zz_audit ON cura.payments", "table without the audit trigger"),
    ("ALTER TABLE cura.payments DISABLE TRIGGER c_derive", "disabled trigger"),
    ("DROP TRIGGER a0 ON cura.gdpr_audit_trail", "audit trail may be changed"),
    ("CREATE UNIQUE INDEX x ON cura.invoices (invoice_number)", "unique key without organization_id first"),
    (
        "ALTER TABLE cura.claims ADD COLUMN x int, ADD CONSTRAINT x FOREIGN KEY (x) REFERENCES cura.saas_packages (id);"
        "CREATE UNIQUE INDEX ON cura.patients (id); ALTER TABLE cura.claims ADD CONSTRAINT y FOREIGN KEY (x) REFERENCES cura.patients (id)",
        "foreign key without organization_id",
    ),
    (
        "CREATE FUNCTION cura.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; ALTER FUNCTION cura.f() OWNER TO cura_definer",
        "SECURITY DEFINER without search_path",
    ),
    (
        "CREATE FUNCTION cura.f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT 1'",
        "SECURITY DEFINER owned by a superuser",
    ),
    ("GRANT EXECUTE ON FUNCTION cura.prove() TO PUBLIC", "function executable by PUBLIC"),
    ("GRANT EXECUTE ON FUNCTION cura_private.prove() TO cura_ws", "workstations may call a private function"),
    ("GRANT USAGE ON SCHEMA cura_private TO cura_ws", "workstations may see the private schema"),
    ("CREATE VIEW cura.everyone AS SELECT * FROM cura.users", "view without security_invoker"),
    ("GRANT TEMP ON DATABASE {database} TO PUBLIC", "PUBLIC may TEMPORARY on database"),
    ("GRANT CREATE ON SCHEMA public TO PUBLIC", "PUBLIC may CREATE in schema"),
    ("GRANT CREATE ON SCHEMA cura TO cura_ledger", "inner role may still CREATE"),
    (
        "ALTER TABLE cura.patients ALTER last_name SET STATISTICS 100; {people} ANALYZE cura.patients",
        "sensitive column has planner statistics",
    ),
]
PEOPLE = (
    "INSERT INTO cura.organizations (name, subdomain, email, brand_name) VALUES ('x', 'x', 'x@x.example', 'x');"
    "INSERT INTO cura.patients (organization_id, first_name, last_name) SELECT max(o.id), 'A', 'Smith'"
    " FROM cura.organizations o, generate_series(1, 50) GROUP BY generate_series;"
)


def test_a_fresh_database_has_nothing_to_report(own_database_dsn: str) -> None:
    with psycopg.connect(own_database_dsn) as connection:
        assert connection.execute(SELFCHECK).fetchall() == []


@pytest.fixture(scope="module")
def sabotaged(server, template_database):  # type: ignore[no-untyped-def]
    """One database for all faults: each is planted in a transaction of its own that is rolled back."""
    server.create_database("cura_sabotage", template_database)
    yield server.admin_dsn("cura_sabotage")
    server.drop_database("cura_sabotage")


@pytest.mark.parametrize(("fault", "finding"), SABOTAGE, ids=[f"{n} {s[1]}" for n, s in enumerate(SABOTAGE)])
def test_a_planted_fault_is_reported(sabotaged: str, fault: str, finding: str) -> None:
    with psycopg.connect(sabotaged) as connection:
        connection.execute(fault.format(database="cura_sabotage", people=PEOPLE))
        found = [f"{rule} {thing}" for rule, thing in connection.execute(SELFCHECK)]
        connection.rollback()
    assert any(finding in line for line in found), found
