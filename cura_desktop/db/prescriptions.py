"""The only SQL about prescriptions. Every statement names the patient beside it (the wrong-patient interlock).

The chart must have been opened in an earlier, committed transaction (decisions.md 12).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from cura_desktop.db.medicines import legal_of
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.doses import Dose, directions
from cura_desktop.domain.errors import NotFoundError
from cura_desktop.domain.medicines import ControlledDrug
from cura_desktop.domain.prescription_shapes import Prescriber, PrintedParts, printed_of
from cura_desktop.domain.prescriptions import (
    PRESCRIBER_KINDS,
    Override,
    Prescription,
    PrescriptionDraft,
    PrescriptionLine,
    PrescriptionStatus,
)

if TYPE_CHECKING:
    from sqlalchemy import CursorResult
    from sqlalchemy.orm import Session

GONE = "This prescription is not in the patient's record."
register_sentence(
    "prescriptions_issued_is_final",
    "This prescription has been issued and cannot be changed. Cancel it and write a new one.",
)
register_sentence("prescriptions_steps", "This prescription has moved on meanwhile: look at where it stands now.")
register_sentence("prescriptions_needs_item", "A prescription needs a medicine.")
register_sentence("prescription_items_cd", "A controlled drug needs its quantity in words and figures.")
register_sentence("prescription_items_quantity", "The quantity must be more than zero.")

_LINE_FIELDS = (
    "medication_id, name, form, strength, route, dose_amount, dose_unit, frequency, duration_days, as_required,"
    " directions, quantity, quantity_unit, indication, legal_category, cd_schedule, label_numbers, repeats, dose_upper,"
    " max_per_day, min_interval_hours, dose_extra, long_supply_reason"
)
ITEM_JSON = (
    "jsonb_build_object('id', i.id, 'dispensed', i.dispensed_quantity::text, 'state', i.state,"
    + ", ".join(
        f"'{name.strip()}', i.{name.strip()}"
        + ("::text" if name.strip() in ("quantity", "dose_amount", "dose_upper", "max_per_day") else "")
        for name in _LINE_FIELDS.split(",")
    )
    + ")"
)
"""One line as JSON; amounts as text, so that they come back as exact decimals."""
_COLUMNS = f"""
SELECT r.id, r.version, r.patient_id, r.status, r.supply_state, r.prescribed_by, r.created_at, r.signed_at, r.issued_at,
  r.diagnosis, r.priority, r.valid_until, r.overrides, r.check_report ->> 'coverage' AS coverage, r.consultation_id,
  r.cancel_reason, r.pharmacy_note,
  (SELECT coalesce(jsonb_agg({ITEM_JSON} ORDER BY i.line), '[]') FROM cura.prescription_items i
    WHERE i.organization_id = r.organization_id AND i.prescription_id = r.id) AS items
