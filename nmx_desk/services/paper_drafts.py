"""Controlled documents as they are begun, named and written, before they are put up for approval."""

from __future__ import annotations

from dataclasses import replace

from nmx_desk.data import controlled as query
from nmx_desk.domain.controlled import (
    LONGEST_CLAUSE,
    LONGEST_CODE,
    LONGEST_CONTENT,
    LONGEST_TITLE,
    OPEN,
    ControlledDocument,
    ControlledVersion,
    VersionStatus,
    check_document,
    in_force,
    review_day,
)
from nmx_desk.domain.documents import MOST_BYTES, DocumentKind, kind_of, safe_name
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.people import User
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.paper_content import list_code, plan_code
from nmx_desk.services.paper_rules import (
    made_document,
    may_begin,
    next_number,
    own_draft,
    reason_of,
    refuse_withdrawn,
    settle,
    shown,
    step_to,
)
from nmx_desk.services.papers import PaperSheet
from nmx_desk.services.typed import fitting, one_line


@use_case("documents.write")
def add_paper(work: Work, document: ControlledDocument) -> PaperSheet:
    """Begin a document with its first draft, still empty. Raises ``UserError`` with the field."""
    wanted = _checked(work, replace(document, id="", holds="text", owner_id=document.owner_id or work.user.id))
    made = work.store.add(wanted)
    work.store.add(ControlledVersion(document_id=made.id, author_id=work.user.id))
    return shown(work, made.id)


@use_case("documents.write")
def change_paper(work: Work, key: str, told: ControlledDocument) -> PaperSheet:
    """Change what a document is called, who owns it, who must read it and when it is looked at again; what it says stays."""
    document = made_document(work, key)
    refuse_withdrawn(document)
    named = ("clause", "owner_id", "audience", "review_months")
    names = named if list_code(document) or plan_code(document) else ("code", "title", "kind", *named)
    wanted = _checked(work, replace(document, **{name: getattr(told, name) for name in names}))
    if wanted != document:
        work.store.change(wanted)
    if wanted.review_months != document.review_months:
        now = in_force(settle(work, document))
        if now is not None and now.valid_from is not None:
            work.store.change(now, review_on=review_day(now.valid_from, wanted.review_months))
    return shown(work, document.id)


@use_case("documents.approve")
def withdraw_paper(work: Work, key: str, reason: str) -> PaperSheet:
    """Take a document out of use: what was in force is obsolete from today. A code list cannot, the program works with it."""
    document = made_document(work, key)
    refuse_withdrawn(document)
    if list_code(document) or plan_code(document):
        raise UserError("", _("The program works with this list. Change its items instead."))
    text = reason_of(reason, "reason")
    versions = settle(work, document)
    if any(one.status in OPEN or one.status is VersionStatus.APPROVED for one in versions):
        raise Conflict(_("There is a version that is to come. Decide on that first."))
    now = in_force(versions)
    if now is not None:
        work.store.change(now, status=step_to(now, VersionStatus.OBSOLETE), ended_on=work.today())
    work.store.change(document, withdrawn_on=work.today(), withdraw_reason=text)
    return shown(work, document.id)


def _checked(work: Work, document: ControlledDocument) -> ControlledDocument:
    fit = replace(
        document, code=one_line("code", document.code, LONGEST_CODE), title=one_line("title", document.title, LONGEST_TITLE),
        clause=one_line("clause", document.clause, LONGEST_CLAUSE),
    )  # fmt: skip
    if fit.owner_id is not None and not work.store.get(User, fit.owner_id).is_active and fit.owner_id != document.owner_id:
        raise UserError("owner_id", _("This colleague is not active any more. Choose somebody else."))
    check_document(fit, {one.code for one in query.documents(work.store) if one.id != fit.id})
    return fit


@use_case("documents.write")
def begin_version(work: Work, key: str) -> PaperSheet:
    """Begin a draft with what the version in force says, or the newest when none is. Lists begin in :func:`offer_items`."""
    document = made_document(work, key)
    if list_code(document) or plan_code(document):
        raise UserError("", _("Change the items, and offer them for approval."))
    before = may_begin(work, document)
    last = in_force(before) or (before[-1] if before else ControlledVersion())
    work.store.add(ControlledVersion(
        document_id=document.id, number=next_number(before), author_id=work.user.id, content=last.content, file_name=last.file_name,
        file_kind=last.file_kind, file=last.file,
    ))  # fmt: skip
    return shown(work, document.id, next_number(before))


@use_case("documents.write")
def save_text(work: Work, version_id: str, text: str) -> PaperSheet:
    """Write what a draft says. Text takes the place of a file."""
    document, version = own_draft(work, version_id)
    said = fitting("content", text.strip(), LONGEST_CONTENT)
    if (said, "") != (version.content, version.file_name):
        work.store.change(version, content=said, file_name="", file_kind=None, file=b"")
    return shown(work, document.id, version.number)


@use_case("documents.write")
def save_file(work: Work, version_id: str, name: str, content: bytes) -> PaperSheet:
    """Put a PDF in a draft, in place of text. Raises ``UserError`` for another kind and one that is too large."""
    document, version = own_draft(work, version_id)
    if kind_of(content) is not DocumentKind.PDF:
        raise UserError("content", _("Only PDF is kept as a document. Save it as PDF and add that."))
    if len(content) > MOST_BYTES:
        raise UserError("content", _("This file is larger than {n} MB. Make it smaller, or keep a part of it.").format(n=MOST_BYTES >> 20))
    work.store.change(version, content="", file_name=safe_name(name, DocumentKind.PDF), file_kind=DocumentKind.PDF, file=content)
    return shown(work, document.id, version.number)


@use_case("documents.write")
def discard_version(work: Work, version_id: str) -> None:
    """Throw away a draft of one's own; a document that never had another version goes with it."""
    document, version = own_draft(work, version_id)
    work.store.remove(version)
    if not work.store.find(ControlledVersion, limit=1, document_id=document.id):
        work.store.remove(document)
