"""What a person was typing when the program ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Where something is being typed. `form` is the form's kind ("consultation", "letter", "new_patient" ...).

    `record` tells two of the same kind apart: the consultation's id or client key; empty where there is only one.
    """

    form: str
    patient_id: int | None = None
    record: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The newest state of one form. `fields` are plain JSON values, `typed_at` is naive UTC."""

    key: DraftKey
    fields: Mapping[str, Any] = field(repr=False)
    typed_at: datetime
