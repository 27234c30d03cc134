"""Notes that want attention: one's own that are not signed, and void ones; the manager's: waiting over a week, left behind, signed late."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Final

from nmx_desk.domain.note_states import NoteWatch
from nmx_desk.domain.notes import NOTE_KIND_NAMES, NoteStatus
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import note_steps, note_watch
from nmx_desk.services.note_watch import WatchedNote, WatchSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"consult_note", "client", "desk_user"})
_UNSAID: Final = {NoteWatch.UNSIGNED: ("author", "reason"), NoteWatch.OVERDUE: ("reason",), NoteWatch.LEFT: ("reason",)}
"""Columns that say nothing of a kind."""


class NoteWatchPage(Page):
    """``arrive(show="left")`` keeps one kind, ``arrive(note_id=…)`` chooses a note. Enter or a double click opens it."""

    name: ClassVar[str] = "notewatch"
    icon: ClassVar[str] = "file-text"
    right: ClassVar[str | None] = "notes.watch"
    rail_order: ClassVar[int] = 54
    badge_use_case: ClassVar[Any] = note_watch.count_watched_notes

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet = WatchSheet(rows=())
        self._wanted: dict[str, Any] | None = None
        self.about = muted("", wrap=False)
        self.show_what = Segments(_("Show"), [(kind, _words(kind)) for kind in self._kinds()])
        self.show_what.picked.connect(lambda _value: self._fill())
        self.give_button = Button(_("Give to a colleague"), self.give, icon="user-check")
        empty = EmptyState(_("Nothing to look after"), _("No note stands here now."), icon="file-text")
        self.table: Table[WatchedNote] = Table(
            self._columns(), name="note_watch", label=_("Consult notes"), settings=frame.user_settings, empty=empty
        )  # fmt: skip
        self.table.opened.connect(lambda found: self.frame.go("notes", note_id=found.id))
        self.table.chosen.connect(self._offer)
        head = row(heading(self.title()), self.about, STRETCH, self.give_button, space=Space.M)
        self.setLayout(column(head, row(self.show_what, STRETCH), self.table, space=Space.M, margin=Space.XL))

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Consult notes")

    def _kinds(self) -> tuple[NoteWatch, ...]:
        may = self.frame.desk.may
        own = (NoteWatch.UNSIGNED,) if may("notes.write") else ()
        others = (NoteWatch.OVERDUE, NoteWatch.LEFT, NoteWatch.LATE) if may("notes.assign") else ()
        return (*own, *others, NoteWatch.VOID)

    def _columns(self) -> list[Column[WatchedNote]]:
        return [
            Column(key="client", title=_("Client"), text=lambda r: r.client.name, strong=True, detail=lambda r: r.client.client_no,
                   sort_key=lambda r: (r.client.surname.casefold(), r.client.first_name.casefold())),
            Column(key="kind", title=_("Consult"), text=lambda r: _(NOTE_KIND_NAMES[r.note.kind]), struck=_is_void,
                   detail=lambda r: dates.short(r.note.care_date), sort_key=lambda r: r.note.care_date),
            Column(key="author", title=_("Author"), text=lambda r: r.author, width=190),
            Column(key="state", title=_("State"), text=lambda r: self._badge(r).text, badge=self._badge, width=196,
                   sort_key=lambda r: r.days),
            Column(key="reason", title=_("Reason"), text=_reason, tooltip=_reason),
        ]  # fmt: skip

    def _badge(self, found: WatchedNote) -> Badge:
        match self.show_what.value():
            case NoteWatch.VOID:
                return Badge(_("Declared void"), Hue.NEUTRAL, "ban")
            case NoteWatch.LATE:
                text = ngettext("Signed after {n} day", "Signed after {n} days", found.days)
                return Badge(text.format(n=found.days), Hue.INFO, "signature")
            case _:
                text = ngettext("Unsigned for {n} day", "Unsigned for {n} days", found.days) if found.days else _("Unsigned")
                return Badge(text.format(n=found.days), Hue.DANGER if NoteWatch.OVERDUE in found.kinds else Hue.WARN, "pencil")

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """List what wants attention."""
        self._wanted = where
        self._read()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if changes is None or changes.tables & OURS:
            self._read()

    def _read(self) -> None:
        self.frame.runner.latest("note watch", note_watch.watch_notes, then=self._listed, owner=self)

    def _listed(self, sheet: WatchSheet) -> None:
        self.sheet = sheet
        for kind in self._kinds():
            count = len(sheet.of(kind))
            self.show_what.rename(kind, _("{title} ({n})").format(title=_words(kind), n=count) if count else _words(kind))
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.show_what.set_value(self._first(str(wanted.get("show", "")), str(wanted.get("note_id", ""))))
        self._fill()
        if wanted is not None:
            self.table.choose(wanted.get("note_id"))
            self.table.choose_first()
            self.table.setFocus()
        self._offer(self.table.current())

    def _first(self, show: str, note_id: str) -> NoteWatch:
        """The kind that was asked for, that of the note that was asked for, or the first one that has any."""
        kinds = self._kinds()
        if show in kinds:
            return NoteWatch(show)
        found = [kind for kind in kinds if any(note_id in {"", row.id} for row in self.sheet.of(kind))]
        return found[0] if found else kinds[0]

    def _fill(self) -> None:
        kind = self.show_what.value()
        rows = self.sheet.of(kind)
        for number, column_ in enumerate(self.table.records.columns):
            self.table.setColumnHidden(number, column_.key in _UNSAID.get(kind, ()))
        self.table.set_rows(rows)
        self.about.setText(_about(kind, min((row.note.care_date for row in rows), default=None)))
        self._offer(self.table.current())

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def _offer(self, found: WatchedNote | None) -> None:
        self.give_button.setVisible(found is not None and NoteWatch.LEFT in found.kinds)

    def give(self) -> None:
        """Give a draft of somebody who left to a colleague, who goes on with it and signs in their own name."""
        found = self.table.current()
        if found is None or self.give_button.isHidden():
            return
        heirs = [(user.id, user.display_name) for user in self.sheet.heirs]
        field = Field(name="author", label=_("Who goes on with it?"), kind="choice", required=True, options=heirs)
        text = _(
            "{author} left. The draft about {client} goes to a colleague, who signs it in their own name. Who began it stays in the file."
        )
        text = text.format(author=found.author, client=found.client.name)
        told = ask_values(self.window(), _("Give this draft to a colleague"), text, [field], yes=_("Give"))
        if told is not None:
            name = dict(heirs)[told["author"]]
            said = _("{name} goes on with the draft.").format(name=name)
            self.frame.runner.do(note_steps.give_draft, found.id, told["author"], then=lambda _done: self.frame.toast(said), owner=self)

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.table.current()
        return {"obj_id": found.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette offers."""
        found = [Command(_("Open the note"), self._open_chosen, "verslag openen note", "Ctrl+O", "file-text")]
        if not self.give_button.isHidden():
            found.append(Command(_("Give this draft to a colleague"), self.give, "concept overdragen verlaten", icon="user-check"))
        return found

    def _open_chosen(self) -> None:
        if found := self.table.current():
            self.frame.go("notes", note_id=found.id)


def _words(kind: NoteWatch) -> str:
    return {
        NoteWatch.UNSIGNED: _("To sign"), NoteWatch.OVERDUE: _("Unsigned over 7 days"), NoteWatch.LEFT: _("Of who left"),
        NoteWatch.LATE: _("Signed late"), NoteWatch.VOID: _("Declared void"),
    }[kind]  # fmt: skip


def _about(kind: NoteWatch, oldest: date | None) -> str:
    if kind is NoteWatch.LATE:
        return _("consults of the past year")
    return _("oldest consult: {day}").format(day=dates.full_day(oldest)) if oldest and kind is not NoteWatch.VOID else ""


def _is_void(found: WatchedNote) -> bool:
    return found.note.status is NoteStatus.VOID


def _reason(found: WatchedNote) -> str:
    return found.note.void_reason if _is_void(found) else found.note.late_reason
