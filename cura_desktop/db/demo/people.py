"""Clinics, staff and patients. All identifiers lie in ranges that are never given to a real person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cura_desktop.db.demo.content import Content
from cura_desktop.db.demo.rows import Book, midnight

_AGE_BANDS = ((2, 11, 12), (12, 17, 6), (18, 34, 20), (35, 49, 20), (50, 64, 20), (65, 79, 15), (80, 94, 7))


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who works in the clinic. `slot_minutes` is 0 for people without a diary; times are HH:MM."""

    organization_id: int
    id: int
    username: str
    name: str
    role: str
    practice: str
    days: tuple[str, ...]
    start: str
    end: str
    slot_minutes: int
    room: str
    is_prescriber: bool


@dataclass(frozen=True, slots=True)
class Patient:
    """What the other modules need to know of a patient to write a coherent history."""

    organization_id: int
    id: int
    number: str
    first_name: str
    last_name: str
    sex: str
    born: date
    nhs_number: str | None
    phone: str
    insurer: str | None
    registered: date
    is_tour: bool

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.first_name} {self.last_name}"

    def age_on(self, day: date) -> int:
        """Completed years."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Clinic:
    """One organization with its people."""

    organization_id: int
    written: dict[str, Any]
    staff: tuple[Staff, ...]
    patients: tuple[Patient, ...]

    def first(self, role: str) -> Staff:
        """The first person with the role, else the administrator."""
        found = [person for person in self.staff if person.role == role]
        return found[0] if found else next(person for person in self.staff if person.role == "admin")


def nhs_number(serial: int) -> str | None:
    """A valid number in the synthetic range 999 (domain-rules A1.1, A1.5); None when the check digit would be 10."""
    digits = f"999{serial:06d}"
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return None if check == 10 else digits + str(0 if check == 11 else check)


def build_clinic(book: Book, content: Content, place: int, written: dict[str, Any]) -> Clinic:
    """The organization, its staff with default hours and its patients."""
    organization_id = place + 1
    _organization(book, organization_id, written)
    staff = tuple(_staff(book, organization_id, person) for person in written["staff"])
    numbers = (number for number in map(nhs_number, range(place * 100_000 + 1, 999_999)) if number)
    patients = tuple(_patients(book, content, organization_id, written, staff, numbers))
    return Clinic(organization_id, written, staff, patients)


def _organization(book: Book, organization_id: int, written: dict[str, Any]) -> None:
    book.tables["organizations"].append(
        {
            "id": organization_id,
            "name": written["name"],
            "subdomain": written["subdomain"],
            "email": written["email"],
            "region": "UK",
            "brand_name": written["brand_name"],
            "subscription_status": "active",
            "time_zone": "Europe/London",
            "currency": "GBP",
            "phone": written["phone"],
            "address": written["address"],
            "opening_hours": written["opening_hours"],
            "vat_registered": written["vat_registered"],
            "vat_number": written["vat_number"],
            "is_registered_pharmacy": written["registered_pharmacy"],
            "pharmacy_number": written["pharmacy_number"],
            "features": {"aiEnabled": False, "billingEnabled": True},
        }
    )
    for price in written["prices"]:
        book.add("price_list", organization_id, **price)
    for price in written["prices"]:
        if price["service_type"] == "imaging":
            book.add(
                "pricing_imaging",
                organization_id,
                imaging_type="Ultrasound" if price["code"] == "USS" else "X-ray",
                description=price["description"],
                price=price["price"],
                vat_category=price["vat_category"],
            )


def _staff(book: Book, organization_id: int, person: dict[str, Any]) -> Staff:
    domain = "demo-clinic.example.com" if organization_id == 1 else "harbour-smiles.example.org"
    user_id = book.add(
        "users",
        organization_id,
        email=f"{person['username']}@{domain}",
        username=person["username"],
        title=person["title"],
        first_name=person["first_name"],
        last_name=person["last_name"],
        role=person["role"],
        department=person["department"],
        medical_specialty_category=person["specialty"] or None,
        sub_specialty=person["sub_specialty"] or None,
        working_days=person["working_days"],
        working_hours={"start": person["start"], "end": person["end"]},
        professional_body=person["professional_body"],
        professional_number=person["professional_number"],
        prescriber_kind=person["prescriber_kind"],
        calendar_colour=person["colour"],
        created_at=midnight(book.reference - timedelta(days=900)),
    )
    if person["slot_minutes"]:
        book.add(
            "doctor_default_shifts",
            organization_id,
            user_id=user_id,
            start_time=person["start"],
            end_time=person["end"],
            working_days=person["working_days"],
        )
    return Staff(
        organization_id,
        user_id,
        person["username"],
        f"{person['title']} {person['first_name']} {person['last_name']}",
        person["role"],
        "aesthetician" if person["specialty"] == "Aesthetic medicine" else person["role"],
        tuple(person["working_days"]),
        person["start"],
        person["end"],
        person["slot_minutes"],
        person["room"],
        person["prescriber_kind"] is not None,
    )


def _patients(
    book: Book,
    content: Content,
    organization_id: int,
    written: dict[str, Any],
    staff: tuple[Staff, ...],
    numbers: Iterator[str],
) -> Iterator[Patient]:
    household: dict[str, Any] | None = None
    total = written["patients"]
    for serial in range(1, total + 1):
        is_tour = organization_id == 1 and serial == 1
        age = 67 if is_tour else _age(book)
        if household is None or age >= 65 or not book.chance(0.45):
            household = _home(book, content)
        yield _patient(book, content, organization_id, staff, next(numbers), serial, age, household, is_tour)


def _age(book: Book) -> int:
    low, high, _ = book.random.choices(_AGE_BANDS, weights=[band[2] for band in _AGE_BANDS])[0]
    return book.random.randint(low, high)


def _home(book: Book, content: Content) -> dict[str, Any]:
    town = book.random.choice(content.places["towns"])
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inward = f"{book.random.randint(1, 9)}{book.random.choice(letters)}{book.random.choice(letters)}"
    group = book.random.choices(content.names, weights=[names["weight"] for names in content.names])[0]
    return {
        "group": group,
        "last": book.random.choice(group["last"]),
        "address": {
            "street": f"{book.random.randint(1, 148)} {book.random.choice(content.places['streets'])}",
            "city": town["name"],
            "state": "",
            "postcode": f"{town['postcode']} {inward}",
            "country": "United Kingdom",
        },
        "landline": f"01632 960{book.random.randint(500, 999)}",
        "contact": None,
    }


def plain(text: str) -> str:
    """Letters without accents, for an e-mail address."""
    base = unicodedata.normalize("NFKD", text.replace("Ł", "L").replace("ł", "l").replace("ø", "o"))
    return "".join(letter for letter in base if letter.isascii() and letter.isalpha()).lower()


def _patient(
    book: Book,
    content: Content,
    organization_id: int,
    staff: tuple[Staff, ...],
    number: str,
    serial: int,
    age: int,
    home: dict[str, Any],
    is_tour: bool,
) -> Patient:
    random = book.random
    sex = "female" if is_tour or random.random() < 0.53 else "male"
    group = content.names[0] if is_tour else home["group"]
    first = "Margaret" if is_tour else random.choice(group[sex])
    last = "Thistlewood" if is_tour else home["last"]
    if sex == "female":
        last = group.get("feminine", {}).get(last, last)
    born = book.reference - timedelta(days=int(age * 365.2425) + random.randint(20, 340))
    adult = age >= 18
    registered = book.reference - timedelta(days=random.randint(60, 1400) if age > 4 else random.randint(60, 500))
    mobile = f"07700 900{serial % 1000:03d}" if organization_id == 1 else f"07700 900{(serial + 480) % 1000:03d}"
    has_nhs = is_tour or book.chance(0.93)
    insurer = random.choice(content.places["insurers"]) if adult and book.chance(0.22) else None
    contact = home["contact"] or {
        "name": f"{random.choice(group['female'] + group['male'])} {last}",
        "relationship": "parent" if not adult else random.choice(["spouse", "child", "sibling", "friend"]),
        "phone": home["landline"],
    }
    patient_user = next((person.id for person in staff if person.role == "patient"), None)
    gender = sex if book.chance(0.985) else "other_specific"
    title = ("Mrs" if is_tour else random.choice(["Mrs", "Ms", "Miss"])) if sex == "female" else "Mr"
    number_text = f"P{serial:06d}"
    patient_id = book.add(
        "patients",
        organization_id,
        user_id=patient_user if is_tour else None,
        patient_id=number_text,
        title=title if adult else ("Miss" if sex == "female" else "Master"),
        first_name=first,
        last_name=last,
        middle_names=random.choice(group[sex]) if book.chance(0.35) else None,
        preferred_name="Peggy" if is_tour else (group["preferred"].get(first) if book.chance(0.7) else None),
        date_of_birth=born,
        gender_at_birth=sex,
        gender=gender,
        email=f"{plain(first)}.{plain(last)}{serial}@example.com" if adult and book.chance(0.85) else None,
        phone=mobile,
        phone_e164="+44" + mobile.replace(" ", "")[1:],
        second_phone=home["landline"] if book.chance(0.3) else None,
        nhs_number=number if has_nhs else None,
        nhs_number_status=random.choice(["verified", "traced", "not_verified"]) if has_nhs else "not_required",
        address=home["address"],
        gp_practice=random.choice(content.places["practices"]) if book.chance(0.9) else {},
        insurance_info=_insurance(book, insurer, serial),
        is_insured=insurer is not None,
        emergency_contact=contact,
        medical_history=_social(book, content, age),
        communication_preferences={
            "preferredMethod": random.choice(["sms", "email", "phone"]),
            "appointmentReminders": True,
            "marketingCommunications": book.chance(0.2),
        },
        language="pl" if group["name"] == "polish" and book.chance(0.4) else "en",
        interpreter_needed=group["name"] in {"polish", "arabic"} and book.chance(0.15),
        deceased_on=book.reference - timedelta(days=random.randint(50, 300)) if age > 86 and book.chance(0.3) else None,
        is_active=True,
        created_by=next(person.id for person in staff if person.role == "receptionist"),
        created_at=midnight(registered) + timedelta(hours=10),
    )
    if adult:
        home["contact"] = {
            "name": f"{first} {last}",
            "relationship": "parent" if age < 60 else "other",
            "phone": mobile,
        }
    return Patient(
        organization_id,
        patient_id,
        number_text,
        first,
        last,
        sex,
        born,
        number if has_nhs else None,
        mobile,
        insurer,
        registered,
        is_tour,
    )


def _insurance(book: Book, insurer: str | None, serial: int) -> dict[str, object]:
    if insurer is None:
        return {}
    return {
        "provider": insurer,
        "policyNumber": f"DEMO-{serial:05d}",
        "memberNumber": f"M{serial:07d}",
        "planType": book.random.choice(["Comprehensive", "Standard", "Basic"]),
        "isActive": True,
    }


def _social(book: Book, content: Content, age: int) -> dict[str, object]:
    if age < 16:
        return {}
    smoking = book.random.choices(["never", "former", "current"], weights=[60, 25, 15])[0]
    return {
        "socialHistory": {
            "smoking": {"status": smoking},
            "alcohol": {"status": book.random.choice(["never", "occasional", "moderate"])},
            "occupation": "Retired" if age > 67 else book.random.choice(content.places["occupations"]),
        }
    }
