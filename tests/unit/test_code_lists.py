"""Code lists at the door: a new version is complete or refused, the old one stays, and calls keep the questions they began with."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pypdfium2
import pytest

from nmx_desk.data import log as log_data
from nmx_desk.domain.clients import ClientStatus
from nmx_desk.domain.code_lists import BRING, CODE_LISTS, COMPLAINTS, CONSENTS, MOST_ITEMS, RED_FLAGS
from nmx_desk.domain.codes import fresh_code, is_code
from nmx_desk.domain.consults import Answer, CallOutcome, FlagResult, RedFlagAnswer
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.domain.mail_texts import MAIL_TEXTS
from nmx_desk.domain.note_templates import NOTE_SECTIONS, SNIPPETS
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.privacy import Decision, PrivacyKind
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import calls, clients, code_lists, dossier, privacy
from tests.clinic import once
from tests.lists import save_list

WHY = "besproken met de behandelaren"
NEW = CodeItem(group="mind", action="emergency", label_nl="Bent u nu in gevaar?", label_en="Are you in danger now?")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


def rows(desk, **equals):
    return desk.do(once(lambda work: work.store.find(CodeItem, **equals)))


def lists(desk):
    return {found.code: found for found in desk.do(code_lists.list_code_lists)}


def read(desk, code=RED_FLAGS, version=1):
    return desk.do(code_lists.read_code_list, code, version)


def save(desk, items, code=RED_FLAGS, base=1, reason=WHY):
    return desk.do(save_list, code, base, items, reason=reason)


def said(items):
    return [(item.code, item.group, item.label_nl, item.label_en, item.action) for item in items]


def call(clinic, surname="Meer"):
    desk = clinic.as_("behandelaar")
    asked = AdviceRequest(status=RequestStatus.BOOKED, first_name="Sanne", surname=surname, phone="+31600112233", question="moe")
    request = desk.do(once(lambda work: work.store.add(replace(asked, received_at=work.now())), "requests.change"))
    return desk.do(calls.open_call, request.id)


def answers(sheet, **other):
    return [RedFlagAnswer(code=item.code, answer=other.get(item.code, Answer.NO)) for item in sheet.questions]


# -- versions ----------------------------------------------------------------------------------------------------------------------------


def test_the_lists_and_their_versions(boss):
    found = lists(boss)
    assert list(found) == list(CODE_LISTS) == [RED_FLAGS, COMPLAINTS, CONSENTS, BRING, MAIL_TEXTS, NOTE_SECTIONS, SNIPPETS]
    assert found[RED_FLAGS].current == 1
    [version] = found[RED_FLAGS].versions
    assert (version.number, version.by, version.count) == (1, "B. Demo", 11)
    assert [item.position for item in read(boss)] == list(range(1, 12))
    for code, number in ((RED_FLAGS, 2), (RED_FLAGS, 0), ("niets", 1)):
        with pytest.raises(NotFound):
            read(boss, code, number)
    with pytest.raises(NotFound):
        save(boss, read(boss), code="niets")


def test_a_new_version_is_the_whole_list_and_the_old_rows_stay(clinic, boss):
    before = read(boss)
    wanted = [replace(before[2], label_nl="  Diarree\n ’s nachts? "), *before[:2], *before[4:], NEW]
    made = save(boss, wanted)
    assert (made.current, [version.number for version in made.versions], made.versions[0].by) == (2, [2, 1], "M. Demo")
    after = read(boss, version=2)
    assert [item.code for item in after] == [item.code for item in wanted[:-1]] + ["are_you_in_danger_now"]
    assert after[0].label_nl == "Diarree ’s nachts?"
    assert said(after[1:-1]) == said(wanted[1:-1]) and said(after)[-1][1:] == said([NEW])[0][1:]
    assert [item.position for item in after] == list(range(1, 12))
    assert {item.list_version for item in after} == {2} and len({item.valid_from for item in after}) == 1
    assert read(boss) == before
    assert not {item.id for item in after} & {item.id for item in before}
    assert clinic.verified().ok


def test_the_other_list_is_not_touched(boss):
    before = read(boss, COMPLAINTS)
    save(boss, read(boss)[1:])
    assert lists(boss)[COMPLAINTS].current == 1 and read(boss, COMPLAINTS) == before
    made = save(boss, [*before, CodeItem(group="mental", label_nl="Piekeren", label_en="Worrying")], code=COMPLAINTS)
    assert made.versions[0].count == len(before) + 1
    assert read(boss, COMPLAINTS, 2)[-1].code == "worrying"
    assert lists(boss)[RED_FLAGS].current == 2


def test_it_stands_in_the_log_as_a_setting_with_the_reason(boss):
    first = boss.log_size
    save(boss, [*read(boss), NEW])
    with boss.database.reading() as connection:
        store = boss._store(connection)
        found = [line for line in log_data.lines(store, log_data.LogFilter()) if line.seq >= first]
        why = {value.new for line in found for value in log_data.values(store, line.seq) if value.field == "@reason"}
    assert {(line.code, line.action, line.obj_type) for line in found} == {("CONFIG", "C", "code_item")}
    assert len(found) == 12 and why == {WHY}


# -- what is refused ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "field", "value", "words"), [
    (3, "label_nl", " ", "Item 4: Write it in both languages."), (0, "label_en", "", "Item 1: Write it in both languages."),
    (10, "label_en", "\u200b \n", "Item 11: Write it in both languages."), (1, "label_nl", "x" * 301, "at most 300"),
    (2, "action", "", "what a Yes asks for"), (2, "action", "later", "what a Yes asks for"),
    (2, "group", "", "Choose a group"), (2, "group", "physical", "Choose a group"),
    (1, "code", "blood_stool", "same code"), (1, "code", "zelf_bedacht", "does not know"), (1, "code", "Met spaties", "does not know"),
])  # fmt: skip
def test_a_version_that_is_not_complete_is_refused(boss, place, field, value, words):
    items = read(boss)
    items[place] = replace(items[place], **{field: value})
    with pytest.raises(UserError) as refused:
        save(boss, items)
    assert refused.value.field == "items" and words in refused.value.message
    assert lists(boss)[RED_FLAGS].current == 1 and len(rows(boss, list_code=RED_FLAGS)) == 11


def test_a_complaint_asks_for_nothing(boss):
    items = read(boss, COMPLAINTS)
    with pytest.raises(UserError) as refused:
        save(boss, [replace(items[0], action="gp"), *items[1:]], code=COMPLAINTS)
    assert refused.value.field == "items"


@pytest.mark.parametrize("items", [[], [NEW] * (MOST_ITEMS + 1)])
def test_a_list_is_never_empty_nor_endless(boss, items):
    with pytest.raises(UserError) as refused:
        save(boss, items)
    assert refused.value.field == "items"


def test_no_version_without_a_change(boss):
    items = read(boss)
    for wanted in (items, [replace(item, id="", position=0, label_nl=f"{item.label_nl}  ") for item in items]):
        with pytest.raises(UserError) as refused:
            save(boss, wanted)
        assert refused.value.field == "items" and "Nothing" in refused.value.message
    assert save(boss, items[::-1]).current == 2  # another order is a change


def test_who_was_slower_is_told(clinic, boss):
    items = read(boss)
    save(boss, items[1:])
    for base in (1, 0, 3):
        with pytest.raises(Conflict):
            save(clinic.as_("collega"), items[2:], base=base)
    assert len(read(boss, version=2)) == 10
    assert save(clinic.as_("collega"), read(boss, version=2)[1:], base=2).current == 3


def test_a_code_is_never_given_twice(boss):
    items = read(boss)
    save(boss, [*items, NEW, NEW])
    assert [item.code for item in read(boss, version=2)[11:]] == ["are_you_in_danger_now", "are_you_in_danger_now_2"]
    save(boss, items, base=2)
    save(boss, [*items, NEW], base=3)  # what was asked under the first code may have been something else
    assert read(boss, version=4)[-1].code == "are_you_in_danger_now_3"
    with pytest.raises(UserError):
        save(boss, [*items, replace(NEW, code="are_you_in_danger_now")], base=4)


@pytest.mark.parametrize("words", ["Pijn?", "50 jaar", "ÉÉN – twee", "?", "x" * 200, "日本"])
def test_a_made_code_is_a_code(words):
    taken = set()
    for _turn in range(12):
        code = fresh_code(words, taken)
        assert is_code(code) and code not in taken
        taken.add(code)


# -- who reads which version -------------------------------------------------------------------------------------------------------------


def test_a_call_keeps_the_questions_it_began_with_and_the_next_has_the_new_ones(clinic, boss):
    desk, sheet = clinic.as_("behandelaar"), call(clinic)
    items = read(boss)
    changed = replace(items[0], label_nl="Bloed gezien?", label_en="Blood seen?", action="emergency")
    save(boss, [changed, *items[2:], NEW])
    again = desk.do(calls.open_call, sheet.request.id)
    assert again.questions == sheet.questions == tuple(items)
    saved = desk.do(calls.save_call, again.call, answers(again, blood_stool=Answer.YES), [])
    assert saved.check.result is FlagResult.GP  # as the question was asked, not as it weighs now
    assert desk.do(calls.complete_call, saved.call.id, CallOutcome.REFERRED_GP).check.list_version == 1
    fresh = call(clinic, "Bakker")
    assert said(fresh.questions)[0] == said([changed])[0]
    assert [item.code for item in fresh.questions][-1] == "are_you_in_danger_now" and fresh.check.list_version == 2
    with pytest.raises(Conflict):
        desk.do(calls.save_call, fresh.call, answers(again), [])  # an answer to a question that is not asked any more
    saved = desk.do(calls.save_call, fresh.call, answers(fresh, blood_stool=Answer.YES), [])
    assert saved.check.result is FlagResult.EMERGENCY
    assert clinic.verified().ok


def test_a_new_question_must_be_answered(clinic, boss):
    save(boss, [*read(boss), NEW])
    desk, sheet = clinic.as_("behandelaar"), call(clinic)
    given = [answer for answer in answers(sheet) if answer.code != "are_you_in_danger_now"]
    saved = desk.do(calls.save_call, sheet.call, given, [])
    with pytest.raises(UserError) as refused:
        desk.do(calls.complete_call, saved.call.id, CallOutcome.INFORMATION_ONLY)
    assert refused.value.field == "flags"


def test_what_was_recorded_goes_on_showing_what_was_asked(clinic, boss):
    desk, sheet = clinic.as_("behandelaar"), call(clinic)
    saved = desk.do(calls.save_call, sheet.call, answers(sheet, blood_stool=Answer.YES), [])
    done = desk.do(calls.complete_call, saved.call.id, CallOutcome.REFERRED_GP)
    assert done.client.status is ClientStatus.PROSPECT
    before = desk.do(clients.open_care, sheet.client.id).flags
    assert [line.label for line in before.yes] == ["Visible blood with or in the stool?"]
    items = read(boss)
    save(boss, [replace(items[1], label_en="Something else?"), *items[2:]])
    assert desk.do(clients.open_care, sheet.client.id).flags == before
    assert "Visiblebloodwithorinthestool?" in copy_of(clinic, sheet.client.id)


def copy_of(clinic, client_id):
    """What the client reads in the copy of the file, without spaces and line ends."""
    asked = clinic.as_("receptie").do(privacy.register_request, PrivacyKind.COPY, client_id)
    clinic.as_("receptie").do(privacy.identify, asked.id, "paspoort gezien")
    clinic.as_("behandelaar").do(privacy.propose_decision, asked.id, Decision.GRANTED)
    clinic.as_("manager").do(privacy.approve_decision, asked.id)
    made = clinic.as_("behandelaar").do(dossier.copy_of_file, asked.id)
    with zipfile.ZipFile(io.BytesIO(made.content)) as found:
        pages = pypdfium2.PdfDocument(found.read("file.pdf"))
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def test_the_newest_version_that_is_valid_now_is_asked(clinic, boss):
    """Whatever clock made it: a version from tomorrow waits, and one made after it counts although its day came first."""
    items = read(boss)
    tomorrow = clinic.clock.moment + timedelta(days=1)
    boss.do(once(lambda work: work.store.add_all(replace(item, id="", list_version=2, valid_from=tomorrow) for item in items[:3])))
    assert lists(boss)[RED_FLAGS].current == 1 and len(call(clinic, "Bakker").questions) == 11
    made = save(boss, items[:2], base=2)
    assert made.current == 3 and len(call(clinic, "Visser").questions) == 2
    clinic.clock.moment = tomorrow
    assert lists(boss)[RED_FLAGS].current == 3 and len(call(clinic, "Smit").questions) == 2


def test_a_version_from_tomorrow_is_asked_tomorrow(clinic, boss):
    items, tomorrow = read(boss), clinic.clock.moment + timedelta(days=1)
    boss.do(once(lambda work: work.store.add_all(replace(item, id="", list_version=2, valid_from=tomorrow) for item in items[:3])))
    clinic.clock.moment = tomorrow
    assert lists(boss)[RED_FLAGS].current == 2 and len(call(clinic).questions) == 3
