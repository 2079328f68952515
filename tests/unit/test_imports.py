"""Reading other systems' files: each resource is taken or refused with a reason, and no value is coerced."""

from __future__ import annotations

import base64
import gzip
import json
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cura_desktop.domain.errors import DamagedFileError
from cura_desktop.domain.imports import (
    ImportRefusedError,
    IncomingAllergy,
    IncomingBundle,
    IncomingDocument,
    IncomingMedicine,
    IncomingObservation,
    IncomingPatient,
    IncomingProblem,
    IncomingReport,
    IncomingResult,
    NoKnownAllergies,
)
from cura_desktop.integrations.fhir.bundles import NotFhirError, Settings, read_bundle
from cura_desktop.integrations.fhir.files import SourceFile, find_files, parse, read_file
from cura_desktop.integrations.fhir.overlay import read_overlay
from cura_desktop.integrations.fhir.units import read_catalogue
from tests.support import fhir

NOW = datetime(2026, 11, 23, 12)
LONDON = ZoneInfo("Europe/London")
SETTINGS = Settings(NOW, LONDON)


def read(*resources: fhir.Resource, settings: Settings = SETTINGS) -> IncomingBundle:
    content = parse(json.dumps(fhir.bundle(*resources)).encode())
    return read_bundle(SourceFile("test.json", b"", content), settings)


def only(*resources: fhir.Resource, settings: Settings = SETTINGS) -> Any:
    """The value of the one entry beside the patient."""
    found = read(fhir.patient(), *resources, settings=settings)
    assert not found.refusals
    (entry,) = found.entries
    return entry.value


def reason(resource: fhir.Resource) -> str:
    """Why the one resource beside the patient was refused."""
    found = read(fhir.patient(), resource)
    assert not found.entries
    (refusal,) = found.refusals
    return refusal.reason


def catalogued(tmp_path: Path) -> Settings:
    path = tmp_path / "catalogue.csv"
    path.write_text(fhir.CATALOGUE)
    return Settings(NOW, LONDON, read_catalogue(path))


# ------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"resourceType": "Bundle", "entry": [', "damaged or cut off"),
        ("", "damaged or cut off"),
        ('{"a": NaN}', "numbers or a nesting"),
        ("[" * 100_000, "nesting"),
        ('{"a": ' + "9" * 5000 + "}", "numbers"),
    ],
)
def test_a_damaged_file_is_refused_whole_with_a_clear_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(DamagedFileError, match=sentence):
        read_file(fhir.write(tmp_path, "x.json", content))


def test_a_packed_file_that_was_cut_off_is_named_as_such(tmp_path: Path) -> None:
    path = fhir.write(tmp_path, "x.json.gz", fhir.bundle(fhir.patient()))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedFileError, match="cannot be unpacked"):
        read_file(path)


def test_a_small_packed_file_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cura_desktop.integrations.fhir.files.LARGEST", 1000)
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b" " * 10_000_000))
    with pytest.raises(DamagedFileError, match="larger than"):
        read_file(path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'{"name": "M\xfcller"}')
    with pytest.raises(DamagedFileError, match="UTF-8"):
        read_file(path)


def test_a_folder_gives_its_json_files_by_name_and_a_wrong_path_a_sentence(tmp_path: Path) -> None:
    for name in ("b.json", "a.json.gz", "notes.txt"):
        fhir.write(tmp_path, name, "{}")
    assert [each.name for each in find_files(tmp_path)] == ["a.json.gz", "b.json"]
    with pytest.raises(ImportRefusedError, match="no file or folder"):
        find_files(tmp_path / "gone")


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        ([1], NotFhirError, "no FHIR resource"),
        ({"resourceType": "Bundel", "entry": []}, ImportRefusedError, "“Bundel” is not a type"),
        ({"resourceType": "Bundle", "type": "transaction"}, ImportRefusedError, "empty"),
        ({"resourceType": "Bundle", "type": "parcel", "entry": [{}]}, ImportRefusedError, "type is none"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_whole(content: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        read_bundle(SourceFile("x.json", b"", content), SETTINGS)


# ---------------------------------------------------------------------------------------------------------- patients


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gender": "x"}, "“x” is not a gender"),
        ({"birthDate": "2999-01-01"}, "future"),
        ({"birthDate": "1980-02-30"}, "not valid FHIR R4: birthDate"),
        ({"birthDate": "yesterday"}, "not valid FHIR R4: birthDate"),
        ({"name": [{"family": "S" * 10_000, "given": ["Ada"]}]}, "10,000 characters"),
        ({"name": [{"given": ["Ada"]}]}, "enter the family name"),
        ({"name": []}, "given name"),
        ({"deceasedDateTime": "2999-01-01"}, "future"),
        ({"nonsense": 1}, "not valid FHIR R4: nonsense"),
        ({"link": [{"other": {"reference": "Patient/2"}, "type": "replaced-by"}]}, "replaced"),
    ],
)
def test_a_patient_that_cannot_be_registered_refuses_the_file(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ImportRefusedError, match=sentence):
        read(fhir.patient(**changes), fhir.observation("o1", valueQuantity=fhir.quantity(60, "kg")))


