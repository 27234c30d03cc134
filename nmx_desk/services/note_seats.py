"""One window at a time writes a note, also of the same person: who sits at it, since when, and what an overtaken window still held.

The seat lies with the draft (``Draft.seat``), which is no clinic record: the log keeps what becomes of it. Whoever is overtaken loses
nothing: what that window still held is kept beside, to be compared, until its author throws it away.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nmx_desk.data import consults as query
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.errors import Conflict, DeskError, UserError
from nmx_desk.domain.note_states import check_draft
from nmx_desk.domain.notes import ConsultNote, Draft, NoteSection
from nmx_desk.i18n import _
from nmx_desk.services.desk import Desk, Work, use_case
from nmx_desk.services.drafts import MOST_CHARACTERS
from nmx_desk.vault.seats import SeatMark, is_there

KIND, BESIDE = "note", "beside:"
SILENT = timedelta(seconds=90)
"""A window on another workstation that did not say for so long that it is there, is not there any more."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Who writes a note: this window (``ours``), or which one since when. ``beside``: texts of overtaken windows that are kept."""

    ours: bool
    station: str = ""
    since: datetime | None = None
    saved_at: datetime | None = None
    beside: int = 0


def base_of(note: ConsultNote, sections: list[NoteSection] | tuple[NoteSection, ...]) -> int:
    """Grows with everything that is saved of a note: what a window began with is still so as long as this is the same."""
    return note.version + sum(section.version for section in sections)


def typing_of(store: Store, note: ConsultNote) -> Draft | None:
    """What the note's author is typing or typed, and from where."""
    return store.find_one(Draft, owner_id=note.author_id, kind=KIND, ref_id=note.id)


def kept_beside(store: Store, note: ConsultNote) -> list[Draft]:
    """What windows of the author held when they were overtaken, the newest first."""
    kind = table_of(Draft).c.kind
    return store.find(Draft, kind.startswith(BESIDE), owner_id=note.author_id, ref_id=note.id, order=[table_of(Draft).c.saved_at.desc()])


def another(work: Work, typing: Draft | None) -> bool:
    """Whether another window sits there and is still open."""
    if typing is None or typing.seat in {"", work.desk.session}:
        return False
    here = is_there(typing.seat)
    if here is not None:
        return here
    return typing.seen_at is not None and abs(work.now() - typing.seen_at) < SILENT  # also when a clock was set back


def seat_of(work: Work, note: ConsultNote, typing: Draft | None) -> Seat:
    """How it stands, for whoever wrote it."""
    count = len(kept_beside(work.store, note))
    if typing is None or not another(work, typing):
        return Seat(ours=True, beside=count)
    return Seat(ours=False, station=typing.station, since=typing.sat_at, saved_at=typing.saved_at, beside=count)


def typed_sections(content: str) -> dict[str, tuple[str, bool]]:
    """Text and "nothing particular" by section of what was kept while typing; empty for what cannot be read."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return {str(code): (str(part[0]), bool(part[1])) for code, part in json.loads(content)["sections"].items()}
    return {}


def as_typed(sections: tuple[NoteSection, ...], content: str) -> tuple[NoteSection, ...]:
    """The sections as the other window shows them, to be read here."""
    typed = typed_sections(content)
    return tuple(
        replace(section, text=typed[section.code][0], nothing_particular=typed[section.code][1]) if section.code in typed else section
        for section in sections
    )


@use_case("notes.write")
def take_seat(work: Work, note_id: str, base: int, *, over: bool = False) -> Seat:
    """Sit down at one's own draft, unless another open window sits there; ``over``: take it over from that one."""
    note = _own(work, note_id)
    typing = typing_of(work.store, note)
    if another(work, typing) and not over:
        return seat_of(work, note, typing)
    if typing is None:
        _check_base(work, note, base)
    _sit(work, note, typing)
    return Seat(ours=True, beside=len(kept_beside(work.store, note)))


def _sit(work: Work, note: ConsultNote, typing: Draft | None, content: str | None = None) -> Draft:
    now, session = work.now(), work.desk.session
    _mark(work.desk)
    kept = typing or Draft(owner_id=work.user.id, kind=KIND, ref_id=note.id, client_id=note.client_id, saved_at=now)
    since = kept.sat_at if kept.seat == session else now
    seated = replace(kept, seat=session, station=work.desk.station, sat_at=since, seen_at=now)
    if content is not None:
        seated = replace(seated, content=content, saved_at=now)
    return work.store.change(seated) if typing else work.store.add(seated)


