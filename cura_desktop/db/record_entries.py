"""Writing into one patient's lists: allergies, problems, observations.

Every UPDATE names the patient as well as the row: a form that was opened on one patient can never write to another.
What was typed is sent with a key that was made when the form opened; the second submit of a key changes nothing
(it is kept as the row's external id, which is unique in a clinic).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cura_desktop.db.records import RecordRepository
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.errors import InvalidInputError, NotFoundError, StaleRecordError
from cura_desktop.domain.measurements import NewObservation
from cura_desktop.domain.merge import merge
from cura_desktop.domain.records import TOGETHER, AllergyDraft, AllergyStatus, ProblemDraft, ProblemStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GONE = "This entry is not in the patient's record."
register_sentence(
    "patient_allergy_states_contradict",
    "Allergies are recorded for this patient. End each of them before stating that there are none.",
)
register_sentence("allergies_agent", "Write what the patient is allergic to.", field="agent")
register_sentence("patient_problems_dates", "A problem cannot end before it began.", field="ended_on")
register_sentence("observations_value", "An observation needs a value.")


class RecordEntries:
    """The lists of the record that people write."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_allergy(self, patient_id: int, draft: AllergyDraft, key: UUID) -> int:
        """The id; the statement on allergies as a whole becomes "known".

        Raises `InvalidInputError` where the agent is on the active list already (one row per agent, domain-rules A3.4).
        """
        twice = self._run(
            "SELECT 1 FROM cura.allergies WHERE patient_id = :patient AND status = 'active'"
            " AND lower(agent) = lower(:agent) AND external_id IS DISTINCT FROM :entry LIMIT 1",
            patient=patient_id, agent=draft.agent.strip(), entry=f"entry:{key}:0",
        )  # fmt: skip
        if twice:
            raise InvalidInputError({"agent": "This is recorded already. End that entry first to record it anew."})
        allergy_id = self._insert_once(
            "allergies",
            key,
            "0",
            {
                "patient_id": patient_id,
                "agent": draft.agent.strip(),
                "agent_kind": draft.kind,
                "is_checkable": draft.checkable,
                "reactions": [TOGETHER.join(signs) for signs in draft.reactions],
                "severity": draft.severity,
                "onset_on": draft.onset_on,
                "notes": draft.notes.strip() or None,
            },
        )
        self._state(patient_id, "known")
        return allergy_id

    def state_none_known(self, patient_id: int) -> None:
        """Record that the patient has no known allergies, by the signed-in person, now (domain-rules A3.3)."""
        self._state(patient_id, "none_known")

    def end_allergy(self, patient_id: int, allergy_id: int, version: int, status: AllergyStatus, reason: str) -> None:
        """Raises `StaleRecordError` when it was changed meanwhile, `NotFoundError` for another patient."""
        changed = self._run(
            "UPDATE cura.allergies SET status = :status, notes = concat_ws(E'\\n', notes, CAST(:reason AS text))"
            " WHERE id = :id AND patient_id = :patient AND version = :version RETURNING id",
            id=allergy_id, patient=patient_id, version=version, status=status.value, reason=reason.strip() or None,
        )  # fmt: skip
        if not changed:
            self._stale("allergies", patient_id, allergy_id)

    def add_problem(self, patient_id: int, draft: ProblemDraft, key: UUID) -> int:
        """The id."""
        values = {"patient_id": patient_id, **_problem_columns(draft)}
        return self._insert_once("patient_problems", key, "0", values)

    def change_problem(
        self, patient_id: int, problem_id: int, version: int, draft: ProblemDraft, base: ProblemDraft
    ) -> tuple[str, ...]:
        """Save; changes of others to other fields are kept, and the names of those fields returned.

        Raises `StaleRecordError` with the stored `ProblemDraft` when both changed the same field.
        """
        merged: tuple[str, ...] = ()
        for _ in range(3):
            if self._update_problem(patient_id, problem_id, version, draft):
                return merged
            version, theirs = self._stored_problem(patient_id, problem_id)
            both = merge(base, draft, theirs)
            if not both.is_clean:
                raise StaleRecordError(theirs, both.conflicts)
            merged = tuple(name for name in both.values if getattr(theirs, name) != getattr(base, name))
            draft, base = ProblemDraft(**both.values), theirs
        raise StaleRecordError(base)

    def add_observations(
        self,
        patient_id: int,
        rows: Sequence[NewObservation],
        taken_at: datetime,
        key: UUID,
        consultation_id: int | None = None,
        corrects_id: int | None = None,
    ) -> tuple[int, ...]:
        """One row for each value; the ids, in order."""
        return tuple(
            self._insert_once(
                "observations",
                key,
                str(number),
                {
                    "patient_id": patient_id,
                    "name": row.name,
                    "unit": row.unit or None,
                    "value": row.value,
                    "value_text": row.text or None,
                    "interpretation": row.interpretation or None,
                    "category": row.category,
                    "taken_at": taken_at,
                    "consultation_id": consultation_id,
                    "corrects_id": corrects_id,
                },
            )
            for number, row in enumerate(rows)
        )

    def _state(self, patient_id: int, state: str) -> None:
        self._run(
            "INSERT INTO cura.patient_allergy_states (patient_id, state) VALUES (:patient, :state)"
            " ON CONFLICT (organization_id, patient_id) DO UPDATE SET state = excluded.state"
            " WHERE patient_allergy_states.state <> excluded.state OR excluded.state = 'none_known' RETURNING id",
            patient=patient_id, state=state,
        )  # fmt: skip

    def _update_problem(self, patient_id: int, problem_id: int, version: int, draft: ProblemDraft) -> bool:
        columns = _problem_columns(draft)
        sets = ", ".join(f"{name} = :{name}" for name in columns)
        sql = (
            f"UPDATE cura.patient_problems SET {sets}"  # noqa: S608 (column names of this module)
            " WHERE id = :id AND patient_id = :patient AND version = :version RETURNING id"
        )
        return bool(self._run(sql, id=problem_id, patient=patient_id, version=version, **columns))

    def _stored_problem(self, patient_id: int, problem_id: int) -> tuple[int, ProblemDraft]:
        rows = self._run(
            "SELECT version, label, significance, status, onset_on, ended_on, notes FROM cura.patient_problems"
            " WHERE id = :id AND patient_id = :patient",
            id=problem_id, patient=patient_id,
        )  # fmt: skip
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
            raise NotFoundError(GONE)
        row = rows[0]
        status = ProblemStatus(row.status)
        draft = ProblemDraft(row.label, row.significance, status, row.onset_on, row.ended_on, row.notes or "")
        return row.version, draft

    def _insert_once(self, table: str, key: UUID, part: str, values: dict[str, Any]) -> int:
        """INSERT unless the key was sent before; the id either way, and only of this patient."""
        values = {**values, "external_id": f"entry:{key}:{part}"}
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        rows = self._run(
            f"INSERT INTO cura.{table} ({names}) VALUES ({marks})"  # noqa: S608 (names of this module)
            " ON CONFLICT (organization_id, external_id) DO NOTHING RETURNING id",
            **values,
        ) or self._run(
            f"SELECT id FROM cura.{table} WHERE external_id = :external_id AND patient_id = :patient_id",  # noqa: S608
            external_id=values["external_id"], patient_id=values["patient_id"],
        )  # fmt: skip
        if not rows:
            raise NotFoundError(GONE)
        return int(rows[0].id)

    def _stale(self, table: str, patient_id: int, row_id: int) -> None:
        rows = self._run(
            f"SELECT id FROM cura.{table} WHERE id = :id AND patient_id = :patient",  # noqa: S608 (of this module)
            id=row_id, patient=patient_id,
        )  # fmt: skip
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
            raise NotFoundError(GONE)
        raise StaleRecordError(None)

    def _run(self, sql: str, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        return self._session.execute(text(sql), values).all()


def _problem_columns(draft: ProblemDraft) -> dict[str, Any]:
    return {
        "label": draft.label.strip(),
        "significance": draft.significance,
        "status": draft.status.value,
        "onset_on": draft.onset_on,
        "ended_on": draft.ended_on,
        "notes": draft.notes.strip() or None,
    }
