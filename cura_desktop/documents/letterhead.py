"""Who sends the document: the clinic's name, where it is and how to reach it, above one accent line."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from cura_desktop.documents.styles import ACCENT, MUTED, Ink, clamped, height_of
from cura_desktop.domain.errors import DamagedFileError

NAME = Ink(size=15, weight="semibold", leading=1.2)
LINE = Ink(size=8, colour=MUTED, right=True, leading=1.35)
LOGO_HEIGHT = 12 * mm
LOGO_WIDTH = 60 * mm
LINES = 3


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The sender. `registration` is printed as given (regulator, company and VAT numbers belong to its lines).

    `logo` is a PNG or JPEG; `accent` a colour like "#0F6FC5".
    """

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    registration: tuple[str, ...] = ()
    logo: bytes | None = None
    accent: str = ACCENT

    @property
    def contact(self) -> tuple[str, ...]:
        """What stands on the right: the address, how to reach the clinic, and its registrations."""
        lines = (", ".join(self.address), self.phone, self.email, self.website, " · ".join(self.registration))
        return tuple(line for line in lines if line)


def draw_letterhead(canvas: Canvas, head: Letterhead, left: float, right: float, top: float) -> float:
    """Draw between `left` and `right` below `top` (points); the answer is the height of the accent line."""
    width = right - left
    lowest = min(
        _draw_sender(canvas, head, left, width * 0.5, top), _draw_contact(canvas, head, right, width * 0.46, top)
    )
    below = lowest - 3 * mm
    canvas.setStrokeColor(HexColor(head.accent))
    canvas.setLineWidth(1.4)
    canvas.line(left, below, right, below)
    return float(below)


def _draw_sender(canvas: Canvas, head: Letterhead, left: float, width: float, top: float) -> float:
    """The logo above the name, so that the name of the sender has the whole width and is never cut short by it."""
    if head.logo is not None:
        top -= _draw_logo(canvas, head.logo, left, top) + 1.5 * mm
    name = clamped(head.name, NAME, width, 3)
    top -= height_of(name, width)
    name.drawOn(canvas, left, top)
    return top


def _draw_contact(canvas: Canvas, head: Letterhead, right: float, width: float, top: float) -> float:
    for line in head.contact:
        item = clamped(line, LINE, width, LINES)
        top -= height_of(item, width)
        item.drawOn(canvas, right - width, top)
    return top


def _draw_logo(canvas: Canvas, logo: bytes, left: float, top: float) -> float:
    try:
        image = ImageReader(io.BytesIO(logo))
        pixels_wide, pixels_high = image.getSize()
    except Exception as error:  # the image library raises anything for a broken file
        raise DamagedFileError("The clinic's logo cannot be read. Choose another picture in the settings.") from error
    scale = min(LOGO_WIDTH / pixels_wide, LOGO_HEIGHT / pixels_high)
    width, height = pixels_wide * scale, pixels_high * scale
    canvas.drawImage(image, left, top - height, width, height, mask="auto")
    return float(height)
