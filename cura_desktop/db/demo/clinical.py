"""Histories, consultations, results and prescriptions that agree with one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cura_desktop.db.demo.content import Content, Medicine
from cura_desktop.db.demo.diary import Visit
from cura_desktop.db.demo.people import Clinic, Patient, Staff
from cura_desktop.db.demo.rows import Book, midnight

_ONE_ONLY = frozenset(
    {"statin", "raas", "beta blocker", "ppi", "calcium channel blocker", "ssri", "nsaid", "paracetamol", "opioid"}
)
_CD_28_DAYS = frozenset({"0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009"})
_MONTHLY = 28


@dataclass(frozen=True, slots=True)
class Health:
    """What bears on prescribing: condition keys, allergy groups and the repeat medicines with their dose."""

    conditions: frozenset[str]
    allergy_groups: frozenset[str]
    repeats: tuple[dict[str, Any], ...]
    statement: str


@dataclass(frozen=True, slots=True)
class Line:
    """One prescribed line as the dispensary sees it; `quantity` is in the unit of the medicine."""

    item_id: int
    medicine: Medicine
    quantity: int


@dataclass(frozen=True, slots=True)
class Script:
    """A prescription for the dispensary: `state` is its supply state."""

    prescription_id: int
    patient: Patient
    issued: datetime
    state: str
    lines: tuple[Line, ...]


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
            _result(book, content, clinic, patient, panel, abnormal=0.3)
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


def _result(book: Book, content: Content, clinic: Clinic, patient: Patient, key: str, abnormal: float) -> None:
    panel = content.panels[key]
    back = book.random.randint(0, 300)
    taken = midnight(max(book.reference - timedelta(days=back), patient.registered)) + timedelta(hours=9, minutes=20)
    state = "reviewed" if back > 9 else book.random.choice(["collected", "in_progress", "completed", "completed"])
    reported = taken + timedelta(days=1, hours=5)
    if reported > book.now and state in {"completed", "reviewed"}:
        state = "in_progress"
    lines = [] if state in {"collected", "in_progress"} else _analytes(book, panel, patient, abnormal)
    odd = [line for line in lines if line["interpretation"] in {"H", "L"}]
    doctor = clinic.first("doctor")
    result_id = book.add(
        "lab_results",
        clinic.organization_id,
        patient_id=patient.id,
        test_name=panel["name"],
        test_type=panel["type"],
        specimen_type=panel["specimen"],
        ordered_by=doctor.id,
        performed_by=clinic.first("lab_technician").id if lines else None,
        status=state,
        severity="abnormal" if odd else "normal" if lines else "unknown",
        result_status="F" if lines else "P",
        flags=["abnormal"] if odd else [],
        ordered_at=taken - timedelta(days=2),
        collected_at=taken,
        reported_at=reported if lines else None,
        reviewed_by=doctor.id if state == "reviewed" else None,
        reviewed_at=reported + timedelta(hours=20) if state == "reviewed" else None,
        panel_code=key,
        results=[
            {
                "name": line["name"],
                "value": line["value_text"],
                "unit": line["unit"],
                "referenceRange": line["reference_range"],
                "status": {"H": "abnormal_high", "L": "abnormal_low"}.get(str(line["interpretation"]), "normal"),
            }
            for line in lines
        ],
    )
    for number, line in enumerate(lines, 1):
        book.add(
            "lab_result_items",
            clinic.organization_id,
            lab_result_id=result_id,
            patient_id=patient.id,
            line=number,
            taken_at=taken,
            **line,
        )


def _limits(analyte: dict[str, Any], sex: str) -> tuple[float | None, float | None]:
    male = sex == "male"
    special: dict[str, tuple[float | None, float | None]] = {
        "Haemoglobin": (130, 180) if male else (115, 165),
        "Creatinine": (59, 104) if male else (45, 84),
        "PSA": (None, 4.0),
    }
    return special.get(analyte["name"], (analyte["low"], analyte["high"]))


def _analytes(book: Book, panel: dict[str, Any], patient: Patient, abnormal: float) -> list[dict[str, Any]]:
    odd = book.chance(abnormal)
    lines: list[dict[str, Any]] = []
    for analyte in panel["analytes"]:
        low, high = _limits(analyte, patient.sex)
        span = analyte["abnormal"] if odd and (len(panel["analytes"]) == 1 or book.chance(0.5)) else analyte["usual"]
        value = book.random.uniform(*span)
        text = f"{value:.0f}" if max(span) >= 20 else f"{value:.2f}" if max(span) < 3 else f"{value:.1f}"
        shown = float(text)
        flag = "H" if high is not None and shown > high else "L" if low is not None and shown < low else "N"
        limits = f"{low:g} to {high:g}" if low is not None and high is not None else ""
        limits = limits or (f"up to {high:g}" if high is not None else f"{low:g} or above")
        lines.append(
            {
                "name": analyte["name"],
                "value_text": text,
                "value": shown,
                "unit": analyte["unit"],
                "reference_range": limits,
                "low": low,
                "high": high,
                "interpretation": flag,
                "result_status": "F",
            }
        )
    return lines


def write_consultations(
    book: Book, content: Content, clinic: Clinic, visits: list[Visit], healths: dict[int, Health]
) -> list[Script]:
    """Notes for the visits that happened, and every prescription, in the order of issue."""
    scripts: list[Script] = []
    for visit in visits:
        if visit.status in {"completed", "in_room"}:
            script = _consultation(book, content, visit, healths[visit.patient.id])
            scripts += [script] if script else []
    prescribers = [person for person in clinic.staff if person.is_prescriber]
    for patient in clinic.patients:
        health = healths[patient.id]
        if health.repeats:
            scripts += _repeats(book, content, clinic, patient, health, book.random.choice(prescribers))
    return sorted(scripts, key=lambda script: (script.issued, script.prescription_id))


def _consultation(book: Book, content: Content, visit: Visit, health: Health) -> Script | None:
    entry, done = visit.presentation, visit.status == "completed"
    lines = _choose(book, content, visit, health) if visit.staff.is_prescriber or not entry["medicines"] else []
    sentence = _sentence(content, lines)
    if entry["medicines"] and not visit.staff.is_prescriber:
        sentence = "Advice on an over-the-counter preparation from the pharmacy."
    end = visit.start + timedelta(minutes=visit.minutes)
    consultation_id = book.add(
        "consultations",
        visit.clinic.organization_id,
        patient_id=visit.patient.id,
        provider_id=visit.staff.id,
        appointment_id=visit.appointment_id,
        type="follow_up" if "review" in entry["key"] else "consultation",
        chief_complaint=entry["complaint"],
        history=book.random.choice(entry["history"]),
        examination=book.random.choice(entry["examination"]) if done else None,
        diagnosis=entry["diagnosis"] if done else None,
        plan=_plan(entry, sentence) if done else None,
        notes=f"Follow-up: {entry['follow_up']}." if done and entry["follow_up"] else None,
        status="completed" if done else "draft",
        consultation_date=visit.start,
        created_at=visit.start,
        signed_at=end if done else None,
        signed_by=visit.staff.id if done else None,
    )
    if done:
        _observations(book, visit, consultation_id)
    if entry["key"] == "flu-vaccine" and done:
        book.add(
            "immunizations",
            visit.clinic.organization_id,
            patient_id=visit.patient.id,
            vaccine="Influenza vaccine, inactivated",
            given_on=visit.start.date(),
            status="completed",
            batch_number="FLU26A17",
            site="left-arm",
            given_by=visit.staff.id,
        )
    if not lines or not done:
        return None
    return _prescription(
        book, content, visit.clinic, visit.patient, visit.staff, end, lines, health, "acute", consultation_id
    )


def _choose(book: Book, content: Content, visit: Visit, health: Health) -> list[dict[str, Any]]:
    age = visit.patient.age_on(visit.start.date())
    current = [content.medicines[one["medicine"]] for one in health.repeats]
    lines: list[dict[str, Any]] = []
    for options in visit.presentation["medicines"]:
        for option in options:
            medicine = content.medicines[option["medicine"]] if option else None
            if medicine and option and not conflicts(medicine, health, current, content, age):
                lines.append({**option, "indication": visit.presentation["diagnosis"]})
                current.append(medicine)
                break
    return lines


def _sentence(content: Content, lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "No prescription today; options discussed."
    parts = []
    for line in lines:
        medicine = content.medicines[line["medicine"]]
        parts.append(
            f"{medicine.name} {medicine.strength} {medicine.form}: {directions(line)}".replace(" standard", "")
        )
    return "Prescribed " + "; ".join(parts) + "."


def directions(line: dict[str, Any]) -> str:
    """Dose and frequency in English, without Latin codes (domain-rules A4)."""
    dose, frequency = str(line["dose"]), str(line["frequency"])
    return f"{dose} {frequency[0].lower()}{frequency[1:]}"


def _plan(entry: dict[str, Any], sentence: str) -> str:
    return " ".join(str(entry["plan"]).replace("{rx}", sentence).split())


def _observations(book: Book, visit: Visit, consultation_id: int) -> None:
    profile, random = visit.presentation["observations"], book.random
    if profile == "none":
        return
    age = visit.patient.age_on(visit.start.date())
    child = age < 12
    hot = profile in {"febrile", "child-febrile", "chest"}
    temperature = round(random.uniform(37.8, 38.7) if hot else random.uniform(36.3, 37.1), 1)
    pulse = random.randint(100, 126) if child else random.randint(84, 102) if hot else random.randint(58, 86)
    breaths = random.randint(20, 26) if age < 6 else random.randint(16, 20) if hot else random.randint(12, 17)
    values: list[tuple[str, float, str]] = [
        ("Temperature", temperature, "Cel"),
        ("Pulse", pulse, "/min"),
        ("Respiratory rate", breaths, "/min"),
        ("Oxygen saturation", random.randint(95, 97) if profile == "chest" else random.randint(96, 99), "%"),
    ]
    if not child:
        values += [
            ("Systolic blood pressure", random.randint(112, 146), "mm[Hg]"),
            ("Diastolic blood pressure", random.randint(66, 88), "mm[Hg]"),
        ]
    if age >= 18 and book.chance(0.35):
        tall = random.uniform(1.55, 1.74) if visit.patient.sex == "female" else random.uniform(1.66, 1.88)
        weight = round(random.uniform(20.5, 33.0) * tall * tall, 1)
        values += [("Weight", weight, "kg"), ("Height", round(tall * 100), "cm")]
    for name, value, unit in values:
        book.add(
            "observations",
            visit.clinic.organization_id,
            patient_id=visit.patient.id,
            name=name,
            value=value,
            unit=unit,
            category="vital-signs",
            taken_at=visit.start + timedelta(minutes=4),
            taken_by=visit.staff.id,
            consultation_id=consultation_id,
        )


def _repeats(
    book: Book, content: Content, clinic: Clinic, patient: Patient, health: Health, prescriber: Staff
) -> list[Script]:
    issued = book.now - timedelta(days=book.random.randint(2, 27), minutes=book.random.randint(0, 150))
    if not patient.is_tour and book.chance(0.08):
        issued = book.now - timedelta(days=0, minutes=book.random.randint(20, 150))
    times = [issued - timedelta(days=_MONTHLY * back) for back in range(2)]
    if book.chance(0.06):
        times.append(issued - timedelta(days=210))
    lines = list(health.repeats)
    return [
        _prescription(book, content, clinic, patient, prescriber, when, lines, health, "repeat", None)
        for when in times
        if when.date() > patient.registered
    ]


def _fate(book: Book, clinic: Clinic, issued: datetime, valid_until: date) -> tuple[str, str]:
    """Status and supply state."""
    random = book.random
    if valid_until < book.reference:
        return "expired", "not_sent"
    if not clinic.written["registered_pharmacy"]:
        return "active", "not_sent"
    if issued.date() == book.reference:
        states = ["received", "clinical_check", "assembly", "accuracy_check", "ready", "on_hold", "not_sent"]
        return "active", random.choices(states, weights=[50, 15, 8, 8, 12, 4, 3])[0]
    if issued > book.now - timedelta(days=3) and book.chance(0.35):
        return "active", random.choice(["ready", "received"])
    if book.chance(0.03):
        return "cancelled", "cancelled"
    return "completed", "collected"


def _prescription(
    book: Book,
    content: Content,
    clinic: Clinic,
    patient: Patient,
    prescriber: Staff,
    issued: datetime,
    lines: list[dict[str, Any]],
    health: Health,
    kind: str,
    consultation_id: int | None,
) -> Script:
    medicines = [content.medicines[line["medicine"]] for line in lines]
    days = 28 if any(one.cd_code in _CD_28_DAYS for one in medicines) else 182
    valid_until = issued.date() + timedelta(days=days)
    status, state = _fate(book, clinic, issued, valid_until)
    sent = None if state == "not_sent" else issued + timedelta(minutes=1)
    prescription_id = book.add(
        "prescriptions",
        clinic.organization_id,
        patient_id=patient.id,
        prescribed_by=prescriber.id,
        consultation_id=consultation_id,
        medications=[_json(one, line) for one, line in zip(medicines, lines, strict=True)],
        diagnosis="; ".join(dict.fromkeys(str(line["indication"]) for line in lines)),
        status=status,
        supply_state=state,
        kind=kind,
        priority="waiting" if state == "received" and kind == "acute" else "routine",
        issued_at=issued,
        expires_at=midnight(valid_until),
        valid_until=valid_until,
        sent_to_pharmacy_at=sent,
        signed_at=issued,
        signed_by=prescriber.id,
        signature_kind="ink",
        allergy_statement=health.statement,
        cancel_reason="Changed after telephone review" if status == "cancelled" else None,
        created_at=issued,
    )
    item_state = {"completed": "dispensed", "cancelled": "cancelled"}.get(status, "prescribed")
    made: list[Line] = []
    for number, (medicine, line) in enumerate(zip(medicines, lines, strict=True), 1):
        item_id = book.add(
            "prescription_items",
            clinic.organization_id,
            prescription_id=prescription_id,
            patient_id=patient.id,
            line=number,
            medication_id=medicine_id(book, clinic, medicine),
            name=medicine.name,
            form=medicine.form,
            strength=medicine.strength,
            route=medicine.route,
            frequency=line["frequency"],
            duration_days=line["days"],
            as_required="required" in str(line["frequency"]),
            directions=directions(line),
            quantity=line["quantity"],
            quantity_unit=medicine.unit,
            indication=line["indication"],
            legal_category=medicine.legal,
            cd_schedule=medicine.cd_code,
            label_numbers=list(medicine.labels),
            repeats=5 if kind == "repeat" else 0,
            state=item_state,
            dispensed_quantity=line["quantity"] if item_state == "dispensed" else 0,
            checked="checked",
            created_at=issued,
        )
        made.append(Line(item_id, medicine, int(line["quantity"])))
    return Script(prescription_id, patient, issued, state, tuple(made))


def _json(medicine: Medicine, line: dict[str, Any]) -> dict[str, object]:
    return {
        "name": medicine.name,
        "dosage": line["dose"],
        "frequency": line["frequency"],
        "duration": f"{line['days']} days",
        "quantity": line["quantity"],
        "refills": 0,
        "instructions": directions(line),
        "genericAllowed": True,
    }


def write_formulary(book: Book, content: Content, clinic: Clinic) -> None:
    """The formulary as the clinic's own medicine list, one row for each entry, in file order."""
    for medicine in content.medicines.values():
        book.add(
            "medications_database",
            clinic.organization_id,
            name=medicine.name,
            category=medicine.therapeutic_group,
            dosage=medicine.adult_dose,
            severity="high" if medicine.cd_code in {"0002", "0004", "0005"} else "low",
            form=medicine.form,
            strength=medicine.strength,
            route=medicine.route,
            unit=medicine.unit,
            pack_sizes=list(medicine.pack_sizes),
            legal_category=medicine.legal,
            cd_schedule=medicine.cd_code,
            label_numbers=list(medicine.labels),
            substances=[medicine.name],
            classes=sorted(medicine.groups),
            usual_dose=medicine.adult_dose or None,
            code=medicine.code,
            code_system="cura-formulary",
            source=medicine.source,
            source_date=date(2026, 11, 23),
        )


def medicine_id(book: Book, clinic: Clinic, medicine: Medicine) -> int:
    """The id of the medicine in the clinic's list; KeyError when `write_formulary` has not run for the clinic."""
    for row in book.tables["medications_database"]:
        if row["organization_id"] == clinic.organization_id and row["code"] == medicine.code:
            return int(str(row["id"]))
    raise KeyError(medicine.code)
