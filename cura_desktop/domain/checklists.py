"""Clinical procedures and emergency protocols: what is done, step by step, as the clinic wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ChecklistKind(StrEnum):
    """The documented tables: `clinical_procedures` and `emergency_protocols`."""

    PROCEDURE = "procedure"
    EMERGENCY = "emergency"


COMPLEXITIES = {"low": "Simple", "medium": "Usual", "high": "Complex"}
PRIORITIES = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
LONGEST_STEP = 500
MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class ChecklistDraft:
    """As typed, one step a line. `rank` is the complexity of a procedure, the priority of a protocol."""

    title: str = ""
    rank: str = ""
    steps: str = ""
    category: str = ""
    duration: str = ""
    prerequisites: str = ""
    complications: str = ""
    is_active: bool = True

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of `steps`, `prerequisites` or `complications`, without empty ones."""
        return tuple(line.strip() for line in getattr(self, name).splitlines() if line.strip())

    def problems(self, kind: ChecklistKind) -> dict[str, str]:
        """Field -> sentence."""
        found: dict[str, str] = {}
        if not self.title.strip():
            found["title"] = "Give it a name."
        if self.rank not in (COMPLEXITIES if kind is ChecklistKind.PROCEDURE else PRIORITIES):
            found["rank"] = "Choose one."
        if not self.lines("steps"):
            found["steps"] = "Write at least one step, each on a line of its own."
        for name in ("steps", "prerequisites", "complications"):
            lines = self.lines(name)
            if len(lines) > MOST_STEPS:
                found[name] = f"Please use at most {MOST_STEPS} lines."
            elif any(len(line) > LONGEST_STEP for line in lines):
                found[name] = f"A line has at most {LONGEST_STEP} characters."
        if kind is ChecklistKind.PROCEDURE:
            if not self.category.strip() or len(self.category.strip()) > 50:
                found["category"] = "Give a category of at most 50 characters."
            if not self.duration.strip():
                found["duration"] = "Say how long it takes, such as 20 minutes."
        return found


@dataclass(frozen=True, slots=True)
class Checklist:
    """A stored procedure or protocol."""

    id: int
    version: int
    kind: ChecklistKind
    details: ChecklistDraft = field(default_factory=ChecklistDraft)

    @property
    def rank_words(self) -> str:
        """Complexity or priority in words."""
        words = COMPLEXITIES if self.kind is ChecklistKind.PROCEDURE else PRIORITIES
        return words.get(self.details.rank, self.details.rank)

    @property
    def steps(self) -> tuple[str, ...]:
        """What is done, in order."""
        return self.details.lines("steps")
