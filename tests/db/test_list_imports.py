"""Lists of other publishers through `cura-admin import`, and what the prescriber sees of them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cura_desktop.cli import main
from cura_desktop.domain.checking import FindingKind
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, make_pharmacy

SECONDS = 10


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    yield made
    made.clinic.close()


def bring(admin_dsn: str, pharmacy: Pharmacy, kind: str, path: Path) -> int:
    return main(
        ["import", kind, str(path), "--organization", str(pharmacy.clinic.organization_id), "--name", "Other list",
         "--dated", "2025-01-31", "--dsn", admin_dsn]
    )  # fmt: skip


def test_a_pair_of_another_list_is_found_beside_the_own_rules_and_names_its_source(
    admin_dsn: str, pharmacy: Pharmacy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pharmacy.no_allergies()
    path = tmp_path / "pairs.csv"
    path.write_text("first,second,severity,text\namoxicillin,paracetamol,major,Only a test.\n", encoding="utf-8")
    assert bring(admin_dsn, pharmacy, "interactions", path) == 0
    assert "1 pairs" in capsys.readouterr().out
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    lines = [pharmacy.line("amoxicillin 500"), pharmacy.line("paracetamol 500")]
    (found,) = (one for one in service.check(pharmacy.patient, lines).findings if one.kind is FindingKind.INTERACTION)
    assert "Only a test." in found.reason
    assert "Other list" in found.source
    assert "247 interaction rules" in service.check(pharmacy.patient, lines).coverage
    path.write_text("first,second,severity\nfoo,bar,low\n", encoding="utf-8")
    assert bring(admin_dsn, pharmacy, "interactions", path) == 0
    kinds = {one.kind for one in service.check(pharmacy.patient, lines).findings}
    assert FindingKind.INTERACTION not in kinds


def test_a_list_with_a_hole_leaves_everything_as_it_was(
    admin_dsn: str, pharmacy: Pharmacy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("first,second,severity\na,b,high\nc,d,whatever\n", encoding="utf-8")
    assert bring(admin_dsn, pharmacy, "interactions", path) == 1
    assert "whatever" in capsys.readouterr().err
    assert bring(admin_dsn, pharmacy, "interactions", tmp_path / "missing.csv") == 1
    coverage = PrescriptionService(pharmacy.database, pharmacy.doctor).check(pharmacy.patient, []).coverage
    assert "246 interaction rules" in coverage


def test_twenty_four_thousand_pairs_load_in_seconds(admin_dsn: str, pharmacy: Pharmacy, tmp_path: Path) -> None:
    chance = random.Random(24)
    names = [f"drug {number}" for number in range(900)]
    pairs = {tuple(sorted(chance.sample(names, 2))) for _ in range(25_000)}
    path = tmp_path / "pairs.csv"
    rows = "".join(f"{first},{second},medium\n" for first, second in sorted(pairs)[:24_000])
    path.write_text(f"first,second,severity\n{rows}", encoding="utf-8")
    began = time.monotonic()
    assert bring(admin_dsn, pharmacy, "interactions", path) == 0
    PrescriptionService(pharmacy.database, pharmacy.doctor).check(pharmacy.patient, [pharmacy.line("warfarin 1 mg")])
    assert time.monotonic() - began < SECONDS


def test_new_medicines_are_added_and_old_ones_stay(
    admin_dsn: str, pharmacy: Pharmacy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "vmp.xml"
    path.write_text(
        "<VMPS><VMP><VPID>7</VPID><NM>Amoxicillin 500mg capsules</NM></VMP>"
        "<VMP><VPID>8</VPID><NM>Zafirlukast 20mg tablets</NM></VMP></VMPS>",
        encoding="utf-8",
    )
    assert bring(admin_dsn, pharmacy, "medicines", path) == 0
    assert "1 medicines are new, 1 were in the list already" in capsys.readouterr().out
    medicines = MedicineService(pharmacy.database, pharmacy.doctor)
    (new,) = medicines.search("zafirlukast")
    assert (new.strength, new.form, new.unit, new.source) == ("20 mg", "tablet", "tablet", "Other list")
    assert len(medicines.search("amoxicillin 500 capsule")) == 1
