"""AllergyIntolerance: an agent, or the statement that there is none (domain-rules A3)."""

from __future__ import annotations

from cura_desktop.domain.drug_classes import is_known
from cura_desktop.domain.imports import IncomingAllergy, NoKnownAllergies
from cura_desktop.integrations.fhir.elements import (
    Reading,
    RefusedResource,
    Resource,
    at_of,
    began,
    codes_of,
    concept_code,
    concept_text,
    day_of,
    label,
    line,
    listed,
    moment,
    notes_of,
    remarks,
)

NONE_KNOWN = {"716186003", "409137002"}
"""SNOMED CT: no known allergy; no known drug allergy."""
NONE_OF_A_KIND = {"429625007", "428607008", "428197003"}
"""No known food, environmental or insect allergy: says nothing about medicines."""
_DEGRADED = {"196461000000101", "196471000000108"}
"""The code is an artefact of a transfer between systems; only the text tells the agent."""
_STATUSES = {"active": "active", "inactive": "inactive", "resolved": "inactive"}
_VERIFICATION = {"unconfirmed", "presumed", "confirmed", "refuted", "entered-in-error"}
_KINDS = {"food": "food", "medication": "drug", "environment": "environment", "biologic": "other"}
_SEVERITIES = ("mild", "moderate", "severe")


def allergy(resource: Resource, reading: Reading) -> IncomingAllergy | NoKnownAllergies:
    """What is recorded. An active allergy stays active whatever else is missing."""
    concept = resource.get("code")
    codes = codes_of(concept)
    recorded = moment(resource.get("recordedDate"), reading)
    status = _status(resource)
    if codes & NONE_OF_A_KIND:
        raise RefusedResource("That there is no allergy of one kind says nothing about medicines.")
    if codes & NONE_KNOWN:
        if status != "active":
            raise RefusedResource("The statement that there are no allergies does not hold any more.")
        return NoKnownAllergies(at_of(recorded))
    words = label(concept, "allergy")
    agent = words.removeprefix("Allergy to ")
    agent = agent[:1].upper() + agent[1:]
    onset = began(resource, reading, "onset")
    code = concept_code(concept)
    displayed = next((line(each.get("display")) for each in listed((concept or {}).get("coding"))), "")
    notes = notes_of(
        (
            f"Sent as: {words}" if agent != words else "",
            f"Coded as: {displayed}" if displayed not in ("", words) else "",
            f"Type: {line(resource.get('type'))}" if resource.get("type") else "",
            f"Criticality: {line(resource.get('criticality'))}" if resource.get("criticality") else "",
            "Not confirmed at the source" if "unconfirmed" in codes_of(resource.get("verificationStatus")) else "",
            *remarks(resource),
        )
    )
    known = is_known(agent)
    if agent != words:
        reading.mapped["“Allergy to …” shortened to the agent"] += 1
    return IncomingAllergy(
        agent=agent,
        kind=_kind(resource, known or bool(codes & _DEGRADED)),
        is_checkable=known,
        reactions=tuple(_reactions(resource)),
        severity=_severity(resource),
        status=status,
        onset_on=day_of(onset),
        recorded_at=at_of(recorded),
        notes=notes,
        code=code,
    )


def _status(resource: Resource) -> str:
    verification, clinical = (codes_of(resource.get(name)) - {""} for name in ("verificationStatus", "clinicalStatus"))
    if not verification <= _VERIFICATION:
        raise RefusedResource("Its verification status is none that FHIR knows.")
    if not clinical <= set(_STATUSES):
        raise RefusedResource("Its clinical status is none that FHIR knows.")
    if "refuted" in verification:
        return "refuted"
    return _STATUSES[min(clinical)] if clinical else "active"


def _kind(resource: Resource, is_medicine: bool) -> str:
    sent = [_KINDS[each] for each in listed(resource.get("category")) if isinstance(each, str) and each in _KINDS]
    return sent[0] if sent else "drug" if is_medicine else "other"


def _reactions(resource: Resource) -> list[str]:
    found = []
    for reaction in listed(resource.get("reaction")):
        signs = [concept_text(each) for each in listed(reaction.get("manifestation"))]
        if text := " + ".join(sign for sign in signs if sign):
            found.append(text)
    return found


def _severity(resource: Resource) -> str:
    sent = [line(each.get("severity")) for each in listed(resource.get("reaction"))]
    return max((each for each in sent if each in _SEVERITIES), key=_SEVERITIES.index, default="not_known")
