"""The boxes people type into."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFormLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.nhs_number_edit import NhsNumberEdit
from cura_desktop.gui.widgets.phone_edit import PhoneEdit
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.search_box import SearchBox
from cura_desktop.gui.widgets.tag_list import TagList
from cura_desktop.gui.widgets.time_edit import TimeEdit
from tests.support.screens import assert_accessible, type_text

TODAY = date(2026, 3, 17)


def enter(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    """Type into a box and leave it."""
    qtbot.addWidget(edit)
    edit.show()
    edit.setFocus()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("45.5", Decimal("45.50"), "£45.50"),
        ("1,234.5", Decimal("1234.50"), "£1,234.50"),
        ("1234", Decimal(1234), "£1,234.00"),
        (".5", Decimal("0.50"), "£0.50"),
        (" 12 ", Decimal(12), "£12.00"),
    ],
)
def test_an_amount_is_read_as_typed_and_shown_in_pounds_and_pence(
    qtbot: QtBot, typed: str, value: Decimal, shown: str
) -> None:
    edit = MoneyEdit()
    enter(qtbot, edit, typed)
    assert edit.value() == value
    assert edit.text() == shown
    assert edit.value() == value, "the shown form reads back as the same amount"


@pytest.mark.parametrize("typed", ["12,50", "1.005", "-3", "abc", "1e5", "100000000", "1,23", "--1", "£"])
def test_what_is_no_amount_stays_as_typed_with_a_sentence(qtbot: QtBot, typed: str) -> None:
    edit = MoneyEdit()
    qtbot.addWidget(edit)
    edit.setText(typed)
    edit.editingFinished.emit()
    assert edit.value() is None
    assert edit.problem()
    assert edit.text() == typed


def test_a_refund_may_be_negative(qtbot: QtBot) -> None:
    edit = MoneyEdit(negative=True)
    enter(qtbot, edit, "-12.5")
    assert edit.value() == Decimal("-12.50")
    assert edit.text() == "-£12.50"


@pytest.mark.parametrize("typed", ["14/8/1980", "14 aug 1980", "14-08-80", "1980-08-14", "14th August 1980"])
def test_a_date_is_taken_in_any_common_form_and_shown_in_one(qtbot: QtBot, typed: str) -> None:
    edit = DateEdit(today=lambda: TODAY, birth=True)
    enter(qtbot, edit, typed)
    assert edit.value() == date(1980, 8, 14)
    assert edit.text() == "14-Aug-1980"


def test_a_date_that_does_not_exist_is_kept_and_refused(qtbot: QtBot) -> None:
    edit = DateEdit(today=lambda: TODAY)
    enter(qtbot, edit, "31/2/2026")
    assert (edit.value(), edit.text()) == (None, "31/2/2026")
    assert "not a date" in edit.problem()


def test_a_birth_in_the_future_is_refused(qtbot: QtBot) -> None:
    edit = DateEdit(today=lambda: TODAY, birth=True)
    enter(qtbot, edit, "18/3/2026")
    assert edit.problem() == "A birth cannot lie in the future."


def test_t_means_today_and_bounds_are_told(qtbot: QtBot) -> None:
    edit = DateEdit(today=lambda: TODAY, latest=date(2026, 3, 1))
    enter(qtbot, edit, "t")
    assert edit.problem() == "The latest is 01-Mar-2026."


@pytest.mark.qt_log_ignore("grabbing the keyboard", "raise", "propagateSizeHints")
def test_the_calendar_opens_and_picks_by_keyboard(qtbot: QtBot) -> None:
    edit = DateEdit(today=lambda: TODAY)
    qtbot.addWidget(edit)
    edit.show()
    qtbot.keyClick(edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    calendar = popup.calendar  # type: ignore[attr-defined]
    qtbot.keyClick(calendar.focusProxy() or calendar, Qt.Key.Key_Right)
    qtbot.keyClick(calendar.focusProxy() or calendar, Qt.Key.Key_Return)
    assert edit.value() == date(2026, 3, 18)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("9", time(9)), ("930", time(9, 30)), ("9.30", time(9, 30)), ("0000", time(0)), ("2:30pm", time(14, 30)),
     ("12am", time(0)), ("12 pm", time(12)), ("23:59", time(23, 59))],
)  # fmt: skip
def test_a_time_is_taken_as_people_type_it(qtbot: QtBot, typed: str, value: time) -> None:
    edit = TimeEdit()
    enter(qtbot, edit, typed)
    assert edit.value() == value
    assert edit.text() == f"{value:%H:%M}"


@pytest.mark.parametrize("typed", ["24:00", "9:75", "13pm", "noon"])
def test_what_is_no_time_is_refused(qtbot: QtBot, typed: str) -> None:
    edit = TimeEdit()
    enter(qtbot, edit, typed)
    assert edit.value() is None
    assert edit.problem()


def test_an_nhs_number_is_grouped_while_it_is_typed(qtbot: QtBot) -> None:
    edit = NhsNumberEdit()
    qtbot.addWidget(edit)
    edit.show()
    shown = []
    for digit in "9434765919":
        qtbot.keyClick(edit, digit)
        shown.append(edit.text())
    assert shown[2:4] == ["943", "943 4"]
    assert shown[-1] == "943 476 5919"
    assert (edit.value(), edit.problem()) == ("9434765919", "")


def test_the_cursor_stays_where_a_digit_was_put_into_an_nhs_number(qtbot: QtBot) -> None:
    edit = NhsNumberEdit()
    qtbot.addWidget(edit)
    edit.set_value("943765919")
    edit.setCursorPosition(3)
    qtbot.keyClick(edit, "4")
    assert edit.text() == "943 476 5919"
    assert edit.text()[: edit.cursorPosition()].replace(" ", "") == "9434"
    qtbot.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text() == "943 765 919"
    assert edit.text()[: edit.cursorPosition()].replace(" ", "") == "943"


def test_a_pasted_nhs_number_loses_everything_but_digits(qtbot: QtBot) -> None:
    edit = NhsNumberEdit()
    qtbot.addWidget(edit)
    edit.show()
    QApplication.clipboard().setText("NHS: 943-476-5919 (checked)")
    edit.paste()
    assert edit.text() == "943 476 5919"


@pytest.mark.parametrize(("typed", "word"), [("1234567890", "check digit"), ("94347659", "ten digits")])
def test_a_wrong_nhs_number_is_explained(qtbot: QtBot, typed: str, word: str) -> None:
    edit = NhsNumberEdit()
    enter(qtbot, edit, typed)
    assert edit.value() is None
    assert word in edit.problem()


def test_a_known_phone_number_is_spaced_on_leaving_and_an_unknown_one_kept(qtbot: QtBot) -> None:
    known, unknown = PhoneEdit(), PhoneEdit()
    enter(qtbot, known, "02079460018")
    enter(qtbot, unknown, "ask at the desk")
    assert known.text() == "020 7946 0018"
    assert (unknown.value(), unknown.problem()) == ("ask at the desk", "")


@pytest.mark.parametrize(("typed", "problem"), [("1.5", "Use a whole number."), ("-1", "The least is 0."), ("200", "The most is 100.")])  # fmt: skip # noqa: E501
def test_a_quantity_out_of_bounds_is_refused(qtbot: QtBot, typed: str, problem: str) -> None:
    edit = QuantityEdit(unit="tablets", largest=Decimal(100))
    enter(qtbot, edit, typed)
    assert edit.value() is None
    assert edit.problem() == problem


def test_a_quantity_loses_trailing_zeros_and_steps_by_arrow(qtbot: QtBot) -> None:
    edit = QuantityEdit(unit="mL", places=2)
    enter(qtbot, edit, "0.50")
    assert edit.text() == "0.5"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == Decimal("1.5")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.value() == Decimal("0.5"), "a step below the least is not taken"


@pytest.mark.parametrize("text", ["١٢٣", "x" * 10_000, "🩺", "12\u202e34"])
def test_strange_text_is_kept_and_never_becomes_a_value(qtbot: QtBot, text: str) -> None:
    for edit in (MoneyEdit(), QuantityEdit(), TimeEdit(), DateEdit(today=lambda: TODAY)):
        qtbot.addWidget(edit)
        type_text(edit, text)
        edit.editingFinished.emit()
        assert edit.value() is None
        assert edit.problem()
        assert edit.text() == text


def test_a_choice_is_made_by_letter_and_an_unknown_value_leaves_none_chosen(qtbot: QtBot) -> None:
    box: ChoiceBox[str] = ChoiceBox(choices=[("f", "Female"), ("m", "Male")], empty_text="Not known")
    qtbot.addWidget(box)
    box.show()
    assert box.value() is None
    with qtbot.waitSignal(box.changed):
        qtbot.keyClick(box, "m")
    assert box.value() == "m"
    box.set_choices([("m", "Male")])
    assert box.value() == "m"
    box.set_value("x")
    assert (box.value(), box.currentText()) == (None, "")


def test_searching_waits_for_a_pause_and_tells_only_the_last_text(qtbot: QtBot) -> None:
    box, heard = SearchBox(placeholder="Search patients"), list[str]()
    qtbot.addWidget(box)
    box.searched.connect(heard.append)
    box.show()
    qtbot.keyClicks(box, "evans")
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["evans"]


def test_enter_searches_at_once_escape_clears_and_down_leaves_for_the_results(qtbot: QtBot) -> None:
    box, heard, submitted = SearchBox(placeholder="Search patients"), list[str](), list[str]()
    qtbot.addWidget(box)
    box.searched.connect(heard.append)
    box.submitted.connect(submitted.append)
    box.show()
    qtbot.keyClicks(box, "li")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert (heard, submitted) == (["li"], ["li"])
    with qtbot.waitSignal(box.left_down):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), heard) == ("", ["li", ""])


def test_tags_are_added_and_taken_away_by_keyboard(qtbot: QtBot) -> None:
    tags = TagList()
    qtbot.addWidget(tags)
    tags.show()
    qtbot.keyClicks(tags.edit, "Interpreter,")
    qtbot.keyClicks(tags.edit, "wheelchair")
    qtbot.keyClick(tags.edit, Qt.Key.Key_Return)
    qtbot.keyClicks(tags.edit, "WHEELCHAIR,")
    assert tags.tags() == ["Interpreter", "wheelchair"]
    qtbot.keyClick(tags.edit, Qt.Key.Key_Backspace)
    assert tags.tags() == ["Interpreter"]
    assert_accessible(tags)


# ------------------------------------------------------------------------------------------------------- problems


def make_form(qtbot: QtBot) -> tuple[QWidget, dict[str, QLineEdit], FormProblems]:
    window = QWidget()
    qtbot.addWidget(window)
    form = QFormLayout(window)
    born = DateEdit(today=lambda: TODAY)
    fields: dict[str, QLineEdit] = {"family_name": QLineEdit(), "born": born, "phone": QLineEdit()}
    for name, field in fields.items():
        form.addRow(name, field)
    window.show()
    window.activateWindow()
    return window, fields, FormProblems(fields)


def test_a_problem_stands_under_its_field_takes_the_keyboard_there_and_is_read_aloud(qtbot: QtBot) -> None:
    window, fields, problems = make_form(qtbot)
    rest = problems.show({"phone": "A phone number is needed.", "clinic": "Choose a clinic."})
    assert rest == {"clinic": "Choose a clinic."}
    assert problems.sentence("phone") == "A phone number is needed."
    assert fields["phone"].accessibleDescription() == "A phone number is needed."
    assert window.focusWidget() is fields["phone"]
    assert problems.sentence("family_name") == ""
    assert window.isVisible()


def test_a_problem_goes_away_when_its_field_is_edited(qtbot: QtBot) -> None:
    _, fields, problems = make_form(qtbot)
    problems.show({"family_name": "A family name is needed.", "phone": "A phone number is needed."})
    qtbot.keyClicks(fields["family_name"], "E")
    assert problems.sentence("family_name") == ""
    assert fields["family_name"].accessibleDescription() == ""
    assert problems.sentence("phone") == "A phone number is needed."


def test_showing_a_problem_keeps_the_tab_order(qtbot: QtBot) -> None:
    window, fields, problems = make_form(qtbot)
    problems.show({"born": "This is not a date."})
    fields["family_name"].setFocus()
    qtbot.keyClick(fields["family_name"], Qt.Key.Key_Tab)
    assert window.focusWidget() is fields["born"]
    qtbot.keyClick(fields["born"], Qt.Key.Key_Tab)
    assert window.focusWidget() is fields["phone"]


def test_what_is_typed_wrongly_is_known_before_anything_is_sent(qtbot: QtBot) -> None:
    _, fields, problems = make_form(qtbot)
    fields["born"].setText("31/2/2026")
    assert list(problems.typed()) == ["born"]
