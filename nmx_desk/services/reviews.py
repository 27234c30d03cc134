"""The management review (ISO 9001 9.3): prepared, held, signed. What was signed is frozen, its decisions become tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.errors import Conflict, EnvironmentProblem, UserError
from nmx_desk.domain.people import User
from nmx_desk.domain.review_pack import CHAPTERS, Pack, PackChapter, PackDecision, packed, sum_of, unpacked
from nmx_desk.domain.reviews import (
    REVIEW_STATUS_NAMES,
    DecisionKind,
    ManagementReview,
    ReviewChapter,
    ReviewDecision,
    ReviewStatus,
    may_step,
)
from nmx_desk.i18n import _, language
from nmx_desk.services.cases import add_action, known_owner
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.review_inputs import Span, chapters, decision_name
from nmx_desk.services.typed import fitting, one_line

LONGEST_TITLE = 120
LONGEST_TEXT = 8000
LONGEST_DECISION = 300
MOST_DAYS = 3700
TABLE = "management_review"


@dataclass(frozen=True, kw_only=True)
class ReviewSheet:
    """A review with its chapters, its decisions and who may be given one. ``pack``: as signed, or as it would be now."""

    review: ManagementReview
    pack: Pack
    decisions: tuple[ReviewDecision, ...]
    people: tuple[tuple[str, str], ...]
    signed_by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something may still be written."""
        return self.review.status is not ReviewStatus.SIGNED


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("registers.read", writes=False)
def list_reviews(work: Work) -> tuple[ManagementReview, ...]:
    """All reviews, the newest first."""
    work.seen(TABLE, "all", None)
    columns = table_of(ManagementReview).c
    return tuple(work.store.find(ManagementReview, order=[columns.last_on.desc(), columns.number.desc()]))


@use_case("registers.read", writes=False, aside=True)
def open_review(work: Work, review_id: str) -> ReviewSheet:
    """A review with its pack: frozen when it is signed, else filled from the registers as they are now."""
    review = work.store.get(ManagementReview, review_id)
    work.seen(TABLE, review.id, None)
    return _sheet(work, review)


def _sheet(work: Work, review: ManagementReview) -> ReviewSheet:
    names = names_by_id(work.store)
    people = sorted(((user.id, user.display_name) for user in work.store.find(User, is_active=True)), key=lambda one: one[1])
    return ReviewSheet(
        review=review, pack=pack_of(work, review), decisions=_decisions(work, review.id), people=tuple(people),
        signed_by=names.get(review.signed_by or "", ""),
    )  # fmt: skip


def _decisions(work: Work, review_id: str) -> tuple[ReviewDecision, ...]:
    columns = table_of(ReviewDecision).c
    return tuple(work.store.find(ReviewDecision, order=[columns.position, columns.id], review_id=review_id))


def pack_of(work: Work, review: ManagementReview) -> Pack:
    """The pack of a review. What was signed must still have its fingerprint."""
    if review.status is ReviewStatus.SIGNED:
        if sum_of(review.content) != review.sha256:
            raise EnvironmentProblem(_("This review is not what was signed: it was changed. Ask the administrator to verify the log."))
        return unpacked(review.content)
    return _built(work, review)


def _built(work: Work, review: ManagementReview) -> Pack:
    said = {one.code: one for one in work.store.find(ReviewChapter, review_id=review.id)} if review.id else {}
    names = names_by_id(work.store)

    def filled(chapter: PackChapter) -> PackChapter:
        told = said.get(chapter.code)
        return replace(chapter, discussion=told.discussion, conclusion=told.conclusion) if told else chapter

    return Pack(
        number=review.number, title=review.title, first_on=review.first_on, last_on=review.last_on, language=language(),
        held_on=review.held_on, attendees=review.attendees,
        chapters=tuple(filled(one) for one in chapters(work, Span(review.first_on, review.last_on, review.id))),
        decisions=tuple(
            PackDecision(kind=decision_name(one.kind), text=one.text, owner=names.get(one.owner_id or "", ""), due_on=one.due_on)
            for one in (_decisions(work, review.id) if review.id else ())
        ),
    )  # fmt: skip


def pack_for(work: Work, first: date, last: date) -> tuple[ManagementReview, Pack]:
    """The newest review that ends in a period; without one, a pack of that period as it would be begun now. Logs nothing."""
    columns = table_of(ManagementReview).c
    found = work.store.find(ManagementReview, columns.last_on >= first, columns.last_on <= last, order=[columns.last_on.desc()], limit=1)
    review = found[0] if found else ManagementReview(title=_title(first, last), first_on=first, last_on=last)
    return review, pack_of(work, review)


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def _title(first: date, last: date) -> str:
    years = str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    return _("Management review {year}").format(year=years)


@use_case("quality.manage")
def begin_review(work: Work, first: date, last: date) -> ReviewSheet:
    """Begin the review of a period (days, both included). Raises ``UserError`` for days that cannot be."""
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise UserError("last_on", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))
    number = f"DB-{work.store.next_number('review_no'):03}"
    review = work.store.add(ManagementReview(number=number, title=_title(first, last), first_on=first, last_on=last))
    return _sheet(work, review)


