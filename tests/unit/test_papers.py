"""Controlled documents at the door: written by one, approved by another, in force on their day, read, copied on paper, withdrawn."""

from dataclasses import replace
from datetime import date, timedelta

import pypdfium2
import pytest

from nmx_desk import i18n
from nmx_desk.data import log as log_data
from nmx_desk.domain.code_lists import CODE_LISTS, COMPLAINTS, RED_FLAGS
from nmx_desk.domain.controlled import ControlledDocument, ControlledVersion, PaperKind, VersionStatus
from nmx_desk.domain.errors import Conflict, NotAllowed, NotFound, UserError
from nmx_desk.domain.people import CodeItem, Role, User, UserRole
from nmx_desk.exchange.xlsx_read import read_sheet
from nmx_desk.services import code_lists, paper_drafts, paper_prints, paper_readings, paper_steps, papers, quality, reports, today
from tests.clinic import once
from tests.prints import other_pdf

S = VersionStatus
TODAY = date(2026, 9, 14)
WHY = "besproken in het overleg"
FLAGS = f"list:{RED_FLAGS}"


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


@pytest.fixture
def care(clinic):
    return clinic.as_("behandelaar")


def begun(desk, code="PR-01", text="# Doel\nGoed werken.", **told):
    made = desk.do(paper_drafts.add_paper, ControlledDocument(code=code, title="Inwerken", audience="receptionist,practitioner", **told))
    return desk.do(paper_drafts.save_text, made.shown.id, text) if text else made


def offered(desk, code="PR-01", day=None, **told):
    sheet = begun(desk, code, **told)
    return desk.do(paper_steps.offer_version, sheet.shown.id, "", day)


def in_force(clinic, code="PR-01", **told):
    sheet = offered(clinic.as_("manager"), code, **told)
    return clinic.as_("behandelaar").do(paper_steps.approve_version, sheet.shown.id)


def next_version(clinic, key, text="# Doel\nBeter werken.", day=None):
    boss = clinic.as_("manager")
    sheet = boss.do(paper_drafts.begin_version, key)
    boss.do(paper_drafts.save_text, sheet.shown.id, text)
    return boss.do(paper_steps.offer_version, sheet.shown.id, WHY, day)


def leave(clinic, *usernames):
    """These colleagues do not work here any more."""
    def go(work):
        for user in work.store.find(User):
            if user.username in usernames:
                work.store.change(user, is_active=False)

    clinic.as_("beheerder").do(once(go))


def states(sheet):
    return {one.number: one.status for one in sheet.versions}


# -- one version after another -----------------------------------------------------------------------------------------------------------


def test_written_by_one_approved_by_another_and_then_in_force(clinic, boss, care):
    sheet = offered(boss)
    assert (sheet.shown.status, sheet.row.number, sheet.deciders) == (S.OFFERED, 0, ("Behandelaar A. Demo", "Behandelaar B. Demo"))
    done = care.do(paper_steps.approve_version, sheet.shown.id)
    shown = done.shown
    assert (shown.status, shown.author, shown.approver, shown.alone) == (S.IN_FORCE, "M. Demo", "Behandelaar A. Demo", False)
    assert (shown.valid_from, shown.review_on, done.row.number) == (TODAY, date(2027, 9, 14), 1)
    assert len(shown.sha256) == 64 and done.lines == "# Doel\nGoed werken."
    second = next_version(clinic, done.document.id)
    assert states(second) == {2: S.OFFERED, 1: S.IN_FORCE}
    last = care.do(paper_steps.approve_version, second.shown.id)
    assert states(last) == {2: S.IN_FORCE, 1: S.OBSOLETE}
    assert last.versions[1].ended_on == TODAY
    assert clinic.verified().ok


def test_its_author_never_approves_while_somebody_else_can(boss, care):
    for desk in (boss, care):
        sheet = offered(desk, f"PR-{desk.user.username}"[:20])
        with pytest.raises(NotAllowed):
            desk.do(paper_steps.approve_version, sheet.shown.id)
        with pytest.raises(NotAllowed):
            desk.do(paper_steps.refuse_version, sheet.shown.id, WHY)


