"""Nonconformities, audits, risks: what the tests at the door do with them."""

from datetime import timedelta

from nmx_desk.domain.deviations import Deviation
from nmx_desk.services import deviation_steps, deviations, tasks
from nmx_desk.services.deviation_steps import PlannedAction

CAUSE = {"why1": "Niet nagekeken", "cause": "Geen vaste controle", "similar": "Nergens anders"}


def _day(clinic):
    return clinic.as_("manager").do(tasks.list_tasks).today


def _case(clinic, client_id=None, who="manager"):
    told = Deviation(found_on=_day(clinic), summary="Formulier van vorig jaar gebruikt", client_id=client_id)
    return clinic.as_(who).do(deviations.register_deviation, told)


def _upto(clinic, steps):
    """A nonconformity after so many steps."""
    boss, one = clinic.as_("manager").do, _case(clinic)
    due = _day(clinic) + timedelta(days=7)
    way = (
        (deviation_steps.correct_deviation, "Weggehaald"), (deviation_steps.explain_deviation, CAUSE),
        (deviation_steps.plan_deviation, "Lijst maken", due, [PlannedAction(title="Lijst maken", due_on=due)]),
        (deviation_steps.carry_out_deviation,), (deviation_steps.check_effect, "Gekeken", True), (deviation_steps.close_deviation,),
    )  # fmt: skip
    for case, *told in way[:steps]:
        if case is deviation_steps.carry_out_deviation:
            for action in boss(deviations.open_deviation, one.id).parts.actions:
                boss(tasks.do_task, action.id)
        boss(case, one.id, *told)
    return one


def live(clinic, made):
    boss, desk = clinic.as_("manager").do, clinic.as_("receptie").do
    one = _upto(clinic, 2)
    boss(deviations.change_deviation, boss(deviations.open_deviation, one.id).deviation, {"cause": "Geen lijst"})
    boss(deviation_steps.add_deviation_action, one.id, "Alvast navragen", None, _day(clinic) + timedelta(days=2))
    boss(deviation_steps.undo_deviation_step, one.id)
    boss(deviations.add_deviation_file, one.id, "foto.pdf", b"%PDF-1.4")
    _upto(clinic, 6)
    boss(deviation_steps.reopen_deviation, _upto(clinic, 5).id)
    about = _case(clinic, made["anna"].id, "receptie")
    assert desk(deviations.list_deviations).rows[0].id == about.id
    assert boss(deviations.draft_deviation, f"deviation:{about.id}").source == f"deviation:{about.id}"


def looks(clinic, made):
    client_id = made["note_signed"].client_id
    return {
        "list_deviations": ("manager", (deviations.list_deviations,), None),
        "open_deviation": ("manager", (deviations.open_deviation, _case(clinic, client_id).id), client_id),
    }


WITHOUT = ("draft_deviation",)


def _at(steps, case, *told):
    return lambda s: (case, _upto(s.clinic, steps).id, *told)


CELLS = [
    ("see the nonconformities", "R+ P+ M+ A- U+", lambda _s: (deviations.list_deviations,)),
    ("open a nonconformity of another", "R- P- M+ A- U+", lambda s: (deviations.open_deviation, _case(s.clinic).id)),
    ("begin a nonconformity", "R+ P+ M+ A- U-", lambda _s: (deviations.draft_deviation,)),
    ("register a nonconformity", "R+ P+ M+ A- U-",
     lambda s: (deviations.register_deviation, Deviation(found_on=_day(s.clinic), summary="Sleutel kwijt"))),
    ("change a nonconformity", "R- P- M+ A- U-", lambda s: (deviations.change_deviation, _case(s.clinic))),
    ("add a file to a nonconformity", "R- P- M+ A- U-", _at(0, deviations.add_deviation_file, "foto.pdf", b"%PDF-1.4")),
    ("correct a nonconformity", "R- P- M+ A- U-", _at(0, deviation_steps.correct_deviation, "Weggehaald")),
    ("find the cause of a nonconformity", "R- P- M+ A- U-", _at(1, deviation_steps.explain_deviation, CAUSE, None)),
    ("plan an action", "R- P- M+ A- U-", lambda s: (
        deviation_steps.plan_deviation, _upto(s.clinic, 2).id, "Lijst", _day(s.clinic),
        [PlannedAction(title="Lijst", due_on=_day(s.clinic))])),
    ("add an action to a nonconformity", "R- P- M+ A- U-",
     lambda s: (deviation_steps.add_deviation_action, _upto(s.clinic, 2).id, "Navragen", None, _day(s.clinic))),
    ("say that actions were carried out", "R- P- M+ A- U-", lambda s: (deviation_steps.carry_out_deviation, _carried(s.clinic))),
    ("test the effect of actions", "R- P- M+ A- U-", _at(4, deviation_steps.check_effect, "Gekeken", True)),
    ("close a nonconformity", "R- P- M+ A- U-", _at(5, deviation_steps.close_deviation)),
    ("reopen a nonconformity", "R- P- M+ A- U-", _at(5, deviation_steps.reopen_deviation)),
    ("take back a step of a nonconformity", "R- P- M+ A- U-", _at(1, deviation_steps.undo_deviation_step)),
]  # fmt: skip


def _carried(clinic):
    one = _upto(clinic, 3)
    for action in clinic.as_("manager").do(deviations.open_deviation, one.id).parts.actions:
        clinic.as_("manager").do(tasks.do_task, action.id)
    return one.id


