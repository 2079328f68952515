"""A bare canvas for what has no letterhead or flow (labels), and how every file is finished."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time

from reportlab.pdfgen.canvas import Canvas

from cura_desktop.documents.fonts import FONT_FILES, faces
from cura_desktop.documents.text import clean


def new_canvas(target: io.BytesIO, size: tuple[float, float], title: str, author: str) -> Canvas:
    """A canvas of `size` points that writes the same bytes for the same drawing."""
    font = faces()["regular"].latin
    canvas = Canvas(target, pagesize=size, invariant=1, lang="en-GB", initialFontName=font)
    canvas.setTitle(clean(title))
    canvas.setAuthor(clean(author))
    canvas.setCreator("Cura Desktop")
    return canvas


def finish(canvas: Canvas, dated: date | datetime) -> None:
    """Save, with the date of the content as the date of the file instead of the moment of writing."""
    moment = dated if isinstance(dated, datetime) else datetime.combine(dated, time())
    stamp = canvas._doc._timeStamp
    stamp.lt = moment.timetuple()
    stamp.YMDhms = tuple(stamp.lt)[:6]
    stamp.t = moment.replace(tzinfo=UTC).timestamp()
    with FONT_FILES:
        canvas.save()
