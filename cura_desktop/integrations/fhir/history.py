"""Encounters, procedures, conditions and immunizations."""

from __future__ import annotations

from collections.abc import Mapping

from cura_desktop.domain.imports import IncomingImmunization, IncomingProblem, IncomingVisit
from cura_desktop.integrations.fhir.elements import (
    Reading,
    RefusedResource,
    Resource,
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
    required,
    start_of,
    status_in,
)

_ENCOUNTERS = ("planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "unknown")
_EVENTS = ("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown")
_CLINICAL = {
    "active": "active", "recurrence": "active", "relapse": "active", "inactive": "inactive", "remission": "inactive",
    "resolved": "resolved",
}  # fmt: skip
_VERIFICATION = {"unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"}


def encounter(resource: Resource, reading: Reading) -> IncomingVisit:
    """An entry of the kind consultation; what was planned or cancelled is not a visit."""
    status = status_in(resource, _ENCOUNTERS)
    if status in ("planned", "cancelled"):
        raise RefusedResource("It was planned or cancelled and did not take place.")
    types = listed(resource.get("type"))
    title = label(types[0], "visit") if types else line((resource.get("class") or {}).get("display")) or "Visit"
    people = [reading.name_of(each.get("individual")) for each in listed(resource.get("participant"))]
    place = reading.name_of(resource.get("serviceProvider"))
    reasons = [concept_text(each) for each in listed(resource.get("reasonCode"))]
    reasons += [reading.name_of(each) for each in listed(resource.get("reasonReference"))]
    leaving = concept_text((resource.get("hospitalization") or {}).get("dischargeDisposition"))
    notes = notes_of(
        (
            _told("Reason", reasons),
            _told("Seen by", people),
            _told("At", [place]),
            _told("Discharged to", [leaving]),
            "" if status == "finished" else f"At the source this visit is {status}.",
        )
    )
    at = required(start_of(resource.get("period"), reading))
    return IncomingVisit("consultation", title, at.at, notes, concept_code(types[0] if types else None))


def procedure(resource: Resource, reading: Reading) -> IncomingVisit:
    """An entry of the kind procedure."""
    status = status_in(resource, _EVENTS)
    if status in ("preparation", "not-done"):
        raise RefusedResource("It was not carried out.")
    title = label(resource.get("code"), "procedure")
    reasons = [concept_text(each) for each in listed(resource.get("reasonCode"))]
    reasons += [
        reading.name_of(each) or line(each.get("display"))
        for each in listed(resource.get("reasonReference"))
        if isinstance(each, Mapping)
    ]
    notes = notes_of(
        (
            _told("Reason", reasons),
            _told("Outcome", [concept_text(resource.get("outcome"))]),
            _told("Body site", [concept_text(each) for each in listed(resource.get("bodySite"))]),
            _told("By", [reading.name_of(each.get("actor")) for each in listed(resource.get("performer"))]),
            "" if status == "completed" else f"At the source this procedure is {status}.",
            *remarks(resource),
        )
    )
    at = required(began(resource, reading, "performed"))
    return IncomingVisit("procedure", title, at.at, notes, concept_code(resource.get("code")))


def condition(resource: Resource, reading: Reading) -> IncomingProblem:
    """A line of the problem list. A missing status is taken as active: it is safer seen than hidden."""
    verification = codes_of(resource.get("verificationStatus"))
    if not verification <= _VERIFICATION | {""}:
        raise RefusedResource("Its verification status is none that FHIR knows.")
    if "refuted" in verification:
        raise RefusedResource("It was refuted at the source.")
    name = label(resource.get("code"), "condition")
    onset, ended = began(resource, reading, "onset"), began(resource, reading, "abatement")
    if onset and ended and ended.day < onset.day:
        raise RefusedResource("It ends before it begins.")
    clinical = codes_of(resource.get("clinicalStatus")) - {""}
    if not clinical:
        reading.mapped["Conditions without a status taken as active, or as resolved where an end was given"] += 1
    elif not clinical <= set(_CLINICAL):
        raise RefusedResource("Its clinical status is none that FHIR knows.")
    status = _CLINICAL[min(clinical)] if clinical else "resolved" if ended else "active"
    notes = notes_of(
        (
            _told("Certainty", sorted(verification & {"unconfirmed", "provisional", "differential"})),
            _told("Onset", [line(resource.get("onsetString")) or _inexact(resource.get("onsetDateTime"))]),
            _told("Severity", [concept_text(resource.get("severity"))]),
            _told("Body site", [concept_text(each) for each in listed(resource.get("bodySite"))]),
            *remarks(resource),
        )
    )
    return IncomingProblem(name, status, day_of(onset), day_of(ended), notes, concept_code(resource.get("code")))


def immunization(resource: Resource, reading: Reading) -> IncomingImmunization:
    """A vaccine that was given or not given."""
    status = status_in(resource, ("completed", "not-done"))
    given = required(moment(resource.get("occurrenceDateTime"), reading))
    notes = notes_of(
        (
            _told("Not given because", [concept_text(resource.get("statusReason"))]),
            _told("By", [reading.name_of(each.get("actor")) for each in listed(resource.get("performer"))]),
            _told("At", [reading.name_of(resource.get("location"))]),
            _told("Route", [concept_text(resource.get("route"))]),
            *remarks(resource),
        )
    )
    return IncomingImmunization(
        label(resource.get("vaccineCode"), "vaccine"),
        given.day,
        status.replace("-", "_"),
        line(resource.get("lotNumber")),
        concept_text(resource.get("site")),
        notes,
        concept_code(resource.get("vaccineCode")),
    )


def _told(what: str, words: list[str]) -> str:
    found = "; ".join(dict.fromkeys(word for word in words if word))
    return f"{what}: {found}" if found else ""


def _inexact(text: object) -> str:
    return line(text) if isinstance(text, str) and len(text) < len("1980-01-01") else ""