def test_a_refusal_never_repeats_what_the_record_says() -> None:
    with pytest.raises(ImportRefusedError) as refused:
        read(fhir.patient(birthDate="Secret Name 1980"))
    assert "Secret" not in str(refused.value)


def test_names_address_phones_kin_and_language_become_the_clinics_details() -> None:
    value = read(
        fhir.patient(
            name=[
                {"use": "maiden", "family": "Old"},
                {"use": "official", "family": "O'Neill", "given": ["Ada", "May"], "prefix": ["Dr."]},
            ],
            telecom=[
                {"system": "phone", "value": "020 7946 0018", "use": "home"},
                {"system": "phone", "value": "07700 900123", "use": "mobile"},
                {"system": "email", "value": "ada@example.com"},
            ],
            address=[{"line": ["1 Example Street"], "city": "Leeds", "postalCode": "ls177df"}],
            contact=[{"name": {"given": ["Bo"], "family": "O'Neill"}, "relationship": [fhir.concept("", "FTH")]}],
            communication=[{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en-GB"}]}}],
            deceasedDateTime="2020-01-31T23:30:00+00:00",
            identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "999 123 0009"}],
            extension=[
                {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "F"},
                {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "valueString": "x"},
            ],
        )
    )
    patient = value.patients[0].value
    assert isinstance(patient, IncomingPatient)
    details = patient.details
    assert (details.title, details.given_name, details.middle_names) == ("Dr", "Ada", "May")
    assert (details.family_name, details.sex, details.language) == ("O'Neill", "female", "en")
    assert (details.phone, details.second_phone) == ("07700 900123", "020 7946 0018")
    assert (details.postcode, details.nhs_number, details.email) == ("LS17 7DF", "9991230009", "ada@example.com")
    assert (details.kin_name, details.kin_relationship) == ("Bo O'Neill", "parent")
    assert patient.died_on == date(2020, 1, 31)
    assert value.mapped["US race extensions dropped"] == 1


