"""The rules of domain/matching.py."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain import matching
from nmx_desk.domain.matching import Person, PersonIndex, find_doubles, match

BORN = date(1980, 2, 3)
PHONE, OTHER_PHONE = "+31600000001", "+31600000002"
EMAIL, OTHER_EMAIL = "a@example.org", "b@example.org"


def person(first="Johanna", surname="Yılmaz", phone=PHONE, email=EMAIL, born=BORN, home=""):
    house = {"postcode": "1234 AB", "house_no": home} if home else {}
    return Person(first, (surname,), (phone,) if phone else (), (email,) if email else (), born, **house)


FEW_PEOPLE = st.builds(
    person,
    st.sampled_from(["", "Johanna", "JOHANNA", "J.", "Hanneke", "Johana", "Sanne", "Jan Willem", "Jan"]),
    st.sampled_from(["", "Yılmaz", "Yilmaz", "Yilmas", "Yilmax", "Kok", "van der Kok-Yilmaz"]),
    st.sampled_from(["", PHONE, OTHER_PHONE]),
    st.sampled_from(["", EMAIL, EMAIL.upper(), OTHER_EMAIL]),
    st.sampled_from([None, BORN, date(1980, 3, 2), date(1980, 2, 8), date(1990, 1, 1)]),
    st.sampled_from(["", "", "12", "12 a", "14"]),
)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (person(), "strong"),
        (person(surname="YILMAZ", phone="", email=""), "strong"),
        (person(first="Johanna Maria", phone=OTHER_PHONE, email=OTHER_EMAIL), "strong"),
        (person(first="J.", phone="", email=""), "strong"),
        (person(surname="Kok", email=""), "strong"),
        (person(surname="Kok", phone="", email="A@Example.ORG"), "strong"),
        (person(surname="Kok", phone="", email=""), None),
        (person(first="Sanne"), "weak"),  # twins
        (person(born=None), "strong"),
        (person(born=None, phone="", email=EMAIL.upper()), "strong"),
        (person(born=None, phone=OTHER_PHONE, email=OTHER_EMAIL), None),
        (person(born=None, first="Sanne", email=""), "weak"),
        (person(born=None, first="J.", email=""), "likely"),
        (person(born=date(1981, 2, 3)), "likely"),
        (person(born=date(2008, 2, 3)), "weak"),
        (person(born=date(1981, 2, 3), phone=OTHER_PHONE, email=OTHER_EMAIL), None),
    ],
)
def test_rules(other, expected):
    assert match(person(), other) == expected
    assert match(other, person()) == expected


def test_maiden_name_counts():
    married = Person("Johanna", ("Kok", "Yilmaz"), (), (), BORN)
    assert match(person(phone="", email=""), married) == "strong"


def test_people_without_any_name_are_not_one_by_their_shared_phone():
    nobody = person(first="", surname="", born=None)
    assert match(nobody, nobody) == "weak"


@given(st.lists(FEW_PEOPLE, max_size=12))
def test_the_index_finds_what_comparing_everybody_finds(people):
    index = PersonIndex()
    for i, one in enumerate(people):
        assert dict(index.find(one)) == {j: match(one, people[j]) for j in range(i) if match(one, people[j])}
        index.add(i, one)


@given(st.lists(FEW_PEOPLE, max_size=12))
def test_a_double_points_to_a_first_and_every_strong_match_is_found(people):
    doubles = find_doubles(people)
    for i, first in enumerate(doubles):
        assert first is None or (first < i and doubles[first] is None)
        assert (first is not None) == any(match(people[i], people[j]) == "strong" for j in range(i))


def test_ten_thousand_rows_are_not_all_compared_with_each_other(monkeypatch):
    """Sixteen comparisons a row, whatever so many share."""
    people = [person(f"Naam{i % 3000}", f"Kok{i % 500}", f"+316{i % 6000:08}", f"{i % 7000}@example.org", None) for i in range(5000)]
    people += [person(f"Naam{i}", "Kok", PHONE, f"{i}@example.org") for i in range(2500)]  # one placeholder for everybody
    people += [person()] * 2500
    compared, compare = [0], matching.compare

    def counted(one, other):
        compared[0] += 1
        return compare(one, other)

    monkeypatch.setattr(matching, "compare", counted)
    assert len(find_doubles(people)) == 10_000
    assert 0 < compared[0] < 20 * len(people)
