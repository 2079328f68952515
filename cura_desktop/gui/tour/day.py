"""The day, act by act."""

from __future__ import annotations

from cura_desktop.gui.tour import consultation, desk, dispensary, reception
from cura_desktop.gui.tour.doors import sign_in, sign_out
from cura_desktop.gui.tour.guide import Script
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.stage import Stage


def day(stage: Stage) -> Script:
    """Reception, consultation, dispensary, reception again; each signs in as themselves."""
    hand = Hand(stage.window)
    yield from sign_in(stage, hand, "reception", picture="Sign in to the demo clinic")
    yield from reception.find(stage, hand)
    yield from reception.register(stage, hand)
    yield from reception.book(stage, hand)
    yield from reception.arrive(stage, hand)
    yield from sign_out(stage, hand)
    yield from sign_in(stage, hand, "doctor")
    yield from consultation.open_record(stage, hand)
    yield from consultation.consult(stage, hand)
    yield from consultation.prescribe(stage, hand)
    yield from consultation.sign(stage, hand)
    yield from consultation.letter(stage, hand)
    yield from sign_out(stage, hand)
    yield from sign_in(stage, hand, "pharmacist")
    yield from dispensary.dispense(stage, hand)
    yield from sign_out(stage, hand)
    yield from sign_in(stage, hand, "reception")
    yield from reception.find(stage, hand)
    yield from desk.invoice(stage, hand)
    yield from desk.pay(stage, hand)
    yield from desk.message(stage, hand)
    yield from sign_out(stage, hand)
