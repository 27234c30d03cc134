"""One window at a time writes a note: two desks of one person on one file; whoever is overtaken loses nothing."""

import json
from datetime import timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.notes import Draft, NoteKind, NoteSection
from nmx_desk.services import drafts, note_seats, note_steps, note_versions, notes
from nmx_desk.vault import seats
from tests.clinic import PASSWORD, once


@pytest.fixture
def first(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def second(clinic):
    """The same person at another window."""
    clinic.desks["second"] = clinic.front.sign_in("behandelaar", PASSWORD)
    clinic.desks["second"].station = "PC-BALIE"
    return clinic.desks["second"]


@pytest.fixture
def note(first):
    made = Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=first.user.id)
    client = first.do(once(lambda work: work.store.add(made)))
    return first.do(notes.open_note, client.id, NoteKind.FREE)


@pytest.fixture
def elsewhere(monkeypatch):
    """The windows are on other workstations: nothing here knows whether they are open."""
    monkeypatch.setattr(note_seats, "is_there", lambda _session: None)


def typed(text):
    return json.dumps({"sections": {"text": [text, False, None]}})


def keep(desk, sheet, text):
    return desk.do(note_seats.keep_note, sheet.note.id, sheet.base, typed(text))


def rows(desk, **equals):
    return desk.do(once(lambda work: work.store.find(Draft, **equals)))


def saved(desk, sheet, text):
    return desk.do(notes.save_note, sheet.note, [NoteSection(code="text", text=text)], base=sheet.base)


def test_the_second_window_reads_what_the_first_types_and_hears_where_and_since_when(first, second, note, clinic):
    assert first.do(note_seats.take_seat, note.note.id, note.base).ours
    clinic.clock.move(minutes=4)
    keep(first, note, "Half getypt")
    clinic.clock.move(minutes=1)
    sheet = second.do(notes.read_note, note.note.id)
    assert sheet.read_only and sheet.elsewhere is not None
    assert sheet.elsewhere.station == first.station
    assert sheet.elsewhere.saved_at - sheet.elsewhere.since == pytest.approx(timedelta(minutes=4), abs=timedelta(seconds=1))
    assert sheet.sections[0].text == "Half getypt"
    assert not second.do(note_seats.take_seat, note.note.id, sheet.base).ours
    signs = lambda: second.do(notes.sign_note, note.note.id, [NoteSection(code="text", text="x")])  # noqa: E731
    for refused in (lambda: saved(second, sheet, "x"), signs):
        with pytest.raises(Conflict, match="another window"):
            refused()
    assert first.do(notes.read_note, note.note.id).draft.content == typed("Half getypt")


def test_who_is_overtaken_is_told_at_the_next_save_and_its_text_is_kept_to_compare(first, second, note, clinic):
    first.do(note_seats.take_seat, note.note.id, note.base)
    keep(first, note, "Een")
    sheet = second.do(notes.read_note, note.note.id)
    assert second.do(note_seats.take_seat, note.note.id, sheet.base, over=True).ours
    mine = second.do(notes.read_note, note.note.id)
    assert not mine.read_only and mine.draft.content == typed("Een"), "it goes on with what the first had kept"
    told = keep(first, note, "Een twee")
    assert (told.ours, told.station) == (False, "PC-BALIE")
    assert keep(first, note, "Een twee").beside == 1, "the same text is kept once"
    with pytest.raises(Conflict):
        saved(first, note, "Een twee")
    keep(second, mine, "Een drie")
    done = saved(second, mine, "Een drie")
    versions = second.do(note_versions.note_versions, note.note.id)
    kept = next(one for one in versions if one.beside)
    assert kept.texts == {"text": "Een twee"}
    [pair] = second.do(note_versions.compare_notes, note.note.id, kept.key, done.note.id)
    assert (pair.old, pair.new) == ("Een twee", "Een drie")
    second.do(note_seats.throw_away, note.note.id, kept.beside)
    assert not any(one.beside for one in second.do(note_versions.note_versions, note.note.id))
    assert clinic.verified().ok


def test_what_was_kept_beside_outlives_signing_and_is_its_authors_alone(first, second, note, clinic):
    first.do(note_seats.take_seat, note.note.id, note.base)
    second.do(note_seats.take_seat, note.note.id, note.base, over=True)
    keep(first, note, "Niet opgeslagen")
    second.do(notes.sign_note, note.note.id, [NoteSection(code="text", text="Getekend")])
    with pytest.raises(Conflict):
        keep(first, note, "Na het tekenen")
    assert any(one.beside for one in first.do(note_versions.note_versions, note.note.id))
    others = clinic.as_("collega").do(note_versions.note_versions, note.note.id, reason="Neemt vandaag waar")
    assert not any(one.beside for one in others)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(note_seats.throw_away, note.note.id, rows(first)[0].id)


