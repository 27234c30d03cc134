"""Notes that want attention: what each role sees of them, that the look is logged, and that nobody signs for who left."""

from datetime import timedelta

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed
from nmx_desk.domain.note_states import NoteWatch
from nmx_desk.domain.notes import NoteKind, NoteSection
from nmx_desk.services import log, note_steps, note_watch, notes, people, proposals
from nmx_desk.services.log import LogFilter
from tests.clinic import once

W = NoteWatch


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def person(desk, number):
    who = {"first_name": "Anna", "surname": f"de Vries {number}", "phone": "+31600112233"}
    made = Client(client_no=f"C-{number:06}", practitioner_id=desk.user.id, **who)
    return desk.do(once(lambda work: work.store.add(made)))


def draft(desk, number, *, days=0):
    """A draft about a consult of so many days ago."""
    sheet = desk.do(notes.open_note, person(desk, number).id, NoteKind.FREE)
    note = desk.do(once(lambda work: work.store.change(sheet.note, care_date=sheet.note.care_date - timedelta(days=days))))
    return desk.do(notes.read_note, note.id).note


def sign(desk, note, reason=""):
    return desk.do(notes.sign_note, note.id, [NoteSection(code="text", text="Besproken")], reason).note


def leave(clinic, user_id):
    clinic.as_("beheerder").do(people.block_user, user_id)
    boss = clinic.as_("manager")
    for row in boss.do(proposals.list_proposals):
        boss.do(proposals.approve_proposal, row.proposal.id)


def found(sheet):
    return {kind: [row.id for row in sheet.of(kind)] for kind in W if sheet.of(kind)}


def test_a_practitioner_sees_their_own_and_the_manager_what_went_wrong_with_signing(clinic, desk):
    """Eight days is over a week, seven is not; a colleague's notes are nobody's business but the manager's."""
    today, week, over = draft(desk, 1), draft(desk, 2, days=7), draft(desk, 3, days=8)
    late, old = sign(desk, draft(desk, 4, days=9), "ziek geweest"), sign(desk, draft(desk, 5, days=400), "ziek geweest")
    sign(desk, draft(desk, 6))
    gone = sign(desk, draft(desk, 7))
    desk.do(note_steps.void_note, gone.id, "verkeerde cliënt")
    mine, boss = desk.do(note_watch.watch_notes), clinic.as_("manager").do(note_watch.watch_notes)
    assert found(mine) == {W.UNSIGNED: [today.id, week.id, over.id], W.VOID: [gone.id]} and mine.heirs == ()
    assert found(boss) == {W.OVERDUE: [over.id], W.LATE: [late.id], W.VOID: [gone.id]} and old.id not in {row.id for row in boss.rows}
    assert [(row.days, row.note.late_reason, row.author) for row in boss.of(W.LATE)] == [(9, "ziek geweest", "Behandelaar A. Demo")]
    assert clinic.as_("collega").do(note_watch.watch_notes).rows == ()
    counts = [clinic.as_(name).do(note_watch.count_watched_notes) for name in ("behandelaar", "collega", "manager")]
    assert (counts, desk.do(note_watch.count_unsigned_today)) == ([3, 0, 1], 1)
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(note_watch.watch_notes)


def test_what_somebody_left_is_read_by_the_manager_with_a_reason_and_never_signed_for_them(clinic, desk):
    note = draft(desk, 1, days=20)
    leave(clinic, desk.user.id)
    boss, other = clinic.as_("manager"), clinic.as_("collega")
    sheet = boss.do(note_watch.watch_notes)
    assert found(sheet) == {W.OVERDUE: [note.id], W.LEFT: [note.id]}
    assert [user.display_name for user in sheet.heirs] == [other.user.display_name]
    assert boss.do(notes.read_note, note.id, reason="Overdracht na vertrek").note.id == note.id
    read = [line for line in boss.do(log.list_log, LogFilter()) if line.obj_id == note.id and line.who == boss.user.display_name]
    assert read and read[0].break_glass
    for one in (boss, other):
        with pytest.raises((NotAllowed, Conflict)):
            one.do(notes.sign_note, note.id, [NoteSection(code="text", text="Namens wie weg is")], reason="Overdracht na vertrek")
    boss.do(note_steps.give_draft, note.id, other.user.id)
    assert found(boss.do(note_watch.watch_notes)) == {W.OVERDUE: [note.id]}
    assert found(other.do(note_watch.watch_notes)) == {W.UNSIGNED: [note.id]}
    assert sign(other, note, "nam het concept over").author_id == other.user.id
    assert clinic.verified().ok


def test_the_look_is_logged(clinic, desk):
    draft(desk, 1, days=8)
    boss = clinic.as_("manager")
    assert len(boss.do(note_watch.watch_notes).rows) == 1
    assert [line.who for line in boss.do(log.list_log, LogFilter()) if line.obj_type == "consult_note_list"] == [boss.user.display_name]
