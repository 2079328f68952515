"""A FHIR R4 file as a whole: checked resource by resource, each either read or refused with a reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from cura_desktop.domain.imports import (
    Arrival,
    ImportRefusedError,
    IncomingBundle,
    Refusal,
    Value,
)
from cura_desktop.integrations.fhir import allergies, documents, history, measures, medicines, people, results
from cura_desktop.integrations.fhir.elements import (
    Reading,
    RefusedResource,
    Resource,
    codes_of,
    line,
    listed,
    reference_id,
    reference_text,
)
from cura_desktop.integrations.fhir.files import SourceFile
from cura_desktop.integrations.fhir.overlay import Overlay
from cura_desktop.integrations.fhir.units import LabCatalogue

LONGEST_ID = 200
_BUNDLES = ("transaction", "collection", "batch", "document", "searchset", "history", "message")
_ELSEWHERE = "People and places of other systems are not brought in; the entries that refer to them name them."
NOT_TAKEN: Mapping[str, str] = {
    "Practitioner": _ELSEWHERE,
    "PractitionerRole": _ELSEWHERE,
    "Organization": _ELSEWHERE,
    "Location": _ELSEWHERE,
    "Medication": "A medicine comes with the prescription that refers to it.",
    "MedicationDispense": "What other pharmacies supplied is not brought in; the prescription is.",
    "MedicationAdministration": "What was given elsewhere is not brought in; the prescription is.",
    "ImagingStudy": "Images are brought in from their DICOM files.",
}
"""Types with a reason of their own; any other type is refused as not brought in."""
_TAKEN: Mapping[str, Callable[[Resource, Reading], Value]] = {
    "Encounter": history.encounter,
    "Procedure": history.procedure,
    "Condition": history.condition,
    "Immunization": history.immunization,
    "AllergyIntolerance": allergies.allergy,
    "MedicationRequest": medicines.request,
    "MedicationStatement": medicines.statement,
    "DocumentReference": documents.document,
}


class NotFhirError(ImportRefusedError):
    """The file holds no FHIR resource at all."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What reading needs besides the file. `now` is naive UTC, `zone` the clinic's."""

    now: datetime
    zone: ZoneInfo
    catalogue: LabCatalogue = field(default_factory=LabCatalogue)
    overlay: Overlay = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    id: str
    content: Resource
    digest: str


