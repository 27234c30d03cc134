"""Whether signed notes are still what was signed: their fingerprints, recomputed from the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

import sqlalchemy as sa

from nmx_desk.data.merging import family
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.note_states import LOCKED_STATES
from nmx_desk.domain.notes import ConsultNote, NoteSection, note_hash


def is_as_signed(store: Store, note: ConsultNote, sections: Iterable[NoteSection]) -> bool:
    """Whether a note still has the fingerprint it was signed with, under its client or one that was merged into this one."""
    found = list(sections)
    if note.hash == note_hash(note, found):
        return True
    earlier = family(store, note.client_id)
    return any(note.hash == note_hash(note, found, client_id) for client_id in earlier)


def broken_notes(store: Store) -> list[str]:
    """The ids of signed notes that are not what was signed. Of a damaged file as far as it can be read: the rest is found elsewhere."""
    table, order, found = table_of(NoteSection), [table_of(ConsultNote).c.created_at], list[str]()
    with suppress(sa.exc.SQLAlchemyError, LookupError, TypeError, ValueError):
        for part in in_parts(store.find(ConsultNote, table_of(ConsultNote).c.status.in_(list(LOCKED_STATES)), order=order)):
            sections: defaultdict[str, list[NoteSection]] = defaultdict(list)
            for section in store.find(NoteSection, table.c.note_id.in_([note.id for note in part])):
                sections[section.note_id].append(section)
            found += [note.id for note in part if not is_as_signed(store, note, sections[note.id])]
    return found
