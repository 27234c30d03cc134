"""Incidents in real windows: reported by keys, a data leak that counts down, analysed, told, closed; nothing typed is lost."""

from functools import partial

import pytest
from PySide6.QtCore import Qt

from nmx_desk.domain.incidents import Calamity, Harm, Incident, IncidentCause, IncidentStatus
from nmx_desk.services import incident_terms, incidents
from nmx_desk.ui.kit.a11y import unnamed
from tests.clinic import once
from tests.registers.incidents import reported
from tests.ui.hands import press, settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
_S = IncidentStatus


@pytest.fixture
def at(at_quality):
    return partial(at_quality, "incidents")


def stored(clinic, one):
    return clinic.as_("manager").do(once(lambda work: work.store.get(Incident, one.id)))


def test_a_leak_is_reported_by_keys_and_counts_down(at, clinic, client):
    window, part = at("receptie")
    press(window, Key.Key_N, CTRL, part)
    part.new.client.set_client(client.id, client.name)
    form = part.new.form
    assert not form.input("leak_day").isVisible()
    form.input("leak").set_value(True)
    form.edited.emit()
    assert form.input("leak_day").isVisible() and form.input("nameless").isVisible()
    for name, value in (("summary", "Brief verkeerd bezorgd"), ("story", "Bij de buren in de bus."), ("nameless", True)):
        form.input(name).set_value(value)
    press(window, Key.Key_Return, CTRL, part.new)
    [row] = part.table.records.rows
    assert row.incident.reporter_id is None and part.panel.title.text() == "I-00001"
    assert "72 hours left" in part.banner._label.text() or "71 hours left" in part.banner._label.text()
    assert unnamed(part) == []
    clinic.clock.move(hours=60)
    part._count_down()
    assert "11 hours left" in part.banner._label.text() or "12 hours left" in part.banner._label.text()
    clinic.clock.move(hours=13)
    part._count_down()
    assert "hour over" in part.banner._label.text() or "hours over" in part.banner._label.text()
    clinic.as_("manager").do(incident_terms.settle_leak, row.id, None, "", "Ongeopend teruggekregen")
    part.load()
    settle(window)
    assert part.banner.isHidden()


def test_the_whole_way_with_measures(at, clinic, client):
    one = reported(clinic.as_("behandelaar"), client.id, harm=Harm.SLIGHT)
    window, part = at(record_id=one.id)
    part.panel.press()
    settle(window)
    part.panel.press()
    settle(window)
    assert "analysis" in part.panel.form.error_of("analysis").lower() and stored(clinic, one).status is _S.ANALYSING
    part.panel.form.set_values({"analysis": "Potjes lijken op elkaar.", "cause": IncidentCause.SUPPLIER})
    part.panel.press()
    settle(window)
    assert stored(clinic, one).status is _S.MEASURES
    part.panel.press()
    settle(window)
    assert stored(clinic, one).status is _S.MEASURES, "the client was not told"
    part.panel.do(incidents.tell_client, one.id, one.reported_on, "Gebeld en uitgelegd")
    settle(window)
    part.panel.press()
    settle(window)
    assert stored(clinic, one).status is _S.CLOSED and window.toaster.run_action()
    settle(window)
    assert stored(clinic, one).status is _S.MEASURES


def test_what_is_offered_follows_what_the_law_asks(at, clinic):
    one = reported(clinic.as_("receptie"), leak_found_at=clinic.as_("receptie").do(once(lambda work: work.now())))
    window, part = at(record_id=one.id)

    def offered():
        return [words for _icon, words, _run in part.panel.offers()]

    assert {"Could it be a calamity? …", "It is a calamity …", "Data leak reported …"} <= set(offered())
    boss = clinic.as_("manager")
    boss.do(incident_terms.settle_calamity, one.id, Calamity.ESTABLISHED, "Ernstig")
    part.load()
    settle(window)
    assert "Reported to the inspectorate …" in offered() and "It is a calamity …" not in offered()
    words = [label.text() for label in part.panel.findChildren(type(part.count))]
    assert any(text.startswith("Report the calamity to the inspectorate (IGJ): 3 days left") for text in words), words


def test_typing_keeps_the_panel_and_the_other_row_waits(at, clinic):
    first, second = reported(clinic.as_("receptie")), reported(clinic.as_("receptie"))
    boss = clinic.as_("manager")
    boss.do(incidents.step_incident, first.id, _S.ANALYSING)
    window, part = at(record_id=first.id)
    part.panel.form.input("analysis").set_value("Half geschreven")
    part.table.choose(second.id)
    settle(window)
    assert part.panel.title.text() == first.number and part.table.current().id == first.id
    boss.do(incidents.change_incident, stored(clinic, second), {"story": "Anders"})
    settle(window)
    assert part.panel.form.values()["analysis"] == "Half geschreven"
    part.panel._save()
    settle(window)
    part.table.choose(second.id)
    settle(window)
    assert part.panel.title.text() == second.number
