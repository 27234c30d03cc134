"""C6, C13 to C15 at the door: made, read by the auditor, without whom they are about, K17 as the figures have it."""

from datetime import date, timedelta

import pytest

from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import Deviation, Grade
from nmx_desk.domain.people import Role
from nmx_desk.domain.risks import Risk
from nmx_desk.services import audits, capa_prints, clients, deviation_steps, deviations, figures, people, reports, risks, tasks
from nmx_desk.services.deviation_steps import PlannedAction
from tests.clinic import PASSWORD, once
from tests.prints import page_texts

TODAY = date(2026, 9, 14)
YEAR = {"date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}
CAUSE = {"why1": "Niet nagekeken", "cause": "Geen vaste controle", "similar": "Nergens anders"}


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


def followed(clinic, boss, *, late=False, helped=True, client_id=None):
    """One up to its test: carried out in time or late, helping or not."""
    told = Deviation(found_on=clinic.clock().date(), summary="Oude versie in de kast", clause="7.5.3", client_id=client_id)
    one = boss(deviations.register_deviation, told, "Mevrouw De Vries zag het.")
    boss(deviation_steps.correct_deviation, one.id, "Weggehaald")
    boss(deviation_steps.explain_deviation, one.id, CAUSE)
    due = clinic.clock().date() + timedelta(days=5)
    boss(deviation_steps.plan_deviation, one.id, "Lijst", due, [PlannedAction(title="Lijst maken", due_on=due)])
    clinic.clock.move(days=9 if late else 2)
    for action in boss(deviations.open_deviation, one.id).parts.actions:
        boss(tasks.do_task, action.id)
    boss(deviation_steps.carry_out_deviation, one.id)
    boss(deviation_steps.check_effect, one.id, "Gekeken", helped)
    return boss(deviation_steps.close_deviation if helped else deviation_steps.reopen_deviation, one.id)


def test_in_time_and_effective_are_what_the_figures_say(clinic, boss):
    followed(clinic, boss)
    followed(clinic, boss, late=True)
    followed(clinic, boss, helped=False)
    found = boss(once(lambda work: capa_prints.capa_print(work, *YEAR.values())))
    assert (found.in_time, found.effective, found.closed, len(found.open_now), found.reopened) == ((2, 3), (2, 3), 2, 1, 1)
    board = boss(figures.dashboard, *YEAR.values())
    for key, (hits, of) in (("K17_time", found.in_time), ("K17_effect", found.effective)):
        figure = board.figure(key)
        assert (figure.numerator, figure.denominator) == (hits, of)


def test_every_report_names_its_content_and_nobody_it_is_about(clinic, boss):
    anna = clinic.as_("receptie").do(clients.create_client, Client(first_name="Anna", surname="de Vries", phone="0600112233"))
    followed(clinic, boss, client_id=anna.id)
    audit = boss(audits.plan_audit, QualityAudit(title="Documenten", clauses="7.5", auditor="B. Buiten", planned_on=TODAY))
    boss(audits.hold_audit, audit.id)
    told = AuditFinding(audit_id=audit.id, grade=Grade.MINOR, clause="7.5", text="Oude versie", evidence="Kamer 2")
    boss(audits.save_finding, told)
    boss(risks.add_risk, Risk(title="Datalek bij de post", chance=3, impact=4))
    clinic.as_("beheerder").do(people.add_user, "auditor", "X. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    reader = clinic.as_("auditor").do
    made = {name: "".join(page_texts(reader(reports.make_report, name, **YEAR))) for name in ("deviations", "programme", "risks")}
    made["audit"] = "".join(page_texts(reader(capa_prints.print_audit, audit.id)))
    said = {"deviations": "Geen vaste controle", "programme": "AU-00001", "risks": "Datalek bij de post", "audit": "Kamer 2"}
    for name, words in said.items():
        assert words in made[name] and "Vries" not in made[name] and anna.client_no not in made[name], name
    for name in ("deviations", "programme", "risks"):
        table = reader(reports.make_report, name, format="csv", **YEAR).decode("utf-8-sig")
        assert table.count("\r\n") >= 2 and "Vries" not in table
        assert reader(reports.make_report, name, format="xlsx", **YEAR)[:2] == b"PK"


def test_nothing_at_all_is_a_report_too(boss):
    for name in ("deviations", "programme", "risks"):
        assert boss(reports.make_report, name, **YEAR)[:5] == b"%PDF-"