def test_what_another_window_saved_is_not_saved_over(first, second, note):
    """The first opened it, the second wrote and left; the first still shows what was there before."""
    first.do(notes.read_note, note.note.id)
    sheet = second.do(notes.read_note, note.note.id)
    second.do(note_seats.take_seat, note.note.id, sheet.base)
    saved(second, sheet, "Van de tweede")
    second.do(note_seats.leave_seat, note.note.id)
    with pytest.raises(Conflict):
        saved(first, note, "Van de eerste")
    told = keep(first, note, "Van de eerste")
    assert not told.ours and told.beside == 1
    assert first.do(notes.read_note, note.note.id).sections[0].text == "Van de tweede"
    with pytest.raises(Conflict):
        first.do(note_seats.take_seat, note.note.id, note.base)


def test_a_seat_is_free_when_it_is_left_and_when_its_window_closed(first, second, note, clinic):
    first.do(note_seats.take_seat, note.note.id, note.base)
    first.do(note_seats.leave_seat, note.note.id)
    assert rows(second) == []
    second.do(note_seats.take_seat, note.note.id, note.base)
    keep(second, note, "Bleef staan")
    session = second.session
    assert seats.is_there(session) is True
    clinic.desks.pop("second").close()
    assert seats.is_there(session) is None
    sheet = first.do(notes.read_note, note.note.id)
    assert sheet.read_only, "nobody here knows whether that window is open: it may be another workstation's"
    clinic.clock.moment += note_seats.SILENT
    sheet = first.do(notes.read_note, note.note.id)
    assert not sheet.read_only and sheet.draft.content == typed("Bleef staan")


def test_leaving_what_could_not_be_saved_keeps_it(first, note):
    first.do(note_seats.take_seat, note.note.id, note.base)
    keep(first, note, "Nog niet opgeslagen")
    first.do(note_seats.leave_seat, note.note.id, unsaved=True)
    assert [(kept.seat, kept.content) for kept in rows(first)] == [("", typed("Nog niet opgeslagen"))]


def test_on_another_workstation_a_window_counts_as_open_as_long_as_it_says_so(first, second, note, clinic, elsewhere):
    first.do(note_seats.take_seat, note.note.id, note.base)
    for _step in range(4):
        clinic.clock.move(seconds=60)
        keep(first, note, "Er staat niets nieuws")
        assert second.do(notes.read_note, note.note.id).read_only
    clinic.clock.moment += note_seats.SILENT
    assert second.do(note_seats.take_seat, note.note.id, note.base).ours
    assert not keep(first, note, "Toch nog wakker").ours, "it slept: what it held is kept beside, never over the other's"
    assert len(rows(second)) == 2


def test_a_clock_that_is_set_back_loses_nothing_and_frees_no_seat(first, second, note, clinic, elsewhere):
    first.do(note_seats.take_seat, note.note.id, note.base)
    keep(first, note, "Voor")
    clinic.clock.move(hours=-3)
    assert keep(first, note, "Voor en na").ours
    sheet = second.do(notes.read_note, note.note.id)
    assert sheet.read_only and sheet.sections[0].text == "Voor en na"
    first.do(notes.sign_note, note.note.id, [NoteSection(code="text", text="Voor en na")])
    assert clinic.verified().ok


def test_a_draft_that_is_given_on_takes_everything_along(first, second, note, clinic):
    first.do(note_seats.take_seat, note.note.id, note.base)
    second.do(note_seats.take_seat, note.note.id, note.base, over=True)
    keep(first, note, "Uit het eerste raam")
    keep(second, note, "Uit het tweede raam")
    boss, heir = clinic.as_("manager"), clinic.as_("collega")
    clinic.as_("beheerder").do(once(_leave(first.user.id), "users.propose"))
    boss.do(note_steps.give_draft, note.note.id, heir.user.id)
    sheet = heir.do(notes.read_note, note.note.id)
    assert not sheet.read_only and sheet.draft.content == typed("Uit het tweede raam") and sheet.seat.beside == 1
    assert any(one.beside for one in heir.do(note_versions.note_versions, note.note.id))


def _leave(user_id):
    from nmx_desk.domain.people import User

    return lambda work: work.store.change(work.store.get(User, user_id), is_active=False)


def test_only_ones_own_draft_has_a_seat(note, clinic):
    other = clinic.as_("collega")
    for case, args in ((note_seats.take_seat, (note.note.id, note.base)), (note_seats.keep_note, (note.note.id, note.base, "{}"))):
        with pytest.raises(NotAllowed):
            other.do(case, *args)
        with pytest.raises(Conflict):
            other.do(case, *args, reason="Neemt vandaag waar")
    other.do(note_seats.leave_seat, note.note.id)


def test_what_cannot_be_read_is_not_read(first, note):
    assert note_seats.typed_sections("{") == {} == note_seats.typed_sections('{"sections": [1]}')
    with pytest.raises(UserError):
        first.do(note_seats.keep_note, note.note.id, note.base, "x" * (drafts.MOST_CHARACTERS + 1))


def test_the_mark_of_a_killed_window_is_found_and_swept_away():
    dead = seats.SeatMark("dood")
    path = dead._path
    assert seats.is_there("dood") is True
    dead._lock.release()  # as the system does when a program ends
    assert seats.is_there("dood") is False
    seats.SeatMark("levend").release()
    assert not path.exists() and seats.is_there("dood") is None
