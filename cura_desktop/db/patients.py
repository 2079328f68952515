"""The only SQL about patients' details and alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, RowMapping, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_find
from sqlalchemy.orm import Session

from cura_desktop.db.patient_rows import JSON_COLUMNS, PatientAlertRow, PatientRow, born_of, columns_of, draft_of
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.allergies import Allergy, AllergyState, allergy_state
from cura_desktop.domain.patient_fields import FIELD_GROUPS
from cura_desktop.domain.patients import (
    AlertDraft,
    Patient,
    PatientAlert,
    PatientDraft,
    PatientFacts,
    PatientSummary,
    SamePatient,
)
from cura_desktop.domain.search import PatientQuery

register_sentence(
    "patients_nhs_number_unique", "Another patient of this clinic has this NHS number.", field="nhs_number"
)
register_sentence(
    "patients_nhs_number_valid", "The check digit does not fit; please compare with the card.", field="nhs_number"
)
register_sentence("patients_dates", "The dates of birth and death do not fit together.", field="born")
register_sentence("patient_alerts_text", "Please write what people must know.", field="text")

PATIENT = """
SELECT p.id, p.version, p.patient_id AS number, p.title, p.first_name, p.last_name, p.middle_names, p.preferred_name,
       p.date_of_birth, p.birth_precision, p.gender, p.gender_at_birth, p.nhs_number_status, p.language,
       p.interpreter_needed, p.flags, p.notes_for_reception, p.communication_preferences, p.is_active, p.is_restricted,
       p.deceased_on, p.left_on, p.left_because, p.created_at, p.updated_at,
       f.nhs_number, f.email, f.phone, f.second_phone, f.address, f.emergency_contact, f.gp_practice, f.insurance_info
  FROM cura.patients p
  JOIN cura.patient_fields f ON f.organization_id = p.organization_id AND f.id = p.id"""
_BY_ID = text(f"{PATIENT} WHERE p.id = :id AND f.id = :id")
_BY_KEY = text(f"{PATIENT} WHERE p.client_key = :key")
_FIND = text(
    """
SELECT id, patient_number AS number, title, last_name AS family_name, first_name AS given_name, preferred_name,
       date_of_birth, birth_precision, gender, nhs_number, phone, postcode, is_active, is_restricted,
       deceased_on AS died
  FROM cura.find_patients(CAST(:names AS text[]), CAST(:born_from AS date), CAST(:born_to AS date), :nhs, :phone,
                          :postcode, :number, :fragments, :most)"""
)
_BY_IDS = text(
    """
SELECT p.id, p.patient_id AS number, p.title, p.last_name AS family_name, p.first_name AS given_name,
       p.preferred_name, p.date_of_birth, p.birth_precision, p.gender, f.nhs_number, f.phone,
       f.address ->> 'postcode' AS postcode, p.is_active, p.is_restricted, p.deceased_on AS died
  FROM cura.patients p
  JOIN cura.patient_fields f ON f.organization_id = p.organization_id AND f.id = p.id
 WHERE p.id = ANY (CAST(:ids AS integer[])) AND f.id = ANY (CAST(:ids AS integer[]))"""
)
_SAME = text("SELECT * FROM cura.same_patients(:given, :family, CAST(:born AS date), :nhs)")
# With the chart closed the clinical tables look empty; whether it is open is asked in the same statement, so that
# nobody is told "not recorded" for "may not look" (domain-rules A3.1).
_ALLERGIES = text(
    """
WITH gate AS MATERIALIZED (SELECT :id = ANY (cura.open_charts()) AS is_open)
SELECT gate.is_open, s.state, s.stated_at, concat_ws(' ', who.title, who.first_name, who.last_name) AS stated_by,
       who.role AS stated_role,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('agent', a.agent, 'coded', a.is_checkable, 'severity', a.severity,
               'reactions', a.reactions, 'updated', CAST(coalesce(a.updated_at, a.recorded_at) AS date))), '[]')
          FROM cura.allergies a WHERE a.patient_id = :id AND a.status = 'active') AS allergies
  FROM gate LEFT JOIN cura.patient_allergy_states s ON s.patient_id = :id
  LEFT JOIN cura.staff who ON who.id = s.stated_by"""
)
_ALERTS = text(
    """
