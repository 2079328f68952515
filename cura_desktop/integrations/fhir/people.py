"""A Patient resource as a clinic's patient."""

from __future__ import annotations

from typing import Any

from cura_desktop.domain.identity import is_valid_nhs_number
from cura_desktop.domain.imports import ImportRefusedError, IncomingPatient
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.integrations.fhir.elements import (
    Reading,
    RefusedResource,
    Resource,
    codes_of,
    human_name,
    line,
    listed,
    moment,
    partial_date,
)
from cura_desktop.integrations.fhir.overlay import Overlay, overlaid

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_GENDERS = {"male": "male", "female": "female", "other": "other_specific", "unknown": "not_known", "": "not_known"}
_BIRTH_SEX = {"M": "male", "F": "female", "male": "male", "female": "female", "indeterminate": "indeterminate"}
_RELATIONS = {
    "SPS": "spouse", "DOMPART": "spouse", "PRN": "parent", "MTH": "parent", "FTH": "parent", "CHILD": "child",
    "SON": "child", "DAU": "child", "SIB": "sibling", "BRO": "sibling", "SIS": "sibling", "FRND": "friend",
}  # fmt: skip
_DROPPED = {
    "us-core-race": "US race extensions dropped",
    "us-core-ethnicity": "US ethnicity extensions dropped",
    "patient-mothersMaidenName": "Mother's maiden name dropped",
    "patient-birthPlace": "Place of birth dropped",
}


def patient(resource: Resource, reading: Reading, overlay: Overlay, key: str) -> IncomingPatient:
    """Map and check by the rules of registration. Raises ImportRefusedError: without its patient a file is nothing."""
    try:
        found = _patient(resource, reading, overlay, key)
    except RefusedResource as error:
        raise ImportRefusedError(f"The patient cannot be taken. {error}") from None
    if problems := found.details.problems(reading.today):
        raise ImportRefusedError("The patient cannot be taken. " + " ".join(problems.values()))
    return found


def _patient(resource: Resource, reading: Reading, overlay: Overlay, key: str) -> IncomingPatient:
    gender = line(resource.get("gender"))
    if gender not in _GENDERS:
        raise RefusedResource(f"“{gender[:20]}” is not a gender that FHIR knows.")
    if any(each.get("type") == "replaced-by" for each in _mappings(resource.get("link"))):
        raise RefusedResource("The source says that another record has replaced this one.")
    draft = PatientDraft(
        **_names(resource),
        **_telecom(resource),
        **_address(resource),
        **_kin(resource),
        **_nhs_number(resource, reading),
        born=_born(resource),
        gender=_GENDERS[gender],
        sex=_birth_sex(resource),
        language=_language(resource),
        gp_practice=next((n for r in listed(resource.get("generalPractitioner")) if (n := reading.name_of(r))), ""),
        notes="" if resource.get("deceasedBoolean") is not True else "Recorded as deceased; the date is not known.",
    )
    _note_dropped(resource, reading)
    if key in overlay:
        draft = overlaid(draft, overlay[key])
        reading.mapped["Names, NHS numbers, phones and addresses taken from the overlay"] += 1
    died = moment(resource.get("deceasedDateTime"), reading)
    return IncomingPatient(
        draft.normalised(),
        died.day if died else None,
        is_active=resource.get("active") is not False and resource.get("deceasedBoolean") is not True,
        is_restricted=bool(codes_of([{"coding": (resource.get("meta") or {}).get("security")}]) & {"R", "V"}),
    )


def _names(resource: Resource) -> dict[str, Any]:
    names = _mappings(resource.get("name"))
    order = {"official": 0, "usual": 1, "": 2, "maiden": 4, "old": 5, "temp": 6}
    best = min(names, key=lambda name: order.get(line(name.get("use")), 3), default={})
    given = [word for each in listed(best.get("given")) if (word := line(each))]
    nickname = next((each for each in names if each.get("use") == "nickname"), {})
    return {
        "family_name": line(best.get("family")),
        "given_name": given[0] if given else "",
        "middle_names": " ".join(given[1:]),
        "preferred_name": " ".join(line(each) for each in listed(nickname.get("given"))),
        "title": next((line(each) for each in listed(best.get("prefix"))), "").rstrip("."),
    }


