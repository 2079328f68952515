"""Conversations, reminders, notifications, letters and data-protection records."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.diary import Visit
from cura_desktop.db.demo.people import Clinic, Patient, Staff
from cura_desktop.db.demo.rows import Book, to_local


def write_talk(book: Book, content: Content, clinic: Clinic, visits: list[Visit]) -> None:
    """Everything people of the clinic wrote to each other and to patients."""
    roles = {person.role for person in clinic.staff}
    for round_number in range(3):
        for written in content.talk["staff"]:
            if set(written["roles"]) <= roles and (
                clinic.organization_id == 1 or "Dr " not in str(written["messages"])
            ):
                _staff_conversation(book, content, clinic, written, round_number)
    for written in content.talk["broadcasts"]:
        everyone = [person for person in clinic.staff if person.role != "patient"]
        texts = [(everyone[0], written["content"])]
        _conversation(book, clinic, written["subject"], everyone, texts, book.now - timedelta(days=2, hours=1))
    if clinic.organization_id == 1:
        _patient_conversation(book, content, clinic)
    _reminders(book, content, clinic, visits)
    _notifications(book, clinic, visits)


def _weekday(moment: datetime) -> str:
    """The name of that day, or of the Monday after a weekend."""
    day = to_local(moment)
    return (day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)).strftime("%A")


def _staff_conversation(
    book: Book, content: Content, clinic: Clinic, written: dict[str, Any], round_number: int
) -> None:
    people = [clinic.first(role) for role in written["roles"]]
    if written["roles"][1] == "doctor" and round_number:
        doctors = [person for person in clinic.staff if person.role == "doctor"]
        people[1] = doctors[round_number % len(doctors)]
    start = book.now - timedelta(
        days=round_number * 9 + book.random.randint(0, 3), minutes=book.random.randint(40, 170)
    )
    values = {
        "a": people[1].name.split(" ", 1)[0] + " " + people[1].name.rsplit(" ", 1)[-1],
        "weekday": _weekday(start + timedelta(days=2)),
        "drug": book.random.choice(["amoxicillin 500 mg capsules", "estradiol patches", "salbutamol inhalers"]),
    }
    texts = [(people[number % 2], text.format(**values)) for number, text in enumerate(written["messages"])]
    if round_number == 0 and book.chance(0.5):
        texts = texts[:-1]
    _conversation(book, clinic, written["subject"].format(**values), people, texts, start)


def _conversation(
    book: Book,
    clinic: Clinic,
    subject: str,
    people: list[Staff],
    texts: list[tuple[Staff, str]],
    start: datetime,
    patient: Patient | None = None,
) -> None:
    moments = [min(start + timedelta(minutes=7 * number), book.now) for number in range(len(texts))]
    texts = [(who, text.replace("{weekday}", _weekday(start + timedelta(days=3)))) for who, text in texts]
    sender, last = texts[-1]
    key = book.add_keyed(
        "conversations",
        clinic.organization_id,
        subject=subject,
        participants=[{"id": person.id, "name": person.name, "role": person.role} for person in people],
        is_patient_conversation=patient is not None,
        patient_ref=patient.id if patient else None,
        created_by=texts[0][0].id,
        created_at=start,
        updated_at=moments[-1],
        unread_count=sum((book.now - moment).days < 2 for moment in moments),
        last_message={
            "senderId": sender.id,
            "subject": subject,
            "content": last,
            "timestamp": f"{moments[-1].isoformat()}Z",
            "priority": "normal",
        },
    )
    for person in people:
        unread = person.id != sender.id and (book.now - moments[-1]).days < 2
        book.add(
            "conversation_members",
            clinic.organization_id,
            conversation_id=key,
            user_id=person.id,
            last_read_at=moments[-1] - timedelta(minutes=1) if unread else moments[-1],
            joined_at=start,
        )
    for (who, text), moment in zip(texts, moments, strict=True):
        book.add_keyed(
            "messages",
            clinic.organization_id,
            conversation_id=key,
            sender_id=who.id,
            sender_name=who.name,
            sender_role=who.role,
            subject=subject,
            content=text,
            timestamp=moment,
            is_read=(book.now - moment).days >= 2,
            priority="high" if "Result" in subject else "normal",
            type="patient" if patient else "broadcast" if len(people) > 2 else "internal",
            message_type="internal",
            delivery_status="delivered",
            created_at=moment,
        )


def _patient_conversation(book: Book, content: Content, clinic: Clinic) -> None:
    people = [clinic.first("patient"), clinic.first("receptionist")]
    for number, texts in enumerate(content.talk["patient"]):
        said = [(people[place % 2], text) for place, text in enumerate(texts)]
        start = book.now - timedelta(days=number * 6, hours=3)
        _conversation(book, clinic, "Message from a patient", people, said, start, clinic.patients[0])


def _reminders(book: Book, content: Content, clinic: Clinic, visits: list[Visit]) -> None:
    reminder = content.talk["reminder"].replace("Cura Demo Clinic", clinic.written["name"])
    reminder = reminder.replace("01632 960100", clinic.written["phone"])
    for visit in visits:
        if visit.status in {"cancelled", "rescheduled"} or not book.chance(0.5):
            continue
        due, local = visit.start - timedelta(days=2), to_local(visit.start)
        past = due <= book.now
        failed = past and book.chance(0.02)
        book.add(
            "patient_communications",
            clinic.organization_id,
            patient_id=visit.patient.id,
            appointment_id=visit.appointment_id,
            sent_by=clinic.first("receptionist").id,
            type="sms",
            kind="appointment_reminder",
            phone_number=visit.patient.phone,
            message=reminder.format(date=local.strftime("%d-%b-%Y"), time=local.strftime("%H:%M")),
            status="failed" if failed else "delivered" if past else "scheduled",
            error_message="Number not reachable" if failed else None,
            delivered_at=due if past and not failed else None,
            scheduled_for=due,
            created_at=min(due, book.now),
        )


def _notifications(book: Book, clinic: Clinic, visits: list[Visit]) -> None:
    for visit in visits:
        if visit.status == "arrived":
            book.add(
                "notifications",
                clinic.organization_id,
                user_id=visit.staff.id,
                title="Patient has arrived",
                message=f"Your {to_local(visit.start):%H:%M} is in the waiting room.",
                type="info",
                is_read=False,
                related_entity={"table": "appointments", "id": visit.appointment_id},
                created_at=book.now - timedelta(minutes=3),
            )
    for person in clinic.staff:
        if person.role in {"pharmacist", "admin"}:
            book.add(
                "notifications",
                clinic.organization_id,
                user_id=person.id,
                title="Batches near expiry",
                message="Some batches expire within 60 days. See the stock list, filter Near expiry.",
                type="warning",
                is_read=False,
                created_at=book.now - timedelta(hours=3),
            )


def write_documents(book: Book, content: Content, clinic: Clinic, visits: list[Visit]) -> None:
    """Letters to patients with a copy for the practice, drafts, consents, requests and processing records."""
    seen = {row["appointment_id"]: row for row in book.tables["consultations"] if _mine(row, clinic)}
    for visit in visits:
        notes = seen.get(visit.appointment_id)
        if notes and notes["status"] == "completed" and visit.staff.is_prescriber and book.chance(0.12):
            _letter(book, clinic, visit, notes)
    author = clinic.first("doctor")
    book.add(
        "letter_drafts",
        clinic.organization_id,
        user_id=author.id,
        subject="Request for previous records",
        recipient="Candlemaker Health Centre",
        document_content="Dear colleagues,\n\nPlease send the summary and recent results of our shared patient.\n",
        created_at=book.now - timedelta(hours=5),
    )
    _governance(book, content, clinic)


def _mine(row: dict[str, object], clinic: Clinic) -> bool:
    return row["organization_id"] == clinic.organization_id


def _letter(book: Book, clinic: Clinic, visit: Visit, notes: dict[str, object]) -> None:
    day = to_local(visit.start)
    when = f"{day.day} {day:%B %Y}"
    patient = visit.patient
    text = (
        f"Dear {patient.name},\n\nThank you for coming to {clinic.written['name']} on {when}.\n\n"
        f"Reason for the visit: {notes['chief_complaint']}.\n\nHistory: {notes['history']}\n\n"
        f"Examination: {notes['examination']}\n\nDiagnosis: {notes['diagnosis']}.\n\nPlan: {notes['plan']}\n\n"
        f"Yours sincerely,\n{visit.staff.name}\n\nCopy: your general practitioner"
    )
    issued = visit.start + timedelta(hours=2)
    draft = issued > book.now
    book.add(
        "documents",
        clinic.organization_id,
        user_id=visit.staff.id,
        patient_id=patient.id,
        consultation_id=notes["id"],
        name=f"Letter of {when}",
        type="letter",
        content=text,
        metadata={"subject": str(notes["diagnosis"]), "recipient": patient.name, "practitioner": visit.staff.name},
        status="draft" if draft else "issued",
        issued_at=None if draft else issued,
        issued_by=None if draft else visit.staff.id,
        created_at=min(issued, book.now),
    )


def _governance(book: Book, content: Content, clinic: Clinic) -> None:
    keeper = clinic.first("receptionist").id
    for activity in content.talk["processing"]:
        book.add("gdpr_processing_activities", clinic.organization_id, **activity)
    for patient in clinic.patients:
        if not book.chance(0.35):
            continue
        given, withdrawn = book.chance(0.7), book.chance(0.1)
        when = min(book.now - timedelta(days=book.random.randint(40, 400)), book.now)
        when = max(when, datetime.combine(patient.registered, datetime.min.time()) + timedelta(hours=11))
        book.add(
            "gdpr_consents",
            clinic.organization_id,
            patient_id=patient.id,
            consent_type="marketing",
            consent_given=given,
            consent_date=when,
            withdrawn_date=when + timedelta(days=30) if given and withdrawn else None,
            purpose="Clinic newsletter by e-mail",
            data_categories=["personal_data"],
            is_active=given and not withdrawn,
            recorded_by=keeper,
            channel="in_person",
        )
    kinds = [("access", "in_progress"), ("access", "completed"), ("rectification", "pending"), ("erasure", "rejected")]
    for number, (kind, status) in enumerate(kinds):
        patient = clinic.patients[7 + 5 * number]
        asked = book.now - timedelta(days=4 + 9 * number)
        book.add(
            "gdpr_data_requests",
            clinic.organization_id,
            patient_id=patient.id,
            request_type=kind,
            status=status,
            request_date=asked,
            due_on=asked.date() + timedelta(days=30),
            completion_date=asked + timedelta(days=3) if status in {"completed", "rejected"} else None,
            refusal_reason="Health record kept under the retention schedule" if status == "rejected" else None,
            handled_by=clinic.first("admin").id,
        )
