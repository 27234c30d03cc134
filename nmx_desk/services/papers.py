"""Controlled documents (ISO 9001 7.5): the list of them, and one with its versions, readers and copies on paper.

A code list and a plan template of the clinic's own are such documents before anybody made one of them: what an older clinic has is shown as
a document in force, and stored as one with the first change (``key`` "list:…" or "plan:…" until then).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from nmx_desk.data import controlled as query
from nmx_desk.data.store import table_of
from nmx_desk.domain.code_lists import CODE_LISTS, RED_FLAGS
from nmx_desk.domain.controlled import (
    LIST,
    OPEN,
    PLAN,
    ControlledDocument,
    ControlledVersion,
    DocumentReading,
    PaperCopy,
    PaperKind,
    VersionStatus,
    audience_of,
    in_force,
    on_day,
)
from nmx_desk.domain.errors import NotFound
from nmx_desk.domain.people import CodeItem, Role, User
from nmx_desk.domain.plans import PlanTemplate
from nmx_desk.domain.rights import scope
from nmx_desk.i18n import _
from nmx_desk.services.code_lists import list_of
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.paper_content import items_in, lines_of, list_code, plan_code, template_of, title_of
from nmx_desk.services.plan_sheets import own_templates

People = dict[str, tuple[User, frozenset[Role]]]


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version without its content, as it stands today. ``author`` and ``approver`` are names."""

    id: str
    number: int
    status: VersionStatus
    author: str
    reason: str = ""
    refuse_reason: str = ""
    offered_at: datetime | None = None
    approver: str = ""
    approved_at: datetime | None = None
    alone: bool = False
    valid_from: date | None = None
    review_on: date | None = None
    ended_on: date | None = None
    file_name: str = ""
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class PaperRow:
    """A document in the list. ``key`` names it; ``number`` is the version in force, 0: none; ``open``: the state of one that is to come.

    ``read`` of ``readers`` colleagues have read what is in force; ``to_read``: the reader of this row is to; ``to_decide``: waits for the
    reader's approval; ``copies_due``: copies on paper of versions that ended, the first of them on ``copies_since``.
    """

    key: str
    code: str
    title: str
    kind: PaperKind
    clause: str
    status: VersionStatus
    owner: str = ""
    number: int = 0
    since: date | None = None
    review_on: date | None = None
    late: bool = False
    open: VersionStatus | None = None
    read: int = 0
    readers: int = 0
    to_read: bool = False
    to_decide: bool = False
    copies_due: int = 0
    copies_since: date | None = None
    withdrawn_on: date | None = None

    @property
    def id(self) -> str:
        """For tables."""
        return self.key


@dataclass(frozen=True, kw_only=True)
class ReaderRow:
    """Somebody who must read the version in force, and whether that was done."""

    id: str
    name: str
    read_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CopyRow:
    """A copy on paper. ``due``: its version ended and it was not taken back."""

    id: str
    number: int
    place: str
    handed_on: date
    taken_back_on: date | None = None
    due: bool = False


@dataclass(frozen=True, kw_only=True)
class PaperSheet:
    """A document with the version ``shown`` (None: there is none yet) and what it says: ``lines`` with marks, a list's ``items``, a file.

    ``may``: the steps this user can take with the version in sight; ``deciders``: who can approve it; ``alone``: its author must, from
    the day after it was offered.
    """

    row: PaperRow
    document: ControlledDocument
    versions: tuple[VersionRow, ...]
    shown: VersionRow | None
    lines: str = ""
    list_code: str = ""
    base: int = 0
    items: tuple[CodeItem, ...] = ()
    may: frozenset[str] = frozenset()
    deciders: tuple[str, ...] = ()
    alone: bool = False
    readers: tuple[ReaderRow, ...] = ()
    copies: tuple[CopyRow, ...] = ()


# -- documents, stored or not ------------------------------------------------------------------------------------------------------------


def stored_documents(work: Work) -> list[tuple[ControlledDocument, list[ControlledVersion]]]:
    """Every document that is stored as one, with its versions as they stand today, without content."""
    heads, today = query.heads(work.store), work.today()
    return [(one, on_day(heads.get(one.id, ()), today)) for one in query.documents(work.store)]


