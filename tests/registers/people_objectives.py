"""Quality objectives at the door."""

from datetime import date

from nmx_desk.domain.objectives import Objective, ObjectiveReading, ObjectiveStatus
from nmx_desk.services import objectives

S = ObjectiveStatus


def _made(clinic, *, running=False, figure=""):
    boss = clinic.as_("manager")
    told = Objective(title="Sneller bellen", target="90", unit="%", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31), figure=figure,
                     owner_id=boss.user.id)  # fmt: skip
    made = boss.do(objectives.save_objective, told)
    return boss.do(objectives.step_objective, made.id, S.RUNNING) if running else made


def _read(clinic):
    told = ObjectiveReading(value="80", read_on=clinic.clock().date())
    return clinic.as_("manager").do(objectives.add_reading, _made(clinic, running=True).id, told)


def live(clinic, made):
    boss = clinic.as_("manager").do
    one = _made(clinic, running=True)
    reading = boss(objectives.add_reading, one.id, ObjectiveReading(value="80", read_on=clinic.clock().date()))
    boss(objectives.take_back_reading, reading.id)
    boss(objectives.add_objective_action, one.id, "Rooster aanpassen", None, date(2027, 1, 4))
    boss(objectives.add_objective_file, one.id, "plan.pdf", b"%PDF-1.4")
    boss(objectives.step_objective, one.id, S.REACHED, "92 %", "zo doorgaan")
    boss(objectives.take_back_objective_step, one.id)
    boss(objectives.step_objective, one.id, S.REACHED, "92 %", "zo doorgaan")
    boss(objectives.copy_objective, one.id)
    assert boss(objectives.open_objective, one.id).row.objective.status is S.REACHED
    assert len(boss(objectives.list_objectives).rows) == 2


def looks(clinic, made):
    return {
        "list_objectives": ("manager", (objectives.list_objectives,), None),
        "open_objective": ("manager", (objectives.open_objective, _made(clinic).id), None),
    }


CELLS = [
    ("list the objectives", "R- P- M+ A- U+", lambda _s: (objectives.list_objectives,)),
    ("open an objective", "R- P- M+ A- U+", lambda s: (objectives.open_objective, _made(s.clinic, figure="K15").id)),
    ("set an objective", "R- P- M+ A- U-",
     lambda _s: (objectives.save_objective, Objective(title="Doel", target="1", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31)))),
    ("start an objective", "R- P- M+ A- U-", lambda s: (objectives.step_objective, _made(s.clinic).id, S.RUNNING)),
    ("take a step of an objective back", "R- P- M+ A- U-",
     lambda s: (objectives.take_back_objective_step, _made(s.clinic, running=True).id)),
    ("write a value of an objective down", "R- P- M+ A- U-",
     lambda s: (objectives.add_reading, _made(s.clinic).id, ObjectiveReading(value="1", read_on=s.clinic.clock().date()))),
    ("take a value of an objective back", "R- P- M+ A- U-", lambda s: (objectives.take_back_reading, _read(s.clinic).id)),
    ("make next year's objective", "R- P- M+ A- U-", lambda s: (objectives.copy_objective, _made(s.clinic).id)),
    ("add an action to an objective", "R- P- M+ A- U-",
     lambda s: (objectives.add_objective_action, _made(s.clinic).id, "Bellen", None, date(2027, 1, 4))),
    ("add a file to an objective", "R- P- M+ A- U-", lambda s: (objectives.add_objective_file, _made(s.clinic).id, "a.pdf", b"%PDF-1.4")),
]  # fmt: skip
