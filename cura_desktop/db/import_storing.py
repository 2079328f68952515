"""One bundle inside its transaction: what is there already, what is new, and the rows of what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import Cursor, sql
from psycopg.types.json import Jsonb

from cura_desktop.db.import_rows import HIGH, SEEN, Rows, patient_row, written
from cura_desktop.domain.imports import (
    Arrival,
    BundleOutcome,
    ImportRefusedError,
    IncomingAllergy,
    IncomingBundle,
    IncomingPatient,
    IncomingReport,
    IncomingResult,
    NoKnownAllergies,
    Refusal,
    same_person,
)

KIND = "fhir"
NOT_HERE = "Its patient is neither in this file nor imported before."
TABLES = (
    "medical_records", "patient_problems", "allergies", "prescriptions", "prescription_items", "observations",
    "lab_results", "lab_result_items", "immunizations", "documents", "document_files",
)  # fmt: skip
_KEYED = ("medical_records", "patient_problems", "allergies", "prescriptions", "observations", "lab_results",
          "lab_result_items", "immunizations", "documents")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clinic:
    """Where the import goes."""

    id: int
    name: str
    system_user: int
    zone: ZoneInfo
    region: str


@dataclass(slots=True)
class _Person:
    """A patient of the bundle that is in the database: before (`is_new` False) or since a moment ago."""

    id: int
    is_new: bool


class Storing:
    """One bundle inside its transaction."""

    def __init__(
        self,
        cursor: Cursor[Any],
        clinic: Clinic,
        types: Mapping[str, Mapping[str, str]],
        bundle: IncomingBundle,
        now: datetime,
    ) -> None:
        self._cursor, self._clinic, self._types, self._bundle, self._now = cursor, clinic, types, bundle, now
        self._taken: Counter[str] = Counter()
        self._unchanged: Counter[str] = Counter()
        self._refused = list(bundle.refusals)
        self._differing: list[str] = []
        self._digests: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._changed: list[Arrival] = []

    def run(self) -> BundleOutcome:
        people = self._people()
        self._seen = self._earlier_digests(each.id for each in people.values() if not each.is_new)
        for arrival in self._bundle.patients:
            self._count(arrival, new=people[arrival.patient].is_new)
        for source, person in people.items():
            self._entries(person, [each for each in self._bundle.entries if each.patient == source])
        for arrival in self._bundle.entries:
            if arrival.patient not in people:
                self._refused.append(Refusal(arrival.kind, arrival.id, NOT_HERE))
        return self._finish(people)

    def _finish(self, people: Mapping[str, _Person]) -> BundleOutcome:
        nothing = not self._taken and not self._unchanged
        outcome = BundleOutcome(
            self._bundle.source,
            "refused" if nothing else "taken" if self._taken else "unchanged",
            dict(sorted(self._taken.items())),
            dict(sorted(self._unchanged.items())),
            self._bundle.mapped if self._taken else {},
            tuple(self._refused),
            tuple(self._differing),
            self._why_nothing() if nothing else "",
        )
        ids = [each.id for each in people.values()]
        note_run(
            self._cursor, self._clinic, outcome, self._bundle.sha256, ids[0] if len(ids) == 1 else None, self._digests
        )
        return outcome

    def _why_nothing(self) -> str:
        reasons = {each.reason for each in self._refused}
        return reasons.pop() if len(reasons) == 1 else "Nothing in this file can be taken."

    def _people(self) -> dict[str, _Person]:
        """Patients by their id at the source: those of the file, registered if new, and those of earlier files."""
        sources = {each.patient for each in (*self._bundle.patients, *self._bundle.entries)}
        self._cursor.execute(
            "SELECT external_id, id, date_of_birth, nhs_number FROM cura.patients"
            " WHERE organization_id = %s AND external_id = ANY (%s)",
            (self._clinic.id, [f"fhir:Patient/{each}" for each in sources]),
        )
        stored = {row[0]: row[1:] for row in self._cursor.fetchall()}
        found = {each: _Person(stored[key][0], False) for each in sources if (key := f"fhir:Patient/{each}") in stored}
        for arrival in self._bundle.patients:
            patient = arrival.value
            if not isinstance(patient, IncomingPatient):
                raise TypeError(arrival.label)
            if arrival.patient not in found:
                found[arrival.patient] = _Person(self._register(arrival, patient), True)
                continue
            born, number = stored[arrival.external_id][1:]
            draft = patient.details
            if not same_person(draft.born.earliest if draft.born else None, draft.nhs_number, born, number):
                raise ImportRefusedError(
                    "A patient with the same id was imported before and has another date of birth or NHS number."
                )
        return found

    def _register(self, arrival: Arrival, patient: IncomingPatient) -> int:
        clinic = self._clinic
        row = patient_row(arrival, patient, clinic.id, clinic.system_user, clinic.region)
        statement = sql.SQL("INSERT INTO cura.patients ({}) VALUES ({}) RETURNING id").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(sql.Placeholder() * len(row))
        )
        types = self._types["patients"]
        self._cursor.execute(statement, [written(value, types[name]) for name, value in row.items()])
        made = self._cursor.fetchone()
        if made is None:
            raise ImportRefusedError("The database did not register the patient.")
        return int(made[0])

    def _earlier_digests(self, ids: Iterable[int]) -> dict[str, str]:
        self._cursor.execute(
            "SELECT d.key, d.value FROM cura.import_runs r, jsonb_each_text(r.taken -> 'digests') d"
            " WHERE r.organization_id = %s AND r.kind = %s AND r.patient_id = ANY (%s) ORDER BY r.id",
            (self._clinic.id, KIND, list(ids)),
        )
        return dict(self._cursor.fetchall())

    def _count(self, arrival: Arrival, *, new: bool) -> None:
        if new:
            self._taken[arrival.kind] += 1
            self._digests[arrival.external_id] = arrival.digest
            return
        self._unchanged[arrival.kind] += 1
        if self._differs(arrival):
            self._differing.append(arrival.label)

    def _entries(self, person: _Person, arrivals: list[Arrival]) -> None:
        known = {} if person.is_new else self._known(person.id)
        self._changed = []
        fresh = [each for each in arrivals if self._is_fresh(each, known)]
        rows = Rows(
            self._clinic.id, self._clinic.system_user, person.id, self._now, {name: self._ids(name) for name in TABLES}
        )
        results = [each for each in fresh if isinstance(each.value, IncomingResult)]
        for arrival in fresh:
            if isinstance(arrival.value, IncomingReport):
                lines = [each for each in results if _report_of(each) == arrival.id]
                rows.add_report(arrival, arrival.value, lines)
            elif not isinstance(arrival.value, IncomingResult | NoKnownAllergies):
                rows.arrive(arrival)
        reports = {each.id for each in fresh if isinstance(each.value, IncomingReport)}
        late = self._late_lines(rows, [each for each in results if _report_of(each) not in reports], known)
        letters = self._corrected_lines(rows, self._changed)
        for table in TABLES:
            self._copy(table, rows.tables.get(table, ()))
        self._refresh_copies(late | letters.keys())
        self._note_corrections(letters)
        self._allergy_state(person, fresh)

    def _is_fresh(self, arrival: Arrival, known: Mapping[str, int]) -> bool:
        """Whether it is not there yet; what is there is counted here."""
        if isinstance(arrival.value, NoKnownAllergies):
            return True
        new = arrival.external_id not in known
        if not new and isinstance(arrival.value, IncomingResult) and self._differs(arrival):
            self._changed.append(arrival)
            self._count(arrival, new=True)
            return False
        self._count(arrival, new=new)
        return new

    def _differs(self, arrival: Arrival) -> bool:
        return self._seen.get(arrival.external_id, arrival.digest) != arrival.digest

    def _corrected_lines(self, rows: Rows, changed: list[Arrival]) -> dict[int, str]:
        """Lines that stand in the place of those sent before, which stay visible (domain-rules A8.1).

        Returns the status letter by report.
        """
        letters: dict[int, str] = {}
        last: dict[int, int] = {}
        for arrival in changed:
            result = arrival.value
            if not isinstance(result, IncomingResult):
                continue
            self._cursor.execute(
                "UPDATE cura.lab_result_items SET superseded_at = %s WHERE organization_id = %s"
                " AND starts_with(external_id, %s) AND superseded_at IS NULL RETURNING lab_result_id",
                (self._now, self._clinic.id, f"{arrival.external_id}#"),
            )
            replaced = self._cursor.fetchone()
            if replaced is None:
                continue
            report = int(replaced[0])
            before = last[report] if report in last else self._last_line(report)
            last[report] = rows.add_lines(report, arrival, result, before, f"~{arrival.digest[:12]}")
            letters[report] = "C" if "C" in (letters.get(report), result.status) else result.status
        return letters

    def _note_corrections(self, letters: Mapping[int, str]) -> None:
        """The reports whose lines changed say so, and are as urgent as their values are now."""
        for report, letter in letters.items():
            self._cursor.execute(
                "UPDATE cura.lab_results r SET result_status = %(letter)s, severity = f.severity, flags = CASE"
                " WHEN f.severity = 'normal' THEN '{}'::text[] ELSE '{abnormal}'::text[] END"
                " FROM (SELECT CASE WHEN bool_or(i.interpretation = ANY (%(high)s)) THEN 'critical'"
                " WHEN bool_or(i.interpretation <> ALL (%(seen)s)) THEN 'abnormal' ELSE 'normal' END AS severity"
                " FROM cura.lab_result_items i WHERE i.organization_id = %(o)s AND i.lab_result_id = %(r)s"
                " AND i.superseded_at IS NULL AND i.interpretation IS NOT NULL) f"
                " WHERE r.organization_id = %(o)s AND r.id = %(r)s",
                {"letter": letter, "o": self._clinic.id, "r": report, "high": sorted(HIGH), "seen": sorted(SEEN)},
            )

    def _late_lines(self, rows: Rows, results: list[Arrival], known: Mapping[str, int]) -> set[int]:
        """Lines whose report is there already, and results without a report. Returns the reports that grew."""
        grown: dict[int, int] = {}
        for arrival in results:
            result = arrival.value
            if not isinstance(result, IncomingResult):
                continue
            report = known.get(f"fhir:{arrival.patient}:DiagnosticReport/{result.report}")
            if report is None:
                rows.add_single(arrival, result)
                continue
            last = grown[report] if report in grown else self._last_line(report)
            grown[report] = rows.add_lines(report, arrival, result, last)
        return set(grown)

    def _last_line(self, report: int) -> int:
        self._cursor.execute(
            "SELECT coalesce(max(line), 0) FROM cura.lab_result_items"
            " WHERE organization_id = %s AND lab_result_id = %s",
            (self._clinic.id, report),
        )
        row = self._cursor.fetchone()
        return int(row[0]) if row else 0

    def _refresh_copies(self, reports: set[int]) -> None:
        """A report that grew has to be looked at again, and its JSON copy follows its lines."""
        if not reports:
            return
        self._cursor.execute(
            "UPDATE cura.lab_results r SET status = 'completed', reviewed_by = NULL, reviewed_at = NULL,"
            " results = (SELECT jsonb_agg(jsonb_build_object('name', i.name, 'value',"
            " concat(i.comparator, i.value_text), 'unit', i.unit, 'referenceRange', i.reference_range)"
            " ORDER BY i.line) FROM cura.lab_result_items i"
            " WHERE i.organization_id = r.organization_id AND i.lab_result_id = r.id AND i.superseded_at IS NULL)"
            " WHERE r.organization_id = %s AND r.id = ANY (%s)",
            (self._clinic.id, sorted(reports)),
        )

    def _known(self, patient: int) -> dict[str, int]:
        """External id without its part number -> id of the row."""
        one = "SELECT external_id, id FROM cura.{} WHERE organization_id = %(o)s AND patient_id = %(p)s"
        query = sql.SQL(" UNION ALL ").join(sql.SQL(one).format(sql.Identifier(table)) for table in _KEYED)
        self._cursor.execute(query, {"o": self._clinic.id, "p": patient})
        return {key.rsplit("#", 1)[0]: row_id for key, row_id in self._cursor.fetchall() if key}

    def _ids(self, table: str) -> Iterator[int]:
        """Ids of a table, fetched a handful at a time."""
        while True:
            self._cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, 50)", (f"cura.{table}",)
            )
            yield from [int(row[0]) for row in self._cursor.fetchall()]

    def _copy(self, table: str, rows: Iterable[dict[str, object]]) -> None:
        rows = list(rows)
        if not rows:
            return
        columns, types = list(rows[0]), self._types[table]
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with self._cursor.copy(sql.SQL("COPY cura.{} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
            for row in rows:
                copy.write_row([written(row[column], types[column]) for column in columns])

    def _allergy_state(self, person: _Person, fresh: list[Arrival]) -> None:
        """The statement as a whole: a recorded allergy wins over "there is none" (domain-rules A3.1)."""
        statements = [each for each in fresh if isinstance(each.value, NoKnownAllergies)]
        active = any(isinstance(each.value, IncomingAllergy) and each.value.status == "active" for each in fresh)
        self._cursor.execute(
            "SELECT (SELECT state FROM cura.patient_allergy_states"
            " WHERE organization_id = %(o)s AND patient_id = %(p)s),"
            " EXISTS (SELECT FROM cura.allergies WHERE organization_id = %(o)s AND patient_id = %(p)s"
            " AND status = 'active')",
            {"o": self._clinic.id, "p": person.id},
        )
        stored, recorded = self._cursor.fetchone() or (None, False)
        if active and stored != "known":
            self._state(person, "known", None)
        for arrival in statements:
            if recorded:
                reason = "That there are no known allergies contradicts the allergies that are recorded."
                self._refused.append(Refusal(arrival.kind, arrival.id, reason))
            elif stored is not None:
                self._count(arrival, new=False)
            else:
                stored = "none_known"
                self._count(arrival, new=True)
                self._state(person, stored, arrival.value.stated_at)  # type: ignore[union-attr]  # chosen by type above

    def _state(self, person: _Person, state: str, stated_at: datetime | None) -> None:
        self._cursor.execute(
            "INSERT INTO cura.patient_allergy_states (organization_id, patient_id, state, stated_by, stated_at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (organization_id, patient_id) DO UPDATE"
            " SET state = excluded.state, stated_by = excluded.stated_by, stated_at = excluded.stated_at",
            (self._clinic.id, person.id, state, self._clinic.system_user, stated_at or self._now),
        )


def _report_of(arrival: Arrival) -> str | None:
    return arrival.value.report if isinstance(arrival.value, IncomingResult) else None


def note_run(
    cursor: Cursor[Any],
    clinic: Clinic,
    outcome: BundleOutcome,
    sha256: bytes,
    patient: int | None,
    digests: Mapping[str, str],
) -> None:
    """The row of `import_runs`; `digests` are kept so that a later run can tell what has changed at the source."""
    taken = {
        "counts": dict(outcome.taken),
        "unchanged": dict(outcome.unchanged),
        "mapped": dict(outcome.mapped),
        "differing": list(outcome.differing),
        "digests": dict(digests),
    }
    refused = [{"resource": f"{each.kind}/{each.id}", "reason": each.reason} for each in outcome.refused]
    if outcome.problem:
        refused.insert(0, {"resource": "", "reason": outcome.problem})
    cursor.execute(
        "INSERT INTO cura.import_runs (organization_id, kind, source_name, source_hash, patient_id, outcome, taken,"
        " refused, created_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            clinic.id,
            KIND,
            outcome.source,
            sha256,
            patient,
            outcome.outcome,
            Jsonb(taken),
            Jsonb(refused),
            clinic.system_user,
        ),
    )
