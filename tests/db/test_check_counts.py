"""Every warning at issue and every override is counted, and only those who keep the medicine list read the counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from cura_desktop.domain.errors import NotAllowedError
from cura_desktop.domain.prescriptions import PrescriptionDraft, finding_key, needs_reason
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, make_pharmacy


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    yield made
    made.clinic.close()


def test_what_fired_and_what_was_overridden_is_counted(pharmacy: Pharmacy) -> None:
    pharmacy.allergy("penicillin")
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    lines = (pharmacy.line("amoxicillin 500"), pharmacy.line("diazepam 2 mg"))
    draft = service.draft(pharmacy.patient, PrescriptionDraft(lines), uuid4())
    found = service.check(pharmacy.patient, lines).findings
    reasons = {finding_key(one): "Tolerated in 2024, tested" for one in found if needs_reason(one)}
    service.issue(pharmacy.patient, draft.id, draft.version, reasons)
    _, keeper = pharmacy.clinic.sign_in("pharmacist", pharmacy.database)
    medicines = MedicineService(pharmacy.database, keeper)
    now = datetime.now(UTC).replace(tzinfo=None)
    counts = medicines.check_counts(now - timedelta(hours=1), now + timedelta(hours=1))
    by_kind = {one.kind: (one.severity, one.fired, one.overridden, one.share) for one in counts}
    assert by_kind == {"allergy": ("high", 1, 1, 100), "age": ("low", 1, 0, 0)}
    assert "Thistle" not in " ".join(one.about for one in counts)
    assert medicines.check_counts(now - timedelta(days=2), now - timedelta(days=1)) == ()


def test_who_does_not_keep_the_list_reads_no_counts(pharmacy: Pharmacy) -> None:
    _, doctor = pharmacy.clinic.sign_in("doctor", pharmacy.database)
    now = datetime(2026, 1, 1)
    with pytest.raises(NotAllowedError):
        MedicineService(pharmacy.database, doctor).check_counts(now, now)