def all_documents(work: Work) -> list[tuple[ControlledDocument, list[ControlledVersion]]]:
    """The same, and the lists and templates that nobody changed yet."""
    found = stored_documents(work)
    held = {one.holds for one, _versions in found}
    lists = [list_document(work, code) for code in CODE_LISTS if f"{LIST}{code}" not in held]
    plans = [plan_document(code, place, work) for place, code in enumerate(own_templates(work), 1) if f"{PLAN}{code}" not in held]
    return [*found, *lists, *plans]


def find(work: Work, key: str) -> tuple[ControlledDocument, list[ControlledVersion]]:
    """A document by its key, with its versions as they stand today, without content. Raises ``NotFound``."""
    document = work.store.find_one(ControlledDocument, id=key) or work.store.find_one(ControlledDocument, holds=key)
    if document is not None:
        return document, on_day(query.heads(work.store, document.id).get(document.id, ()), work.today())
    if key.removeprefix(LIST) in CODE_LISTS and key.startswith(LIST):
        return list_document(work, key.removeprefix(LIST))
    codes = list(own_templates(work))
    if key.startswith(PLAN) and key.removeprefix(PLAN) in codes:
        code = key.removeprefix(PLAN)
        return plan_document(code, codes.index(code) + 1, work)
    raise NotFound(_("There is no such document. Go back and look again."))


def list_document(work: Work, code: str) -> tuple[ControlledDocument, list[ControlledVersion]]:
    """A code list as a document that nobody made yet: its versions were in force one after the other."""
    key = f"{LIST}{code}"
    document = ControlledDocument(
        id=key, code=f"L-{code}"[:20], title=code, kind=PaperKind.LIST, holds=key, clause="8.5.1", review_months=0
    )
    listing, versions = list_of(work, code), []
    makers = {item.list_version: item.created_by for item in work.store.find(CodeItem, list_code=code)}
    for place, one in enumerate(listing.versions):
        day = one.valid_from.astimezone(work.zone).date()
        ended = listing.versions[place - 1].valid_from.astimezone(work.zone).date() if place else None
        later = day > work.today()
        status = VersionStatus.APPROVED if later else VersionStatus.OBSOLETE if ended and ended <= work.today() else VersionStatus.IN_FORCE
        versions.append(ControlledVersion(
            id=f"{key}:{one.number}", document_id=key, number=one.number, status=status, author_id=makers.get(one.number, ""),
            valid_from=day, ended_on=ended if status is VersionStatus.OBSOLETE else None, list_version=one.number,
        ))  # fmt: skip
    return document, sorted(versions, key=lambda one: one.number)


def plan_document(code: str, place: int, work: Work) -> tuple[ControlledDocument, list[ControlledVersion]]:
    """A plan template as a document that nobody made yet."""
    key = f"{PLAN}{code}"
    rows = work.store.find(PlanTemplate, order=[table_of(PlanTemplate).c.number], code=code)
    versions = [
        ControlledVersion(
            id=f"{key}:{one.number}", document_id=key, number=one.number, author_id=one.created_by, content=one.content,
            status=VersionStatus.IN_FORCE if after is None else VersionStatus.OBSOLETE, list_version=one.number,
            valid_from=one.created_at.astimezone(work.zone).date(),
            ended_on=None if after is None else after.created_at.astimezone(work.zone).date(),
        ) for one, after in zip(rows, [*rows[1:], None], strict=True)
    ]  # fmt: skip
    name = template_of(versions[-1]).name
    document = ControlledDocument(
        id=key, code=f"T-{place}", title=name, kind=PaperKind.TEMPLATE, holds=key, clause="8.5.1", review_months=0
    )
    return document, versions


def whole(work: Work, document: ControlledDocument, head: ControlledVersion) -> ControlledVersion:
    """A version with its content."""
    if document.id == document.holds:  # not stored as a document
        return head
    return replace(work.store.get(ControlledVersion, head.id), status=head.status, ended_on=head.ended_on)


# -- who -------------------------------------------------------------------------------------------------------------------------------


def deciders(people: People, document: ControlledDocument) -> set[str]:
    """Ids of the active users who may approve a version of it; the red flags only a practitioner."""
    clinical = list_code(document) == RED_FLAGS
    return {
        one for one, (user, roles) in people.items()
        if user.is_active and scope(roles, "documents.approve") is not None and (not clinical or Role.PRACTITIONER in roles)
    }  # fmt: skip


