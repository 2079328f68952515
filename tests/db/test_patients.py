from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import AlertDraft, Patient, PatientDraft
from cura_desktop.services.patients import PatientService
from tests.support.people import Clinic, make_organization

MARGARET = PatientDraft(
    title="Mrs",
    given_name="Margaret",
    family_name="Thistlewood",
    preferred_name="Peggy",
    born=PartialDate(1951, 3, 7),
    gender="female",
    sex="female",
    nhs_number="999 000 0018",
    phone="07700 900123",
    email="m.thistlewood@example.com",
    street="4 Candlemaker Court",
    city="Kirkwater",
    postcode="m1 1ae",
    gp_practice="Weir Head Surgery",
    kin_name="Arthur Thistlewood",
    kin_relationship="spouse",
    insurer="Bupa",
    policy_number="B-1",
    flags=("Needs a hoist",),
    notes="Deaf in the left ear",
)


def nhs_number(start: int) -> str:
    """A valid number of the synthetic range (domain-rules A1.5)."""
    from cura_desktop.domain.identity import is_valid_nhs_number

    return next(text for n in range(9990000000 + start * 20, 9999999999) if is_valid_nhs_number(text := str(n)))


MARGARET = replace(MARGARET, nhs_number=nhs_number(1))


@pytest.fixture(scope="module")
def house(admin_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(admin_dsn, "admin", "doctor", "receptionist", "pharmacist", "other", "nurse")
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def as_role(house: Clinic) -> Callable[[str], PatientService]:
    signed: dict[str, PatientService] = {}

    def service(role: str) -> PatientService:
        if role not in signed:
            signed[role] = PatientService(*house.sign_in(role))
        return signed[role]

    return service


@pytest.fixture
def desk(as_role: Callable[[str], PatientService]) -> PatientService:
    return as_role("receptionist")


_numbers = iter(range(10, 10_000))


def somebody(**changes: object) -> PatientDraft:
    serial = next(_numbers)
    fresh = replace(MARGARET, family_name=f"Quill{_letters(serial)}", nhs_number=nhs_number(serial))
    return replace(fresh, **changes)  # type: ignore[arg-type]


def _letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def registered(service: PatientService, **changes: object) -> Patient:
    return service.register(somebody(**changes), uuid4())


def test_what_is_registered_is_read_back_whole(desk: PatientService) -> None:
    draft = somebody()
    made = desk.register(draft, uuid4())
    read = desk.get(made.id)
    assert read.details == draft.normalised() == made.details
    assert (read.number, read.version, read.is_active) == (made.number, 1, True)
    assert read.details.postcode == "M1 1AE"
    assert not read.hidden


@pytest.mark.parametrize(
    "text",
    [
        "{family}",
        "{family} marg",
        "marg {family}",
        "{nhs}",
        "07700 900123 {family}",
        "{family} 7/3/1951",
        "{family} M1 1AE",
    ],
)
def test_a_patient_is_found_by_name_either_way_round_birth_nhs_number_phone_and_postcode(
    desk: PatientService, text: str
) -> None:
    draft = somebody()
    made = desk.register(draft, uuid4())
    found = desk.search(text.format(family=draft.family_name, nhs=draft.nhs_number))
    assert made.id in [one.id for one in found]
    assert found[0].name.endswith(", Margaret (Mrs)")


def test_a_part_from_inside_the_name_finds_too(desk: PatientService) -> None:
    made = registered(desk, family_name="Featherstonehaugh")
    assert [one.id for one in desk.search("stoneh")] == [made.id]


def test_the_beginning_of_a_phone_number_finds_while_it_is_being_typed(desk: PatientService) -> None:
    made = registered(desk, phone="01632 960777")
    for typed in ("01632 9607", "0163296", "+44 1632 960777", "01632 960777"):
        assert [one.id for one in desk.search(typed)] == [made.id], typed
    assert desk.search("01632 9608") == []


@pytest.mark.parametrize("text", ["", "   ", "😀", "٣", "፩ ፪", "_", "'", "%", "\x00", "\ud800", "x" * 10_000])
def test_a_search_for_nothing_that_can_be_a_name_finds_nothing_and_does_not_fail(
    desk: PatientService, text: str
) -> None:
    assert desk.search(text) == []


def test_names_in_another_script_are_registered_and_found(desk: PatientService) -> None:
    made = registered(desk, given_name="محمد", family_name="الزهراني")
    assert made.id in [one.id for one in desk.search("الزهر")]


@pytest.mark.parametrize("given", ["أحمد", "Сергей", "Νίκος", "गौरी", "Ħarsa", "ʻOkina", "Nguyễn", "İpek"])
def test_a_name_is_found_by_typing_it_as_it_was_registered(desk: PatientService, given: str) -> None:
    made = registered(desk, given_name=given, family_name="Wordsmith")
    assert made.id in [one.id for one in desk.search(given)]


def test_recent_patients_come_in_the_order_asked_for_without_those_that_are_gone(desk: PatientService) -> None:
    first, second = registered(desk), registered(desk)
    assert [one.id for one in desk.summaries([second.id, 999_999, first.id])] == [second.id, first.id]
    assert desk.summaries([]) == []


def test_submitting_the_same_form_twice_registers_one_patient_and_leaves_no_gap_in_the_numbers(
    desk: PatientService,
) -> None:
    key = uuid4()
    draft = somebody()
    first, again = desk.register(draft, key), desk.register(draft, key)
    assert again == desk.get(first.id)
    assert int(registered(desk).number[1:]) == int(first.number[1:]) + 1


def test_the_same_form_sent_twice_at_the_same_moment_registers_one_patient(desk: PatientService) -> None:
    key, draft = uuid4(), somebody()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: desk.register(draft, key).id, range(4)))
    assert len(set(made)) == 1


