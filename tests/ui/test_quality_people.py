"""Satisfaction, objectives, competences and suppliers in real windows, by keyboard; what each role sees of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from nmx_desk.domain.agenda import INTAKE, Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.competence import Competence, CompetenceKind, CompetenceNeed
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.objectives import Objective, ObjectiveStatus
from nmx_desk.domain.people import Role
from nmx_desk.domain.satisfaction import AskedAt, Invitation, SatisfactionAnswer, shown_code
from nmx_desk.domain.suppliers import Supplier, SupplierReview
from nmx_desk.services import clients, competences, objectives, people, satisfaction, satisfaction_forms, suppliers
from nmx_desk.ui import clients as clients_ui
from nmx_desk.ui import quality
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.paper import PaperDialog
from nmx_desk.ui.quality import objective_panels
from nmx_desk.ui.quality import suppliers as suppliers_ui
from tests.clinic import PASSWORD, once
from tests.ui.hands import press, settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
BEFORE = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def at(at_quality):
    return lambda user, part, **where: at_quality(part, user, **where)


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


def stored(clinic, kind):
    return clinic.as_("manager").do(once(lambda work: work.store.find(kind)))


def types(window, text):
    QTest.keyClicks(QApplication.focusWidget(), text)
    settle(window)


def rows(table):
    return table.records.rows


# -- satisfaction ------------------------------------------------------------------------------------------------------------------------


def test_a_pile_of_forms_is_entered_with_the_keyboard_alone(clinic, at):
    clinic.as_("receptie").do(satisfaction_forms.hand_out, 2, AskedAt.END)
    first, second = (form.code for form in stored(clinic, Invitation))
    window, part = at("receptie", "satisfaction")
    assert unnamed(window.current()) == []
    press(window, Key.Key_N, CTRL)
    for code, score, mark in ((first, "9", "8"), (second, "10", "7")):
        types(window, shown_code(code))
        press(window, Key.Key_Return)
        assert "without a name" in part.panel.about.text()
        types(window, score)
        press(window, Key.Key_Tab)
        types(window, mark)
        press(window, Key.Key_Return)
        assert part.panel.isVisible() and not part.panel.dirty
    kept = {(one.recommend, one.mark, one.moment) for one in stored(clinic, SatisfactionAnswer)}
    assert kept == {(9, 8, AskedAt.END), (10, 7, AskedAt.END)}
    press(window, Key.Key_Escape)
    assert part.nps.text() == "+100" and "indicative" in part.nps_about.text() and part.mean.text() == "7.5"
    assert part.bars.accessibleName() == "Would recommend: 9: 1, 10: 1"


def test_a_wrong_code_is_said_beside_it_and_nothing_is_kept(clinic, at):
    window, part = at("receptie", "satisfaction", new=True)
    types(window, "ABCD-EFGH")
    press(window, Key.Key_Return)
    assert part.panel.code_form.error_of("code").startswith("This is no code") and stored(clinic, SatisfactionAnswer) == []


def test_the_auditor_sees_numbers_and_no_words_of_a_client(clinic, at):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    clinic.as_("receptie").do(satisfaction.add_answer, SatisfactionAnswer(recommend=9, text="Anoniem", answered_on=date(2026, 9, 14)))
    window, part = at("auditor", "satisfaction")
    assert [row.text for row in rows(part.table)] == ["Anoniem"]
    assert not part.new_button.isVisible() and not part.forms_button.isVisible() and part.commands() == []
    part.edit()
    settle(window)
    assert part.answer.isVisible() and part.answer.words.text() == "Anoniem" and not part.answer.back_button.isVisible()


def test_a_file_is_seen_before_it_is_imported_and_taken_back(clinic, at, tmp_path):
    path = tmp_path / "antwoorden.csv"
    path.write_text("NPS;Cijfer\n9;8\n3;5\n", encoding="utf-8")
    window, part = at("manager", "satisfaction")
    part.open_file(str(path))
    settle(window)
    assert part.importing.isVisible() and not part.left.isVisible() and len(rows(part.importing.table)) == 2
    part.importing.run()
    settle(window)
    assert part.left.isVisible() and len(rows(part.table)) == 2
    part.show_imports()
    settle(window)
    part.made.table.choose_first()
    part.made.button.click()
    settle(window)
    assert rows(part.table) == [] and stored(clinic, SatisfactionAnswer) == []


# -- suppliers ---------------------------------------------------------------------------------------------------------------------------


def test_a_supplier_is_written_down_scored_and_ended_with_a_way_back(clinic, at, monkeypatch):
    window, part = at("manager", "suppliers")
    assert unnamed(window.current()) == []
    press(window, Key.Key_N, CTRL)
    types(window, "Lab Voorbeeld")
    press(window, Key.Key_Return, CTRL)
    assert [row.supplier.name for row in rows(part.table)] == ["Lab Voorbeeld"] and part.panel.isHidden()
    part.score()
    settle(window)
    part.scoring.form.set_values({"quality": 4, "delivery": 5})
    part.scoring.save()
    settle(window)
    [row] = rows(part.table)
    assert row.mean == 4.5 and part.scoring.isHidden()
    part.edit()
    settle(window)
    assert part.panel.isVisible() and not part.new_button.isVisible() and "4.5" in part.panel.trend.accessibleName()
    press(window, Key.Key_Escape)
    monkeypatch.setattr(suppliers_ui, "ask_reason", lambda *_a, **_k: "te duur")
    part.end()
    settle(window)
    assert rows(part.table) == [] and stored(clinic, Supplier)[0].end_reason == "te duur"
    part.show_what.set_value("ended")
    part._fill()
    part.end()
    settle(window)
    assert stored(clinic, Supplier)[0].ended_on is None


def test_what_is_typed_keeps_another_panel_away(boss, at):
    one = boss(suppliers.save_supplier, Supplier(name="Lab"))
    boss(suppliers.score_supplier, one.id, SupplierReview(quality=3, reviewed_on=date(2026, 9, 14)))
    window, part = at("manager", "suppliers", record_id=one.id)
    assert part.panel.isVisible() and part.panel.form.values()["name"] == "Lab"
    types(window, "oratorium")
    part.score()
    settle(window)
    assert part.scoring.isHidden() and not part.keep() and not window.current().leave()


# -- objectives --------------------------------------------------------------------------------------------------------------------------


def test_an_objective_from_draft_to_next_years(clinic, at, monkeypatch):
    window, part = at("manager", "objectives")
    assert unnamed(window.current()) == []
    press(window, Key.Key_N, CTRL)
    types(window, "Sneller bellen")
    part.panel.form.input("target").setText("90")
    press(window, Key.Key_Return, CTRL)
    [row] = rows(part.table)
    assert row.objective.owner_id == clinic.as_("manager").user.id
    part.edit()
    settle(window)
    part.panel.start_button.click()
    settle(window)
    assert stored(clinic, Objective)[0].status is ObjectiveStatus.RUNNING and part.panel.back_button.isVisible()
    told = {"to": ObjectiveStatus.REACHED, "result": "92", "conclusion": "zo doorgaan"}
    monkeypatch.setattr(objective_panels, "ask_values", lambda *_a, **_k: told)
    part.panel.conclude_button.click()
    settle(window)
    assert stored(clinic, Objective)[0].result == "92" and not part.panel.save_button.isVisible()
    part.panel.copy_button.click()
    settle(window)
    assert [(one.objective.first_on.year, one.objective.status) for one in rows(part.table)] == [(2027, ObjectiveStatus.DRAFT)]


def test_the_auditor_reads_objectives_and_changes_nothing(clinic, boss, at):
    clinic.as_("beheerder").do(people.add_user, "auditor", "U. Demo", (Role.AUDITOR,), password=PASSWORD)
    clinic.approve()
    told = Objective(title="Doel", target="1", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31))
    one = boss(objectives.save_objective, told)
    _window, part = at("auditor", "objectives", record_id=one.id)
    panel = part.panel
    assert panel.isVisible() and not any(button.isVisible() for button in (panel.save_button, *panel.acts, part.new_button))


# -- competences -------------------------------------------------------------------------------------------------------------------------


def test_a_gap_is_filled_with_enter_and_renewed(clinic, boss, at):
    need = boss(competences.save_need, CompetenceNeed(role=Role.RECEPTIONIST, kind=CompetenceKind.TRAINING, name="Alarmsignalen"))
    window, part = at("manager", "competence")
    assert unnamed(window.current()) == [] and part.count.text() == "1 gap"
    matrix = part.matrix
    assert [column.title for column in matrix.records.columns] == ["Who", "Alarmsignalen"]
    matrix.choose(clinic.as_("receptie").user.id)
    matrix.setFocus()
    press(window, Key.Key_Return)
    assert [line.need.name for line in rows(part.table)] == ["Alarmsignalen"]
    part.table.choose_first()
    press(window, Key.Key_Return)
    assert part.panel.isVisible() and part.panel.form.values()["need_id"] == need.id
    press(window, Key.Key_Return, CTRL)
    [made] = stored(clinic, Competence)
    assert made.user_id == clinic.as_("receptie").user.id and part.count.text() == "No gaps"
    part.table.choose_first()
    part.edit()
    settle(window)
    part.panel.renew()
    part.panel.form.input("valid_to").setText("1-1-2030")
    part.panel.save()
    settle(window)
    old = next(one for one in stored(clinic, Competence) if one.id == made.id)
    assert old.replaced_by and [line.row.competence.valid_to for line in rows(part.table)] == [date(2030, 1, 1)]


def test_everybody_else_sees_their_own_and_only_that(clinic, boss, at):
    for who in ("behandelaar", "collega"):
        told = Competence(user_id=clinic.as_(who).user.id, name=f"Diploma {who}", obtained_on=date(2020, 1, 1))
        boss(competences.save_competence, told)
    window, part = at("behandelaar", "competence")
    assert [line.row.competence.name for line in rows(part.table)] == ["Diploma behandelaar"]
    assert not part.show_what.isVisible() and not part.new_button.isVisible() and part.commands() == []
    part.edit()
    settle(window)
    assert part.panel.isVisible() and not part.panel.save_button.isVisible() and not part.panel.renew_button.isVisible()


def test_a_supplier_leads_to_a_nonconformity_that_says_so(boss, at):
    one = boss(suppliers.save_supplier, Supplier(name="Lab"))
    window, part = at("manager", "suppliers", record_id=one.id)
    part.panel.deviation_button.click()
    settle(window)
    assert window.current().list.current() == "deviations"


def test_a_missed_objective_becomes_a_nonconformity(clinic, boss, at):
    owner = clinic.as_("manager").user.id
    told = Objective(title="Sneller bellen", target="90", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31), owner_id=owner)
    one = boss(objectives.save_objective, told)
    window, part = at("manager", "objectives", record_id=one.id)
    assert not part.panel.deviation_button.isVisible()
    boss(objectives.step_objective, one.id, ObjectiveStatus.RUNNING)
    boss(objectives.step_objective, one.id, ObjectiveStatus.MISSED, "70", "te weinig mensen")
    window.go("quality", part="objectives", record_id=one.id)
    settle(window)
    part.panel.deviation_button.click()
    settle(window)
    made = window.current().part
    assert made.key == "deviations" and made.ask.form.values()["summary"] == "Sneller bellen"
    made.ask.save()
    settle(window)
    assert made.came_from.link.text() == f"Objective {one.number}"


# -- from the client's page --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_client(window_of, clinic):
    """The receptionist's window at a client who was at an intake with the practitioner."""
    client = clinic.as_("receptie").do(clients.create_client, Client(first_name="Sanne", surname="Smit", phone="0600123456"))
    me = clinic.as_("behandelaar").user.id
    after = BEFORE + timedelta(hours=1)
    visit = Appointment(client_id=client.id, type_code=INTAKE, practitioner_id=me, starts_at=BEFORE, ends_at=after,
                        busy_from=to_minutes(BEFORE), busy_to=to_minutes(after), status=AppointmentStatus.COMPLETED)  # fmt: skip
    clinic.as_("receptie").do(once(lambda work: work.store.add(visit)))
    window = window_of("receptie", clients_ui.PAGE, quality.PAGE)
    window.go("clients", client_id=client.id)
    settle(window)
    return window, client, me


