"""Who decides for a client, on every day around every birthday: the rules of DOMAIN §2 and §6 held against plain reckoning."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import deciding
from nmx_desk.domain.clients import Alert, Client
from nmx_desk.domain.deciding import Decides
from nmx_desk.domain.family import Agreement, Authority, Consent, ConsentPurpose, Relation, Representative

DAYS = st.dates(date(1950, 1, 1), date(2095, 12, 31))
LEAP = st.sampled_from([date(year, 2, 29) for year in range(1952, 2092, 4)])
BORN = DAYS | LEAP
AGES = st.integers(0, 30)
GP = ConsentPurpose.DATA_TO_GP

people = st.builds(
    Representative, id=st.uuids().map(str), relation=st.sampled_from(Relation), authority=st.sampled_from(Authority),
    agreement=st.sampled_from(Agreement), ends_on=st.none() | DAYS, surname=st.sampled_from(["Bakker", "De Vries"]),
)  # fmt: skip


def near(born: date, years: int, days: int) -> date:
    """A day so many days from a birthday; who was born on 29 February has it on 1 March in other years."""
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:
        birthday = date(born.year + years, 3, 1)
    return birthday + timedelta(days=days)


@given(BORN, AGES, st.integers(-3, 3))
def test_who_decides_follows_from_the_age_in_whole_years(born, years, days):
    day = near(born, years, days)
    age = Client(birth_date=born).age_on(day)
    wanted = Decides.PARENTS if age < 12 else Decides.TOGETHER if age < 16 else Decides.CLIENT
    assert deciding.decides(born, day) is wanted
    assert deciding.is_minor(born, day) == (age < 16)


@pytest.mark.parametrize(("day", "who"), [
    (date(2024, 2, 28), Decides.PARENTS), (date(2024, 2, 29), Decides.TOGETHER), (date(2028, 2, 28), Decides.TOGETHER),
    (date(2028, 2, 29), Decides.CLIENT),
])  # fmt: skip
def test_born_on_the_29th_of_february(day, who):
    assert deciding.decides(date(2012, 2, 29), day) is who


def test_without_a_birth_date_nobody_is_a_child():
    assert deciding.decides(None, date(2026, 9, 14)) is Decides.CLIENT
    assert not deciding.authority_unknown(None, [], date(2026, 9, 14))
    assert deciding.turns_sixteen(None, date(2026, 9, 14)) is None


@given(BORN, st.lists(people, max_size=4), AGES, st.integers(-3, 3))
def test_at_sixteen_parents_have_no_say_whatever_was_written_down(born, found, years, days):
    day = near(born, years, days)
    acting = deciding.acting(born, found, day)
    if Client(birth_date=born).age_on(day) >= 16:
        assert not any(one.relation in deciding.PARENTAL for one in acting)
        assert not deciding.authority_unknown(born, found, day) and not deciding.refusing(born, found, day)
    for one in found:
        gone = one.ends_on is not None and one.ends_on <= day
        old = one.relation in deciding.PARENTAL and not deciding.is_minor(born, day)
        assert (one in acting) == (not gone and not old)


@given(BORN, st.lists(people, max_size=4), st.integers(0, 15))
def test_authority_is_known_only_when_somebody_has_it_and_nobody_is_in_doubt(born, found, years):
    day = near(born, years, 1)
    there = [one for one in found if one.relation in deciding.PARENTAL and (one.ends_on is None or one.ends_on > day)]
    known = any(one.authority is Authority.YES for one in there) and all(one.authority is not Authority.UNKNOWN for one in there)
    assert deciding.authority_unknown(born, found, day) == (not known)
    assert bool(deciding.authority_words(Client(birth_date=born, first_name="Lisa"), found, day)) == (not known)


@given(BORN, people, st.integers(0, 15))
def test_a_parent_who_may_have_authority_and_refuses_stands_in_the_way(born, one, years):
    day = near(born, years, 1)
    there = one.relation in deciding.PARENTAL and (one.ends_on is None or one.ends_on > day)
    wanted = there and one.agreement is Agreement.REFUSED and one.authority is not Authority.NO
    assert bool(deciding.refusing(born, [one], day)) == wanted
    client = Client(birth_date=born, first_name="Lisa")
    assert bool(deciding.refusal_words(client, [one], day)) == wanted
    assert (Alert.REFUSED in deciding.alerts(client, [one], day)) == wanted


@given(BORN, st.integers(-70, 70))
def test_the_task_stands_from_fifteen_years_and_eleven_months_until_a_month_after(born, days):
    birthday, day = near(born, 16, 0), near(born, 16, days)
    found = deciding.turns_sixteen(born, day)
    assert found in {None, birthday}
    if 0 <= (birthday - day).days <= 28 or 0 <= (day - birthday).days < 28:
        assert found == birthday
    if abs((birthday - day).days) > 31:
        assert found is None
    first, last = deciding.turning_born(day)
    assert found is None or first <= born <= last


@given(BORN, AGES, st.integers(-3, 3), AGES, st.integers(-3, 3), st.booleans())
def test_a_consent_of_a_parent_lapses_at_sixteen_and_one_of_the_client_never(born, years, days, later, more, own):
    given_on, day = near(born, years, days), near(born, later, more)
    at = datetime(given_on.year, given_on.month, given_on.day, 12, tzinfo=UTC)
    consent = Consent(purpose=GP, given_at=at, given_by="" if own else "Els Bakker")
    client = Client(birth_date=born)
    lapsed = not own and client.age_on(given_on) < 16 <= client.age_on(day)
    assert deciding.has_lapsed(consent, born, day, UTC) == lapsed
    assert deciding.standing([consent], GP, born, day, UTC) == ([] if lapsed else [consent])
    assert deciding.standing([consent], ConsentPurpose.NEWSLETTER, born, day, UTC) == []


@given(BORN, AGES, st.booleans(), st.booleans())
def test_whose_word_is_missing(born, years, own, others):
    day = near(born, years, 0)
    said = [Consent(given_by="")] * own + [Consent(given_by="Els")] * others
    child, parents = deciding.lacks(said, born, day)
    if years < 12:
        assert (child, parents) == (False, not others)
    elif years < 16:
        assert (child, parents) == (not own, not others)
    else:
        assert (child, parents) == (not (own or others), False)


@pytest.mark.parametrize(("born", "sentence"), [
    (date(2016, 1, 1), "Lisa is 10: the parents with authority decide."),
    (date(2013, 1, 1), "Lisa is 13: Lisa and the parents with authority decide together."),
    (date(2010, 1, 1), "Lisa decides alone. Cor Kok may act on behalf of Lisa."),
])  # fmt: skip
def test_the_rule_in_a_sentence(born, sentence):
    curator = Representative(first_name="Cor", surname="Kok", relation=Relation.CURATOR, authority=Authority.YES)
    found = [curator] if born.year == 2010 else []
    assert deciding.rule(Client(first_name="Lisa", birth_date=born), found, date(2026, 9, 14)) == sentence


def test_two_who_refuse_are_named_both():
    both = [Representative(first_name=name, authority=Authority.YES, agreement=Agreement.REFUSED) for name in ("Els", "Jan")]
    words = deciding.refusal_words(Client(first_name="Lisa", birth_date=date(2016, 1, 1)), both, date(2026, 9, 14))
    assert "Els and Jan refuse " in words and "(10)" in words


def test_a_deceased_child_asks_for_nothing():
    client = Client(first_name="Lisa", birth_date=date(2016, 1, 1), deceased_on=date(2026, 9, 1))
    assert deciding.alerts(client, [], date(2026, 9, 14)) == (Alert.DECEASED,)
