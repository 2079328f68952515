"""The only SQL about the clinic's medicine list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cura_desktop.db.medicines_reference import FormularyEntry, substances_of
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.check_counts import CheckCount
from cura_desktop.domain.medicines import ControlledDrug, LegalCategory
from cura_desktop.domain.prescriptions import Medicine

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

register_sentence("medications_product", "This medicine is in the list already, in the same form and strength.")

COLUMNS = (
    "m.id, m.name, m.form, m.strength, m.unit, m.route, m.usual_dose, m.pack_sizes, m.legal_category, m.cd_schedule,"
    " m.label_numbers, m.substances, m.classes, m.source"
)
# Begins with the first word, holds the others; a second pass finds the word anywhere, so that "500 amox" works too.
_SEARCH = f"""
SELECT {COLUMNS} FROM cura.medications_database m
 WHERE m.is_active AND (SELECT bool_and(concat_ws(' ', m.search_key, cura.fold(m.strength), cura.fold(m.form))
           LIKE '%' || w || '%')
         FROM unnest(CAST(:words AS text[])) w)
 ORDER BY NOT (m.search_key LIKE :first || '%'), m.search_key, m.form, length(m.strength), m.strength, m.id LIMIT :most
"""  # noqa: S608 (constants of this module)
_HIGH_RISK = frozenset({"0002", "0004", "0005"})


class MedicineRepository:
    """Reads the list of the signed-in person's clinic and adds the starter list to it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(self, words: Sequence[str], most: int) -> tuple[Medicine, ...]:
        """Active medicines in which all words (folded) occur, those that begin with the first word first."""
        from sqlalchemy import text

        escaped = [word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
        rows = self._session.execute(text(_SEARCH), {"words": escaped, "first": escaped[0], "most": most})
        return tuple(medicine_of(row) for row in rows)

    def is_empty(self) -> bool:
        """Whether the clinic has no medicine at all, not even one that was taken off the list."""
        from sqlalchemy import text

        found = self._session.execute(text("SELECT EXISTS (SELECT FROM cura.medications_database)"))
        return not found.scalar_one()

    def by_ids(self, ids: Iterable[int]) -> dict[int, Medicine]:
        """These medicines, those that were taken off the list too."""
        from sqlalchemy import text

        rows = self._session.execute(
            text(f"SELECT {COLUMNS} FROM cura.medications_database m WHERE m.id = ANY (:ids)"),  # noqa: S608
            {"ids": sorted(set(ids))},
        )
        return {row.id: medicine_of(row) for row in rows}

    def add_starter(self, entries: Iterable[FormularyEntry], dated: date) -> int:
        """Add the entries that are not there yet; how many were new."""
        from sqlalchemy import text

        rows = [_values(entry, dated) for entry in entries]
        names = list(rows[0])
        statement = text(
            f"INSERT INTO cura.medications_database ({', '.join(names)})"  # noqa: S608 (column names of this module)
            f" VALUES ({', '.join(f':{name}' for name in names)})"
            " ON CONFLICT (organization_id, name, form, strength) DO NOTHING"
        )
        before = self._count()
        self._session.execute(statement, rows)
        return self._count() - before

    def check_counts(self, since: datetime, until: datetime) -> tuple[CheckCount, ...]:
        """What checks said at issue from `since` until before `until`, naive UTC, the most frequent first."""
        from sqlalchemy import text

        rows = self._session.execute(
            text("SELECT finding, severity, fired, overridden FROM cura.check_counts(:since, :until)"),
            {"since": since, "until": until},
        )
        return tuple(CheckCount(row.finding, row.severity, row.fired, row.overridden) for row in rows)

    def _count(self) -> int:
        from sqlalchemy import text

        return int(self._session.execute(text("SELECT count(*) FROM cura.medications_database")).scalar_one())


def medicine_of(row: Any) -> Medicine:
    """A row with `COLUMNS`."""
    return Medicine(
        id=row.id,
        name=row.name,
        form=row.form or "",
        strength=row.strength or "",
        unit=row.unit or "",
        route=row.route or "",
        usual_dose=row.usual_dose or "",
        pack_sizes=tuple(row.pack_sizes),
        legal=legal_of(row.legal_category),
        controlled=ControlledDrug(row.cd_schedule),
        labels=tuple(row.label_numbers),
        substances=tuple(row.substances),
        groups=frozenset(row.classes),
        source=row.source,
    )


def legal_of(stored: str) -> LegalCategory:
    """An unknown or other category counts as the strictest."""
    return LegalCategory(stored) if stored in {one.value for one in LegalCategory} else LegalCategory.POM


def _values(entry: FormularyEntry, dated: date) -> dict[str, Any]:
    return {
        "name": entry.name,
        "category": entry.therapeutic_group,
        "dosage": entry.usual_dose,
        "severity": "high" if entry.cd_code in _HIGH_RISK else "low",
        "form": entry.form,
        "strength": entry.strength,
        "route": entry.route,
        "unit": entry.unit,
        "pack_sizes": list(entry.pack_sizes),
        "legal_category": entry.legal,
        "cd_schedule": entry.cd_code,
        "label_numbers": list(entry.labels),
        "substances": list(substances_of(entry.name)),
        "classes": sorted(entry.groups),
        "usual_dose": entry.usual_dose or None,
        "code": entry.code,
        "code_system": "cura-formulary",
        "source": entry.source,
        "source_date": dated,
    }