FROM cura.prescriptions r WHERE r.patient_id = :patient
"""  # noqa: S608 (constants of this module)
_FILE = "subject_table = 'prescriptions' AND subject_id = :id AND kind = 'prescription' AND patient_id = :patient"


class PrescriptionRepository:
    """Prescriptions of patients whose chart this session has open."""

    def __init__(self, session: Session, names: StaffNames) -> None:
        self._session = session
        self._names = names

    def add(self, patient_id: int, draft: PrescriptionDraft, key: UUID, consultation_id: int | None) -> int:
        """A new draft of the signed-in person, or the one that the same key made; the id."""
        RecordRepository(self._session).require_open(patient_id)
        rows = self._run(
            "INSERT INTO cura.prescriptions (patient_id, status, diagnosis, priority, client_key, consultation_id)"
            " VALUES (:patient, 'draft', :diagnosis, :priority, :key, :consultation)"
            " ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id",
            patient=patient_id, diagnosis=draft.diagnosis or None, priority=draft.priority, key=key,
            consultation=consultation_id,
        )  # fmt: skip
        if rows:
            self._add_lines(patient_id, rows[0].id, draft.lines, {})
            return int(rows[0].id)
        found = self._run(
            "SELECT id FROM cura.prescriptions WHERE client_key = :key AND patient_id = :patient",
            key=key, patient=patient_id,
        )  # fmt: skip
        if not found:
            raise NotFoundError(GONE)
        return int(found[0].id)

    def change(self, patient_id: int, prescription_id: int, version: int, draft: PrescriptionDraft) -> bool:
        """Replace a draft's text and lines; False when it is not at `version` any more, or is no draft."""
        changed = self._run(
            "UPDATE cura.prescriptions SET diagnosis = :diagnosis, priority = :priority WHERE id = :id"
            " AND patient_id = :patient AND version = :version AND status = 'draft' RETURNING id",
            id=prescription_id, patient=patient_id, version=version, diagnosis=draft.diagnosis or None,
            priority=draft.priority,
        )  # fmt: skip
        if changed:
            self.replace_lines(patient_id, prescription_id, draft.lines, {})
        return bool(changed)

    def replace_lines(
        self, patient_id: int, prescription_id: int, lines: Sequence[PrescriptionLine], checked: Mapping[int, str]
    ) -> None:
        """Other lines for a draft of the signed-in person; `checked` gives a line's state of checking by its place."""
        self._run("SELECT cura.clear_prescription_items(:id)", id=prescription_id)
        self._add_lines(patient_id, prescription_id, lines, checked)

    def issue(
        self,
        patient_id: int,
        prescription_id: int,
        *,
        report: Mapping[str, Any],
        overrides: Sequence[Mapping[str, str]],
        statement: str,
        expires: datetime,
    ) -> None:
        """Issue a draft that this transaction has just locked by changing it."""
        self._run(
            "UPDATE cura.prescriptions SET status = 'active', check_report = CAST(:report AS jsonb),"
            " overrides = CAST(:overrides AS jsonb), allergy_statement = :statement, expires_at = :expires"
            " WHERE id = :id AND patient_id = :patient AND status = 'draft' RETURNING id",
            id=prescription_id, patient=patient_id, report=json.dumps(report), overrides=json.dumps(list(overrides)),
            statement=statement, expires=expires,
        )  # fmt: skip

    def send(self, patient_id: int, prescription_id: int, version: int, at: datetime, priority: str) -> bool:
        """Put an issued prescription into the pharmacy's queue; False when it is not at `version` any more."""
        return bool(
            self._run(
                "UPDATE cura.prescriptions SET supply_state = 'received', sent_to_pharmacy_at = :at,"
                " priority = :priority WHERE id = :id AND patient_id = :patient AND version = :version"
                " AND status = 'active' AND supply_state = 'not_sent' RETURNING id",
                id=prescription_id, patient=patient_id, version=version, at=at, priority=priority,
            )
        )  # fmt: skip

    def cancel(self, patient_id: int, prescription_id: int, version: int, reason: str) -> bool:
        """Cancel what was not wholly supplied; False when it is not at `version` any more."""
        return bool(
            self._run(
                "UPDATE cura.prescriptions SET status = 'cancelled', supply_state = 'cancelled',"
                " cancel_reason = :reason WHERE id = :id AND patient_id = :patient AND version = :version"
                " AND status IN ('draft', 'active', 'part_dispensed') RETURNING id",
                id=prescription_id, patient=patient_id, version=version, reason=reason,
            )
        )  # fmt: skip

    def get(self, patient_id: int, prescription_id: int) -> Prescription:
        """Raises `NotFoundError`, `ChartClosedError`."""
        rows = self._run(f"{_COLUMNS} AND r.id = :id", patient=patient_id, id=prescription_id)
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
            raise NotFoundError(GONE)
        return self._prescriptions(rows)[0]

    def of_patient(self, patient_id: int, most: int = 200) -> tuple[Prescription, ...]:
        """Newest first, drafts of others left out; raises `ChartClosedError`."""
        rows = self._run(
            f"{_COLUMNS} AND (r.status <> 'draft' OR r.prescribed_by = (SELECT cura.user_id()))"
            " ORDER BY coalesce(r.signed_at, r.created_at) DESC, r.id DESC LIMIT :most",
            patient=patient_id, most=most,
        )  # fmt: skip
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
        return tuple(self._prescriptions(rows))

    def printed(self, patient_id: int, prescription_id: int) -> PrintedParts | None:
        """What the paper was frozen with; None for a prescription that was written elsewhere."""
        rows = self._run(
            "SELECT check_report FROM cura.prescriptions WHERE id = :id AND patient_id = :patient",
            id=prescription_id, patient=patient_id,
        )  # fmt: skip
        return printed_of(rows[0].check_report) if rows else None

    def prescriber(self) -> Prescriber:
        """The signed-in person as a prescription names them."""
        row = self._run(
            "SELECT title, first_name, last_name, prescriber_kind, professional_body, professional_number,"
            " cd_prescriber_number FROM cura.staff WHERE id = (SELECT cura.user_id())"
        )[0]
        return Prescriber(
            name=" ".join(part for part in (row.title, row.first_name, row.last_name) if part),
            kind=PRESCRIBER_KINDS.get(row.prescriber_kind or ""),
            register=row.professional_body or "",
            number=row.professional_number or "",
            controlled_number=row.cd_prescriber_number or "",
        )

    def file(self, patient_id: int, prescription_id: int) -> bytes | None:
        """The stored bytes, where this role may read documents and they are there."""
        rows = self._run(
            f"SELECT content FROM cura.document_files WHERE {_FILE}",  # noqa: S608
            id=prescription_id,
            patient=patient_id,
        )
        return bytes(rows[0].content) if rows else None

    def store_file(self, patient_id: int, prescription_id: int, name: str, content: bytes) -> None:
        """Keep the bytes; what is stored already stays."""
        self._run(
            "INSERT INTO cura.document_files (subject_table, subject_id, kind, patient_id, file_name, content, sha256)"
            " VALUES ('prescriptions', :id, 'prescription', :patient, :name, :content, :hash)"
            " ON CONFLICT (organization_id, subject_table, subject_id, kind) DO NOTHING RETURNING id",
            id=prescription_id, patient=patient_id, name=name, content=content, hash=hashlib.sha256(content).digest(),
        )  # fmt: skip

    def _add_lines(
        self, patient_id: int, prescription_id: int, lines: Sequence[PrescriptionLine], checked: Mapping[int, str]
    ) -> None:
        from sqlalchemy import text

        rows = [
            {
                "prescription_id": prescription_id,
                "patient_id": patient_id,
                "line": number,
                "checked": checked.get(number - 1, "not_checked"),
                **_line_values(line),
            }
            for number, line in enumerate(lines, start=1)
        ]
        if rows:
            names = list(rows[0])
            self._session.execute(
                text(
                    f"INSERT INTO cura.prescription_items ({', '.join(names)})"  # noqa: S608 (names of this module)
                    f" VALUES ({', '.join(f':{name}' for name in names)})"
                ),
                rows,
            )

    def _prescriptions(self, rows: Sequence[Any]) -> list[Prescription]:
        self._names.ensure(self._session, (row.prescribed_by for row in rows))
        return [prescription_of(row, self._names) for row in rows]

    def _run(self, statement: str, /, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        result = cast("CursorResult[Any]", self._session.execute(text(statement), values))
        return result.all() if result.returns_rows else []


def prescription_of(row: Any, names: StaffNames) -> Prescription:
    """A row with the columns of this module's statement."""
    return Prescription(
        id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        status=PrescriptionStatus(row.status),
        supply_state=row.supply_state,
        prescriber_id=row.prescribed_by,
        prescriber=names.name(row.prescribed_by),
        written_at=row.created_at if row.status == "draft" else row.signed_at or row.issued_at,
        lines=tuple(line_of_json(item) for item in row.items),
        diagnosis=row.diagnosis or "",
        priority=row.priority,
        valid_until=row.valid_until,
        overrides=overrides_of(row.overrides),
        coverage=row.coverage or "",
        consultation_id=row.consultation_id,
        cancel_reason=row.cancel_reason or "",
        pharmacy_note=row.pharmacy_note or "",
    )


def overrides_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Override, ...]:
    """Findings that were answered with a reason."""
    return tuple(Override(str(one["finding"]), str(one["reason"]), str(one.get("by", ""))) for one in stored)


