"""The clinic the benchmarks run in: 100,000 patients and 300,000 appointments beside 50 smaller clinics.

Rows are made inside the server with triggers off (nothing here is about how they got in); statistics are gathered
after, as a real server's autovacuum would have done.
"""

from __future__ import annotations

import psycopg

from tests.support.people import Clinic, make_organization

PATIENTS = 100_000
APPOINTMENTS = 300_000
SMALL_CLINICS = 50
PROVIDERS = 25
FIRST_DAY = "2026-01-05"  # a Monday; the diary runs for two years of working days from here
BUSY_DAY = "2026-11-23"

_FAMILY = (
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts"
    " Green Hall Wood Jackson Clarke Khan Ali Hussain Begum Shah Singh Kaur Ahmed Mithers O'Brien Murphy Kelly Byrne"
    " Kowalski Nowak Adeyemi Okafor Mensah Fraser Campbell Stewart Macdonald Llewellyn Prosser Hopkins Fletcher"
    " Chapman Barker Atkinson Holmes Lawson Pearce Sutton Bishop Ashworth Ramsbottom Featherstone Wolstenholme"
).split()
_GIVEN = (
    "Olivia Amelia Isla Ava Mia Ivy Lily Grace Freya Sophia Margaret Susan Patricia Noah George Oliver Arthur Leo"
    " Harry Oscar Muhammad Jack Henry Theodore Aisha Priya Ravi Tomasz Agnieszka Chidi Kwame Siobhan Cerys Gethin"
).split()

_PEOPLE = """
INSERT INTO cura.patients (organization_id, patient_id, first_name, last_name, date_of_birth, gender_at_birth, phone,
  phone_e164, nhs_number, address)
SELECT %(o)s, 'P' || lpad(n::text, 6, '0'), (%(given)s::text[])[1 + (n * 7 + n / 40) %% cardinality(%(given)s::text[])],
  (%(family)s::text[])[1 + (n * 13 + n / 91) %% cardinality(%(family)s::text[])] || CASE WHEN n %% 5 = 0 THEN '-' ||
  (%(family)s::text[])[1 + (n / 3) %% cardinality(%(family)s::text[])] ELSE '' END, date '1930-01-01' + (n * 37) %% 33000,
  CASE WHEN n %% 2 = 0 THEN 'female' ELSE 'male' END, '07700 900' || lpad((n %% 1000)::text, 3, '0'),
  '+447700900' || lpad((n %% 1000)::text, 3, '0'), NULL, jsonb_build_object('street', n || ' Example Street', 'city',
  'Sampleton', 'postcode', 'M' || n %% 30 || ' ' || n %% 9 || 'AE')
FROM generate_series(1, %(n)s) n
"""
_DIARY = """
INSERT INTO cura.appointments (organization_id, patient_id, provider_id, title, scheduled_at, duration, status, type)
SELECT %(o)s, (%(low)s + (n::bigint * 7919) %% %(patients)s)::int, (%(providers)s::int[])[1 + n %% cardinality(%(providers)s::int[])],
  'Consultation', day + interval '9 hours' + ((n / cardinality(%(providers)s::int[])) %% 24) * interval '20 minutes', 20,
  'scheduled', 'consultation'
FROM generate_series(0, %(n)s - 1) n,
  LATERAL (SELECT timestamp '2026-01-05' + (n / (24 * cardinality(%(providers)s::int[]))) / 5 * interval '7 days'
    + (n / (24 * cardinality(%(providers)s::int[]))) %% 5 * interval '1 day' AS day) d
"""


def build(admin_dsn: str, patients: int = PATIENTS, appointments: int = APPOINTMENTS) -> Clinic:
    """The big clinic, full, with an administrator, a doctor, a receptionist and a pharmacist who can sign in."""
    for number in range(SMALL_CLINICS):
        small = make_organization(admin_dsn, "doctor", name=f"Small clinic {number}")
        fill(small, 500, 1_500, 3)
        small.close()
    big = make_organization(admin_dsn, "admin", "doctor", "receptionist", "pharmacist", "nurse", name="Big clinic")
    fill(big, patients, appointments, PROVIDERS)
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return big


def fill(clinic: Clinic, patients: int, appointments: int, providers: int) -> None:
    """Patients and their diary for a clinic that has the role `doctor`."""
    with psycopg.connect(clinic.admin_dsn) as connection:
        doctors = [clinic.people["doctor"].user_id]
        doctors += [clinic.add_person("doctor", f"doctor{n}").user_id for n in range(1, providers)]
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        values = {"o": clinic.organization_id, "n": patients, "given": _GIVEN, "family": _FAMILY}
        connection.execute(_PEOPLE, values)
        row = connection.execute(
            "SELECT min(id) FROM cura.patients WHERE organization_id = %s", (clinic.organization_id,)
        ).fetchone()
        assert row is not None
        diary = {"o": clinic.organization_id, "low": row[0], "patients": patients, "providers": doctors}
        connection.execute(_DIARY, {**diary, "n": appointments})
        connection.execute(
            "SELECT setval(format('cura_private.patient_number_%%s', %s::int), %s)", (clinic.organization_id, patients)
        )
