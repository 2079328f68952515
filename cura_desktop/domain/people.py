"""The people of a clinic as their administrator knows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cura_desktop.domain.identity import ProfessionalBody, professional_number_warning
from cura_desktop.domain.modules import LEAST_ROLE, Permissions

PRESCRIBER_KINDS: Mapping[str, str] = MappingProxyType({
    "doctor": "Doctor", "dentist": "Dentist", "nurse_independent": "Nurse independent prescriber",
    "pharmacist_independent": "Pharmacist independent prescriber",
    "optometrist_independent": "Optometrist independent prescriber",
    "physiotherapist_independent": "Physiotherapist independent prescriber",
    "paramedic_independent": "Paramedic independent prescriber",
    "podiatrist_independent": "Podiatrist independent prescriber",
    "radiographer_independent": "Therapeutic radiographer independent prescriber",
    "supplementary": "Supplementary prescriber",
})  # fmt: skip
BODIES: Mapping[str, ProfessionalBody] = MappingProxyType({
    "GMC": ProfessionalBody.GMC, "GDC": ProfessionalBody.GDC, "NMC": ProfessionalBody.NMC,
    "GPhC": ProfessionalBody.GPHC, "HCPC": ProfessionalBody.HCPC, "GOC": ProfessionalBody.GOC,
})  # fmt: skip
LONGEST_NAME = 100
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What an administrator types about a person. `overrides` are the person's own exceptions from the role."""

    first_name: str = ""
    last_name: str = ""
    title: str = ""
    username: str = ""
    email: str = ""
    phone: str = ""
    role: str = LEAST_ROLE
    department: str = ""
    specialty: str = ""
    professional_body: str | None = None
    professional_number: str = ""
    prescriber_kind: str | None = None
    cd_prescriber_number: str = ""
    active: bool = True
    overrides: Permissions = field(default_factory=Permissions)

    def normalised(self) -> PersonDraft:
        """Without stray spaces; user name and e-mail in lower case."""
        texts: dict[str, Any] = {
            name: " ".join(getattr(self, name).split())
            for name in ("first_name", "last_name", "title", "phone", "department", "specialty")
        }
        return replace(
            self,
            **texts,
            username=self.username.strip().lower(),
            email=self.email.strip().lower(),
            professional_number=self.professional_number.strip().upper(),
            cd_prescriber_number=self.cd_prescriber_number.strip(),
        )

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        typed = self.normalised()
        found: dict[str, str] = {}
        for name, words in (("first_name", "first name"), ("last_name", "last name")):
            value = getattr(typed, name)
            if not value:
                found[name] = f"Please enter the {words}."
            elif len(value) > LONGEST_NAME:
                found[name] = f"Please keep the {words} under {LONGEST_NAME} characters."
        if not _USERNAME.fullmatch(typed.username):
            found["username"] = "2 to 50 letters, digits, dots or hyphens, for example ann.smith."
        if not _EMAIL.fullmatch(typed.email) or len(typed.email) > 254:
            found["email"] = "Please enter an e-mail address, for example ann@clinic.co.uk."
        return found | _professional_problems(typed)

    def warnings(self) -> dict[str, str]:
        """Field -> sentence that does not stop saving."""
        typed = self.normalised()
        if typed.professional_body is None or not typed.professional_number:
            return {}
        warning = professional_number_warning(BODIES[typed.professional_body], typed.professional_number)
        return {"professional_number": warning} if warning else {}


def _professional_problems(typed: PersonDraft) -> dict[str, str]:
    """A prescriber's registration stands on the prescription, so it must be there (domain-rules A5)."""
    found: dict[str, str] = {}
    if typed.prescriber_kind is not None and typed.professional_body is None:
        found["professional_body"] = "A prescriber needs a professional body."
    if (typed.prescriber_kind or typed.professional_body) and not typed.professional_number:
        found["professional_number"] = "Please enter the registration number."
    if typed.cd_prescriber_number and not re.fullmatch(r"[0-9]{6}", typed.cd_prescriber_number):
        found["cd_prescriber_number"] = "Six digits."
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the clinic. `last_login_at` is naive UTC; `pending` while a one-time code waits to be used."""

    id: int
    version: int
    details: PersonDraft
    role_words: str
    last_login_at: datetime | None = None
    pending: bool = False

    @property
    def full_name(self) -> str:
        """`Dr Helen Ward`."""
        parts = (self.details.title, self.details.first_name, self.details.last_name)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Admission:
    """A person just let in, with the one-time code that is shown once. The code never appears in `repr`."""

    person: Person
    code: str = field(repr=False)