def test_seats_that_change_different_fields_at_the_same_moment_all_succeed(desk: PatientService) -> None:
    made = registered(desk)
    changes = [{"city": "Weirton"}, {"email": "new@example.com"}, {"county": "Dunmere"}]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda c: desk.change(made.id, 1, made.details, replace(made.details, **c)), changes))
    now = desk.get(made.id)
    assert (now.details.city, now.details.email, now.details.county) == ("Weirton", "new@example.com", "Dunmere")
    assert now.version == 4


def test_two_patients_never_share_an_nhs_number(desk: PatientService) -> None:
    made = registered(desk)
    with pytest.raises(InvalidInputError) as refused:
        registered(desk, nhs_number=made.details.nhs_number)
    assert refused.value.problems == {"nhs_number": "Another patient of this clinic has this NHS number."}


def test_the_same_person_is_noticed_by_nhs_number_or_by_name_and_birth(desk: PatientService) -> None:
    made = registered(desk)
    by_name = desk.same_patients(replace(made.details, nhs_number="", given_name="MARGARET"))
    by_number = desk.same_patients(PatientDraft(nhs_number=made.details.nhs_number))
    assert [(one.id, one.same_nhs_number) for one in by_name + by_number] == [(made.id, False), (made.id, True)]
    assert desk.same_patients(made.details, besides=made.id) == []
    assert desk.same_patients(PatientDraft(given_name="Margaret")) == []


def test_impossible_details_are_refused_with_a_sentence_for_each_field(desk: PatientService) -> None:
    wrong = somebody(given_name="x" * 10_000, family_name="😀", nhs_number="1234567890", born=PartialDate(1700))
    with pytest.raises(InvalidInputError) as refused:
        desk.register(wrong, uuid4())
    assert set(refused.value.problems) == {"given_name", "family_name", "nhs_number", "born"}


def test_only_the_year_of_birth_may_be_known(desk: PatientService) -> None:
    made = registered(desk, born=PartialDate(1951))
    assert desk.get(made.id).details.born == PartialDate(1951)


def test_changes_to_different_fields_by_two_seats_are_merged(
    desk: PatientService, as_role: Callable[[str], PatientService]
) -> None:
    made = registered(desk)
    as_role("admin").change(made.id, made.version, made.details, replace(made.details, city="Weirton"))
    saved = desk.change(made.id, made.version, made.details, replace(made.details, email="new@example.com"))
    assert (saved.details.city, saved.details.email) == ("Weirton", "new@example.com")
    assert saved.version == 3