def test_an_nhs_number_with_a_wrong_check_digit_is_left_out_and_told() -> None:
    found = read(fhir.patient(identifier=[{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9991230000"}]))
    patient = found.patients[0].value
    assert isinstance(patient, IncomingPatient)
    assert patient.details.nhs_number == ""
    assert any("check digit" in text for text in found.mapped)


def test_the_same_patient_twice_with_different_details_refuses_the_file() -> None:
    with pytest.raises(ImportRefusedError, match="twice"):
        read(fhir.patient(), fhir.patient(gender="male"))


OVERLAY = (
    "synthea_patient_id,title,family_name,given_name,nhs_number,date_of_birth,sex,home_phone,mobile,address_line1,"
    "town,postcode,display_name\n{0},Ms,Begum,Sian,9991230009,{1},female,020 7946 0018,07700 900123,"
    "1 Example Street,Sampleton,SW1A 1AA,x\n"
)


def test_an_overlay_gives_uk_names_and_numbers_by_patient_id(tmp_path: Path) -> None:
    path = tmp_path / "overlay.csv"
    path.write_text(OVERLAY.format("p1", "1980-05-04"))
    found = read(fhir.patient(), settings=Settings(NOW, LONDON, overlay=read_overlay(path)))
    patient = found.patients[0].value
    assert isinstance(patient, IncomingPatient)
    assert (patient.details.family_name, patient.details.phone) == ("Begum", "07700 900123")
    assert (patient.details.nhs_number, patient.details.city) == ("9991230009", "Sampleton")


def test_an_overlay_that_speaks_of_somebody_else_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "overlay.csv"
    path.write_text(OVERLAY.format("p1", "1981-05-04"))
    with pytest.raises(ImportRefusedError, match="not the one of this patient"):
        read(fhir.patient(), settings=Settings(NOW, LONDON, overlay=read_overlay(path)))


def test_an_overlay_without_a_needed_column_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "overlay.csv"
    path.write_text("synthea_patient_id,title\n")
    with pytest.raises(ImportRefusedError, match="lacks the column"):
        read_overlay(path)


# --------------------------------------------------------------------------------------------------------- resources


def test_every_resource_is_either_taken_or_refused_exactly_once() -> None:
    resources = [
        *fhir.history(),
        {"resourceType": "Practitioner", "id": "x"},
        {"resourceType": "Observatoin", "id": "y"},
        {"resourceType": "Observation"},
        fhir.observation("o1", valueQuantity=fhir.quantity(1, "kg")),
    ]
    found = read(*resources)
    assert len(found.patients) + len(found.entries) + len(found.refusals) == len(resources)
    assert {each.kind for each in found.entries} == {each["resourceType"] for each in fhir.history()} - {"Patient"}
    assert len(found.refusals) == 4


ODD: tuple[Any, ...] = (
    None,
    0,
    -1,
    True,
    "",
    "x",
    "\x00",
    "\ud800",
    [],
    {},
    [None],
    [{}],
    "2020-13-45",
    "9999-12-31T23:59:59Z",
    10**29,
)


def spoiled(value: Any, chance: Random) -> Any:
    """A copy in which a few parts are something else."""
    if chance.random() < 0.02:
        return deepcopy(chance.choice(ODD))
    if isinstance(value, dict):
        return {key: each if key == "id" else spoiled(each, chance) for key, each in value.items()}
    return [spoiled(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(150))
def test_no_shape_of_a_resource_breaks_the_reader(seed: int) -> None:
    chance = Random(seed)
    resources = [fhir.patient(), *(spoiled(each, chance) for each in fhir.history()[1:])]
    content = fhir.bundle(*(each for each in resources if isinstance(each, dict)))
    found = read_bundle(SourceFile("x.json", b"", content), SETTINGS)
    assert len(found.patients) + len(found.entries) + len(found.refusals) == len(content["entry"])


WEIGHT: dict[str, Any] = {"valueQuantity": fhir.quantity(60, "kg")}
AMBULATORY: dict[str, Any] = {"class": {"code": "AMB"}}


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        ({**fhir.observation("o", **WEIGHT), "subject": None}, "whose it is"),
        (fhir.observation("o", **WEIGHT, subject="Group/1"), "not speak of a patient"),
        (fhir.observation("", **WEIGHT), "no id"),
        (fhir.observation("o" * 300, **WEIGHT), "id has 300 characters"),
        (fhir.observation("o", **WEIGHT, status="bogus"), "“bogus” is not a status"),
        (fhir.observation("o", **WEIGHT, status="entered-in-error"), "entered in error"),
        (fhir.observation("o", **WEIGHT, status="preliminary"), "preliminary"),
        (fhir.observation("o", **WEIGHT, effectiveDateTime="2999-01-01T00:00:00Z"), "future"),
        (fhir.observation("o", **WEIGHT, effectiveDateTime="0001-01-01T00:00:00+14:00"), "does not exist or cannot"),
        (fhir.observation("o", **WEIGHT, effectiveDateTime="2020-02-30"), "effectiveDateTime"),
        (fhir.observation("o", **WEIGHT, effectiveDateTime=None), "not say when"),
        (fhir.observation("o", **WEIGHT, code={}), "which observation"),
        (fhir.observation("o", **WEIGHT, code=fhir.concept("x" * 10_000)), "10,000 characters"),
        (fhir.observation("o"), "no value"),
        (fhir.observation("o", hasMember=[{"reference": "Observation/1"}]), "heading"),
        (fhir.observation("o", valueQuantity={"value": 1e300, "unit": "kg"}), "outside anything"),
        (fhir.observation("o", valueQuantity={"value": 1, "comparator": "~"}), "comparator"),
        (fhir.observation("o", valueString="a", valueBoolean=True), "not valid FHIR R4"),
        (fhir.of("Encounter", "e", status="planned", **AMBULATORY), "did not take place"),
        (fhir.of("Procedure", "p", status="not-done", code=fhir.concept("x")), "not carried out"),
        (fhir.of("Condition", "c", code=fhir.concept("x"), verificationStatus=fhir.concept("", "refuted")), "refuted"),
        (
            fhir.of("Condition", "c", code=fhir.concept("x"), onsetDateTime="2020", abatementDateTime="2019"),
            "ends before",
        ),
        (fhir.of("Immunization", "i", status="completed", vaccineCode=fhir.concept("x"), occurrenceString="once"),
         "not say when"),
        (fhir.of("MedicationRequest", "m", status="active", intent="plan",
                 medicationCodeableConcept=fhir.concept("x")), "not prescribed"),
        (
            fhir.of("MedicationRequest", "m", status="active", intent="order", authoredOn="2020",
                    medicationReference={"reference": "Medication/gone"}),
            "not in the file",
        ),
        (fhir.of("AllergyIntolerance", "a", code=fhir.concept("No food allergy", "429625007")), "about medicines"),
        (fhir.of("ImagingStudy", "s", status="available"), "DICOM"),
        (fhir.of("Consent", "s", status="active"), "not brought in"),
    ],
)  # fmt: skip
def test_a_resource_that_cannot_be_taken_is_refused_with_its_reason(resource: fhir.Resource, sentence: str) -> None:
    assert sentence in reason({key: value for key, value in resource.items() if value is not None})


def test_a_condition_of_which_only_the_year_is_known_says_so() -> None:
    value = only(fhir.of("Condition", "c", code=fhir.concept("Asthma"), onsetDateTime="1991"))
    assert isinstance(value, IncomingProblem)
    assert (value.status, value.onset_on, value.notes) == ("active", date(1991, 1, 1), "Onset: 1991")


# ------------------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("sent", "value", "text"),
    [
        ({"valueQuantity": fhir.quantity(61.50, "kg")}, Decimal("61.5"), ""),
        ({"valueQuantity": fhir.quantity(1, "mg/L", comparator="<")}, None, "<1"),
        ({"valueString": "trace"}, None, "trace"),
        ({"valueBoolean": False}, None, "No"),
        ({"valueInteger": 0}, Decimal(0), None),
        ({"valueCodeableConcept": fhir.concept("Never smoker")}, None, "Never smoker"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 5}}}, None, "1 to 5"),
        ({"dataAbsentReason": fhir.concept("Patient refused")}, None, "Not available: Patient refused"),
    ],
)
def test_a_value_is_kept_as_it_was_sent(sent: dict[str, Any], value: Decimal | None, text: str | None) -> None:
    found = only(fhir.observation("o", **sent))
    assert isinstance(found, IncomingObservation)
    (row,) = found.rows
    if text is None:
        assert row.text == f"{value}"
    else:
        assert (row.value, row.text) == (value, text)


