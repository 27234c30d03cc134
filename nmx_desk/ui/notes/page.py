"""Writing, signing and reading consult notes. Reached from a client, an appointment or the search; not in the rail."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QSplitter, QWidget

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.note_states import SIGNED_STATES
from nmx_desk.domain.notes import NOTE_KIND_NAMES, Draft, NoteKind
from nmx_desk.i18n import _
from nmx_desk.services import drafts, note_seats, notes
from nmx_desk.services.clients import open_client
from nmx_desk.services.notes import NoteSheet
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.autosave import Autosave
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask, ask_reason
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import STRETCH, Flowing, column, row, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.notes.addendum import ask_addendum
from nmx_desk.ui.notes.beside import Beside
from nmx_desk.ui.notes.context import NoteContext
from nmx_desk.ui.notes.editor import NoteEditor, NoteReader
from nmx_desk.ui.notes.overview import NotesList, status_badge
from nmx_desk.ui.notes.seat import NoteSeat
from nmx_desk.ui.notes.steps import NoteSteps
from nmx_desk.ui.notes.tools import NoteTools
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


class NotesPage(Page):
    """``arrive(note_id=…)``, ``arrive(client_id=…, kind=…, appointment_id=…)``, or ``arrive(client_id=…)`` for the list."""

    name: ClassVar[str] = "notes"
    icon: ClassVar[str] = "file-text"
    right: ClassVar[str | None] = "notes.read"
    in_rail: ClassVar[bool] = False
    rail_as: ClassVar[str] = "notewatch"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: NoteSheet | None = None
        self.where: dict[str, Any] = {}
        self._clean = ""
        self.autosave = Autosave(frame.runner, note_seats.keep_note, self.kept_content, self)
        self.seat = NoteSeat(self)
        self._build()
        self.autosave.kept.connect(self.seat.kept)
        self.autosave.tell(self.saved, self.banner)
        for part in (self.editor, self.context):
            part.edited.connect(self._edited)
        self.list.opened.connect(lambda note_id: self.frame.go("notes", note_id=note_id))
        self.list.begun.connect(lambda kind: self.frame.go("notes", client_id=self.where.get("client_id"), kind=kind))

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Consult notes")

    # -- how it lies -----------------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.heading = heading("")
        self.badge = StateBadge()
        self.subtitle = Label("", role="muted", elide=True)
        self.saved = Label("", look="small", role="muted")
        self.banner = Banner()
        self.sign_button = Button(_("Sign"), self.sign, kind="primary", icon="signature", tip=_("Sign the note (Ctrl+Enter)"))
        self.addendum_button = Button(_("Addendum"), self.add_addendum, icon="file-plus")
        self.delete_button = IconButton("trash-2", _("Delete draft"), self.delete)
        self.compare_button = IconButton("history", _("Compare"), self.compare, shortcut="Ctrl+Shift+V")
        self.carry_button = IconButton("arrow-down", _("Carry forward"), self._carry, shortcut="Ctrl+Shift+C")
        self.steps = NoteSteps(self)
        self.beside = Beside(self.frame, Button(_("Back to the note"), self._back_to_note, icon="arrow-left"))
        self.editor, self.reader, self.context = NoteEditor(self.frame), NoteReader(self.frame), NoteContext(self.frame)
        self.list, self.tools = NotesList(may_write=self.frame.desk.may("notes.write")), NoteTools(self)
        head = row(
            column(row(self.heading, self.badge, STRETCH, space=Space.M), self.subtitle, space=2), self.saved, *self.tools.buttons,
            self.carry_button,
            self.steps.print_button, self.compare_button, self.delete_button, self.steps.void_button, self.addendum_button,
            self.sign_button, space=Space.S,
        )  # fmt: skip
        head.setStretch(0, 1)
        self.split = QSplitter()
        self.left = Flowing(column(self.editor, self.reader))
        self.tools.narrow()
        self.left.installEventFilter(self.tools)
        area = scroll(self.left, _("Note"))
        area.verticalScrollBar().rangeChanged.connect(self.tools.follow)
        self.split.addWidget(area)
        self.following = self.context.following
        self.split.addWidget(self.context.side)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([600, 400])  # only how they compare matters
        self.split.setChildrenCollapsible(False)
        body = column(head, self.banner, self.split, self.list, self.beside, space=Space.M, margin=Space.XL)
        for place in (2, 3, 4):
            body.setStretch(place, 1)
        self.setLayout(body)
        self._show_parts(note=False)

    def _show_parts(self, *, note: bool) -> None:
        sheet = self.sheet if note else None
        writing = sheet is not None and not sheet.read_only
        signed = sheet is not None and sheet.note.status in SIGNED_STATES
        may_write = self.frame.desk.may("notes.write")
        shown: list[tuple[QWidget, bool]] = [
            *((widget, note) for widget in (self.split, self.badge)),
            *((widget, writing) for widget in (self.saved, self.sign_button, self.delete_button, self.editor)),
            (self.list, not note),
            (self.addendum_button, signed and may_write),
            (self.compare_button, note),
            (self.carry_button, writing and sheet is not None and sheet.last is not None),
            (self.beside, False),
            (self.reader, note and not writing),
        ]
        for widget, on in shown:
            widget.setVisible(on)
        self.tools.offer(writing=writing)
        self.steps.offer(sheet.note.status if sheet is not None else None)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open a note, begin or resume one, or list a client's notes."""
        self.where = where
        self._forget()
        do = self.frame.runner.do
        if where.get("note_id"):
            do(notes.read_note, where["note_id"], then=self._show, failed=self._not_opened, owner=self)
        elif where.get("kind"):
            do(
                notes.open_note, where["client_id"], NoteKind(where["kind"]), where.get("appointment_id"),
                then=self._show, failed=self._not_opened, owner=self,
            )  # fmt: skip
        elif where.get("client_id"):
            do(open_client, where["client_id"], then=lambda found: self.heading.setText(found.client.name), owner=self)
            do(notes.notes_of, where["client_id"], then=self._show_list, owner=self)

    def refresh(self, changes: Changes | None) -> None:
        """The list, and a note that is only read, follow what others do; what is being written stays."""
        self.tools.refresh(changes)
        sheet = self.sheet
        if sheet is not None and not sheet.read_only:
            return
        if sheet is not None and sheet.elsewhere is not None:
            self.seat.look()
        elif changes is None or ("consult_note" if sheet is None else "addendum") in changes.tables:
            self.arrive(**self.where)

    def leave(self) -> bool:
        """What was typed becomes one logged change."""
        if not self.tools.leave():
            return False
        self.following.flush()
        if self.dirty:
            self.autosave.now()
            self.seat.hold()
            self._save(lambda: None)
        self.seat.rise()
        return True

    @property
    def dirty(self) -> bool:
        """Whether something was typed since the note was opened or saved."""
        return self.sheet is not None and not self.sheet.read_only and self._content() != self._clean

    def _forget(self) -> None:
        self.autosave.stop()
        self.seat.rest()
        self.following.close_file()
        self.sheet = None
        self.banner.hide()
        self.heading.setText("")
        self.subtitle.setText("")
        self.saved.setText("")
        self._show_parts(note=False)

    def _not_opened(self, error: DeskError) -> None:
        self.heading.setText(self.title())
        self.banner.say(error.message or _("The note stays closed: no reason was given."), Hue.WARN, closable=False)
        self.list.hide()

    def _show_list(self, overview: notes.NotesOverview) -> None:
        self.sheet = None
        self.subtitle.setText(self.title())
        self.list.show_notes(overview)
        self._show_parts(note=False)

    def _show(self, sheet: NoteSheet) -> None:
        self.sheet = sheet
        note = sheet.note
        asked_new = "kind" in self.where
        self.where = {"note_id": note.id}
        self.heading.setText(sheet.client.name)
        self.badge.set(status_badge(note.status))
        day = dates.full_day(note.care_date)
        self.subtitle.setText(_("{kind}, {day}").format(kind=_(NOTE_KIND_NAMES[note.kind]), day=day))
        self.context.show_sheet(sheet)
        self.tools.show_sheet(sheet)
        self._show_parts(note=True)
        if sheet.read_only:
            self.reader.show_note(sheet)
            self.seat.say_why(sheet, begun_again=asked_new)
            self.setFocus()  # not on a button: who types on would press it
            return
        if self.seat.bring_back(note.id):
            return
        self.editor.show_note(note, sheet.template, sheet.sections)
        self.editor.offer(sheet.last)
        self._clean = self._content()
        if sheet.draft is not None:
            self._restore(sheet.draft)
        self.seat.sit(sheet)
        follow_reading_order(self)
        self.editor.focus_first()

    def _restore(self, draft: Draft) -> None:
        """Put back what was typed before the program stopped. A draft that cannot be read is left alone."""
        if self.sheet is None:
            return
        try:
            data = json.loads(draft.content)
            self.editor.restore(data)
            self.context.restore(data, self.sheet)
        except (ValueError, KeyError, TypeError, AttributeError):
            self.banner.say(_("What was typed earlier could not be put back."), Hue.WARN)
            return
        if not self.dirty:
            return
        self.banner.say(
            _("Restored what was typed at {time}.").format(time=dates.clock(draft.saved_at)),
            Hue.INFO, action_text=_("Throw it away"), action=self._throw_away,
        )  # fmt: skip

    def _throw_away(self) -> None:
        sheet = self.sheet
        if sheet is not None:
            self.autosave.stop()
            self.frame.runner.do(
                drafts.drop_draft, notes.DRAFT_KIND, sheet.note.id, then=lambda _done: self.arrive(**self.where), owner=self
            )  # fmt: skip

    # -- saving while typing ---------------------------------------------------------------------------------------------------------

    def _content(self) -> str:
        return json.dumps({**self.editor.data(), **self.context.data()}, ensure_ascii=False, sort_keys=True)

    def kept_content(self) -> tuple[Any, ...] | None:
        """What this window holds, for ``note_seats.keep_note``; None when nothing is written here."""
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return None
        return sheet.note.id, sheet.base, self._content()

    def _edited(self) -> None:
        if self.sheet is not None and not self.sheet.read_only:
            self.saved.setText(_("Saving …"))
            self.autosave.touch()

    def _save(self, then: Callable[[], object]) -> None:
        """Everything that stands here in one unit of work; the draft goes with it."""
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return

        def saved(now: NoteSheet) -> None:
            self.seat.let_go(now.note.id)
            if self.sheet is not None and self.sheet.note.id == now.note.id:
                self._stands(now)
                then()

        self.autosave.stop()
        self.frame.runner.do(
            notes.save_note, self.editor.changed_note(), self.editor.written(),
            complaints=self.context.entries(), outcome=self.context.outcome_score(), lifestyle=self.context.lifestyle.told(),
            base=sheet.base, then=saved, owner=self,
        )  # fmt: skip

    def _stands(self, saved: NoteSheet) -> None:
        """What is on the screen is stored: go on from its versions."""
        self.sheet = saved
        self.editor.note = saved.note
        self.context.show_sheet(saved)
        follow_reading_order(self)
        self._clean = self._content()
        self.saved.setText(_("Saved {time}").format(time=dates.clock(self.frame.now())))

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Save and sign; the password is the question."""
        sheet = self.sheet
        if sheet is None or sheet.read_only or not self.tools.leave() or self.editor.form.checked() is None or self.editor.missing():
            return
        self.following.flush()
        self._save(self._sign)

    def _sign(self, late_reason: str = "") -> None:
        if self.sheet is not None:
            self.frame.runner.do(
                notes.sign_note, self.sheet.note.id, self.editor.written(), late_reason,
                then=self._signed, failed=self._not_signed, owner=self,
            )  # fmt: skip

    def _signed(self, sheet: NoteSheet) -> None:
        self.autosave.stop()
        self.banner.hide()
        self._show(sheet)
        self.frame.toast(_("The note is signed."))

    def _not_signed(self, error: DeskError) -> None:
        if isinstance(error, UserError) and error.field == "late_reason":
            reason = ask_reason(self.window(), _("Late entry"), error.message, yes=_("Sign"))
            if reason:
                self._sign(reason)
            return
        errors.show(error, self)

    def add_addendum(self) -> None:
        """Ask for text and reason, then sign the addendum."""
        sheet = self.sheet
        if sheet is None or not self.addendum_button.isVisible():
            return
        values = ask_addendum(self.window())
        if values is not None:
            self.frame.runner.do(notes.add_addendum, sheet.note.id, values["text"], values["reason"], then=self._show, owner=self)

    def compare(self) -> None:
        """Hold the note against what it said before, or against another one."""
        sheet = self.sheet
        if sheet is None:
            return

        def show() -> None:
            self.split.hide()
            self.beside.show()
            self.beside.open_note(sheet.note.id)

        self._save(show) if self.dirty else show()

    def _carry(self) -> None:
        if not self.carry_button.isHidden():
            self.editor.carry_all()

    def _back_to_note(self) -> None:
        self._show_parts(note=True)
        if self.sheet is not None and not self.sheet.read_only:
            self.editor.focus_first()

    def delete(self) -> None:
        """Delete one's own draft, after asking."""
        sheet = self.sheet
        if sheet is None or sheet.read_only:
            return
        text = _("The draft and the scores entered with it are deleted. The log keeps that it was there.")
        if ask(self.window(), _("Delete this draft?"), text, yes=_("Delete draft"), danger=True):
            self.autosave.stop()
            self.frame.runner.do(notes.delete_draft_note, sheet.note.id, then=partial(self._deleted, sheet.client.id), owner=self)

    def _deleted(self, client_id: str, _done: object) -> None:
        self._forget()
        self.frame.toast(_("The draft is deleted."))
        self.frame.go("notes", client_id=client_id)

    def record(self) -> dict[str, str]:
        """What is in sight."""
        return {"obj_id": self.sheet.note.id} if self.sheet else {}

    def commands(self) -> list[Command]:
        """Signing has its keys; the rest is in the palette."""
        return [
            Command(_("Sign the note"), self.tools.enter, "onderteken verslag sign", "Ctrl+Return", "signature"),
            Command(_("To the scores, and back to the text"), self.tools.to_scores, "scores cijfers", "F6", "gauge"),
            Command(_("Addendum to this note"), self.add_addendum, "aanvulling addendum", icon="file-plus"),
            Command(_("Compare this note"), self.compare, "vergelijk versies compare", "Ctrl+Shift+V", "history"),
            Command(_("Carry forward from the last note"), self._carry, "overnemen vorige verslag", "Ctrl+Shift+C", "arrow-down"),
            *self.tools.commands(),
            *self.steps.commands(),
        ]

    def show_error(self, error: UserError) -> bool:
        """Beside the section or field it is about."""
        if error.field in {"complaints", "outcome"}:
            self.banner.say(error.message, Hue.DANGER)
            return True
        return self.editor.isVisible() and self.editor.show_error(error)
