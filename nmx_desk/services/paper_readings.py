"""Read and understood, copies on paper, and two versions held beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.data import controlled as query
from nmx_desk.domain.controlled import LONGEST_PLACE, ControlledVersion, DocumentReading, PaperCopy, in_force
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.note_versions import SectionPair, section_pair
from nmx_desk.services.paper_content import Section, sections_of, title_of
from nmx_desk.services.paper_rules import made_document, settle, shown
from nmx_desk.services.papers import PaperSheet, all_documents, find, may_see_readers, must_read, rows_of, stored_documents, whole
from nmx_desk.services.typed import one_line


@dataclass(frozen=True, kw_only=True)
class ReadingRow:
    """A document that somebody must read, in the version in force, and when that was done."""

    key: str
    code: str
    title: str
    number: int
    since: date | None
    user_id: str
    person: str
    read_at: datetime | None

    @property
    def id(self) -> str:
        """For tables."""
        return f"{self.key}:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class PapersWaiting:
    """What waits for a user: documents to read, versions to decide on; the first of each, to open."""

    to_read: int = 0
    to_decide: int = 0
    first: str = ""


@use_case("documents.read")
def mark_read(work: Work, key: str) -> PaperSheet:
    """Say that one has read and understood the version in force."""
    document = made_document(work, key)
    now = in_force(settle(work, document))
    if now is None:
        raise Conflict(_("No version of this document is in force."))
    if query.readings(work.store, [now.id])[now.id].get(work.user.id) is None:
        work.store.add(DocumentReading(version_id=now.id, user_id=work.user.id, read_at=work.now()))
    return shown(work, document.id)


@use_case("documents.read", writes=False)
def list_readings(work: Work) -> list[ReadingRow]:
    """Who must read what is in force, and who has, by person; who neither writes documents nor reads the registers sees only oneself."""
    people, found = query.people(work.store), all_documents(work)
    readings = query.readings(work.store, [one.id for _document, versions in found for one in versions])
    rows = [
        ReadingRow(
            key=document.id, code=document.code, title=title_of(document), number=now.number, since=now.valid_from, user_id=user.id,
            person=user.display_name, read_at=done.read_at if (done := readings[now.id].get(user.id)) else None,
        )
        for document, versions in found
        if (now := in_force(versions))
        for user in must_read(people, document)
        if user.id == work.user.id or may_see_readers(work)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.person.casefold(), row.code.casefold()))


@use_case("documents.read", writes=False)
def papers_waiting(work: Work) -> PapersWaiting:
    """What of the documents waits for the user."""
    return waiting_papers(work)


@use_case("documents.read", writes=False)
def count_papers(work: Work) -> int:
    """How many documents wait to be read or decided on by the user: the number beside the page."""
    found = waiting_papers(work)
    return found.to_read + found.to_decide


def waiting_papers(work: Work) -> PapersWaiting:
    """What of the documents waits, for other use cases. What nobody stored as a document waits for nobody."""
    rows = rows_of(work, stored_documents(work))
    waiting = [row for row in rows if row.to_decide] + [row for row in rows if row.to_read]
    return PapersWaiting(
        to_read=sum(row.to_read for row in rows), to_decide=sum(row.to_decide for row in rows), first=waiting[0].key if waiting else ""
    )


# -- copies on paper ---------------------------------------------------------------------------------------------------------------------


@use_case("documents.write")
def hand_out_copy(work: Work, key: str, place: str) -> PaperSheet:
    """Note a copy on paper of the version in force, and where it is; it is to be taken back when that version ends."""
    said = one_line("place", place, LONGEST_PLACE)
    if not said:
        raise UserError("place", _("Say where the copy is kept."))
    document = made_document(work, key)
    now = in_force(settle(work, document))
    if now is None:
        raise Conflict(_("No version of this document is in force."))
    work.store.add(PaperCopy(version_id=now.id, place=said, handed_on=work.today()))
    return shown(work, document.id)


@use_case("documents.write")
def take_copy_back(work: Work, copy_id: str) -> PaperSheet:
    """A copy on paper was taken away or destroyed."""
    return _copy_taken(work, copy_id, work.today())


@use_case("documents.write")
def put_copy_back(work: Work, copy_id: str) -> PaperSheet:
    """Undo that: the copy is where it was."""
    return _copy_taken(work, copy_id, None)


def _copy_taken(work: Work, copy_id: str, day: date | None) -> PaperSheet:
    copy = work.store.get(PaperCopy, copy_id)
    if (copy.taken_back_on is None) is (day is None):
        raise Conflict(_("This copy has changed meanwhile. Look at the document again."))
    work.store.change(copy, taken_back_on=day)
    return shown(work, work.store.get(ControlledVersion, copy.version_id).document_id)


# -- two versions ------------------------------------------------------------------------------------------------------------------------


@use_case("documents.read", writes=False)
def compare_versions(work: Work, key: str, older: int, newer: int) -> tuple[SectionPair, ...]:
    """Two versions part by part, with the words that went and came. What is the same in both stands there unmarked."""
    document, versions = find(work, key)
    found = {one.number: one for one in versions}
    if older not in found or newer not in found:
        raise NotFound(_("One of these versions is not there any more. Look at the list again."))
    work.seen("controlled_document", document.id, None)
    old, new = (_by_title(sections_of(work, document, whole(work, document, found[number]))) for number in (older, newer))
    return tuple(section_pair(title, old.get(title, ""), new.get(title, "")) for title in dict.fromkeys((*new, *old)))


def _by_title(sections: list[Section]) -> dict[str, str]:
    """Parts of one title belong together."""
    found: dict[str, str] = {}
    for one in sections:
        found[one.title] = "\n".join(filter(None, (found.get(one.title, ""), one.text)))
    return found
