"""Users at the door: adding with approval, roles as proposals, blocking, registration numbers."""

from dataclasses import replace

import pytest

from nmx_desk.data import log
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role, User, check_registrations
from nmx_desk.domain.proposals import ProposalStatus
from nmx_desk.services import agenda, people, proposals
from nmx_desk.services.opening import ClinicSetup, create_clinic
from nmx_desk.vault.errors import WrongPassword
from tests.clinic import PASSWORD, TestClinic

NEW = "rode kat op het dak"


def person(desk, username):
    return next(p for p in desk.do(people.list_people) if p.user.username == username)


def lines(desk, **wanted):
    with desk.database.reading() as connection:
        return log.lines(desk._store(connection), log.LogFilter(**wanted))


@pytest.fixture
def alone(tmp_path):
    made = TestClinic(tmp_path / "alone")
    setup = ClinicSetup(clinic_name="Solo", display_name="S. Demo", username="solo", password=PASSWORD)
    create_clinic(made.folder, setup, made.around)
    yield made
    made.close()


def test_a_new_user_signs_in_once_the_manager_has_approved(clinic):
    admin, manager = clinic.as_("beheerder"), clinic.as_("manager")
    code = admin.do(people.add_user, "nieuw", "N. Demo", (Role.PRACTITIONER, Role.RECEPTIONIST), title="Therapeut")
    assert person(admin, "nieuw").waits
    with pytest.raises(NotAllowed, match=r"waits for the approval|wacht op goedkeuring"):
        clinic.front.sign_in("nieuw", code, new_password=NEW)
    with pytest.raises(NotAllowed):
        clinic.front.sign_in("nieuw", NEW)
    [row] = manager.do(proposals.list_proposals)
    done = manager.do(proposals.approve_proposal, row.proposal.id)
    assert done.status is ProposalStatus.DONE
    desk = clinic.desks["nieuw"] = clinic.front.sign_in("nieuw", NEW)
    assert desk.roles == {Role.PRACTITIONER, Role.RECEPTIONIST}
    roles = [line for line in lines(manager, codes=("ROLE",)) if line.obj_type == "user_role"]
    assert {(line.actor, line.action) for line in roles} == {(manager.user.id, "C")}
    assert desk.do(agenda.next_free, "intake", practitioner_id=desk.user.id)
    assert clinic.verified().ok


def test_a_refused_user_leaves_no_slot_and_the_name_is_free_again(clinic):
    admin, manager = clinic.as_("beheerder"), clinic.as_("manager")
    code = admin.do(people.add_user, "nieuw", "N. Demo", (Role.RECEPTIONIST,))
    [row] = manager.do(proposals.list_proposals)
    manager.do(proposals.refuse_proposal, row.proposal.id, "werkt hier niet")
    with pytest.raises(WrongPassword):
        clinic.front.sign_in("nieuw", code, new_password=NEW)
    assert admin.do(people.add_user, "nieuw", "O. Demo", (Role.RECEPTIONIST,))
    assert clinic.verified().ok


    admin, manager = clinic.as_("beheerder"), clinic.as_("manager")
    with pytest.raises(NotAllowed):
        admin.do(people.propose_roles, admin.user.id, (Role.ADMIN, Role.MANAGER))
    assert (lines(admin)[0].code, lines(admin)[0].rule) == ("DENY", "users.propose")
    made = admin.do(people.propose_roles, manager.user.id, (Role.MANAGER, Role.PRACTITIONER))
    with pytest.raises(NotAllowed):
        admin.do(proposals.approve_proposal, made.id)
    assert manager.roles == {Role.MANAGER}
    admin.do(people.add_user, "manager2", "N. Demo", (Role.MANAGER,), password=PASSWORD)
    for row in manager.do(proposals.list_proposals):
        if row.proposal.id != made.id:
            manager.do(proposals.approve_proposal, row.proposal.id)
    with pytest.raises(NotAllowed):
        manager.do(proposals.approve_proposal, made.id)
    clinic.as_("manager2").do(proposals.approve_proposal, made.id)
    manager.do(people.read_clinic)
    assert manager.roles == {Role.MANAGER, Role.PRACTITIONER}
    assert clinic.verified().ok


def test_approved_roles_hold_at_once_and_the_old_ones_are_gone(clinic):
    admin, desk = clinic.as_("beheerder"), clinic.as_("receptie")
    made = admin.do(people.propose_roles, desk.user.id, (Role.AUDITOR,), "gaat controleren")
    assert desk.may("clients.read")
    clinic.approve()
    desk.do(people.read_clinic)
    assert desk.roles == {Role.AUDITOR}
    assert not desk.may("clients.read")
    assert {(line.action, line.role) for line in lines(clinic.as_("manager"), codes=("ROLE",)) if line.obj_type == "user_role"} == {
        ("C", "manager"), ("D", "manager"),
    }  # fmt: skip
    assert clinic.as_("manager").do(proposals.list_proposals) == []
    assert made.reason == "gaat controleren"
    assert clinic.verified().ok


