"""Favourites and protocols of a clinic, through the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError
from cura_desktop.services.medicines import MedicineService
from tests.support.medicines import Pharmacy, make_pharmacy


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn, "receptionist")
    yield made
    made.clinic.close()


def test_a_favourite_comes_back_as_it_was_without_what_was_about_one_person(pharmacy: Pharmacy) -> None:
    service = MedicineService(pharmacy.database, pharmacy.doctor)
    line = pharmacy.line("amoxicillin 500", "1.5", "tds")
    service.keep_favourite(" Chest ", [replace(line, indication="her cough", long_supply_reason="travels")])
    (kept,) = service.favourites()
    assert kept.name == "Chest"
    assert kept.lines == (line,)
    assert kept.kept_by


def test_a_name_is_used_once_and_is_free_again_after_removal(pharmacy: Pharmacy) -> None:
    service = MedicineService(pharmacy.database, pharmacy.doctor)
    lines = [pharmacy.line("amoxicillin 500")]
    service.keep_favourite("Chest", lines)
    with pytest.raises(InvalidInputError) as refused:
        service.keep_favourite("CHEST", lines)
    assert "name" in refused.value.problems
    (kept,) = service.favourites()
    service.remove_favourite(kept)
    assert service.favourites() == ()
    with pytest.raises(ConflictError):
        service.remove_favourite(kept)
    service.keep_favourite("Chest", lines)


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_favourite_needs_a_name_and_complete_lines(pharmacy: Pharmacy, name: str) -> None:
    service = MedicineService(pharmacy.database, pharmacy.doctor)
    with pytest.raises(InvalidInputError) as refused:
        service.keep_favourite(name, [replace(pharmacy.line("amoxicillin 500"), quantity=None)])
    assert set(refused.value.problems) == {"name", "lines"}
    with pytest.raises(InvalidInputError):
        service.keep_favourite("Nothing", [])


def test_who_does_not_prescribe_keeps_none(pharmacy: Pharmacy) -> None:
    _, caller = pharmacy.clinic.sign_in("receptionist", pharmacy.database)
    with pytest.raises(NotAllowedError):
        MedicineService(pharmacy.database, caller).keep_favourite("Chest", [pharmacy.line("amoxicillin 500")])