def _digest(content: Resource) -> str:
    """Sixteen digits that change with the resource, whatever the order of its fields."""
    text = json.dumps(content, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def has_patient(content: Any) -> bool:
    """Whether the file brings a patient; those that do are imported first."""
    return any(each.get("resourceType") == "Patient" for each, _ in _entries(content))


def read_bundle(file: SourceFile, settings: Settings) -> IncomingBundle:
    """Read a Bundle or a single resource. Raises ImportRefusedError when the whole file must be refused."""
    if not isinstance(file.content, dict) or not isinstance(file.content.get("resourceType"), str):
        raise NotFhirError("This file holds no FHIR resource.")
    _check_whole(file.content)
    return _Reader(settings).read(file)


def _check_whole(content: Resource) -> None:
    kind = line(content.get("resourceType"))
    if kind != "Bundle":
        if _model(kind) is None:
            raise ImportRefusedError(f"“{kind[:40]}” is not a type of FHIR resource.")
        return
    if content.get("type") not in _BUNDLES:
        raise ImportRefusedError("The bundle's type is none that FHIR knows.")
    if not listed(content.get("entry")):
        raise ImportRefusedError("The bundle is empty.")


def _entries(content: Any) -> Iterator[tuple[Resource, str]]:
    """Resource and full URL of each entry; an entry that is not one becomes an empty resource."""
    if not isinstance(content, dict):
        return
    if content.get("resourceType") != "Bundle":
        yield content, ""
        return
    for entry in listed(content.get("entry")):
        inside = entry if isinstance(entry, dict) else {}
        resource = inside.get("resource")
        yield (resource if isinstance(resource, dict) else {}), line(inside.get("fullUrl"))


@cache
def _model(kind: str) -> Any:
    """The R4B model of a type; None when there is no such type. Imported here because loading it takes a while."""
    from fhir.resources.R4B import get_fhir_model_class

    try:
        return get_fhir_model_class(kind)
    except (ValueError, KeyError, ImportError):
        return None


class _Reader:
    """Reads one file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reading = Reading(settings.now, settings.zone)
        self._refusals: list[Refusal] = []
        self._arrivals: list[Arrival] = []
        self._by_reference: dict[str, _Found] = {}
        self._report_of: dict[str, str] = {}

    def read(self, file: SourceFile) -> IncomingBundle:
        found = self._collect(file.content)
        self._reading.index = {key: each.content for key, each in self._by_reference.items()}
        patients = tuple(self._patient(each) for each in found if each.kind == "Patient")
        for each in sorted(found, key=lambda one: one.kind != "DiagnosticReport"):
            if each.kind != "Patient":
                self._entry(each)
        return IncomingBundle(
            file.name,
            file.sha256,
            patients,
            tuple(self._arrivals),
            tuple(self._refusals),
            dict(sorted(self._reading.mapped.items())),
        )

    def _collect(self, content: Any) -> list[_Found]:
        """Every resource with an id of its own, once."""
        seen: dict[tuple[str, str], str] = {}
        kept = []
        for number, (resource, url) in enumerate(_entries(content), 1):
            kind = line(resource.get("resourceType"))
            source_id = line(resource.get("id")) or (reference_id(url) if url else "")
            found = _Found(kind, source_id, resource, _digest(resource))
            reason = self._unusable(found)
            if reason is None and (digest := seen.get((kind, found.id))) is not None:
                if kind == "Patient" and digest != found.digest:
                    raise ImportRefusedError("The same patient is in the file twice, with different details.")
                reason = "It is in the file twice; the first one counts."
            if reason is not None:
                self._refusals.append(Refusal(kind[:40] or "Entry", found.id[:LONGEST_ID] or f"entry {number}", reason))
                continue
            seen[kind, found.id] = found.digest
            kept.append(found)
            for key in (url, f"{kind}/{found.id}", f"urn:uuid:{found.id}"):
                if key:
                    self._by_reference.setdefault(key, found)
        return kept

    def _unusable(self, found: _Found) -> str | None:
        if not found.kind:
            return "The entry holds no resource."
        if _model(found.kind) is None:
            return f"“{found.kind[:40]}” is not a type of FHIR resource."
        if not found.id:
            return "It has no id, so that a second import could not recognise it."
        if len(found.id) > LONGEST_ID:
            return f"Its id has {len(found.id):,} characters."
        return None

    def _patient(self, found: _Found) -> Arrival:
        if problem := _invalid(found):
            raise ImportRefusedError(f"The patient cannot be taken. {problem}")
        value = people.patient(found.content, self._reading, self._settings.overlay, found.id)
        return Arrival(found.kind, found.id, found.id, found.digest, value)

    def _entry(self, found: _Found) -> None:
        try:
            if found.kind not in _TAKEN and found.kind not in ("Observation", "DiagnosticReport"):
                raise RefusedResource(NOT_TAKEN.get(found.kind, "This type of resource is not brought in."))
            if problem := _invalid(found):
                raise RefusedResource(problem)
            if _entered_in_error(found.content):
                raise RefusedResource("It was entered in error at the source.")
            patient = self._subject(found.content)
            value = self._value(found, patient)
        except RefusedResource as refused:
            self._refusals.append(Refusal(found.kind, found.id, str(refused)))
            return
        self._arrivals.append(Arrival(found.kind, found.id, patient, found.digest, value))

    def _subject(self, content: Resource) -> str:
        reference = reference_text(content.get("subject") or content.get("patient"))
        if not reference:
            raise RefusedResource("It does not say whose it is.")
        target = self._by_reference.get(reference)
        if target is not None:
            if target.kind != "Patient":
                raise RefusedResource("It does not speak of a patient.")
            return target.id
        if not (reference.startswith(("Patient/", "urn:uuid:", "urn:oid:")) or "/Patient/" in reference):
            raise RefusedResource("It does not speak of a patient.")
        return reference_id(reference)

    def _value(self, found: _Found, patient: str) -> Value:
        content, reading = found.content, self._reading
        if found.kind == "DiagnosticReport":
            if not results.is_laboratory(content):
                return documents.report_document(content, reading)
            head = results.report(content, reading)
            self._claim(found, patient)
            return head
        if found.kind == "Observation":
            report = self._report_of.get(found.id)
            if report is not None or results.is_laboratory(content):
                return results.result(content, reading, self._settings.catalogue, report)
            return measures.observation(content, reading)
        return _TAKEN[found.kind](content, reading)

    def _claim(self, report: _Found, patient: str) -> None:
        """The report's results become its lines; an observation belongs to the first report that names it."""
        for target in self._results_of(report):
            owner = reference_text(target.content.get("subject"))
            known = self._by_reference.get(owner)
            if (known.id if known else reference_id(owner)) == patient:
                self._report_of.setdefault(target.id, report.id)

    def _results_of(self, report: _Found) -> Iterator[_Found]:
        """What a report names, and the members of the groups among it: UK laboratories group a full blood count."""
        waiting, seen = listed(report.content.get("result")), set()
        while waiting:
            target = self._by_reference.get(reference_text(waiting[0]))
            waiting = waiting[1:]
            if target is not None and target.kind == "Observation" and target.id not in seen:
                seen.add(target.id)
                waiting = [*waiting, *listed(target.content.get("hasMember"))]
                yield target


def _entered_in_error(content: Resource) -> bool:
    return "entered-in-error" in {line(content.get("status")), *codes_of(content.get("verificationStatus"))}


def _invalid(found: _Found) -> str:
    """What the R4B model says against it: the place and the rule, never the value. Empty when nothing."""
    from pydantic import ValidationError

    try:
        _model(found.kind).model_validate(dict(found.content))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"][:6]) or "the resource"
        return f"It is not valid FHIR R4: {place[:80]}: {first['msg'].removeprefix('Value error, ')[:120]}."
    except RecursionError:
        return "It is nested too deeply."
    return ""
