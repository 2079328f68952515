"""What the demo is written from: the plain files of `resources/demo` and `resources/reference`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Medicine:
    """One row of the formulary. `min_age` is in years; `groups` drive allergy and interaction checks."""

    code: str
    name: str
    form: str
    strength: str
    unit: str
    route: str
    adult_dose: str
    pack_sizes: tuple[int, ...]
    legal: str
    cd_code: str
    labels: tuple[int, ...]
    groups: frozenset[str]
    therapeutic_group: str
    min_age: int
    source: str

    @property
    def tokens(self) -> frozenset[str]:
        """What an interaction row may name this medicine by."""
        return frozenset({f"name:{self.name}", *(f"group:{group}" for group in self.groups)})


@dataclass(frozen=True, slots=True)
class Content:
    """Everything written for the demo, parsed once."""

    clinics: list[dict[str, Any]]
    password: str
    names: list[dict[str, Any]]
    places: dict[str, Any]
    presentations: list[dict[str, Any]]
    conditions: list[dict[str, Any]]
    allergies: dict[str, Any]
    panels: dict[str, Any]
    talk: dict[str, Any]
    suppliers: list[dict[str, Any]]
    stock: list[dict[str, str]]
    medicines: Mapping[str, Medicine]
    grave_pairs: tuple[tuple[str, str], ...]


def _root() -> Traversable:
    packaged = files("cura_desktop") / "_resources"
    # In a source tree before the build has copied them, the plain files stand beside the package.
    return packaged if (packaged / "demo").is_dir() else Path(__file__).resolve().parents[3] / "resources"


def _json(name: str) -> Any:
    return json.loads((_root() / "demo" / f"{name}.json").read_text(encoding="utf-8"))


def _csv(folder: str, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((_root() / folder / f"{name}.csv").read_text(encoding="utf-8"))))


def _medicine(row: Mapping[str, str]) -> Medicine:
    legal = row["legal_category"].split(";")
    return Medicine(
        code=row["code"],
        name=row["name"],
        form=row["form"],
        strength=row["strength"],
        unit=row["unit"],
        route=row["route"],
        adult_dose=row["adult_dose"],
        pack_sizes=tuple(int(size) for size in row["pack_sizes"].split(";")),
        legal=legal[-1],
        cd_code=row["cd_code"],
        labels=tuple(int(number) for number in row["caution_labels"].split(";") if number),
        groups=frozenset(row["groups"].split(";")),
        therapeutic_group=row["therapeutic_group"],
        min_age=int(row["min_age_years"] or 0),
        source=row["source"],
    )


def password() -> str:
    """What everybody of the demo signs in with; reads nothing else."""
    return str(_json("clinics")["password"])


@cache
def load() -> Content:
    """Read and parse all files; raises FileNotFoundError when the resources are missing from the installation."""
    clinics = _json("clinics")
    return Content(
        clinics=clinics["clinics"],
        password=clinics["password"],
        names=_json("names")["groups"],
        places=_json("places"),
        presentations=_json("presentations"),
        conditions=_json("conditions"),
        allergies=_json("allergies"),
        panels=_json("panels"),
        talk=_json("talk"),
        suppliers=_json("suppliers"),
        stock=_csv("demo", "stock"),
        medicines={row["code"]: _medicine(row) for row in _csv("reference", "formulary")},
        grave_pairs=tuple(
            (row["first"], row["second"]) for row in _csv("reference", "interactions") if row["severity"] == "high"
        ),
    )
