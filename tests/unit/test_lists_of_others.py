"""Lists of other publishers: what is understood, what is refused, and what joining them means."""

from __future__ import annotations

from datetime import date

import pytest

from cura_desktop.db import medicines_reference
from cura_desktop.domain.checking import Severity
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.interaction_lists import read_interactions, together
from cura_desktop.domain.medicine_lists import ListedMedicine, read_medicines
from cura_desktop.domain.medicines import ControlledDrug, LegalCategory
from tests.support.shared_data import shared_file

DAY = date(2014, 3, 1)
SCHEDULE_9 = (
    "<a><VMP><VPID>1</VPID><NM>X 1mg tablets</NM></VMP><CONTROL_INFO><VPID>1</VPID><CATCD>9</CATCD></CONTROL_INFO></a>"
)


def test_a_published_list_is_read_by_its_own_column_names() -> None:
    text = shared_file("drug_interactions/ndfrt_va_2014_pairs.csv").read_text(encoding="utf-8")
    listed = read_interactions(text, "VA 2014", DAY)
    assert len(listed.pairs) > 5_000
    assert listed.reference().rules == len(listed.pairs)
    again = read_interactions(listed.as_csv(), "VA 2014", DAY)
    assert again.pairs == listed.pairs


@pytest.mark.parametrize(
    ("text", "field"),
    [("", "file"), ("first,second\na,b\n", "file"), ("first,second,severity\n", "file"),
     ("first,second,severity\na,b,grave\n", "line 2"), ("first,second,severity\na,b,high\nc,d\n", "line 3"),
     ("first,second,severity\na,,high\n", "line 2")],
)  # fmt: skip
def test_a_list_with_a_hole_is_refused_whole_and_the_line_is_named(text: str, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_interactions(text, "x", DAY)
    assert set(refused.value.problems) == {field}


def test_joined_lists_keep_the_graver_statement_both_texts_and_the_older_date() -> None:
    own = medicines_reference.shipped_reference()
    text = "first,second,severity,text\nwarfarin,ibuprofen,low,Told elsewhere.\nfoo,bar,major,New.\n"
    both = together(own, [read_interactions(text, "Other", DAY).reference()])
    held = both.pairs[frozenset(("warfarin", "ibuprofen"))]
    assert held.severity is Severity.HIGH
    assert "Told elsewhere." in held.text
    assert both.pairs[frozenset(("foo", "bar"))].severity is Severity.HIGH
    assert both.dated == DAY
    assert both.rules == own.rules + 2
    assert "Other" in both.source
    assert "foo" in both.known
    assert together(own, []) is own


def test_a_dmd_file_is_taken_apart() -> None:
    text = """<?xml version="1.0"?><VIRTUAL_MED_PRODUCTS><VMPS>
      <VMP><VPID>1</VPID><NM>Amoxicillin 250mg/5ml oral suspension</NM></VMP>
      <VMP><VPID>2</VPID><NM>Co-codamol 8mg/500mg tablets</NM></VMP>
      <VMP><VPID>3</VPID><NM>Morphine 10mg modified-release tablets</NM></VMP>
      <VMP><VPID>4</VPID><NM>Aqueous cream</NM></VMP>
      <VMP><VPID>5</VPID><INVALID>1</INVALID><NM>Gone 1mg tablets</NM></VMP>
      </VMPS><CONTROL_DRUG_INFO><CONTROL_INFO><VPID>3</VPID><CATCD>0002</CATCD></CONTROL_INFO></CONTROL_DRUG_INFO>
      </VIRTUAL_MED_PRODUCTS>"""
    assert read_medicines(text) == (
        ListedMedicine("amoxicillin", "oral suspension", "250 mg in 5 mL", "mL", code="1"),
        ListedMedicine("co-codamol", "tablet", "8 mg and 500 mg", "tablet", code="2"),
        ListedMedicine(
            "morphine", "modified-release tablet", "10 mg", "tablet",
            controlled=ControlledDrug.SCHEDULE_2, code="3",
        ),
        ListedMedicine("aqueous cream", code="4"),
    )  # fmt: skip


def test_a_csv_of_medicines_says_what_it_says_and_nothing_more() -> None:
    text = "name,form,strength,legal_category,pack_sizes,groups\nFoo,tablet,5 mg,P,28;56,ssri\nBar,,,,,\n"
    foo, bar = read_medicines(text)
    assert foo == ListedMedicine("foo", "tablet", "5 mg", legal=LegalCategory.P, pack_sizes=(28, 56), groups=("ssri",))
    assert (bar.legal, bar.controlled, bar.strength) == (LegalCategory.POM, ControlledDrug.NONE, "")


@pytest.mark.parametrize(
    ("text", "field"),
    [("code\n1\n", "file"), ("name\n\n", "file"), ("name,legal_category\nFoo,XX\n", "line 2"),
     ("<a>", "line 1"), ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "file"), ("<a/>", "file"),
     (SCHEDULE_9, "VMP 1")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(text: str, field: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_medicines(text)
    assert set(refused.value.problems) == {field}
