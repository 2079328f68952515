"""From the columns and JSON arrays of the summary statement to the values of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.current_medicines import CurrentMedicine, medicine_ends
from cura_desktop.domain.measurements import clinical_place, unit_words
from cura_desktop.domain.records import (
    TOGETHER,
    AllergyRecord,
    AllergyStatus,
    Immunization,
    Measurement,
    Problem,
    ProblemStatus,
    RecordAlert,
    RecordedAllergy,
    Recorder,
    RecordPatient,
    RecordSummary,
    Trend,
    Visit,
)

Row = Mapping[str, Any]


def summary_of(row: Row, names: StaffNames, today: date, may: Mapping[str, bool]) -> RecordSummary:
    """The whole summary; modules that `may` denies become None."""
    records, prescriptions = may.get("medicalRecords", False), may.get("prescriptions", False)
    return RecordSummary(
        patient=patient_of(row),
        allergies=_allergies(row, names) if records else AllergyRecord(None),
        problems=tuple(_problem(each, names) for each in row["problems"] or ()) if records else None,
        medicines=_medicines(row["medicines"] or (), names, today) if prescriptions else None,
        observations=_in_order(_trends(_uncorrected(row["observations"] or ()), "Observation")) if records else None,
        results=_trends(row["results"] or (), "Laboratory") if may.get("labResults", False) else None,
        visits=tuple(_visit(each, names) for each in row["visits"] or ()) if records else None,
        alerts=tuple(RecordAlert(each[0], each[1], _day(each[2])) for each in row["alerts"] or ()),
        immunizations=tuple(
            Immunization(each[0], date.fromisoformat(each[1]), each[2], each[3] or "")
            for each in row["immunizations"] or ()
        )
        if records
        else None,
        next_appointment=row["next_appointment"],
    )


def patient_of(row: Row) -> RecordPatient:
    """Who the record is about, from the columns of patients and patient_fields."""
    return RecordPatient(
        id=row["id"],
        number=row["number"],
        family_name=row["last_name"],
        given_name=row["first_name"],
        title=row["title"] or "",
        preferred_name=row["preferred_name"] or "",
        born=row["date_of_birth"],
        gender=row["gender"],
        sex=row["gender_at_birth"] or "",
        nhs_number=row["nhs_number"] or "",
        address=address_lines(row["address"]),
        phone=row["phone"] or "",
        email=row["email"] or "",
        deceased_on=row["deceased_on"],
        restricted=row["is_restricted"],
        gp_practice=practice_lines(row["gp_practice"]),
    )


def address_lines(address: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The documented shape {street, city, state, postcode, country} as lines; the own country is left out."""
    found = address or {}
    wanted = ("street", "line2", "city", "state", "postcode")
    return tuple(str(found[name]) for name in wanted if found.get(name))


