"""Problems, allergies and repeat medicines of every patient, none of which speaks against another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cura_desktop.db.demo.content import Content, Medicine
from cura_desktop.db.demo.people import Clinic, Patient
from cura_desktop.db.demo.results import add_result
from cura_desktop.db.demo.rows import Book, midnight

_ONE_ONLY = frozenset(
    {"statin", "raas", "beta blocker", "ppi", "calcium channel blocker", "ssri", "nsaid", "paracetamol", "opioid"}
)


@dataclass(frozen=True, slots=True)
class Health:
    """What bears on prescribing: condition keys, allergy groups and the repeat medicines with their dose."""

    conditions: frozenset[str]
    allergy_groups: frozenset[str]
    repeats: tuple[dict[str, Any], ...]
    statement: str


def conflicts(medicine: Medicine, health: Health, current: list[Medicine], content: Content, age: int) -> bool:
    """Whether allergy, age, a grave interaction or a duplicate speaks against the medicine."""
    if medicine.groups & health.allergy_groups or age < medicine.min_age:
        return True
    for other in current:
        if other.name == medicine.name or other.groups & medicine.groups & _ONE_ONLY:
            return True
        for first, second in content.grave_pairs:
            if (first in medicine.tokens and second in other.tokens) or (
                second in medicine.tokens and first in other.tokens
            ):
                return True
    return False


def write_histories(book: Book, content: Content, clinic: Clinic) -> dict[int, Health]:
    """Problems, allergies, past results and registration notes of every patient."""
    return {patient.id: _history(book, content, clinic, patient) for patient in clinic.patients}


def _history(book: Book, content: Content, clinic: Clinic, patient: Patient) -> Health:
    age = patient.age_on(book.reference)
    recorder = clinic.first("doctor")
    groups, statement = _allergies(book, content, clinic, patient)
    chosen: list[dict[str, Any]] = []
    for condition in content.conditions:
        fits = condition["min_age"] <= age <= condition["max_age"] and condition["sex"] in {"any", patient.sex}
        wanted = condition["key"] == "hypertension" if patient.is_tour else book.chance(condition["share"])
        if fits and wanted and not (condition["key"] == "copd" and any(one["key"] == "asthma" for one in chosen)):
            chosen.append(condition)
    health = Health(frozenset(one["key"] for one in chosen), groups, (), statement)
    repeats: list[dict[str, Any]] = []
    current: list[Medicine] = []
    for condition in chosen:
        onset = book.reference - timedelta(days=book.random.randint(200, 3600))
        onset = max(onset, date(patient.born.year + condition["min_age"], 6, 1))
        book.add(
            "patient_problems",
            clinic.organization_id,
            patient_id=patient.id,
            label=condition["label"],
            status="active",
            significance="minor" if condition["key"] in {"hay-fever", "migraine", "eczema"} else "major",
            onset_on=min(onset, book.reference),
            recorded_by=recorder.id,
        )
        options = (
            condition["repeats"][:1]
            if patient.is_tour
            else book.random.sample(condition["repeats"], len(condition["repeats"]))
        )
        for option in options:
            kept = [
                one
                for one in option
                if not conflicts(content.medicines[one["medicine"]], health, current, content, age)
            ]
            if kept:
                repeats += [{**one, "indication": condition["label"]} for one in kept]
                current += [content.medicines[one["medicine"]] for one in kept]
                break
        for panel in condition["tests"]:
            add_result(book, content, clinic, patient, panel, abnormal=0.3)
    return Health(health.conditions, groups, tuple(repeats), statement)


def _allergies(book: Book, content: Content, clinic: Clinic, patient: Patient) -> tuple[frozenset[str], str]:
    agents = content.allergies["agents"]
    stated_by = clinic.first("nurse").id
    stated_at = midnight(patient.registered) + timedelta(hours=11)
    roll = book.random.random()
    if not patient.is_tour and roll < content.allergies["not_recorded"]:
        return frozenset(), "Allergies not recorded"
    known = patient.is_tour or roll < content.allergies["not_recorded"] + content.allergies["share"]
    book.add(
        "patient_allergy_states",
        clinic.organization_id,
        patient_id=patient.id,
        state="known" if known else "none_known",
        stated_by=stated_by,
        stated_at=stated_at,
    )
    if not known:
        return frozenset(), "No known allergies"
    picked = [agents[0]] if patient.is_tour else _pick(book, agents)
    for agent in picked:
        reactions = agent["reactions"][0] if patient.is_tour else book.random.choice(agent["reactions"])
        book.add(
            "allergies",
            clinic.organization_id,
            patient_id=patient.id,
            agent=agent["agent"],
            agent_kind=agent["kind"],
            is_checkable=agent["checkable"],
            reactions=reactions,
            severity=_severity(reactions),
            status="active",
            recorded_by=stated_by,
            recorded_at=stated_at,
        )
    groups = frozenset(group for agent in picked for group in agent["groups"])
    return groups, "; ".join(agent["agent"] for agent in picked)


def _pick(book: Book, agents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    picked = book.random.choices(agents, weights=[agent["weight"] for agent in agents], k=2 if book.chance(0.15) else 1)
    return picked if len({agent["agent"] for agent in picked}) == len(picked) else picked[:1]


def _severity(reactions: list[str]) -> str:
    words = " ".join(reactions).lower()
    if any(word in words for word in ("anaphylaxis", "angioedema", "face", "wheeze")):
        return "severe"
    return "not_known" if "unknown" in words else "moderate" if "urticaria" in words else "mild"
