"""Formal complaints (Wkkgz)."""

from datetime import timedelta

from nmx_desk.domain.grievances import Grievance, GrievanceStatus, GrievanceTopic, GrievanceWay, Judgement
from nmx_desk.services import case_letters, grievances, reports
from tests.clinic import once

_today = once(lambda work: work.today())
_S = GrievanceStatus
WORDS = {"complainant": "Mevrouw zelf", "story": "Twee keer niet teruggebeld.", "wish": "Excuses"}


def held(desk, client_id=None, **told):
    """A complaint of today, which holds the client's file."""
    new = Grievance(client_id=client_id, opened_on=desk.do(_today), summary="Niet teruggebeld", topic=GrievanceTopic.ORGANISATION, **told)
    return desk.do(grievances.register_grievance, new, WORDS)


def ended(desk, grievance_id):
    """The client took it back: the hold is over."""
    return desk.do(grievances.step_grievance, grievance_id, _S.CLOSED, words={"judgement": "Ingetrokken na een gesprek."})


def live(clinic, made):
    boss, desk = clinic.as_("manager").do, clinic.as_("receptie")
    one = held(desk, made["anna"].id, way=GrievanceWay.PHONE)
    one = desk.do(grievances.change_grievance, one, WORDS | {"at_once": "Excuses gemaakt"})
    boss(grievances.extend_grievance, one.id, "Het laboratorium moet eerst antwoorden.")
    for to in (_S.CONFIRMED, _S.INVESTIGATING):
        boss(grievances.step_grievance, one.id, to)
    boss(grievances.undo_grievance_step, one.id)
    boss(grievances.step_grievance, one.id, _S.INVESTIGATING)
    boss(grievances.write_findings, one.id, {"findings": "De terugbellijst was niet nagelopen."})
    boss(grievances.step_grievance, one.id, _S.JUDGED, judgement=Judgement.FOUNDED, words={"judgement": "Gegrond."})
    boss(grievances.add_grievance_action, one.id, "Terugbellijst elke dag nalopen", None, one.opened_on + timedelta(days=7))
    boss(grievances.add_grievance_file, one.id, "brief.pdf", b"%PDF-1.4 brief")
    for kind in ("receipt", "longer", "judged"):
        assert boss(case_letters.grievance_letter, one.id, kind).startswith(b"%PDF")
    boss(grievances.step_grievance, one.id, _S.CLOSED)
    assert [row.id for row in boss(grievances.list_grievances)][:1] and boss(grievances.open_grievance, one.id).whole


def looks(clinic, made):
    one = held(clinic.as_("receptie"), made["note_signed"].client_id)
    return {
        "list_grievances": ("manager", (grievances.list_grievances,), None),
        "open_grievance": ("manager", (grievances.open_grievance, one.id), one.client_id),
    }


def _of(scene, who="receptie"):
    return held(scene.clinic.as_(who), scene.client().id)


CELLS = [
    ("see the complaints one registered", "R+ P+ M+ A+ U+", lambda _s: (grievances.list_grievances,)),
    ("open a complaint that the reception registered", "R+ P- M+ A- U+", lambda s: (grievances.open_grievance, _of(s).id)),
    ("open a complaint that a practitioner registered", "R- P+ M+ A- U+", lambda s: (grievances.open_grievance, _of(s, "behandelaar").id)),
    ("write down a complaint", "R+ P+ M+ A- U-", lambda s: (
        grievances.register_grievance, Grievance(client_id=s.client().id, opened_on=s.clinic.clock().date(), summary="Kort"),
        {"words": WORDS})),
    ("put right a complaint that the reception registered", "R+ P- M+ A- U-",
     lambda s: (grievances.change_grievance, _of(s), {"words": WORDS})),
    ("write findings", "R- P- M+ A- U-", lambda s: (grievances.write_findings, _of(s).id, {"words": {"findings": "Zo was het."}})),
    ("step a complaint", "R- P- M+ A- U-", lambda s: (grievances.step_grievance, _of(s).id, _S.CONFIRMED)),
    ("extend a complaint", "R- P- M+ A- U-", lambda s: (grievances.extend_grievance, _of(s).id, "meer tijd nodig")),
    ("add an action to a complaint", "R- P- M+ A- U-", lambda s: (
        grievances.add_grievance_action, _of(s).id, "Nabellen", None, s.clinic.clock().date())),
    ("the register of complaints on paper", "R- P- M+ A- U+", lambda s: (
        reports.make_report, "grievances", {"date_from": s.clinic.clock().date()})),
    ("print a letter about a complaint", "R- P- M+ A- U-", lambda s: (case_letters.grievance_letter, _of(s).id, "receipt")),
    ("add a file to a complaint", "R+ P- M+ A- U-", lambda s: (grievances.add_grievance_file, _of(s).id, "brief.txt", b"beste")),
]  # fmt: skip
