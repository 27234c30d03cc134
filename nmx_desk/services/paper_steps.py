"""Writing a controlled document: draft, offer, approve by another person, refuse, withdraw (state machine *Documentversie*).

An approved version comes into force on its day by the date alone, not by a job: reading derives it (``controlled.on_day``), and the next
write to the document stores it. Whoever is the only one that may approve does so in a second step, the day after, logged as ``alone``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from nmx_desk.data import controlled as query
from nmx_desk.domain.controlled import (
    ControlledDocument,
    ControlledVersion,
    VersionStatus,
    review_day,
)
from nmx_desk.domain.documents import LONGEST_NOTE
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.paper_content import (
    fingerprint,
    leave_unused,
    list_code,
    ready_items,
    take_into_use,
)
from nmx_desk.services.paper_rules import (
    check_day,
    made_document,
    may_begin,
    next_number,
    own_version,
    reason_of,
    refuse_withdrawn,
    settle,
    shown,
    step_to,
)
from nmx_desk.services.papers import PaperSheet, deciders, find, waits
from nmx_desk.services.typed import one_line


@use_case("documents.write")
def offer_version(work: Work, version_id: str, reason: str = "", valid_from: date | None = None) -> PaperSheet:
    """Put a draft up for approval: why it changed, and from which day it is to hold (None: from its approval on)."""
    document, version = own_version(work, version_id)
    status = step_to(version, VersionStatus.OFFERED)
    if not (version.content or version.file_name):
        raise UserError("content", _("Write the document first, or add a PDF."))
    said = one_line("reason", reason, LONGEST_NOTE)
    if version.number > 1:
        said = reason_of(said, "reason")
    check_day(work, valid_from)
    _somebody_decides(work, document)
    work.store.change(version, status=status, reason=said, offered_at=work.now(), valid_from=valid_from, refuse_reason="")
    return shown(work, document.id, version.number)


@use_case("documents.write", code="CONFIG")
def offer_items(work: Work, key: str, base: int, items: Sequence[CodeItem], valid_from: date | None = None) -> PaperSheet:
    """Put a changed code list up for approval, in one go; ``base`` is the version the items were made from.

    The list in use stays until another person approves. The reason is the one the door was given. Raises as ``code_lists.ready`` does.
    """
    code = list_code(find(work, key)[0])
    if not code:
        raise UserError("", _("This is no code list."))
    reason_of(work.reason, "reason")
    content = ready_items(work, code, base, items)
    return offer_content(work, made_document(work, key), content, work.reason, valid_from)


def offer_content(
    work: Work, document: ControlledDocument, content: str, reason: str, valid_from: date | None = None
) -> PaperSheet:
    """Put a list or template up for approval: a new version, or the one of one's own that was refused or is a draft."""
    check_day(work, valid_from)
    _somebody_decides(work, document)
    refuse_withdrawn(document)
    versions = settle(work, document)
    draft = next((one for one in versions if one.status in {VersionStatus.DRAFT, VersionStatus.REFUSED}), None)
    told: dict[str, Any] = {
        "status": VersionStatus.OFFERED, "content": content, "reason": one_line("reason", reason, LONGEST_NOTE),
        "offered_at": work.now(), "valid_from": valid_from, "refuse_reason": "", "author_id": work.user.id,
    }  # fmt: skip
    if draft is not None:
        if draft.status is VersionStatus.REFUSED:
            draft = work.store.change(draft, status=step_to(draft, VersionStatus.DRAFT))
        work.store.change(draft, **told)
        return shown(work, document.id, draft.number)
    number = next_number(may_begin(work, document))
    work.store.add(ControlledVersion(document_id=document.id, number=number, **told))
    return shown(work, document.id, number)


@use_case("documents.write")
def take_back_version(work: Work, version_id: str) -> PaperSheet:
    """Take back what oneself put up for approval, to write on."""
    document, version = own_version(work, version_id)
    work.store.change(version, status=step_to(version, VersionStatus.DRAFT, VersionStatus.OFFERED), offered_at=None)
    return shown(work, document.id, version.number)


