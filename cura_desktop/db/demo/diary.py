"""Ten weeks of shifts and bookings around the reference day. A person's bookings never overlap, nor do a patient's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from holidays import country_holidays

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.people import Clinic, Patient, Staff
from cura_desktop.db.demo.rows import Book, clock, midnight, to_utc

WEEKS_EACH_WAY = 5
LUNCH = (13 * 60, 13 * 60 + 30)
_USUAL = {"doctor": 0.6, "dentist": 0.5, "nurse": 0.42, "phlebotomist": 0.3}
_AGAIN = {"physio-back", "physio-shoulder", "physio-knee", "bp-check", "dressing", "blood-test"}
_ENOUGH = 5
_ALWAYS_IN = {"doctor", "nurse", "reception", "pharmacist", "pharmacist.two", "phlebotomist", "admin", "dentist"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking with what it is about. `start` is naive UTC; `presentation` is an entry of `presentations.json`."""

    clinic: Clinic
    appointment_id: int
    patient: Patient
    staff: Staff
    start: datetime
    minutes: int
    status: str
    presentation: dict[str, Any]


@dataclass
class Roster:
    """Who is booked on the day in hand, and what each patient has come for so far."""

    conditions: dict[int, frozenset[str]]
    busy: set[int] = field(default_factory=set)
    met: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


def book_diary(book: Book, content: Content, clinic: Clinic, conditions: dict[int, frozenset[str]]) -> list[Visit]:
    """Shifts, appointments and the visits they stand for, in time order."""
    visits: list[Visit] = []
    roster = Roster(conditions)
    first = book.reference - timedelta(weeks=WEEKS_EACH_WAY)
    closed = country_holidays("GB", subdiv="ENG", years=[first.year, book.reference.year, book.reference.year + 1])
    for offset in range(2 * 7 * WEEKS_EACH_WAY):
        day = first + timedelta(days=offset)
        roster.busy = set()
        for person in clinic.staff:
            if _works(book, person, day, day in closed) and _shift(book, person, day):
                visits += _day(book, content, clinic, person, day, roster)
    return sorted(visits, key=lambda visit: (visit.start, visit.appointment_id))


def _works(book: Book, person: Staff, day: date, is_closed: bool) -> bool:
    if person.role in {"patient"}:
        return False
    if day == book.reference and person.username in _ALWAYS_IN:
        return True
    return not is_closed and day.strftime("%A") in person.days


def _shift(book: Book, person: Staff, day: date) -> bool:
    """Write the shift; True when the person is there to see people."""
    absent = day != book.reference and book.chance(0.02)
    usual = day.strftime("%A") in person.days
    book.add(
        "staff_shifts",
        person.organization_id,
        staff_id=person.id,
        date=midnight(day),
        shift_type="absent" if absent else "regular" if usual else "overtime",
        start_time=person.start,
        end_time=person.end,
        status="absent" if absent else "completed" if day < book.reference else "scheduled",
        notes=book.random.choice(["Sick leave", "Annual leave", "Training day"]) if absent else None,
        is_available=not absent,
        breaks=[{"start": "13:00", "end": "13:30"}] if clock(person.end) > LUNCH[1] else [],
        room=person.room or None,
        created_by=None,
    )
    return not absent and person.slot_minutes > 0


def _fill(book: Book, person: Staff, day: date) -> float:
    weeks = (day - book.reference).days / 7
    if day == book.reference and person.username in {"doctor", "dentist"}:
        return 1.0
    usual = _USUAL.get(person.role, 0.3)
    if person.role == "doctor" and book.random.random() < 0.12:
        usual = 0.97
    return usual if weeks <= 0 else max(0.08, usual * (1 - 0.19 * weeks))


def _day(
    book: Book,
    content: Content,
    clinic: Clinic,
    person: Staff,
    day: date,
    roster: Roster,
) -> list[Visit]:
    visits: list[Visit] = []
    at, end, share = clock(person.start), clock(person.end), _fill(book, person, day)
    while at + person.slot_minutes <= end:
        if at < LUNCH[1] and at + person.slot_minutes > LUNCH[0]:
            at = LUNCH[1]
            continue
        minutes = person.slot_minutes
        if book.chance(share):
            limit = (LUNCH[0] if at < LUNCH[0] else end) - at
            visit = _visit(book, content, clinic, person, day, at, limit, roster)
            if visit is not None:
                visits.append(visit)
                if visit.status != "cancelled" or not book.chance(0.4):
                    minutes = visit.minutes
                else:
                    continue  # the slot set free by a cancellation is offered again
        at += minutes
    return visits


