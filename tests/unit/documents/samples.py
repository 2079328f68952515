"""Documents as a clinic would print them; tests change single fields with `replace`."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from cura_desktop.documents.allergies import AllergyStatement
from cura_desktop.documents.checklist import ChecklistDocument
from cura_desktop.documents.controlled_register import ControlledRegisterDocument
from cura_desktop.documents.day_sheet import DaySheetDocument, DaySheetRow
from cura_desktop.documents.invoice import InvoiceDocument, InvoiceLine, InvoicePayment
from cura_desktop.documents.label import BnfLabel, LabelDocument
from cura_desktop.documents.letter import LetterDocument, LetterSection
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient, Practitioner
from cura_desktop.documents.patient_labels import PatientLabel
from cura_desktop.documents.patient_papers import RegistrationDocument, RegistrationTable
from cura_desktop.documents.prescription import PrescribedItem, PrescriptionDocument
from cura_desktop.documents.purchase_order import OrderedLine, PurchaseOrderDocument
from cura_desktop.documents.recall_list import RecallListDocument
from cura_desktop.documents.receipt import ReceiptDocument, ReceiptShare
from cura_desktop.documents.verification import Verification, verification_code
from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.controlled import RegisterEntry, RegisterPart
from cura_desktop.domain.inventory import StockBatch
from cura_desktop.domain.medicines import ControlledDrug, MedicationLine
from cura_desktop.domain.recall import BatchSupply, BatchTrace
from cura_desktop.domain.vat import InvoiceKind, VatCategory

ARABIC_NAME = "محمد عبد الرحمن الخطيب"
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff " * 270 + "x" * 500  # over 10,000 characters

LETTERHEAD = Letterhead(
    name="Harbour Street Clinic",
    address=("14 Harbour Street", "Bristol", "BS1 4XE"),
    phone="0117 496 0123",
    email="reception@harbourstreet.example",
    registration=("Registered provider 1-1234567890",),
)
VERIFICATION = Verification(verification_code(b"a key of the clinic", "content"))
PATIENT = Patient(
    name="PATEL, Anjali (Mrs)",
    born=date(1984, 8, 14),
    age="41y",
    gender="Female",
    nhs_number="9990000018",
    number="P-000482",
    address=("27 Redland Grove", "Bristol", "BS6 6UN"),
)
DOCTOR = Practitioner(
    name="Dr Eleanor Whitcombe", kind="Doctor", register="GMC", number="7654321", phone="0117 496 0123",
    controlled_drug_number="612345",
)  # fmt: skip
ALLERGIES = AllergyStatement(
    AllergyState.KNOWN,
    (
        Allergy("penicillin", coded=True, reactions=(("rash", "wheeze"),), updated=date(2024, 2, 3)),
        Allergy("elastoplast", coded=False, reactions=(("itching",),)),
    ),
)
NONE_KNOWN = AllergyStatement(
    AllergyState.NONE_KNOWN, recorded="Recorded by Dr Eleanor Whitcombe, doctor, 03-Mar-2026 09:10"
)

DOXYCYCLINE = PrescribedItem(
    MedicationLine(
        ("doxycycline",), strength="100 mg", form="capsules", amount=Decimal(100), amount_unit="mg", route="oral",
        frequency="once a day", duration="for 7 days",
    ),
    quantity=Decimal(8), quantity_unit="capsules",
    directions="Take two capsules on the first day, then one capsule each morning with a full glass of water.",
    indication="chest infection",
)  # fmt: skip
SALBUTAMOL = PrescribedItem(
    MedicationLine(
        ("salbutamol",), brand="Ventolin Evohaler", strength="100 micrograms per dose", form="inhaler",
        dose_words="1 to 2 puffs", route="inhaled", frequency="when needed, up to 4 times a day",
    ),
    quantity=Decimal(1), quantity_unit="inhaler", indication="asthma", repeats=2, repeat_interval="monthly",
)  # fmt: skip
MORPHINE = PrescribedItem(
    MedicationLine(
        ("morphine sulfate",), strength="10 mg", form="modified-release tablets", amount=Decimal(10),
        amount_unit="mg", route="oral", frequency="every 12 hours", duration="for 14 days",
    ),
    quantity=Decimal(28), quantity_unit="tablets", indication="cancer pain", control=ControlledDrug.SCHEDULE_2,
)  # fmt: skip
DIAZEPAM = PrescribedItem(
    MedicationLine(
        ("diazepam",), strength="2 mg", form="tablets", amount=Decimal(2), amount_unit="mg", route="oral",
        frequency="at night", duration="for 5 days",
    ),
    quantity=Decimal(5), quantity_unit="tablets", control=ControlledDrug.SCHEDULE_4_BENZODIAZEPINE,
)  # fmt: skip
PRESCRIPTION = PrescriptionDocument(
    LETTERHEAD, DOCTOR, PATIENT, date(2026, 3, 12), (DOXYCYCLINE, SALBUTAMOL, DIAZEPAM), ALLERGIES,
    number="RX-2026-000318", verification=VERIFICATION,
)  # fmt: skip

LETTER = LetterDocument(
    LETTERHEAD,
    recipient=("Mrs Anjali Patel", "27 Redland Grove", "Bristol", "BS6 6UN"),
    dated=date(2026, 3, 12),
    patient=PATIENT,
    author=DOCTOR,
    subject="Your appointment on 12 March 2026",
    salutation="Dear Mrs Patel",
    sections=(
        LetterSection(
            "Plan and requested actions",
            groups=(
                ("Actions for your GP", ("Please repeat the blood count in six weeks.", "Please add asthma review.")),
                ("What you can do", ("Finish the course of doxycycline.", "Use the blue inhaler when needed.")),
                ("What we will do", ("We will telephone you with the chest X-ray result within 5 days.",)),
            ),
        ),
        LetterSection("Social context"),
        LetterSection("Diagnoses", items=("Community-acquired chest infection", "Asthma, mild")),
        LetterSection(
            "Medications and medical devices",
            items=(
                "doxycycline 100 mg capsules: new, one each morning for 7 days after two on the first day",
                "salbutamol 100 micrograms inhaler: unchanged",
            ),
        ),
        LetterSection(
            "Clinical summary",
            "Thank you for coming to see us. You have had a cough with green sputum and a temperature for five days. "
            "Your chest had crackles at the base of the right lung; your oxygen level was normal at 97%.\n\n"
            "This fits a chest infection. Because penicillin has given you a rash and wheezing, we have chosen "
            "doxycycline instead of amoxicillin.",
        ),
        LetterSection(
            "Information and advice given",
            "Please ring 999 if you become very short of breath or cough up blood. Please see a doctor within two "
            "days if you are not getting better.",
        ),
    ),
    allergies=ALLERGIES,
    reference="P-000482/EW",
    cc=("Dr S. Okafor, Redland Surgery, 5 Cold Harbour Lane, Bristol BS6 7QA",),
    enclosures=("Asthma action plan",),
    verification=VERIFICATION,
)

LABEL = LabelDocument(
    patient_name="Mrs Anjali Patel",
    supplier_name="Harbour Street Clinic Pharmacy",
    supplier_address=("14 Harbour Street", "Bristol BS1 4XE"),
    supplier_phone="0117 496 0123",
    supplied_on=date(2026, 3, 12),
    product="Doxycycline 100 mg capsules",
    quantity="8 capsules",
    directions="Take TWO capsules on the first day, then ONE each morning for 6 days.",
    warnings=(
        BnfLabel(9, "Finish the course, unless told otherwise by your prescriber."),
        BnfLabel(11, "Keep your skin out of strong sun. Do not use sun lamps."),
    ),
    dispensed_by="MK",
)


def line(description: str, price: str, category: VatCategory = VatCategory.EXEMPT, quantity: int = 1) -> InvoiceLine:
    """A line whose amounts fit its category."""
    net = Decimal(price) * quantity
    vat = (net * category.rate / 100).quantize(Decimal("0.01"))
    return InvoiceLine(
        description, Decimal(quantity), Decimal(price), net, net + vat, vat, category, category.rate,
        service_date=date(2026, 3, 12),
    )  # fmt: skip


def invoice(*lines: InvoiceLine, kind: InvoiceKind = InvoiceKind.NONE) -> InvoiceDocument:
    """An invoice that adds up."""
    net = sum((item.net for item in lines), Decimal("0.00"))
    vat = sum((item.vat for item in lines), Decimal("0.00"))
    return InvoiceDocument(
        LETTERHEAD,
        issued_on=date(2026, 3, 12),
        due_on=date(2026, 4, 11),
        bill_to=("Mrs Anjali Patel", "27 Redland Grove", "Bristol", "BS6 6UN"),
        lines=lines,
        total_net=net,
        total_vat=vat,
        total_gross=net + vat,
        number="INV-2026-000127",
        kind=kind,
        vat_number="" if kind is InvoiceKind.NONE else "GB 123 4567 89",
        patient=PATIENT,
        payment_details=(("Account name", "Harbour Street Clinic"), ("Sort code", "00-00-00"), ("Account", "12345678")),
        terms="Payment within 30 days, please.",
        verification=VERIFICATION,
    )


CONSULTATION = line("Consultation with Dr Whitcombe, 30 minutes", "145.00")
DISPENSED = line("Doxycycline 100 mg capsules, dispensed on prescription", "9.40", VatCategory.ZERO)
REPORT = line("Report for insurer", "180.00", VatCategory.STANDARD)
PLAIN_INVOICE = invoice(CONSULTATION, line("Spirometry", "60.00"))
SIMPLIFIED_INVOICE = invoice(line("Skin peel, cosmetic", "95.00", VatCategory.STANDARD), kind=InvoiceKind.SIMPLIFIED)
FULL_INVOICE = invoice(CONSULTATION, DISPENSED, REPORT, kind=InvoiceKind.FULL)
PAYMENT = InvoicePayment(date(2026, 3, 12), "Card", Decimal("100.00"), "Terminal 2, 004417")

RECEIPT = ReceiptDocument(
    LETTERHEAD,
    number="REC-2026-000093",
    received_at=datetime(2026, 3, 12, 10, 42),
    payer="Mrs Anjali Patel",
    amount=Decimal("100.00"),
    method="Card",
    reference="Terminal 2, 004417",
    patient_name=PATIENT.name,
    patient_number=PATIENT.number,
    shares=(ReceiptShare("INV-2026-000127", date(2026, 3, 12), Decimal("100.00"), Decimal("105.00")),),
    received_by="Sam Carter",
    verification=VERIFICATION,
)

DAY_SHEET = DaySheetDocument(
    LETTERHEAD,
    day=date(2026, 3, 12),
    provider="Dr Eleanor Whitcombe",
    rows=tuple(
        DaySheetRow(
            time(8 + place // 4, place % 4 * 15),
            time(8 + (place + 1) // 4, (place + 1) % 4 * 15),
            f"{family}, {given}",
            date(1950 + place * 2, 1 + place % 12, 3 + place),
            f"P-{481 + place:06d}",
            "07700 900123",
            "Follow-up" if place % 3 else "New patient",
            ("Cough", "Medication review", "Blood pressure", "")[place % 4],
            "Room 2",
            ("Scheduled", "Arrived", "Completed")[place % 3],
            ("First visit",) if place % 3 == 0 else (),
        )
        for place, (family, given) in enumerate(
            [("PATEL", "Anjali (Mrs)"), ("EVANS WEST", "Jonathan (Sir)"), ("OKAFOR", "Grace (Ms)"), ("LI", "Wei (Mr)"),
             (ARABIC_NAME, ""), ("O'BRIEN", "Niamh (Miss)"), ("KOWALSKA", "Zofia (Mrs)"), ("SMITH", "John (Mr)")]
        )
    ),
    printed_at=datetime(2026, 3, 12, 7, 30),
    printed_by="Sam Carter",
)  # fmt: skip


PURCHASE_ORDER = PurchaseOrderDocument(
    DAY_SHEET.letterhead,
    "PO-2026-000001",
    date(2026, 7, 15),
    ("Severn Wholesale", "1 Weir Road", "Worcester"),
    (OrderedLine("Paracetamol 500 mg tablets", 10, "100 tablets", Decimal("1.50"), Decimal("15.00")),),
    Decimal("15.00"),
)


RECALL_LIST = RecallListDocument(
    DAY_SHEET.letterhead,
    BatchTrace(
        1,
        "Amoxicillin 500 mg capsules",
        "capsules",
        StockBatch(
            1, 1, "AB1234", date(2027, 11, 30), 100, "recalled", Decimal("1.20"), datetime(2026, 7, 1, 8),
            "Severn Wholesale", "Class 2 recall, wrong leaflet",
        ),
        142,
        42,
        0,
        (
            BatchSupply(
                "Dispensed", datetime(2026, 7, 3, 9), datetime(2026, 7, 9, 15), 26, 7, "P000007", "PATEL", "Anjali",
                date(1980, 2, 1), "01632 960 111", "", ("1 Weir Road", "Worcester"),
            ),
            BatchSupply("Sold", datetime(2026, 7, 4, 9), datetime(2026, 7, 4, 9), 16, sale="S-2026-000004"),
        ),
    ),
    datetime(2026, 7, 15, 12, 0),
    "Ada Pharmacist",
    ZoneInfo("Europe/London"),
)  # fmt: skip

CHECKLIST = ChecklistDocument(
    DAY_SHEET.letterhead, "Fire drill", (("Priority", "High"),), (), ("Sound the alarm", "Count everybody outside"), (),
    datetime(2026, 7, 15, 9, 30),
)  # fmt: skip


CONTROLLED_REGISTER = ControlledRegisterDocument(
    DAY_SHEET.letterhead,
    RegisterPart(1, "Morphine sulfate 10 mg tablets", "tablets", 79, 2, date(2026, 7, 10)),
    (
        RegisterEntry(1, datetime(2026, 7, 1, 8), "received", 100, 100, "Ada Pharmacist", "Severn Wholesale"),
        RegisterEntry(
            2, datetime(2026, 7, 3, 9), "supplied", -21, 79, "Ada Pharmacist", "Mrs Anjali Patel, 1 Weir Road",
            "Dr Ben Prescriber, prescription RX7",
        ),
    ),
    datetime(2026, 7, 15, 12, 0),
    "Ada Pharmacist",
    ZoneInfo("Europe/London"),
)  # fmt: skip

REGISTRATION = RegistrationDocument(
    letterhead=LETTERHEAD,
    patient_name="PATEL, Anjali (Mrs)",
    patient_number="P000123",
    parts=(
        ("About you", (("Given name", "Anjali"), ("Family name", "Patel"), ("Preferred name", ""))),
        ("How to reach you", (("Phone", "07700 900123"), ("E-mail", ""))),
    ),
    tables=(
        RegistrationTable(
            "People around you",
            ("Name", "Relationship", "Phone"),
            (("Ravi Patel", "Spouse or partner", "07700 900124"),),
        ),
        RegistrationTable("Further insurance", ("Insurer", "Plan", "Policy"), ()),
    ),
    consents=(("Appointment reminders by text message", "Yes"), ("News and offers by e-mail", "No"), ("Results", "")),
    printed_at=datetime(2026, 11, 23, 9, 30),
    printed_by="Rae Mills",
)
PATIENT_LABEL = PatientLabel(
    "PATEL, Anjali (Mrs)", ("Born 14-Aug-1980 (46y)", "NHS No. 999 000 0018", "Patient No. P000123"), "P000123"
)
