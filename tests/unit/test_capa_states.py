"""All pairs of DEVIATION_STEPS through the door, as ``test_state_tables`` does it."""

from datetime import timedelta

import pytest

from nmx_desk.domain import deviations as deviation_states
from nmx_desk.domain.deviations import Deviation, DeviationStatus
from nmx_desk.services import deviation_steps, deviations, tasks
from nmx_desk.services.deviation_steps import PlannedAction
from tests.unit.test_state_tables import Machine, World, refused

D = DeviationStatus


def manager(case, *args):
    return lambda world, record: world.do("manager", case, record, *args)


def plan(world, record):
    due = world.clinic.clock().date() + timedelta(days=7)
    world.do("manager", deviation_steps.plan_deviation, record, "Lijst maken", due, [PlannedAction(title="Lijst", due_on=due)])


def carry_out(world, record):
    for action in world.do("manager", deviations.open_deviation, record).parts.actions:
        if action.status == "open":
            world.do("behandelaar", tasks.do_task, action.id)
    world.do("manager", deviation_steps.carry_out_deviation, record)


_WAY = (D.CORRECTION, D.CAUSE, D.ACTION, D.DONE, D.TESTED)
DEVIATION = Machine(
    table=deviation_states.DEVIATION_STEPS, kind=Deviation, begins=D.OPEN,
    start=lambda world: world.do(
        "manager", deviations.register_deviation, Deviation(found_on=world.clinic.clock().date(), summary="Oude versie in de kast")
    ).id,
    acts={
        D.CORRECTION: manager(deviation_steps.correct_deviation, "Weggehaald"),
        D.CAUSE: manager(deviation_steps.explain_deviation, {"why1": "Niemand keek", "cause": "Geen lijst", "similar": "Nee, nagekeken"}),
        D.ACTION: plan, D.DONE: carry_out, D.TESTED: manager(deviation_steps.check_effect, "Gekeken", True),
        D.CLOSED: manager(deviation_steps.close_deviation), D.REOPENED: manager(deviation_steps.reopen_deviation),
    },
    ways={D.OPEN: (), D.CLOSED: (*_WAY, D.CLOSED), D.REOPENED: (*_WAY, D.REOPENED)}
    | {to: _WAY[: place + 1] for place, to in enumerate(_WAY)},
)  # fmt: skip
MACHINES = {"DEVIATION_STEPS": DEVIATION}


@pytest.mark.parametrize(("name", "now"), [(name, now) for name, machine in MACHINES.items() for now in machine.ways])
def test_every_step_is_as_the_table_has_it(clinic, name, now):
    machine, world = MACHINES[name], World(clinic)
    for to in machine.acts:
        record = machine.made(world, now)
        if machine.allows(now, to) or (now, to) in machine.back:
            record = machine.does(world, record, to)
            assert machine.state(world, record) is to, f"{now} → {to}"
        elif now is not to:
            refused(machine, world, record, now, to)
    assert clinic.verified().ok


def test_every_state_is_tried():
    for machine in MACHINES.values():
        assert set(machine.ways) == set(type(machine.begins)) and set(machine.acts) | {machine.begins} == set(machine.ways)