def practice_lines(practice: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Name, then the address part by part; empty where no practice is recorded."""
    found = practice or {}
    address = found.get("address") or ""
    parts = (
        address_lines(address) if isinstance(address, Mapping) else tuple(p.strip() for p in str(address).split(","))
    )
    return tuple(part for part in (str(found.get("name") or ""), *parts) if part)


def reactions_of(stored: list[str] | None) -> tuple[tuple[str, ...], ...]:
    """Each stored text is one reaction; its signs are joined by ` + `."""
    return tuple(tuple(each.split(TOGETHER)) for each in stored or () if each)


def _allergies(row: Row, names: StaffNames) -> AllergyRecord:
    listed = tuple(_allergy(each, names) for each in row["allergies"] or ())
    stated = row["stated"]
    none_known = None
    if stated is not None and stated[0] == "none_known":
        none_known = _recorder(names, stated[1], stated[2])
    return AllergyRecord(tuple(sorted(listed, key=lambda each: (each.agent.casefold(), each.id))), none_known)


def _allergy(each: list[Any], names: StaffNames) -> RecordedAllergy:
    return RecordedAllergy(
        id=each[0],
        version=each[1],
        agent=each[2],
        kind=each[3],
        checkable=each[4],
        reactions=reactions_of(each[5]),
        severity=each[6],
        status=AllergyStatus(each[7]),
        recorded=_recorder(names, each[8], each[9]),
        updated=_moment(each[10]),
        onset_on=_day(each[11]),
        notes=each[12] or "",
    )


def _problem(each: list[Any], names: StaffNames) -> Problem:
    return Problem(
        id=each[0],
        version=each[1],
        label=each[2],
        significance=each[3],
        status=ProblemStatus(each[4]),
        onset_on=_day(each[5]),
        ended_on=_day(each[6]),
        notes=each[7] or "",
        recorded=_recorder(names, each[8], each[9]),
    )


def _medicines(items: Any, names: StaffNames, today: date) -> tuple[CurrentMedicine, ...]:
    """Newest prescription of each medicine that has not ended, alphabetical."""
    found: dict[tuple[str, str, str], CurrentMedicine] = {}
    for (
        name,
        strength,
        form,
        directions,
        indication,
        issued,
        who,
        kind,
        required,
        source,
        days,
        repeats,
        status,
    ) in items:
        since = _moment(issued)
        repeat = kind in ("repeat", "repeat_dispensing")
        ends = medicine_ends(since.date(), days, repeats, repeat=repeat, open_prescription=status != "completed")
        key = (name.casefold(), (strength or "").casefold(), (form or "").casefold())
        if key in found or (ends is not None and ends < today):
            continue
        found[key] = CurrentMedicine(
            name=name,
            strength=strength or "",
            form=form or "",
            directions=directions,
            indication=indication or "",
            since=since,
            prescriber=names.name(who),
            repeat=repeat,
            as_required=required,
            prescription_id=source,
            ends_on=ends,
        )
    return tuple(found[key] for key in sorted(found))


def _trends(points: Any, source: str) -> tuple[Trend, ...]:
    """Grouped by name, the most recent first."""
    grouped: dict[str, list[list[Any]]] = {}
    for each in points:
        grouped.setdefault(each[0], []).append(each)
    return tuple(
        Trend(
            name=name,
            unit=listed[0][1] or "",
            source=source,
            points=tuple(_measurement(each) for each in listed if (each[1] or "") == (listed[0][1] or "")),
            low=_number(listed[0][6]),
            high=_number(listed[0][7]),
        )
        for name, listed in grouped.items()
    )


def _uncorrected(points: Any) -> list[Any]:
    """Without the values that a later row corrects; the journal still shows both."""
    corrected = {each[9] for each in points if each[9] is not None}
    return [each for each in points if each[8] not in corrected]


def _in_order(trends: tuple[Trend, ...]) -> tuple[Trend, ...]:
    return tuple(sorted(trends, key=lambda trend: clinical_place(trend.name)))


def measured_lines(body: str) -> str:
    """Lines of name, value, unit and flag, separated by tabs, as people read them."""
    lines = (line.split("\t") for line in body.splitlines())
    return "\n".join(
        " ".join(unit_words(part) if place == 2 else part for place, part in enumerate(parts) if part)
        for parts in lines
    )


def _measurement(each: list[Any]) -> Measurement:
    value = _number(each[2])
    text = each[3] if each[3] and value is None else plain(value) if value is not None else each[3] or ""
    return Measurement(_moment(each[5]), text, value, each[4] or "")


def plain(value: Decimal) -> str:
    """A number without trailing zeros (domain-rules A4)."""
    return f"{value.normalize():f}"


def _visit(each: list[Any], names: StaffNames) -> Visit:
    return Visit(
        id=each[0],
        at=_moment(each[1]),
        kind=each[2],
        provider=names.name(each[3]),
        provider_id=each[3],
        status=each[4],
        complaint=each[5] or "",
        diagnosis=each[6] or "",
        appointment_id=each[7],
    )


def _recorder(names: StaffNames, person: int | None, at: str) -> Recorder:
    return Recorder(names.name(person), names.role(person), _moment(at))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
