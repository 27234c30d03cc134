"""Formal complaints in real windows: registered and judged by keys, terms in sight, taken back; who may see what."""

from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.grievances import Grievance, GrievanceStatus, Judgement
from nmx_desk.domain.people import Role
from nmx_desk.services import grievances, people
from nmx_desk.ui import quality as quality_ui
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.quality.register import ALL, CLOSED, LATE, OPEN
from tests.clinic import PASSWORD, once
from tests.registers.grievances import WORDS, held
from tests.ui.hands import press, settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
_S = GrievanceStatus


@pytest.fixture
def at(at_quality):
    return partial(at_quality, "grievances")


def stored(clinic, one):
    return clinic.as_("manager").do(once(lambda work: work.store.get(Grievance, one.id)))


def test_one_is_registered_and_confirmed_by_keys_alone(at, clinic, client):
    window, part = at()
    press(window, Key.Key_N, CTRL, part)
    assert part.new.isVisible() and part.new.client.hasFocus()
    part.new.client.set_client(client.id, client.name)
    for name, value in (("summary", "Niet teruggebeld"), ("story", "Twee keer gebeld, nooit iets gehoord.")):
        part.new.form.input(name).set_value(value)
    press(window, Key.Key_Return, CTRL, part.new)
    [row] = part.table.records.rows
    assert part.new.isHidden() and row.grievance.client_id == client.id and part.panel.title.text() == "K-00001"
    assert unnamed(part) == []
    part.table.setFocus()
    press(window, Key.Key_Return, CTRL)
    assert stored(clinic, row).state is _S.CONFIRMED
    assert window.toaster.run_action()
    settle(window)
    assert stored(clinic, row).state is _S.RECEIVED and [step.now for step in part.panel.steps.steps] == [True, *[False] * 4]


def test_the_whole_way_to_a_judgement(at, clinic, client):
    one = held(clinic.as_("receptie"), client.id)
    window, part = at(record_id=one.id)
    for _step in range(2):
        part.panel.press()
        settle(window)
    panel = part.panel
    panel.form.input("findings").set_value("De lijst was niet nagelopen.")
    panel.form.edited.emit()
    assert not part.keep() and not window.current().leave()
    panel._save()
    settle(window)
    assert part.keep() and part.panel.form.values()["findings"] == "De lijst was niet nagelopen."
    part.panel.press()
    settle(window)
    assert part.panel.form.error_of("judgement_code"), "the refusal stands beside its field"
    part.panel.form.set_values({"judgement_code": Judgement.FOUNDED, "judgement": "Gegrond."})
    part.panel.press()
    settle(window)
    assert stored(clinic, one).judgement is Judgement.FOUNDED
    part.panel.press()
    settle(window)
    assert stored(clinic, one).state is _S.CLOSED and part.panel.step is None
    assert [step.title for step in part.panel.steps.steps][-1] == "Closed" and clinic.verified().ok


def test_each_kind_is_one_click_and_what_is_late_stands_out(at, clinic):
    desk, boss = clinic.as_("receptie"), clinic.as_("manager")
    late, done = held(desk), held(desk)
    boss.do(grievances.step_grievance, done.id, _S.CLOSED, words={"judgement": "Ingetrokken."})
    clinic.clock.move(days=44)
    new = held(desk)
    window, part = at()
    for kind, shown in ((OPEN, [late.id, new.id]), (LATE, [late.id]), (CLOSED, [done.id]), (ALL, [late.id, new.id, done.id])):
        part.show_what.set_value(kind)
        part.show_what.picked.emit(kind)
        settle(window)
        assert [row.id for row in part.table.records.rows] == shown
    assert part.count.text() == "3 shown, 2 open, 1 late"
    term = next(column for column in part.table.records.columns if column.key == "term")
    assert [term.text(row) for row in part.table.records.rows] == ["2 days late", "42 days left", "No judgement"]
    part.look_for.set_value(new.number)
    part.look_for.edited.emit()
    assert [row.id for row in part.table.records.rows] == [new.id]


def test_the_reception_sees_its_own_and_steps_nothing(at, clinic, client):
    mine, other = held(clinic.as_("receptie"), client.id), held(clinic.as_("behandelaar"))
    window, part = at("receptie", record_id=mine.id)
    assert [row.id for row in part.table.records.rows] == [mine.id] and part.panel.step is None
    assert part.panel.sheet.client == client.name and not part.panel.measures.add_button.isVisible()
    assert stored(clinic, other).state is _S.RECEIVED and [name for name, _words, _run in part.panel.offers()] == ["pencil"]
    part.panel.change()
    assert part.new.isVisible() and not part.new.form.input("owner_id").isVisible()
    part.new.form.input("wish").set_value("Excuses van de praktijk")
    press(window, Key.Key_Return, CTRL, part.new)
    assert clinic.as_("manager").do(grievances.open_grievance, mine.id).words["wish"] == "Excuses van de praktijk"