def must_read(people: People, document: ControlledDocument) -> list[User]:
    """The active users whose role must read it, by name."""
    roles = set(audience_of(document))
    return sorted((user for user, held in people.values() if user.is_active and roles & held), key=lambda user: user.display_name)


def _name(people: People, user_id: str | None) -> str:
    return people[user_id][0].display_name if user_id in people and user_id is not None else ""


# -- the list ----------------------------------------------------------------------------------------------------------------------------


@use_case("documents.read", writes=False)
def list_papers(work: Work) -> list[PaperRow]:
    """All controlled documents by code, with what waits for the reader."""
    return sorted(rows_of(work, all_documents(work)), key=lambda row: (row.code.casefold(), row.title.casefold()))


def rows_of(work: Work, found: list[tuple[ControlledDocument, list[ControlledVersion]]]) -> list[PaperRow]:
    """Documents as they are listed."""
    people = query.people(work.store)
    ids = [one.id for _document, versions in found for one in versions]
    readings, copies = query.readings(work.store, ids), query.copies(work.store, ids)
    return [_row(work, people, document, versions, readings, copies) for document, versions in found]


def _row(
    work: Work, people: People, document: ControlledDocument, versions: list[ControlledVersion],
    readings: dict[str, dict[str, DocumentReading]], copies: list[PaperCopy],
) -> PaperRow:  # fmt: skip
    now, newest = in_force(versions), versions[-1] if versions else None
    to_come = next((one for one in versions if one.status in OPEN | {VersionStatus.APPROVED}), None)
    readers = must_read(people, document) if now else []
    done = readings.get(now.id, {}) if now else {}
    ended = {one.id: one.ended_on or work.today() for one in versions if one.status is VersionStatus.OBSOLETE}
    out = [ended[copy.version_id] for copy in copies if copy.version_id in ended and copy.taken_back_on is None]
    status = now.status if now else newest.status if newest else VersionStatus.DRAFT
    return PaperRow(
        key=document.id, code=document.code, title=title_of(document), kind=document.kind, clause=document.clause,
        status=VersionStatus.OBSOLETE if document.withdrawn_on else status, owner=_name(people, document.owner_id),
        number=now.number if now else 0, since=now.valid_from if now else None, review_on=now.review_on if now else None,
        late=bool(now and now.review_on and now.review_on < work.today()), open=to_come.status if to_come and to_come is not now else None,
        read=sum(user.id in done for user in readers), readers=len(readers),
        to_read=any(user.id == work.user.id and user.id not in done for user in readers),
        to_decide=bool(to_come) and _decides(work, people, document, to_come),
        copies_due=len(out), copies_since=min(out, default=None), withdrawn_on=document.withdrawn_on,
    )  # fmt: skip


def _decides(work: Work, people: People, document: ControlledDocument, version: ControlledVersion | None) -> bool:
    """Whether a version waits for the user's decision, today."""
    if version is None or version.status is not VersionStatus.OFFERED:
        return False
    who = deciders(people, document)
    return work.user.id in who and (version.author_id != work.user.id or (who == {work.user.id} and not waits(work, version)))


def waits(work: Work, version: ControlledVersion) -> bool:
    """Whether who is alone has to wait for the day after it was offered: the night replaces a colleague."""
    offered = version.offered_at or datetime.now(UTC)
    return offered.astimezone(work.zone).date() >= work.today()


# -- one document ------------------------------------------------------------------------------------------------------------------------


@use_case("documents.read", writes=False)
def open_paper(work: Work, key: str, number: int = 0) -> PaperSheet:
    """A document with one of its versions, logged as seen: that ``number``, else what waits for the user, what is in force, the newest."""
    document, versions = find(work, key)
    head = next((one for one in versions if one.number == number), None)
    if number and head is None:
        raise NotFound(_("There is no such document. Go back and look again."))
    people = query.people(work.store)
    head = head or next((one for one in versions if _decides(work, people, document, one)), None)
    head = head or in_force(versions) or (versions[-1] if versions else None)
    work.seen("controlled_document", document.id, None)
    return sheet_of(work, document, versions, head)