def test_a_change_of_the_same_field_by_two_seats_asks_and_changes_nothing(
    desk: PatientService, as_role: Callable[[str], PatientService]
) -> None:
    made = registered(desk)
    as_role("admin").change(made.id, made.version, made.details, replace(made.details, city="Weirton"))
    with pytest.raises(StaleRecordError) as stale:
        desk.change(made.id, made.version, made.details, replace(made.details, city="Dunmere"))
    assert stale.value.conflicts == ("city",)
    assert stale.value.current.details.city == "Weirton"
    assert desk.get(made.id).details.city == "Weirton"


def test_what_a_shape_holds_beyond_our_fields_survives_a_change(house: Clinic, desk: PatientService) -> None:
    made = registered(desk)
    where = (house.organization_id, made.id)
    house.as_administrator(
        "UPDATE cura.patients SET insurance_info = insurance_info || '{\"copay\": 10}'"
        " WHERE organization_id=%s AND id=%s",
        *where,
    )
    desk.change(made.id, 2, made.details, replace(made.details, plan="Standard"))
    shape = house.as_administrator(
        "SELECT insurance_info FROM cura.patients WHERE organization_id=%s AND id=%s", *where
    )[0][0]
    assert (shape["copay"], shape["planType"], shape["provider"]) == (10, "Standard", "Bupa")


def test_an_old_gap_does_not_stop_another_correction(house: Clinic, desk: PatientService) -> None:
    made = registered(desk)
    house.as_administrator(
        "UPDATE cura.patients SET date_of_birth = NULL WHERE organization_id=%s AND id=%s",
        house.organization_id,
        made.id,
    )
    read = desk.get(made.id)
    assert desk.change(made.id, read.version, read.details, replace(read.details, city="Weirton")).details.city


def test_a_role_sees_and_changes_only_its_field_groups(
    desk: PatientService, as_role: Callable[[str], PatientService]
) -> None:
    made = registered(desk)
    masked = as_role("other").get(made.id)
    assert masked.hidden == {"patientSensitiveInfo", "financialData"}
    assert (masked.details.phone, masked.details.nhs_number, masked.details.insurer) == ("", "", "")
    nurse = as_role("nurse")
    read = nurse.get(made.id)
    with pytest.raises(NotAllowedError, match="insurance"):
        nurse.change(made.id, read.version, read.details, replace(read.details, insurer="Aviva"))
    with pytest.raises(NotAllowedError, match="insurance"):
        registered(nurse)
    assert nurse.register(somebody(insurer="", policy_number=""), uuid4()).id
    pharmacist = as_role("pharmacist")
    with pytest.raises(NotAllowedError):
        pharmacist.change(made.id, read.version, read.details, replace(read.details, phone="1"))
    with pytest.raises(NotAllowedError):
        pharmacist.deactivate(made.id, read.version, "other")
    with pytest.raises(NotAllowedError):
        registered(pharmacist)
    with pytest.raises(NotAllowedError, match="by name"):
        as_role("other").search(made.details.nhs_number)


def test_the_database_itself_refuses_what_the_service_would_have(house: Clinic, desk: PatientService) -> None:
    made = registered(desk)
    database, caller = house.sign_in("pharmacist")
    forged = replace(
        caller,
        modules={**caller.modules, "patients": frozenset({"view", "create", "edit"})},
        editable_fields=frozenset({"patientSensitiveInfo", "financialData"}),
    )
    service = PatientService(database, forged)
    read = service.get(made.id)
    with pytest.raises(NotAllowedError):
        service.change(made.id, read.version, read.details, replace(read.details, city="Elsewhere"))
    with pytest.raises(NotAllowedError):
        registered(service)
    with pytest.raises(NotAllowedError):
        service.add_alert(made.id, AlertDraft("x"), uuid4())


def test_another_clinics_patient_does_not_exist_here(clinic: Clinic, desk: PatientService) -> None:
    made = registered(desk)
    other = PatientService(*clinic.sign_in("receptionist"))
    for attempt in (other.get, other.banner):
        with pytest.raises(NotFoundError):
            attempt(made.id)
    with pytest.raises(NotFoundError):
        other.change(made.id, 1, made.details, replace(made.details, city="x"))
    assert other.search(made.details.family_name) == []
    assert other.summaries([made.id]) == []
    assert other.same_patients(made.details) == []
    assert other.alerts(made.id) == []


