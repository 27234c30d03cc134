"""The one search: clients and requests as one types, consult notes when the typing stands still (AUDIT §1.2, PERFORMANCE).

Looking in contact data while one types is not logged at every key; the screen says when a query stood still or a hit was opened, and that
is one entry. Of notes each that is shown is logged first.
"""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.data import guessing, note_search
from nmx_desk.data.note_search import NoteHit
from nmx_desk.data.search import Hit
from nmx_desk.services.desk import Work, use_case

__all__ = ["Found", "Hit", "NoteHit", "find", "find_notes", "settled"]
MOST_HITS = 50
MOST_WORDS = 100  # characters of a query that the log keeps: as many as are searched for


@dataclass(frozen=True)
class Found:
    """What a query finds, best first; ``guessed``: nothing exact, these come close."""

    clients: tuple[Hit, ...] = ()
    requests: tuple[Hit, ...] = ()
    guessed: bool = False

    def __len__(self) -> int:
        """Number of hits."""
        return len(self.clients) + len(self.requests)


@use_case("search.use", writes=False)
def find(work: Work, query: str, limit: int = MOST_HITS) -> Found:
    """Clients and requests for a query as typed: names, phone, e-mail, birth date, postcode, client number, words of a request.

    Nobody like that: those whose names come close.
    """
    hits = guessing.find_or_guess(work.store.connection, query, limit=limit)
    clients, requests = (tuple(hit for hit in hits if hit.kind == kind) for kind in ("client", "request"))
    return Found(clients, requests, guessed=any(hit.guessed for hit in hits))


@use_case("search.use", writes=False)
def settled(work: Work, query: str, hits: int = 0, opened: Hit | None = None) -> None:
    """Log a query that stood still, or the hit that was opened from it: one SEARCH entry; the words stand in its values."""
    client = opened.ref_id if opened is not None and opened.kind == "client" else None
    kind = opened.kind if opened is not None else "contacts"
    work.seen("search", kind, client, code="SEARCH", values={"words": query.strip()[:MOST_WORDS], "hits": hits})


@use_case("notes.read", writes=False)
def find_notes(work: Work, query: str, limit: int = MOST_HITS) -> tuple[NoteHit, ...]:
    """Signed notes of one's own clients, or by oneself, in which every word stands, the newest first, with the words around.

    The search is logged with its words, and each note of which something is shown.
    """
    hits = tuple(note_search.find(work.store.connection, query, work.user.id, limit))
    if note_search.asked(query):
        work.seen("note_search", "notes", None, code="SEARCH", values={"words": query.strip()[:MOST_WORDS], "hits": len(hits)})
    for hit in hits:
        work.seen("consult_note", hit.note_id, hit.client_id)
    return hits
