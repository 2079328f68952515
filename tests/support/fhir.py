"""Small FHIR files, written by hand. Everybody in them is invented; numbers come from ranges that are never issued."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
CATALOGUE = """test,loinc,uk_unit,typical_interval_male,typical_interval_female,synthea_unit,factor_to_uk,panel
Glucose,2339-0,mmol/L,,,mg/dL,0.0555,Glucose
HbA1c (IFCC),59261-8,mmol/mol,20-41,20-41,% NGSP,(x-2.152)/0.09148,Diabetes
White cell count,6690-2,10*9/L,,,10*3/uL,1,FBC
"""


def patient(key: str = "p1", **changes: Any) -> Resource:
    """A woman born on 4 May 1980."""
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"family": "Sample", "given": ["Ada"], "prefix": ["Ms."]}],
        "gender": "female",
        "birthDate": "1980-05-04",
        **changes,
    }


def concept(text: str, code: str = "", system: str = "http://snomed.info/sct") -> Resource:
    """A CodeableConcept."""
    words = {"display": text} if text else {}
    coding = {"coding": [{"system": system, "code": code, **words}]} if code else {}
    return {**({"text": text} if text else {}), **coding}


def of(kind: str, key: str, subject: str = "Patient/p1", **fields: Any) -> Resource:
    """A resource about the patient."""
    whose = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    return {"resourceType": kind, "id": key, whose: {"reference": subject}, **fields}


def observation(key: str, *, category: str = "vital-signs", subject: str = "Patient/p1", **fields: Any) -> Resource:
    """A final observation of 10 March 2020."""
    values: Resource = {
        "status": "final",
        "category": [{"coding": [{"code": category}]}],
        "code": concept("Body Weight", "29463-7", "http://loinc.org"),
        "effectiveDateTime": "2020-03-10T09:30:00+00:00",
    }
    return of("Observation", key, subject, **{**values, **fields})


def quantity(value: Any, unit: str, **more: Any) -> Resource:
    """A Quantity in UCUM."""
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit, **more}


def laboratory(key: str, name: str, code: str, value: Resource, **fields: Any) -> Resource:
    """A laboratory observation."""
    return observation(key, category="laboratory", code=concept(name, code, "http://loinc.org"), **value, **fields)


def report(key: str, *results: str, **fields: Any) -> Resource:
    """A final laboratory report."""
    values: Resource = {
        "status": "final",
        "category": [{"coding": [{"code": "LAB"}]}],
        "code": concept("Metabolic panel", "51990-0", "http://loinc.org"),
        "effectiveDateTime": "2020-03-10T09:30:00+00:00",
        "issued": "2020-03-11T08:00:00Z",
        "result": [{"reference": f"Observation/{each}"} for each in results],
    }
    return of("DiagnosticReport", key, **{**values, **fields})


def bundle(*resources: Resource) -> Resource:
    """A transaction bundle."""
    entries = [{"fullUrl": f"urn:uuid:{each.get('id', '')}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def history(key: str = "p1") -> list[Resource]:
    """A patient with one of everything that is taken."""
    who = f"Patient/{key}"
    return [
        patient(key),
        of("Encounter", "e1", who, status="finished", **{"class": {"code": "AMB"}}, type=[concept("Check-up")],
           period={"start": "2020-03-10T09:00:00Z"}),
        of("Procedure", "pr1", who, status="completed", code=concept("Suture of wound"),
           performedDateTime="2020-03-10"),
        of("Condition", "c1", who, clinicalStatus=concept("", "active"), code=concept("Asthma", "195967001"),
           onsetDateTime="1991"),
        of("AllergyIntolerance", "a1", who, code=concept("Amoxicillin", "372687004"),
           reaction=[{"manifestation": [concept("Rash")], "severity": "severe"}]),
        of("MedicationRequest", "m1", who, status="active", intent="order", authoredOn="2020-03-10",
           medicationCodeableConcept=concept("Salbutamol 100 micrograms inhaler"),
           dosageInstruction=[{"text": "Two puffs when needed"}],
           dispenseRequest={"quantity": {"value": 1, "unit": "inhaler"}}),
        of("MedicationStatement", "ms1", who, status="completed", effectiveDateTime="2019-01-02",
           medicationCodeableConcept=concept("Ibuprofen 200 mg tablets")),
        observation("o1", subject=who, valueQuantity=quantity(61.5, "kg")),
        laboratory("l1", "Glucose", "2339-0", {"valueQuantity": quantity(90, "mg/dL")}, subject=who),
        {**report("r1", "l1"), "subject": {"reference": who}},
        of("Immunization", "i1", who, status="completed", vaccineCode=concept("Influenza"),
           occurrenceDateTime="2019-10-01", lotNumber="B7"),
        of("DocumentReference", "d1", who, status="current", date="2020-03-10T10:00:00Z",
           type=concept("Discharge summary"),
           content=[{"attachment": {"contentType": "text/plain", "data": "V2VudCBob21lIHdlbGwu"}}]),
    ]  # fmt: skip


def write(folder: Path, name: str, content: Any) -> Path:
    """The file, packed when its name says so. Text is written as it is."""
    text = content if isinstance(content, str) else json.dumps(content)
    data = text.encode("utf-8", "surrogatepass")
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path
