"""The clinic's templates of notes: a note always shows the sections it was begun with, whatever the list becomes."""

import io
import json
from dataclasses import replace

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.note_templates import LETTERS, NOTE_SECTIONS, SECTION_ACTIONS, letter_of, section_code
from nmx_desk.domain.notes import SECTIONS, ConsultNote, FrozenPrint, NoteKind, NoteSection
from nmx_desk.domain.people import CodeItem
from nmx_desk.services import code_lists, frozen, note_steps, note_versions, notes
from tests.clinic import once
from tests.lists import save_list

WHY = "besproken met de behandelaren"
FRESH = CodeItem(group="follow_up", action="o_required", label_nl="Lichamelijk onderzoek", label_en="Physical examination")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


def somebody(desk, number=1):
    made = Client(client_no=f"C-{number:06}", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id)
    return desk.do(once(lambda work: work.store.add(made)))


def current(desk):
    found = next(one for one in desk.do(code_lists.list_code_lists) if one.code == NOTE_SECTIONS)
    return found.current, desk.do(code_lists.read_code_list, NOTE_SECTIONS, found.current)


def save(boss, items):
    return boss.do(save_list, NOTE_SECTIONS, current(boss)[0], items, reason=WHY)


def filled(sheet, words="Rustig."):
    return [NoteSection(code=one.code, text=words) for one in sheet.template]


def printed(desk, note):
    with pypdfium2.PdfDocument(io.BytesIO(desk.do(frozen.print_note, note.id))) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


# -- the list ----------------------------------------------------------------------------------------------------------------------------


def test_the_clinic_begins_with_the_programs_sections_and_one_to_measure(boss):
    version, items = current(boss)
    assert version == 1
    for kind, sections in SECTIONS.items():
        found = [(section_code(one), one.label_en, *letter_of(one.action)) for one in items if one.group == kind]
        assert [one for one in found if one[0] != "measured"] == [(one.code, one.title, one.letter, one.required) for one in sections]
    assert [one.group for one in items if section_code(one) == "measured"] == ["intake", "follow_up"]


def test_every_action_is_a_letter_with_or_without_must():
    assert {letter_of(action) for action in SECTION_ACTIONS} == {(letter, must) for letter in LETTERS for must in (True, False)}


@pytest.mark.parametrize("kind", NoteKind)
def test_a_template_without_sections_is_refused(boss, kind):
    with pytest.raises(UserError, match="has no section"):
        save(boss, [one for one in current(boss)[1] if one.group != kind])
    assert current(boss)[0] == 1


def test_a_template_has_no_section_twice(boss):
    items = current(boss)[1]
    twice = [replace(one, group="phone") if one.code == "follow_up.agreed" else one for one in items]
    with pytest.raises(UserError, match="the same section twice"):
        save(boss, twice)
    with pytest.raises(UserError, match="Choose a letter"):
        save(boss, [*items, replace(FRESH, action="")])


def test_a_new_section_has_a_code_that_no_template_has(boss):
    save(boss, [*current(boss)[1], replace(FRESH, group="phone", label_en="Agreed"), replace(FRESH, label_en="Agreed")])
    codes = [section_code(one) for one in current(boss)[1]]
    assert codes.count("agreed") == 3, "those of intake, follow-up and phone"
    assert {"agreed_2", "agreed_3"} <= set(codes)


# -- what a note shows -------------------------------------------------------------------------------------------------------------------


def test_sections_come_in_the_order_of_their_letters(boss, desk):
    items = current(boss)[1]
    save(boss, [FRESH, *reversed(items)])
    sheet = desk.do(notes.open_note, somebody(desk).id, NoteKind.FOLLOW_UP)
    places = [LETTERS.index(one.letter) for one in sheet.template]
    assert places == sorted(places)
    assert [one.code for one in sheet.sections] == [one.code for one in sheet.template]
    assert sheet.note.template_version == 2


def test_a_new_required_section_counts_for_new_notes_only(boss, desk, clinic):
    old = desk.do(notes.open_note, somebody(desk).id, NoteKind.FOLLOW_UP)
    save(boss, [*current(boss)[1], FRESH])
    new = desk.do(notes.open_note, somebody(desk, 2).id, NoteKind.FOLLOW_UP)
    said = [NoteSection(code="course", text="Beter."), NoteSection(code="agreed", text="Door zo.")]
    assert desk.do(notes.sign_note, old.note.id, said).note.signed_at
    with pytest.raises(UserError, match="Physical examination") as caught:
        desk.do(notes.sign_note, new.note.id, said)
    assert caught.value.field == "physical_examination"
    with pytest.raises(UserError, match="no such section"):
        desk.do(notes.sign_note, new.note.id, [*said, NoteSection(code="question", text="x")])
    nothing = NoteSection(code="physical_examination", nothing_particular=True)
    assert desk.do(notes.sign_note, new.note.id, [*said, nothing]).note.signed_at
    assert clinic.verified().ok