def test_who_is_alone_confirms_the_day_after(clinic, boss):
    leave(clinic, "behandelaar", "collega")
    sheet = offered(boss)
    assert sheet.alone and "approve" not in sheet.may
    with pytest.raises(UserError, match="tomorrow"):
        boss.do(paper_steps.approve_version, sheet.shown.id)
    clinic.clock.move(days=1)
    assert "approve" in boss.do(papers.open_paper, sheet.document.id).may
    done = boss.do(paper_steps.approve_version, sheet.shown.id)
    assert (done.shown.status, done.shown.alone) == (S.IN_FORCE, True)
    with boss.database.reading() as connection:
        store = boss._store(connection)
        said = {line.reason_code for line in log_data.lines(store, log_data.LogFilter(obj_id=sheet.shown.id))}
    assert "alone" in said


def test_a_version_from_a_later_day_comes_into_force_by_the_date_alone(clinic, boss, care):
    first = in_force(clinic)
    later = next_version(clinic, first.document.id, day=TODAY + timedelta(days=3))
    waits = care.do(paper_steps.approve_version, later.shown.id)
    assert states(waits) == {2: S.APPROVED, 1: S.IN_FORCE} and waits.row.open is S.APPROVED
    clinic.clock.move(days=3)
    now = boss.do(papers.open_paper, first.document.id)
    assert states(now) == {2: S.IN_FORCE, 1: S.OBSOLETE} and now.shown.number == 2
    assert now.versions[1].ended_on == TODAY + timedelta(days=3)
    stored = boss.do(once(lambda work: work.store.find(ControlledVersion)))
    assert {one.status for one in stored} == {S.APPROVED, S.IN_FORCE}, "reading writes nothing"
    boss.do(paper_drafts.begin_version, first.document.id)
    stored = boss.do(once(lambda work: work.store.find(ControlledVersion)))
    assert {one.number: one.status for one in stored} == {1: S.OBSOLETE, 2: S.IN_FORCE, 3: S.DRAFT}
    assert clinic.verified().ok


def test_an_approved_version_can_be_stopped_before_its_day_only(clinic, boss, care):
    first = in_force(clinic)
    later = next_version(clinic, first.document.id, day=TODAY + timedelta(days=3))
    care.do(paper_steps.approve_version, later.shown.id)
    with pytest.raises(Conflict):
        boss.do(paper_drafts.begin_version, first.document.id)
    with pytest.raises(UserError):
        care.do(paper_steps.stop_version, later.shown.id, "nee")
    stopped = care.do(paper_steps.stop_version, later.shown.id, WHY)
    assert states(stopped) == {2: S.OBSOLETE, 1: S.IN_FORCE}
    clinic.clock.move(days=5)
    assert boss.do(papers.open_paper, first.document.id).row.number == 1
    third = next_version(clinic, first.document.id, day=TODAY + timedelta(days=6))
    care.do(paper_steps.approve_version, third.shown.id)
    clinic.clock.move(days=2)
    with pytest.raises(Conflict):
        care.do(paper_steps.stop_version, third.shown.id, WHY)


def test_a_day_that_is_over_is_never_the_first_day(clinic, boss, care):
    with pytest.raises(UserError):
        offered(boss, day=TODAY - timedelta(days=1))
    sheet = offered(boss, "PR-02", TODAY + timedelta(days=1))
    clinic.clock.move(days=4)
    assert care.do(paper_steps.approve_version, sheet.shown.id).shown.valid_from == TODAY + timedelta(days=4)


