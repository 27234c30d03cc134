"""Notes that stand in the wrong file, that are carried forward, compared, or left behind by somebody who went."""

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.note_states import NoteWatch
from nmx_desk.domain.notes import NoteKind, NoteSection, NoteStatus
from nmx_desk.services import drafts, note_steps, note_versions, note_watch, notes, people, proposals, scores, search
from nmx_desk.services.notes import ComplaintEntry
from tests.clinic import once


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def put(desk, number, name):
    made = Client(client_no=f"C-00000{number}", first_name=name, surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(made)))


@pytest.fixture
def anna(desk):
    return put(desk, 1, "Anna")


@pytest.fixture
def bea(desk):
    return put(desk, 2, "Bea")


def signed(desk, client, course="Het gaat beter.", agreed="Over zes weken terug."):
    note = desk.do(notes.open_note, client.id, NoteKind.FOLLOW_UP).note
    sections = [NoteSection(code="course", text=course), NoteSection(code="agreed", text=agreed)]
    return desk.do(notes.sign_note, note.id, sections).note


def texts(sheet):
    return {section.code: section.text for section in sheet.sections if section.text}


# -- void --------------------------------------------------------------------------------------------------------------------------------


def test_a_note_in_the_wrong_file_is_void_and_begins_again_in_the_right_one(desk, anna, bea, clinic):
    note = desk.do(notes.open_note, anna.id, NoteKind.FOLLOW_UP).note
    desk.do(scores.save_scores, note.id, [ComplaintEntry(words="Moe", score=7)])
    note = signed(desk, anna)
    made = desk.do(note_steps.void_note, note.id, "was van Bea", bea.id)
    assert made.note.status is NoteStatus.VOID and made.note.void_reason == "was van Bea" and made.note.voided_by == desk.user.id
    assert made.note.hash == note.hash, "what was signed stays as it was"
    copy = desk.do(notes.read_note, made.copy.id)
    assert texts(copy) == {"course": "Het gaat beter.", "agreed": "Over zes weken terug."}
    assert (copy.note.client_id, copy.note.copied_from, copy.note.status) == (bea.id, note.id, NoteStatus.DRAFT)
    assert [one.scores for one in desk.do(scores.score_series, anna.id).complaints] in ([], [()])
    assert clinic.verified().ok


def test_only_its_author_and_the_manager_read_a_void_note(desk, anna, clinic):
    note = signed(desk, anna)
    assert len(desk.do(search.find_notes, "beter")) == 1
    desk.do(note_steps.void_note, note.id, "dubbel ondertekend")
    assert desk.do(notes.read_note, note.id).note.status is NoteStatus.VOID
    assert clinic.as_("manager").do(notes.read_note, note.id, reason="Klacht van de cliënt").sections
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(notes.read_note, note.id, reason="Neemt vandaag waar")
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(note_versions.note_versions, note.id, reason="Neemt vandaag waar")
    assert desk.do(search.find_notes, "beter") == ()


@pytest.mark.parametrize(
    ("reason", "client", "field"), [("", "bea", "reason"), ("nee", "bea", "reason"), ("was van haar", "anna", "right_client")]
)
def test_a_void_note_has_a_reason_and_another_file(desk, anna, bea, reason, client, field):
    note = signed(desk, anna)
    with pytest.raises(UserError) as refused:
        desk.do(note_steps.void_note, note.id, reason, {"anna": anna, "bea": bea}[client].id)
    assert refused.value.field == field
    assert desk.do(notes.read_note, note.id).note.status is NoteStatus.SIGNED


def test_drafts_and_void_notes_are_not_declared_void_and_take_nothing_new(desk, anna):
    draft = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    with pytest.raises(Conflict):
        desk.do(note_steps.void_note, draft.id, "verkeerde cliënt")
    note = signed(desk, anna)
    desk.do(note_steps.void_note, note.id, "verkeerde cliënt")
    again = (note_steps.void_note, "nog eens ongeldig"), (notes.add_addendum, "Nog iets", "vergeten te noemen"), (notes.sign_note, [])
    for case, *args in again:
        with pytest.raises(Conflict):
            desk.do(case, note.id, *args)


# -- carried forward ---------------------------------------------------------------------------------------------------------------------


def test_a_carried_section_says_whence_and_the_fingerprint_holds_it(desk, anna, bea):
    first = signed(desk, anna)
    second = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    carried = NoteSection(code="text", text="Het gaat beter.", carried_from=first.id)
    plain = desk.do(notes.save_note, second, [NoteSection(code="text", text="Het gaat beter.")])
    sheet = desk.do(notes.save_note, plain.note, [carried])
    assert sheet.sections[0].carried_from == first.id
    done = desk.do(notes.sign_note, second.id, [carried])
    assert done.sections[0].carried_from == first.id
    elsewhere = signed(desk, bea)
    third = desk.do(notes.open_note, anna.id, NoteKind.PHONE).note
    with pytest.raises(Conflict, match="carried forward"):
        desk.do(notes.save_note, third, [NoteSection(code="course", text="Van Bea", carried_from=elsewhere.id)])


