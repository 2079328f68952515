"""What may stand in a name, and cleaning what people paste."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Zero-width joiners: Persian and several Indian scripts are spelt with them."""
_NAME_SIGNS = frozenset(" -'’‘ʼ`.,()/·&" + _JOINERS)
_LONGEST = 200


def clean_line(text: str) -> str:
    """One line with single spaces, without control characters, direction overrides and broken halves of characters."""
    return " ".join(clean_text(text.replace("\n", " ")).split())


def clean_text(text: str) -> str:
    """The same for several lines, which are kept."""
    kept = "".join(" " if c == "\t" else c for c in text if c in "\n\t" or _is_writing(c))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


def _is_writing(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def name_problem(text: str, label: str, longest: int = _LONGEST) -> str:
    """What is wrong with a name, as a sentence; empty when nothing is. Names of every script are welcome."""
    if len(text) > longest:
        return f"The {label} has {len(text):,} characters; {longest} fit. Please check what was pasted."
    strange = next((c for c in text if not _belongs_in_name(c)), "")
    if strange:
        return f"“{strange}” cannot be printed on a label. Please write the {label} without it."
    if text and not any(c.isalpha() for c in text):
        return f"The {label} needs at least one letter."
    return ""


def _belongs_in_name(character: str) -> bool:
    return character in _NAME_SIGNS or unicodedata.category(character)[0] in "LMN"
