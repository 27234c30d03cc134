"""The management review at the door: filled from the registers, held, signed, frozen; every pair of its states (ISO 9001 9.3)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.competence import Competence
from nmx_desk.domain.deviations import Deviation, Grade
from nmx_desk.domain.errors import Conflict, DeskError, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Harm, Incident
from nmx_desk.domain.objectives import Objective
from nmx_desk.domain.people import Role
from nmx_desk.domain.review_pack import CHAPTERS, Pack, PackChapter, clause, packed, sum_of, unpacked
from nmx_desk.domain.reviews import REVIEW_STEPS, ManagementReview, ReviewDecision, ReviewStatus
from nmx_desk.domain.risks import Risk
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.suppliers import Supplier, SupplierReview
from nmx_desk.domain.tasks import Task, TaskStatus
from nmx_desk.services import log, people, reports, review_prints, reviews, tasks
from tests.clinic import PASSWORD, once
from tests.prints import page_texts
from tests.registers.reviews import FIRST, LAST, held

S = ReviewStatus
DAY = date(2026, 6, 1)


@pytest.fixture
def desk(clinic):
    return clinic.as_("manager")


def add(desk, *records):
    return desk.do(once(lambda work: [work.store.add(one) for one in records], "quality.manage"))


def begun(desk):
    return desk.do(reviews.begin_review, FIRST, LAST).review


def chapter(desk, review, code):
    return next(one for one in desk.do(reviews.open_review, review.id).pack.chapters if one.code == code)


# -- filled ------------------------------------------------------------------------------------------------------------------------------


def test_there_is_a_chapter_for_every_input_of_the_standard(desk):
    """9.3.2 a, b, c.1 to c.7, d, e, f."""
    wanted = ["9.3.2 a", "9.3.2 b", *(f"9.3.2 c.{n}" for n in range(1, 8)), "9.3.2 d", "9.3.2 e", "9.3.2 f"]
    assert [clause(code) for code in CHAPTERS] == wanted
    pack = desk.do(reviews.open_review, begun(desk).id).pack
    assert [one.code for one in pack.chapters] == list(CHAPTERS)
    assert all(one.lines for one in pack.chapters)


def test_chapters_are_filled_from_the_registers(desk, clinic):
    me = desk.user.id
    audit, supplier = add(
        desk, QualityAudit(number="IA-1", title="Klachtbehandeling", planned_on=DAY, held_on=DAY), Supplier(name="Lab Noord", since=DAY)
    )
    add(
        desk,
        AuditFinding(audit_id=audit.id, grade=Grade.OPPORTUNITY, text="Korter inwerken", clause="7.2"),
        SupplierReview(supplier_id=supplier.id, reviewed_on=DAY, quality=4, delivery=3),
        Deviation(number="A-1", found_on=DAY, summary="Koelkast te warm", due_on=DAY, done_on=DAY, effective=True),
        Incident(number="I-1", reported_on=DAY, summary="Verkeerde pot", harm=Harm.SERIOUS),
        Grievance(number="K-1", opened_on=DAY, judged_on=DAY + timedelta(days=60)),
        Objective(number="D-1", title="Sneller bellen", first_on=DAY, last_on=DAY, target="4", unit="uur"),
        Risk(number="R-1", title="Uitval van het netwerk", assessed_on=DAY, chance=4, impact=4, rest_chance=2, rest_impact=4),
        Competence(user_id=me, name="BHV", valid_to=DAY),
        *(SatisfactionAnswer(answered_on=DAY, recommend=n, mark=8) for n in (10, 9, 8, 3)),
    )
    review = begun(desk)
    pack = desk.do(reviews.open_review, review.id).pack
    words = {one.code: " ".join((*one.lines, *(cell for row in one.rows for cell in row))) for one in pack.chapters}
    for code, said in {
        "c1": ("K-1", "25", "8.0", "1 judged late"), "c2": ("Sneller bellen", "4 uur"), "c4": ("Koelkast te warm", "1 of 1"),
        "c5": ("1 incident", "harm: 1"), "c6": ("Klachtbehandeling",), "c7": ("Lab Noord", "3.5"), "d": ("BHV", desk.user.display_name),
        "e": ("Uitval van het netwerk", "16", "8", "1 of 1"), "f": ("Korter inwerken",),
    }.items():  # fmt: skip
        for text in said:
            assert text in words[code], (code, words[code])
    assert clinic.verified().ok


def test_what_lies_outside_the_period_is_left_out(desk):
    add(desk, Incident(number="I-9", reported_on=date(2019, 1, 1)), Grievance(number="K-9", opened_on=date(2019, 1, 1)))
    review = begun(desk)
    assert chapter(desk, review, "c5").rows == () and chapter(desk, review, "c1").rows == ()


def test_figures_are_those_of_the_month_report(desk):
    found = desk.do(reports.figures, FIRST, LAST)
    rows = chapter(desk, begun(desk), "c3").rows
    assert len(rows) == len(found.figures)


# -- states ------------------------------------------------------------------------------------------------------------------------------


def at(clinic, status):
    """A review in a state, ready for any next step."""
    review = held(clinic)
    if status is S.PREPARING:
        return clinic.as_("manager").do(reviews.prepare_again, review.id)
    return clinic.as_("manager").do(reviews.sign_review, review.id).review if status is S.SIGNED else review


ACTS = {S.PREPARING: reviews.prepare_again, S.HELD: reviews.hold_review, S.SIGNED: reviews.sign_review}


@pytest.mark.parametrize("now", list(S))
def test_every_pair_of_states_is_as_the_table_has_it(clinic, now):
    for to, act in ACTS.items():
        review = at(clinic, now)
        if to in REVIEW_STEPS[now]:
            clinic.as_("manager").do(act, review.id)
            assert clinic.as_("manager").do(reviews.open_review, review.id).review.status is to
        else:
            with pytest.raises(DeskError, match=r"\.$"):
                clinic.as_("manager").do(act, review.id)
            assert clinic.as_("manager").do(reviews.open_review, review.id).review == review
    assert clinic.verified().ok


def test_held_needs_a_day_and_who_were_there(desk):
    review = begun(desk)
    with pytest.raises(UserError) as caught:
        desk.do(reviews.hold_review, review.id)
    assert caught.value.field == "held_on"
    desk.do(reviews.save_review, replace(review, held_on=DAY))
    with pytest.raises(UserError) as caught:
        desk.do(reviews.hold_review, review.id)
    assert caught.value.field == "attendees"


def test_a_day_ahead_and_days_in_the_wrong_order_are_refused(desk, clinic):
    review = begun(desk)
    with pytest.raises(UserError, match="has not come yet"):
        desk.do(reviews.save_review, replace(review, held_on=clinic.clock().date() + timedelta(days=1)))
    with pytest.raises(UserError):
        desk.do(reviews.save_review, replace(review, first_on=LAST, last_on=FIRST))
    with pytest.raises(UserError):
        desk.do(reviews.begin_review, LAST, FIRST)


# -- signed ------------------------------------------------------------------------------------------------------------------------------


def test_signing_asks_for_a_conclusion_of_every_input_and_somebody_for_every_decision(desk, clinic):
    review = held(clinic)
    desk.do(reviews.save_chapter, review.id, "c7", "Besproken.", "")
    with pytest.raises(UserError) as caught:
        desk.do(reviews.sign_review, review.id)
    assert caught.value.field == "chapter.c7"
    desk.do(reviews.save_chapter, review.id, "c7", "Besproken.", "Goed.")
    loose = desk.do(reviews.save_decision, review.id, ReviewDecision(text="Iets zonder dag", owner_id=desk.user.id))
    with pytest.raises(UserError, match="Iets zonder dag"):
        desk.do(reviews.sign_review, review.id)
    assert desk.do(tasks.list_tasks).rows == ()  # nothing of a signature that was refused is left
    desk.do(reviews.drop_decision, loose.id)
    assert desk.do(reviews.sign_review, review.id).review.status is S.SIGNED


def test_decisions_become_tasks_and_the_next_review_says_what_became_of_them(desk, clinic):
    signed = desk.do(reviews.sign_review, held(clinic).id)
    (row,) = desk.do(tasks.list_tasks).rows
    assert row.task.title == "Een tweede balie" and row.task.id == signed.decisions[0].task_id
    assert row.task.source == f"management_review:{signed.review.id}" and not row.task.care
    desk.do(tasks.do_task, row.task.id)
    following = desk.do(reviews.begin_review, date(2027, 1, 1), date(2027, 12, 31)).review
    assert chapter(desk, following, "a").rows[0][-1] == "Carried out"
    found = desk.do(once(lambda work: work.store.get(Task, row.task.id)))
    assert found.status is TaskStatus.DONE


def test_what_was_signed_stays_as_it_was(desk, clinic):
    review = held(clinic)
    signed = desk.do(reviews.sign_review, review.id)
    add(desk, Incident(number="I-7", reported_on=DAY))
    assert desk.do(reviews.open_review, review.id).pack == signed.pack
    assert signed.review.sha256 == sum_of(signed.review.content)
    for case, args in (
        (reviews.save_chapter, (review.id, "a", "x", "y")), (reviews.save_review, (signed.review,)),
        (reviews.save_decision, (review.id, ReviewDecision(text="nog een"))), (reviews.drop_decision, (signed.decisions[0].id,)),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            desk.do(case, *args)
    (line,) = desk.do(log.list_log, log.LogFilter(obj_id=review.id, codes=("SIGN",)))
    assert signed.review.sha256 in {value.new for value in desk.do(log.log_details, line.seq).changes}


def test_signing_asks_for_the_password(clinic):
    review = held(clinic)
    clinic.asks_at_signing = True
    desk = clinic.as_("manager")
    desk.asks_at_signing = True
    with pytest.raises(DeskError):
        desk.do(reviews.sign_review, review.id)
    assert desk.do(reviews.open_review, review.id).review.status is S.HELD


def test_a_pack_that_was_changed_is_not_shown(desk, clinic):
    signed = desk.do(reviews.sign_review, held(clinic).id).review
    other = json.loads(signed.content)
    other["title"] = "Iets anders"
    desk.do(once(lambda work: work.store.change(work.store.get(ManagementReview, signed.id), content=json.dumps(other)), "quality.manage"))
    with pytest.raises(EnvironmentProblem):
        desk.do(reviews.open_review, signed.id)


def test_a_pack_comes_back_as_it_was_packed():
    pack = Pack(
        number="DB-1", title="T", first_on=FIRST, last_on=LAST, language="nl", held_on=DAY,
        chapters=(PackChapter(code="a", lines=("één",), columns=("x", "y"), rows=(("1", "2"), ("“", "…"))),),
    )  # fmt: skip
    text, found = packed(pack)
    assert unpacked(text) == pack and packed(unpacked(text)) == (text, found)


# -- who, paper --------------------------------------------------------------------------------------------------------------------------


def test_an_auditor_reads_and_writes_nothing(clinic):
    review = held(clinic)
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    desk = clinic.as_("auditor")
    assert desk.do(reviews.open_review, review.id).pack.chapters
    assert desk.do(review_prints.print_review, review.id).startswith(b"%PDF")
    with pytest.raises(NotAllowed):
        desk.do(reviews.save_chapter, review.id, "a", "x", "y")


def words(data):
    return "".join("".join(page_texts(data)).split())


def test_the_report_is_the_review_of_the_period_or_a_draft_of_one(desk, clinic):
    draft = desk.do(reports.make_report, "review", date_from=FIRST, date_to=LAST)
    assert "notsigned" in words(draft)
    signed = desk.do(reviews.sign_review, held(clinic).id)
    made = words(desk.do(reports.make_report, "review", date_from=FIRST, date_to=LAST))
    assert signed.review.sha256 in made and "Eentweedebalie" in made