SELECT a.id, a.version, a.patient_id, a.text, a.audience, a.expires_on, a.created_at,
       concat_ws(' ', who.title, who.first_name, who.last_name) AS by
  FROM cura.patient_alerts a LEFT JOIN cura.staff who ON who.id = a.created_by
 WHERE a.patient_id = :id AND a.is_active AND (a.expires_on IS NULL OR a.expires_on >= CAST(:today AS date))
   AND (a.audience = ANY (CAST(:audiences AS text[])) OR a.created_by = :me)
 ORDER BY a.created_at DESC, a.id DESC"""
)


class PatientRepository:
    """Patients of the signed-in person's clinic, as far as the role may see them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ finding

    def find(self, query: PatientQuery, *, most: int, fragments: bool = True) -> list[PatientSummary]:
        """Who matches all parts of the query; names that begin as asked come before fragments."""
        rows = self._session.execute(
            _FIND,
            {
                "names": list(query.names) or None,
                "born_from": query.born_from,
                "born_to": query.born_to,
                "nhs": query.nhs_number,
                "phone": query.phone,
                "postcode": query.postcode and query.postcode.replace(" ", ""),
                "number": query.patient_number,
                "fragments": fragments,
                "most": most,
            },
        )
        return [_summary(row) for row in rows.mappings()]

    def by_ids(self, ids: Sequence[int]) -> list[PatientSummary]:
        """These, in this order, without those that are not there (or not for this person)."""
        rows = self._session.execute(_BY_IDS, {"ids": list(ids)}).mappings()
        found = {row["id"]: _summary(row) for row in rows}
        return [found[one] for one in dict.fromkeys(ids) if one in found]

    def same(self, given: str, family: str, born: date | None, nhs_number: str | None) -> list[SamePatient]:
        """Who has the same NHS number, or the same folded name and date of birth. Needs create on patients."""
        rows = self._session.execute(_SAME, {"given": given, "family": family, "born": born, "nhs": nhs_number})
        return [
            SamePatient(
                row["id"],
                row["patient_number"],
                row["last_name"],
                row["first_name"],
                row["date_of_birth"],
                row["because"] == "nhs_number",
            )
            for row in rows.mappings()
        ]

    # ------------------------------------------------------------------ one patient

    def get(self, patient_id: int, visible: frozenset[str]) -> Patient | None:
        """One patient; `visible` are the field groups of the reader."""
        row = self._session.execute(_BY_ID, {"id": patient_id}).mappings().one_or_none()
        return patient_of(row, visible) if row is not None else None

    def get_for_change(self, patient_id: int, visible: frozenset[str]) -> tuple[Patient, Mapping[str, Any]] | None:
        """The same, with the JSON columns as stored, whose unknown keys must survive."""
        row = self._session.execute(_BY_ID, {"id": patient_id}).mappings().one_or_none()
        return (patient_of(row, visible), {name: row[name] for name in JSON_COLUMNS}) if row is not None else None

    def by_client_key(self, key: UUID, visible: frozenset[str]) -> Patient | None:
        """The patient that an earlier submit of the same form registered."""
        row = self._session.execute(_BY_KEY, {"key": key}).mappings().one_or_none()
        return patient_of(row, visible) if row is not None else None

    def add(self, draft: PatientDraft, client_key: UUID, region: str) -> tuple[int, int, str] | None:
        """Register; (id, version, number), or None when this form was submitted before.

        The key is looked up before anything is inserted: a number taken from the series for a row that is then not
        inserted would leave a gap.
        """
        table = PatientRow.__table__.c
        values = columns_of(draft, draft.changed(PatientDraft()), {}, region) | {"client_key": client_key}
        values.setdefault("first_name", draft.given_name)
        values.setdefault("last_name", draft.family_name)
        new = select(*(literal(value, table[name].type).label(name) for name, value in values.items())).where(
            ~select(PatientRow.id).where(PatientRow.client_key == client_key).exists()
        )
        statement = (
            insert_or_find(PatientRow)
            .from_select(list(values), new, include_defaults=False)
            .on_conflict_do_nothing(index_elements=["organization_id", "client_key"])
            .returning(PatientRow.id, PatientRow.version, PatientRow.patient_id)
        )
        row = self._session.execute(statement).one_or_none()
        return (row[0], row[1], row[2]) if row is not None else None

    def change(self, patient_id: int, version: int, values: Mapping[str, Any]) -> bool:
        """Write columns if the stored version is still this one."""
        statement = (
            update(PatientRow)
            .where(PatientRow.id == patient_id, PatientRow.version == version)
            .values(dict(values))
            .execution_options(synchronize_session=False)
        )
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount == 1

    def facts(self, patient: Patient) -> PatientFacts:
        """The banner's facts, allergies included as far as the chart is open."""
        row = self._session.execute(_ALLERGIES, {"id": patient.id}).mappings().one()
        if not row["is_open"]:
            return PatientFacts(patient, AllergyState.UNAVAILABLE)
        allergies = tuple(_allergy(one) for one in row["allergies"])
        state = allergy_state(allergies, none_known_recorded=row["state"] == "none_known")
        if row["state"] is None:
            return PatientFacts(patient, state, allergies)
        return PatientFacts(
            patient, state, allergies, row["stated_by"] or "", row["stated_role"] or "", row["stated_at"]
        )

    # ------------------------------------------------------------------ alerts

    def alerts(self, patient_id: int, today: date, audiences: frozenset[str], me: int) -> list[PatientAlert]:
        """The alerts in force for these audiences, and one's own; the newest first."""
        values = {"id": patient_id, "today": today, "audiences": sorted(audiences), "me": me}
        return [PatientAlert(**row) for row in self._session.execute(_ALERTS, values).mappings()]

    def add_alert(self, patient_id: int, draft: AlertDraft, client_key: UUID) -> None:
        """Add an alert; a second submit of the same key adds nothing."""
        values = {
            "patient_id": patient_id,
            "text": draft.text,
            "audience": draft.audience,
            "expires_on": draft.expires_on,
            "client_key": client_key,
        }
        self._session.execute(
            insert_or_find(PatientAlertRow)
            .values(values)
            .on_conflict_do_nothing(index_elements=["organization_id", "client_key"])
        )

    def set_alert(self, alert_id: int, version: int, *, active: bool) -> int | None:
        """End an alert or take it up again; its new version, None when it was changed meanwhile."""
        statement = (
            update(PatientAlertRow)
            .where(PatientAlertRow.id == alert_id, PatientAlertRow.version == version)
            .values(is_active=active)
            .returning(PatientAlertRow.version)
            .execution_options(synchronize_session=False)
        )
        return self._session.execute(statement).scalar_one_or_none()


