from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from cura_desktop.documents.patient_export import as_csv, as_excel
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_export import PatientExport, export_head, export_line
from cura_desktop.domain.patients import Patient, PatientDraft
from cura_desktop.domain.spreadsheets import is_formula

ADA = Patient(
    1,
    1,
    "P000001",
    PatientDraft(
        given_name="Zoë",
        family_name="Quill",
        born=PartialDate(1980, 8, 14),
        gender="other_specific",
        phone="+44 7700 900123",
        nhs_number="9990000018",
        policy_number="007",
        insurer='=HYPERLINK("http://evil.example","x")',
    ),
)
ALL = frozenset[str]()


def told(patient: Patient, title: str, hidden: frozenset[str] = ALL) -> object:
    return dict(zip(export_head(hidden), export_line(patient, hidden), strict=True))[title]


@pytest.mark.parametrize("text", ["=1+1", "+44 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_known(text: str) -> None:
    assert is_formula(text)


@pytest.mark.parametrize("text", ["", "Quill", "1-2", "a=b", "O'Hara", "07700 900123"])
def test_an_ordinary_text_is_not_taken_for_a_formula(text: str) -> None:
    assert not is_formula(text)


def test_a_csv_cell_never_begins_with_a_formula_and_accents_survive() -> None:
    content = as_csv(export_head(ALL), [export_line(ADA, ALL)])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if is_formula(cell)]
    read = dict(zip(rows[0], rows[1], strict=True))
    assert (read["Given name"], read["Date of birth"], read["Phone"]) == ("Zoë", "1980-08-14", "'+44 7700 900123")


def test_an_excel_cell_holds_the_text_itself_and_never_a_formula() -> None:
    book = load_workbook(io.BytesIO(as_excel(export_head(ALL), [export_line(ADA, ALL)], "Patients")))
    head, line = book["Patients"].iter_rows()
    cells = {title.value: cell for title, cell in zip(head, line, strict=True)}
    assert (cells["Insurer"].value, cells["Insurer"].data_type) == (ADA.details.insurer, "s")
    assert cells["Insurer"].quotePrefix
    assert not [cell for cell in line if cell.data_type == "f"]
    assert cells["Policy number"].value == "007"
    assert cells["Date of birth"].value == datetime(1980, 8, 14)
    assert book["Patients"].auto_filter.ref.startswith("A1:")


def test_a_control_character_in_an_old_record_does_not_stop_the_export() -> None:
    odd = Patient(2, 1, "P000002", PatientDraft(given_name="A\x00da\x0b", family_name="Q"))
    assert told(odd, "Given name") == "Ada"
    assert as_excel(export_head(ALL), [export_line(odd, ALL)], "Patients")


def test_codes_are_written_as_words_and_a_partial_birth_date_as_far_as_it_is_known() -> None:
    partly = Patient(3, 1, "P000003", PatientDraft(born=PartialDate(1980, 8)), died=date(2026, 1, 2))
    assert told(ADA, "Gender") == "Other specific"
    assert told(partly, "Date of birth") == "Aug-1980"
    assert (told(partly, "Status"), told(partly, "Died")) == ("Deceased", date(2026, 1, 2))


def test_a_hidden_group_has_no_columns_at_all() -> None:
    hidden = frozenset({"patientSensitiveInfo", "financialData"})
    assert not {"Phone", "NHS number", "Insurer", "Postcode"} & set(export_head(hidden))
    assert len(export_line(ADA, hidden)) == len(export_head(hidden))


def test_the_summary_says_what_is_missing() -> None:
    assert PatientExport(b"", 1).summary == "1 patient"
    assert PatientExport(b"", 1_500, 1, False).summary == (
        "1,500 patients; 1 restricted record was left out; more may match: these are the first"
    )
