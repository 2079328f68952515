"""Letters and prescriptions from the shapes they were frozen in: the same shape always gives the same paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cura_desktop.documents.allergies import AllergyStatement
from cura_desktop.documents.letter import LetterDocument, LetterSection
from cura_desktop.documents.letterhead import Letterhead
from cura_desktop.documents.parties import Patient, Practitioner
from cura_desktop.documents.prescription import PrescribedItem, PrescriptionDocument
from cura_desktop.domain.letter_shapes import FrozenLetter, LetterAllergies, LetterPatient, Sender
from cura_desktop.domain.letters import PLAN
from cura_desktop.domain.prescribing import PrescriberKind
from cura_desktop.domain.prescription_shapes import PrintedParts
from cura_desktop.domain.prescriptions import PrescriptionLine, counted_unit


def letter_document(letter: FrozenLetter, *, draft: bool = False) -> LetterDocument:
    """The paper of a letter, marked as a draft before it is issued."""
    body, author = letter.body, letter.author
    sections = [LetterSection(heading, text) for heading, text in body.sections if heading != PLAN]
    sections.append(LetterSection(PLAN, body.text_of(PLAN), groups=body.actions()))
    return LetterDocument(
        letterhead=_letterhead(letter.sender),
        recipient=body.recipient or ("(no recipient yet)",),
        dated=letter.dated,
        patient=_patient(letter.patient),
        author=Practitioner(author.name, author.kind, author.register, author.number),
        subject=body.subject,
        salutation=body.salutation,
        sections=tuple(sections),
        allergies=_allergies(letter.allergies),
        closing=body.closing,
        reference=letter.reference,
        cc=body.copies,
        replaces=letter.replaces,
        draft=draft,
    )


def prescription_document(
    printed: PrintedParts, lines: Sequence[PrescriptionLine], number: str
) -> PrescriptionDocument:
    """The paper of a prescription; `number` is what stands on it."""
    sender, by = printed.sender, printed.prescriber
    kind = by.kind.value if by.kind else ""
    return PrescriptionDocument(
        letterhead=_letterhead(sender),
        prescriber=Practitioner(
            by.name, kind, by.register, by.number, sender.address, sender.phone, by.controlled_number
        ),
        patient=_patient(printed.patient),
        dated=printed.dated,
        items=tuple(map(_item, lines)),
        allergies=_allergies(printed.allergies),
        number=number,
        dental_only=by.kind is PrescriberKind.DENTIST,
    )


def _item(line: PrescriptionLine) -> PrescribedItem:
    return PrescribedItem(
        medicine=line.medication,
        quantity=line.quantity,
        quantity_unit=counted_unit(line.quantity or Decimal(0), line.quantity_unit),
        directions=line.directions,
        indication=line.indication,
        control=line.controlled,
        repeats=line.repeats or None,
    )


def _letterhead(sender: Sender) -> Letterhead:
    return Letterhead(sender.name, sender.address, sender.phone, sender.email, sender.website)


def _patient(one: LetterPatient) -> Patient:
    return Patient(one.name, one.born, one.age, one.gender, one.nhs_number, one.number, one.address)


def _allergies(stated: LetterAllergies) -> AllergyStatement:
    return AllergyStatement(stated.state, stated.allergies, stated.recorded)
