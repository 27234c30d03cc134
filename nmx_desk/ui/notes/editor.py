"""The written part of a note: date, minutes, attendees, and the sections of its template. And the same, signed, to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.note_templates import LETTER_NAMES, by_letter
from nmx_desk.domain.notes import ConsultNote, NoteSection, NoteStatus, SectionKind
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.notes import LastNote, NoteSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label, muted, restyle, set_tip
from nmx_desk.ui.kit.layout import STRETCH, Card, bring_into_sight, column, empty_layout, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.notes.attachments import Attachments
from nmx_desk.ui.notes.writing import NoteText, SnippetBook
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


class SectionEditor(QWidget):
    """One section: its title, the tick "nothing particular" when it is required, and plain text."""

    edited = Signal()

    def __init__(self, kind: SectionKind, book: SnippetBook | None) -> None:
        super().__init__()
        self.kind = kind
        title = kind.title
        self.text = NoteText(book, lines=4 if kind.required else 2, name=title)
        self.nothing = CheckInput(_("Nothing particular"))
        set_tip(self.nothing, _("Nothing particular (Ctrl+0)"))
        self.nothing.setAccessibleName(_("{section}: nothing particular").format(section=title))
        self.error = Label("", look="small", role="danger", wrap=True)
        self.error.hide()
        if not kind.required:
            self.nothing.hide()
        self.source: tuple[str, str, str] | None = None  # of the last note: its id, its day in words, what it says here
        self.carried_from: str | None = None
        self.carry_button = IconButton("arrow-down", _("{section}: carry forward from the last note").format(section=title), self.carry)
        self.carry_button.hide()
        self.mark = Label("", look="small", role="muted")
        self.mark.hide()
        shown = _("{label} (required)").format(label=title) if kind.required else title
        head = row(Label(shown, look="strong", elide=True), self.carry_button, self.nothing)
        head.setStretch(0, 1)
        self.setLayout(column(head, self.text, self.mark, self.error, space=Space.XS))
        self.text.edited.connect(self._typed)
        self.nothing.edited.connect(self._ticked)

    def set(self, text: str, nothing: bool, carried_from: str | None = None) -> None:
        """Show a text, and from which note it was carried forward, if it was."""
        self.text.set_value(text)
        self.nothing.set_value(nothing)
        self.carried_from = carried_from
        self.show_error("")
        self._tell()

    def offer(self, note_id: str, day: str, text: str) -> None:
        """What the last note says here; "" when it says nothing."""
        self.source = (note_id, day, text) if text.strip() else None
        self.carry_button.setVisible(self.source is not None)
        self._tell()

    def carry(self) -> None:
        """Put what the last note says here behind what stands here, marked as such."""
        if self.source is None:
            return
        note_id, _day, text = self.source
        before = self.text.value()
        self.carried_from = note_id
        self.nothing.set_value(False)
        self.text.set_value(f"{before}\n{text}" if before else text)
        self.text.setFocus()
        self._changed()

    def _tell(self) -> None:
        """Whence the text comes, and whether it is still the same."""
        known = self.source is not None and self.source[0] == self.carried_from
        if self.carried_from is None or not self.text.value():
            words = ""
        elif not known or self.source is None:
            words = _("carried forward")
        elif self.text.value() == self.source[2].strip():
            words = _("carried forward from {day}, unchanged").format(day=self.source[1])
        else:
            words = _("carried forward from {day}, changed").format(day=self.source[1])
        self.mark.setText(words)
        self.mark.setVisible(bool(words))

    def show_error(self, message: str) -> None:
        """Say what is missing, or that nothing is."""
        self.error.setText(message)
        self.error.setVisible(bool(message))
        self.text.setProperty("invalid", bool(message))
        self.text.setAccessibleDescription(message)
        restyle(self.text)
        if message:
            self.text.setFocus()

    def _typed(self) -> None:
        if self.text.value():
            self.nothing.set_value(False)
        self._changed()

    def _ticked(self) -> None:
        """Text and tick exclude each other; a tick never throws text away."""
        if self.nothing.value() and self.text.value():
            self.nothing.set_value(False)
            self.show_error(_("There is text here. Empty it first, then tick that there is nothing particular."))
            return
        self._changed()

    def _changed(self) -> None:
        if self.error.isVisible():
            self.show_error("")
        if not self.text.value():
            self.carried_from = None
        self._tell()
        self.edited.emit()


class NoteEditor(QWidget):
    """A draft being written. ``edited`` at every change."""

    edited = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.note = ConsultNote()
        self.sections: dict[str, SectionEditor] = {}
        self.book = SnippetBook(self)
        self.attachments = Attachments(frame)
        self.form = Form(
            [
                Field(name="care_date", label=_("Date"), kind="date", required=True, past=True),
                Field(name="duration_minutes", label=_("Minutes"), kind="int", least=1, most=480),
                Field(name="attendees", label=_("Who else was there"), max_length=200),
            ],
            columns=3,
        )
        self.form.edited.connect(self.edited)
        self._box = QVBoxLayout()
        self._box.setSpacing(Space.L)
        self.setLayout(column(self.form, self._box, self.attachments, STRETCH, space=Space.L))

    def show_note(self, note: ConsultNote, template: Sequence[SectionKind], sections: Sequence[NoteSection]) -> None:
        """Begin with what is stored."""
        self.note = note
        empty_layout(self._box)
        self.sections = {}
        for letter, kinds in by_letter(template):
            if letter:
                self._box.addWidget(letter_head(letter))
            for kind in kinds:
                made = self.sections[kind.code] = SectionEditor(kind, self.book)
                made.edited.connect(self.edited)
                made.text.handed.connect(self.attachments.add_mime)
                self._box.addWidget(made)
        self.form.set_values({"care_date": note.care_date, "duration_minutes": note.duration_minutes, "attendees": note.attendees})
        for section in sections:
            if section.code in self.sections:
                self.sections[section.code].set(section.text, section.nothing_particular, section.carried_from)

    def offer(self, last: LastNote | None) -> None:
        """What the last note says can be carried forward, section by section."""
        said = {section.code: section.text for section in last.sections} if last else {}
        for code, part in self.sections.items():
            day = dates.short(last.note.care_date) if last else ""
            part.offer(last.note.id if last else "", day, said.get(code, ""))

    def carry_all(self) -> None:
        """Carry forward every section of the last note that is still empty here."""
        for part in self.sections.values():
            if not part.text.value():
                part.carry()

    def changed_note(self) -> ConsultNote:
        """The note with date, minutes and attendees as they stand here; an impossible date is left as it was."""
        values = self.form.values()
        return replace(
            self.note,
            care_date=values["care_date"] or self.note.care_date,
            duration_minutes=values["duration_minutes"],
            attendees=values["attendees"],
        )

    def written(self) -> list[NoteSection]:
        """The sections as they stand here."""
        return [
            NoteSection(code=code, text=part.text.value(), nothing_particular=part.nothing.value(), carried_from=part.carried_from)
            for code, part in self.sections.items()
        ]

    def data(self) -> dict[str, Any]:
        """Everything typed as JSON, for the draft; spaces and blank lines too."""
        note = self.changed_note()
        return {
            "care_date": note.care_date.isoformat(),
            "duration_minutes": note.duration_minutes,
            "attendees": note.attendees,
            "sections": {
                code: [part.text.toPlainText(), part.nothing.value(), part.carried_from] for code, part in self.sections.items()
            },
        }

    def restore(self, data: dict[str, Any]) -> None:
        """Show what a draft holds."""
        self.form.set_values(
            {
                "care_date": date.fromisoformat(data["care_date"]),
                "duration_minutes": data["duration_minutes"],
                "attendees": data["attendees"],
            }
        )
        for code, (text, nothing, *carried) in data["sections"].items():
            if code in self.sections:
                self.sections[code].set(str(text), bool(nothing), carried[0] if carried else None)

    def show_error(self, error: UserError) -> bool:
        """Beside the section it is about."""
        part = self.sections.get(error.field)
        if part is None:
            return self.form.show_error(error)
        part.show_error(error.message)
        return True

    def here(self) -> SectionEditor | None:
        """The section in which one writes; while the focus is elsewhere the first that has room."""
        focus = self.window().focusWidget()
        found = next((part for part in self.sections.values() if focus is not None and part.isAncestorOf(focus)), None)
        return found or next((part for part in self.sections.values() if not part.text.value()), None)

    def nothing_here(self) -> None:
        """Nothing particular in this section, and on to the next one."""
        part = self.here()
        if part is None or not part.kind.required:
            return
        part.nothing.click()
        if part.nothing.value():
            parts = list(self.sections.values())
            following = parts[parts.index(part) + 1 :]
            (following[0] if following else part).text.setFocus()

    def missing(self) -> bool:
        """Mark every required section that says nothing, and go to the first of them."""
        wanted = [part for part in self.sections.values() if part.kind.required and not (part.text.value() or part.nothing.value())]
        for part in reversed(wanted):
            said = _("Fill in “{section}”, or tick that there is nothing particular.").format(section=part.kind.title)
            part.show_error(said)
        if wanted:
            bring_into_sight(wanted[0])
        return bool(wanted)

    def focus_first(self) -> None:
        """Put the cursor in the first section."""
        for part in self.sections.values():
            part.text.setFocus()
            return


class NoteReader(QWidget):
    """A signed note, or a colleague's draft: to read only."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.attachments = Attachments(frame)
        self._text, self._added = column(space=Space.L), column(space=Space.M)
        self.setLayout(column(Card("", self._text, self.attachments), self._added, STRETCH))

    def show_note(self, sheet: NoteSheet) -> None:
        """Show a note with its addenda."""
        empty_layout(self._text)
        empty_layout(self._added)
        note = sheet.note
        self.attachments.show_sheet(sheet)
        self._text.addWidget(muted(_particulars(note)))
        if note.status is NoteStatus.VOID:
            void = Banner()
            void.say(_("Declared void: {reason}").format(reason=note.void_reason), Hue.DANGER, closable=False)
            self._text.addWidget(void)
        self._show_sections(sheet)
        for item in sheet.addenda:
            said = _("{author}, {when}. Reason: {reason}").format(
                author=item.author, when=dates.full(item.addendum.signed_at), reason=item.addendum.reason
            )
            text = Label(item.addendum.text, wrap=True, selectable=True)
            self._added.addWidget(Card(_("Addendum"), text, muted(said)))
        if note.signed_at is not None:
            self._text.addWidget(muted(signature(sheet)))

    def _show_sections(self, sheet: NoteSheet) -> None:
        """Under their letters, as the template says; what it does not know comes last."""
        said = {section.code: section for section in sheet.sections if section.text or section.nothing_particular}
        for letter, kinds in by_letter(sheet.template):
            here = [(kind.title, said.pop(kind.code)) for kind in kinds if kind.code in said]
            if letter and here:
                self._text.addWidget(letter_head(letter))
            for title, section in here:
                self._text.addLayout(_section(title, section))
        for code, section in said.items():
            self._text.addLayout(_section(code, section))