def _visit(
    book: Book,
    content: Content,
    clinic: Clinic,
    person: Staff,
    day: date,
    at: int,
    limit: int,
    roster: Roster,
) -> Visit | None:
    tour = _is_tour_slot(book, clinic, person, day, at, roster.busy)
    for _ in range(25):
        patient = clinic.patients[0] if tour else book.random.choice(clinic.patients[1:])
        if patient.id in roster.busy or _gone(book, patient, day):
            continue
        fitting = [
            entry
            for entry in content.presentations
            if entry["role"] == person.practice
            and (entry["key"] in _AGAIN or entry["key"] not in roster.met[patient.id])
            and suits(entry, patient, day, roster.conditions[patient.id])
        ]
        if tour:
            fitting = [entry for entry in fitting if entry["key"] == "chest-infection"]
        if not fitting or (len(roster.met[patient.id]) > _ENOUGH and not tour):
            continue
        entry = book.random.choices(fitting, weights=[one["weight"] for one in fitting])[0]
        slot = person.slot_minutes
        minutes = min(-(-entry["minutes"] // slot) * slot, limit // slot * slot) or slot
        roster.busy.add(patient.id)
        roster.met[patient.id].add(entry["key"])
        return _write(book, clinic, person, patient, to_utc(day, at), minutes, entry)
    return None


def suits(entry: dict[str, Any], patient: Patient, day: date, conditions: frozenset[str]) -> bool:
    """Whether the presentation is plausible for this person's age, sex and conditions."""
    return bool(
        entry["min_age"] <= patient.age_on(day) <= entry["max_age"]
        and entry["sex"] in {"any", patient.sex}
        and not conditions & set(entry["avoid_conditions"])
        and (not entry["needs_condition"] or entry["needs_condition"] in conditions)
    )


def _gone(book: Book, patient: Patient, day: date) -> bool:
    row = book.tables["patients"][patient.id - 101]
    died = row["deceased_on"]
    return day < patient.registered or (isinstance(died, date) and day >= died)


def _is_tour_slot(book: Book, clinic: Clinic, person: Staff, day: date, at: int, busy: set[int]) -> bool:
    return (
        clinic.organization_id == 1
        and day == book.reference
        and person.username == "doctor"
        and at >= 11 * 60 + 15
        and clinic.patients[0].id not in busy
    )


def _write(
    book: Book, clinic: Clinic, person: Staff, patient: Patient, start: datetime, minutes: int, entry: dict[str, Any]
) -> Visit:
    end = start + timedelta(minutes=minutes)
    status = (
        "arrived"
        if patient.is_tour and start > book.now and start.date() == book.reference
        else _status(book, start, end)
    )
    booked = start - timedelta(days=book.random.randint(1, 20), hours=book.random.randint(0, 5))
    seen = status in {"completed", "in_room", "left", "arrived"}
    arrived = min(start - timedelta(minutes=book.random.randint(2, 14)), book.now - timedelta(minutes=1))
    cancelled = start - timedelta(hours=book.random.randint(3, 40))
    appointment_id = book.add(
        "appointments",
        clinic.organization_id,
        patient_id=patient.id,
        provider_id=person.id,
        assigned_role=person.role,
        title=entry["complaint"],
        description=None,
        scheduled_at=start,
        duration=minutes,
        status=status,
        type=_kind(entry),
        location=clinic.written["name"],
        room=person.room or None,
        is_virtual=person.role == "doctor" and book.chance(0.06),
        created_by=clinic.first("receptionist").id,
        created_at=min(booked, book.now),
        confirmed_at=min(start - timedelta(hours=20), book.now) if status == "confirmed" else None,
        arrived_at=arrived if seen else None,
        in_room_at=max(start, arrived) if status in {"completed", "in_room"} else None,
        completed_at=end if status == "completed" else None,
        cancelled_at=min(cancelled, book.now) if status == "cancelled" else None,
        cancel_reason=book.random.choice(_REASONS) if status == "cancelled" else None,
    )
    return Visit(clinic, appointment_id, patient, person, start, minutes, status, entry)


_REASONS = ("Patient unwell", "Work commitments", "Feeling better", "Booked elsewhere", "Transport problem")


def _kind(entry: dict[str, Any]) -> str:
    if entry["key"] in {"medication-review", "bp-check", "diabetes-foot", "asthma-review", "dental-check", "eye-test"}:
        return "routine_checkup"
    if entry["minutes"] >= 40 or entry["key"] in {"dressing", "blood-test", "smear", "suture-removal"}:
        return "procedure"
    return "follow_up" if "review" in entry["key"] else "consultation"


def _status(book: Book, start: datetime, end: datetime) -> str:
    random = book.random
    if end <= book.now:
        kinds = ["completed", "no_show", "cancelled", "rescheduled", "left"]
        return random.choices(kinds, weights=[860, 55, 60, 20, 5])[0]
    if start <= book.now:
        return "in_room"
    if start - book.now < timedelta(minutes=25):
        return "arrived" if book.chance(0.7) else "confirmed"
    return random.choices(["scheduled", "confirmed", "cancelled"], weights=[60, 35, 5])[0]
