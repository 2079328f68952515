"""The only SQL of clinical procedures and emergency protocols."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.domain.checklists import Checklist, ChecklistDraft, ChecklistKind

_PROCEDURES = text("""
SELECT id, version, name AS title, complexity AS rank, category, duration, prerequisites, steps, complications,
  is_active FROM cura.clinical_procedures WHERE CAST(:id AS int) IS NULL OR id = :id ORDER BY name, id""")
_PROTOCOLS = text("""
SELECT id, version, title, priority AS rank, '' AS category, '' AS duration, '[]'::jsonb AS prerequisites, steps,
  '[]'::jsonb AS complications, is_active
  FROM cura.emergency_protocols WHERE CAST(:id AS int) IS NULL OR id = :id
 ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], priority::text), title, id""")
_ADD_PROCEDURE = text("""
INSERT INTO cura.clinical_procedures
  (name, complexity, category, duration, prerequisites, steps, complications, is_active)
VALUES (:title, :rank, :category, :duration, CAST(:prerequisites AS jsonb), CAST(:steps AS jsonb),
        CAST(:complications AS jsonb), :active) RETURNING id""")
_ADD_PROTOCOL = text("""
INSERT INTO cura.emergency_protocols (title, priority, steps, is_active)
VALUES (:title, :rank, CAST(:steps AS jsonb), :active) RETURNING id""")
_CHANGE_PROCEDURE = text("""
UPDATE cura.clinical_procedures SET name = :title, complexity = :rank, category = :category, duration = :duration,
       prerequisites = CAST(:prerequisites AS jsonb), steps = CAST(:steps AS jsonb),
       complications = CAST(:complications AS jsonb), is_active = :active
 WHERE id = :id AND version = :version RETURNING id""")
_CHANGE_PROTOCOL = text("""
UPDATE cura.emergency_protocols SET title = :title, priority = :rank, steps = CAST(:steps AS jsonb), is_active = :active
 WHERE id = :id AND version = :version RETURNING id""")
_LIST = {ChecklistKind.PROCEDURE: _PROCEDURES, ChecklistKind.EMERGENCY: _PROTOCOLS}
_ADD = {ChecklistKind.PROCEDURE: _ADD_PROCEDURE, ChecklistKind.EMERGENCY: _ADD_PROTOCOL}
_CHANGE = {ChecklistKind.PROCEDURE: _CHANGE_PROCEDURE, ChecklistKind.EMERGENCY: _CHANGE_PROTOCOL}


class ChecklistRepository:
    """Checklists of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, kind: ChecklistKind, checklist_id: int | None = None) -> tuple[Checklist, ...]:
        """All of a kind, also those not in use; or only this one."""
        return tuple(_checklist(row, kind) for row in self._session.execute(_LIST[kind], {"id": checklist_id}))

    def add(self, kind: ChecklistKind, draft: ChecklistDraft) -> int:
        """Add one."""
        return int(self._session.execute(_ADD[kind], _values(draft)).scalar_one())

    def change(self, kind: ChecklistKind, checklist_id: int, version: int, draft: ChecklistDraft) -> bool:
        """Write it if the stored version is still this one."""
        values = {**_values(draft), "id": checklist_id, "version": version}
        return self._session.execute(_CHANGE[kind], values).scalar_one_or_none() is not None


def _values(draft: ChecklistDraft) -> dict[str, Any]:
    return {
        "title": draft.title.strip(),
        "rank": draft.rank,
        "category": draft.category.strip(),
        "duration": draft.duration.strip(),
        "active": draft.is_active,
        **{name: json.dumps(draft.lines(name)) for name in ("steps", "prerequisites", "complications")},
    }


def _checklist(row: Any, kind: ChecklistKind) -> Checklist:
    details = ChecklistDraft(
        row.title, row.rank, _lines(row.steps), row.category, row.duration, _lines(row.prerequisites),
        _lines(row.complications), row.is_active,
    )  # fmt: skip
    return Checklist(row.id, row.version, kind, details)


def _lines(shape: Any) -> str:
    """Steps as the web application wrote them, too: texts, or objects with a text in them."""
    if not isinstance(shape, list):
        return ""
    found = [one if isinstance(one, str) else _text(one) for one in shape]
    return "\n".join(line for line in found if line)


def _text(shape: Any) -> str:
    if not isinstance(shape, dict):
        return str(shape)
    return next((str(shape[key]) for key in ("text", "description", "title", "step") if shape.get(key)), "")
