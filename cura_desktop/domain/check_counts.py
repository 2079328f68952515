"""How often a check said something and what became of it: which warnings are worth their interruption (no. 14)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckCount:
    """One finding over a span of time: at issue, and overridden with a reason. No patient, no prescriber."""

    finding: str
    severity: str
    fired: int
    overridden: int

    @property
    def kind(self) -> str:
        """`allergy`, `interaction` ..., as `FindingKind` has them."""
        return self.finding.partition(": ")[0]

    @property
    def about(self) -> str:
        """What was found, in words."""
        return self.finding.partition(": ")[2]

    @property
    def share(self) -> int:
        """Per cent of the times it fired that somebody prescribed all the same."""
        return round(100 * self.overridden / self.fired) if self.fired else 0