def patient_of(row: RowMapping, visible: frozenset[str]) -> Patient:
    """A patient of a row of `PATIENT`; `visible` are the field groups of the reader."""
    return Patient(
        id=row["id"],
        version=row["version"],
        number=row["number"],
        details=draft_of(row),
        is_active=row["is_active"],
        is_restricted=row["is_restricted"],
        died=row["deceased_on"],
        registered_at=row["created_at"],
        updated_at=row["updated_at"],
        hidden=frozenset(FIELD_GROUPS) - visible,
        left_on=row["left_on"],
        left_because=row["left_because"] or "",
    )


def _summary(row: RowMapping) -> PatientSummary:
    return PatientSummary(
        id=row["id"],
        number=row["number"],
        family_name=row["family_name"],
        given_name=row["given_name"],
        title=row["title"] or "",
        preferred_name=row["preferred_name"] or "",
        born=born_of(row["date_of_birth"], row["birth_precision"]),
        gender=row["gender"],
        nhs_number=row["nhs_number"] or "",
        phone=row["phone"] or "",
        postcode=row["postcode"] or "",
        is_active=row["is_active"],
        is_restricted=row["is_restricted"],
        died=row["died"],
    )


def _allergy(row: Mapping[str, Any]) -> Allergy:
    return Allergy(
        agent=row["agent"],
        coded=row["coded"],
        reactions=tuple(tuple(one.split(" + ")) for one in row["reactions"]),
        severity=row["severity"],
        updated=date.fromisoformat(row["updated"]) if row["updated"] else None,
    )
