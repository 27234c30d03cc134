"""Nonconformities, audits, risks: what the tests at the door do with them."""

from dataclasses import replace
from datetime import timedelta

from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.risks import Risk, RiskStatus
from nmx_desk.services import audits, capa_prints, deviation_steps, deviations, risks, tasks
from nmx_desk.services.deviation_steps import PlannedAction

HELD = ((audits.hold_audit,), (audits.report_audit, "In orde"))
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


def _risk(clinic):
    return clinic.as_("manager").do(risks.add_risk, Risk(title="Uitval van de telefoon", clause="7.1"))


def _audit(clinic, *steps):
    """An audit after these steps."""
    boss = clinic.as_("manager").do
    told = QualityAudit(title="Documenten", clauses="7.5", auditor="B. Buiten", planned_on=_day(clinic))
    one = boss(audits.plan_audit, told)
    for case, *given in steps:
        boss(case, one.id, *given)
    return one


def _finding(clinic, audit_id):
    return clinic.as_("manager").do(audits.save_finding, AuditFinding(audit_id=audit_id, text="Rustige balie"))


def _audits_live(clinic, boss):
    boss(audits.cancel_audit, _audit(clinic).id, "verzet")
    one = _audit(clinic)
    boss(audits.change_audit, replace(one, title="Documenten en registraties"))
    boss(audits.hold_audit, one.id)
    boss(audits.remove_finding, _finding(clinic, one.id).id)
    boss(audits.add_audit_file, one.id, "plan.pdf", b"%PDF-1.4")
    boss(audits.report_audit, one.id, "In orde")
    assert boss(capa_prints.print_audit, one.id)[:5] == b"%PDF-"
    boss(audits.close_audit, one.id)
    boss(audits.undo_audit_step, one.id)
    assert boss(audits.list_audits).rows and boss(audits.open_audit, one.id).audit.conclusion == "In orde"


def live(clinic, made):
    boss, desk = clinic.as_("manager").do, clinic.as_("receptie").do
    one = _upto(clinic, 2)
    boss(deviations.change_deviation, boss(deviations.open_deviation, one.id).deviation, {"cause": "Geen lijst"})
    boss(deviation_steps.add_deviation_action, one.id, "Alvast navragen", None, _day(clinic) + timedelta(days=2))
    boss(deviation_steps.undo_deviation_step, one.id)
    boss(deviations.add_deviation_file, one.id, "foto.pdf", b"%PDF-1.4")
    _upto(clinic, 6)
    boss(deviation_steps.reopen_deviation, _upto(clinic, 5).id)
    _audits_live(clinic, boss)
    risk = _risk(clinic)
    boss(risks.change_risk, replace(risk, measures="Tweede lijn"))
    boss(risks.review_risk, risk.id, 2, 2)
    boss(risks.add_risk_measure, risk.id, "Navragen", None, _day(clinic))
    boss(risks.add_risk_file, risk.id, "offerte.pdf", b"%PDF-1.4")
    boss(risks.step_risk, risk.id, RiskStatus.CONTROLLED)
    assert boss(risks.list_risks).rows and boss(risks.open_risk, risk.id).risk.status is RiskStatus.CONTROLLED
    about = _case(clinic, made["anna"].id, "receptie")
    assert desk(deviations.list_deviations).rows[0].id == about.id
    assert boss(deviations.draft_deviation, f"deviation:{about.id}").source == f"deviation:{about.id}"


def looks(clinic, made):
    client_id = made["note_signed"].client_id
    return {
        "list_deviations": ("manager", (deviations.list_deviations,), None),
        "list_audits": ("manager", (audits.list_audits,), None),
        "open_audit": ("manager", (audits.open_audit, _audit(clinic).id), None),
        "list_risks": ("manager", (risks.list_risks,), None),
        "print_audit": ("manager", (capa_prints.print_audit, _audit(clinic).id), None),
        "open_risk": ("manager", (risks.open_risk, _risk(clinic).id), None),
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
    ("see the audit programme", "R- P- M+ A- U+", lambda _s: (audits.list_audits,)),
    ("open an audit", "R- P- M+ A- U+", lambda s: (audits.open_audit, _audit(s.clinic).id)),
    ("plan an audit", "R- P- M+ A- U-", lambda s: (audits.plan_audit, replace(_audit(s.clinic), id="", title="Klachten"))),
    ("change an audit", "R- P- M+ A- U-", lambda s: (audits.change_audit, _audit(s.clinic))),
    ("hold an audit", "R- P- M+ A- U-", lambda s: (audits.hold_audit, _audit(s.clinic).id)),
    ("write down a finding", "R- P- M+ A- U-",
     lambda s: (audits.save_finding, AuditFinding(audit_id=_audit(s.clinic, *HELD[:1]).id, text="Rustige balie"))),
    ("take a finding away", "R- P- M+ A- U-",
     lambda s: (audits.remove_finding, _finding(s.clinic, _audit(s.clinic, *HELD[:1]).id).id)),
    ("report an audit", "R- P- M+ A- U-", lambda s: (audits.report_audit, _audit(s.clinic, *HELD[:1]).id, "In orde")),
    ("close an audit", "R- P- M+ A- U-", lambda s: (audits.close_audit, _audit(s.clinic, *HELD).id)),
    ("cancel an audit", "R- P- M+ A- U-", lambda s: (audits.cancel_audit, _audit(s.clinic).id, "verzet")),
    ("take back a step of an audit", "R- P- M+ A- U-", lambda s: (audits.undo_audit_step, _audit(s.clinic, *HELD[:1]).id)),
    ("add a file to an audit", "R- P- M+ A- U-", lambda s: (audits.add_audit_file, _audit(s.clinic).id, "plan.pdf", b"%PDF-1.4")),
    ("print an audit", "R- P- M+ A- U+", lambda s: (capa_prints.print_audit, _audit(s.clinic).id)),
    ("see the risks", "R- P- M+ A- U+", lambda _s: (risks.list_risks,)),
    ("open a risk", "R- P- M+ A- U+", lambda s: (risks.open_risk, _risk(s.clinic).id)),
    ("write down a risk", "R- P- M+ A- U-", lambda _s: (risks.add_risk, Risk(title="Datalek"))),
    ("change a risk", "R- P- M+ A- U-", lambda s: (risks.change_risk, _risk(s.clinic))),
    ("look at a risk again", "R- P- M+ A- U-", lambda s: (risks.review_risk, _risk(s.clinic).id, 1, 1)),
    ("take a step with a risk", "R- P- M+ A- U-", lambda s: (risks.step_risk, _risk(s.clinic).id, RiskStatus.CONTROLLED)),
    ("add a measure to a risk", "R- P- M+ A- U-", lambda s: (risks.add_risk_measure, _risk(s.clinic).id, "Navragen", None, _day(s.clinic))),
    ("add a file to a risk", "R- P- M+ A- U-", lambda s: (risks.add_risk_file, _risk(s.clinic).id, "offerte.pdf", b"%PDF-1.4")),
    ("take back a step of a nonconformity", "R- P- M+ A- U-", _at(1, deviation_steps.undo_deviation_step)),
]  # fmt: skip


def _carried(clinic):
    one = _upto(clinic, 3)
    for action in clinic.as_("manager").do(deviations.open_deviation, one.id).parts.actions:
        clinic.as_("manager").do(tasks.do_task, action.id)
    return one.id


