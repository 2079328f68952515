"""A clinic that prescribes and dispenses: people with registrations, a patient, a medicine list, stock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.doses import Dose
from cura_desktop.domain.prescriptions import PrescriptionLine, line_of, with_computed_quantity
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.records import RecordService
from tests.support.people import Clinic, make_organization, sign_in_fast


@dataclass(frozen=True)
class Pharmacy:
    """`patient` is the id of somebody with an address, nothing recorded about allergies."""

    clinic: Clinic
    patient: int
    database: Database
    doctor: Caller

    def line(self, search: str, amount: str = "1", often: str = "bd", days: int = 7) -> PrescriptionLine:
        """The first medicine that the search finds, with a plain dose."""
        medicine = MedicineService(self.database, self.doctor).search(search)[0]
        line = line_of(medicine)
        dose = Dose(Decimal(amount), medicine.unit, often, route=medicine.route, duration_days=days)
        return with_computed_quantity(replace(line, dose=dose))

    def allergy(self, agent: str, *, checkable: bool = True) -> None:
        """Record an allergy."""
        self.clinic.as_administrator(
            "INSERT INTO cura.allergies (organization_id, patient_id, agent, is_checkable, reactions, recorded_by)"
            " VALUES (%s, %s, %s, %s, '{rash}', %s)",
            self.clinic.organization_id, self.patient, agent, checkable, self.doctor.user_id,
        )  # fmt: skip

    def no_allergies(self) -> None:
        """State that there are none."""
        self.clinic.as_administrator(
            "INSERT INTO cura.patient_allergy_states (organization_id, patient_id, state, stated_by)"
            " VALUES (%s, %s, 'none_known', %s)",
            self.clinic.organization_id, self.patient, self.doctor.user_id,
        )  # fmt: skip

    def stock(self, medicine_id: int | None, name: str, batches: dict[str, tuple[str, int]]) -> int:
        """An inventory item of a medicine with batches: number -> (expiry, units); its id."""
        organization = self.clinic.organization_id
        run = self.clinic.as_administrator
        run(
            "INSERT INTO cura.inventory_categories (organization_id, name) VALUES (%s, 'Medicines')"
            " ON CONFLICT DO NOTHING",
            organization,
        )
        (item,), *_ = run(
            "INSERT INTO cura.inventory_items (organization_id, category_id, name, generic_name, sku, purchase_price,"
            " sale_price, batch_tracking, expiry_tracking, medication_id, unit_of_measurement)"
            " SELECT %s, c.id, %s, %s, md5(random()::text), 1, 2, true, true, %s, 'capsules'"
            " FROM cura.inventory_categories c WHERE c.organization_id = %s AND c.name = 'Medicines' RETURNING id",
            organization, name, name, medicine_id, organization,
        )  # fmt: skip
        for number, (expiry, units) in batches.items():
            (batch,), *_ = run(
                "INSERT INTO cura.inventory_batches (organization_id, item_id, batch_number, expiry_date, quantity,"
                " purchase_price) VALUES (%s, %s, %s, %s, %s, 1) RETURNING id",
                organization, item, number, expiry, units,
            )  # fmt: skip
            run(
                "INSERT INTO cura.inventory_stock_movements (organization_id, item_id, batch_id, movement_type,"
                " quantity, created_by) VALUES (%s, %s, %s, 'opening', %s, %s)",
                organization, item, batch, units, self.doctor.user_id,
            )  # fmt: skip
        return int(item)


def in_days(days: int) -> str:
    """A date as the database takes it."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def make_pharmacy(admin_dsn: str, *roles: str) -> Pharmacy:
    """A clinic with an administrator, a prescribing doctor, a pharmacist and `roles`; the doctor has the chart open."""
    clinic = make_organization(admin_dsn, "admin", "doctor", "pharmacist", *roles)
    organization = clinic.organization_id
    clinic.as_administrator(
        "UPDATE cura.users SET prescriber_kind = 'doctor', title = 'Dr', professional_body = 'GMC',"
        " professional_number = '7654321' WHERE organization_id = %s AND role = 'doctor'",
        organization,
    )
    clinic.as_administrator(
        'UPDATE cura.organizations SET address = \'{"street": "1 High Street", "city": "Bath", "postcode": "BA1 1AA"}\''
        " WHERE id = %s",
        organization,
    )
    (patient,), *_ = clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name, title, date_of_birth, gender, address)"
        " VALUES (%s, 'Margaret', 'Thistle', 'Mrs', '1957-04-02', 'female',"
        ' \'{"street": "2 Low Road", "city": "Bath", "postcode": "BA1 2BB"}\') RETURNING id',
        organization,
    )
    database, keeper = sign_in_fast(clinic, "admin")
    MedicineService(database, keeper).load_starter_formulary()
    _, doctor = clinic.sign_in("doctor", database)
    RecordService(database, doctor).open_chart(int(patient))
    return Pharmacy(clinic, int(patient), database, doctor)
