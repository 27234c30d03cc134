"""One chapter of a management review: what the registers say, and what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.review_pack import ASKS, CHAPTERS, PackChapter, clause
from nmx_desk.i18n import _
from nmx_desk.services import reviews
from nmx_desk.services.reviews import ReviewSheet
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

Row = Sequence[str]
WIDE = {"a": 1, "c2": 1, "c3": 3, "c4": 2, "c6": 2, "c7": 0, "e": 2, "f": 2, "d": 1, "c1": 2}
"""Which column of a chapter's table takes the room that is left."""
WIDTHS = {"c3": {0: 210}, "c4": {3: 150, 5: 150}, "c6": {1: 170}, "c7": {1: 190, 4: 190}, "d": {0: 180},
          "c1": {3: 180, 4: 150}, "c5": {1: 140}}  # fmt: skip


class ChapterView(QWidget):
    """Facts above, two texts below; Ctrl+Enter saves. ``saved`` after it."""

    saved = Signal()

    def __init__(self, frame: Frame, code: str) -> None:
        super().__init__()
        self.frame, self.code = frame, code
        self.sheet: ReviewSheet | None = None
        self._columns: tuple[str, ...] | None = None
        self.table: Table[Row] | None = None
        self.lines = Label("", wrap=True)
        self._place = column(space=0)
        self.form = Form([
            Field(name="discussion", label=_("Discussed"), kind="multiline", lines=3, max_length=reviews.LONGEST_TEXT),
            Field(name="conclusion", label=_("Conclusion"), kind="multiline", lines=2, max_length=reviews.LONGEST_TEXT),
        ])  # fmt: skip
        self.save_button = Button(_("Save"), self.save, icon="save", tip="Ctrl+Enter")
        self.form.edited.connect(self._offer)
        asked = muted(f"ISO 9001 {clause(code)} · {_(ASKS[code])}")
        foot = holder(row(STRETCH, self.save_button))
        whole = column(asked, self.lines, holder(self._place), self.form, foot, space=Space.S)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def show_sheet(self, sheet: ReviewSheet) -> None:
        """Show this chapter of a review; what is being typed in it stays."""
        other = self.sheet is None or self.sheet.review.id != sheet.review.id
        self.sheet = sheet
        chapter = next(one for one in sheet.pack.chapters if one.code == self.code)
        self.lines.setText("\n".join(chapter.lines))
        self._show_table(chapter)
        if other or not self.form.dirty:
            self.form.set_values({"discussion": chapter.discussion, "conclusion": chapter.conclusion})
        may = sheet.is_open and self.frame.desk.may("quality.manage")
        self.form.set_read_only(not may)
        self.save_button.setVisible(may)
        self._offer()

    def _show_table(self, chapter: PackChapter) -> None:
        if self.table is None or self._columns != chapter.columns:
            empty_layout(self._place)
            self._columns = chapter.columns
            self.table = self._made(chapter.columns) if chapter.columns else None
            if self.table is None:
                self._place.addStretch(1)
            else:
                self._place.addWidget(self.table)
        if self.table is not None:
            self.table.set_rows(list(chapter.rows))

    def _made(self, columns: Sequence[str]) -> Table[Row]:
        wide = WIDE.get(self.code, 0)

        def shown(place: int) -> Any:
            return lambda found: found[place]

        return Table(
            [
                Column(key=f"c{place}", title=name, text=shown(place), tooltip=shown(place), strong=place == 0,
                       width=0 if place == wide else WIDTHS.get(self.code, {}).get(place, 116))
                for place, name in enumerate(columns)
            ],
            name=f"review_{self.code}", label=_(CHAPTERS[self.code]), settings=self.frame.user_settings,
        )  # fmt: skip

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        return self.form.dirty

    def _offer(self) -> None:
        self.save_button.setEnabled(self.form.dirty)

    def save(self) -> None:
        """Keep what was said."""
        values = self.form.checked()
        if values is not None and self.sheet is not None and self.form.dirty:
            told = (values["discussion"] or "", values["conclusion"] or "")
            self.frame.runner.do(
                reviews.save_chapter, self.sheet.review.id, self.code, *told, then=lambda _kept: self._saved(), owner=self.form
            )

    def _saved(self) -> None:
        self.form.mark_clean()
        self._offer()
        self.saved.emit()
