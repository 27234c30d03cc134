"""Four eyes at the door: who may propose, approve, refuse, withdraw and carry out; the one-person rule."""

import json

import pytest

from nmx_desk.data import log
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.domain.proposals import KINDS, ProposalStatus
from nmx_desk.domain.rights import RIGHTS
from nmx_desk.services import people, proposals
from nmx_desk.services.desk import USE_CASES, use_case
from nmx_desk.services.opening import ClinicSetup, create_clinic
from tests.clinic import PASSWORD, TestClinic


@pytest.fixture(autouse=True)
def _the_rules_alone(monkeypatch):
    """What follows the approval of a destruction at once is the business of its own module, and tested there."""
    for kind in ("erase", "merge"):
        monkeypatch.delitem(proposals._AT_ONCE, kind, raising=False)


@pytest.fixture(autouse=True)
def _use_cases():
    """The plain functions as use cases of this test only."""
    known = dict(USE_CASES)
    yield
    USE_CASES.clear()
    USE_CASES.update(known)


def proposed(desk, kind, subject="s1", **payload):
    case = use_case("session.use")(proposals.propose)
    return desk.do(case, kind, subject, payload, "omdat")


def taken(desk, proposal, kind):
    return desk.do(use_case("session.use")(proposals.take_approved), proposal.id, kind)


def newest(desk, **wanted):
    with desk.database.reading() as connection:
        return log.lines(desk._store(connection), log.LogFilter(**wanted))[0]


@pytest.fixture
def alone(tmp_path):
    """A practice of one person, who wears every hat."""
    made = TestClinic(tmp_path / "alone")
    roles = (Role.RECEPTIONIST, Role.PRACTITIONER, Role.MANAGER, Role.ADMIN)
    setup = ClinicSetup(clinic_name="Solo", display_name="S. Demo", username="solo", password=PASSWORD, roles=roles)
    create_clinic(made.folder, setup, made.around)
    yield made
    made.close()


def test_every_kind_names_rights_that_exist():
    rights = [right for kind in KINDS.values() for right in (kind.approve, kind.execute, kind.stand_in) if right]
    assert set(rights) <= set(RIGHTS)


def test_a_second_person_approves_and_it_is_carried_out_once(clinic):
    made = proposed(clinic.as_("receptie"), "merge", keep="c1", drop="c2")
    assert (made.status, made.reason, json.loads(made.payload)) == (ProposalStatus.OPEN, "omdat", {"drop": "c2", "keep": "c1"})
    [row] = clinic.as_("manager").do(proposals.list_proposals)
    assert (row.proposal.id, row.proposer, row.may_decide, row.own) == (made.id, "R. Demo", True, False)
    approved = clinic.as_("manager").do(proposals.approve_proposal, made.id, "klopt")
    assert (approved.status, approved.decided_by, approved.decision_reason, approved.alone) == (
        ProposalStatus.APPROVED, clinic.as_("manager").user.id, "klopt", False,
    )  # fmt: skip
    done = taken(clinic.as_("receptie"), made, "merge")
    assert (done.status, done.done_by) == (ProposalStatus.DONE, clinic.as_("receptie").user.id)
    with pytest.raises(Conflict):
        taken(clinic.as_("receptie"), made, "merge")
    assert clinic.verified().ok


def test_nothing_is_carried_out_before_its_approval_or_as_another_kind(clinic):
    made = proposed(clinic.as_("receptie"), "merge")
    with pytest.raises(Conflict):
        taken(clinic.as_("receptie"), made, "merge")
    clinic.as_("manager").do(proposals.approve_proposal, made.id)
    with pytest.raises(Conflict):
        taken(clinic.as_("receptie"), made, "access")


def test_who_lacks_the_right_neither_sees_nor_decides(clinic):
    made = proposed(clinic.as_("receptie"), "merge")
    for name in ("collega", "beheerder"):
        desk = clinic.as_(name)
        assert desk.do(proposals.list_proposals) == []
        for decide in (proposals.approve_proposal, proposals.refuse_proposal):
            with pytest.raises(NotAllowed):
                desk.do(decide, made.id, "reden")
            assert (newest(desk).code, newest(desk).rule) == ("DENY", "clients.approve")
    [row] = clinic.as_("receptie").do(proposals.list_proposals)
    assert (row.own, row.may_decide) == (True, False)


