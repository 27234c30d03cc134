"""Satisfaction at the door: answers, forms and their codes, what answers say together, who reads whose words."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.domain.satisfaction import (
    LETTERS,
    AskedAt,
    Invitation,
    SatisfactionAnswer,
    code_from,
    counted,
    quarter_of,
    quarters,
    shown_code,
    summary,
    typed_code,
)
from nmx_desk.services import people, satisfaction, satisfaction_forms
from tests.clinic import PASSWORD, once
from tests.prints import page_texts

DAY = date(2026, 9, 14)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
codes = st.text(min_size=1).map(code_from)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def anna(clinic):
    return clinic.as_("receptie").do(once(lambda work: work.store.add(Client(client_no="C-000001", first_name="Anna", surname="de Vries"))))


@pytest.fixture
def auditor(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    return clinic.as_("auditor").do


def answer(clinic, who="receptie", code="", **told):
    return clinic.as_(who).do(satisfaction.add_answer, replace(SatisfactionAnswer(answered_on=DAY, recommend=9), **told), code)


def forms(clinic):
    return clinic.as_("manager").do(once(lambda work: work.store.find(Invitation)))


# -- entering ----------------------------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_and_counts(clinic, boss):
    answer(clinic, recommend=9, mark=8, text="Fijn gesprek")
    answer(clinic, recommend=0, mark=None)
    sheet = boss(satisfaction.open_satisfaction, *YEAR)
    assert (sheet.summary.nps, sheet.summary.mean, sheet.summary.recommending, sheet.summary.indicative) == (0, 8, 2, True)
    assert [row.text for row in sheet.rows] == ["", "Fijn gesprek"] and clinic.verified().ok


@pytest.mark.parametrize(("told", "field"), [
    ({"recommend": None}, "recommend"), ({"recommend": 11}, "recommend"), ({"recommend": -1}, "recommend"), ({"mark": 0}, "mark"),
    ({"mark": 11}, "mark"), ({"answered_on": DAY + timedelta(days=1)}, "answered_on"), ({"practitioner_id": "niemand"}, "practitioner_id"),
    ({"text": "x" * 4001}, "text"), ({"text": "mijn bsn is 111222333"}, "text"),
])  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(clinic, boss, told, field):
    with pytest.raises(UserError) as refused:
        answer(clinic, **told)
    assert refused.value.field == field and boss(satisfaction.open_satisfaction, *YEAR).rows == ()


def test_words_alone_are_an_answer(clinic, boss):
    answer(clinic, recommend=None, text="Dank u wel")
    sheet = boss(satisfaction.open_satisfaction, *YEAR)
    assert sheet.summary.nps is None and sheet.summary.mean is None and len(sheet.rows) == 1


def test_taken_back_on_the_same_day_by_who_entered_it(clinic, boss):
    one = answer(clinic)
    with pytest.raises(Conflict):
        boss(satisfaction.take_back_answer, one.id)
    clinic.as_("receptie").do(satisfaction.take_back_answer, one.id)
    two = answer(clinic)
    clinic.clock.move(days=1)
    with pytest.raises(Conflict):
        clinic.as_("receptie").do(satisfaction.take_back_answer, two.id)
    assert [row.id for row in boss(satisfaction.open_satisfaction, *YEAR).rows] == [two.id]


# -- forms -------------------------------------------------------------------------------------------------------------------------------


def test_a_pile_of_forms_each_with_a_code_that_leads_to_it_once(clinic, boss):
    data = clinic.as_("receptie").do(satisfaction_forms.print_forms, 3, AskedAt.INTAKE)
    pages, made = page_texts(data), forms(clinic)
    assert len(pages) == len(made) == 3
    for page in pages:
        assert sum(shown_code(form.code) in page for form in made) == 1 and "Zou u Proefpraktijk aanraden" in page
        assert "Pagina 1 van 1" in page  # handed out apart from the others
    code = made[0].code
    scanned = f" {shown_code(code).lower()} "
    kept = answer(clinic, code=scanned)
    assert (kept.invitation_id, kept.moment, kept.client_id) == (made[0].id, AskedAt.INTAKE, None)
    with pytest.raises(UserError) as refused:
        boss(satisfaction.find_form, code)
    assert refused.value.field == "code"
    with pytest.raises(UserError):
        answer(clinic, code=code)
    assert boss(satisfaction.open_satisfaction, *YEAR).waiting == 2
    clinic.as_("receptie").do(satisfaction.take_back_answer, kept.id)
    assert boss(satisfaction.open_satisfaction, *YEAR).waiting == 3
    assert answer(clinic, code=code).invitation_id == made[0].id


def test_a_clients_form_says_so_in_the_clients_language_and_files_the_answer_under_the_client(clinic, boss, anna):
    clinic.as_("receptie").do(once(lambda work: work.store.change(work.store.get(Client, anna.id), language="en")))
    data = clinic.as_("receptie").do(satisfaction_forms.print_forms, 1, AskedAt.END, client_id=anna.id)
    [page] = page_texts(data)
    assert "belongs to you" in page and "Vries" not in page
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
    [form] = forms(clinic)
    assert boss(satisfaction.find_form, form.code).client == "Anna de Vries"
    assert answer(clinic, code=form.code).client_id == anna.id
    with pytest.raises(UserError):
        boss(satisfaction_forms.print_forms, 2, AskedAt.END, client_id=anna.id)


def test_a_code_that_is_none_and_one_that_is_unknown(clinic, boss):
    for code in ("ABCD-EFG", "0000-0000", code_from("elders")):
        with pytest.raises(UserError) as refused:
            boss(satisfaction.find_form, code)
        assert refused.value.field == "code"


@given(codes, st.integers(0, 7), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_found(code, place, letter):
    assert typed_code(shown_code(code)) == code
    wrong = code[:place] + letter + code[place + 1 :]
    assert typed_code(wrong) == (code if wrong == code else None)


@given(codes, st.integers(0, 6))
def test_neighbours_that_changed_places_are_found_but_for_one_pair(code, place):
    a, b = code[place : place + 2]
    turned = code[:place] + b + a + code[place + 2 :]
    if a != b and {a, b} != {LETTERS[0], LETTERS[-1]}:
        assert typed_code(turned) is None


# -- who reads what ----------------------------------------------------------------------------------------------------------------------


def test_the_auditor_sees_no_client_and_no_client_words(clinic, boss, anna, auditor):
    named = answer(clinic, client_id=anna.id, text="Anna de Vries vindt het goed", mark=9)
    nobody = answer(clinic, text="Anoniem: goed", mark=7)
    sheet = auditor(satisfaction.open_satisfaction, *YEAR)
    assert sheet.summary.mean == 8 and "Vries" not in repr(sheet) and anna.id not in repr(sheet) and "C-000001" not in repr(sheet)
    assert {row.id: (row.text, row.has_words, row.opens) for row in sheet.rows} == {
        named.id: ("", True, False), nobody.id: ("Anoniem: goed", True, True),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        auditor(satisfaction.open_answer, named.id)
    assert auditor(satisfaction.open_answer, nobody.id).client == ""
    assert boss(satisfaction.open_answer, named.id).client == "Anna de Vries"
    with pytest.raises(NotAllowed):
        clinic.as_("behandelaar").do(satisfaction.open_answer, named.id)
    assert clinic.as_("receptie").do(satisfaction.open_answer, named.id).client == "Anna de Vries"
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(satisfaction.open_satisfaction, *YEAR)


# -- counting ----------------------------------------------------------------------------------------------------------------------------

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
answers = st.lists(st.builds(
    SatisfactionAnswer, client_id=st.sampled_from([None, "a", "b"]), answered_on=days, recommend=st.none() | st.integers(0, 10),
    mark=st.none() | st.integers(1, 10),
), max_size=30)  # fmt: skip


def test_a_client_counts_once_in_six_months_and_nobody_each_time():
    def one(client_id, day):
        return SatisfactionAnswer(client_id=client_id, answered_on=day, recommend=9)

    kept = counted([
        one("a", date(2026, 1, 31)), one("a", date(2026, 7, 30)), one("a", date(2026, 7, 31)), one(None, date(2026, 1, 1)),
        one(None, date(2026, 1, 1)), one("b", date(2026, 2, 1)),
    ])  # fmt: skip
    assert [(found.client_id, found.answered_on) for found in kept if found.client_id == "a"] == [
        ("a", date(2026, 1, 31)), ("a", date(2026, 7, 31)),
    ]  # fmt: skip
    assert len(kept) == 5


@given(answers)
def test_the_score_is_what_its_definition_says(found):
    made = summary(found)
    given_ = [one.recommend for one in counted(one for one in found if one.recommend is not None)]
    assert made.recommending == len(given_)
    if given_:
        wanted = 100 * (sum(n >= 9 for n in given_) - sum(n <= 6 for n in given_)) / len(given_)
        assert made.nps == pytest.approx(wanted) and -100 <= made.nps <= 100
    else:
        assert made.nps is None
    assert made.indicative is (len(given_) < 30)


@given(answers)
def test_splitting_by_quarter_loses_nobody(found):
    starts = quarters(date(2026, 12, 31), 12)
    assert sum(quarter_of(one.answered_on) in starts for one in found) == len(found)
    kept = counted(found)
    assert sum(1 for one in kept if one.client_id is None) == sum(1 for one in found if one.client_id is None)
