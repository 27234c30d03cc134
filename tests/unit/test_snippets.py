"""Snippets at the door: the clinic's as a list in versions, one's own for oneself alone; and what an abbreviation is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.note_templates import SNIPPETS, Snippet, check_short, spread, typed_short
from nmx_desk.domain.people import CodeItem
from nmx_desk.services import code_lists, snippets
from tests.clinic import once
from tests.lists import save_list


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


def offered(desk):
    return {one.short: one for one in desk.do(snippets.list_snippets)}


def save(boss, items, base=1):
    return boss.do(save_list, SNIPPETS, base, items, reason="besproken")


def test_the_clinics_and_ones_own_by_abbreviation(desk, clinic):
    assert "slaap" in offered(desk) and not offered(desk)["slaap"].own_id
    mine = desk.do(snippets.save_snippet, ";Slaap", "Slaapt |\n\n\n\ngoed.  ")
    assert (mine.short, mine.text) == ("slaap", "Slaapt |\n\ngoed.")
    assert offered(desk)["slaap"].text == mine.text, "one's own goes before the clinic's"
    assert list(offered(desk)) == sorted(offered(desk))
    assert not offered(clinic.as_("collega"))["slaap"].own_id
    desk.do(snippets.drop_snippet, mine.id)
    assert not offered(desk)["slaap"].own_id
    assert clinic.verified().ok


def test_ones_own_is_changed_and_refused_like_anything_typed(desk, clinic):
    mine = desk.do(snippets.save_snippet, "kort", "Kort.")
    assert desk.do(snippets.save_snippet, "lang", "Lang.", mine.id).short == "lang"
    desk.do(snippets.save_snippet, "kort", "Weer kort.")
    for short, text, field in (("lang", "x", "short"), ("", "x", "short"), ("a b", "x", "short"), ("x" * 25, "x", "short"),
                               ("nieuw", "  ", "text"), ("nieuw", "x" * 4001, "text"), ("nieuw", "BSN 111222333", "text")):  # fmt: skip
        with pytest.raises(UserError) as found:
            desk.do(snippets.save_snippet, short, text)
        assert found.value.field == field
    other = clinic.as_("collega")
    for act in ((snippets.save_snippet, "mijn", "Mijn.", mine.id), (snippets.drop_snippet, mine.id)):
        with pytest.raises(NotAllowed):
            other.do(*act)
    assert [one.short for one in desk.do(once(lambda work: work.store.find(Snippet)))] == ["lang", "kort"]


def test_reception_has_none(clinic):
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(snippets.list_snippets)


def test_the_clinics_list_keeps_lines_and_knows_an_abbreviation_once(boss, desk):
    items = boss.do(code_lists.read_code_list, SNIPPETS, 1)
    fresh = CodeItem(action=";Adem", label_nl="Adem:\n| rustig", label_en="Breath:\n| calm")
    save(boss, [*items, fresh])
    assert offered(desk)["adem"].text == "Breath:\n| calm"
    wrongs = ((replace(fresh, action=""), "abbreviation"), (replace(fresh, label_en=" "), "both languages"), (fresh, "two texts"))
    for wrong, sentence in wrongs:
        with pytest.raises(UserError, match=sentence):
            save(boss, [*boss.do(code_lists.read_code_list, SNIPPETS, 2), wrong], 2)


def test_abbreviations_are_seen_only_where_they_stand_by_themselves():
    for before, short in ((";slaap", "slaap"), ("Zij ;Slaap", "slaap"), ("(;rr", "rr"), ("moe;slaap", ""), (";slaap ", ""), (";", ""),
                          ("\t;a-b", "a-b"), (";;x", ""), ("", ""), ("a;", "")):  # fmt: skip
        assert typed_short(before) == short, before


def test_the_cursor_goes_to_the_first_mark():
    assert spread("om | uur") == ("om  uur", 3)
    assert spread("| of |") == (" of |", 0)
    assert spread("uit") == ("uit", -1)


@given(st.text(max_size=40))
def test_what_is_kept_as_an_abbreviation_can_be_typed(text):
    try:
        short = check_short(text)
    except UserError:
        return
    assert typed_short(f"iets ;{short}") == short
    assert check_short(short) == short