def test_roles_that_change_nothing_or_leave_no_administrator_are_refused(clinic):
    admin = clinic.as_("beheerder")
    receptionist = person(admin, "receptie").user.id
    for roles in ((), (Role.RECEPTIONIST,)):
        with pytest.raises(UserError):
            admin.do(people.propose_roles, receptionist, roles)
    with pytest.raises(UserError):
        clinic.as_("manager").do(people.block_user, admin.user.id)
    assert admin.do(people.read_clinic)


def test_the_founder_alone_adds_people_at_once_and_changes_roles_in_two_steps(alone):
    desk = alone.as_("solo")
    code = desk.do(people.add_user, "receptie", "R. Demo", (Role.RECEPTIONIST,))
    assert alone.front.sign_in("receptie", code, new_password=NEW).roles == {Role.RECEPTIONIST}
    assert {line.reason_code for line in lines(desk, codes=("KEY",)) if line.obj_type == "desk_user"} == {"alone"}
    made = desk.do(people.propose_roles, person(desk, "receptie").user.id, (Role.RECEPTIONIST, Role.AUDITOR))
    assert person(desk, "receptie").roles == {Role.RECEPTIONIST}
    alone.clock.move(minutes=1)
    assert desk.do(proposals.approve_proposal, made.id).alone
    assert person(desk, "receptie").roles == {Role.RECEPTIONIST, Role.AUDITOR}
    assert alone.verified().ok


def test_blocking_is_at_once_and_is_taken_back(clinic):
    manager, desk = clinic.as_("manager"), clinic.as_("receptie")
    manager.do(people.block_user, desk.user.id)
    with pytest.raises(NotAllowed):
        desk.do(people.read_clinic)
    del clinic.desks["receptie"]
    with pytest.raises(NotAllowed):
        clinic.front.sign_in("receptie", PASSWORD)
    clinic.as_("beheerder").do(people.unblock_user, desk.user.id)
    assert clinic.as_("receptie").roles == {Role.RECEPTIONIST}


def test_who_waits_for_approval_is_not_unblocked_instead(clinic):
    admin = clinic.as_("beheerder")
    admin.do(people.add_user, "nieuw", "N. Demo", (Role.ADMIN,))
    with pytest.raises(Conflict):
        admin.do(people.unblock_user, person(admin, "nieuw").user.id)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [
        ({"big": "1234567890"}, "big"), ({"big": "123456789012"}, "big"), ({"big": "1234567890x"}, "big"), ({"big": "१२३४५६७८९०१"}, "big"),
        ({"agb": "1234567"}, "agb"), ({"agb": "123456789"}, "agb"), ({"rbcz": "a b"}, "rbcz"), ({"rbcz": "1" * 21}, "rbcz"),
        ({"title": "arts"}, "title"), ({"title": "Basisarts"}, "title"), ({"title": "huis-arts"}, "title"), ({"title": "Arts."}, "title"),
    ],
)  # fmt: skip
def test_registration_numbers_that_cannot_be(numbers, field):
    with pytest.raises(UserError) as refused:
        check_registrations(User(**numbers))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "numbers", [{}, {"title": "arts", "big": "12345678901"}, {"agb": "12345678", "rbcz": "R123"}, {"title": "Artsenassistent"}]
)
def test_registration_numbers_that_can(numbers):
    check_registrations(User(**numbers))


def test_numbers_are_entered_with_the_user_and_changed_later(clinic):
    admin = clinic.as_("beheerder")
    with pytest.raises(UserError):
        admin.do(people.add_user, "dokter", "D. Demo", (Role.PRACTITIONER,), title="arts")
    admin.do(people.add_user, "dokter", "D. Demo", (Role.PRACTITIONER,), title="arts", big="12345678901", agb="12345678")
    user = person(admin, "dokter").user
    assert (user.title, user.big, user.agb) == ("arts", "12345678901", "12345678")
    with pytest.raises(UserError):
        admin.do(people.change_person, replace(user, big=""))
    changed = admin.do(people.change_person, replace(user, rbcz="R1", is_active=True, username="anders"))
    assert (changed.rbcz, changed.is_active, changed.username) == ("R1", False, "dokter")
    with pytest.raises(Conflict):
        admin.do(people.change_person, replace(user, rbcz="R2"))


def test_the_lock_comes_after_1_to_15_minutes(clinic):
    manager = clinic.as_("manager")
    for minutes in (0, 16):
        with pytest.raises(UserError):
            manager.do(people.change_clinic, replace(manager.clinic, lock_minutes=minutes))
    assert manager.do(people.change_clinic, replace(manager.clinic, lock_minutes=15)).lock_minutes == 15


def test_a_time_zone_that_is_none_is_refused_and_a_clinic_does_not_become_a_demo(clinic):
    """With a wrong zone no page would open any more; a demo asks for less of a password."""
    manager = clinic.as_("manager")
    for zone in ("Mars/Olympus", "", "../../etc/passwd", "Europe"):
        with pytest.raises(UserError):
            manager.do(people.change_clinic, replace(manager.clinic, zone=zone))
    assert manager.do(people.change_clinic, replace(manager.clinic, zone="America/Paramaribo", is_demo=True)).is_demo is False
    assert manager.do(people.read_clinic).zone == "America/Paramaribo"
