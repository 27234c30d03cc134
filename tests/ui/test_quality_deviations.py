"""Nonconformities in real windows: registered and handled by keys, with a way back; what came from elsewhere; read by the auditor."""

from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.deviations import Deviation, DeviationStatus
from nmx_desk.domain.people import Role
from nmx_desk.services import deviations, people, tasks
from nmx_desk.ui.kit.a11y import unnamed
from tests.clinic import PASSWORD, once
from tests.ui.hands import settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
S = DeviationStatus


@pytest.fixture
def one(clinic):
    desk = clinic.as_("manager")
    day = desk.do(tasks.list_tasks).today
    return desk.do(deviations.register_deviation, Deviation(found_on=day, summary="Weegschaal niet geijkt", clause="7.1.5"), "Verlopen.")


@pytest.fixture
def at(at_quality):
    return partial(at_quality, "deviations")


def stored(clinic, record_id):
    return clinic.as_("manager").do(once(lambda work: work.store.get(Deviation, record_id)))


def shown(part):
    return [row.deviation.summary for row in part.table.records.rows]


def step(window, part, **values):
    """The primary button, what it asks, and save."""
    part.view.next_button.click()
    settle(window)
    if values:
        for name, value in values.items():
            part.ask.form.input(name).set_value(value)
        part.ask.save_button.click()
        settle(window)
    assert part.ask.isHidden(), part.ask.trouble.text()


def test_one_is_registered_by_keys_alone(at, clinic):
    window, part = at()
    QTest.keyClick(part, Key.Key_N, CTRL)
    settle(window)
    QTest.keyClicks(QApplication.focusWidget(), "Koelkast te warm")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    settle(window)
    assert shown(part) == ["Koelkast te warm"] and part.ask.isHidden() and part.view.isVisible()
    [row] = part.table.records.rows
    assert stored(clinic, row.id).owner_id == clinic.as_("manager").user.id and part.view.title.text() == "A-00001"
    assert unnamed(part) == []


def test_the_whole_way_from_the_panel(at, clinic, one):
    window, part = at(record_id=one.id)
    step(window, part, correction="Apart gezet")
    step(window, part, why1="Niemand keek", cause="Geen lijst", similar="Nee, nagekeken")
    due = stored(clinic, one.id).due_on
    step(window, part, action="Jaarlijks ijken", title="Ijken", due_on=due)
    [action] = part.sheet.parts.actions
    part.doing.done(action)
    settle(window)
    step(window, part, on=stored(clinic, one.id).planned_on)
    step(window, part, test="Drie weken gekeken", effective="yes")
    assert part.view.next_button.text() == "Close" and part.view.other_button.isVisible()
    step(window, part)
    assert stored(clinic, one.id).status is S.CLOSED and shown(part) == []
    assert window.toaster.run_action()
    settle(window)
    assert stored(clinic, one.id).status is S.TESTED, "closing oneself is taken back on the same day"
    assert [(one.title, one.now) for one in part.steps.steps][-2:] == [("Tested for effect", True), ("Closed", False)]
    assert clinic.verified().ok


def test_a_refusal_stands_in_the_panel_and_what_was_typed_stays(at, clinic, one):
    window, part = at(record_id=one.id)
    part.go_on()
    settle(window)
    part.ask.form.input("correction").set_value("Van 111222333")
    part.ask.form.edited.emit()
    assert not part.keep()
    part.ask.save()
    settle(window)
    assert part.ask.isVisible() and "citizen" in part.ask.form.error_of("correction")
    part.begin()
    assert "Save your changes first" in window.toaster.text
    QTest.keyClick(part.ask, Key.Key_Escape)
    settle(window)
    assert part.view.isVisible() and stored(clinic, one.id).status is S.OPEN


def test_what_is_late_stands_out_and_each_kind_is_one_click(at, clinic, one):
    clinic.clock.move(days=30)
    window, part = at()
    assert part.count.text() == "1 nonconformity, 1 late" and part.table.records.rows[0].late
    for kind, many in (("late", 1), ("closed", 0), ("open", 1)):
        part.show_what.set_value(kind)
        part.show_what.picked.emit(kind)
        assert len(shown(part)) == many
    settle(window)


def test_what_came_from_elsewhere_is_filled_in_and_leads_back(at, clinic, one):
    window, part = at(new=True, source=f"deviation:{one.id}")
    part.ask.form.input("summary").set_value("Ook de bloeddrukmeter")
    part.ask.save()
    settle(window)
    assert part.came_from.link.text() == f"Nonconformity {one.number}" and len(shown(part)) == 2


def test_words_and_fields_are_mended_in_one_panel(at, clinic, one):
    window, part = at(record_id=one.id)
    step(window, part, correction="Apart gezet")
    part.change()
    part.ask.form.input("summary").set_value("Weegschaal kamer 2 niet geijkt")
    part.ask.form.input("clause").set_value("7.1")
    part.ask.form.input("correction").set_value("Gelabeld en apart gezet")
    part.ask.save()
    settle(window)
    kept = stored(clinic, one.id)
    assert (kept.summary, kept.clause) == ("Weegschaal kamer 2 niet geijkt", "7.1")
    assert part.sheet.words["correction"] == "Gelabeld en apart gezet" and part.sheet.words["story"] == "Verlopen."


def test_the_auditor_reads_and_cannot_act(at, clinic, one):
    clinic.as_("beheerder").do(people.add_user, "auditor", "X. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    _window, part = at("auditor", record_id=one.id)
    assert part.view.isVisible() and not part.view.next_button.isVisible() and not part.new_button.isVisible()
    assert not part.doing.add_button.isVisible() and part.commands() == []
    assert stored(clinic, one.id).found_on + timedelta(weeks=4) == one.due_on


def test_the_reception_registers_one_and_sees_its_own_only(at, clinic, one):
    window, part = at("receptie")
    assert shown(part) == [] and part.new_button.isVisible()
    part.begin()
    settle(window)
    part.ask.form.input("summary").set_value("Terugbelverzoek bleef liggen")
    part.ask.save()
    settle(window)
    assert shown(part) == ["Terugbelverzoek bleef liggen"] and not part.view.next_button.isVisible()
    assert part.files.add_button.isVisible() and not part.view.change_button.isVisible() and one.id not in repr(part.found)