def test_refused_with_a_reason_and_written_on(clinic, boss, care):
    sheet = offered(boss)
    with pytest.raises(UserError):
        care.do(paper_steps.refuse_version, sheet.shown.id, " ")
    refused = care.do(paper_steps.refuse_version, sheet.shown.id, "er ontbreekt een stap")
    assert (refused.shown.status, refused.shown.refuse_reason) == (S.REFUSED, "er ontbreekt een stap")
    with pytest.raises(NotAllowed):
        care.do(paper_steps.rework_version, sheet.shown.id)
    again = boss.do(paper_steps.rework_version, sheet.shown.id)
    assert again.shown.status is S.DRAFT and again.shown.refuse_reason
    boss.do(paper_drafts.save_text, sheet.shown.id, "Met de stap.")
    boss.do(paper_steps.offer_version, sheet.shown.id)
    assert care.do(paper_steps.approve_version, sheet.shown.id).shown.status is S.IN_FORCE


def test_only_the_author_writes_until_the_author_left(clinic, boss, care):
    sheet = begun(care)
    with pytest.raises(NotAllowed):
        boss.do(paper_drafts.save_text, sheet.shown.id, "Van een ander")
    leave(clinic, "behandelaar")
    taken = boss.do(paper_drafts.save_text, sheet.shown.id, "Overgenomen")
    assert taken.shown.author == "M. Demo"
    boss.do(paper_steps.offer_version, sheet.shown.id)
    with pytest.raises(NotAllowed):
        boss.do(paper_steps.approve_version, sheet.shown.id)


def test_nothing_empty_is_offered_and_a_later_version_says_why(clinic, boss):
    sheet = begun(boss, text="")
    with pytest.raises(UserError):
        boss.do(paper_steps.offer_version, sheet.shown.id)
    first = in_force(clinic, "PR-02")
    second = boss.do(paper_drafts.begin_version, first.document.id)
    assert second.lines == first.lines
    for reason in ("", "zo"):
        with pytest.raises(UserError) as refused:
            boss.do(paper_steps.offer_version, second.shown.id, reason)
        assert refused.value.field == "reason"


def test_a_file_in_place_of_text(clinic, boss, care):
    sheet = begun(boss)
    for wrong in (b"tekst", b"\x89PNG\r\n\x1a\n", b""):
        with pytest.raises(UserError):
            boss.do(paper_drafts.save_file, sheet.shown.id, "x.pdf", wrong)
    kept = other_pdf()
    boss.do(paper_drafts.save_file, sheet.shown.id, "../../beleid.pdf", kept)
    boss.do(paper_steps.offer_version, sheet.shown.id)
    done = care.do(paper_steps.approve_version, sheet.shown.id)
    assert (done.shown.file_name, done.lines) == ("beleid.pdf", "")
    assert clinic.as_("receptie").do(paper_prints.open_paper_file, done.shown.id) == ("beleid.pdf", kept)

    def forge(work):
        work.store.change(work.store.get(ControlledVersion, done.shown.id), file=b"%PDF-1.4 anders")

    boss.do(once(forge))
    with pytest.raises(Conflict):
        care.do(paper_prints.open_paper_file, done.shown.id)


def test_a_draft_that_is_thrown_away_takes_an_empty_document_along(clinic, boss):
    sheet = begun(boss)
    boss.do(paper_drafts.discard_version, sheet.shown.id)
    with pytest.raises(NotFound):
        boss.do(papers.open_paper, sheet.document.id)
    first = in_force(clinic)
    draft = boss.do(paper_drafts.begin_version, first.document.id)
    boss.do(paper_drafts.discard_version, draft.shown.id)
    assert states(boss.do(papers.open_paper, first.document.id)) == {1: S.IN_FORCE}


@pytest.mark.parametrize(("field", "value"), [
    ("code", "pr-01"), ("code", "PR01"), ("code", ""), ("title", "  "), ("review_months", -1), ("review_months", 61),
    ("audience", "baas"),
])  # fmt: skip
def test_what_a_document_is_called_is_checked(boss, field, value):
    wanted = replace(ControlledDocument(code="PR-09", title="Titel"), **{field: value})
    with pytest.raises(UserError) as refused:
        boss.do(paper_drafts.add_paper, wanted)
    assert refused.value.field == field


