"""Search in consult notes at the door: what is found and by whom, what the log says of it, and that nothing outlives its note."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk.data import note_search
from nmx_desk.data.search import words
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import clients, erasure, notes, search
from nmx_desk.services.desk import use_case
from tests.exam import erasures

SAID = ("moe", "Moeheid", "vermoeid", "vermoeidheid", "vermoeidst", "café", "IJzer", "ijs", "12", "x-y")
PIECES = st.lists(st.sampled_from(SAID), max_size=6)
NOWHERE = ("geblazen", "opgeblazenheid", "gevoel dagelijks", "", "o", "   ", "'\"*()", "NEAR(", "-", "\x00", "a" * 5000)


def new_client(desk, name="Sanne", *, practitioner=None):
    phone = f"06{random.Random(name).randrange(10**8):08}"
    return desk.do(clients.create_client, Client(first_name=name, surname="Meer", phone=phone, practitioner_id=practitioner))


def signed_note(desk, client, text, *, kind=NoteKind.FOLLOW_UP):
    sheet = desk.do(notes.open_note, client.id, kind)
    filled = [replace(one, text=text if place == 0 else "Geen bijzonderheden.") for place, one in enumerate(sheet.sections)]
    return desk.do(notes.sign_note, sheet.note.id, filled).note


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    return new_client(desk, practitioner=desk.user.id)


def found(desk, query):
    return [hit.note_id for hit in desk.do(search.find_notes, query)]


@pytest.mark.parametrize("query", ["opgeblazen", "OPGE", "gevoel na", "café", "cafe", "na brood", "broodje", "opgeblazen gevoel brood"])
def test_a_signed_note_is_found_by_its_words_and_their_beginnings(desk, client, query):
    note = signed_note(desk, client, "Opgeblazen gevoel na een broodje in het café.")
    (hit,) = desk.do(search.find_notes, query)
    assert (hit.note_id, hit.client_id, hit.client, hit.care_date) == (note.id, client.id, "Sanne Meer", note.care_date)
    assert "broodje in het café" in hit.snippet


@pytest.mark.parametrize("query", NOWHERE)
def test_what_does_not_stand_there_is_not_found(desk, client, query):
    signed_note(desk, client, "Opgeblazen gevoel.")
    assert found(desk, query) == []


def test_the_newest_come_first_and_whole_words_before_beginnings(desk, client, clinic):
    made = []
    for text in ("moe", "moeheid", "moe en moeheid"):
        made.append(signed_note(desk, client, text).id)
        clinic.clock.move(days=1)
    assert found(desk, "moe") == [made[2], made[0], made[1]]


def test_a_long_word_is_held_against_the_text(desk, client, clinic):
    heavy = signed_note(desk, client, "Vermoeidheid sinds mei.").id
    clinic.clock.move(days=1)
    signed_note(desk, client, "Vermoeidst in de ochtend.")
    assert found(desk, "vermoeidh") == [heavy]
    assert len(found(desk, "vermoeid")) == 2


def test_the_snippet_shows_the_words_in_a_long_text(desk, client):
    signed_note(desk, client, "woord " * 200 + "zeldzaam " + "slot " * 200)
    (hit,) = desk.do(search.find_notes, "zeldz")
    assert hit.snippet.startswith("… ")
    assert hit.snippet.endswith(" …")
    assert "zeldzaam" in hit.snippet
    assert len(hit.snippet) < 180


def test_a_draft_is_not_found_and_an_addendum_is(desk, client):
    note = signed_note(desk, client, "Rustig.")
    desk.do(notes.open_note, client.id, NoteKind.INTAKE)
    assert found(desk, "kwikstaart") == []
    desk.do(notes.add_addendum, note.id, "Zag een kwikstaart.", "vergeten te noteren")
    assert found(desk, "kwikstaart") == found(desk, "rustig") == [note.id]


def test_one_finds_own_clients_notes_and_ones_own_only(clinic, desk, client):
    note = signed_note(desk, client, "Kwikstaart gezien.")
    colleague = clinic.as_("collega")
    assert found(colleague, "kwikstaart") == []
    stored = clinic.as_("receptie").do(clients.open_client, client.id).client
    clinic.as_("receptie").do(clients.change_client, replace(stored, practitioner_id=colleague.user.id))
    assert found(colleague, "kwikstaart") == [note.id]
    assert found(desk, "kwikstaart") == [note.id], "who wrote it still finds it"


def test_others_find_no_notes(clinic, desk, client):
    signed_note(desk, client, "Kwikstaart gezien.")
    for user in ("receptie", "beheerder", "manager"):
        with pytest.raises(NotAllowed):
            clinic.as_(user).do(search.find_notes, "kwikstaart")
    assert clinic.as_("manager").do(search.find_notes, "kwikstaart", reason="een vraag van de inspectie") == ()


def test_the_index_does_not_give_what_the_rights_do_not(desk, client, clinic):
    """The marks in the index only say where to look: the row itself is asked."""
    signed_note(desk, client, "Kwikstaart gezien.")
    colleague = clinic.as_("collega")

    @use_case("notes.write")
    def forge(work):
        ((number, terms),) = work.driver.execute("SELECT id, terms FROM note_doc").fetchall()
        work.driver.execute("INSERT INTO note_fts (note_fts, rowid, terms) VALUES ('delete', ?, ?)", (number, note_search._cut(terms)))
        work.driver.execute("INSERT INTO note_fts (rowid, terms) VALUES (?, ?)", (number, f"{terms} {note_search.mark(work.user.id)}"))

    colleague.do(forge)
    assert found(colleague, "kwikstaart") == []


def test_a_search_and_each_note_shown_stand_in_the_log(clinic, desk, client):
    note = signed_note(desk, client, "Kwikstaart gezien.")
    desk.forget_seen()
    desk.do(search.find_notes, "kwikstaart")
    lines = _lines(clinic.as_("manager"))
    assert ("VIEW", "consult_note", note.id, client.id) in lines
    assert [line for line in lines if line[0] == "SEARCH"] == [("SEARCH", "note_search", "notes", None)]
    assert clinic.verified().ok


def _lines(desk):
    with desk.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT code, obj_type, obj_id, client FROM audit_log WHERE code IN ('SEARCH', 'VIEW')")
        return [tuple(row) for row in rows]


def test_of_a_destroyed_file_no_word_is_left_in_the_index(clinic, desk):
    word = "ωξψφζλκθ"  # alone with its first letter: the index keeps it in one piece
    gone = new_client(desk, "Weg", practitioner=desk.user.id)
    stays = new_client(desk, "Blijft", practitioner=desk.user.id)
    signed_note(desk, gone, f"Zei {word}.")
    signed_note(desk, stays, "Zei kwikstaart.")
    clinic.clock.move(days=1)
    assert erasures.left(clinic, [word.encode()]), "the test sees what lies in the file"
    clinic.as_("beheerder").do(erasure.execute_destruction, erasures.approved(clinic, gone))
    assert not erasures.left(clinic, [word.encode()])
    desk = clinic.as_("behandelaar")
    assert found(desk, word) == []
    assert len(found(desk, "kwikstaart")) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(PIECES, min_size=1, max_size=4), asked=PIECES, data=st.data())
def test_found_is_what_a_plain_look_at_the_texts_finds(clinic, desk, texts, asked, data):
    person = new_client(desk, data.draw(st.text("abcdefghij", min_size=12, max_size=12)), practitioner=desk.user.id)
    made = {}
    for text in texts:
        made[signed_note(desk, person, " ".join(text) or "Niets").id] = set(words(" ".join(text)))
        clinic.clock.moment += timedelta(days=1)
    query = " ".join(asked)
    sought = words(query)
    expected = {
        note for note, has in made.items() if sought and all(any(word.startswith(part) for word in has) for part in sought)
    }
    assert {hit.note_id for hit in desk.do(search.find_notes, query, 10_000) if hit.note_id in made} == expected
