"""Controlled documents on paper: a version, the list of documents, who read and understood them."""

from __future__ import annotations

from nmx_desk.domain.controlled import PAPER_KIND_NAMES, VERSION_STATUS_NAMES, ControlledVersion, VersionStatus
from nmx_desk.domain.errors import Conflict, NotFound
from nmx_desk.i18n import _
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.records_papers import PaperLine, PaperPrint, PapersPrint, ReadingLine, ReadingsPrint
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.paper_content import fingerprint
from nmx_desk.services.paper_readings import list_readings
from nmx_desk.services.papers import CopyRow, PaperSheet, find, list_papers, sheet_of, whole
from nmx_desk.services.report_base import Made, Wanted, print_context, print_progress


@use_case("documents.read", writes=False, aside=True)
def print_document(work: Work, key: str, number: int, copy_id: str = "") -> bytes:
    """A version as PDF, marked when it does not hold, a file with its pages; ``copy_id``: the copy on paper. Logged as printed."""
    from nmx_desk.reports.controlled import document_report, file_report

    document, versions = find(work, key)
    head = next((one for one in versions if one.number == number), None)
    if head is None:
        raise NotFound(_("There is no such document. Go back and look again."))
    work.seen("controlled_document", document.id, None, code="PRINT")
    sheet = sheet_of(work, document, versions, head)
    copy = next((one for one in sheet.copies if one.id == copy_id), None)
    ctx, paper = print_context(work, document.code), _printed(sheet, copy)
    if paper.file_name:
        return file_report(ctx, paper, _unchanged(whole(work, document, head)), progress=print_progress(work))
    return document_report(ctx, paper, progress=print_progress(work))


@use_case("documents.read", writes=False, aside=True)
def open_paper_file(work: Work, version_id: str) -> tuple[str, bytes]:
    """The file of a version to be looked at: its name and content, marked on each page when it does not hold.

    What was approved must still be what it was. A file whose pages cannot be marked comes attached to a page that says what it is.
    """
    from nmx_desk.reports.controlled import file_view

    version = work.store.get(ControlledVersion, version_id)
    if not version.file_name:
        raise NotFound(_("This version is no file."))
    content = _unchanged(version)
    work.seen("controlled_version", version.id, None)
    document, versions = find(work, version.document_id)
    head = next(one for one in versions if one.id == version.id)
    paper = _printed(sheet_of(work, document, versions, head), None)
    return version.file_name, file_view(print_context(work, document.code), paper, content)


def _unchanged(version: ControlledVersion) -> bytes:
    """The file of a version. Raises ``Conflict`` when it is not what was approved."""
    if version.sha256 and fingerprint(version) != version.sha256:
        raise Conflict(_("This file is not what was approved: its content was changed. Ask the administrator to verify the log."))
    return version.file


def _printed(sheet: PaperSheet, copy: CopyRow | None) -> PaperPrint:
    one, row = sheet.shown, sheet.row
    if one is None:
        raise NotFound(_("There is no such document. Go back and look again."))
    handed = [found.id for found in sorted(sheet.copies, key=lambda found: (found.number, found.handed_on))]
    return PaperPrint(
        code=row.code, title=row.title, kind=_(PAPER_KIND_NAMES[row.kind]), number=one.number, state=_(VERSION_STATUS_NAMES[one.status]),
        author=one.author, lines=sheet.lines, mark=_mark(one.status), clause=row.clause, owner=row.owner, reason=one.reason,
        approver=one.approver, alone=one.alone, approved_at=one.approved_at, valid_from=one.valid_from, review_on=one.review_on,
        ended_on=one.ended_on, file_name=one.file_name, sha256=one.sha256, place=copy.place if copy else "",
        copy_number=handed.index(copy.id) + 1 if copy else 0,
    )  # fmt: skip


def _mark(status: VersionStatus) -> str:
    """What stands across a version that does not hold."""
    if status is VersionStatus.IN_FORCE:
        return ""
    return _("OBSOLETE") if status is VersionStatus.OBSOLETE else _("DRAFT")


def document_list(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """The list of documents. The caller logs the print."""
    from nmx_desk.reports.controlled import papers_report, papers_table

    lines = tuple(
        PaperLine(
            code=row.code, title=row.title, kind=_(PAPER_KIND_NAMES[row.kind]), clause=row.clause,
            number=row.number, since=row.since, review_on=row.review_on, owner=row.owner,
            state=_(VERSION_STATUS_NAMES[row.status]), read=row.read, readers=row.readers,
        ) for row in list_papers(work)
    )  # fmt: skip
    found = PapersPrint(day=work.today(), lines=lines)
    return papers_table(found) if wanted.as_table else papers_report(ctx, found, progress=print_progress(work))


def reading_list(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Who has read what. The caller logs the print."""
    from nmx_desk.reports.controlled import readings_report, readings_table

    lines = tuple(
        ReadingLine(person=row.person, code=row.code, title=row.title, number=row.number, since=row.since, read_at=row.read_at)
        for row in list_readings(work)
    )
    found = ReadingsPrint(day=work.today(), lines=lines)
    return readings_table(found, ctx.zone) if wanted.as_table else readings_report(ctx, found, progress=print_progress(work))
