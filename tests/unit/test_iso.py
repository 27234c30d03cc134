"""The list of clauses: what a text names, what that covers, how it is spelled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.domain import iso


def test_the_list_is_whole_and_in_order():
    counts = {chapter: sum(number.startswith(f"{chapter}.") for number in iso.CLAUSES) for chapter in iso.CHAPTERS}
    assert counts == {4: 4, 5: 3, 6: 3, 7: 5, 8: 7, 9: 3, 10: 3}
    assert list(iso.CLAUSES) == sorted(iso.CLAUSES, key=iso.order)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("7.2, 8.5.1 en 10", ("7.2", "8.5.1", "10")), ("10.2.1 b", ("10.2.1",)), ("9.2;9.2;4.1", ("4.1", "9.2")), ("", ()),
        ("3.1 11.2 7.9 ISO 9001", ()), ("17.2", ()), ("10.2 9.3 4", ("4", "9.3", "10.2")),
    ],
)  # fmt: skip
def test_clauses_named_in_a_text(text, numbers):
    assert iso.numbers_in(text) == numbers


def test_a_chapter_is_all_of_it_and_a_deeper_number_its_clause():
    assert iso.covered("8.5.1 10") == {"8.5", "10.1", "10.2", "10.3"}
    assert iso.covered("4 5 6 7 8 9 10") == set(iso.CLAUSES)


@given(st.lists(st.sampled_from(list(iso.CLAUSES))))
def test_what_is_spelled_is_read_back(numbers):
    assert set(iso.numbers_in(iso.spelled(numbers))) == set(numbers) == iso.covered(iso.spelled(numbers))


def test_a_clause_in_words():
    i18n.use("nl")
    assert iso.clause_title("7.2") == "7.2 Bekwaam en bevoegd zijn"
    assert iso.clause_title("7.2.1") == "7.2.1 Bekwaam en bevoegd zijn"
    assert iso.clause_title("10") == "10 Verbeteren"
    assert iso.clause_title("eigen regel") == "eigen regel"
