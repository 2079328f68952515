"""A search that found nobody becomes the beginning of a registration: nothing is typed twice."""

from __future__ import annotations

from datetime import date

from cura_desktop.domain.identity import title_case
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_names import clean_line
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.domain.search import fold, parse_search


def draft_from_search(text: str, today: date) -> PatientDraft:
    """A search as a draft: `Smith, John` and `John Smith` are both John Smith, one word is a family name."""
    query = parse_search(text, today)
    born = query.born_from if query.born_from == query.born_to else None
    given, family = _names(clean_line(text), query.names)
    return PatientDraft(
        given_name=given,
        family_name=family,
        born=PartialDate(born.year, born.month, born.day) if born else None,
        nhs_number=query.nhs_number or "",
        phone=query.phone or "",
        postcode=query.postcode or "",
    )


def _names(text: str, found: tuple[str, ...]) -> tuple[str, str]:
    """Given and family name in the spelling of the text; `found` says which of its words are names."""
    wanted = set(found)
    words = [word for word in text.replace(",", " , ").split() if word == "," or set(fold(word).split()) & wanted]
    if "," in words[1:]:
        comma = words.index(",", 1)
        family, given = words[:comma], words[comma + 1 :]
    else:
        family, given = words[-1:], words[:-1]
    return _joined(given), _joined(family)


def _joined(words: list[str]) -> str:
    return title_case(" ".join(word for word in words if word != ","))