def test_not_a_digit_of_a_number_is_lost() -> None:
    text = json.dumps(fhir.bundle(fhir.patient(), fhir.observation("o", valueQuantity=fhir.quantity("V", "kg"))))
    content = parse(text.replace('"V"', "61.500000000000000001").encode())
    (entry,) = read_bundle(SourceFile("x", b"", content), SETTINGS).entries
    assert isinstance(entry.value, IncomingObservation)
    assert str(entry.value.rows[0].value) == "61.500000000000000001"


def test_a_blood_pressure_becomes_the_two_values_of_the_desk() -> None:
    parts = [
        {"code": fhir.concept(name, code, "http://loinc.org"), "valueQuantity": fhir.quantity(value, "mm[Hg]")}
        for name, code, value in (("Diastolic BP", "8462-4", 80), ("Systolic BP", "8480-6", 120))
    ]
    value = only(fhir.observation("o", code=fhir.concept("Blood pressure"), component=parts))
    assert isinstance(value, IncomingObservation)
    assert {row.name: row.value for row in value.rows} == {
        "Diastolic blood pressure": 80,
        "Systolic blood pressure": 120,
    }


def test_a_measurement_in_another_unit_does_not_join_the_desks_trend() -> None:
    code = fhir.concept("Body height", "8302-2", "http://loinc.org")
    value = only(fhir.observation("o", code=code, valueQuantity=fhir.quantity(1.64, "m")))
    assert (value.rows[0].name, value.rows[0].unit) == ("Body height", "m")


# ----------------------------------------------------------------------------------------------------------- results


