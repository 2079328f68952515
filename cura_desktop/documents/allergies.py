"""The allergy statement that stands on every prescription and letter (domain-rules A3.1, A3.3, A3.5, A3.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cura_desktop.documents.styles import BODY, DANGER, LABEL, STRONG, Ink, paragraph
from cura_desktop.documents.tables import boxed, boxed_width
from cura_desktop.domain.allergies import Allergy, AllergyState, free_text_warning, row_text, sort_allergies
from cura_desktop.domain.dates import format_date

WARNING = Ink(size=9.5, weight="semibold", colour=DANGER)


@dataclass(frozen=True, slots=True)
class AllergyStatement:
    """`recorded` says who made the statement, in which role, and when (needed for "no known allergies").

    Raises ValueError when the state and the allergies contradict each other: paper must not say both.
    """

    state: AllergyState = AllergyState.NOT_RECORDED
    allergies: tuple[Allergy, ...] = ()
    recorded: str = ""

    def __post_init__(self) -> None:
        if any(allergy.active for allergy in self.allergies) != (self.state is AllergyState.KNOWN):
            raise ValueError(f"{self.state.sentence}, with {len(self.allergies)} allergies")

    def lines(self, dates: Callable[[date | None], str]) -> tuple[str, ...]:
        """One line an agent: reactions, date of the last update, and whether the program can check it."""
        return tuple(_line(allergy, dates) for allergy in sort_allergies(self.allergies))


def _line(allergy: Allergy, dates: Callable[[date | None], str]) -> str:
    dated = f" (updated {dates(allergy.updated)})" if allergy.updated else ""
    warning = free_text_warning(allergy)
    return f"{row_text(allergy)}{dated}" + (f" — {warning}" if warning else "")


def allergy_box(statement: AllergyStatement, width: float, dates: Callable[[date | None], str] = format_date) -> Any:
    """The statement with a line round it: heavy and in the danger colour when there are allergies.

    `dates` writes a date: letters use the long form.
    """
    room = boxed_width(width)
    known = statement.state is AllergyState.KNOWN
    content = [paragraph(statement.state.sentence, WARNING if known else STRONG, room)]
    content += [paragraph(line, BODY, room) for line in statement.lines(dates)]
    if statement.recorded:
        content.append(paragraph(statement.recorded, LABEL, room))
    return boxed(content, width, border=DANGER, weight=1.2) if known else boxed(content, width)