def test_an_emptied_section_is_carried_from_nowhere(desk, anna):
    first = signed(desk, anna)
    note = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    sheet = desk.do(notes.save_note, note, [NoteSection(code="text", text=" ", carried_from=first.id)])
    assert sheet.sections[0].carried_from is None


# -- compared ----------------------------------------------------------------------------------------------------------------------------


def test_what_a_draft_said_before_is_found_in_the_log(desk, anna, clinic):
    note = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    for text in ("Het gaat goed.", "Het gaat veel beter.", "Het gaat veel beter nu."):
        note = desk.do(notes.save_note, note, [NoteSection(code="text", text=text)]).note
        clinic.clock.move(minutes=5)
    versions = desk.do(note_versions.note_versions, note.id)
    assert [one.texts["text"] for one in versions] == ["Het gaat veel beter nu.", "Het gaat veel beter.", "Het gaat goed."]
    [pair] = desk.do(note_versions.compare_notes, note.id, versions[2].key, versions[0].key)
    assert [pair.old[a:b] for a, b in pair.gone] == ["goed."] and [pair.new[a:b] for a, b in pair.came] == ["veel beter nu."]
    [same] = desk.do(note_versions.compare_notes, note.id, versions[0].key, versions[0].key)
    assert (same.gone, same.came) == ((), ())


def test_other_notes_of_the_client_can_be_held_beside_it_and_nobody_elses(desk, anna, bea):
    first, other = signed(desk, anna), signed(desk, bea)
    note = desk.do(notes.open_note, anna.id, NoteKind.PHONE).note
    desk.do(notes.save_note, note, [NoteSection(code="course", text="Het gaat slechter.")])
    keys = [one.key for one in desk.do(note_versions.note_versions, note.id)]
    assert keys == [note.id, first.id]
    with pytest.raises(Conflict):
        desk.do(note_versions.compare_notes, note.id, other.id, note.id)
    pairs = {pair.title: pair for pair in desk.do(note_versions.compare_notes, note.id, first.id, note.id)}
    assert set(pairs) == {"Course since last time", "Agreed"} and pairs["Agreed"].new == ""


# -- left behind -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def left(desk, anna, clinic):
    """A draft, and something typed on it, of somebody who has left."""
    note = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    desk.do(notes.save_note, note, [NoteSection(code="text", text="Half geschreven")])
    desk.do(drafts.keep_draft, "note", note.id, anna.id, '{"typed": "nog niet bewaard"}')
    admin, boss = clinic.as_("beheerder"), clinic.as_("manager")
    admin.do(people.block_user, desk.user.id)
    for row in boss.do(proposals.list_proposals):
        boss.do(proposals.approve_proposal, row.proposal.id)
    return note


def test_the_manager_gives_a_draft_of_who_left_to_somebody_who_signs_in_their_own_name(left, clinic, anna):
    boss, other = clinic.as_("manager"), clinic.as_("collega")
    [row] = boss.do(note_watch.watch_notes).of(NoteWatch.LEFT)
    assert (row.note.id, row.author, row.client.name) == (left.id, "Behandelaar A. Demo", anna.name)
    given = boss.do(note_steps.give_draft, left.id, other.user.id)
    assert (given.author_id, given.begun_by) == (other.user.id, left.author_id)
    sheet = other.do(notes.read_note, left.id)
    assert sheet.draft is not None and "nog niet bewaard" in sheet.draft.content
    done = other.do(notes.sign_note, left.id, [NoteSection(code="text", text="Half geschreven, afgemaakt")])
    assert (done.note.author_id, done.note.begun_by) == (other.user.id, left.author_id)
    assert boss.do(note_watch.watch_notes).rows == () and clinic.verified().ok


def test_nobody_signs_in_the_name_of_who_left_and_nobody_but_the_manager_gives(left, clinic):
    other, boss = clinic.as_("collega"), clinic.as_("manager")
    with pytest.raises(Conflict):
        other.do(notes.sign_note, left.id, [], reason="Neemt vandaag waar")
    with pytest.raises(NotAllowed):
        other.do(note_steps.give_draft, left.id, other.user.id)
    with pytest.raises(UserError):
        boss.do(note_steps.give_draft, left.id, clinic.as_("receptie").user.id)


def test_drafts_of_who_is_here_stay_theirs(desk, anna, clinic):
    note = desk.do(notes.open_note, anna.id, NoteKind.FREE).note
    assert clinic.as_("manager").do(note_watch.watch_notes).rows == ()
    with pytest.raises(Conflict, match="still here"):
        clinic.as_("manager").do(note_steps.give_draft, note.id, clinic.as_("collega").user.id)
