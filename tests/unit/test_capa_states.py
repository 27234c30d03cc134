"""All pairs of DEVIATION_STEPS, AUDIT_STEPS and RISK_STEPS through the door, as ``test_state_tables`` does it."""

from datetime import timedelta

import pytest

from nmx_desk.domain import audits as audit_states
from nmx_desk.domain import deviations as deviation_states
from nmx_desk.domain import risks as risk_states
from nmx_desk.domain.audits import AuditStatus, QualityAudit
from nmx_desk.domain.deviations import Deviation, DeviationStatus
from nmx_desk.domain.risks import Risk, RiskStatus
from nmx_desk.services import audits, deviation_steps, deviations, risks, tasks
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
A, R = AuditStatus, RiskStatus
_HELD = (A.HELD, A.REPORTED, A.CLOSED)
AUDIT = Machine(
    table=audit_states.AUDIT_STEPS, kind=QualityAudit, begins=A.PLANNED,
    start=lambda world: world.do("manager", audits.plan_audit, QualityAudit(
        title="Documenten", clauses="7.5", auditor="B. Buiten", planned_on=world.clinic.clock().date())).id,
    acts={
        A.HELD: manager(audits.hold_audit), A.REPORTED: manager(audits.report_audit, "In orde"), A.CLOSED: manager(audits.close_audit),
        A.CANCELLED: manager(audits.cancel_audit, "verzet naar volgend jaar"),
    },
    ways={A.PLANNED: (), A.CANCELLED: (A.CANCELLED,)} | {to: _HELD[: place + 1] for place, to in enumerate(_HELD)},
)  # fmt: skip
RISK = Machine(
    table=risk_states.RISK_STEPS, kind=Risk, begins=R.OPEN,
    start=lambda world: world.do("manager", risks.add_risk, Risk(title="Uitval van de telefoon")).id,
    acts={to: manager(risks.step_risk, to) for to in R},
    ways={R.OPEN: (), R.CONTROLLED: (R.CONTROLLED,), R.CLOSED: (R.CLOSED,)},
)
MACHINES = {"DEVIATION_STEPS": DEVIATION, "AUDIT_STEPS": AUDIT, "RISK_STEPS": RISK}


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