def test_a_code_is_given_once_and_data_can_be_changed(clinic, boss):
    first = in_force(clinic)
    with pytest.raises(UserError) as refused:
        begun(boss, "PR-01")
    assert refused.value.field == "code"
    told = replace(first.document, title="Inwerken van collega’s", review_months=6, kind=PaperKind.INSTRUCTION)
    changed = boss.do(paper_drafts.change_paper, first.document.id, told)
    assert (changed.row.title, changed.row.kind) == ("Inwerken van collega’s", PaperKind.INSTRUCTION)
    assert changed.row.review_on == date(2027, 3, 14)


def test_withdrawn_with_a_reason_it_stays_to_be_read(clinic, boss, care):
    first = in_force(clinic)
    gone = care.do(paper_drafts.withdraw_paper, first.document.id, WHY)
    assert states(gone) == {1: S.OBSOLETE} and gone.row.withdrawn_on == TODAY
    with pytest.raises(Conflict):
        boss.do(paper_drafts.begin_version, first.document.id)
    assert boss.do(papers.open_paper, first.document.id).lines == first.lines


# -- code lists --------------------------------------------------------------------------------------------------------------------------


def items(desk, code=RED_FLAGS):
    found = next(one for one in desk.do(code_lists.list_code_lists) if one.code == code)
    return found.current, desk.do(code_lists.read_code_list, code, found.current)


def changed(desk, code=RED_FLAGS, **kw):
    base, found = items(desk, code)
    return desk.do(paper_steps.offer_items, f"list:{code}", base, found[1:], reason=WHY, **kw)


def test_the_lists_of_a_clinic_are_documents_in_force_before_anybody_made_them_so(boss):
    rows = {row.key: row for row in boss.do(papers.list_papers)}
    assert {f"list:{code}" for code in CODE_LISTS} <= set(rows)
    assert (rows[FLAGS].code, rows[FLAGS].status, rows[FLAGS].number) == ("L-red_flags", S.IN_FORCE, 1)
    assert not boss.do(once(lambda work: work.store.find(ControlledDocument)))
    sheet = boss.do(papers.open_paper, FLAGS)
    assert len(sheet.items) == 11 and sheet.shown.author == "B. Demo" and "| No. |" in sheet.lines


@pytest.mark.parametrize("username", ["manager", "beheerder", "behandelaar"])
def test_a_changed_list_waits_and_the_one_in_use_stays_until_a_practitioner_approves(clinic, username):
    desk, judge = clinic.as_(username), clinic.as_("collega")
    sheet = changed(desk)
    assert states(sheet) == {2: S.OFFERED, 1: S.IN_FORCE} and sheet.shown.reason == WHY
    assert items(desk)[0] == 1 and len(items(desk)[1]) == 11
    done = judge.do(paper_steps.approve_version, sheet.shown.id)
    assert states(done) == {2: S.IN_FORCE, 1: S.OBSOLETE}
    assert items(desk)[0] == 2 and len(items(desk)[1]) == 10
    assert done.items == tuple(items(desk)[1]) and len(judge.do(papers.open_paper, FLAGS, 1).items) == 11
    assert clinic.verified().ok


def test_the_red_flags_are_approved_by_a_practitioner_and_other_lists_by_the_manager_too(clinic, boss, care):
    sheet = changed(care)
    assert sheet.deciders == ("Behandelaar B. Demo",)
    with pytest.raises(NotAllowed, match="clinical"):
        boss.do(paper_steps.approve_version, sheet.shown.id)
    with pytest.raises(NotAllowed, match="clinical"):
        boss.do(paper_steps.refuse_version, sheet.shown.id, WHY)
    other = changed(care, COMPLAINTS)
    assert boss.do(paper_steps.approve_version, other.shown.id).shown.status is S.IN_FORCE


def test_without_a_practitioner_nobody_approves_red_flags(clinic, boss):
    leave(clinic, "behandelaar", "collega")
    with pytest.raises(UserError, match="practitioner"):
        changed(boss)


