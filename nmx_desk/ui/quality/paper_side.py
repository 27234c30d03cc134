"""What stands beside the text of a controlled document: what is known of the version, who read it, where it lies on paper."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services.papers import CopyRow, PaperSheet, ReaderRow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row, scroll
from nmx_desk.ui.quality.paper_words import facts, version_words
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space


class PaperSide(QWidget):
    """``version_asked`` carries a number, ``copy_asked`` a copy that was taken back, ``hand_out`` and ``compare`` ask for that."""

    version_asked = Signal(int)
    copy_asked = Signal(object)
    hand_out = Signal()
    compare = Signal()
    change = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.version = ChoiceInput(name=_("Version"))
        self.version.edited.connect(lambda: self.version_asked.emit(self.version.value()))
        self.compare_button = Button(_("Compare with another version"), self.compare.emit, kind="quiet", icon="history")
        self.change_button = Button(_("Change these data"), self.change.emit, kind="quiet", icon="pencil")
        self.copy_button = Button(_("Note a copy on paper"), self.hand_out.emit, kind="quiet", icon="printer")
        self.taken: list[Button] = []
        self._facts, self._readers, self._copies = column(space=Space.S), column(space=Space.S), column(space=Space.S)
        inner = column(
            self.version, row(self.compare_button, STRETCH), self._facts, row(self.change_button, STRETCH), self._readers, self._copies,
            row(self.copy_button, STRETCH), STRETCH, space=Space.M,
        )  # fmt: skip
        inner.setContentsMargins(0, 0, Space.M, 0)
        self.setLayout(column(scroll(holder(inner), _("About this document"))))
        self.setFixedWidth(round(PANEL_WIDTH * 0.8))

    def show_sheet(self, sheet: PaperSheet) -> None:
        """Show what belongs to the version in sight."""
        self.version.set_options([(one.number, version_words(one)) for one in sheet.versions])
        self.version.set_value(sheet.shown.number if sheet.shown else None)
        self.version.setEnabled(len(sheet.versions) > 1)
        self.compare_button.setVisible(len(sheet.versions) > 1)
        self.change_button.setVisible("change" in sheet.may)
        self.copy_button.setVisible("copy" in sheet.may)
        empty_layout(self._facts)
        for word, said in facts(sheet):
            self._facts.addLayout(column(Label(word, look="small", role="muted"), Label(said, wrap=True, selectable=True), space=0))
        self._show_readers(sheet)
        self._show_copies(sheet)

    def _show_readers(self, sheet: PaperSheet) -> None:
        empty_layout(self._readers)
        if sheet.readers:
            done = sum(one.read_at is not None for one in sheet.readers)
            self._readers.addWidget(section(_("Read and understood: {n} of {all}").format(n=done, all=len(sheet.readers))))
        for one in sheet.readers:
            self._readers.addWidget(_reader_line(one))

    def _show_copies(self, sheet: PaperSheet) -> None:
        empty_layout(self._copies)
        self.taken = []
        out = [one for one in sheet.copies if one.taken_back_on is None or (sheet.shown and one.number == sheet.shown.number)]
        if out:
            self._copies.addWidget(section(_("Copies on paper")))
        for one in out:
            self._copies.addWidget(self._copy_line(one))

    def _copy_line(self, one: CopyRow) -> QWidget:
        words = _("Version {n}, since {when}").format(n=one.number, when=dates.short(one.handed_on))
        if one.taken_back_on is not None:
            words = _("Version {n}, taken back {when}").format(n=one.number, when=dates.short(one.taken_back_on))
        told: list[QWidget] = [Label(one.place, wrap=True), muted(words)]
        if one.due:
            told.append(StateBadge(_("Take back"), Hue.DANGER, "circle-alert"))
        made = row(column(*told, space=Space.XS), STRETCH)
        if one.taken_back_on is None:
            name = _("Copy taken back: {place}").format(place=one.place)
            button = Button(_("It is back"), partial(self.copy_asked.emit, one), kind="quiet", icon="check", name=name)
            self.taken.append(button)
            made.addWidget(button)
        return holder(made)


def _reader_line(one: ReaderRow) -> QWidget:
    if one.read_at is None:
        return holder(row(Label(one.name, wrap=True), STRETCH, StateBadge(_("Not yet"), Hue.WARN, "circle-dashed")))
    return holder(row(Label(one.name, wrap=True), STRETCH, StateBadge(dates.short(dates.local(one.read_at).date()), Hue.OK, "check")))