def line_of_json(item: Mapping[str, Any]) -> PrescriptionLine:
    """One line. Words that were typed instead of made from the dose come back as typed."""
    dose = _dose(item)
    made = directions(dose) if dose.frequency else ""
    return PrescriptionLine(
        name=item["name"],
        form=item["form"] or "",
        strength=item["strength"] or "",
        medicine_id=item["medication_id"],
        dose=dose,
        text="" if made == item["directions"] else item["directions"],
        quantity=_decimal(item["quantity"]),
        quantity_unit=item["quantity_unit"],
        indication=item["indication"] or "",
        legal=legal_of(item["legal_category"]),
        controlled=ControlledDrug(item["cd_schedule"]),
        labels=tuple(item["label_numbers"]),
        repeats=item["repeats"],
        long_supply_reason=item["long_supply_reason"] or "",
    )


def _dose(item: Mapping[str, Any]) -> Dose:
    return Dose(
        amount=_decimal(item["dose_amount"]),
        unit=item["dose_unit"] or "",
        frequency=item["frequency"] or "",
        route=item["route"] or "",
        duration_days=item["duration_days"],
        as_required=item["as_required"],
        upper_amount=_decimal(item["dose_upper"]),
        max_per_day=_decimal(item["max_per_day"]),
        min_interval_hours=item["min_interval_hours"],
        extra=item["dose_extra"] or "",
    )


def midnight(day: date) -> datetime:
    """A pure date in a timestamp column (decisions.md 7)."""
    return datetime(day.year, day.month, day.day)


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _line_values(line: PrescriptionLine) -> dict[str, Any]:
    dose = line.dose
    return {
        "medication_id": line.medicine_id,
        "name": line.name,
        "form": line.form or None,
        "strength": line.strength or None,
        "route": dose.route or None,
        "dose_amount": dose.amount,
        "dose_unit": dose.unit or None,
        "frequency": dose.frequency or None,
        "duration_days": dose.duration_days,
        "as_required": dose.as_required,
        "directions": line.directions,
        "quantity": line.quantity,
        "quantity_unit": line.quantity_unit,
        "quantity_words": line.quantity_words or None,
        "indication": line.indication or None,
        "legal_category": line.legal.value,
        "cd_schedule": line.controlled.value,
        "label_numbers": list(line.labels),
        "repeats": line.repeats,
        "dose_upper": dose.upper_amount,
        "max_per_day": dose.max_per_day,
        "min_interval_hours": dose.min_interval_hours,
        "dose_extra": dose.extra or None,
        "long_supply_reason": line.long_supply_reason or None,
    }
