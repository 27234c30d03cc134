"""The management review."""

from dataclasses import replace
from datetime import date, timedelta

from nmx_desk.domain.review_pack import CHAPTERS
from nmx_desk.domain.reviews import ReviewDecision
from nmx_desk.services import review_prints, reviews

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


def held(clinic, who="manager"):
    """A review that only waits for the signature."""
    do = clinic.as_(who).do
    sheet = do(reviews.begin_review, FIRST, LAST)
    for code in CHAPTERS:
        do(reviews.save_chapter, sheet.review.id, code, "Besproken.", "Goed zo.")
    told = ReviewDecision(text="Een tweede balie", owner_id=clinic.as_(who).user.id, due_on=clinic.clock().date() + timedelta(days=60))
    do(reviews.save_decision, sheet.review.id, told)
    do(reviews.save_review, replace(sheet.review, held_on=clinic.clock().date(), attendees="M. Demo, P. Demo"))
    return do(reviews.hold_review, sheet.review.id)


def live(clinic, _made):
    do = clinic.as_("manager").do
    review = held(clinic)
    again = do(reviews.prepare_again, review.id)
    extra = do(reviews.save_decision, review.id, ReviewDecision(text="Toch niet"))
    do(reviews.drop_decision, extra.id)
    do(reviews.hold_review, again.id)
    signed = do(reviews.sign_review, review.id)
    assert do(reviews.list_reviews)[0].id == signed.review.id
    assert do(reviews.open_review, review.id).pack == signed.pack
    assert do(review_prints.print_review, review.id).startswith(b"%PDF")


def looks(clinic, _made):
    review = clinic.as_("manager").do(reviews.begin_review, FIRST, LAST).review
    return {
        "list_reviews": ("manager", (reviews.list_reviews,), None),
        "open_review": ("manager", (reviews.open_review, review.id), None),
        "print_review": ("manager", (review_prints.print_review, review.id), None),
    }


def _begun(scene):
    return scene.do("M", reviews.begin_review, FIRST, LAST).review


CELLS = [
    ("look at the reviews", "R- P- M+ A- U+", lambda _s: (reviews.list_reviews,)),
    ("read a review", "R- P- M+ A- U+", lambda s: (reviews.open_review, _begun(s).id)),
    ("print a review", "R- P- M+ A- U+", lambda s: (review_prints.print_review, _begun(s).id)),
    ("begin a review", "R- P- M+ A- U-", lambda _s: (reviews.begin_review, FIRST, LAST)),
    ("write what was said in a review", "R- P- M+ A- U-", lambda s: (reviews.save_chapter, _begun(s).id, "a", "Besproken.", "Goed.")),
    ("sign a review", "R- P- M+ A- U-", lambda s: (reviews.sign_review, held(s.clinic).id)),
]
