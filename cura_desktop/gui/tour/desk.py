"""Reception again: the invoice, a part payment and the rest, and a message to the doctor."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton

from cura_desktop.gui.billing.tab import InvoiceTab
from cura_desktop.gui.messaging.composer import Composer
from cura_desktop.gui.messaging.panel import MessagingPanel
from cura_desktop.gui.patients.hub import PatientHub
from cura_desktop.gui.tour.doors import pause
from cura_desktop.gui.tour.guide import Script, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.stage import Stage
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer


def invoice(stage: Stage, hand: Hand) -> Script:
    """Write, issue; the number is taken at this moment and what is issued never changes."""
    hub = hand.find(PatientHub)
    hand.click(hand.find(QPushButton, inside=hub, text="New invoice"))
    yield Until("the invoice", lambda: hand.look_for(InvoiceTab) is not None, 20)
    tab = hand.find(InvoiceTab)
    yield Until("its first line", lambda: hand.look_for(QLineEdit, "line1_description", inside=tab) is not None, 10)
    hand.write(hand.find(QLineEdit, "line1_description", inside=tab), "Private consultation, 15 minutes")
    hand.press("Tab")
    hand.write(hand.find(QLineEdit, "line1_price", inside=tab), "85.00")
    hand.press("Tab")
    yield pause(0.6)
    stage.picture("An invoice is written")
    hand.click(hand.find(QPushButton, "issue_button", inside=tab))
    yield Until("the question", lambda: hand.look_for(QPushButton, text="Issue") is not None, 5)
    yield pause(0.4)
    _confirm(hand, "Issue")
    yield Until("the issued invoice", lambda: hand.look_for(QPushButton, "pay_button") is not None, 20)
    yield pause(0.5)
    stage.picture("Issued, with its number")
    yield from _paper(stage, hand, "pdf_button", "Invoice")


def pay(stage: Stage, hand: Hand) -> Script:
    """A part in cash, the rest by card."""
    for amount, title in (("35", "A part payment"), ("50", "Paid")):
        hand.click(hand.find(QPushButton, "pay_button"))
        yield Until("the payment sheet", lambda: hand.look_for(QPushButton, "take_button") is not None, 10)
        yield pause(0.4)
        hand.write(hand.find(QLineEdit, "amount_edit"), amount)
        hand.press("Tab")
        if amount == "35":
            stage.picture("Taking a payment")
        hand.click(hand.find(QPushButton, "take_button"))
        yield Until("the payment", lambda: hand.look_for(QPushButton, "take_button") is None, 20)
        yield pause(0.6)
        stage.picture(title)
    yield from _paper(stage, hand, "receipt_button", "Receipt")


def message(stage: Stage, hand: Hand) -> Script:
    """A word to the doctor."""
    window = stage.window()
    panel = hand.look_for(MessagingPanel)
    if panel is None:
        hand.press("Ctrl+4", window)
    yield Until("the messages", lambda: hand.look_for(MessagingPanel) is not None, 10)
    panel = hand.find(MessagingPanel)
    hand.click(hand.find(QPushButton, "new_button", inside=panel))
    yield Until("a new message", lambda: hand.look_for(QLineEdit, "people_name_edit", inside=panel) is not None, 10)
    hand.write(hand.find(QLineEdit, "people_name_edit", inside=panel), "Okafor")
    yield pause(0.6)
    hand.press("Return")
    yield pause(0.3)
    hand.write(hand.find(QLineEdit, "subject_edit", inside=panel), "Mrs Thistlewood")
    field = hand.find(Composer, "content_edit", inside=panel)
    hand.write(field, "Mrs Thistlewood has paid and taken her doxycycline. She will ring on Wednesday.")
    yield pause(0.4)
    hand.click(hand.find(QPushButton, "send_button", inside=panel))
    yield Until("the message to be sent", lambda: hand.sees("ring on Wednesday", inside=panel), 20)
    yield pause(0.5)
    stage.picture("A message to the doctor")


def _confirm(hand: Hand, word: str) -> None:
    from PySide6.QtWidgets import QApplication

    box = QApplication.activeModalWidget()
    if box is not None:
        hand.click(hand.find(QPushButton, inside=box, text=word))


def _paper(stage: Stage, hand: Hand, button: str, title: str) -> Script:
    hand.click(hand.find(QPushButton, button))
    yield Until(f"the {title.lower()}", lambda: (v := hand.look_for(PdfViewer)) is not None and v.page_count() > 0, 30)
    yield pause(1.2)
    stage.picture(f"{title} in the viewer")
    stage.paper(hand.find(PdfViewer), title)
    hand.click(hand.find(QPushButton, text="Back to the invoice"))
    yield pause(0.4)