def test_a_practitioner_who_is_alone_approves_red_flags_the_day_after(clinic, care):
    leave(clinic, "collega")
    sheet = changed(care)
    with pytest.raises(UserError):
        care.do(paper_steps.approve_version, sheet.shown.id)
    clinic.clock.move(days=1)
    assert care.do(paper_steps.approve_version, sheet.shown.id).shown.alone


def test_a_list_is_complete_changed_and_explained_before_it_is_offered(boss):
    base, found = items(boss)
    for wanted, reason, field in ((found, WHY, "items"), ([], WHY, "items"), (found[1:], "zo", "reason")):
        with pytest.raises(UserError) as refused:
            boss.do(paper_steps.offer_items, FLAGS, base, wanted, reason=reason)
        assert refused.value.field == field
    with pytest.raises(Conflict):
        boss.do(paper_steps.offer_items, FLAGS, 7, found[1:], reason=WHY)
    changed(boss)
    with pytest.raises(Conflict):
        changed(boss)


def test_a_refused_list_is_mended_and_offered_again(clinic, boss, care):
    sheet = changed(boss)
    care.do(paper_steps.refuse_version, sheet.shown.id, "de eerste vraag moet blijven")
    base, found = items(boss)
    again = boss.do(paper_steps.offer_items, FLAGS, base, [*found, CodeItem(group="gut", action="gp", label_nl="Nieuw?", label_en="New?")],
                    reason="een vraag erbij")  # fmt: skip
    assert again.shown.id == sheet.shown.id and states(again)[2] is S.OFFERED
    care.do(paper_steps.approve_version, again.shown.id)
    assert [item.code for item in items(boss)[1]][-1] == "new"


def test_a_list_from_a_later_day_is_asked_from_that_day(clinic, boss, care):
    sheet = changed(boss, valid_from=TODAY + timedelta(days=2))
    care.do(paper_steps.approve_version, sheet.shown.id)
    assert items(boss)[0] == 1
    clinic.clock.move(days=2)
    assert items(boss)[0] == 2 and states(boss.do(papers.open_paper, FLAGS)) == {2: S.IN_FORCE, 1: S.OBSOLETE}


def test_a_list_that_is_stopped_before_its_day_is_never_asked(clinic, boss, care):
    sheet = changed(boss, valid_from=TODAY + timedelta(days=2))
    care.do(paper_steps.approve_version, sheet.shown.id)
    care.do(paper_steps.stop_version, sheet.shown.id, WHY)
    clinic.clock.move(days=5)
    assert items(boss)[0] == 1
    third = changed(boss)
    care.do(paper_steps.approve_version, third.shown.id)
    assert items(boss)[0] == 2 and boss.do(papers.open_paper, FLAGS).row.number == 3
    assert len(boss.do(papers.open_paper, FLAGS).items) == 10


def test_a_list_is_not_withdrawn(boss):
    with pytest.raises(UserError):
        boss.do(paper_drafts.withdraw_paper, FLAGS, WHY)


# -- read and understood, paper ----------------------------------------------------------------------------------------------------------


def test_who_must_read_reads_and_the_next_version_asks_again(clinic, boss):
    desk = clinic.as_("receptie")
    first = in_force(clinic)
    waiting = desk.do(paper_readings.papers_waiting)
    assert (waiting.to_read, waiting.to_decide, waiting.first) == (1, 0, first.document.id)
    assert "read" in desk.do(papers.open_paper, first.document.id).may
    for _again in range(2):
        desk.do(paper_readings.mark_read, first.document.id)
    assert desk.do(paper_readings.papers_waiting).to_read == 0
    row = next(row for row in boss.do(papers.list_papers) if row.key == first.document.id)
    assert (row.read, row.readers) == (1, 3)
    rows = boss.do(paper_readings.list_readings)
    assert [(one.person, one.read_at is not None) for one in rows] == [
        ("Behandelaar A. Demo", False), ("Behandelaar B. Demo", False), ("R. Demo", True),
    ]  # fmt: skip
    assert [one.person for one in desk.do(paper_readings.list_readings)] == ["R. Demo"]
    second = next_version(clinic, first.document.id)
    clinic.as_("behandelaar").do(paper_steps.approve_version, second.shown.id)
    assert desk.do(paper_readings.papers_waiting).to_read == 1


