"""Tasks at the door: whose they are, who reads them, done and coming again, handed over, never gone while late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role, User
from nmx_desk.domain.tasks import Repeat, Task, TaskStatus, next_due, task_state
from nmx_desk.services import tasks, today
from tests.clinic import once

TODAY = date(2026, 9, 14)
D = timedelta(days=1)


@pytest.fixture
def care(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager")


def add(who, title="Huisarts bellen", days=0, **kw):
    return who.do(tasks.add_task, Task(title=title, due_on=TODAY + days * D, **kw))


def titles(who, **kw):
    return [row.task.title for row in who.do(tasks.list_tasks, **kw).rows]


def test_what_a_practitioner_writes_tells_of_care_and_the_reception_reads_none_of_it(clinic, care, desk, boss, client):
    add(care, "Uitslag bespreken", client_id=client.id, owner_id=care.user.id)
    add(care, "Nieuwe afspraak maken", client_id=client.id, role=Role.RECEPTIONIST)
    assert titles(care) == ["Uitslag bespreken", "Nieuwe afspraak maken"]
    assert titles(desk) == ["Nieuwe afspraak maken"]
    assert titles(boss) == ["", "Nieuwe afspraak maken"]
    hidden = boss.do(tasks.list_tasks).rows[0]
    assert hidden.hidden and not hidden.task.note and hidden.client == client.name
    assert titles(clinic.as_("collega")) == ["", "Nieuwe afspraak maken"], "a colleague's client"
    assert clinic.verified().ok


def test_the_reception_cannot_change_what_it_does_not_read(clinic, care, desk, client):
    made = add(care, "Uitslag bespreken", client_id=client.id)
    for case, *args in (
        (tasks.do_task, made.id), (tasks.lapse_task, made.id, "hoeft niet"), (tasks.move_task, made.id, TODAY + D),
        (tasks.hand_task, made.id, desk.user.id), (tasks.change_task, replace(made, title="x")),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            desk.do(case, *args)
    assert care.do(tasks.list_tasks).rows[0].task == made


def test_a_task_of_care_is_never_handed_to_the_reception(care, desk, client):
    made = add(care, "Uitslag bespreken", client_id=client.id)
    for owner in ({"owner_id": desk.user.id}, {"role": Role.RECEPTIONIST}):
        with pytest.raises(UserError) as refused:
            care.do(tasks.hand_task, made.id, **owner)
        assert refused.value.field == "owner"


def test_the_manager_hands_over_what_a_leaver_had_without_reading_it(clinic, care, boss, client):
    made = add(care, "Uitslag bespreken", client_id=client.id, owner_id=care.user.id)
    other = clinic.as_("collega").user
    given_ = boss.do(tasks.hand_task, made.id, other.id)
    assert given_.owner_id == other.id and given_.title == ""
    [row] = clinic.as_("collega").do(tasks.list_tasks).rows
    assert row.mine and row.task.title == "Uitslag bespreken"
    assert clinic.verified().ok


def test_tasks_of_who_left_stay_and_say_so(clinic, care, boss, client):
    add(care, client_id=client.id, owner_id=clinic.as_("collega").user.id)
    leaver = clinic.as_("collega").user
    boss.do(once(lambda work: work.store.change(work.store.get(User, leaver.id), is_active=False)))
    [row] = boss.do(tasks.list_tasks).rows
    assert row.left and row.owner == leaver.display_name
    with pytest.raises(UserError, match="cannot be given"):
        add(care, owner_id=leaver.id)


def test_done_taken_back_and_coming_again(clinic, care, client):
    made = add(care, "Controle", client_id=client.id, repeat=Repeat.SIX_WEEKS)
    done = care.do(tasks.do_task, made.id)
    assert (done.task.status, done.task.done_by, done.following.due_on) == (TaskStatus.DONE, care.user.id, TODAY + 42 * D)
    assert titles(care) == ["Controle"] and titles(care, done=True) == ["Controle"]
    with pytest.raises(Conflict):
        care.do(tasks.do_task, made.id)
    care.do(tasks.undo_task, made.id)
    [row] = care.do(tasks.list_tasks).rows
    assert row.id == made.id and titles(care, done=True) == []
    again = care.do(tasks.do_task, made.id).following
    care.do(tasks.move_task, again.id, TODAY + 50 * D)
    with pytest.raises(Conflict, match="changed already"):
        care.do(tasks.undo_task, made.id)
    assert clinic.verified().ok


def test_a_late_recall_counts_from_the_day_it_was_done(clinic, care, client):
    made = add(care, "Controle", client_id=client.id, repeat=Repeat.QUARTER)
    clinic.clock.move(days=100)
    following = care.do(tasks.do_task, made.id).following
    assert following.due_on == date(2027, 3, 23)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(-400, 400), st.sampled_from([one for one in Repeat if one]))
def test_what_comes_again_always_lies_ahead(due, days, repeat):
    done = due + days * D
    day = next_due(due, repeat, done)
    assert day is not None and day > done and next_due(due, Repeat.NEVER, done) is None


def test_late_ones_never_disappear(clinic, care, boss, desk, client):
    add(care, "Laat", client_id=client.id, owner_id=care.user.id)
    add(desk, "Balie", role=Role.RECEPTIONIST)
    clinic.clock.move(days=400)
    assert [row.state for row in care.do(tasks.list_tasks).rows] == ["overdue", "overdue"]
    assert care.do(tasks.count_tasks) == 1 and desk.do(tasks.count_tasks) == 1
    assert [row.task.title for row in care.do(today.today).mine.tasks] == ["Laat"]
    assert [row.task.title for row in desk.do(today.today).desk.tasks] == ["Balie"]
    late = boss.do(today.today).month.overdue
    assert [one.kind for one in late if one.kind == "task"] == ["task", "task"]
    boss.do(once(lambda work: work.store.change(work.store.get(Client, client.id), deceased_on=TODAY)))
    [gone] = [row for row in care.do(tasks.list_tasks).rows if row.task.title == "Laat"]
    assert gone.gone
    with pytest.raises(UserError, match="died or left"):
        add(care, days=500, client_id=client.id)


def test_lapsed_with_a_reason_and_taken_back(care, client):
    made = add(care, client_id=client.id, note="via de assistente")
    with pytest.raises(UserError):
        care.do(tasks.lapse_task, made.id, " ")
    lapsed = care.do(tasks.lapse_task, made.id, "al geregeld")
    assert (lapsed.status, lapsed.note) == (TaskStatus.LAPSED, "via de assistente\nal geregeld")
    assert care.do(tasks.undo_task, made.id).status is TaskStatus.OPEN


@pytest.mark.parametrize(
    "task",
    [Task(title=" ", due_on=TODAY), Task(title="x", due_on=TODAY - D), Task(title="x", due_on=TODAY + 1200 * D),
     Task(title="x" * 201, due_on=TODAY), Task(title="x", due_on=TODAY, role=Role.ADMIN)],
)  # fmt: skip
def test_what_is_no_task(care, task):
    with pytest.raises(UserError):
        care.do(tasks.add_task, task)


def test_two_who_change_one_task(care, client):
    made = add(care, client_id=client.id)
    care.do(tasks.change_task, replace(made, title="Apotheek bellen"))
    with pytest.raises(Conflict):
        care.do(tasks.change_task, replace(made, title="Arts bellen"))


def test_the_clients_part_shows_all_and_is_for_who_reads_the_file(clinic, care, boss, desk, client):
    add(care, "Uitslag bespreken", client_id=client.id)
    care.do(tasks.do_task, add(care, "Gedaan", client_id=client.id).id)
    add(care, "Van de praktijk")
    assert [row.task.title for row in care.do(tasks.client_tasks, client.id).rows] == ["Uitslag bespreken", "Gedaan"]
    for who in (boss, clinic.as_("collega")):
        with pytest.raises(NotAllowed):
            who.do(tasks.client_tasks, client.id)
        assert who.do(tasks.client_tasks, client.id, reason="waarneming bij ziekte").rows[0].task.title == "Uitslag bespreken"
    with pytest.raises(NotAllowed):
        desk.do(tasks.client_tasks, client.id, reason="ik wil het weten")


@given(st.integers(-40, 40))
def test_overdue_is_derived(days):
    state = task_state(Task(due_on=TODAY), TODAY + days * D)
    assert state == ("coming" if days < 0 else "today" if days == 0 else "overdue")
