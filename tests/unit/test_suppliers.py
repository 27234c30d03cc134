"""Suppliers at the door: agreements, yearly scores, labs that orders name, what the auditor sees."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.labs import LabOrder
from nmx_desk.domain.suppliers import (
    POINTS,
    Agreement,
    Supplier,
    SupplierKind,
    SupplierReview,
    Verdict,
    agreement_of,
    due_on,
    mean_score,
    next_after,
)
from nmx_desk.services import quality, suppliers
from tests.clinic import once

DAY = date(2026, 9, 14)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def lab(boss):
    return boss(suppliers.save_supplier, Supplier(name="Lab Voorbeeld", kind=SupplierKind.LAB, has_data=True, is_critical=True))


def rows(boss):
    return boss(suppliers.list_suppliers).rows


def test_written_down_and_due_for_its_first_score_at_once(boss, lab):
    assert lab.since == DAY
    [row] = rows(boss)
    assert row.due_on == DAY and row.agreement is Agreement.MISSING and row.mean is None
    assert [(one.part, one.what, one.title) for one in boss(quality.list_deadlines) if one.part == "suppliers"] == [
        ("suppliers", "score", "Lab Voorbeeld"), ("suppliers", "agreement", "Lab Voorbeeld"),
    ]  # fmt: skip


def test_a_score_says_when_the_next_one_is_and_the_history_stays(clinic, boss, lab):
    first = boss(suppliers.score_supplier, lab.id, SupplierReview(quality=4, delivery=5, reviewed_on=DAY))
    assert first.next_on == date(2027, 9, 14)
    clinic.clock.move(days=366)
    later = SupplierReview(quality=2, reviewed_on=DAY + timedelta(days=366), next_on=date(2027, 12, 1))
    boss(suppliers.score_supplier, lab.id, replace(later, verdict=Verdict.IMPROVE, text="sneller"))
    [row] = rows(boss)
    assert [mean_score(one) for one in row.reviews] == [4.5, 2.0] and row.due_on == date(2027, 12, 1)
    assert row.newest.verdict is Verdict.IMPROVE


@pytest.mark.parametrize(("changes", "field"), [
    ({"quality": None}, "quality"), ({"quality": 0}, "quality"), ({"price": 6}, "price"),
    ({"reviewed_on": DAY + timedelta(days=1)}, "reviewed_on"),
    ({"verdict": Verdict.REPLACE}, "text"), ({"next_on": DAY}, "next_on"),
])  # fmt: skip
def test_a_score_that_cannot_be_is_refused_at_its_field(boss, lab, changes, field):
    with pytest.raises(UserError) as refused:
        boss(suppliers.score_supplier, lab.id, replace(SupplierReview(quality=3, reviewed_on=DAY), **changes))
    assert refused.value.field == field and rows(boss)[0].reviews == ()


def test_a_score_is_taken_back_by_who_gave_it_on_the_same_day_only(clinic, boss, lab):
    one = boss(suppliers.score_supplier, lab.id, SupplierReview(quality=3, reviewed_on=DAY))
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        boss(suppliers.take_back_score, one.id)
    two = boss(suppliers.score_supplier, lab.id, SupplierReview(quality=4, reviewed_on=DAY + timedelta(days=1)))
    boss(suppliers.take_back_score, two.id)
    assert [review.id for review in rows(boss)[0].reviews] == [one.id] and clinic.verified().ok


def test_one_name_once_whatever_its_letters(boss, lab):
    with pytest.raises(UserError) as refused:
        boss(suppliers.save_supplier, Supplier(name="LAB voorbeeld"))
    assert refused.value.field == "name"
    boss(suppliers.save_supplier, replace(lab, provides="bloed en ontlasting"))
    with pytest.raises(Conflict):
        boss(suppliers.save_supplier, replace(lab, provides="iets anders"))


def test_ended_it_waits_for_nothing_and_stays(boss, lab):
    boss(suppliers.end_supplier, lab.id, "naar een ander lab")
    [row] = rows(boss)
    assert row.supplier.ended_on == DAY and row.due_on is None
    assert not [one for one in boss(quality.list_deadlines) if one.part == "suppliers"]
    with pytest.raises(Conflict):
        boss(suppliers.score_supplier, lab.id, SupplierReview(quality=3, reviewed_on=DAY))
    boss(suppliers.resume_supplier, lab.id)
    assert rows(boss)[0].supplier.ended_on is None


def test_labs_that_orders_name_are_offered_until_they_are_in_the_register(clinic, boss, lab):
    anna = clinic.as_("manager").do(once(lambda work: work.store.add(Client(client_no="C-000001", surname="de Vries"))))
    who = clinic.as_("behandelaar").user.id
    for name in ("Lab Voorbeeld", "Darmlab", "darmlab", "Darmlab", ""):
        boss(once(lambda work, name=name: work.store.add(LabOrder(client_id=anna.id, practitioner_id=who, panel="x", lab=name))))
    assert [(one.name, one.orders) for one in boss(suppliers.list_suppliers).unlisted] == [("Darmlab", 3)]
    boss(suppliers.save_supplier, Supplier(name="Darmlab"))
    assert boss(suppliers.list_suppliers).unlisted == ()


def test_the_agreement_on_data_and_its_end(boss, lab):
    for to, wanted in ((None, Agreement.GOOD), (DAY + timedelta(days=91), Agreement.GOOD), (DAY + timedelta(days=90), Agreement.ENDING),
                       (DAY, Agreement.ENDING), (DAY - timedelta(days=1), Agreement.ENDED)):  # fmt: skip
        one = replace(lab, agreement_on=DAY - timedelta(days=400), agreement_to=to)
        assert agreement_of(one, DAY) is wanted
    assert agreement_of(replace(lab, has_data=False), DAY) is Agreement.NOT_NEEDED
    with pytest.raises(UserError) as refused:
        boss(suppliers.save_supplier, replace(lab, agreement_on=DAY, agreement_to=DAY - timedelta(days=1)))
    assert refused.value.field == "agreement_to"


def test_the_auditor_reads_and_the_desk_does_not(clinic, boss, lab):
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(suppliers.list_suppliers)
    with pytest.raises(NotAllowed):
        clinic.as_("behandelaar").do(suppliers.save_supplier, Supplier(name="Ander"))


@given(st.lists(st.none() | st.integers(1, 5), min_size=5, max_size=5))
def test_the_mean_lies_between_what_was_given(given_):
    review = SupplierReview(**dict(zip(POINTS, given_, strict=True)))
    told = [value for value in given_ if value is not None]
    mean = mean_score(review)
    assert (mean is None) if not told else min(told) <= mean <= max(told)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_it_is_always_due_after_its_last_score(day, months):
    supplier = Supplier(review_months=months)
    assert due_on(supplier, [SupplierReview(reviewed_on=day)]) == next_after(day, months) > day
