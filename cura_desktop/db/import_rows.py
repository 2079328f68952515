"""Arrivals from another system as rows of the clinical tables. Every actor is the organization's system user."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cura_desktop.db.patient_rows import columns_of
from cura_desktop.domain.imports import (
    Analyte,
    Arrival,
    IncomingAllergy,
    IncomingDocument,
    IncomingImmunization,
    IncomingMedicine,
    IncomingObservation,
    IncomingPatient,
    IncomingProblem,
    IncomingReport,
    IncomingResult,
    IncomingVisit,
)
from cura_desktop.domain.patients import PatientDraft

Row = dict[str, object]
STILL_NEW = timedelta(days=30)
"""A result reported later than this before the import still goes to the clinic's queue of results to review."""
_STATUS = {"P": "in_progress", "X": "cancelled"}
HIGH = frozenset({"HH", "LL", "AA"})
SEEN = frozenset({"N", "NEG", "ND"})


@dataclass(slots=True)
class Rows:
    """Rows in the making for one patient: table -> rows, each with the ids that its children need."""

    organization_id: int
    system_user: int
    patient_id: int
    now: datetime
    ids: Mapping[str, Iterator[int]]
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **columns: object) -> int:
        """Append a row with its id."""
        row_id = next(self.ids[table])
        row = {"organization_id": self.organization_id, "id": row_id, "patient_id": self.patient_id, **columns}
        self.tables.setdefault(table, []).append(row)
        return row_id

    def arrive(self, arrival: Arrival) -> None:
        """The rows of one arrival. Results are joined to their reports by `add_results`."""
        value, key = arrival.value, arrival.external_id
        match value:
            case IncomingVisit():
                self._visit(value, key)
            case IncomingProblem():
                self._problem(value, key)
            case IncomingAllergy():
                self._allergy(value, key)
            case IncomingMedicine():
                self._medicine(value, key)
            case IncomingObservation():
                self._observation(value, key)
            case IncomingImmunization():
                self._immunization(value, key)
            case IncomingDocument():
                self._document(value, key)
            case _:
                raise TypeError(type(value).__name__)

    def _visit(self, value: IncomingVisit, key: str) -> None:
        self.add(
            "medical_records",
            provider_id=self.system_user,
            author_id=self.system_user,
            type=value.type,
            title=value.title,
            notes=value.notes,
            recorded_at=value.at,
            code=value.code.value,
            code_system=value.code.system,
            external_id=key,
        )

    def _problem(self, value: IncomingProblem, key: str) -> None:
        self.add(
            "patient_problems",
            label=value.label,
            code=value.code.value,
            code_system=value.code.system,
            status=value.status,
            onset_on=value.onset_on,
            ended_on=value.ended_on,
            notes=value.notes,
            recorded_by=self.system_user,
            external_id=key,
        )

    def _allergy(self, value: IncomingAllergy, key: str) -> None:
        self.add(
            "allergies",
            agent=value.agent,
            agent_kind=value.kind,
            agent_code=value.code.value,
            agent_system=value.code.system,
            is_checkable=value.is_checkable,
            reactions=list(value.reactions),
            severity=value.severity,
            status=value.status,
            onset_on=value.onset_on,
            notes=value.notes,
            recorded_by=self.system_user,
            recorded_at=value.recorded_at or self.now,
            external_id=key,
        )

    def _medicine(self, value: IncomingMedicine, key: str) -> None:
        prescription = self.add(
            "prescriptions",
            prescribed_by=self.system_user,
            notes=value.notes,
            status=value.status,
            kind="history",
            signature_kind="not_needed",
            issued_at=value.issued_at,
            external_id=key,
        )
        self.add(
            "prescription_items",
            prescription_id=prescription,
            line=1,
            name=value.name,
            route=value.route or None,
            dose_amount=value.dose_amount,
            dose_unit=value.dose_unit or None,
            frequency=value.frequency or None,
            duration_days=value.duration_days,
            as_required=value.as_required,
            directions=value.directions,
            quantity=value.quantity,
            quantity_unit=value.quantity_unit,
            indication=value.indication or None,
            repeats=value.repeats,
            state="cancelled" if value.is_stopped else "prescribed",
            external_id=key,
        )

    def _observation(self, value: IncomingObservation, key: str) -> None:
        for number, row in enumerate(value.rows, 1):
            self.add(
                "observations",
                code=row.code.value,
                code_system=row.code.system,
                name=row.name,
                value=row.value,
                value_text=row.text or None,
                unit=row.unit or None,
                reference_range=row.reference_range or None,
                interpretation=row.interpretation or None,
                category=value.category,
                taken_at=value.taken_at,
                taken_by=self.system_user,
                external_id=f"{key}#{number}",
            )

    def _immunization(self, value: IncomingImmunization, key: str) -> None:
        self.add(
            "immunizations",
            vaccine=value.vaccine,
            code=value.code.value,
            code_system=value.code.system,
            given_on=value.given_on,
            status=value.status,
            batch_number=value.batch_number or None,
            site=value.site or None,
            given_by=self.system_user,
            notes=value.notes,
            external_id=key,
        )

    def _document(self, value: IncomingDocument, key: str) -> None:
        document = self.add(
            "documents",
            user_id=self.system_user,
            name=value.name,
            type=value.type,
            content=value.content,
            metadata={"imported": True, "code": value.code.value, "codeSystem": value.code.system},
            is_clinical=True,
            status="superseded" if value.is_superseded else "issued",
            issued_at=value.issued_at,
            issued_by=self.system_user,
            external_id=key,
        )
        file = value.attachment
        if file is not None:
            self.add(
                "document_files",
                subject_table="documents",
                subject_id=document,
                kind="attachment",
                is_clinical=True,
                file_name=file.file_name,
                media_type=file.media_type,
                content=file.content,
                sha256=hashlib.sha256(file.content).digest(),
                created_by=self.system_user,
            )

    def add_report(self, arrival: Arrival, head: IncomingReport, lines: Iterable[Arrival]) -> None:
        """A report with those of its lines that arrive with it."""
        results = [(line, line.value) for line in lines if isinstance(line.value, IncomingResult)]
        analytes = [each for _, result in results for each in result.rows]
        letter = "P" if head.status == "F" and any(result.status == "P" for _, result in results) else head.status
        remarks = [head.notes, *(result.notes for _, result in results), sent_as(analytes)]
        report = self._head(
            arrival.external_id,
            head.name,
            letter,
            analytes,
            panel_code=head.code.value,
            specimen_type=head.specimen or None,
            notes="\n".join(text for text in remarks if text),
            collected_at=head.collected_at,
            reported_at=head.reported_at,
        )
        number = 0
        for line, result in results:
            number = self.add_lines(report, line, result, number)

    def add_single(self, arrival: Arrival, result: IncomingResult) -> None:
        """A laboratory observation that no report names: a result of its own."""
        report = self._head(
            arrival.external_id,
            result.rows[0].name,
            result.status,
            result.rows,
            panel_code=result.rows[0].code.value,
            specimen_type=None,
            notes="\n".join(text for text in (result.notes, sent_as(result.rows)) if text),
            collected_at=result.taken_at,
            reported_at=result.reported_at or result.taken_at,
        )
        self.add_lines(report, arrival, result, 0)

    def add_lines(self, report: int, arrival: Arrival, result: IncomingResult, number: int, mark: str = "") -> int:
        """The analytes of one observation after line `number`; returns the last line's number.

        `mark` tells the lines of a corrected observation from those it stood for before.
        """
        for part, row in enumerate(result.rows, 1):
            number += 1
            self.add(
                "lab_result_items",
                lab_result_id=report,
                line=number,
                name=row.name,
                code=row.code.value,
                code_system=row.code.system,
                value_text=row.text,
                comparator=row.comparator or None,
                value=row.value,
                unit=row.unit or None,
                reference_range=row.reference_range or None,
                low=row.low,
                high=row.high,
                interpretation=row.interpretation or None,
                is_own_interpretation=row.is_own_interpretation,
                result_status=result.status,
                taken_at=result.taken_at,
                external_id=f"{arrival.external_id}#{part}{mark}",
            )
        return number

    def _head(
        self, key: str, name: str, letter: str, analytes: Iterable[Analyte], *, reported_at: Any, **columns: object
    ) -> int:
        analytes = list(analytes)
        flags = {each.interpretation for each in analytes if each.interpretation}
        is_new = reported_at is not None and reported_at > self.now - STILL_NEW
        return self.add(
            "lab_results",
            test_name=name,
            test_type="laboratory",
            results=[result_copy(each) for each in analytes],
            status=_STATUS.get(letter, "completed" if is_new else "reviewed"),
            flags=["abnormal"] if flags - SEEN else [],
            severity=_severity(flags),
            result_status=letter,
            ordered_at=None,
            reported_at=reported_at,
            external_id=key,
            **columns,
        )