def sheet_of(
    work: Work, document: ControlledDocument, versions: list[ControlledVersion], head: ControlledVersion | None
) -> PaperSheet:
    """A document with the version in sight."""
    people, ids = query.people(work.store), [one.id for one in versions]
    readings, copies = query.readings(work.store, ids), query.copies(work.store, ids)
    said: dict[str, Any] = {}
    if head is not None:
        version = whole(work, document, head)
        code = list_code(document)
        said = {"lines": lines_of(work, document, version), "items": tuple(items_in(work, code, version)) if code else ()}
    who = deciders(people, document)
    numbers = {one.id: one for one in versions}
    sheet = PaperSheet(
        row=_row(work, people, document, versions, readings, copies), document=document,
        versions=tuple(version_row(people, one) for one in reversed(versions)),
        shown=version_row(people, head) if head else None, list_code=list_code(document),
        base=list_of(work, list_code(document)).versions[0].number if list_code(document) else 0,
        may=steps_for(work, people, document, versions, head),
        deciders=tuple(sorted(_name(people, one) for one in who if head is None or one != head.author_id)),
        alone=head is not None and who == {head.author_id},
        readers=tuple(_reader(user, readings.get(head.id, {})) for user in must_read(people, document)) if head else (),
        copies=tuple(_copy(one, numbers[one.version_id]) for one in copies), **said,
    )  # fmt: skip
    return sheet if may_see_readers(work) else replace(sheet, readers=tuple(one for one in sheet.readers if one.id == work.user.id))


def may_see_readers(work: Work) -> bool:
    """Who writes documents or reads the registers sees who has read them; others see themselves."""
    return any(work.reach(right) is not None for right in ("documents.write", "registers.read"))


def _reader(user: User, done: dict[str, DocumentReading]) -> ReaderRow:
    return ReaderRow(id=user.id, name=user.display_name, read_at=done[user.id].read_at if user.id in done else None)


def _copy(one: PaperCopy, version: ControlledVersion) -> CopyRow:
    due = one.taken_back_on is None and version.status is VersionStatus.OBSOLETE
    return CopyRow(
        id=one.id, number=version.number, place=one.place, handed_on=one.handed_on, taken_back_on=one.taken_back_on, due=due
    )


def version_row(people: People, one: ControlledVersion) -> VersionRow:
    """A version for lists."""
    return VersionRow(
        id=one.id, number=one.number, status=one.status, author=_name(people, one.author_id), reason=one.reason,
        refuse_reason=one.refuse_reason, offered_at=one.offered_at, approver=_name(people, one.approver_id), approved_at=one.approved_at,
        alone=one.alone, valid_from=one.valid_from, review_on=one.review_on, ended_on=one.ended_on, file_name=one.file_name,
        sha256=one.sha256,
    )  # fmt: skip


def steps_for(
    work: Work, people: People, document: ControlledDocument, versions: list[ControlledVersion], head: ControlledVersion | None
) -> frozenset[str]:
    """The steps this user can take with a document and the version of it that is in sight."""
    found: set[str] = set()
    writes, approves = (work.reach(right) is not None for right in ("documents.write", "documents.approve"))
    to_come = any(one.status in OPEN or one.status is VersionStatus.APPROVED for one in versions)
    if writes and not document.withdrawn_on:
        found |= {"change"} | (set() if to_come or plan_code(document) else {"new"})
    if approves and not document.withdrawn_on and document.holds in {"text", "file"} and not to_come:
        found |= {"withdraw"}
    if head is None:
        return frozenset(found)
    mine = writes and (head.author_id == work.user.id or not _active(people, head.author_id))
    step = {VersionStatus.DRAFT: {"edit", "offer", "discard"}, VersionStatus.OFFERED: {"take_back"}, VersionStatus.REFUSED: {"rework"}}
    found |= step.get(head.status, set()) if mine else set()
    if _decides(work, people, document, head):
        found |= {"approve", "refuse"}
    if head.status is VersionStatus.APPROVED and approves:
        found |= {"stop"}
    if head.status is VersionStatus.IN_FORCE:
        found |= {"copy"} if writes else set()
        done = query.readings(work.store, [head.id])[head.id]
        found |= {"read"} if work.user.id in {user.id for user in must_read(people, document)} - set(done) else set()
    return frozenset(found)


def _active(people: People, user_id: str) -> bool:
    return user_id in people and people[user_id][0].is_active
