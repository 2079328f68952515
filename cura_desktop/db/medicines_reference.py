"""The reference lists that ship with the program: formulary, interactions, limits, allergens (`resources/reference`).

They are our own and not reviewed by a pharmacist; every screen that uses them names source and date. An empty cell
means "not known". A medicine that is not in them is not checked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from cura_desktop.domain.cautions import Caution, CautionKind, CautionReference
from cura_desktop.domain.checking import Interaction, InteractionReference, Severity, reference_of
from cura_desktop.domain.drug_classes import drug_key
from cura_desktop.domain.errors import DamagedFileError

SOURCE = "Cura reference list, not reviewed by a pharmacist"
Row = Mapping[str, str]

# What a combination contains, as far as the list knows the parts by name.
COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "co-codamol": ("codeine", "paracetamol"),
    "co-amoxiclav": ("amoxicillin",),
    "co-trimoxazole": ("trimethoprim",),
    "sacubitril with valsartan": ("valsartan",),
}


@dataclass(frozen=True, slots=True)
class FormularyEntry:
    """One medicine in one form and strength, as the list has it."""

    code: str
    name: str
    form: str
    strength: str
    unit: str
    route: str
    usual_dose: str
    pack_sizes: tuple[int, ...]
    legal: str
    cd_code: str
    labels: tuple[int, ...]
    groups: frozenset[str]
    therapeutic_group: str
    source: str


@cache
def formulary() -> tuple[FormularyEntry, ...]:
    """Every row of formulary.csv."""
    return tuple(_entry(row) for row in _rows("formulary"))


@cache
def interaction_rows() -> tuple[Row, ...]:
    """Every row of interactions.csv."""
    return tuple(_rows("interactions"))


@cache
def caution_rows() -> tuple[Row, ...]:
    """Every row of cautions.csv."""
    return tuple(_rows("cautions"))


@cache
def shipped_cautions() -> CautionReference:
    """Limits of age, pregnancy, kidney function and dose for the medicines of the list alone."""
    return cautions_from(caution_rows(), shipped_groups())


def cautions_with(own: Mapping[str, frozenset[str]]) -> CautionReference:
    """The same with medicines the clinic entered itself, by the groups it gave them."""
    extra = {name: found for name, found in own.items() if found and drug_key(name) not in shipped_reference().groups}
    return cautions_from(caution_rows(), {**shipped_groups(), **extra}) if extra else shipped_cautions()


def cautions_from(rows: Iterable[Row], groups: Mapping[str, frozenset[str]]) -> CautionReference:
    """The limits that `rows` set for medicines with these groups. Raises `DamagedFileError` for an unreadable row."""
    members: dict[str, set[str]] = {}
    for name, found in groups.items():
        for group in found:
            members.setdefault(group, set()).add(drug_key(name))
    cautions, dated = list[Caution](), date.min
    for row in rows:
        try:
            caution = Caution(
                names=_names(row["subject"], members),
                kind=CautionKind(row["kind"]),
                severity=Severity(row["severity"]),
                text=f"{row['effect']} {row['action']}".strip(),
                limit=Decimal(row["limit"] or 0),
                from_age=int(row["from_age"] or 0),
            )
            dated = max(dated, date.fromisoformat(row["written_on"]))
        except (ArithmeticError, KeyError, ValueError) as error:
            raise DamagedFileError("The list of limits is damaged. Please install the program again.") from error
        cautions.append(caution)
    return CautionReference(SOURCE, dated, tuple(cautions))


@cache
def harmless_agents() -> frozenset[str]:
    """Coded agents that no medicine contains (pollen, pets, nuts): no check is needed, so they leave no gap."""
    by_agent: dict[str, set[str]] = {}
    for row in _rows("allergens"):
        by_agent.setdefault(row["agent"].casefold(), set()).add(row["matches"])
    return frozenset(agent for agent, matches in by_agent.items() if matches == {"none"})


def reference_from(
    rows: Iterable[Row], groups: Mapping[str, frozenset[str]], *, source: str = SOURCE
) -> InteractionReference:
    """The reference that `rows` make for medicines with these groups (name -> groups).

    `name:` is one substance, `group:` every medicine that carries the group. Raises `DamagedFileError` for a row that
    cannot be read: a list with holes must not be used in silence.
    """
    listed = tuple(rows)
    folded = {drug_key(name): found for name, found in groups.items()}
    members: dict[str, set[str]] = {}
    for name, found in folded.items():
        for group in found:
            members.setdefault(group, set()).add(name)
    pairs: list[tuple[str, str, Interaction]] = []
    named: set[str] = set()
    dated: date | None = None
    for row in listed:
        try:
            first, second = _names(row["first"], members), _names(row["second"], members)
            about = Interaction(Severity(row["severity"]), f"{row['effect']} {row['action']}".strip())
            written = date.fromisoformat(row["written_on"])
        except (KeyError, ValueError) as error:
            raise DamagedFileError("The list of interactions is damaged. Please install the program again.") from error
        dated = max(dated, written) if dated else written
        named |= {end.partition(":")[2] for end in (row["first"], row["second"]) if end.startswith("name:")}
        pairs += [(one, other, about) for one in first for other in second if one != other]
    known = {*folded, *(drug_key(name) for name in named)}
    return reference_of(source, dated or date.min, pairs, known, groups=folded, rules=len(listed))


@cache
def shipped_groups() -> Mapping[str, frozenset[str]]:
    """Name -> groups over all forms and strengths of the formulary."""
    found: dict[str, frozenset[str]] = {}
    for entry in formulary():
        found[entry.name] = found.get(entry.name, frozenset()) | entry.groups
    return found


@cache
def shipped_reference() -> InteractionReference:
    """The reference for the medicines of the list alone."""
    return reference_from(interaction_rows(), shipped_groups())


def reference_with(own: Mapping[str, frozenset[str]]) -> InteractionReference:
    """The same with medicines the clinic entered itself, by the groups it gave them."""
    extra = {name: found for name, found in own.items() if found and drug_key(name) not in shipped_reference().groups}
    if not extra:
        return shipped_reference()
    return reference_from(interaction_rows(), {**shipped_groups(), **extra})


def substances_of(name: str, stored: Iterable[str] = ()) -> tuple[str, ...]:
    """The substances of a medicine: its own name where the list stores none, and the parts of a known combination."""
    named = tuple(stored) or (name,)
    parts = (part for each in named for part in COMPONENTS.get(drug_key(each), ()))
    return tuple(dict.fromkeys((*named, *parts)))


def _names(end: str, members: Mapping[str, set[str]]) -> frozenset[str]:
    kind, _, name = end.partition(":")
    if kind == "group":
        return frozenset(members.get(name, ()))
    if kind != "name" or not name:
        raise ValueError(end)
    return frozenset({drug_key(name)})


def _rows(name: str) -> list[dict[str, str]]:
    file = files("cura_desktop").joinpath("_resources", "reference", f"{name}.csv")
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


def _entry(row: Row) -> FormularyEntry:
    return FormularyEntry(
        code=row["code"],
        name=row["name"],
        form=row["form"],
        strength=row["strength"],
        unit=row["unit"],
        route=row["route"],
        usual_dose=row["adult_dose"],
        pack_sizes=tuple(int(size) for size in row["pack_sizes"].split(";") if size),
        legal=row["legal_category"].split(";")[-1],
        cd_code=row["cd_code"],
        labels=tuple(int(number) for number in row["caution_labels"].split(";") if number),
        groups=frozenset(group for group in row["groups"].split(";") if group),
        therapeutic_group=row["therapeutic_group"],
        source=row["source"],
    )
