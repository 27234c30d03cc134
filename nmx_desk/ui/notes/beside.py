"""Two versions of a note beside each other, the words that went and came marked."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.services import note_seats, note_versions
from nmx_desk.services.note_versions import NoteVersion, SectionPair
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.marked import Marked
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class Beside(QWidget):
    """``open_note`` asks for the versions of a note; ``back`` is the way out."""

    def __init__(self, frame: Frame, back: Button) -> None:
        super().__init__()
        self._frame, self.note_id = frame, ""
        self.older, self.newer = ChoiceInput(name=_("Earlier")), ChoiceInput(name=_("Later"))
        self.none = muted(_("There is nothing to compare this note with yet."))
        self._pairs = column(space=Space.L)
        self.throw_button = Button(_("Throw away"), self._throw_away, kind="quiet", icon="trash-2")
        self._found: dict[str, NoteVersion] = {}
        head = row(back, self.older, Label("→", role="muted"), self.newer, STRETCH, self.throw_button)
        self.setLayout(column(head, self.none, scroll(holder(column(self._pairs, STRETCH)), _("Comparison")), space=Space.M))
        for choice in (self.older, self.newer):
            choice.edited.connect(self._compare)
        self.hide()

    def open_note(self, note_id: str) -> None:
        """Show what a note can be held against."""
        self.note_id = note_id
        empty_layout(self._pairs)
        self._frame.runner.latest(("notes", "versions"), note_versions.note_versions, note_id, then=self._got, owner=self)

    def _got(self, found: tuple[NoteVersion, ...]) -> None:
        options = [(one.key, _named(one)) for one in found]
        self._found = {one.key: one for one in found}
        self.throw_button.hide()
        for choice in (self.older, self.newer):
            choice.set_options(options)
            choice.setVisible(len(found) > 1)
        self.none.setVisible(len(found) < 2)
        if len(found) > 1:
            self.newer.set_value(found[0].key)
            self.older.set_value(found[1].key)
            self._compare()
            self.older.setFocus()

    def _compare(self) -> None:
        ask, pair = self._frame.runner.latest, (self.older.value(), self.newer.value())
        self.throw_button.setVisible(bool(self._kept()))
        ask(("notes", "compared"), note_versions.compare_notes, self.note_id, *pair, then=self._show, owner=self)

    def _kept(self) -> str:
        """The text of another window that is in sight, if one is."""
        shown = (self._found.get(str(choice.value())) for choice in (self.older, self.newer))
        return next((one.beside for one in shown if one is not None and one.beside), "")

    def _throw_away(self) -> None:
        """It was looked at: what is still wanted of it stands in the note."""
        run = self._frame.runner.do
        run(note_seats.throw_away, self.note_id, self._kept(), then=lambda _done: self.open_note(self.note_id), owner=self)

    def _show(self, pairs: tuple[SectionPair, ...]) -> None:
        empty_layout(self._pairs)
        for pair in pairs:
            old, new = Marked(pair.old, pair.gone, came=False), Marked(pair.new, pair.came, came=True)
            sides = row(column(old, STRETCH), column(new, STRETCH), space=Space.XL)
            sides.setStretch(0, 1)
            sides.setStretch(1, 1)
            same = muted(_("the same in both"), wrap=False) if pair.old == pair.new else None
            self._pairs.addWidget(Card(pair.title, *([same] if same else []), sides))


def _named(one: NoteVersion) -> str:
    when = dates.full(one.at)
    if one.is_now:
        return _("As it stands now")
    return _("{kind}, {when}, {who}").format(kind=one.kind, when=when, who=one.by) if one.kind else _("Saved {when}").format(when=when)
