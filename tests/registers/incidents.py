"""Incidents (VIM)."""

from datetime import timedelta

from nmx_desk.domain.incidents import Calamity, Harm, Incident, IncidentCause, IncidentKind, IncidentStatus
from nmx_desk.services import incident_terms, incidents, reports, tasks
from tests.clinic import once

_S = IncidentStatus
WORDS = {"story": "Verkeerd potje meegegeven; opgemerkt bij de balie.", "at_once": "Omgeruild"}
_today = once(lambda work: work.today())
_now = once(lambda work: work.now())


def reported(desk, client_id=None, *, nameless=False, **told):
    """An incident of today."""
    new = Incident(client_id=client_id, reported_on=desk.do(_today), summary="Verkeerd supplement", kind=IncidentKind.SUPPLEMENT, **told)
    return desk.do(incidents.report_incident, new, WORDS, nameless=nameless)


def analysed(boss, incident_id, to=_S.MEASURES):
    """Analysed, with its cause."""
    boss.do(incidents.step_incident, incident_id, _S.ANALYSING)
    words = {"analysis": "Potjes lijken op elkaar."}
    return boss.do(incidents.step_incident, incident_id, to, cause=IncidentCause.SUPPLIER, words=words)


def live(clinic, made):
    boss, desk = clinic.as_("manager"), clinic.as_("receptie")
    one = reported(desk, made["anna"].id, harm=Harm.SLIGHT, leak_found_at=desk.do(_now))
    one = desk.do(incidents.change_incident, one, WORDS | {"at_once": "Omgeruild en gebeld"})
    boss.do(incident_terms.settle_calamity, one.id, Calamity.DOUBT, "Nog niet duidelijk")
    boss.do(incident_terms.settle_calamity, one.id, Calamity.ESTABLISHED, "Toch wel")
    boss.do(incident_terms.report_calamity, one.id, boss.do(_today), "IGJ-1")
    boss.do(incident_terms.settle_leak, one.id, boss.do(_now), "AP-1", "")
    boss.do(incidents.step_incident, one.id, _S.ANALYSING)
    boss.do(incidents.undo_incident_step, one.id)
    boss.do(incidents.step_incident, one.id, _S.ANALYSING)
    boss.do(incidents.write_analysis, one.id, {"analysis": "Potjes lijken op elkaar."}, IncidentCause.SUPPLIER)
    boss.do(incidents.step_incident, one.id, _S.MEASURES)
    boss.do(incidents.tell_client, one.id, boss.do(_today), "Gebeld en uitgelegd")
    task = boss.do(incidents.ask_to_tell, one.id, boss.do(_today))
    assert task.client_id == one.client_id and clinic.as_("behandelaar").do(tasks.do_task, task.id).task.done_at
    boss.do(incidents.add_incident_file, one.id, "foto.txt", b"beschrijving")
    boss.do(incidents.step_incident, one.id, _S.CLOSED)
    other = reported(desk)
    boss.do(incidents.add_incident_action, other.id, "Potjes apart zetten", None, boss.do(_today) + timedelta(days=7))
    assert boss.do(incidents.list_incidents) and boss.do(incidents.open_incident, one.id).whole


def looks(clinic, made):
    one = reported(clinic.as_("receptie"), made["note_signed"].client_id)
    return {
        "list_incidents": ("manager", (incidents.list_incidents,), None),
        "open_incident": ("manager", (incidents.open_incident, one.id), one.client_id),
    }


def _of(scene, who="receptie", **told):
    return reported(scene.clinic.as_(who), scene.client().id, **told)


def _leak(scene):
    return _of(scene, leak_found_at=scene.clinic.as_("receptie").do(_now))


def _established(scene):
    one = _of(scene)
    scene.clinic.as_("manager").do(incident_terms.settle_calamity, one.id, Calamity.ESTABLISHED, "Ernstig")
    return one


CELLS = [
    ("see the incidents one reported", "R+ P+ M+ A+ U+", lambda _s: (incidents.list_incidents,)),
    ("open an incident that the reception reported", "R+ P- M+ A- U+", lambda s: (incidents.open_incident, _of(s).id)),
    ("open an incident that a practitioner reported", "R- P+ M+ A- U+", lambda s: (incidents.open_incident, _of(s, "behandelaar").id)),
    ("report an incident", "R+ P+ M+ A- U-", lambda s: (
        incidents.report_incident, Incident(client_id=s.client().id, reported_on=s.clinic.clock().date(), summary="Kort"),
        {"words": WORDS})),
    ("put right an incident that the reception reported", "R+ P- M+ A- U-",
     lambda s: (incidents.change_incident, _of(s), {"words": WORDS})),
    ("write an analysis", "R- P- M+ A- U-", lambda s: (incidents.write_analysis, _of(s).id, {"words": {"analysis": "Zo kwam het."}})),
    ("step an incident", "R- P- M+ A- U-", lambda s: (incidents.step_incident, _of(s).id, _S.ANALYSING)),
    ("write down that the client was told", "R+ P- M+ A- U-", lambda s: (incidents.tell_client, _of(s).id, None, "onbereikbaar")),
    ("add a measure", "R- P- M+ A- U-", lambda s: (incidents.add_incident_action, _of(s).id, "Nabellen", None, s.clinic.clock().date())),
    ("ask the practitioner to tell the client", "R- P- M+ A- U-", lambda s: (
        incidents.ask_to_tell, _of(s).id, s.clinic.clock().date())),
    ("add a file to an incident", "R+ P- M+ A- U-", lambda s: (incidents.add_incident_file, _of(s).id, "foto.txt", b"beste")),
    ("the register of incidents on paper", "R- P- M+ A- U+", lambda s: (
        reports.make_report, "incidents", {"date_from": s.clinic.clock().date()})),
    ("settle a calamity", "R- P- M+ A- U-", lambda s: (incident_terms.settle_calamity, _of(s).id, Calamity.DOUBT, "niet duidelijk")),
    ("report a calamity", "R- P- M+ A- U-", lambda s: (
        incident_terms.report_calamity, _established(s).id, s.clinic.clock().date(), "IGJ-2")),
    ("settle a data leak", "R- P- M+ A- U-", lambda s: (incident_terms.settle_leak, _leak(s).id, None, "", "versleuteld")),
]  # fmt: skip
