"""Lists of medicines of other publishers: CSV, or the VMP file of dm+d as XML (P15).

A dm+d name such as `Amoxicillin 250mg/5ml oral suspension` is taken apart into name, strength and form. What a list
does not say stays empty, which is "not known"; a legal category that is not said is taken as the strictest.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.medicines import ControlledDrug, LegalCategory

MOST_MEDICINES = 100_000


@dataclass(frozen=True, slots=True)
class ListedMedicine:
    """One medicine as a list has it."""

    name: str
    form: str = ""
    strength: str = ""
    unit: str = ""
    route: str = ""
    legal: LegalCategory = LegalCategory.POM
    controlled: ControlledDrug = ControlledDrug.NONE
    pack_sizes: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    code: str = ""


def read_medicines(text: str) -> tuple[ListedMedicine, ...]:
    """Every medicine of a CSV or dm+d XML text, each product once. Raises `InvalidInputError` that names the place."""
    bare = text.removeprefix("\ufeff")
    found = tuple(dict.fromkeys(_from_xml(bare) if bare.lstrip().startswith("<") else _from_csv(bare)))
    if not found:
        raise InvalidInputError({"file": "There is no medicine in this list."})
    if len(found) > MOST_MEDICINES:
        raise InvalidInputError({"file": f"At most {MOST_MEDICINES:,} medicines."})
    return found


def _from_csv(text: str) -> Iterator[ListedMedicine]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = {name.strip().casefold(): name for name in rows.fieldnames or ()}
    named = next((names[one] for one in ("name", "nm") if one in names), None)
    if named is None:
        raise InvalidInputError({"file": "The first line names no column 'name'."})
    for number, row in enumerate(rows, start=2):
        said = {key: (row.get(name) or "").strip() for key, name in names.items()}
        title = (row.get(named) or "").strip()
        if not title:
            raise InvalidInputError({f"line {number}": "The name is missing."})
        if "form" not in names and "strength" not in names:
            made = _taken_apart(title)
        else:
            made = ListedMedicine(title.casefold(), said.get("form", ""), said.get("strength", ""))
        try:
            yield ListedMedicine(
                name=made.name,
                form=made.form,
                strength=made.strength,
                unit=said.get("unit", "") or made.unit,
                route=said.get("route", ""),
                legal=LegalCategory(said.get("legal_category") or "POM"),
                controlled=ControlledDrug(said.get("cd_code") or "0000"),
                pack_sizes=tuple(int(size) for size in said.get("pack_sizes", "").split(";") if size.strip()),
                groups=tuple(one.strip() for one in said.get("groups", "").split(";") if one.strip()),
                code=next((said[one] for one in ("code", "vpid", "vtm_id") if said.get(one)), ""),
            )
        except ValueError as error:
            raise InvalidInputError({f"line {number}": "A legal category, code or pack size is not known."}) from error


def _from_xml(text: str) -> Iterator[ListedMedicine]:
    from xml.etree import ElementTree

    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidInputError({"file": "This file declares entities, which dm+d files do not."})
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (declarations of entities are refused above)
    except ElementTree.ParseError as error:
        raise InvalidInputError({f"line {error.position[0]}": "This is no well-formed XML."}) from error
    schedules = {one.findtext("VPID", ""): one.findtext("CATCD", "") for one in root.iter("CONTROL_INFO")}
    known = {one.value for one in ControlledDrug}
    for product in root.iter("VMP"):
        title, code = (product.findtext("NM") or "").strip(), (product.findtext("VPID") or "").strip()
        if not title or product.findtext("INVALID") == "1":
            continue
        schedule = schedules.get(code) or "0000"
        if schedule not in known:
            raise InvalidInputError({f"VMP {code}": f"The controlled drug category {schedule!r} is not known."})
        made = _taken_apart(title)
        yield ListedMedicine(
            made.name, made.form, made.strength, made.unit, controlled=ControlledDrug(schedule), code=code
        )


_AMOUNT = r"[\d,]+(?:\.\d+)?\s?(?:mg|micrograms?|nanograms?|g|units?|million units|mmol|%)"
_TITLE = re.compile(
    rf"^(?P<name>.+?)\s(?P<amounts>{_AMOUNT}(?:\s?/\s?{_AMOUNT})*)(?:/(?P<per>[\d.]*)\s?(?P<of>ml|dose|hours?|g))?\s"
    r"(?P<form>[a-z].*)$",
    re.I,
)
_UNITS = (
    ("tablet", "tablet"), ("capsule", "capsule"), ("suppositor", "suppository"), ("pessar", "pessary"),
    ("patch", "patch"), ("sachet", "sachet"), ("inhaler", "dose"), ("spray", "dose"), ("cream", "g"), ("ointment", "g"),
    ("gel", "g"), ("ampoule", "ampoule"), ("vial", "vial"), ("pre-filled", "syringe"), ("solution", "mL"),
    ("suspension", "mL"), ("drops", "mL"),
)  # fmt: skip


def _taken_apart(title: str) -> ListedMedicine:
    """`Co-codamol 8mg/500mg tablets` -> co-codamol, tablet, 8 mg and 500 mg; a name without a strength stays whole."""
    found = _TITLE.match(" ".join(title.split()))
    if found is None:
        return ListedMedicine(title.casefold())
    strength = " and ".join(_spelled(one) for one in found["amounts"].split("/"))
    if found["of"]:
        what = {"ml": "mL", "hour": "hours"}.get(found["of"].lower(), found["of"].lower())
        amount = found["per"]
        strength += f" in {amount} {what}" if amount and what == "mL" else f" per {amount} {what}".replace("  ", " ")
    form = _singular(found["form"].lower())
    unit = next((unit for part, unit in _UNITS if part in form), "")
    return ListedMedicine(found["name"].lower(), form, strength, unit)


def _spelled(amount: str) -> str:
    return re.sub(r"(?<=\d)\s?(?=[a-z%])", " ", amount.strip(), count=1, flags=re.I).lower()


def _singular(form: str) -> str:
    """The form of one: dm+d names are in the plural."""
    return _PLURALS.sub(lambda one: one[1], form)


_PLURALS = re.compile(r"\b(tablet|capsule|sachet|patch|ampoule|vial|inhaler|syringe|pen|cartridge)(?:e?s)\b")


def packs_of(sizes: Sequence[int]) -> list[int]:
    """Pack sizes as they are stored."""
    return sorted({size for size in sizes if size > 0})