def test_a_note_from_before_there_were_templates_shows_the_programs_own(desk):
    client = somebody(desk)

    def begin(work):
        made = work.store.add(ConsultNote(client_id=client.id, kind=NoteKind.PHONE, author_id=work.user.id, care_date=work.today()))
        work.store.add_all(NoteSection(note_id=made.id, client_id=client.id, code=code, text="x") for code in ("course", "agreed"))
        return made

    sheet = desk.do(notes.read_note, desk.do(once(begin)).id)
    assert [one.title for one in sheet.template] == ["Course since last time", "Agreed"]
    assert desk.do(notes.sign_note, sheet.note.id, filled(sheet)).note.signed_at


def test_titles_are_in_the_language_in_use_and_the_print_in_that_of_the_signature(boss, desk):
    save(boss, [*current(boss)[1], FRESH])
    sheet = desk.do(notes.open_note, somebody(desk).id, NoteKind.FOLLOW_UP)
    signed = desk.do(notes.sign_note, sheet.note.id, filled(sheet)).note
    i18n.use("nl")
    try:
        assert "Lichamelijk onderzoek" in [one.title for one in desk.do(notes.read_note, signed.id).template]
        assert "Physical examination" in printed(desk, signed)
    finally:
        i18n.use("en")


def test_versions_copies_and_what_is_carried_know_the_titles(boss, desk):
    save(boss, [*current(boss)[1], FRESH])
    first, other = somebody(desk), somebody(desk, 2)
    sheet = desk.do(notes.open_note, first.id, NoteKind.FOLLOW_UP)
    signed = desk.do(notes.sign_note, sheet.note.id, filled(sheet)).note
    save(boss, [one for one in current(boss)[1] if one.label_en != FRESH.label_en])
    next_one = desk.do(notes.open_note, first.id, NoteKind.FREE)
    assert "Physical examination" in [one.title for one in next_one.last.template]
    pairs = desk.do(note_versions.compare_notes, next_one.note.id, signed.id, next_one.note.id)
    assert "Physical examination" in [pair.title for pair in pairs]
    copy = desk.do(note_steps.void_note, signed.id, "verkeerde cliënt", other.id).copy
    assert desk.do(notes.read_note, copy.id).template == sheet.template


titles = st.text(alphabet="abcdé fgh", min_size=1, max_size=12).map(lambda words: f"T{words.strip()}")
changes = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["gone", "named", "moved", "letter"]), titles), min_size=1, max_size=6)
NUMBERS = iter(range(100, 10_000))


def changed(items, steps):
    """The list after some changes, each of which leaves every template a section."""
    for place, what, words in steps:
        at = place % len(items)
        one = items[at]
        if what == "gone" and sum(other.group == one.group for other in items) > 1:
            items = items[:at] + items[at + 1 :]
        elif what == "named":
            items = [*items[:at], replace(one, label_nl=words, label_en=words), *items[at + 1 :]]
        elif what == "moved":
            items = [*items[:at], *items[at + 1 :], one]
        elif what == "letter":
            items = [*items[:at], replace(one, action=list(SECTION_ACTIONS)[place % len(SECTION_ACTIONS)]), *items[at + 1 :]]
    return items


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(NoteKind), before=changes, after=changes, again=changes)
def test_a_note_always_shows_the_sections_it_was_begun_with(boss, desk, kind, before, after, again):
    def become(steps):
        items = changed(current(boss)[1], steps)
        save(boss, [*items, replace(FRESH, group=str(kind), label_en=f"Extra {next(NUMBERS)}")])

    become(before)
    sheet = desk.do(notes.open_note, somebody(desk, next(NUMBERS)).id, kind)
    become(after)
    resumed = desk.do(notes.read_note, sheet.note.id)
    assert (resumed.template, resumed.sections) == (sheet.template, sheet.sections)
    signed = desk.do(notes.sign_note, sheet.note.id, filled(sheet)).note
    become(again)
    read = desk.do(notes.read_note, signed.id)
    assert read.template == sheet.template
    assert [one.code for one in read.sections] == [one.code for one in sheet.template]
    kept = json.loads(desk.do(once(lambda work: work.store.find_one(FrozenPrint, subject_id=signed.id))).content)
    assert [one["title"] for one in kept["sections"]] == [one.title for one in sheet.template]
