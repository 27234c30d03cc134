"""Consult notes at the door: sections, signing, lock, addenda, who may read; and a draft that survives a kill −9."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.data.consults import sections_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import ComplaintScore, OutcomeScore
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.notes import (
    SECTIONS,
    ConsultNote,
    Draft,
    NoteKind,
    NoteSection,
    NoteStatus,
    is_late,
    note_hash,
    unfilled_sections,
    years_later,
)
from nmx_desk.services import agenda, drafts, notes, people, scores
from nmx_desk.services.desk import USE_CASES, use_case
from nmx_desk.services.scores import ComplaintEntry
from tests.clinic import MONDAY, PASSWORD

INTAKE = {"complaints": "Moe, opgeblazen gevoel.", "history": "", "triggers": "Reis in 2019."}


def once(function, right="clients.change"):
    """A use case of this test only."""
    made = use_case(right)(function)
    USE_CASES.pop(made.function)
    return made


def put_client(desk, **fields):
    return desk.do(once(lambda work: work.store.add(Client(client_no=f"C-{work.store.next_number('client_no'):06}", **fields))))


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals), "session.use"))


def written(sheet, texts=None, nothing=("history",)):
    texts = INTAKE if texts is None else texts
    return [replace(s, text=texts.get(s.code, ""), nothing_particular=s.code in nothing) for s in sheet.sections]


def entries(desk, *, code):
    with desk.database.reading() as connection:
        return connection.exec_driver_sql(
            "SELECT purpose, obj_type, obj_id, client, break_glass FROM audit_log WHERE code = ?", (code,)
        ).all()


@pytest.fixture
def behandelaar(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(behandelaar):
    return put_client(behandelaar, first_name="Sanne", prefix="van der", surname="Meer", phone="+31600112233")


@pytest.fixture
def sheet(behandelaar, client):
    return behandelaar.do(notes.open_note, client.id, NoteKind.INTAKE)


@pytest.fixture
def signed(behandelaar, sheet):
    return behandelaar.do(notes.sign_note, sheet.note.id, written(sheet))


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def test_a_new_note_has_the_templates_sections_and_is_resumed(clinic, behandelaar, client, sheet):
    assert [s.code for s in sheet.sections if s.code != "measured"] == [s.code for s in SECTIONS[NoteKind.INTAKE]]
    assert [s.code for s in sheet.sections] == [s.code for s in sheet.template]
    assert sheet.note.care_date == date(2026, 9, 14)
    assert sheet.author == "Behandelaar A. Demo"
    assert not sheet.read_only
    assert behandelaar.do(notes.open_note, client.id, NoteKind.INTAKE).note.id == sheet.note.id
    assert behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP).note.id != sheet.note.id
    assert clinic.verified().ok


def test_saving_keeps_texts_and_refuses_an_older_version(clinic, behandelaar, sheet):
    note = replace(sheet.note, attendees="Partner", duration_minutes=75)
    saved = behandelaar.do(notes.save_note, note, written(sheet, {"complaints": " Moe "}))
    assert saved.sections[0].text == "Moe"
    assert (saved.note.attendees, saved.note.duration_minutes, saved.note.status) == ("Partner", 75, NoteStatus.DRAFT)
    with pytest.raises(Conflict):
        behandelaar.do(notes.save_note, note, written(sheet))
    assert clinic.verified().ok


@pytest.mark.parametrize(("field", "value"), [("care_date", date(2026, 9, 15)), ("duration_minutes", 0), ("duration_minutes", 481)])
def test_what_cannot_be_saved(behandelaar, sheet, field, value):
    with pytest.raises(UserError) as refused:
        behandelaar.do(notes.save_note, replace(sheet.note, **{field: value}), [])
    assert refused.value.field == field


def test_saving_cannot_give_a_note_away_or_sign_it(behandelaar, sheet):
    saved = behandelaar.do(notes.save_note, replace(sheet.note, author_id="x", client_id="y", status=NoteStatus.SIGNED, hash="z"), [])
    assert saved.note == sheet.note


def test_an_unknown_section_is_refused(behandelaar, sheet):
    with pytest.raises(UserError):
        behandelaar.do(notes.save_note, sheet.note, [NoteSection(code="nonsense", text="x")])


def test_a_colleague_sees_the_draft_read_only_with_its_authors_name(clinic, client, sheet):
    other = clinic.as_("collega")
    with pytest.raises(NotAllowed) as refused:
        other.do(notes.open_note, client.id, NoteKind.INTAKE)
    assert refused.value.needs_reason
    seen = other.do(notes.open_note, client.id, NoteKind.INTAKE, reason="Neemt vandaag waar")
    assert seen.note.id == sheet.note.id
    assert seen.read_only
    assert seen.editor == "Behandelaar A. Demo"
    assert entries(other, code="BREAKGLASS") == [("open_note", "consult_note", sheet.note.id, client.id, 1)]
    for case, args in (
        (notes.save_note, (seen.note, [])), (notes.sign_note, (seen.note.id, written(seen))), (notes.delete_draft_note, (seen.note.id,)),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            other.do(case, *args)
        with pytest.raises(Conflict):
            other.do(case, *args, reason="Neemt vandaag waar")
    assert clinic.verified().ok


def test_a_blocked_colleagues_draft_does_not_stand_in_the_way(clinic, client, sheet):
    clinic.as_("beheerder").do(people.block_user, sheet.note.author_id)
    mine = clinic.as_("collega").do(notes.open_note, client.id, NoteKind.INTAKE)
    assert mine.note.id != sheet.note.id
    assert not mine.read_only


def test_a_note_of_a_booked_consult_has_its_day(clinic, behandelaar, client):
    offer = behandelaar.do(agenda.next_free, "intake", practitioner_id=behandelaar.user.id)[0]
    booked = behandelaar.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=client.id)
    sheet = behandelaar.do(notes.open_note, client.id, NoteKind.INTAKE, booked.id)
    assert sheet.note.care_date == booked.starts_at.date()
    other = put_client(behandelaar, first_name="Piet", surname="Bakker", phone="+31600112244")
    with pytest.raises(Conflict):
        behandelaar.do(notes.open_note, other.id, NoteKind.INTAKE, booked.id)


# -- signing -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["complaints", "history", "triggers"])
def test_required_sections_must_be_filled_or_ticked(behandelaar, sheet, missing):
    texts = {code: "x" for code in INTAKE if code != missing}
    with pytest.raises(UserError) as refused:
        behandelaar.do(notes.sign_note, sheet.note.id, written(sheet, texts, ()))
    assert refused.value.field == missing
    blank = {**texts, missing: "  \n "}
    with pytest.raises(UserError):
        behandelaar.do(notes.sign_note, sheet.note.id, written(sheet, blank, ()))
    assert behandelaar.do(notes.sign_note, sheet.note.id, written(sheet, texts, (missing,))).note.status is NoteStatus.SIGNED


def test_signing_freezes_with_a_hash_and_tells_the_client(clinic, behandelaar, client, sheet):
    signed = behandelaar.do(notes.sign_note, sheet.note.id, written(sheet)).note
    assert signed.status is NoteStatus.SIGNED
    assert not signed.late
    content = {
        "note": signed.id, "client": client.id, "kind": "intake", "appointment": None, "care_date": "2026-09-14",
        "author": behandelaar.user.id, "on_behalf_of": None, "attendees": "", "duration_minutes": None, "late_reason": "",
        "signed_at": signed.signed_at.isoformat(),
        "sections": [
            ["complaints", INTAKE["complaints"], False], ["history", "", True], ["triggers", INTAKE["triggers"], False],
            ["lifestyle", "", False], ["measured", "", False], ["assessment", "", False], ["agreed", "", False],
        ],
        "template_version": 1,
    }  # fmt: skip
    assert signed.hash == sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    now = rows(behandelaar, Client, id=client.id)[0]
    assert now.practitioner_id == behandelaar.user.id
    assert now.status is ClientStatus.ACTIVE
    assert now.last_clinical_change == signed.signed_at
    assert now.retention_until == date(2046, 9, 14)
    assert {entry[:2] for entry in map(tuple, entries(behandelaar, code="SIGN"))} >= {
        ("sign_note", "consult_note"),
        ("sign_note", "note_section"),
    }
    assert clinic.verified().ok


def test_what_was_signed_cannot_be_changed_by_any_way(clinic, behandelaar, signed):
    note = signed.note
    for case, args in (
        (notes.save_note, (note, [])), (notes.sign_note, (note.id, [])), (notes.delete_draft_note, (note.id,)),
        (scores.save_scores, (note.id, [])),
    ):  # fmt: skip
        with pytest.raises(Conflict):
            behandelaar.do(case, *args)
    for change in (
        lambda work: work.store.change(note, hash="x"),
        lambda work: work.store.change(note, care_date=date(2020, 1, 1)),
        lambda work: work.store.change(note, status=NoteStatus.DRAFT),
        lambda work: work.store.change(sections_of(work.store, note.id)[0], text="x"),
        lambda work: work.store.add(NoteSection(note_id=note.id, client_id=note.client_id, code="more", text="x")),
    ):
        with pytest.raises(Conflict):
            behandelaar.do(once(change))
    assert behandelaar.do(notes.read_note, note.id) == replace(signed, draft=None)
    assert clinic.verified().ok


def test_late_only_with_a_reason(clinic, behandelaar, sheet):
    clinic.clock.moment = MONDAY + timedelta(days=1, hours=14, minutes=59)  # 23:59 the day after, on the wall
    clinic.clock.move(days=9)
    with pytest.raises(UserError) as refused:
        behandelaar.do(notes.sign_note, sheet.note.id, written(sheet), late_reason="  ")
    assert refused.value.field == "late_reason"
    signed = behandelaar.do(notes.sign_note, sheet.note.id, written(sheet), late_reason="Ziek geweest.").note
    assert signed.late
    assert signed.late_reason == "Ziek geweest."
    assert signed.care_date == date(2026, 9, 14)


def test_in_time_a_reason_is_not_kept(behandelaar, sheet):
    assert behandelaar.do(notes.sign_note, sheet.note.id, written(sheet), late_reason="Hoeft niet").note.late_reason == ""


def test_the_first_who_signed_stays_the_practitioner(clinic, behandelaar, client, signed):
    other = clinic.as_("collega")
    sheet = other.do(notes.open_note, client.id, NoteKind.FOLLOW_UP, reason="Neemt waar deze week")
    other.do(notes.sign_note, sheet.note.id, written(sheet, {"course": "Beter.", "agreed": "Zo door."}, ()))
    assert rows(behandelaar, Client, id=client.id)[0].practitioner_id == behandelaar.user.id


# -- after signing -----------------------------------------------------------------------------------------------------------------------


def test_an_addendum_leaves_the_signed_text(clinic, behandelaar, signed):
    added = behandelaar.do(notes.add_addendum, signed.note.id, "Ook hoofdpijn.", "Vergeten te noteren")
    assert added.note.status is NoteStatus.AMENDED
    assert added.note.hash == signed.note.hash == note_hash(added.note, added.sections)
    assert [(a.addendum.text, a.author) for a in added.addenda] == [("Ook hoofdpijn.", "Behandelaar A. Demo")]
    assert len(behandelaar.do(notes.add_addendum, signed.note.id, "Nog iets.", "Vergeten te noteren").addenda) == 2
    assert clinic.verified().ok


@pytest.mark.parametrize(("text", "reason", "field"), [(" ", "Vergeten", "text"), ("x", " kort", "reason")])
def test_an_addendum_needs_text_and_reason(behandelaar, signed, text, reason, field):
    with pytest.raises(UserError) as refused:
        behandelaar.do(notes.add_addendum, signed.note.id, text, reason)
    assert refused.value.field == field


def test_a_draft_has_no_addendum_and_is_deleted_by_its_author_only(clinic, behandelaar, sheet):
    with pytest.raises(Conflict):
        behandelaar.do(notes.add_addendum, sheet.note.id, "x", "reden genoeg")
    behandelaar.do(scores.save_scores, sheet.note.id, [ComplaintEntry(words="Moe", score=7)], OutcomeScore(calm=3))
    behandelaar.do(notes.delete_draft_note, sheet.note.id)
    for kind in (ConsultNote, NoteSection, ComplaintScore, OutcomeScore):
        assert rows(behandelaar, kind) == []
    assert {entry[1] for entry in entries(behandelaar, code="DELETE")} >= {"consult_note", "note_section", "complaint_score"}
    assert clinic.verified().ok


def test_the_next_note_shows_the_last_one(behandelaar, client, signed):
    follow = behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    assert follow.last.note.id == signed.note.id
    assert follow.last.sections[0].text == INTAKE["complaints"]
    assert [entry[2] for entry in entries(behandelaar, code="VIEW")].count(signed.note.id) == 2  # when it was begun, and now


# -- reading -----------------------------------------------------------------------------------------------------------------------------


def test_every_view_of_a_note_is_logged_for_its_client(behandelaar, client, signed):
    before = len(entries(behandelaar, code="VIEW"))
    behandelaar.do(notes.read_note, signed.note.id)
    assert entries(behandelaar, code="VIEW")[before:] == [("read_note", "consult_note", signed.note.id, client.id, 0)]


@pytest.mark.parametrize("username", ["collega", "manager"])
def test_others_read_with_a_reason_that_is_logged(clinic, behandelaar, client, signed, username):
    desk = clinic.as_(username)
    with pytest.raises(NotAllowed) as refused:
        desk.do(notes.read_note, signed.note.id)
    assert refused.value.needs_reason
    assert desk.do(notes.read_note, signed.note.id, reason="Vraag van de cliënt").note.id == signed.note.id
    assert entries(desk, code="BREAKGLASS") == [("read_note", "consult_note", signed.note.id, client.id, 1)]
    assert clinic.verified().ok


@pytest.mark.parametrize("username", ["receptie", "beheerder"])
def test_the_others_never_read_not_even_with_a_reason(clinic, client, signed, username):
    desk = clinic.as_(username)
    for case, args in (
        (notes.read_note, (signed.note.id,)), (scores.score_series, (client.id,)), (notes.open_note, (client.id, NoteKind.INTAKE)),
        (notes.save_note, (signed.note, [])), (notes.sign_note, (signed.note.id, [])), (notes.add_addendum, (signed.note.id, "x", "xxxxx")),
        (notes.delete_draft_note, (signed.note.id,)), (scores.save_scores, (signed.note.id, [])),
    ):  # fmt: skip
        with pytest.raises(NotAllowed) as refused:
            desk.do(case, *args, reason="Een lange en mooie reden")
        assert not refused.value.needs_reason
    assert clinic.verified().ok


def test_a_manager_writes_no_notes(clinic, client, signed):
    for case, args in ((notes.open_note, (client.id, NoteKind.INTAKE)), (notes.add_addendum, (signed.note.id, "x", "xxxxx"))):
        with pytest.raises(NotAllowed):
            clinic.as_("manager").do(case, *args, reason="Een lange en mooie reden")


def test_reception_learns_only_how_many(clinic, behandelaar, client, signed):
    assert clinic.as_("receptie").do(notes.notes_of, client.id) == notes.NotesOverview(count=1)
    found = behandelaar.do(notes.notes_of, client.id)
    assert [(row.note.id, row.author) for row in found.notes] == [(signed.note.id, "Behandelaar A. Demo")]
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(notes.notes_of, client.id)


# -- scores ------------------------------------------------------------------------------------------------------------------------------


def test_scores_make_a_series_and_blank_stays_blank(clinic, behandelaar, client, sheet):
    entry = ComplaintEntry(words="Moe", onset="2019", score=7)
    first = behandelaar.do(scores.save_scores, sheet.note.id, [entry], OutcomeScore(calm=0, energy=4))
    moe = first.complaints[0].complaint
    assert first.outcome_in(sheet.note.id).calm == 0
    assert first.outcome_in(sheet.note.id).resistance is None
    behandelaar.do(notes.sign_note, sheet.note.id, written(sheet))
    clinic.clock.move(days=30)
    follow = behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    entry = ComplaintEntry(id=moe.id, words="Erg moe", onset="2019", score=5)
    second = behandelaar.do(scores.save_scores, follow.note.id, [entry], OutcomeScore())
    assert [s.score for s in second.complaints[0].scores] == [7, 5]
    assert second.complaints[0].before(follow.note.id) == 7
    assert second.complaints[0].measured_in(follow.note.id) == 5
    assert len(second.outcomes) == 1
    closed = behandelaar.do(scores.save_scores, follow.note.id, [replace(entry, words="")])
    assert not closed.complaints[0].complaint.is_active
    assert [s.score for s in closed.complaints[0].scores] == [7]
    assert behandelaar.do(scores.score_series, client.id) == closed
    assert clinic.verified().ok


def test_a_new_line_in_the_words_of_a_known_complaint_goes_on_with_it(behandelaar, client, sheet):
    behandelaar.do(scores.save_scores, sheet.note.id, [ComplaintEntry(words="Moe ", onset="2019", code="fatigue", score=7)])
    behandelaar.do(notes.sign_note, sheet.note.id, written(sheet))
    follow = behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    twice = [ComplaintEntry(words=" moe", score=3), ComplaintEntry(words="Buikpijn", score=2), ComplaintEntry(words="MOE", score=1)]
    found = behandelaar.do(scores.save_scores, follow.note.id, twice).complaints
    assert [(one.complaint.words, [s.score for s in one.scores]) for one in found] == [("moe", [7, 3]), ("Buikpijn", [2]), ("MOE", [1])]
    assert (found[0].complaint.onset, found[0].complaint.code) == ("2019", "fatigue"), "what was known of it stays"


@pytest.mark.parametrize("outcome", [OutcomeScore(calm=11), OutcomeScore(energy=-1)])
def test_outcome_scores_that_cannot_be(behandelaar, sheet, outcome):
    with pytest.raises(UserError):
        behandelaar.do(scores.save_scores, sheet.note.id, [], outcome)


# -- drafts ------------------------------------------------------------------------------------------------------------------------------


def test_what_was_typed_comes_back_with_the_note_and_goes_with_signing(clinic, behandelaar, client, sheet):
    size = behandelaar.log_size
    behandelaar.do(drafts.keep_draft, "note", sheet.note.id, client.id, '{"complaints": "half gety"}')
    assert behandelaar.log_size == size
    again = behandelaar.do(notes.open_note, client.id, NoteKind.INTAKE)
    assert again.draft.content == '{"complaints": "half gety"}'
    assert clinic.as_("collega").do(notes.open_note, client.id, NoteKind.INTAKE, reason="Neemt waar").draft is None
    behandelaar.do(notes.sign_note, sheet.note.id, written(sheet))
    assert rows(behandelaar, Draft) == []
    behandelaar.do(drafts.drop_draft, "note", sheet.note.id)  # again is no error
    assert clinic.verified().ok


TYPIST = """
import sys, time
from pathlib import Path
from nmx_desk.services import drafts
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.vault.keyfile import CHEAP_KDF

