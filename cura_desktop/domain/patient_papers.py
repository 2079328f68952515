"""The papers about one patient that reception prints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PatientPaper(Enum):
    """Each with what the menu calls it."""

    FORM = "form"
    SUMMARY = "summary"

    @property
    def words(self) -> str:
        """With its mnemonic."""
        return _WORDS[self]

    @property
    def title(self) -> str:
        """What a tab is called."""
        return _WORDS[self].replace("&", "").removeprefix("Print ").capitalize()


_WORDS = {
    PatientPaper.FORM: "Print re&gistration form",
    PatientPaper.SUMMARY: "Print su&mmary",
}


LABEL_KINDS = {"identity": "Who the patient is, with a barcode", "address": "The address"}
LABEL_PAPERS = {0: "Label printer, 70 x 35 mm", 1: "A4 sheet of 24"}
MOST_LABELS = 96


@dataclass(frozen=True, slots=True)
class LabelWish:
    """What labels are wanted: `sheet_from` is the first free place of an A4 sheet (1 to 24), 0 a label printer."""

    kind: str = "identity"
    copies: int = 4
    sheet_from: int = 0

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when they can be printed."""
        found = {}
        if not 1 <= self.copies <= MOST_LABELS:
            found["copies"] = f"1 to {MOST_LABELS} labels."
        if not 0 <= self.sheet_from <= 24:
            found["first"] = "The sheet has places 1 to 24."
        return found
