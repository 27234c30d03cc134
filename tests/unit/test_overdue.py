"""What is overdue, of all there is, in one list: the manager with names, the auditor without; targets of the figures."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nmx_desk.data.log import LogFilter
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.objectives import Direction, Objective, ObjectiveStatus
from nmx_desk.domain.people import Role
from nmx_desk.domain.privacy import PrivacyRequest, PrivacyState
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.tasks import Task
from nmx_desk.services import clients, dashboard, log, people
from nmx_desk.services.desk import use_case
from nmx_desk.services.overdue import list_overdue
from nmx_desk.services.today import today
from tests.clinic import PASSWORD


@use_case("session.use")
def add(work, *records):
    return [work.store.add(record) for record in records]


@pytest.fixture
def auditor(clinic):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    return clinic.as_("auditor")


@pytest.fixture
def late(clinic):
    """One thing of each kind that is late, and one of each that is not."""
    desk, me, now = clinic.as_("receptie"), clinic.as_("behandelaar").user.id, clinic.clock.moment
    day = now.date()
    anna = desk.do(clients.create_client, Client(first_name="Anna", surname="Jansen", phone="0600123456", practitioner_id=me))
    made = {}
    for ago, name in ((10, "late"), (-10, "coming")):
        on = day - timedelta(days=ago)
        made[name] = desk.do(
            add,
            AdviceRequest(first_name="Piet", surname="Proef", received_at=now - timedelta(days=max(ago, 0))),
            ConsultNote(client_id=anna.id, author_id=me, care_date=min(on, day)),
            Task(title="Bellen met Anna", client_id=anna.id, due_on=on),
            Grievance(number=f"KL-{name}", summary="Wachttijd", opened_on=on - timedelta(weeks=6)),
            Deviation(number=f"AF-{name}", summary="Verslag te laat", due_on=on),
            PrivacyRequest(number=f"P-{name}", client_id=anna.id, client_no=anna.client_no, due_on=on),
        )
    desk.do(add, PrivacyRequest(number="P-klaar", due_on=day - timedelta(days=9), state=PrivacyState.CLOSED))
    return made


def kinds(found):
    return sorted(item.kind for item in found)


def test_everything_that_is_late_and_nothing_that_is_not(clinic, late):
    found = clinic.as_("manager").do(list_overdue)
    assert kinds(found) == ["note", "privacy", "quality", "quality", "request", "task"]
    assert {item.id for item in found} == {record.id for record in late["late"]}
    assert {item.since for item in found} == {clinic.clock.moment.date() - timedelta(days=10)}
    assert {(item.part, item.what, item.number) for item in found if item.kind == "quality"} == {
        ("grievances", "judge", "KL-late"), ("deviations", "carry_out", "AF-late"),
    }  # fmt: skip


def test_a_task_says_what_it_is_unless_that_is_for_the_practitioner_alone(clinic, late):
    clinic.as_("receptie").do(add, Task(title="Bestel papier", care=False, due_on=clinic.clock.moment.date() - timedelta(days=2)))
    clinic.as_("receptie").do(add, Task(title="Uitslag bespreken", care=True, due_on=clinic.clock.moment.date() - timedelta(days=2)))
    said = {item.title for item in clinic.as_("manager").do(list_overdue) if item.kind == "task"}
    assert "Bestel papier" in said and "Uitslag bespreken" not in said


def test_today_shows_the_manager_the_same_list(clinic, late):
    manager = clinic.as_("manager")
    assert manager.do(today).month.overdue == manager.do(list_overdue)


def test_the_auditor_gets_no_name_no_number_and_no_word_of_a_client(auditor, late):
    found = auditor.do(list_overdue)
    assert kinds(found) == ["note", "privacy", "quality", "quality", "request", "task"]
    assert all(item.client == "" and item.client_id is None for item in found)
    said = repr(found)
    for word in ("Anna", "Jansen", "Piet", "Proef", "Bellen"):
        assert word not in said


def test_who_may_not_see_figures_sees_no_list(clinic, late):
    for name in ("receptie", "behandelaar", "beheerder"):
        with pytest.raises(NotAllowed):
            clinic.as_(name).do(list_overdue)


def test_the_look_is_logged(clinic, late):
    manager = clinic.as_("manager")
    manager.do(list_overdue)
    assert clinic.verified().ok
    assert [row.obj_type for row in manager.do(log.list_log, LogFilter(codes=("VIEW",)))] == ["overdue_list"]


def test_targets_come_from_running_objectives(clinic, auditor):
    running = Objective(number="D-1", title="Bereik", figure="K3", target="85,5", status=ObjectiveStatus.RUNNING)
    clinic.as_("manager").do(
        add, running, replace(running, number="D-2", figure="K7", target="6", direction=Direction.AT_MOST),
        replace(running, number="D-3", figure="K8", status=ObjectiveStatus.DRAFT),
        replace(running, number="D-4", figure="K9", target="veel"), replace(running, number="D-5", figure=""),
    )  # fmt: skip
    found = auditor.do(dashboard.figure_targets)
    assert {key: (one.value, one.direction) for key, one in found.items()} == {
        "K3": (85.5, Direction.AT_LEAST), "K7": (6.0, Direction.AT_MOST), "K10": (100.0, Direction.AT_LEAST),
        "K11": (100.0, Direction.AT_LEAST),
    }  # fmt: skip
    assert found["K3"].met(85.5) and not found["K3"].met(85.4)
    assert found["K7"].met(6) and not found["K7"].met(6.1)
