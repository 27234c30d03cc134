"""The personal plan at the door: drafts, rules, activation that freezes, versions, rights. And its rules as properties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.consults import AdviceCall, Answer, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Conflict, NotAllowed, NotFound, UserError
from nmx_desk.domain.plan_changes import ChangeKind, differences
from nmx_desk.domain.plan_rules import Content, medication_told, parse_dose, plan_hash, stops_medication
from nmx_desk.domain.plans import FollowUpStatus, ItemStatus, PlanItem, PlanPhase, PlanStatus, PlanVersion, StopReason
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import followups, plans
from nmx_desk.services.desk import UseCase

TODAY = date(2026, 9, 14)


def once(function, right="requests.change"):
    """A use case of this test only."""
    return UseCase(function, right, writes=True, code="", rescue=False, aside=False)


def put_client(desk, **fields):
    values = {"client_no": "C-000001", "first_name": "Sanne", "prefix": "van der", "surname": "Meer", "phone": "+31600112233"} | fields
    return desk.do(once(lambda work: work.store.add(Client(**values))))


def put_call(desk, client, medication):
    def add(work):
        request = work.store.add(AdviceRequest(client_id=client.id, received_at=work.now(), first_name="Sanne"))
        return work.store.add(
            AdviceCall(
                request_id=request.id, client_id=client.id, practitioner_id=work.user.id, started_at=work.now(), medication=medication
            )
        )

    return desk.do(once(add))


def rows(desk, kind, **equals):
    return desk.do(once(lambda work: work.store.find(kind, **equals), "session.use"))


def log_of(desk, code):
    with desk.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT obj_type, obj_id, purpose, break_glass FROM audit_log WHERE code = ?", (code,)).all()
    return [tuple(row) for row in found]


@pytest.fixture
def behandelaar(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(behandelaar):
    return put_client(behandelaar, practitioner_id=behandelaar.user.id, birth_date=date(1980, 3, 1), status=ClientStatus.PROSPECT)


@pytest.fixture
def sheet(behandelaar, client):
    return behandelaar.do(plans.create_plan, client.id, "three_phases")


def save(desk, sheet, *, phases=None, items=None, **fields):
    version = replace(sheet.version, **fields)
    return desk.do(plans.save_version, version, sheet.phases if phases is None else phases, sheet.items if items is None else items)


def edited(sheet, place=0, **fields):
    return [replace(item, **fields) if number == place else item for number, item in enumerate(sheet.items)]


def activated(desk, sheet):
    desk.do(plans.discuss, sheet.plan.id)
    return desk.do(plans.activate, sheet.plan.id)


# -- templates and drafts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_templates_are_complete_and_allowed(clinic, behandelaar, language):
    found = behandelaar.do(plans.plan_templates, language)
    assert [template.code for template in found] == ["three_phases", "five_r"]
    assert len(found[0].phases) == 3
    for template in found:
        assert template.name
        assert template.about
        for part in template.phases:
            assert part.phase.name
            assert part.phase.goal
            assert 1 <= part.phase.weeks <= 12
            for item in part.items:
                assert item.text
                assert not stops_medication(item.text)
                assert "genezen" not in item.text
    assert found[0].phases[0].phase.name == {"nl": "Triggers verminderen", "en": "Reduce triggers"}[language]


def test_a_plan_is_a_copy_with_proposed_evaluation_dates(clinic, behandelaar, client, sheet):
    assert sheet.plan.status is PlanStatus.DRAFT
    assert sheet.version.number == 1
    assert [phase.weeks for phase in sheet.phases] == [4, 8, 8]
    assert {item.evaluate_on for item in sheet.items_of(sheet.phases[0].id)} == {TODAY + timedelta(weeks=4)}
    assert {item.evaluate_on for item in sheet.items_of(sheet.phases[2].id)} == {TODAY + timedelta(weeks=20)}
    assert sheet.phases[0].name == "Triggers verminderen"  # in the client's language, whatever the user's
    assert all(item.status is ItemStatus.PLANNED for item in sheet.items)
    assert clinic.verified().ok


def test_only_one_plan_at_a_time(clinic, behandelaar, client, sheet):
    with pytest.raises(Conflict, match="already has a plan"):
        behandelaar.do(plans.create_plan, client.id, "five_r")
    activated(behandelaar, sheet)
    with pytest.raises(Conflict, match="already has a plan"):
        behandelaar.do(plans.create_plan, client.id, "five_r")
    behandelaar.do(plans.complete_plan, sheet.plan.id)
    assert behandelaar.do(plans.create_plan, client.id, "five_r").plan.id != sheet.plan.id


def test_an_unknown_template_is_refused(behandelaar, client):
    with pytest.raises(UserError, match="no such template"):
        behandelaar.do(plans.create_plan, client.id, "miracle")


def test_saving_keeps_order_adds_moves_and_removes(clinic, behandelaar, sheet):
    first, second, third = sheet.phases
    new_phase = PlanPhase(id="new", name=" Afronden ", weeks=2, goal=" Terugkijken ")
    kept = [replace(sheet.items[0], phase_id="new"), PlanItem(id="x", phase_id=second.id, text=" Nieuw ", dose="1,50", dose_unit="mg")]
    saved = save(behandelaar, sheet, phases=[second, first, new_phase], items=kept)
    assert [(phase.name, phase.position) for phase in saved.phases] == [(second.name, 1), (first.name, 2), ("Afronden", 3)]
    assert [(item.text, item.dose) for item in saved.items] == [("Nieuw", "1.5"), (sheet.items[0].text, "")]
    assert saved.items[1].id == sheet.items[0].id
    assert saved.items[1].phase_id == saved.phases[2].id
    assert third.id not in {phase.id for phase in saved.phases}
    assert rows(behandelaar, PlanItem) == sorted(saved.items, key=lambda item: item.created_at)
    assert clinic.verified().ok


def test_saving_nothing_changes_nothing(behandelaar, sheet):
    size = behandelaar.log_size
    again = save(behandelaar, sheet)
    assert behandelaar.log_size == size
    assert again == sheet


def test_an_older_copy_is_refused(behandelaar, sheet):
    save(behandelaar, sheet, items=edited(sheet, text="Iets anders"))
    with pytest.raises(Conflict, match="in the meantime"):
        save(behandelaar, sheet, items=edited(sheet, text="Nog iets anders"))


def test_saving_cannot_change_what_became_of_an_item(behandelaar, sheet):
    saved = save(behandelaar, sheet, items=edited(sheet, status=ItemStatus.COMPLETED, stop_reason="wish", client_id="other", text="Anders"))
    assert (saved.items[0].status, saved.items[0].stop_reason, saved.items[0].client_id) == (ItemStatus.PLANNED, "", sheet.client.id)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"dose": "400"}, "dose_unit"),
        ({"dose": "400", "dose_unit": "lepel"}, "dose_unit"),
        ({"dose_unit": "mg"}, "dose"),
        ({"dose": "veel", "dose_unit": "mg"}, "dose"),
        ({"dose": "0", "dose_unit": "mg"}, "dose"),
        ({"text": "Stop met de prednison."}, "text"),
        ({"timing": "medicatie afbouwen"}, "timing"),
        ({"start_on": TODAY, "end_on": TODAY - timedelta(days=1)}, "end_on"),
    ],
)
def test_items_a_draft_refuses(clinic, behandelaar, sheet, fields, field):
    with pytest.raises(UserError) as refused:
        save(behandelaar, sheet, items=edited(sheet, **fields))
    assert refused.value.field == field
    assert refused.value.item_id == sheet.items[0].id
    assert behandelaar.do(plans.open_plan, sheet.client.id).items == sheet.items


@pytest.mark.parametrize("fields", [{"name": " "}, {"weeks": 0}, {"weeks": 53}, {"goal": "Medicijnen afbouwen"}])
def test_phases_a_draft_refuses(behandelaar, sheet, fields):
    with pytest.raises(UserError):
        save(behandelaar, sheet, phases=[replace(sheet.phases[0], **fields), *sheet.phases[1:]])


def test_a_plan_without_phases_or_with_a_lost_item_is_refused(behandelaar, sheet):
    with pytest.raises(UserError, match="at least one phase"):
        save(behandelaar, sheet, phases=[], items=[])
    with pytest.raises(UserError, match="stands in no phase"):
        save(behandelaar, sheet, phases=sheet.phases[1:])


def test_the_refusal_to_stop_medication_names_the_prescriber(behandelaar, sheet):
    with pytest.raises(UserError, match="prescribing doctor"):
        save(behandelaar, sheet, items=edited(sheet, text="Bouw de medicatie af"))


def test_a_draft_can_be_thrown_away(clinic, behandelaar, client, sheet):
    behandelaar.do(followups.plan_follow_up, sheet.plan.id, TODAY + timedelta(days=30))
    assert behandelaar.do(plans.discard_draft, sheet.plan.id) is None
    assert behandelaar.do(plans.open_plan, client.id) is None
    assert rows(behandelaar, PlanItem) == []
    assert clinic.verified().ok


# -- discussing and activating -----------------------------------------------------------------------------------------------------------


def test_the_whole_way_to_an_active_plan(clinic, behandelaar, client, sheet):
    with pytest.raises(Conflict, match="Discuss the plan"):
        behandelaar.do(plans.activate, sheet.plan.id)
    discussed = behandelaar.do(plans.discuss, sheet.plan.id)
    assert (discussed.plan.status, discussed.version.status, discussed.version.agreed_on) == (
        PlanStatus.DISCUSSED,
        PlanStatus.DISCUSSED,
        TODAY,
    )
    with pytest.raises(Conflict, match="cannot be changed"):
        save(behandelaar, discussed, items=edited(discussed, text="Anders"))
    active = behandelaar.do(plans.activate, sheet.plan.id)
    assert (active.plan.status, active.version.status) == (PlanStatus.ACTIVE, PlanStatus.ACTIVE)
    assert active.version.valid_from == TODAY
    assert active.version.activated_by == behandelaar.user.id
    assert active.version.hash == plan_hash(active.version, active.phases, active.items)
    first = [item for item in active.items if item.phase_id == active.phases[0].id]
    assert {(item.status, item.begun_on) for item in first} == {(ItemStatus.ACTIVE, TODAY)}
    assert {(item.status, item.begun_on) for item in active.items if item not in first} == {(ItemStatus.PLANNED, None)}
    stored = rows(behandelaar, Client, id=client.id)[0]
    assert stored.status is ClientStatus.ACTIVE
    assert stored.last_clinical_change == active.version.activated_at or stored.last_clinical_change > active.version.activated_at
    assert stored.retention_until == date(2046, 9, 14)
    assert {entry[2] for entry in log_of(behandelaar, "SIGN")} == {"activate"}
    assert clinic.verified().ok


def test_a_discussed_plan_can_become_a_draft_again(clinic, behandelaar, sheet):
    behandelaar.do(plans.discuss, sheet.plan.id)
    with pytest.raises(Conflict, match="discussed already"):
        behandelaar.do(plans.discuss, sheet.plan.id)
    draft = behandelaar.do(plans.redraft, sheet.plan.id)
    assert (draft.plan.status, draft.version.status, draft.version.agreed_on) == (PlanStatus.DRAFT, PlanStatus.DRAFT, None)
    assert save(behandelaar, draft, items=edited(draft, text="Anders")).items[0].text == "Anders"
    assert clinic.verified().ok


def test_it_cannot_have_been_discussed_tomorrow(behandelaar, sheet):
    with pytest.raises(UserError, match="future"):
        behandelaar.do(plans.discuss, sheet.plan.id, TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("evaluate_on", "fine"),
    [
        (None, False),
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
        (TODAY + timedelta(days=84), True),
        (TODAY + timedelta(days=85), False),
    ],
)
def test_the_evaluation_date_is_at_most_twelve_weeks_after_the_start(behandelaar, sheet, evaluate_on, fine):
    saved = save(behandelaar, sheet, items=edited(sheet, evaluate_on=evaluate_on))
    if fine:
        assert activated(behandelaar, saved).plan.status is PlanStatus.ACTIVE
        return
    with pytest.raises(UserError) as refused:
        behandelaar.do(plans.discuss, sheet.plan.id)
    assert (refused.value.field, refused.value.item_id) == ("evaluate_on", saved.items[0].id)


def test_an_empty_plan_does_not_start(behandelaar, sheet):
    save(behandelaar, sheet, items=[])
    with pytest.raises(UserError, match="no items yet"):
        behandelaar.do(plans.discuss, sheet.plan.id)


@pytest.mark.parametrize("why", ["medication", "minor", "special", "nothing", "told none", "of age"])
def test_items_need_a_contra_check_when_there_is_a_reason(clinic, behandelaar, why):
    birth = {"minor": date(2008, 9, 15), "of age": date(2008, 9, 14)}.get(why)
    client = put_client(behandelaar, birth_date=birth)
    if why in {"medication", "told none"}:
        put_call(behandelaar, client, "levothyroxine 50 µg")
        clinic.clock.move(minutes=5)
        put_call(behandelaar, client, {"medication": "metformine", "told none": "Geen."}[why])
    if why == "special":

        def flag(work):
            check = work.store.add(RedFlagCheck(client_id=client.id))
            work.store.add(RedFlagAnswer(check_id=check.id, client_id=client.id, code="special", answer=Answer.YES))

        behandelaar.do(once(flag))
    sheet = behandelaar.do(plans.create_plan, client.id, "three_phases")
    if why in {"nothing", "told none", "of age"}:
        assert not sheet.cautions
        assert activated(behandelaar, sheet).plan.status is PlanStatus.ACTIVE
        return
    assert sheet.cautions
    with pytest.raises(UserError) as refused:
        behandelaar.do(plans.discuss, sheet.plan.id)
    assert refused.value.field == "contra_checked"
    checked = save(behandelaar, sheet, items=[replace(item, contra_checked=True) for item in sheet.items])
    assert activated(behandelaar, checked).plan.status is PlanStatus.ACTIVE
    assert clinic.verified().ok


# -- frozen ------------------------------------------------------------------------------------------------------------------------------


def test_an_activated_version_is_frozen_at_the_door(behandelaar, sheet):
    active = activated(behandelaar, sheet)
    with pytest.raises(Conflict, match="cannot be changed"):
        save(behandelaar, active, items=edited(active, text="Anders"))
    for case in (plans.discuss, plans.activate, plans.redraft, plans.discard_draft):
        with pytest.raises(Conflict):
            behandelaar.do(case, sheet.plan.id)


COPY_PHASE = """INSERT INTO plan_phase (id, version, created_at, created_by, version_id, client_id, position, name, weeks, goal, origin)
    SELECT 'other', version, created_at, created_by, version_id, client_id, position, name, weeks, goal, origin FROM plan_phase LIMIT 1"""
FORBIDDEN = [
    "UPDATE plan_version SET hash = 'x'",
    "UPDATE plan_version SET status = 'draft'",
    "UPDATE plan_version SET reason = 'x'",
    "UPDATE plan_version SET valid_from = '2020-01-01'",
    "INSERT OR REPLACE INTO plan_version SELECT * FROM plan_version",
    "UPDATE plan_phase SET name = 'x'",
    "UPDATE plan_phase SET weeks = 52",
    "DELETE FROM plan_phase",
    COPY_PHASE,
    "UPDATE plan_item SET text = 'x'",
    "UPDATE plan_item SET dose = '9'",
    "UPDATE plan_item SET contra_checked = 1",
    "UPDATE plan_item SET phase_id = (SELECT max(id) FROM plan_phase)",
    "DELETE FROM plan_item",
]
ALLOWED = ["UPDATE plan_item SET status = 'paused', stop_reason = 'wish'", "UPDATE plan_version SET status = 'replaced'"]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_database_itself_refuses_to_change_an_activated_version(clinic, behandelaar, sheet, sql):
    active = activated(behandelaar, sheet)
    with pytest.raises(Exception, match="activated"):
        behandelaar.do(once(lambda work: work.store.connection.exec_driver_sql(sql)))
    assert behandelaar.do(plans.open_plan, sheet.client.id) == active
    assert clinic.verified().ok


@pytest.mark.parametrize("sql", FORBIDDEN[5:])
def test_the_database_refuses_to_change_what_was_discussed(behandelaar, sheet, sql):
    behandelaar.do(plans.discuss, sheet.plan.id)
    with pytest.raises(Exception, match="activated"):
        behandelaar.do(once(lambda work: work.store.connection.exec_driver_sql(sql)))


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_becomes_of_items_may_go_on(clinic, behandelaar, sheet, sql):
    activated(behandelaar, sheet)
    behandelaar.do(once(lambda work: work.store.connection.exec_driver_sql(sql)))
    assert clinic.verified().ok


def test_a_second_active_plan_is_refused_by_the_database(behandelaar, sheet):
    active = activated(behandelaar, sheet)
    with pytest.raises(Conflict, match="there already"):
        behandelaar.do(once(lambda work: work.store.add(replace(active.plan, id=""))))


# -- versions ----------------------------------------------------------------------------------------------------------------------------


def test_a_new_version_replaces_the_active_one(clinic, behandelaar, client, sheet):
    first = activated(behandelaar, sheet)
    behandelaar.do(plans.stop_item, first.items[0].id, StopReason.SIDE_EFFECT)
    behandelaar.do(plans.pause_item, first.items[1].id)
    clinic.clock.move(days=30)
    with pytest.raises(UserError, match="why the plan changes"):
        behandelaar.do(plans.new_version, sheet.plan.id, " x ")
    draft = behandelaar.do(plans.new_version, sheet.plan.id, "Slaap gaat beter")
    assert (draft.plan.status, draft.version.status, draft.version.number) == (PlanStatus.ACTIVE, PlanStatus.DRAFT, 2)
    assert len(draft.items) == len(first.items) - 1
    assert draft.items[0].status is ItemStatus.PAUSED
    with pytest.raises(Conflict, match="new version already"):
        behandelaar.do(plans.new_version, sheet.plan.id, "Nog een keer")
    with pytest.raises(Conflict, match="new version that was not activated"):
        behandelaar.do(plans.complete_plan, sheet.plan.id)
    with pytest.raises(UserError) as late:  # the first phase is over: its items need a new evaluation date
        behandelaar.do(plans.discuss, sheet.plan.id)
    assert late.value.field == "evaluate_on"
    ahead = date(2026, 11, 1)
    items = [
        replace(i, evaluate_on=max(i.evaluate_on, ahead), text="Wandel langer" if n == 2 else i.text) for n, i in enumerate(draft.items)
    ]
    saved = save(behandelaar, draft, items=items)
    second = activated(behandelaar, saved)
    assert [(v.number, v.status) for v in second.versions] == [(2, PlanStatus.ACTIVE), (1, PlanStatus.REPLACED)]
    assert second.items[0].status is ItemStatus.PAUSED
    found = behandelaar.do(plans.compare_versions, first.version.id, second.version.id)
    texts = {(d.kind, field.field, field.new) for d in found for field in d.fields}
    assert (ChangeKind.CHANGED, "text", "Wandel langer") in texts
    gone = [(d.name, d.reason, d.ended_on) for d in found if d.kind is ChangeKind.STOPPED]
    assert gone == [(first.items[0].text, StopReason.SIDE_EFFECT, TODAY)]
    old = behandelaar.do(plans.open_plan, version_id=first.version.id)
    assert (old.version.status, old.read_only, len(old.items)) == (PlanStatus.REPLACED, True, len(first.items))
    assert old.version.hash == plan_hash(old.version, old.phases, old.items)
    assert clinic.verified().ok


def test_a_new_version_thrown_away_leaves_the_active_one(clinic, behandelaar, sheet):
    activated(behandelaar, sheet)
    behandelaar.do(plans.new_version, sheet.plan.id, "Toch maar niet")
    left = behandelaar.do(plans.discard_draft, sheet.plan.id)
    assert (left.version.number, left.version.status, left.plan.status) == (1, PlanStatus.ACTIVE, PlanStatus.ACTIVE)
    assert clinic.verified().ok


def test_only_an_active_plan_has_new_versions(behandelaar, sheet):
    with pytest.raises(Conflict):
        behandelaar.do(plans.new_version, sheet.plan.id, "Om een reden")


def test_versions_of_two_plans_are_not_compared(behandelaar, sheet):
    other = behandelaar.do(plans.create_plan, put_client(behandelaar, client_no="C-2").id, "five_r")
    with pytest.raises(Conflict):
        behandelaar.do(plans.compare_versions, sheet.version.id, other.version.id)


# -- items and the end -------------------------------------------------------------------------------------------------------------------


def test_the_state_machine_of_an_item(clinic, behandelaar, sheet):
    item = activated(behandelaar, sheet).items[0]

    def status_after(case, *args):
        found = behandelaar.do(case, item.id, *args)
        return next(other for other in found.items if other.id == item.id)

    assert status_after(plans.pause_item).status is ItemStatus.PAUSED
    with pytest.raises(Conflict):
        behandelaar.do(plans.pause_item, item.id)
    assert status_after(plans.resume_item).status is ItemStatus.ACTIVE
    stopped = status_after(plans.stop_item, StopReason.NO_EFFECT)
    assert (stopped.status, stopped.stop_reason) == (ItemStatus.STOPPED, "no_effect")
    for case in (plans.pause_item, plans.resume_item, plans.complete_item):
        with pytest.raises(Conflict):
            behandelaar.do(case, item.id)
    assert status_after(plans.reopen_item).stop_reason == ""
    assert status_after(plans.complete_item).status is ItemStatus.COMPLETED
    assert clinic.verified().ok


def test_items_of_a_draft_have_no_steps(behandelaar, sheet):
    with pytest.raises(Conflict):
        behandelaar.do(plans.complete_item, sheet.items[0].id)
    with pytest.raises(Conflict):
        behandelaar.do(plans.reopen_item, sheet.items[0].id)


@pytest.mark.parametrize("end", ["complete", "stop"])
def test_ending_a_plan(clinic, behandelaar, sheet, end):
    with pytest.raises(Conflict, match="Only an active plan"):
        behandelaar.do(plans.complete_plan, sheet.plan.id)
    activated(behandelaar, sheet)
    behandelaar.do(followups.plan_follow_up, sheet.plan.id, TODAY + timedelta(days=30))
    done = (
        behandelaar.do(plans.complete_plan, sheet.plan.id)
        if end == "complete"
        else behandelaar.do(plans.stop_plan, sheet.plan.id, StopReason.COSTS)
    )
    status = PlanStatus.COMPLETED if end == "complete" else PlanStatus.STOPPED
    assert (done.plan.status, done.version.status, done.plan.ended_on) == (status, status, TODAY)
    begun = [item for item in done.items if item.begun_on]
    assert {(item.status, item.stopped_on) for item in begun} == {(ItemStatus(str(status)), TODAY)}
    never = ItemStatus.PLANNED if end == "complete" else ItemStatus.STOPPED  # what never began was not done
    assert {item.status for item in done.items if not item.begun_on} == {never}
    assert {contact.follow_up.status for contact in done.contacts} == {FollowUpStatus.LAPSED}
    assert done.plan.stop_reason == ("" if end == "complete" else "costs")
    assert clinic.verified().ok


# -- reading and rights ------------------------------------------------------------------------------------------------------------------


def test_opening_is_logged_and_none_without_a_plan(clinic, behandelaar):
    client = put_client(behandelaar)
    assert behandelaar.do(plans.open_plan, client.id) is None
    assert log_of(behandelaar, "VIEW") == []
    sheet = behandelaar.do(plans.create_plan, client.id, "three_phases")
    behandelaar.do(plans.open_plan, client.id)
    assert ("plan_version", sheet.version.id, "open_plan", 0) in log_of(behandelaar, "VIEW")
    assert clinic.verified().ok


def test_the_receptionist_prints_but_neither_reads_nor_writes(clinic, behandelaar, sheet):
    desk = clinic.as_("receptie")
    for case, *args in (
        (plans.open_plan, sheet.client.id),
        (plans.plan_templates,),
        (plans.create_plan, sheet.client.id, "five_r"),
        (plans.save_version, sheet.version, sheet.phases, sheet.items),
        (plans.activate, sheet.plan.id),
        (plans.compare_versions, sheet.version.id, sheet.version.id),
    ):
        with pytest.raises(NotAllowed):
            desk.do(case, *args)
    with pytest.raises(NotFound, match="no active plan"):
        desk.do(plans.final_plan, sheet.client.id)
    active = activated(behandelaar, sheet)
    behandelaar.do(followups.plan_follow_up, sheet.plan.id, TODAY + timedelta(days=30))
    printed = desk.do(plans.final_plan, sheet.client.id)
    assert printed.items == active.items
    assert printed.contacts[0] == TODAY + timedelta(weeks=4)
    assert printed.practitioner == "Behandelaar A. Demo"
    assert ("plan_version", active.version.id, "final_plan", 0) in log_of(desk, "PRINT")
    assert clinic.verified().ok


def test_the_print_has_first_and_last_outcome(clinic, behandelaar, sheet):
    activated(behandelaar, sheet)

    def measure(work, calm, on):
        work.store.add(OutcomeScore(client_id=sheet.client.id, calm=calm, measured_on=on))

    for calm, on in ((3, TODAY - timedelta(days=60)), (0, TODAY - timedelta(days=30)), (6, TODAY)):
        behandelaar.do(once(measure), calm, on)
    outcomes = behandelaar.do(plans.final_plan, sheet.client.id, language="en").outcomes
    assert [(o.name, o.first, o.last) for o in outcomes] == [("Calm", 3, 6)]


def test_a_colleague_reads_but_writes_only_with_a_reason(clinic, behandelaar, sheet):
    colleague = clinic.as_("collega")
    seen = colleague.do(plans.open_plan, sheet.client.id)
    assert seen.items == sheet.items
    assert seen.scores.outcomes == ()
    with pytest.raises(NotAllowed) as denied:
        save(colleague, seen, items=edited(seen, text="Anders"))
    assert denied.value.needs_reason
    changed = colleague.do(plans.save_version, seen.version, seen.phases, edited(seen, text="Anders"), reason="Waarneming tijdens verlof")
    assert changed.items[0].text == "Anders"
    assert clinic.verified().ok


def test_the_manager_reads_without_scores_and_does_not_write(clinic, behandelaar, sheet):
    manager = clinic.as_("manager")
    assert manager.do(plans.open_plan, sheet.client.id).scores.complaints == ()
    with pytest.raises(NotAllowed):
        manager.do(plans.discuss, sheet.plan.id)
    assert clinic.verified().ok


# -- rules as properties -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Stop met medicatie", "Stop de metoprolol", "Bouw je antidepressiva af", "Medicijnen afbouwen", "Halveer de bloeddrukmedicatie",
        "Sla de pillen over", "stop taking your medication", "Reduce the omeprazole", "Verlaag de insuline",
        "Neem vitamine D. Stop met prednison!", "Gestopt met levothyroxine? Goed zo.", "Cut your medicine in half",
        "Vraag niemand. Bouw de medicatie af.",
    ],
)  # fmt: skip
def test_telling_to_stop_medication_is_seen(text):
    assert stops_medication(text)


@pytest.mark.parametrize(
    "text",
    [
        "Stop met roken", "Stop niet met je medicatie", "Niet zelf stoppen met medicatie", "Neem magnesium na de medicatie",
        "Overleg met de huisarts over afbouwen van medicatie", "Discuss lowering the medication with the prescriber", "Verminder suiker",
        "Bespreek met je arts of je de pil kunt stoppen", "Do not stop medication", "Slaap op vaste tijden", "In april minder koffie",
        "Verminder schermtijd op je tablet", "Neem een halve tablet zink", "Bouw rust in na de medicatie-inname overleg met apotheker",
    ],
)  # fmt: skip
def test_other_advice_is_left_alone(text):
    assert not stops_medication(text)


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text):
    assert stops_medication(text) in {True, False}
    assert parse_dose(text) is None or not parse_dose(text) or float(parse_dose(text)) > 0
    assert medication_told(text).strip() == medication_told(text)


@given(st.integers(1, 9_999_999), st.integers(0, 999))
def test_doses_are_read_exactly(whole, thousandths):
    read = parse_dose(f" {whole},{thousandths:03} ")
    assert round(float(read) * 1000) == whole * 1000 + thousandths
    assert parse_dose(read) == read
    assert "E" not in read


words = st.text(alphabet="abc ", min_size=1, max_size=4)


@st.composite
def contents(draw):
    phases = tuple(PlanPhase(id=f"p{n}", name=draw(words), weeks=draw(st.integers(1, 52))) for n in range(draw(st.integers(1, 3))))
    items = tuple(
        PlanItem(id=f"i{n}", phase_id=draw(st.sampled_from(phases)).id, text=draw(words), position=n)
        for n in range(draw(st.integers(0, 4)))
    )
    return Content(phases=phases, items=items)


@given(contents())
def test_a_version_does_not_differ_from_its_copy(content):
    ids = {phase.id: f"copy-{phase.id}" for phase in content.phases}
    copied = Content(
        phases=tuple(replace(phase, id=ids[phase.id], origin=phase.id) for phase in content.phases),
        items=tuple(replace(item, id=f"copy-{item.id}", origin=item.id, phase_id=ids[item.phase_id]) for item in content.items),
    )
    assert differences(content, copied) == ()


@given(contents(), contents())
def test_no_differences_means_the_same_content(old, new):
    same = old.phases == new.phases and {(i.id, i.text, i.phase_id) for i in old.items} == {(i.id, i.text, i.phase_id) for i in new.items}
    assert (differences(old, new) == ()) == same


@given(contents(), contents())
def test_the_hash_covers_the_content(one, two):
    version = PlanVersion(id="v", plan_id="p", client_id="c")
    shown = [[[(p.name, p.weeks), [i.text for i in c.items if i.phase_id == p.id]] for p in c.phases] for c in (one, two)]
    assert (plan_hash(version, one.phases, one.items) == plan_hash(version, two.phases, two.items)) == (shown[0] == shown[1])
