"""The pack of a management review on paper (C10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from nmx_desk.domain.people import User
from nmx_desk.domain.review_pack import Pack
from nmx_desk.domain.reviews import ManagementReview, ReviewStatus
from nmx_desk.reports.records import PrintContext, ReviewPrint
from nmx_desk.services import reviews
from nmx_desk.services.desk import Work, use_case

NUMBER = "C10"


@use_case("registers.read", writes=False, aside=True)
def print_review(work: Work, review_id: str) -> bytes:
    """The pack of one review as PDF: as it was signed, else as the registers are now. Logged as a print."""
    from nmx_desk.services.report_base import print_context

    review = work.store.get(ManagementReview, review_id)
    work.seen("review", review.id, None, code="PRINT")
    return made(work, print_context(work, NUMBER), review, reviews.pack_of(work, review))


def of_period(work: Work, ctx: PrintContext, first: date, last: date) -> bytes:
    """The pack of the review that ends in a period, or one that is not kept yet. The caller logs the print."""
    return made(work, ctx, *reviews.pack_for(work, first, last))


def made(work: Work, ctx: PrintContext, review: ManagementReview, pack: Pack) -> bytes:
    """A pack as PDF, in the language it was signed in."""
    from nmx_desk.reports.review import review_report
    from nmx_desk.services.report_base import print_progress

    if review.status is not ReviewStatus.SIGNED:
        return review_report(ctx, ReviewPrint(pack=pack), progress=print_progress(work))
    signer = work.store.get(User, review.signed_by or "")
    shown = ReviewPrint(pack=pack, signed_at=review.signed_at, signed_by=signer.display_name, sha256=review.sha256)
    return review_report(replace(ctx, language=pack.language), shown, progress=print_progress(work))
