"""The line of a life at the door: events with what belongs to them, re-dated, taken away, put back; complaints and plans beside."""

from dataclasses import replace
from datetime import date

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.history import EventRole, HistoryItem, HistoryKind, LifeEvent
from nmx_desk.domain.lifeline import Lane
from nmx_desk.services import complaints, history, lifeline, plans
from tests.clinic import once

FALL = LifeEvent(
    name="Val van de trap", began="a7", role=EventRole.TRIGGER, axes="hormones barrier", source="moeder", text="Twee weken in bed."
)  # fmt: skip


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id,
        birth_date=date(1980, 6, 1),
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


def sheet(desk, client):
    return desk.do(lifeline.open_lifeline, client.id)


def complaint(desk, client, words, **more):
    return desk.do(complaints.add_complaint, client.id, Complaint(words=words, **more))


def test_an_event_keeps_how_precise_it_is_and_what_belongs_to_it(desk, client, clinic):
    tired = complaint(desk, client, "Moe", onset="2019-05")
    made = desk.do(lifeline.add_event, client.id, FALL, [tired.id])
    found = sheet(desk, client)
    assert found.events == (made,) and (made.began, made.axes) == ("a7", "barrier hormones") and found.linked(made.id) == {tired.id}
    [entry, onset] = found.entries("Plan")
    assert (entry.lane, entry.first, entry.last, entry.until) == (Lane.TRIGGER, date(1987, 6, 1), date(1988, 5, 31), None)
    assert (onset.lane, onset.first, onset.until, onset.open) == (Lane.COMPLAINT, date(2019, 5, 1), found.today, True)
    assert clinic.verified().ok


@pytest.mark.parametrize(("event", "field"), [
    (replace(FALL, name=" "), "name"), (replace(FALL, began="ooit"), "began"), (replace(FALL, began="2031"), "began"),
    (replace(FALL, began="2019", ended="a7"), "ended"), (replace(FALL, began="", ended="2019"), "began"),
    (replace(FALL, text="x" * 2001), "text"), (replace(FALL, name="BSN 111222333"), "name"),
])  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(desk, client, event, field):
    with pytest.raises(UserError) as refused:
        desk.do(lifeline.add_event, client.id, event)
    assert refused.value.field == field and not sheet(desk, client).events


def test_re_dating_leaves_what_belongs_to_it_and_is_undone(desk, client):
    tired = complaint(desk, client, "Moe")
    made = desk.do(lifeline.add_event, client.id, FALL, [tired.id])
    later = desk.do(lifeline.change_event, replace(made, began="a9"))
    assert (later.began, sheet(desk, client).linked(made.id)) == ("a9", {tired.id})
    with pytest.raises(Conflict):
        desk.do(lifeline.change_event, replace(made, began="a3"))
    assert desk.do(lifeline.change_event, replace(later, began=made.began)).began == "a7"
    assert desk.do(lifeline.change_event, sheet(desk, client).events[0], ()).version == later.version + 1, "its row is as it was"
    assert sheet(desk, client).linked(made.id) == frozenset()


def test_what_was_taken_away_is_put_back_with_what_belonged_to_it(desk, client, clinic):
    tired, sad = complaint(desk, client, "Moe"), complaint(desk, client, "Somber")
    made = desk.do(lifeline.add_event, client.id, FALL, [tired.id, sad.id])
    gone, links = desk.do(lifeline.remove_event, made)
    assert gone == made and links == {tired.id, sad.id} and not sheet(desk, client).events and not sheet(desk, client).links
    desk.do(lifeline.put_back_event, gone, links)
    found = sheet(desk, client)
    assert [one.id for one in found.events] == [made.id] and found.linked(made.id) == links
    with pytest.raises(Conflict):
        desk.do(lifeline.put_back_event, gone, links)
    assert clinic.verified().ok


def test_a_link_follows_a_complaint_that_was_merged_and_comes_back_with_it(desk, client):
    tired, weary = complaint(desk, client, "Moe"), complaint(desk, client, "Uitgeput")
    made = desk.do(lifeline.add_event, client.id, FALL, [weary.id])
    desk.do(complaints.merge_complaints, tired.id, weary.id)
    assert sheet(desk, client).linked(made.id) == {tired.id}
    desk.do(lifeline.change_event, made, [tired.id])
    desk.do(complaints.unmerge_complaint, weary.id)
    assert sheet(desk, client).linked(made.id) == {weary.id}, "what was merged took its own links with it"


def test_events_never_belong_to_another_clients_complaints(desk, client):
    other = desk.do(once(lambda work: work.store.add(Client(client_no="C-000002", surname="Ander", practitioner_id=desk.user.id))))
    theirs = complaint(desk, other, "Pijn")
    with pytest.raises(Conflict):
        desk.do(lifeline.add_event, client.id, FALL, [theirs.id])
    assert not sheet(desk, client).events


def test_diagnoses_plans_and_resolved_complaints_lie_beside(desk, client, clinic):
    for one in (
        HistoryItem(name="Astma", began="a7", ended="1998"), HistoryItem(name="Zonder datum"),
        HistoryItem(kind=HistoryKind.FAMILY, name="Reuma", relation="oma", began="1970"),
        HistoryItem(kind=HistoryKind.OPERATION, name="Blindedarm", began="1999-03-02"),
    ):  # fmt: skip
        desk.do(history.add_told, client.id, one)
    over = complaint(desk, client, "Eczeem", onset="2020")
    desk.do(complaints.resolve_complaint, over.id)
    plan = desk.do(plans.create_plan, client.id, desk.do(plans.plan_templates)[0].code, "nl").plan
    assert not sheet(desk, client).plans, "a draft is no plan yet"
    desk.do(plans.discuss, plan.id)
    desk.do(plans.activate, plan.id)
    clinic.clock.move(days=10)
    found = sheet(desk, client)
    assert [one.name for one in found.items] == ["Blindedarm", "Astma"]
    by_name = {one.name: one for one in found.entries("Plan")}
    assert by_name["Astma"].until == date(1998, 12, 31) and by_name["Astma"].ending == date(1998, 1, 1)
    assert by_name["Eczeem"].until == over.created_at.date() and not by_name["Eczeem"].open
    assert (by_name["Plan"].first, by_name["Plan"].until, by_name["Plan"].open) == (over.created_at.date(), found.today, True)


def test_a_colleague_neither_reads_nor_writes(clinic, desk, client):
    made = desk.do(lifeline.add_event, client.id, FALL)
    other = clinic.as_("collega")
    for steps in (
        (lifeline.open_lifeline, client.id), (lifeline.add_event, client.id, FALL), (lifeline.change_event, replace(made, name="x")),
        (lifeline.remove_event, made), (lifeline.put_back_event, made),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            other.do(*steps)
    assert other.do(lifeline.open_lifeline, client.id, reason="waarneming").events == (made,)