def test_a_laboratory_value_comes_in_uk_units_and_says_what_was_sent(tmp_path: Path) -> None:
    sent = fhir.laboratory(
        "l",
        "Glucose [Mass/volume]",
        "2339-0",
        {"valueQuantity": fhir.quantity(180, "mg/dL")},
        referenceRange=[{"low": fhir.quantity(70, "mg/dL"), "high": fhir.quantity(110, "mg/dL")}],
    )
    value = only(sent, settings=catalogued(tmp_path))
    assert isinstance(value, IncomingResult)
    (row,) = value.rows
    assert (row.name, row.text, row.unit, row.value) == ("Glucose", "9.99", "mmol/L", Decimal("9.99"))
    assert (row.low, row.high) == (Decimal("3.88"), Decimal("6.10"))
    assert row.sent == "Glucose [Mass/volume] 180 mg/dL"
    assert (row.interpretation, row.is_own_interpretation) == ("H", True)


@pytest.mark.parametrize(
    ("code", "unit", "sent", "text", "uk_unit"),
    [
        ("4548-4", "%", 6.0, "42.1", "mmol/mol"),
        ("6690-2", "10*3/uL", 7.123456, "7.123456", "10*9/L"),
        ("2339-0", "mmol/L", 5.123456, "5.123456", "mmol/L"),
        ("9999-9", "mg/dL", 1.5, "1.5", "mg/dL"),
    ],
)
def test_a_unit_is_converted_only_where_the_catalogue_knows_how(
    tmp_path: Path, code: str, unit: str, sent: float, text: str, uk_unit: str
) -> None:
    resource = fhir.laboratory("l", "Test", code, {"valueQuantity": fhir.quantity(sent, unit)})
    (row,) = only(resource, settings=catalogued(tmp_path)).rows
    assert (row.text, row.unit) == (text, uk_unit)


def test_without_a_catalogue_a_result_stays_in_the_units_sent() -> None:
    (row,) = only(fhir.laboratory("l", "Glucose", "2339-0", {"valueQuantity": fhir.quantity(180, "mg/dL")})).rows
    assert (row.text, row.unit, row.sent) == ("180", "mg/dL", "")


def test_less_than_keeps_its_comparator_beside_the_number() -> None:
    (row,) = only(
        fhir.laboratory("l", "CRP", "1988-5", {"valueQuantity": fhir.quantity(5, "mg/L", comparator="<")})
    ).rows
    assert (row.comparator, row.text, row.interpretation) == ("<", "5", "")


def test_the_laboratorys_flag_wins_over_our_own() -> None:
    resource = fhir.laboratory(
        "l",
        "Sodium",
        "2947-0",
        {"valueQuantity": fhir.quantity(200, "mmol/L")},
        referenceRange=[{"low": {"value": 133}, "high": {"value": 146}}],
        interpretation=[fhir.concept("", "HH")],
    )
    (row,) = only(resource).rows
    assert (row.interpretation, row.is_own_interpretation) == ("HH", False)


def test_a_reports_results_are_its_lines_and_missing_ones_are_told() -> None:
    found = read(
        fhir.patient(),
        fhir.laboratory("l1", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(140, "mmol/L")}),
        fhir.report("r1", "l1", "gone", status="corrected"),
    )
    head, line = (each.value for each in found.entries)
    assert isinstance(head, IncomingReport)
    assert isinstance(line, IncomingResult)
    assert (head.status, line.report) == ("C", "r1")
    assert head.notes == "1 of its 2 results were not in the file."


def test_the_members_of_a_group_in_a_report_are_its_lines() -> None:
    found = read(
        fhir.patient(),
        fhir.laboratory("l1", "Haemoglobin", "718-7", {"valueQuantity": fhir.quantity(140, "g/L")}),
        fhir.observation("g", category="laboratory", hasMember=[{"reference": "Observation/l1"}]),
        fhir.report("r1", "g"),
    )
    assert [(each.kind, each.reason) for each in found.refusals] == [
        ("Observation", "It is only a heading over other observations.")
    ]
    assert [each.value.report for each in found.entries if isinstance(each.value, IncomingResult)] == ["r1"]


def test_a_report_with_nothing_in_it_is_refused() -> None:
    assert "None of its results" in reason(fhir.report("r1", "gone"))


def test_a_report_never_claims_the_result_of_another_patient() -> None:
    found = read(
        fhir.patient(),
        fhir.patient("p2"),
        fhir.laboratory(
            "l1", "Sodium", "2947-0", {"valueQuantity": fhir.quantity(140, "mmol/L")}, subject="Patient/p2"
        ),
        fhir.report("r1", "l1", conclusion="Fine."),
    )
    assert {(each.label, each.patient, getattr(each.value, "report", "-")) for each in found.entries} == {
        ("DiagnosticReport/r1", "p1", "-"),
        ("Observation/l1", "p2", None),
    }