_marks: dict[str, SeatMark] = {}


def _mark(desk: Desk) -> None:
    """Have this workstation see that the window is there. One that cannot write its own folder goes by what the draft says."""
    if desk.session in _marks:
        return
    with suppress(DeskError, OSError):
        _marks[desk.session] = SeatMark(desk.session)
        desk.on_close(lambda: _marks.pop(desk.session).release())


@use_case("notes.write", typed=False)
def keep_note(work: Work, note_id: str, base: int, content: str) -> Seat:
    """Keep what this window holds (JSON text). When it was overtaken, or the note was saved elsewhere, it is kept beside instead."""
    if len(content) > MOST_CHARACTERS:
        raise UserError("", _("This text is too long to keep. Divide it over several notes."))
    note = _own(work, note_id)
    typing = typing_of(work.store, note)
    ours = typing is not None and typing.seat == work.desk.session
    taken = typing is not None and typing.seat not in {"", work.desk.session}
    if taken or (not ours and base != base_of(note, query.sections_of(work.store, note.id))):
        return _beside(work, note, typing, content)
    kept = _sit(work, note, typing, content)
    return Seat(ours=True, saved_at=kept.saved_at, beside=len(kept_beside(work.store, note)))


def _beside(work: Work, note: ConsultNote, typing: Draft | None, content: str) -> Seat:
    """Not over what the other window holds: as a text of its own, unless it says just the same."""
    known = [typing, *kept_beside(work.store, note)]
    if all(one is None or one.content != content for one in known):
        work.store.add(
            Draft(
                owner_id=work.user.id, kind=f"{BESIDE}{work.new_id()}", ref_id=note.id, client_id=note.client_id, content=content,
                saved_at=work.now(), station=work.desk.station,
            )
        )  # fmt: skip
    count = len(kept_beside(work.store, note))
    if typing is None or typing.seat == work.desk.session:
        return Seat(ours=False, beside=count)
    return Seat(ours=False, station=typing.station, since=typing.sat_at, saved_at=typing.saved_at, beside=count)


@use_case("notes.write")
def leave_seat(work: Work, note_id: str, *, unsaved: bool = False) -> None:
    """Stand up from a note; ``unsaved``: what was typed and could not be saved stays where it is, for the next time."""
    note = work.store.find_one(ConsultNote, id=note_id)
    typing = typing_of(work.store, note) if note is not None and note.author_id == work.user.id else None
    if typing is None or typing.seat != work.desk.session:
        return
    if unsaved and typing.content:
        work.store.change(typing, seat="")
    else:
        work.store.remove(typing)


def settle(work: Work, note: ConsultNote) -> None:
    """What was typed is saved: the window keeps its seat and holds nothing that is not."""
    typing = typing_of(work.store, note)
    if typing is not None and typing.seat == work.desk.session:
        work.store.change(typing, content="", saved_at=work.now())
    elif typing is not None:
        work.store.remove(typing)


@use_case("notes.write")
def throw_away(work: Work, note_id: str, key: str) -> None:
    """Throw away what an overtaken window held, once its author has looked at it."""
    note = work.store.get(ConsultNote, note_id)
    work.need("notes.write", own=note.author_id == work.user.id, client_id=note.client_id)
    for kept in kept_beside(work.store, note):
        if kept.id == key and note.author_id == work.user.id:
            work.store.remove(kept)


def refuse_overtaken(work: Work, note: ConsultNote) -> None:
    """Raise ``Conflict`` when another window sits at the note: nothing it holds is saved or signed over."""
    typing = typing_of(work.store, note)
    if typing is not None and typing.seat not in {"", work.desk.session} and another(work, typing):
        raise Conflict(_("You go on with this note in another window ({where}). Take it over here first.").format(where=typing.station))


def _own(work: Work, note_id: str) -> ConsultNote:
    note = work.store.get(ConsultNote, note_id)
    work.need("notes.write", own=note.author_id == work.user.id, client_id=note.client_id)
    check_draft(note.status)
    if note.author_id != work.user.id:
        raise Conflict(_("This draft is a colleague's. Only its author can change or sign it."))
    return note


def _check_base(work: Work, note: ConsultNote, base: int) -> None:
    if base != base_of(note, query.sections_of(work.store, note.id)):
        raise Conflict(_("This note was saved in another window in the meantime. Open it again."))
