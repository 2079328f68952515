"""The only SQL about dispensing: the queue, the supply in hand, the stock it may come from, the label wordings.

The pharmacist's step and the prescription's state move in one transaction, guarded by the prescription's version: two
pharmacists cannot supply the same line twice. Stock moves by trigger and can never go below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from cura_desktop.db import stock_rules  # noqa: F401 - its sentences are said here
from cura_desktop.db.prescriptions import PrescriptionRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.dispensing import (
    Check,
    Picked,
    QueueEntry,
    Shelf,
    SuppliedItem,
    Supply,
    SupplyState,
    WorkLine,
)
from cura_desktop.domain.prescriptions import Prescription
from cura_desktop.domain.search import fold
from cura_desktop.domain.stock import Batch

if TYPE_CHECKING:
    from sqlalchemy import CursorResult
    from sqlalchemy.orm import Session

register_sentence(
    "dispensings_valid_prescription", "This prescription may not be dispensed any more: it is finished or expired."
)
register_sentence(
    "dispensings_second_person", "Somebody else makes the accuracy check, or the self-check needs a reason."
)
register_sentence("dispensings_handed_out", "Nothing is handed out without a clinical check and an accuracy check.")
register_sentence("dispensings_handed_out_is_final", "This supply was handed out and cannot be changed.")
register_sentence(
    "dispensings_order_of_checks", "First the clinical check, then the assembly, then the accuracy check."
)
register_sentence("dispensing_items_scanned", "Scan the pack first, or say why it cannot be scanned.")
register_sentence("dispensing_items_same_prescription", "This line belongs to another prescription.")

_BATCHES = """
(SELECT coalesce(jsonb_agg(jsonb_build_array(b.id, b.batch_number, CAST(b.expiry_date AS date), b.remaining_quantity,
    b.status IN ('quarantined', 'recalled')) ORDER BY b.expiry_date, b.id), '[]')
   FROM cura.inventory_batches b WHERE b.organization_id = i.organization_id AND b.item_id = i.id
    AND b.remaining_quantity > 0) AS batches"""
_SHELVES = f"""
SELECT i.id, i.name, i.unit_of_measurement AS unit, i.pack_size, i.medication_id, i.location, i.barcode, {_BATCHES}
  FROM cura.inventory_items i WHERE i.is_active AND i.medication_id = ANY (:medicines) ORDER BY i.name, i.id
"""  # noqa: S608 (constants of this module)
_FIND_SHELVES = f"""
SELECT i.id, i.name, i.unit_of_measurement AS unit, i.pack_size, i.medication_id, i.location, i.barcode, {_BATCHES}
  FROM cura.inventory_items i WHERE i.is_active
   AND (SELECT bool_and(concat_ws(' ', i.search_key, cura.fold(i.generic_name)) LIKE '%' || w || '%')
          FROM unnest(CAST(:words AS text[])) w)
 ORDER BY i.name, i.id LIMIT 20
"""  # noqa: S608
_SUPPLIES = """
SELECT d.id, d.version, d.assembled_by, d.assembled_at, d.created_at, d.clinical_check_by, d.clinical_check_at,
  d.accuracy_check_by, d.accuracy_check_at, d.self_check_reason, d.collected_by, d.collected_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_array(x.prescription_item_id, n.name, b.batch_number,
      CAST(b.expiry_date AS date), x.quantity, x.label_prints) ORDER BY x.id), '[]')
     FROM cura.dispensing_items x
     JOIN cura.inventory_items n ON n.organization_id = x.organization_id AND n.id = x.item_id
     LEFT JOIN cura.inventory_batches b ON b.organization_id = x.organization_id AND b.id = x.batch_id
    WHERE x.organization_id = d.organization_id AND x.dispensing_id = d.id) AS items
