"""What the tour leaves behind: numbered pictures, the documents, and a page that shows them."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.gui.widgets.pdf_viewer import PdfViewer


@dataclass
class Album:
    """Writes into `folder`. `say` is called with one line for each thing kept."""

    folder: Path
    pictures: list[tuple[str, str]] = field(default_factory=list)
    documents: list[tuple[str, str]] = field(default_factory=list)

    def picture(self, window: QWidget, title: str) -> Path:
        """Keep how the window looks now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(self.pictures) + 1:02}-{_slug(title)}.png"
        window.grab().save(str(self.folder / name))
        self.pictures.append((name, title))
        return self.folder / name

    def paper(self, viewer: PdfViewer, title: str) -> Path:
        """Keep the PDF that a viewer shows, as its Save button would."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{_slug(title)}.pdf"
        if not viewer.save_to(self.folder / name):
            raise OSError(f"{name} could not be written")
        self.documents.append((name, title))
        return self.folder / name

    def index(self, lines: list[str]) -> Path:
        """The page with everything; `lines` stand at its top."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shots = "".join(
            f'<figure><a href="{n}"><img src="{n}" loading="lazy" alt="{html.escape(t)}"></a>'
            f"<figcaption>{i}. {html.escape(t)}</figcaption></figure>"
            for i, (n, t) in enumerate(self.pictures, 1)
        )
        papers = "".join(f'<li><a href="{n}">{html.escape(t)}</a></li>' for n, t in self.documents)
        facts = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
        page = self.folder / "index.html"
        page.write_text(_PAGE.format(facts=facts, papers=papers, shots=shots), encoding="utf-8")
        return page


def _slug(title: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in title.lower()).split())


_PAGE = """<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><title>A day at the clinic</title>
<style>
body {{ font: 15px/1.45 system-ui, sans-serif; margin: 32px; color: #1b2330; background: #f6f7f9; }}
figure {{ display: inline-block; margin: 0 16px 24px 0; width: 420px; vertical-align: top; }}
img {{ width: 100%; border: 1px solid #d9dee7; border-radius: 6px; }}
figcaption {{ color: #586174; margin-top: 4px; }}
</style>
<h1>A day at the clinic</h1>{facts}<h2>Documents</h2><ul>{papers}</ul><h2>Screens</h2>{shots}</html>
"""