def test_a_form_is_made_for_the_client_in_sight_after_the_chosen_appointment(at_client, clinic, monkeypatch):
    window, client, me = at_client
    sheet = window.current().sheet
    sheet.tabs.show_part("appointments")
    settle(window)
    sheet.appointments.choose_first()
    button = next(one for one in sheet.findChildren(QPushButton) if one.text() == "Satisfaction form …" and one.isVisible())
    button.click()
    settle(window)
    forms = window.current().part.forms
    values = forms.form.values()
    assert (forms.client.client_id, values["moment"], values["practitioner_id"]) == (client.id, AskedAt.INTAKE, me)
    monkeypatch.setattr(PaperDialog, "exec", lambda _dialog: 0)
    press(window, Key.Key_Return, CTRL)
    [made] = stored(clinic, Invitation)
    assert (made.client_id, made.practitioner_id, made.moment) == (client.id, me, AskedAt.INTAKE)
    press(window, Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.current().name == "clients" and window.current().sheet.client_id == client.id


def test_what_is_asked_for_less_often_of_a_client_is_in_one_menu(at_client):
    window, client, _me = at_client
    window.current().sheet.header.more.click()
    menu = next(one for one in window.current().sheet.header.findChildren(QMenu) if one.isVisible())
    offered = {action.text(): action for action in menu.actions()}
    assert list(offered) == ["Satisfaction form …", "Formal complaint (Wkkgz) …", "Report an incident …"]
    offered["Report an incident …"].trigger()
    menu.close()
    settle(window)
    part = window.current().part
    assert part.key == "incidents" and part.new.isVisible() and part.new.client.client_id == client.id