folder, password, note, client = sys.argv[1:]
desk = FrontDoor(Path(folder), Surroundings(kdf=CHEAP_KDF)).sign_in("behandelaar", password)
text = ""
while True:
    text += "Al jaren moe. "
    desk.do(drafts.keep_draft, "note", note, client, text)
    print(len(text), flush=True)
    time.sleep(0.01)
"""


@pytest.mark.parametrize("moment", [1, 8, 20])
def test_typing_survives_a_kill_nine(clinic, behandelaar, client, sheet, moment):
    """A real process types into the real encrypted file and is killed in the middle; all that it was told is kept comes back."""
    clinic.close()
    command = [sys.executable, "-c", TYPIST, str(clinic.folder), PASSWORD, sheet.note.id, client.id]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}) as typist:
        kept = [int(typist.stdout.readline()) for _ in range(moment)]
        time.sleep(0.004)
        os.kill(typist.pid, signal.SIGKILL)
        kept += [int(line) for line in typist.stdout.read().split()]
        typist.wait()
    clinic.clock.moment = max(clinic.clock.moment, MONDAY)
    again = clinic.as_("behandelaar").do(notes.open_note, client.id, NoteKind.INTAKE)
    assert len(again.draft.content) >= kept[-1]
    assert set(again.draft.content.split(". ")) == {"Al jaren moe", ""}
    clinic.as_("behandelaar").do(notes.sign_note, again.note.id, written(again, {**INTAKE, "complaints": again.draft.content}))
    assert clinic.verified().ok


# -- the rules as properties -------------------------------------------------------------------------------------------------------------


@given(st.sampled_from(NoteKind), st.data())
def test_nothing_required_is_missing_exactly_when_all_required_are_filled_or_ticked(kind, data):
    made = [
        NoteSection(code=s.code, text=data.draw(st.sampled_from(["", "  ", "x"])), nothing_particular=data.draw(st.booleans()))
        for s in SECTIONS[kind]
    ]
    filled = {s.code for s in made if s.text.strip() or s.nothing_particular}
    missing = unfilled_sections(SECTIONS[kind], made)
    assert {s.code for s in missing} == {s.code for s in SECTIONS[kind] if s.required} - filled


@given(st.datetimes(MONDAY.replace(tzinfo=None), timezones=st.just(MONDAY.tzinfo)), st.integers(-50, 50))
def test_late_is_more_than_24_hours_after_the_end(end, hours):
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Amsterdam")
    if end.year < 9000:
        assert is_late(end.date(), end, end + timedelta(hours=hours), zone) == (hours > 24)


@given(st.text(), st.text(), st.booleans())
def test_the_hash_changes_with_any_content(one, two, ticked):
    note = ConsultNote(id="n", client_id="c", author_id="a", signed_at=MONDAY)
    first = [NoteSection(code="complaints", position=1, text=one), NoteSection(code="history", position=2, text=two)]
    swapped = [replace(first[0], text=two), replace(first[1], text=one)]
    assert note_hash(note, first) == note_hash(note, first[::-1])
    assert (note_hash(note, first) == note_hash(note, swapped)) == (one == two)
    assert (note_hash(note, first) == note_hash(note, [first[0], replace(first[1], nothing_particular=ticked)])) == (not ticked)
    assert note_hash(note, first) != note_hash(replace(note, care_date=date(2026, 1, 1)), first)


def test_twenty_years_from_a_leap_day():
    assert years_later(date(2024, 2, 29), 20) == date(2044, 2, 29)
    assert years_later(date(2024, 2, 29), 1) == date(2025, 3, 1)


def test_going_back_to_a_signed_consult_never_begins_a_second_one(clinic, behandelaar, client, signed):
    again = behandelaar.do(notes.open_note, client.id, NoteKind.INTAKE)
    assert (again.note.id, again.read_only) == (signed.note.id, True)
    follow = behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP)
    behandelaar.do(notes.sign_note, follow.note.id, written(follow, {"course": "Beter.", "agreed": "Zo door."}, ()))
    assert behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP).note.id == follow.note.id
    clinic.clock.move(days=28)
    assert not behandelaar.do(notes.open_note, client.id, NoteKind.FOLLOW_UP).read_only
