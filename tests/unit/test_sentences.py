"""Sentences that are kept in the file and shown in the language of whoever reads them."""

from __future__ import annotations

import copy
import importlib
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.i18n import S_, Sentence, kept, shown

GONE = "There is no mail server {host}. Check its name and the network."
GIVEN_UP = "Given up after some days: {answer}"


@pytest.fixture(autouse=True)
def _in_dutch():
    before = i18n.language()
    i18n.use("nl")
    yield
    i18n.use(before)


def test_what_was_said_in_dutch_is_read_in_english_and_back():
    said = S_(GONE).format(host="mail.example.org")
    assert said == "Er is geen mailserver mail.example.org. Controleer de naam en het netwerk."
    i18n.use("en")
    assert shown(kept(said)) == "There is no mail server mail.example.org. Check its name and the network."
    again = kept(shown(kept(said)))
    i18n.use("nl")
    assert shown(again) == said


def test_a_sentence_in_a_sentence_is_translated_too_and_a_number_has_its_plural():
    said = S_(GIVEN_UP).format(answer=S_(GONE).format(host="x"))
    odd = S_("{n} event could not be read. {first}", "{n} events could not be read. The first: {first}", 3).format(n=3, first=said)
    i18n.use("en")
    whole = "3 events could not be read. The first: Given up after some days: There is no mail server x. Check its name and the network."
    assert shown(kept(odd)) == whole


def test_what_was_kept_as_words_stays_as_it_stands():
    broken = ('{"said": ["{a}"]}', '{"said": ["{a}"], "with": {"b": 1}}', '{"said": [1], "with": {}}', '{"said": [', '{"n": 1}')
    for text in ("", "550 5.1.1 no such user", "De mailserver antwoordt niet.", *broken):
        assert shown(text) == text, text


@given(st.text() | st.builds(lambda text: '{"said": [' + text, st.text()))
def test_nobodys_words_are_ever_filled_in(words):
    back = shown(kept(words))
    assert back.strip() == words.strip() and back.said == ()


@given(st.text(), st.text() | st.integers() | st.floats(allow_nan=False))
def test_a_value_stays_what_it_was_whatever_stands_in_it(host, answer):
    said = S_(GIVEN_UP).format(answer=S_(GONE).format(host=f"{{host}}{host}"))
    assert shown(kept(said)) == said
    plain = S_(GIVEN_UP).format(answer=answer)
    assert shown(kept(plain)) == plain


WAYS_OUT = ("network", "smtp", "imap", "web_calendars", "ics_read", "ics_lines", "ics_zones", "ics_rules", "ics_events")


@pytest.mark.parametrize("name", WAYS_OUT)
def test_what_can_go_wrong_with_a_server_is_said_so_that_it_can_be_kept(name):
    module = importlib.import_module(f"nmx_desk.exchange.{name}")
    assert not hasattr(module, "_") and not hasattr(module, "ngettext"), "say it with S_"


def test_it_is_a_text_like_any_other():
    said = S_(GONE).format(host="x")
    for other in (pickle.loads(pickle.dumps(said)), copy.deepcopy(said)):
        assert other == said and kept(other) == kept(said)
    assert json.loads(json.dumps(said)) == said and type(str(said)) is str and {said: 1}[str(said)] == 1
    assert Sentence() == "" and kept("") == ""