@use_case("documents.write")
def rework_version(work: Work, version_id: str) -> PaperSheet:
    """Write on a version of one's own that was refused; why it was stays in sight."""
    document, version = own_version(work, version_id)
    work.store.change(version, status=step_to(version, VersionStatus.DRAFT, VersionStatus.REFUSED))
    return shown(work, document.id, version.number)


@use_case("documents.approve")
def approve_version(work: Work, version_id: str, valid_from: date | None = None) -> PaperSheet:
    """Approve as another person than its author; it holds from that day, or from today on. A list or template is stored now."""
    version = work.store.get(ControlledVersion, version_id)
    document = work.store.get(ControlledDocument, version.document_id)
    step_to(version, VersionStatus.APPROVED)
    alone = _decides(work, document, version)
    day = max(valid_from or version.valid_from or work.today(), work.today())
    if valid_from is not None:
        check_day(work, valid_from)
    settle(work, document)
    if alone:
        work.reason_code = "alone"
    approved = replace(version, valid_from=day)
    work.store.change(
        approved, status=VersionStatus.APPROVED if day > work.today() else VersionStatus.IN_FORCE, approver_id=work.user.id,
        approved_at=work.now(), alone=alone, review_on=review_day(day, document.review_months), sha256=fingerprint(approved),
        list_version=take_into_use(work, document, approved),
    )  # fmt: skip
    settle(work, document)
    return shown(work, document.id, version.number)


@use_case("documents.approve")
def refuse_version(work: Work, version_id: str, reason: str) -> PaperSheet:
    """Refuse, with the reason in a sentence. Its author takes it back instead."""
    version = work.store.get(ControlledVersion, version_id)
    document = work.store.get(ControlledDocument, version.document_id)
    status = step_to(version, VersionStatus.REFUSED)
    if version.author_id == work.user.id:
        raise NotAllowed(_("This is your own version. Take it back instead."), right="documents.approve")
    _decides(work, document, version)
    work.store.change(version, status=status, refuse_reason=reason_of(reason, "reason"))
    return shown(work, document.id, version.number)


@use_case("documents.approve")
def stop_version(work: Work, version_id: str, reason: str) -> PaperSheet:
    """Stop an approved version before its day comes; what is in force stays so."""
    version = work.store.get(ControlledVersion, version_id)
    document = work.store.get(ControlledDocument, version.document_id)
    now = next(one for one in settle(work, document) if one.id == version.id)
    if now.status is VersionStatus.IN_FORCE:
        raise Conflict(_("This version is in force. Make a new one, or withdraw the document."))
    status, text = step_to(now, VersionStatus.OBSOLETE), reason_of(reason, "reason")
    leave_unused(work, document, now)
    work.store.change(now, status=status, ended_on=work.today(), refuse_reason=text)
    return shown(work, document.id, version.number)


def _decides(work: Work, document: ControlledDocument, version: ControlledVersion) -> bool:
    """Whether the user approves as the only one who may. Raises ``NotAllowed`` when somebody else has to, ``UserError`` before the day."""
    who = deciders(query.people(work.store), document)
    if work.user.id not in who:
        raise NotAllowed(_("A practitioner has to approve this: it is clinical."), right="documents.approve")
    if version.author_id != work.user.id:
        return False
    if who != {work.user.id}:
        raise NotAllowed(_("You wrote this yourself. Somebody else has to approve it."), right="documents.approve")
    if waits(work, version):
        raise UserError("", _("Nobody else can approve this. Do so yourself tomorrow or later: the night replaces a colleague."))
    return True


def _somebody_decides(work: Work, document: ControlledDocument) -> None:
    if not deciders(query.people(work.store), document):
        raise UserError("", _("Nobody here may approve this. Give a colleague the role of practitioner first."))