FROM cura.dispensings d WHERE d.prescription_id = :id AND d.patient_id = :patient ORDER BY d.id
"""


class DispensingRepository:
    """Dispensing for patients whose chart this session has open."""

    def __init__(self, session: Session, names: StaffNames) -> None:
        self._session = session
        self._names = names

    def queue(self) -> tuple[QueueEntry, ...]:
        """What waits in the pharmacy, waiting patients first, then the longest waiting."""
        return tuple(_entry(row) for row in self._run("SELECT * FROM cura.dispensing_queue()"))

    def lines(self, patient_id: int, stored: Prescription) -> tuple[WorkLine, ...]:
        """The lines with what was supplied before and the stock they may come from."""
        rows = self._run(
            "SELECT i.id, i.dispensed_quantity FROM cura.prescription_items i"
            " WHERE i.prescription_id = :id AND i.patient_id = :patient ORDER BY i.line",
            id=stored.id, patient=patient_id,
        )  # fmt: skip
        wanted = {line.medicine_id for line in stored.lines if line.medicine_id is not None}
        shelves = self._run(_SHELVES, medicines=sorted(wanted))
        found = []
        for row, line in zip(rows, stored.lines, strict=True):
            mine = [one for one in shelves if line.medicine_id is not None and one.medication_id == line.medicine_id]
            listed = tuple(_shelf(one, linked=True) for one in mine) or self.find_shelves(
                f"{line.name} {line.strength}"
            )
            found.append(WorkLine(row.id, line, Decimal(row.dispensed_quantity), listed))
        return tuple(found)

    def find_shelves(self, text: str) -> tuple[Shelf, ...]:
        """Stock by words of its name; not linked to the prescribed medicine, so the pharmacist must choose."""
        words = [word.replace("%", "").replace("_", "") for word in fold(text).split()]
        rows = self._run(_FIND_SHELVES, words=words) if words else ()
        return tuple(_shelf(row, linked=False) for row in rows)

    def supplies(self, patient_id: int, prescription_id: int) -> tuple[Supply, ...]:
        """Every supply against the prescription, oldest first."""
        rows = self._run(_SUPPLIES, id=prescription_id, patient=patient_id)
        self._names.ensure(
            self._session,
            (one for row in rows for one in (row.assembled_by, row.clinical_check_by, row.accuracy_check_by)),
        )
        return tuple(self._supply(row) for row in rows)

    def move(
        self, stored: Prescription, state: SupplyState, *, note: str | None = None, clear_note: bool = False
    ) -> bool:
        """The prescription's next state; False when somebody else moved it since it was read."""
        changes = "supply_state = :state"
        if note is not None or clear_note:
            changes += ", pharmacy_note = :note"
        return bool(
            self._run(
                f"UPDATE cura.prescriptions SET {changes} WHERE id = :id AND patient_id = :patient"  # noqa: S608
                " AND version = :version AND status IN ('active', 'part_dispensed', 'completed') RETURNING id",
                id=stored.id, patient=stored.patient_id, version=stored.version, state=state.value, note=note,
            )
        )  # fmt: skip

    def begin(self, patient_id: int, prescription_id: int, key: UUID, at: datetime) -> None:
        """A supply with its clinical check, by the signed-in person; the database takes name and time."""
        self._run(
            "INSERT INTO cura.dispensings (prescription_id, patient_id, client_key) VALUES (:id, :patient, :key)"
            " ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id",
            id=prescription_id, patient=patient_id, key=key,
        )  # fmt: skip
        self._run(
            "UPDATE cura.dispensings SET clinical_check_at = :at WHERE client_key = :key AND patient_id = :patient"
            " AND prescription_id = :id AND clinical_check_at IS NULL RETURNING id",
            id=prescription_id, patient=patient_id, key=key, at=at,
        )  # fmt: skip

    def take(
        self, patient_id: int, supply: Supply, picks: Iterable[Picked], labels: Mapping[int, str], at: datetime
    ) -> bool:
        """Take the picks from stock; False when the supply was changed since. Raises `ConflictError` without stock."""
        changed = self._change(patient_id, supply, "assembled_at = :at", at=at)
        # In one order for everybody, so that two pharmacists who want the same two items do not lock each other out.
        for pick in sorted(picks, key=lambda one: (one.shelf_id, one.batch_id)) if changed else ():
            self._run(
                "INSERT INTO cura.dispensing_items (dispensing_id, prescription_item_id, patient_id, item_id, batch_id,"
                " quantity, label_text, scanned_code, unscanned_reason) VALUES (:dispensing, :item, :patient, :shelf,"
                " :batch, :quantity, :label, :scanned, :unscanned)",
                dispensing=supply.id, item=pick.item_id, patient=patient_id, shelf=pick.shelf_id, batch=pick.batch_id,
                quantity=pick.quantity, label=labels[pick.item_id], scanned=pick.scanned or None,
                unscanned=pick.unscanned_reason.strip() or None,
            )  # fmt: skip
        return changed

    def check_accuracy(self, patient_id: int, supply: Supply, reason: str, at: datetime) -> bool:
        """The second check; with a reason it is the assembler's own."""
        changes = "accuracy_check_at = :at, is_self_check = :own, self_check_reason = :reason"
        return self._change(patient_id, supply, changes, at=at, own=bool(reason), reason=reason or None)

    def hand_out(self, patient_id: int, supply: Supply, collected_by: str, at: datetime) -> bool:
        """Collected; from now on the supply never changes."""
        return self._change(patient_id, supply, "collected_at = :at, collected_by = :by", at=at, by=collected_by)

    def count_prints(self, patient_id: int, supply_id: int) -> None:
        """One more print of every label of a supply."""
        self._run(
            "UPDATE cura.dispensing_items SET label_prints = label_prints + 1 WHERE dispensing_id = :id"
            " AND patient_id = :patient RETURNING id",
            id=supply_id, patient=patient_id,
        )  # fmt: skip

    def wordings(self) -> dict[int, str]:
        """The wording of cautionary labels as the clinic entered it."""
        return {row.number: row.wording for row in self._run("SELECT number, wording FROM cura.label_wordings")}

    def enter_wording(self, number: int, wording: str) -> None:
        """Keep the wording of a cautionary label."""
        self._run(
            "INSERT INTO cura.label_wordings (number, wording) VALUES (:number, :wording)"
            " ON CONFLICT (organization_id, number) DO UPDATE SET wording = excluded.wording",
            number=number, wording=wording,
        )  # fmt: skip

    def _change(self, patient_id: int, supply: Supply, changes: str, /, **values: Any) -> bool:
        return bool(
            self._run(
                f"UPDATE cura.dispensings SET {changes} WHERE id = :id AND patient_id = :patient"  # noqa: S608
                " AND version = :version RETURNING id",
                id=supply.id, patient=patient_id, version=supply.version, **values,
            )
        )  # fmt: skip

    def _supply(self, row: Any) -> Supply:
        # Supplies from before the time of assembly was kept count as assembled when they were made.
        assembled_at = row.assembled_at or (row.created_at if row.items else None)
        return Supply(
            id=row.id,
            version=row.version,
            clinical=self._check(row.clinical_check_by, row.clinical_check_at),
            assembled=self._check(row.assembled_by, assembled_at),
            accuracy=self._check(row.accuracy_check_by, row.accuracy_check_at),
            self_check_reason=row.self_check_reason or "",
            collected=Check(row.collected_by or "", row.collected_at) if row.collected_at else None,
            items=tuple(SuppliedItem(one[0], one[1], one[2] or "", _day(one[3]), one[4], one[5]) for one in row.items),
        )

    def _check(self, person: int | None, at: datetime | None) -> Check | None:
        return Check(self._names.name(person), at, person) if at is not None else None

    def prescriptions(self) -> PrescriptionRepository:
        """The prescriptions of the same transaction."""
        return PrescriptionRepository(self._session, self._names)

    def _run(self, statement: str, /, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        result = cast("CursorResult[Any]", self._session.execute(text(statement), values))
        return result.all() if result.returns_rows else []


def _day(text: str | None) -> Any:
    from datetime import date

    return date.fromisoformat(text) if text else None


def _shelf(row: Any, *, linked: bool) -> Shelf:
    batches = tuple(Batch(one[0], one[1], _day(one[2]), one[3], quarantined=one[4]) for one in row.batches)
    return Shelf(row.id, row.name, row.unit, row.pack_size, linked, batches, row.location or "", row.barcode or "")


def _entry(row: Any) -> QueueEntry:
    return QueueEntry(
        prescription_id=row.prescription_id,
        patient_id=row.patient_id,
        patient_number=row.patient_number,
        family_name=row.last_name,
        given_name=row.first_name,
        born=row.date_of_birth,
        state=SupplyState(row.supply_state),
        priority=row.priority,
        sent_at=row.sent_at,
        valid_until=row.valid_until,
        prescriber=row.prescriber,
        items=row.items,
        controlled=row.controlled,
        overridden=row.overridden,
    )