def test_what_waits_for_a_decision_is_counted_for_who_may_decide(clinic, boss, care):
    offered(boss)
    assert care.do(paper_readings.papers_waiting).to_decide == 1
    assert boss.do(paper_readings.papers_waiting).to_decide == clinic.as_("receptie").do(paper_readings.papers_waiting).to_decide == 0


def test_the_auditor_reads_documents_versions_and_who_read_them(clinic):
    def become(work):
        [role] = work.store.find(UserRole, user_id=next(user.id for user in work.store.find(User) if user.username == "collega"))
        work.store.change(role, role=Role.AUDITOR)

    first = in_force(clinic)
    clinic.as_("beheerder").do(once(become))
    auditor = clinic.as_("collega")
    assert len(auditor.do(papers.list_papers)) == 1 + len(CODE_LISTS)
    sheet = auditor.do(papers.open_paper, first.document.id)
    assert sheet.lines and {one.name for one in sheet.readers} == {"R. Demo", "Behandelaar A. Demo"} and not sheet.may
    assert auditor.do(paper_readings.list_readings)
    for case, args in ((paper_drafts.begin_version, (first.document.id,)), (paper_steps.approve_version, (first.shown.id,))):
        with pytest.raises(NotAllowed):
            auditor.do(case, *args)


def test_copies_on_paper_are_to_be_taken_back_when_their_version_ends(clinic, boss, care):
    first = in_force(clinic)
    with pytest.raises(UserError):
        boss.do(paper_readings.hand_out_copy, first.document.id, " ")
    sheet = boss.do(paper_readings.hand_out_copy, first.document.id, "Balie, rode map")
    assert [(one.place, one.number, one.due) for one in sheet.copies] == [("Balie, rode map", 1, False)]
    second = next_version(clinic, first.document.id)
    now = care.do(paper_steps.approve_version, second.shown.id)
    assert now.row.copies_due == 1 and now.copies[0].due
    back = boss.do(paper_readings.take_copy_back, sheet.copies[0].id)
    assert back.row.copies_due == 0 and back.copies[0].taken_back_on == TODAY
    with pytest.raises(Conflict):
        boss.do(paper_readings.take_copy_back, sheet.copies[0].id)
    assert boss.do(paper_readings.put_copy_back, sheet.copies[0].id).row.copies_due == 1


def test_two_versions_beside_each_other_with_the_words_that_changed(clinic, boss):
    first = in_force(clinic)
    next_version(clinic, first.document.id)
    [pair] = boss.do(paper_readings.compare_versions, first.document.id, 1, 2)
    assert (pair.title, pair.old, pair.new) == ("Doel", "Goed werken.", "Beter werken.")
    assert [pair.old[a:b] for a, b in pair.gone] == ["Goed"] and [pair.new[a:b] for a, b in pair.came] == ["Beter"]
    changed(boss)
    pairs = boss.do(paper_readings.compare_versions, FLAGS, 1, 2)
    assert [pair.title for pair in pairs if pair.old != pair.new] == ["blood_stool"]
    with pytest.raises(NotFound):
        boss.do(paper_readings.compare_versions, FLAGS, 1, 9)


def test_what_is_to_be_looked_at_again_and_taken_back_stands_among_the_deadlines(clinic, boss, care):
    first = in_force(clinic, review_months=1)
    boss.do(paper_readings.hand_out_copy, first.document.id, "Balie")
    due = [(one.part, one.what, one.due_on, one.number) for one in boss.do(quality.list_deadlines)]
    assert due == [("documents", "review", date(2026, 10, 14), "PR-01")]
    second = next_version(clinic, first.document.id)
    care.do(paper_steps.approve_version, second.shown.id)
    clinic.clock.move(days=1)
    found = boss.do(quality.list_deadlines)
    assert [(one.what, one.late, one.owner) for one in found] == [("take_back", True, "M. Demo"), ("review", False, "M. Demo")]


