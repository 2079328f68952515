"""The people on a document, as they are printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.identity import format_nhs_number


@dataclass(frozen=True, slots=True)
class Patient:
    """`name` is already in its printed form (domain-rules A2.1), `age` too (A2.8: "61y"); `nhs_number` holds digits."""

    name: str
    born: date | None = None
    age: str = ""
    gender: str = ""
    nhs_number: str = ""
    number: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""

    @property
    def born_and_age(self) -> str:
        """14-Aug-1980 (45y): always printed, even when it has to say that it is not recorded."""
        return format_date(self.born) + (f" ({self.age})" if self.age else "")

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value in the order of the banner (domain-rules A2.2), then the address."""
        return (
            ("Patient", self.name),
            ("Born", self.born_and_age),
            ("Gender", self.gender),
            ("NHS No.", format_nhs_number(self.nhs_number)),
            ("Patient No.", self.number),
            ("Address", "\n".join(self.address)),
            ("Phone", self.phone),
        )


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Who prescribes or writes. `kind` is the legal one ("Doctor", "Nurse independent prescriber"; A5a.2).

    `register` and `number` go together ("GMC", "7654321"); `controlled_drug_number` is the one of private CD forms.
    """

    name: str
    kind: str = ""
    register: str = ""
    number: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    controlled_drug_number: str = ""

    @property
    def registration(self) -> str:
        """GMC 7654321, or an empty text."""
        return f"{self.register} {self.number}".strip() if self.number else ""