def test_a_patient_is_deactivated_and_taken_up_again_and_a_stale_wish_is_refused(desk: PatientService) -> None:
    made = registered(desk)
    left = desk.deactivate(made.id, made.version, "moved_away")
    assert not left.is_active
    with pytest.raises(StaleRecordError):
        desk.reactivate(made.id, made.version)
    assert desk.reactivate(made.id, left.version).is_active


def test_a_death_is_recorded_with_a_possible_date_and_can_be_taken_back(desk: PatientService) -> None:
    made = registered(desk)
    for wrong in (None, desk.today() + timedelta(days=1), date(1950, 1, 1)):
        with pytest.raises(InvalidInputError):
            desk.mark_deceased(made.id, made.version, wrong)
    died = desk.mark_deceased(made.id, made.version, desk.today())
    assert died.died == desk.today()
    assert desk.unmark_deceased(made.id, died.version).died is None


def open_chart(house: Clinic, service: PatientService, patient_id: int) -> None:
    from sqlalchemy import text

    with service._database.transaction(service._caller) as transaction:
        transaction.session.execute(text("SELECT cura.open_chart(:id, '')"), {"id": patient_id})


def test_allergies_are_shown_only_to_clinical_roles_and_only_through_an_opened_chart(
    house: Clinic, desk: PatientService, as_role: Callable[[str], PatientService]
) -> None:
    made, doctor = registered(desk), as_role("doctor")
    assert desk.banner(made.id).allergy_state is None
    assert doctor.banner(made.id).allergy_state is AllergyState.UNAVAILABLE
    open_chart(house, doctor, made.id)
    assert doctor.banner(made.id).allergy_state is AllergyState.NOT_RECORDED
    house.as_administrator(
        "INSERT INTO cura.patient_allergy_states (organization_id, patient_id, state, stated_by)"
        " VALUES (%s, %s, 'none_known', %s)",
        house.organization_id,
        made.id,
        house.people["doctor"].user_id,
    )
    stated = doctor.banner(made.id)
    assert (stated.allergy_state, stated.stated_role) == (AllergyState.NONE_KNOWN, "doctor")
    assert stated.stated_by
    house.as_administrator(
        "INSERT INTO cura.allergies (organization_id, patient_id, agent, is_checkable, reactions, recorded_by)"
        " VALUES (%s, %s, 'penicillin', true, '{rash + wheeze,nausea}', %s)",
        house.organization_id,
        made.id,
        house.people["doctor"].user_id,
    )
    known = doctor.banner(made.id)
    assert known.allergy_state is AllergyState.KNOWN
    assert known.allergies[0].reactions == (("rash", "wheeze"), ("nausea",))
    assert desk.banner(made.id).allergies == ()


def test_an_alert_is_seen_by_its_audience_until_it_expires_or_is_ended(
    desk: PatientService, as_role: Callable[[str], PatientService]
) -> None:
    made, key = registered(desk), uuid4()
    for _ in range(2):
        desk.add_alert(made.id, AlertDraft("Owes for two visits", "reception", desk.today()), key)
    desk.add_alert(made.id, AlertDraft("Needs the ramp"), uuid4())
    as_role("doctor").add_alert(made.id, AlertDraft("Ask about the fall", "clinicians"), uuid4())
    assert [one.text for one in desk.alerts(made.id)] == ["Needs the ramp", "Owes for two visits"]
    assert [one.text for one in as_role("nurse").alerts(made.id)] == ["Ask about the fall", "Needs the ramp"]
    assert desk.page(made.id) == (desk.banner(made.id), desk.alerts(made.id))
    ramp = desk.alerts(made.id)[0]
    version = desk.end_alert(ramp.id, ramp.version)
    assert [one.text for one in desk.alerts(made.id)] == ["Owes for two visits"]
    with pytest.raises(StaleRecordError):
        desk.end_alert(ramp.id, ramp.version)
    desk.resume_alert(ramp.id, version)
    assert len(desk.alerts(made.id)) == 2


def test_an_alert_without_words_or_with_a_past_day_is_refused(desk: PatientService) -> None:
    made = registered(desk)
    with pytest.raises(InvalidInputError) as refused:
        desk.add_alert(made.id, AlertDraft("  ", "nobody", date(2020, 1, 1)), UUID(int=1))
    assert set(refused.value.problems) == {"text", "audience", "expires_on"}