def patient_row(arrival: Arrival, patient: IncomingPatient, organization_id: int, actor: int, region: str) -> Row:
    """The columns of `cura.patients`."""
    draft = patient.details
    return {
        **columns_of(draft, draft.changed(PatientDraft()), {}, region),
        "organization_id": organization_id,
        "created_by": actor,
        "deceased_on": patient.died_on,
        "is_active": patient.is_active,
        "is_restricted": patient.is_restricted,
        "external_id": arrival.external_id,
    }


def result_copy(analyte: Analyte) -> Row:
    """The documented JSON shape of one line."""
    words = {"H": "abnormal_high", "HH": "abnormal_high", "L": "abnormal_low", "LL": "abnormal_low"}
    return {
        "name": analyte.name,
        "value": f"{analyte.comparator}{analyte.text}",
        "unit": analyte.unit,
        "referenceRange": analyte.reference_range,
        "status": words.get(analyte.interpretation, "normal" if analyte.interpretation in SEEN else "unknown"),
    }


def sent_as(analytes: Iterable[Analyte]) -> str:
    """What converted values read like when they were sent."""
    sent = "; ".join(each.sent for each in analytes if each.sent)
    return f"Converted to UK units. As sent: {sent}" if sent else ""


def _severity(flags: set[str]) -> str:
    if not flags:
        return "unknown"
    return "critical" if flags & HIGH else "abnormal" if flags - SEEN else "normal"


def written(value: object, kind: str) -> object:
    """A value as COPY takes it."""
    return json.dumps(value, ensure_ascii=False) if kind == "jsonb" and value is not None else value