def letter_head(letter: str) -> Label:
    """The quiet head of the sections of a letter: S for what is told, and so on."""
    words = _("{letter} · {name}").format(letter=letter.upper(), name=_(LETTER_NAMES[letter]))
    return Label(words, look="small", role="muted")


def _section(title: str, section: NoteSection) -> QVBoxLayout:
    if section.carried_from:
        title = _("{section} (carried forward)").format(section=title)
    text = Label(section.text or _("Nothing particular"), wrap=True, selectable=True, role="text" if section.text else "muted")
    return column(Label(title, look="strong"), text, space=Space.XS)


def _particulars(note: ConsultNote) -> str:
    parts = [_("Consult of {day}").format(day=dates.full_day(note.care_date))]
    if note.duration_minutes:
        parts.append(ngettext("{n} minute", "{n} minutes", note.duration_minutes).format(n=note.duration_minutes))
    if note.attendees:
        parts.append(_("also there: {who}").format(who=note.attendees))
    return ", ".join(parts)


def signature(sheet: NoteSheet) -> str:
    """Who signed when, whether late and why, and the beginning of the fingerprint."""
    note = sheet.note
    if note.signed_at is None:
        return ""
    said = _("Signed by {author} on {when}.").format(author=sheet.author, when=dates.full(note.signed_at))
    if note.late:
        said += " " + _("Late entry: {reason}").format(reason=note.late_reason)
    return said + "\n" + _("Fingerprint {hash}").format(hash=note.hash[:20])
