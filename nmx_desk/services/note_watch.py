"""Consult notes that want attention: one's own that are not signed, and for the manager what went wrong with signing. No content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import note_watch as query
from nmx_desk.domain.clients import Client
from nmx_desk.domain.note_states import LONG_UNSIGNED, NoteWatch
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.people import User
from nmx_desk.services.desk import Work, use_case

LOOK_BACK = timedelta(days=365)
"""So long after the consult a note that was signed late stands in the manager's list."""


@dataclass(frozen=True, kw_only=True)
class WatchedNote:
    """A note that wants attention, and why; ``days`` from the consult until it was signed, or until now."""

    note: ConsultNote
    client: Client
    author: str
    kinds: frozenset[NoteWatch]
    days: int

    @property
    def id(self) -> str:
        """The note's id."""
        return self.note.id


@dataclass(frozen=True, kw_only=True)
class WatchSheet:
    """What the user looks after. ``heirs``: who may go on with a draft of somebody who left; nobody but the manager gives it."""

    rows: tuple[WatchedNote, ...]
    heirs: tuple[User, ...] = ()

    def of(self, kind: NoteWatch) -> list[WatchedNote]:
        """The notes of one kind."""
        return [row for row in self.rows if kind in row.kinds]


@use_case("notes.watch", writes=False)
def watch_notes(work: Work) -> WatchSheet:
    """One's own notes that are not signed, or void; for the manager everybody's that want looking after, without a word of them.

    The look is logged.
    """
    found = _found(work)
    notes = {note.id: note for _kind, note in found}
    clients, users = query.clients_of(work.store, notes.values()), query.users(work.store)
    rows = tuple(
        WatchedNote(
            note=note, client=clients[note.client_id], author=users[note.author_id].display_name, days=_days(work, note),
            kinds=frozenset(kind for kind, one in found if one.id == note.id),
        )
        for note in notes.values()
    )  # fmt: skip
    work.seen("consult_note_list", work.today().isoformat(), None)
    manages = work.reach("notes.assign") is not None
    return WatchSheet(rows=rows, heirs=tuple(agenda_data.practitioners(work.store)) if manages else ())


@use_case("notes.watch", writes=False)
def count_watched_notes(work: Work) -> int:
    """The number on the rail: one's own notes that are not signed; for the manager those that wait over a week or whose author left."""
    found = _own(work) + (list(_drafts(work, query.users(work.store))) if work.reach("notes.assign") is not None else [])
    return len({note.id for _kind, note in found})


@use_case("notes.write", writes=False)
def count_unsigned_today(work: Work) -> int:
    """How many of one's own notes about today's consults are not signed: said where one signs out."""
    return sum(note.care_date == work.today() for note in query.drafts(work.store, work.user.id))


def _found(work: Work) -> list[tuple[NoteWatch, ConsultNote]]:
    store, me, manages = work.store, work.user.id, work.reach("notes.assign") is not None
    found = _own(work)
    if manages:
        found += _drafts(work, query.users(store))
        found += [(NoteWatch.LATE, note) for note in query.signed_late(store, work.today() - LOOK_BACK)]
    return [*found, *((NoteWatch.VOID, note) for note in query.void(store, "" if manages else me))]


def _own(work: Work) -> list[tuple[NoteWatch, ConsultNote]]:
    """The newest first: what one goes on with most."""
    if work.reach("notes.write") is None:
        return []
    return [(NoteWatch.UNSIGNED, note) for note in reversed(query.drafts(work.store, work.user.id))]


def _drafts(work: Work, users: dict[str, User]) -> Iterable[tuple[NoteWatch, ConsultNote]]:
    """Drafts that waited too long, and those whose author is here no more."""
    for note in query.drafts(work.store):
        if work.today() - note.care_date > LONG_UNSIGNED:
            yield NoteWatch.OVERDUE, note
        if not users[note.author_id].is_active:
            yield NoteWatch.LEFT, note


def _days(work: Work, note: ConsultNote) -> int:
    until = note.signed_at.astimezone(work.zone).date() if note.signed_at is not None else work.today()
    return (until - note.care_date).days
