"""Typing errors forgiven: whom a misspelt name finds when nobody is called so, and what is never guessed at."""

import string
from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nmx_desk.data.guessing import edits
from nmx_desk.domain.clients import Client
from nmx_desk.domain.names import fold
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import clients, search
from nmx_desk.services.desk import use_case

PEOPLE = (
    ("Karin", "", "Jansen"), ("Ayşe", "", "Yılmaz"), ("Sanne", "de", "Vries"), ("Johanna", "van den", "Berg"),
    ("Willem", "", "Schouten"), ("Anne-Marie", "", "IJzerman"), ("Nour", "El", "Amrani"), ("Dirk", "", "Vos"),
)  # fmt: skip


@use_case("requests.change")
def add_request(work, request):
    return work.store.add(request)


@use_case("clients.change")
def add_clients(work, made):
    work.store.add_all(made)


@pytest.fixture
def desk(clinic):
    desk = clinic.as_("receptie")
    for n, (first, prefix, surname) in enumerate(PEOPLE):
        desk.do(
            clients.create_client,
            Client(
                first_name=first, prefix=prefix, surname=surname, phone=f"060012345{n}", email=f"p{n}@voorbeeld.nl",
                birth_date=date(1946, 10, 12), postcode="1234AB",
            ),
        )  # fmt: skip
    desk.do(add_request, AdviceRequest(first_name="Piet", surname="Hendriks", phone="+31600555444", question="Al jaren moe"))
    return desk


@pytest.mark.parametrize(
    ("query", "surname"),
    [
        ("Janssen", "Jansen"), ("Jnasen", "Jansen"), ("Jnsen", "Jansen"), ("Jansem", "Jansen"), ("Hansen", "Jansen"), ("jnas", "Jansen"),
        ("Yimaz", "Yılmaz"), ("yilmas", "Yılmaz"), ("Vreis", "Vries"), ("de Vreis", "Vries"), ("Fries", "Vries"),
        ("Sane de Vries", "Vries"), ("Vries, Snane", "Vries"), ("Karni Janssen", "Jansen"), ("Johana", "Berg"), ("van den Breg", "Berg"),
        ("Scouhten", "Schouten"), ("Schoute Wilem", "Schouten"), ("shcuoten", "Schouten"), ("Schauden", "Schouten"),
        ("yzerman", "IJzerman"), ("ijzermann", "IJzerman"), ("el amrami", "Amrani"),
    ],
)  # fmt: skip
def test_a_misspelt_name_finds_its_bearer(desk, query, surname):
    found = desk.do(search.find, query)
    assert found.guessed
    assert all(hit.guessed for hit in found.clients)
    assert found.clients[0].title.split()[-1] == surname
    listed = desk.do(clients.list_clients, query)
    assert listed.guessed
    assert listed.rows[0].client.surname == surname


def test_requests_too(desk):
    found = desk.do(search.find, "Hendirks")
    assert [hit.title for hit in found.requests] == ["Piet Hendriks"]
    assert found.guessed
    assert found.clients == ()


def test_exact_hits_are_never_mixed_with_guesses(desk):
    desk.do(clients.create_client, Client(first_name="Lisa", surname="Janssen", email="lisa@voorbeeld.nl"))
    for query, title in (("Janssen", "Lisa Janssen"), ("Jansen", "Karin Jansen"), ("jans", "Karin Jansen"), ("hendr", "")):
        found, listed = desk.do(search.find, query), desk.do(clients.list_clients, query)
        assert not found.guessed
        assert not any(hit.guessed for hit in (*found.clients, *found.requests))
        assert [hit.title for hit in found.clients][:1] == [title] * bool(title)
        assert not listed.guessed or not title
    assert {hit.title for hit in desk.do(search.find, "Janzen").clients} == {"Karin Jansen"}


def test_the_closest_come_first(desk):
    for surname in ("Schouwen", "Schoten"):
        desk.do(clients.create_client, Client(first_name="Bea", surname=surname, email=f"{surname}@voorbeeld.nl"))
    assert desk.do(search.find, "Schoutne").clients[0].title == "Willem Schouten"


@pytest.mark.parametrize(
    "query",
    [
        "0600123499", "06 00 12 34 99", "+31600123499", "12-10-1947", "12101947", "1234AC", "C-000099", "c99", "p1@voorbeeld.ml",
        "jnasen@voorbeeld.nl", "Jnasen 1946", "Jnasen 0600123450", "Vso", "Dirk Vso", "xyzabc", "Jxnxsen", "sgoute", "Jnasen Schouten",
        "Jnasen Vreis Breg Amrami Yimaz", "", "    ", "????",
    ],
)  # fmt: skip
def test_numbers_dates_addresses_and_what_is_too_far_are_not_guessed_at(desk, query):
    found = desk.do(search.find, query)
    assert not found.guessed
    assert len(found) == 0
    assert not desk.do(clients.list_clients, query).guessed


def test_the_duplicates_are_not_guesses(desk):
    other = Client(first_name="Karin", surname="Jnasen", email="k@voorbeeld.nl", birth_date=date(1950, 1, 1))
    assert desk.do(clients.find_doubles, other) == ()


SURNAMES = ("Bakker", "Visser", "Willemsen", "Dekkers", "Hofstra", "Yıldız", "Nguyen", "Özdemir", "Kuipers", "Zwanenburg")
EDITS = ("swap", "drop", "add", "change")


def test_one_edit_in_a_surname_always_finds_its_bearer(clinic):
    desk = clinic.as_("receptie")
    desk.do(add_clients, [Client(surname=name, client_no=f"X-{n}", email=f"{n}@voorbeeld.nl") for n, name in enumerate(SURNAMES)])

    @settings(max_examples=150, deadline=None)
    @example("Visser", "change", 20, "j")  # vijser: no ij was meant
    @given(st.sampled_from(SURNAMES), st.sampled_from(EDITS), st.integers(0, 30), st.sampled_from(string.ascii_lowercase))
    def found(surname, kind, place, letter):
        word = fold(surname)
        at = place % (len(word) - (kind == "swap"))
        typed = word[:at] + {
            "swap": word[at : at + 2][::-1] + word[at + 2 :], "drop": word[at + 1 :],
            "add": letter + word[at:], "change": letter + word[at + 1 :],
        }[kind]  # fmt: skip
        assume(typed != word)
        hits = desk.do(search.find, typed)
        assert surname in {hit.title for hit in hits.clients}, typed
        assert hits.guessed == (not word.startswith(typed))

    found()


def test_every_spelling_one_edit_away_is_asked():
    near = edits("vries")
    assert {"vreis", "vris", "vrijes", "fries", "vriess", "vrise", "svries"} <= set(near)
    assert "vries" not in near
    assert len(near) == len(set(near))