def test_the_auditor_sees_numbers_and_no_names(at, clinic, client):
    clinic.as_("beheerder").do(people.add_user, "auditor", "E. Auditor", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    one = held(clinic.as_("receptie"), client.id)
    window, part = at("auditor", record_id=one.id)
    from tests.ui.hands import names_of

    said = " ".join(name for widget in part.findChildren(type(part.count)) for name in names_of(widget))
    assert "Niet teruggebeld" in said and "Waterval" not in said and "C-000001" not in said and WORDS["story"] not in said
    assert part.panel.step is None and part.new_button.isHidden() and part.panel.files.isHidden()
    del window


def test_an_action_and_a_file_are_added_and_the_file_is_read_beside(at, clinic, client, tmp_path):
    one = held(clinic.as_("receptie"), client.id)
    window, part = at(record_id=one.id)
    window.runner.do(grievances.add_grievance_action, one.id, "Terugbellijst nalopen", None, one.opened_on + timedelta(days=3))
    settle(window)
    letter = tmp_path / "brief.txt"
    letter.write_text("Geachte heer", encoding="utf-8")
    part.panel.files.take_file(letter)
    settle(window)
    [action], [file] = part.panel.sheet.parts.actions, part.panel.sheet.parts.files
    assert (action.title, file.name) == ("Terugbellijst nalopen", "brief.txt")
    part.paper.open_kept(file.id, part)
    settle(window)
    assert part.paper.isVisible() and not part.table.isVisible()
    press(window, Key.Key_Escape, where=part.paper.view.text)
    assert part.table.isVisible()
    part.panel.measures.done(action)
    settle(window)
    assert not part.panel.sheet.parts.open_actions
    (tmp_path / "virus.txt").write_bytes(b"MZ\x00\x01")
    part.panel.files.take_file(tmp_path / "virus.txt")
    settle(window)
    assert "Only PDF" in part.panel.files.trouble.text()


def test_from_the_clients_page_one_is_begun_for_that_client(window_of, clinic, client):
    from nmx_desk.ui import clients as clients_ui

    window = window_of("receptie", clients_ui.PAGE, quality_ui.PAGE)
    window.go("clients", client_id=client.id)
    settle(window)
    next(command for command in window.current().commands() if "formal complaint" in command.title).run()
    settle(window)
    part = window.current().part
    assert part.key == "grievances" and part.new.isVisible() and part.new.client.client_id == client.id
    for name, value in (("summary", "Niet teruggebeld"), ("story", "Nooit iets gehoord.")):
        part.new.form.input(name).set_value(value)
    part.new.save()
    settle(window)
    window.go("clients", client_id=client.id)
    settle(window)
    assert "A formal complaint (Wkkgz) is open." in window.current().sheet.header.about.text()


def test_whom_it_is_about_is_put_right_with_a_reason(at, clinic, client):
    """Another client asks for a reason; a name that was typed but not chosen is not kept as nobody."""
    boss = clinic.as_("manager")
    one = held(boss, client.id)
    other = boss.do(once(lambda work: work.store.add(Client(client_no="C-000099", first_name="Bert", surname="Zandstra"))))
    window, part = at(record_id=one.id)
    part.panel.change()
    form = part.new
    assert form.client.text() == client.name and not form.who.why.isVisible() and not form.dirty
    form.client.setFocus()
    form.client.selectAll()
    QTest.keyClicks(form.client, "zands")
    settle(window)
    part.save_new()
    settle(window)
    assert "from the list" in form.who.trouble.text() and boss.do(grievances.open_grievance, one.id).grievance.client_id == client.id
    form.client.set_client(other.id, other.name)
    assert form.who.why.isVisible() and form.dirty
    part.save_new()
    settle(window)
    assert form.isVisible() and form.who.why.error_of("client_why"), "a reason is missing"
    form.who.why.input("client_why").set_value("Verwisseld")
    part.save_new()
    settle(window)
    assert form.isHidden() and part.panel.sheet.client == other.name and part.keep()
    assert part.panel.sheet.words["whose"].endswith("Verwisseld")