def _telecom(resource: Resource) -> dict[str, Any]:
    contacts = [each for each in _mappings(resource.get("telecom")) if each.get("use") not in ("old", "temp")]
    phones = [each for each in contacts if each.get("system") in ("phone", "sms")]
    phones.sort(key=lambda each: each.get("use") != "mobile")
    emails = [line(each.get("value")) for each in contacts if each.get("system") == "email"]
    numbers = [line(each.get("value")) for each in phones] + ["", ""]
    return {"phone": numbers[0], "second_phone": numbers[1], "email": emails[0] if emails else ""}


def _address(resource: Resource) -> dict[str, Any]:
    addresses = [each for each in _mappings(resource.get("address")) if each.get("use") != "old"]
    best = next((each for each in addresses if each.get("use") == "home"), addresses[0] if addresses else {})
    lines = [word for each in listed(best.get("line")) if (word := line(each))]
    return {
        "street": ", ".join(lines) or line(best.get("text")),
        "city": line(best.get("city")),
        "county": line(best.get("district")) or line(best.get("state")),
        "postcode": line(best.get("postalCode")),
        "country": line(best.get("country")),
    }


def _kin(resource: Resource) -> dict[str, Any]:
    contact = next(iter(_mappings(resource.get("contact"))), None)
    if contact is None:
        return {}
    codes = codes_of(contact.get("relationship"))
    telecom = _telecom(contact)
    return {
        "kin_name": human_name(contact.get("name") or {}),
        "kin_relationship": next((_RELATIONS[code] for code in sorted(codes) if code in _RELATIONS), "other"),
        "kin_phone": telecom["phone"],
        "kin_email": telecom["email"],
    }


def _nhs_number(resource: Resource, reading: Reading) -> dict[str, Any]:
    for identifier in _mappings(resource.get("identifier")):
        if identifier.get("system") != NHS_NUMBER:
            continue
        number = line(identifier.get("value"))
        if not is_valid_nhs_number(number):
            reading.mapped["NHS numbers left out because their check digit does not fit"] += 1
            return {}
        status = codes_of([each.get("valueCodeableConcept") for each in _mappings(identifier.get("extension"))])
        return {"nhs_number": number, "nhs_status": "verified" if "01" in status else "not_verified"}
    return {}


def _born(resource: Resource) -> PartialDate | None:
    text = resource.get("birthDate")
    if not isinstance(text, str):
        return None
    try:
        return partial_date(text)
    except ValueError:
        raise RefusedResource("The date of birth does not exist or cannot be read.") from None


def _birth_sex(resource: Resource) -> str:
    for extension in _mappings(resource.get("extension")):
        if line(extension.get("url")).lower().endswith(("us-core-birthsex", "ukcore-birthsex")):
            codes = {line(extension.get("valueCode"))} | codes_of(extension.get("valueCodeableConcept"))
            return next((_BIRTH_SEX[code] for code in sorted(codes) if code in _BIRTH_SEX), "")
    return ""


def _language(resource: Resource) -> str:
    for each in _mappings(resource.get("communication")):
        for coding in _mappings((each.get("language") or {}).get("coding")):
            if line(coding.get("system")) == "urn:ietf:bcp:47":
                return line(coding.get("code")).split("-")[0].lower()
    return ""


def _note_dropped(resource: Resource, reading: Reading) -> None:
    for extension in _mappings(resource.get("extension")):
        text = _DROPPED.get(line(extension.get("url")).rsplit("/", 1)[-1])
        if text:
            reading.mapped[text] += 1
    if any(each.get("system") != NHS_NUMBER for each in _mappings(resource.get("identifier"))):
        reading.mapped["Identifiers of other countries and systems dropped"] += 1
    if resource.get("photo"):
        reading.mapped["Photographs dropped"] += 1


def _mappings(value: object) -> list[dict[str, Any]]:
    return [each for each in listed(value) if isinstance(each, dict)]