@use_case("quality.manage")
def save_review(work: Work, review: ManagementReview) -> ManagementReview:
    """Its title, period, day and who was there."""
    kept = _open(work, review.id)
    if not 0 <= (review.last_on - review.first_on).days <= MOST_DAYS:
        raise UserError("last_on", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))
    title = one_line("title", review.title, LONGEST_TITLE)
    if not title:
        raise UserError("title", _("Give it a title."))
    if review.held_on is not None and review.held_on > work.today():
        raise UserError("held_on", _("This day has not come yet."))
    wanted = replace(
        kept, version=review.version, title=title, first_on=review.first_on, last_on=review.last_on, held_on=review.held_on,
        attendees=fitting("attendees", review.attendees.strip(), LONGEST_TEXT),
    )  # fmt: skip
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def save_chapter(work: Work, review_id: str, code: str, discussion: str, conclusion: str) -> ReviewChapter | None:
    """What was said about an input and concluded; None when nothing is left of it."""
    review = _open(work, review_id)
    if code not in CHAPTERS:
        raise UserError("code", _("There is no such chapter. Go back and look again."))
    said = fitting("discussion", discussion.strip(), LONGEST_TEXT)
    concluded = fitting("conclusion", conclusion.strip(), LONGEST_TEXT)
    kept = work.store.find_one(ReviewChapter, review_id=review.id, code=code)
    if kept is None:
        made = ReviewChapter(review_id=review.id, code=code, discussion=said, conclusion=concluded)
        return work.store.add(made) if said or concluded else None
    if not (said or concluded):
        work.store.remove(kept)
        return None
    wanted = replace(kept, discussion=said, conclusion=concluded)
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def save_decision(work: Work, review_id: str, decision: ReviewDecision) -> ReviewDecision:
    """A decision, new or changed: what, of which kind, whose and by when."""
    review = _open(work, review_id)
    text = one_line("text", decision.text, LONGEST_DECISION)
    if not text:
        raise UserError("text", _("Write down what was decided."))
    told = replace(decision, text=text, kind=DecisionKind(decision.kind), owner_id=known_owner(work, decision.owner_id))
    if not told.id:
        position = max((one.position for one in _decisions(work, review.id)), default=0) + 1
        return work.store.add(replace(told, review_id=review.id, position=position, task_id=None))
    kept = work.store.get(ReviewDecision, told.id)
    if kept.review_id != review.id:
        raise Conflict(_("This decision belongs to another review. Go back and look again."))
    return work.store.change(replace(kept, version=told.version, kind=told.kind, text=text, owner_id=told.owner_id, due_on=told.due_on))


@use_case("quality.manage")
def drop_decision(work: Work, decision_id: str) -> None:
    """Take a decision away before the review is signed."""
    decision = work.store.get(ReviewDecision, decision_id)
    _open(work, decision.review_id)
    work.store.remove(decision)


@use_case("quality.manage")
def hold_review(work: Work, review_id: str) -> ManagementReview:
    """It was held: on which day and with whom must be known. What was said may still be written until it is signed."""
    review = _open(work, review_id)
    _check_step(review, ReviewStatus.HELD)
    if review.held_on is None:
        raise UserError("held_on", _("Fill in on which day it was held."))
    if not review.attendees.strip():
        raise UserError("attendees", _("Fill in who was there."))
    return work.store.change(review, status=ReviewStatus.HELD)


@use_case("quality.manage")
def prepare_again(work: Work, review_id: str) -> ManagementReview:
    """It was not held after all."""
    review = _open(work, review_id)
    _check_step(review, ReviewStatus.PREPARING)
    return work.store.change(review, status=ReviewStatus.PREPARING)


@use_case("quality.manage", code="SIGN")
def sign_review(work: Work, review_id: str) -> ReviewSheet:
    """Sign: the pack is frozen as it is now, its fingerprint is in the log, and each decision becomes a task of whose it is.

    Raises ``UserError`` while an input has no conclusion, or a decision nobody or no day ahead.
    """
    review = work.store.get(ManagementReview, review_id)
    _check_step(review, ReviewStatus.SIGNED)
    pack = _built(work, review)
    blank = next((one.code for one in pack.chapters if not one.conclusion.strip()), "")
    if blank:
        raise UserError(f"chapter.{blank}", _("Write a conclusion for “{chapter}” first.").format(chapter=_(CHAPTERS[blank])))
    subject = subject_of(TABLE, review.id)
    for one in _decisions(work, review.id):
        if one.owner_id is None or one.due_on is None:
            raise UserError("decisions", _("“{decision}” needs somebody and a day.").format(decision=one.text))
        if one.due_on < work.today():
            raise UserError("decisions", _("The day of “{decision}” is over. Choose one ahead.").format(decision=one.text))
        work.store.change(one, task_id=add_action(work, subject, one.text[:200], one.owner_id, one.due_on).id)
    content, fingerprint = packed(pack)
    signed = work.store.change(
        review, status=ReviewStatus.SIGNED, content=content, sha256=fingerprint, signed_at=work.now(), signed_by=work.user.id
    )
    return _sheet(work, signed)


def _open(work: Work, review_id: str) -> ManagementReview:
    review = work.store.get(ManagementReview, review_id)
    if review.status is ReviewStatus.SIGNED:
        raise Conflict(_("This review is signed and stays as it is. Begin the next one."))
    return review


def _check_step(review: ManagementReview, to: ReviewStatus) -> None:
    if not may_step(review.status, to):
        words = _("A review that is “{now}” cannot become “{then}”.")
        raise Conflict(words.format(now=_(REVIEW_STATUS_NAMES[review.status]), then=_(REVIEW_STATUS_NAMES[to])))
