"""The pharmacist: clinical check, picking, a recorded self-check, label, handing out."""

from __future__ import annotations

from cura_desktop.gui.dispensing.screen import DispensingScreen
from cura_desktop.gui.tour.doors import pause
from cura_desktop.gui.tour.guide import Script, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.stage import Stage


def dispense(stage: Stage, hand: Hand) -> Script:
    """From the queue to the patient's hand without the mouse."""
    if hand.look_for(DispensingScreen) is None:
        hand.press("F7", stage.window())
    yield Until("the dispensing screen", lambda: hand.look_for(DispensingScreen) is not None)
    screen = hand.find(DispensingScreen)
    queue, work = screen.queue_table, screen.work_view
    yield Until("the prescription in the queue", lambda: any("THISTLEWOOD" in row for row in hand.rows(queue)), 20)
    yield pause(0.5)
    stage.picture("The dispensing queue")
    hand.choose_row(queue, "THISTLEWOOD, Margaret")
    hand.press("Return", queue)
    yield Until(
        "the work", lambda: "Clinical" in work.step_button.text().replace("&", "") or work.step_button.isVisible(), 20
    )
    yield pause(0.6)
    stage.picture("Clinical check: allergies, current medicines and overrides in sight")
    for title in ("Assembled from the batch that expires first", "Accuracy check", "Ready to be collected"):
        before = work.step_button.text()
        for code in work.codes_to_scan():
            hand.write(work.scan_edit, code)
            hand.press("Return", work.scan_edit)
            yield Until("the scan", lambda code=code: code not in work.codes_to_scan(), 20)  # type: ignore[misc]
        if work.reason_edit.isVisible():
            hand.write(work.reason_edit, "Single-handed pharmacist today")
        hand.press("Ctrl+Return", screen)
        yield Until("the next step", lambda before=before: work.step_button.text() != before, 20)  # type: ignore[misc]
        yield pause(0.5)
        stage.picture(title)
    hand.click(work.label_button)
    yield Until("the labels", lambda: screen.labels.isVisible() and screen.labels.page_count() > 0, 30)
    yield pause(1.2)
    stage.picture("The label")
    stage.paper(screen.labels, "Dispensing label")
    screen.label_sheet.close_sheet()
    yield pause(0.4)
    hand.write(work.collector_edit, "Patient")
    hand.press("Ctrl+Return", screen)
    yield Until(
        "the medicine to be handed out", lambda: not any("THISTLEWOOD, Margaret" in row for row in hand.rows(queue)), 20
    )
    yield pause(0.5)
    stage.picture("Handed out; stock and batch have moved")
