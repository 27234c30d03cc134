"""What a note said before, and what other notes of the client say, to be held beside each other with the words marked.

Earlier states of a draft are read from the log: each time it was saved for good stands there, whoever deleted what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nmx_desk.data import consults as query
from nmx_desk.data import log as log_data
from nmx_desk.data.log import LogFilter
from nmx_desk.domain.changed_words import Span, changed_words
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.note_states import SIGNED_STATES
from nmx_desk.domain.notes import NOTE_KIND_NAMES, ConsultNote
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.note_seats import kept_beside, typed_sections
from nmx_desk.services.note_templates import titles_of
from nmx_desk.services.treating import refuse_void

MOST_ENTRIES = 2000


@dataclass(frozen=True, kw_only=True)
class NoteVersion:
    """A text that can be compared.

    ``key`` names it; ``texts`` by code of the section; ``at``: saved, or signed; ``is_now``: as it stands; ``beside``: the id of what a
    window held when another one went on, which its author may throw away.
    """

    key: str
    at: datetime
    by: str
    texts: dict[str, str]
    kind: str = ""
    is_now: bool = False
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class SectionPair:
    """One section of two versions: spans of ``old`` that went and of ``new`` that came."""

    title: str
    old: str
    new: str
    gone: tuple[Span, ...]
    came: tuple[Span, ...]


@use_case("notes.read", writes=False)
def note_versions(work: Work, note_id: str) -> tuple[NoteVersion, ...]:
    """What a note can be held against, the newest first: itself as it stands, as it was saved before, and the client's other notes."""
    note = work.store.get(ConsultNote, note_id)
    _look(work, note)
    names = query.user_names(work.store, {one.author_id for one in query.notes_of(work.store, note.client_id)})
    now = _whole(work, note, names, is_now=True)
    before = [one for one in _saved(work, note) if one.texts != now.texts]
    others = [
        _whole(work, other, names)
        for other in query.notes_of(work.store, note.client_id)
        if other.id != note.id and other.status in SIGNED_STATES
    ]
    for other in others:
        work.seen("consult_note", other.key, note.client_id)
    return (now, *_beside(work, note, names), *before, *others)


def _beside(work: Work, note: ConsultNote, names: dict[str, str]) -> list[NoteVersion]:
    """What windows of its author held when another one went on with the note; for the author alone, who never saved it."""
    if note.author_id != work.user.id:
        return []
    return [
        NoteVersion(
            key=f"{note.id}:{kept.id}", at=kept.saved_at, by=names.get(note.author_id, ""), beside=kept.id,
            texts={code: text for code, (text, _nothing) in typed_sections(kept.content).items()}, kind=_("Kept from another window"),
        )
        for kept in kept_beside(work.store, note)
    ]  # fmt: skip


def _look(work: Work, note: ConsultNote) -> None:
    client = work.store.get(Client, note.client_id)
    work.need("notes.read", own=work.user.id in {client.practitioner_id, note.author_id}, client_id=client.id)
    refuse_void(work, note)
    work.seen("consult_note", note.id, note.client_id)


def _whole(work: Work, note: ConsultNote, names: dict[str, str], *, is_now: bool = False) -> NoteVersion:
    texts = {section.code: section.text for section in query.sections_of(work.store, note.id)}
    at = note.signed_at or note.created_at
    return NoteVersion(
        key=note.id, at=at, by=names.get(note.author_id, ""), texts=texts, kind=_(NOTE_KIND_NAMES[note.kind]), is_now=is_now
    )


def _saved(work: Work, note: ConsultNote) -> list[NoteVersion]:
    """The states of a note that stand in the log, the newest first."""
    steps: list[tuple[int, datetime, str, str, str]] = []
    for section in query.sections_of(work.store, note.id):
        for line in log_data.lines(work.store, LogFilter(obj_id=section.id, limit=MOST_ENTRIES)):
            steps += [
                (line.seq, line.at, line.tx, section.code, value.new or "")
                for value in log_data.values(work.store, line.seq)
                if line.action in "CU" and value.field == "text"
            ]
    texts: dict[str, str] = {}
    found: dict[str, NoteVersion] = {}
    author = query.user_names(work.store, {note.author_id}).get(note.author_id, "")
    for seq, at, tx, code, text in sorted(steps):
        texts = texts | {code: text}
        found[tx] = NoteVersion(key=f"{note.id}:{seq}", at=at, by=author, texts=texts)
    return [one for one in reversed(found.values()) if any(one.texts.values())]


@use_case("notes.read", writes=False)
def compare_notes(work: Work, note_id: str, older_key: str, newer_key: str) -> tuple[SectionPair, ...]:
    """Two of these versions, section by section, with the words that went and came. What is the same in both stands there unmarked."""
    versions = {one.key: one for one in note_versions(work, note_id)}
    if older_key not in versions or newer_key not in versions:
        raise Conflict(_("One of these versions is not there any more. Look at the list again."))
    older, newer = versions[older_key].texts, versions[newer_key].texts
    named = [work.store.get(ConsultNote, key.partition(":")[0]) for key in (newer_key, older_key)]
    titles = titles_of(work, named)
    return tuple(section_pair(titles.get(code, code), older.get(code, ""), newer.get(code, "")) for code in _codes(older, newer))


def _codes(older: dict[str, str], newer: dict[str, str]) -> Sequence[str]:
    """Sections in which either says something, the newer one's first."""
    return [code for code in dict.fromkeys((*newer, *older)) if newer.get(code) or older.get(code)]


def section_pair(title: str, old: str, new: str) -> SectionPair:
    """A part of two texts with the words that went and came."""
    gone, came = changed_words(old, new)
    return SectionPair(
        title=title, old=old, new=new,
        gone=((0, len(old)),) if old and not new else tuple(gone), came=((0, len(new)),) if new and not old else tuple(came),
    )  # fmt: skip
