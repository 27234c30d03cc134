"""About a controlled document: what is known of the version in sight, who read it, where it lies on paper, and what is seldom done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from nmx_desk.i18n import _
from nmx_desk.services.papers import CopyRow, PaperSheet, ReaderRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Flowing, column, empty_layout, holder, row, scroll
from nmx_desk.ui.quality.paper_acts import PaperActs, step_buttons
from nmx_desk.ui.quality.paper_words import facts
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


class PaperAbout(QWidget):
    """``copy_asked`` carries a copy that was taken back; ``change`` asks for the form with what the document is called."""

    copy_asked = Signal(object)
    change = Signal()

    def __init__(self, acts: PaperActs) -> None:
        super().__init__()
        self.buttons = step_buttons(acts.seldom())
        self.change_button = Button(_("Change these data"), self.change.emit, kind="quiet", icon="pencil")
        self.taken: list[Button] = []
        self._facts, self._readers, self._copies = column(space=Space.S), column(space=Space.S), column(space=Space.S)
        self.known = Card(_("This version"), self._facts)
        self.readers = Card(_("Read and understood"), self._readers)
        self.copies = Card(_("Copies on paper"), self._copies, row(self.buttons["copy"], STRETCH))
        more = column(*(row(button, STRETCH) for button in (self.change_button, *self._others())), space=Space.XS)
        left = column(self.known, holder(more), STRETCH, space=Space.L)
        right = column(self.readers, self.copies, STRETCH, space=Space.L)
        both = row(holder(left), holder(right), space=Space.L)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        self.setLayout(column(scroll(Flowing(both), _("About this document"))))

    def _others(self) -> list[Button]:
        return [button for name, button in self.buttons.items() if name != "copy"]

    def show_sheet(self, sheet: PaperSheet) -> None:
        """Show what belongs to the version in sight."""
        may = sheet.may | ({"compare"} if len(sheet.versions) > 1 else set())
        for name, button in self.buttons.items():
            button.setVisible(name in may)
        self.change_button.setVisible("change" in may)
        empty_layout(self._facts)
        for word, said in facts(sheet):
            self._facts.addLayout(_pair(word, said))
        self._show_readers(sheet)
        self._show_copies(sheet)

    def _show_readers(self, sheet: PaperSheet) -> None:
        empty_layout(self._readers)
        self.readers.setVisible(bool(sheet.readers))
        done = sum(one.read_at is not None for one in sheet.readers)
        self._readers.addWidget(muted(_("{n} of {all} have read this version.").format(n=done, all=len(sheet.readers))))
        for one in sheet.readers:
            self._readers.addWidget(_reader_line(one))

    def _show_copies(self, sheet: PaperSheet) -> None:
        empty_layout(self._copies)
        self.taken = []
        out = [one for one in sheet.copies if one.taken_back_on is None or (sheet.shown and one.number == sheet.shown.number)]
        self.copies.setVisible(bool(out) or "copy" in sheet.may)
        for one in out:
            self._copies.addWidget(self._copy_line(one))

    def _copy_line(self, one: CopyRow) -> QWidget:
        words = _("Version {n}, since {when}").format(n=one.number, when=dates.short(one.handed_on))
        if one.taken_back_on is not None:
            words = _("Version {n}, taken back {when}").format(n=one.number, when=dates.short(one.taken_back_on))
        told: list[QWidget] = [Label(one.place, wrap=True), muted(words)]
        if one.due:
            told.append(StateBadge(_("To be taken back"), Hue.DANGER, "circle-alert"))
        made = row(column(*told, space=Space.XS))
        made.setStretch(0, 1)
        if one.taken_back_on is None:
            name = _("Copy taken back: {place}").format(place=one.place)
            button = Button(_("It is back"), partial(self.copy_asked.emit, one), kind="quiet", icon="check", name=name)
            self.taken.append(button)
            made.addWidget(button)
        return holder(made)


def _pair(word: str, said: str) -> QLayout:
    return column(Label(word, look="small", role="muted"), Label(said, wrap=True, selectable=True), space=0)


def _reader_line(one: ReaderRow) -> QWidget:
    badge = StateBadge(_("Not yet"), Hue.WARN, "circle-dashed")
    if one.read_at is not None:
        badge = StateBadge(dates.short(dates.local(one.read_at).date()), Hue.OK, "check")
    made = row(Label(one.name, wrap=True), badge)
    made.setStretch(0, 1)
    return holder(made)