def test_the_day_of_a_colleague_says_what_is_to_be_read_and_the_rail_counts(clinic):
    desk = clinic.as_("receptie")
    assert desk.do(today.today).papers.first == ""
    first = in_force(clinic)
    assert desk.do(today.today).papers == paper_readings.PapersWaiting(to_read=1, first=first.document.id)
    assert desk.do(paper_readings.count_papers) == 1 and clinic.as_("beheerder").do(paper_readings.count_papers) == 0


# -- on paper ----------------------------------------------------------------------------------------------------------------------------


def pages(data):
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]


def test_a_version_on_paper_says_on_each_page_what_it_is(clinic, boss, care):
    text = "\n\n".join(["# Doel", "- een **punt**", "| a | b |\n|---|---|\n| 1 | 2 |", *("Regel. " * 60 for _ in range(20))])
    sheet = boss.do(paper_drafts.add_paper, ControlledDocument(code="PR-01", title="Inwerken", clause="7.2"))
    boss.do(paper_drafts.save_text, sheet.shown.id, text)
    boss.do(paper_steps.offer_version, sheet.shown.id)
    draft = pages(boss.do(paper_prints.print_document, sheet.document.id, 1))
    assert len(draft) > 1 and all("DRAFT" in one or "CONCEPT" in one for one in draft)
    care.do(paper_steps.approve_version, sheet.shown.id)
    found = pages(boss.do(paper_prints.print_document, sheet.document.id, 1))
    for one in found:
        assert "PR-01" in one and "M. Demo" in one and "Behandelaar A. Demo" in one and "14-09-2026" in one and "ISO 9001:2015" in one
        assert "DRAFT" not in one and "CONCEPT" not in one
    copy = boss.do(paper_readings.hand_out_copy, sheet.document.id, "Balie, rode map").copies[0].id
    assert "1, Balie, rode map" in pages(boss.do(paper_prints.print_document, sheet.document.id, 1, copy))[0]
    second = next_version(clinic, sheet.document.id)
    care.do(paper_steps.approve_version, second.shown.id)
    old = pages(boss.do(paper_prints.print_document, sheet.document.id, 1))
    assert all("OBSOLETE" in one or "VERVALLEN" in one for one in old) and len(old) == len(found)


def test_a_list_and_the_lists_of_documents_on_paper(clinic, boss):
    in_force(clinic)
    whole = " ".join(pages(boss.do(paper_prints.print_document, FLAGS, 1)))
    assert all(" ".join(item.label_nl.split())[:20] in " ".join(whole.split()) for item in items(boss)[1])
    for name, words in (("documents", "PR-01"), ("readings", "R. Demo")):
        made = boss.do(reports.make_report, name)
        assert words in " ".join(pages(made))


def test_the_lists_of_documents_leave_as_tables(clinic, boss, care):
    sheet = in_force(clinic)
    clinic.as_("receptie").do(paper_readings.mark_read, sheet.document.id)
    i18n.use("nl")
    made = boss.do(reports.make_report, "documents", format="csv").decode("utf-8-sig").split("\r\n")
    assert made[0].split(";")[:4] == ["Code", "Titel", "Soort", "Paragraaf"]
    (row,) = [line.split(";") for line in made if line.startswith("PR-01;")]
    assert row[4:7] == ["1", "2026-09-14", "2027-09-14"] and row[-3] == "Geldig" and int(row[-2]) == 1 < int(row[-1])
    book = read_sheet(boss.do(reports.make_report, "readings", format="xlsx")).rows
    assert list(book[0]) == ["Wie", "Code", "Document", "Versie", "Geldig vanaf", "Gelezen en begrepen"]
    read = {row[0]: row for row in map(list, book) if row[1:2] == ["PR-01"]}
    assert [bool(row[5:6] and row[5]) for row in read.values()].count(True) == 1
    assert all(row[3] == "1" and row[4] == "2026-09-14" for row in read.values())