# --------------------------------------------------------------------------------------------- allergies and medicines


def test_an_allergy_is_checkable_only_when_our_tables_know_the_agent() -> None:
    known = only(fhir.of("AllergyIntolerance", "a", code=fhir.concept("Amoxicillin")))
    other = only(fhir.of("AllergyIntolerance", "a", code=fhir.concept("Allergy to mould"), category=["environment"]))
    assert isinstance(known, IncomingAllergy)
    assert isinstance(other, IncomingAllergy)
    assert (known.is_checkable, known.kind, known.status) == (True, "drug", "active")
    assert (other.is_checkable, other.kind, other.agent) == (False, "environment", "Mould")
    assert "Sent as: Allergy to mould" in other.notes


def test_no_known_allergies_is_a_statement_and_no_agent() -> None:
    value = only(
        fhir.of("AllergyIntolerance", "a", code=fhir.concept("No known allergy", "716186003"), recordedDate="2020")
    )
    assert value == NoKnownAllergies(datetime(2020, 1, 1))


def medicine(**fields: Any) -> IncomingMedicine:
    values = {"status": "active", "intent": "order", "authoredOn": "2020-03-10"}
    named = {"medicationCodeableConcept": fhir.concept("Simvastatin 10 mg tablets")}
    value = only(fhir.of("MedicationRequest", "m", **{**values, **named, **fields}))
    assert isinstance(value, IncomingMedicine)
    return value


def test_a_stopped_medicine_does_not_count_as_taken() -> None:
    value = medicine(status="stopped")
    assert (value.status, value.is_stopped) == ("completed", True)
    assert "stopped" in value.notes


def test_directions_are_the_words_sent_or_what_dose_and_timing_say() -> None:
    timing = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}
    dose = [{"doseQuantity": {"value": 10, "unit": "mg"}}]
    assert medicine(dosageInstruction=[{"text": "One at night"}]).directions == "One at night"
    assert medicine(dosageInstruction=[{"timing": timing, "doseAndRate": dose}]).directions == (
        "Dose 10 mg, 2 times every day"
    )
    assert medicine().directions == "No directions were sent."


def test_a_quantity_that_was_not_sent_is_not_invented() -> None:
    value = medicine()
    assert (value.quantity, value.quantity_unit) == (Decimal(1), "supply, quantity not sent")
    supply = {"quantity": {"value": 28, "unit": "tablet"}, "expectedSupplyDuration": {"value": 4, "code": "wk"}}
    value = medicine(dispenseRequest=supply)
    assert (value.quantity, value.quantity_unit, value.duration_days) == (Decimal(28), "tablet", 28)


# --------------------------------------------------------------------------------------------------------- documents


def document(**attachment: Any) -> fhir.Resource:
    return fhir.of(
        "DocumentReference",
        "d",
        status="current",
        date="2020-03-10T10:00:00Z",
        type=fhir.concept("Letter"),
        content=[{"attachment": attachment}],
    )


def test_a_documents_file_is_kept_with_its_bytes() -> None:
    data = base64.b64encode(b"%PDF-1.7 x").decode()
    value = only(document(contentType="application/pdf", data=data, title="Clinic letter / A"))
    assert isinstance(value, IncomingDocument)
    assert value.attachment is not None
    assert (value.attachment.content, value.attachment.file_name) == (b"%PDF-1.7 x", "Clinic letter - A.pdf")


@pytest.mark.parametrize(
    ("attachment", "sentence"),
    [
        ({"contentType": "application/pdf", "url": "https://example.com/x.pdf"}, "only an address"),
        ({"contentType": "text/html", "data": "PGI+"}, "“text/html” are not taken"),
        ({"contentType": "text/plain", "data": "gA=="}, "encoding"),
        ({"contentType": "text/plain", "data": "SGk=", "hash": "AAAA"}, "hash differs"),
    ],
)
def test_a_document_that_cannot_be_kept_is_refused(attachment: dict[str, Any], sentence: str) -> None:
    assert sentence in reason(document(**attachment))


def test_a_report_in_words_becomes_a_document_with_its_results() -> None:
    words = fhir.report("r1", "o1", category=[{"coding": [{"code": "RAD"}]}], conclusion="No fracture.")
    found = read(fhir.patient(), words, fhir.observation("o1", valueString="swollen"))
    value = next(each.value for each in found.entries if each.kind == "DiagnosticReport")
    assert isinstance(value, IncomingDocument)
    assert value.content == "No fracture.\nBody Weight: swollen"