def test_a_refusal_says_why_and_is_final(clinic):
    made = proposed(clinic.as_("receptie"), "merge")
    manager = clinic.as_("manager")
    with pytest.raises(UserError):
        manager.do(proposals.refuse_proposal, made.id, "  ")
    refused = manager.do(proposals.refuse_proposal, made.id, "twee verschillende mensen")
    assert (refused.status, refused.decision_reason) == (ProposalStatus.REFUSED, "twee verschillende mensen")
    with pytest.raises(Conflict):
        manager.do(proposals.approve_proposal, made.id)


def test_only_the_proposer_withdraws_and_the_same_is_not_proposed_twice(clinic):
    made = proposed(clinic.as_("receptie"), "merge")
    with pytest.raises(Conflict):
        proposed(clinic.as_("behandelaar"), "merge")
    with pytest.raises(NotAllowed):
        clinic.as_("behandelaar").do(proposals.withdraw_proposal, made.id)
    assert clinic.as_("receptie").do(proposals.withdraw_proposal, made.id).status is ProposalStatus.WITHDRAWN
    assert proposed(clinic.as_("behandelaar"), "merge").id != made.id


def test_nobody_approves_what_they_proposed_while_a_colleague_can(clinic):
    admin = clinic.as_("beheerder")
    assert admin.do(people.add_user, "manager2", "N. Demo", (Role.MANAGER,), password=PASSWORD) == ""
    clinic.approve()
    made = proposed(clinic.as_("manager"), "merge")
    with pytest.raises(NotAllowed):
        clinic.as_("manager").do(proposals.approve_proposal, made.id)
    assert clinic.as_("manager2").do(proposals.approve_proposal, made.id).status is ProposalStatus.APPROVED


def test_who_approved_does_not_carry_out_what_needs_a_third(clinic):
    made = proposed(clinic.as_("receptie"), "erase")
    clinic.as_("manager").do(proposals.approve_proposal, made.id)
    with pytest.raises(NotAllowed):
        taken(clinic.as_("manager"), made, "erase")
    assert taken(clinic.as_("beheerder"), made, "erase").status is ProposalStatus.DONE


def test_alone_it_is_a_second_dated_step_and_the_log_says_so(alone):
    desk = alone.as_("solo")
    made = proposed(desk, "merge")
    alone.clock.move(minutes=5)
    approved = desk.do(proposals.approve_proposal, made.id)
    assert approved.alone
    assert approved.decided_at > approved.created_at
    assert newest(desk, obj_id=made.id).reason_code == "alone"
    assert taken(desk, made, "merge").status is ProposalStatus.DONE
    assert alone.verified().ok


def test_alone_a_destruction_waits_a_night_on_the_clinics_clock(alone):
    desk = alone.as_("solo")
    alone.clock.move(hours=13)  # 22:00 on the wall
    made = proposed(desk, "erase")
    alone.clock.move(hours=1, minutes=30)
    with pytest.raises(UserError):
        desk.do(proposals.approve_proposal, made.id)
    alone.clock.move(hours=1)  # past midnight at the clinic, not yet in UTC
    assert desk.do(proposals.approve_proposal, made.id).alone
    assert taken(desk, made, "erase").status is ProposalStatus.DONE


def test_where_nobody_can_approve_the_stand_in_does_so_alone(clinic):
    admin = clinic.as_("beheerder")
    admin.do(people.block_user, clinic.as_("manager").user.id)
    made = proposed(admin, "restore")
    assert admin.do(proposals.approve_proposal, made.id).alone
    stuck = proposed(clinic.as_("receptie"), "merge")
    with pytest.raises(NotAllowed):
        clinic.as_("receptie").do(proposals.approve_proposal, stuck.id)
