"""The patient banner (domain-rules A2 and A3)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cura_desktop.gui.shell.palette import LIGHT
from cura_desktop.gui.shell.theme import Theme
from cura_desktop.gui.widgets.patient_banner import AllergyState, BannerAllergy, BannerPatient, PatientBanner
from tests.support.screens import assert_accessible, assert_not_clipped, settle, shown

EVANS = BannerPatient(
    family_name="Evans West",
    given_name="Jonathan",
    title="Sir",
    preferred_name="Jon",
    born="14-Aug-1980",
    age="45y",
    gender="Male",
    nhs_number="999 000 0018",
    address="12 Lion Street, Abergavenny, NP7 5PE",
    phone="01632 960 183",
    email="jon@example.org",
    allergy_state=AllergyState.KNOWN,
    allergies=(
        BannerAllergy("Penicillin", "03-Jan-2026", "rash + wheeze"),
        BannerAllergy("elastic dressings", "11-Nov-2025", "itching", free_text=True),
    ),
)


def show(qtbot: QtBot, patient: BannerPatient, width: int = 1000) -> PatientBanner:
    banner = PatientBanner()
    qtbot.addWidget(banner)
    banner.show_patient(patient)
    shown(banner, width, 200)
    return banner


def test_name_birth_gender_and_nhs_number_stand_in_the_fixed_order_without_colons(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    facts = (banner.name_fact, banner.born_fact, banner.gender_fact, banner.nhs_fact)
    places = [fact.mapTo(banner, fact.rect().topLeft()).x() for fact in facts]
    assert places == sorted(places)
    assert [fact.accessibleName() for fact in facts] == [
        "EVANS WEST, Jonathan (Sir)",
        "Born 14-Aug-1980 (45y)",
        "Gender Male",
        "NHS No. 999 000 0018",
    ]


def test_the_keyboard_goes_through_the_banner_in_the_order_of_the_eye(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    banner.name_fact.setFocus(Qt.FocusReason.TabFocusReason)
    visited = []
    for _ in range(4):
        here = banner.focusWidget()
        assert here is not None
        visited.append(here.accessibleName())
        qtbot.keyClick(here, Qt.Key.Key_Tab)
    assert [name.split()[0] for name in visited] == ["EVANS", "Preferred", "Born", "Gender"]


def test_what_is_not_known_is_said_in_words(qtbot: QtBot) -> None:
    banner = show(qtbot, BannerPatient("Li", "Wei"))
    assert banner.born_fact.value() == "Not known"
    assert banner.nhs_fact.value() == "Not known"
    assert not banner.preferred_fact.isVisible()


def test_a_deceased_patient_has_another_ground_with_a_pattern_and_dates_below_each_other(qtbot: QtBot) -> None:
    banner = show(qtbot, replace(EVANS, died="02-Jan-2026", age="45y"))
    assert banner.died_fact.accessibleName() == "Died 02-Jan-2026"
    assert banner.death_age_fact.accessibleName() == "Age at Death 45y"
    assert banner.born_fact.value() == "14-Aug-1980"
    tops = [fact.y() for fact in (banner.born_fact, banner.died_fact, banner.death_age_fact)]
    assert tops == sorted(set(tops))
    picture = banner.grab().toImage()
    seen = {picture.pixelColor(x, y).name().upper() for x in range(picture.width()) for y in range(4)}
    assert {LIGHT.banner_deceased, LIGHT.banner_deceased_pattern} <= seen
    assert LIGHT.banner not in seen


@pytest.mark.parametrize("state", list(AllergyState))
def test_each_of_the_four_allergy_states_is_said_in_its_own_words(qtbot: QtBot, state: AllergyState) -> None:
    banner = show(qtbot, replace(EVANS, allergy_state=state, allergies=()))
    assert banner.allergy_box.button.text() == state.value


def test_not_recorded_never_looks_like_none_known(qtbot: QtBot) -> None:
    looks = set()
    for state in AllergyState:
        banner = show(qtbot, replace(EVANS, allergy_state=state, allergies=()))
        button = banner.allergy_box.button
        looks.add((str(button.property("allergies")), button.icon().cacheKey()))
    assert len({name for name, _ in looks}) == 4
    assert len({icon for _, icon in looks}) == 4
    banner = show(qtbot, replace(EVANS, allergy_state=AllergyState.NOT_RECORDED, allergies=()))
    assert "Risk status unknown" in banner.allergy_box.list_label.text()


def test_allergies_are_in_order_of_agent_with_date_and_a_warning_beside_free_text(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    first, second = banner.allergy_box.list_label.text().split("\n")
    assert first == "elastic dressings: itching  (11-Nov-2025)  free text, not checked against prescriptions"
    assert second == "Penicillin: rash + wheeze  (03-Jan-2026)"


def test_a_role_that_may_not_see_clinical_data_sees_no_allergies(qtbot: QtBot) -> None:
    banner = show(qtbot, replace(EVANS, allergy_state=None, allergies=()))
    assert not banner.allergy_box.isVisible()


def test_the_allergies_lead_to_the_record(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    with qtbot.waitSignal(banner.allergies_chosen):
        qtbot.keyClick(banner.allergy_box.button, Qt.Key.Key_Space)


def test_a_small_window_folds_address_and_contact_but_never_the_allergies(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS, 500)
    assert not banner.address_fact.isVisible()
    assert banner.allergy_box.list_label.text() == "elastic dressings, Penicillin"
    qtbot.keyClick(banner.toggle_button, Qt.Key.Key_Space)
    assert banner.address_fact.isVisible()
    banner.resize(1200, 200)
    assert banner.address_fact.isVisible()


def test_the_nhs_number_can_be_copied(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    banner.nhs_fact.setSelection(len("NHS No.") + 2, 12)
    qtbot.keyClick(banner.nhs_fact, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text().strip() == "999 000 0018"


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_nothing_is_cut_at_any_text_size_or_direction(
    qtbot: QtBot, look: Theme, qapp: QApplication, percent: int, direction: Qt.LayoutDirection
) -> None:
    qapp.setLayoutDirection(direction)
    look.set_text_size(percent)
    long = replace(EVANS, family_name="Featherstonehaugh-Cholmondeley Smythe", given_name="Maximilian Peregrine")
    banner = show(qtbot, long, 900)
    banner.resize(900, banner.heightForWidth(900))
    settle()
    assert_not_clipped(banner)
    assert_accessible(banner)


def test_nobody_means_no_banner(qtbot: QtBot) -> None:
    banner = show(qtbot, EVANS)
    banner.show_patient(None)
    assert not banner.isVisible()
