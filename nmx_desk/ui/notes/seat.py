"""One window writes a note: this one sits down when it opens it, and says so when another window of the same person went on with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import note_seats, notes
from nmx_desk.services.note_seats import Seat
from nmx_desk.services.notes import NoteSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.theme import Hue

if TYPE_CHECKING:
    from nmx_desk.ui.notes.page import NotesPage

BEAT = 30_000  # ms; a window that is silent three times as long is taken for gone by other workstations


class NoteSeat(QObject):
    """``sit`` at a draft, ``kept`` with each answer of keeping it, ``rise`` when it is left."""

    def __init__(self, page: NotesPage) -> None:
        super().__init__(page)
        self.page, self.frame = page, page.frame
        self._told = 0  # texts of overtaken windows that were spoken of
        self._held: dict[str, tuple[Any, ...]] = {}  # what could not be saved when its note was left, by note
        self._timer = QTimer(self, interval=BEAT)
        self._timer.timeout.connect(self._beat)

    def sit(self, sheet: NoteSheet) -> None:
        """Say that this window writes the note now, or who does."""
        self._timer.start()
        self._told = 0
        if sheet.seat is not None:
            self._tell_beside(sheet.seat)
        take = partial(self.frame.runner.do, note_seats.take_seat, sheet.note.id, sheet.base, owner=self.page)
        take(then=self._seated, failed=lambda _error: self._open_again())

    def say_why(self, sheet: NoteSheet, *, begun_again: bool) -> None:
        """Why a note is only read here; ``begun_again``: somebody wanted to write it."""
        say = self.page.banner.say
        if sheet.elsewhere is not None:
            self._timer.start()
            text = _elsewhere(sheet.elsewhere, self.frame.runner.desk.station)
            say(text, Hue.INFO, action_text=_("Go on here"), action=self.take_over, closable=False)
        elif sheet.broken:
            text = _("This note is not what was signed: it was changed behind the program's back. Tell the manager.")
            say(text, Hue.DANGER, closable=False)
        elif sheet.editor:
            say(_("{name} is writing this note. It can only be read.").format(name=sheet.editor), Hue.INFO, closable=False)
        elif begun_again:
            say(_("This consult has a signed note already. Add what is missing with an addendum."), Hue.INFO)

    def rise(self) -> None:
        """Leave the note; whoever comes next finds the seat free."""
        self._timer.stop()
        sheet = self.page.sheet
        if sheet is not None and sheet.seat is not None and sheet.seat.ours:
            run = self.frame.runner.do
            run(note_seats.leave_seat, sheet.note.id, unsaved=self.page.dirty, failed=_nothing, owner=self.page)

    def hold(self) -> None:
        """Keep what stands here until it is saved: a full disk takes nothing that was typed, wherever one goes meanwhile."""
        content = self.page.kept_content()
        if content is not None:
            self._held[content[0]] = content

    def let_go(self, note_id: str) -> None:
        """It was saved."""
        self._held.pop(note_id, None)

    def bring_back(self, note_id: str) -> bool:
        """Keep what could not be saved before, and open the note with it; False when there is nothing. Over no newer text: beside it."""
        content = self._held.pop(note_id, None)
        if content is None:
            return False

        def still_not(_error: DeskError) -> None:
            self._held[note_id] = content

        run = self.frame.runner.do
        run(note_seats.keep_note, *content, then=lambda _seat: self._open_again(), failed=still_not, owner=self.page)
        return True

    def rest(self) -> None:
        """Nothing is written here any more."""
        self._timer.stop()

    def take_over(self) -> None:
        """Go on in this window; the other one is told when it saves next."""
        sheet = self.page.sheet
        if sheet is not None:
            run = self.frame.runner.do
            run(note_seats.take_seat, sheet.note.id, sheet.base, over=True, then=lambda _seat: self._open_again(), owner=self.page)

    def kept(self, seat: Seat) -> None:
        """What keeping the text answered: still ours, or overtaken. What was typed since is kept as well, then it can only be read."""
        if seat.ours:
            self._tell_beside(seat)
            return
        content = self.page.kept_content()
        if content is None:
            return
        self.page.editor.setEnabled(False)
        self._timer.stop()
        again = partial(self._open_again, seat)
        self.frame.runner.do(note_seats.keep_note, *content, then=lambda _seat: again(), failed=lambda _error: again(), owner=self.page)

    def _seated(self, seat: Seat) -> None:
        if not seat.ours:
            self._open_again()

    def _beat(self) -> None:
        sheet = self.page.sheet
        if sheet is None or not self.page.isVisible():
            self._timer.stop()
        elif sheet.elsewhere is not None:
            self.look()
        elif not sheet.read_only:
            self.page.autosave.again()

    def look(self) -> None:
        """How the note stands in the other window."""
        sheet = self.page.sheet
        if sheet is not None:
            self.frame.runner.latest("seat", notes.read_note, sheet.note.id, then=self._looked, failed=_nothing, owner=self.page)

    def _looked(self, sheet: NoteSheet) -> None:
        before = self.page.sheet
        if before is None or before.note.id != sheet.note.id:
            return
        if sheet.elsewhere is None:
            self._open_again()
        elif sheet.draft != before.draft or sheet.sections != before.sections:
            self.page.sheet = sheet
            self.page.reader.show_note(sheet)

    def _open_again(self, seat: Seat | None = None) -> None:
        self.page.editor.setEnabled(True)
        self.page.arrive(**self.page.where)
        if seat is not None:
            self.page.saved.setText(_("Kept beside"))

    def _tell_beside(self, seat: Seat) -> None:
        """Quietly, once: what another window still held when it was overtaken can be compared."""
        if seat.beside > self._told:
            text = ngettext(
                "What you typed in another window is kept beside this note.",
                "{n} texts you typed in other windows are kept beside this note.",
                seat.beside,
            ).format(n=seat.beside)
            self.page.banner.say(text, Hue.INFO, action_text=_("Compare"), action=self.page.compare)
        self._told = seat.beside


def _elsewhere(seat: Seat, station: str) -> str:
    since = dates.clock(seat.since) if seat.since is not None else "–"
    if seat.station == station:
        text = _("You are writing this note in another window on this computer, since {time}. Here it can only be read.")
        return text.format(time=since)
    text = _("You are writing this note on {where}, since {time}. Here it can only be read.")
    return text.format(where=seat.station or _("another computer"), time=since)


def _nothing(_error: DeskError) -> None:
    """It is only a sign of life: the next one says it again."""
