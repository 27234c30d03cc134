"""Controlled documents in a real window: written, offered, approved by another, read; the clinic's code lists as such documents."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk.domain.controlled import ControlledDocument, VersionStatus
from nmx_desk.services import code_lists, paper_drafts, paper_steps, papers
from nmx_desk.ui import quality, today
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.quality import list_editor as list_module
from nmx_desk.ui.quality import paper_acts
from nmx_desk.ui.today.lists import Line
from tests.lists import save_list
from tests.ui.hands import settle
from tests.unit.test_reports_prints import text_of

FLAGS = "list:red_flags"
S = VersionStatus


@pytest.fixture
def at(window_of):
    """``at(user, record_id)``: the documents of the quality page, at one of them perhaps."""

    def open_window(username, record_id=""):
        window = window_of(username, quality.PAGE)
        window.go("quality", part="documents", record_id=record_id)
        settle(window)
        return window.page("quality").part

    return open_window


def typed(form, **values):
    for name, value in values.items():
        form.input(name).set_value(value)
        form.input(name).edited.emit()


def said(monkeypatch, **values):
    """Fill in the next dialog, and say yes."""

    def run(dialog):
        if hasattr(dialog, "form"):
            dialog.form.set_values(values)
        return Dialog.DialogCode.Accepted

    monkeypatch.setattr(Dialog, "exec", run)


def press(part, name):
    button = part.view.buttons[name]
    assert button.isVisible() and button.isEnabled(), name
    button.click()
    settle(part.window())


def shown(part):
    return [name for name, button in part.view.buttons.items() if button.isVisible()]


def in_force(clinic):
    boss = clinic.as_("manager")
    made = boss.do(paper_drafts.add_paper, ControlledDocument(code="PR-01", title="Inwerken", audience="receptionist", review_months=12))
    boss.do(paper_drafts.save_text, made.shown.id, "# Doel\n**Goed** werken.\n- een\n| a | b |\n|---|---|\n| 1 | 2 |")
    boss.do(paper_steps.offer_version, made.shown.id)
    return clinic.as_("behandelaar").do(paper_steps.approve_version, made.shown.id).document.id


# -- documents ---------------------------------------------------------------------------------------------------------------------------


def test_a_document_is_written_offered_and_approved_by_somebody_else(clinic, at, monkeypatch):
    part = at("manager")
    assert unnamed(part.window()) == [] and len(part.table.records.rows) == 7
    part.window().activateWindow()
    settle(part.window())
    QTest.keyClick(part.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(part.window())
    assert part.panel.isVisible() and QApplication.focusWidget() is part.panel.form.input("code")
    typed(part.panel.form, code="PR-1 x", title="Inwerken", kind="procedure", audience="receptionist practitioner")
    part.panel.save()
    settle(part.window())
    assert "PR-01" in part.panel.form.error_of("code")
    typed(part.panel.form, code="PR-01")
    part.panel.save()
    settle(part.window())
    assert part.view.isVisible() and part.view.badge.badge.text == "Draft" and not part.panel.isVisible()
    assert not part.view.buttons["offer"].isEnabled()
    part.view.editor.setPlainText("# Doel\n\nGoed werken.")
    assert not part.keep() and not part.window().page("quality").leave()
    part.view.look.picked.emit("read")
    assert part.view.proof.toPlainText() == "Doel\nGoed werken."
    said(monkeypatch, reason="")
    press(part, "offer")
    assert part.view.badge.badge.text == "Waits for approval" and "Behandelaar A. Demo" in part.view.say.text()
    assert shown(part) == ["take_back"]
    other = at("behandelaar", part.view.sheet.document.id)
    assert shown(other) == ["refuse", "approve"]
    press(other, "approve")
    assert other.view.badge.badge.text == "In force" and "read" in shown(other)
    press(other, "read")
    assert "read" not in shown(other) and unnamed(other.window()) == []
    assert clinic.verified().ok


def test_refused_with_a_reason_that_its_author_reads_and_mends(clinic, at, monkeypatch):
    key = in_force(clinic)
    part = at("manager", key)
    press(part, "new")
    part.view.editor.setPlainText("# Doel\nBeter werken.")
    press(part, "save")
    assert part.keep() and part.view.sheet.lines == "# Doel\nBeter werken."
    said(monkeypatch, reason="nieuwe stap")
    press(part, "offer")
    monkeypatch.setattr(paper_acts, "ask_reason", lambda *_args, **_kw: "er ontbreekt een stap")
    other = at("behandelaar", key)
    assert other.view.sheet.shown.number == 2 and "Manager" not in other.view.say.text()
    other.view.version.set_value(1)
    other.view.version.edited.emit()
    settle(other.window())
    assert other.view.sheet.shown.number == 1 and other.view.say.text() == "Another version waits for approval."
    other.view.version.set_value(2)
    other.view.version.edited.emit()
    settle(other.window())
    press(other, "refuse")
    assert other.view.badge.badge.text == "Refused"
    part = at("manager", key)
    part.view.open_paper(key, 2)
    settle(part.window())
    press(part, "rework")
    assert part.view.writes and shown(part)[-1] == "offer"


def test_escape_goes_back_to_the_list_and_enter_opens(clinic, at):
    in_force(clinic)
    part = at("receptie")
    assert not part.new_button.isVisible()
    row = part.table.records.rows[-1]
    assert (row.code, row.to_read) == ("PR-01", True)
    part.table.choose(row.key)
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    settle(part.window())
    assert part.view.isVisible() and "Goed werken." in part.view.text.toPlainText()
    QTest.keyClick(part.view, Qt.Key.Key_Escape)
    settle(part.window())
    assert part.table.isVisible() and QApplication.focusWidget() is part.table
    part.show_what.set_value("read")
    part.load()
    settle(part.window())
    assert [one.person for one in part.reading.records.rows] == ["R. Demo"]


def test_a_copy_on_paper_is_noted_and_taken_back_with_a_way_back(clinic, at, monkeypatch):
    key = in_force(clinic)
    part = at("manager", key)
    said(monkeypatch, place="Balie")
    papers_shown = []
    monkeypatch.setattr(paper_acts, "show_paper", lambda *args: papers_shown.append(args))
    part.view.tabs.set_value("about")
    part.view.tabs.picked.emit("about")
    part.view.about.buttons["copy"].click()
    settle(part.window())
    assert len(part.view.about.taken) == 1 and "Copy on paper no." in text_of(papers_shown[0][3])
    part.view.about.taken[0].click()
    settle(part.window())
    assert part.view.sheet.copies[0].taken_back_on is not None


def test_hostile_text_stays_text(clinic, at):
    boss = clinic.as_("manager")
    made = boss.do(paper_drafts.add_paper, ControlledDocument(code="PR-66", title="<b>x</b>"))
    text = "# <img src=file:///etc/passwd>\n| <table> | **<i>vet</i>** |\n- [x](http://a.b) ![y](//host/share)"
    boss.do(paper_drafts.save_text, made.shown.id, text)
    part = at("manager", made.document.id)
    part.view.look.picked.emit("read")
    said = part.view.proof.toPlainText()
    assert "<img src=file:///etc/passwd>" in said and "<i>vet</i>" in said and "![y](//host/share)" in said


# -- code lists --------------------------------------------------------------------------------------------------------------------------


def items_of(part):
    return [item.label_en for item in part.table.records.rows]


def editor(part):
    return part.view.lists[part.view.sheet.list_code]


def test_a_code_list_is_changed_as_a_version_that_waits_for_a_practitioner(clinic, at):
    part = at("manager", FLAGS)
    window, card = part.window(), editor(part)
    first = items_of(card)
    assert len(first) == 11 and part.view.version.currentText() == "Version 1 · In force"
    assert not card.save_button.isEnabled() and not card.back.isVisible()
    card.table.selectRow(2)
    typed(card.card.form, label_nl="Nachtelijke diarree?", label_en="Diarrhoea at night?")
    card.down.click()
    card.add_button.click()
    card.save_button.click()
    assert card.card.form.error_of("label_nl") == "Write it in both languages."
    typed(card.card.form, label_nl="Nieuw?", label_en="New?")
    card.save_button.click()
    assert card.card.form.error_of("action") == "Choose what a Yes asks for."
    typed(card.card.form, action="gp")
    card.save_button.click()
    assert card.reason.error_of("reason") == "Fill this in."
    typed(card.reason, reason="zo")
    card.save_button.click()
    settle(window)
    assert "Write down why" in card.reason.error_of("reason")
    card.table.selectRow(0)
    card.remove_button.click()
    assert not window.page("quality").leave()
    typed(card.reason, reason="besproken met de behandelaren")
    card.save_button.click()
    settle(window)
    wanted = [first[1], first[3], "Diarrhoea at night?", "New?", *first[4:]]
    assert items_of(card) == wanted and card.keep() and part.view.badge.badge.text == "Waits for approval"
    assert clinic.as_("manager").do(code_lists.list_code_lists)[0].current == 1
    for button in (card.add_button, card.remove_button, card.up, card.down):
        assert not button.isEnabled()
    assert not card.foot.isVisible() and card.card.form.input("label_nl").isReadOnly()
    other = at("behandelaar", FLAGS)
    other.view.open_paper(FLAGS, 2)
    settle(other.window())
    press(other, "approve")
    items = clinic.as_("manager").do(code_lists.read_code_list, "red_flags", 2)
    assert [item.label_en for item in items] == wanted and [item.group for item in items][3] == "gut"
    other.view.open_paper(FLAGS, 1)
    settle(other.window())
    assert items_of(editor(other)) == first and "earlier version" in editor(other).hint.text()
    assert clinic.verified().ok


def test_tab_walks_through_a_list_as_one_reads(at):
    part = at("manager", FLAGS)
    card = editor(part)
    part.window().activateWindow()
    settle(part.window())
    typed(card.card.form, label_en="Blood?")
    card.down.setFocus()
    seen = [QApplication.focusWidget()]
    for _step in range(9):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    form = card.card.form
    assert seen == [
        card.down, card.remove_button, card.add_button, card.table, form.input("label_nl"), form.input("label_en"), form.input("group"),
        form.input("action"), card.reason.input("reason"), card.back,
    ]  # fmt: skip


def test_items_are_moved_and_removed_with_keys_and_all_can_be_undone(at):
    part = at("beheerder", FLAGS)
    card, window = editor(part), part.window()
    first = items_of(card)
    window.activateWindow()
    settle(window)
    card.table.setFocus()
    card.table.selectRow(0)
    for keys in ("Alt+Up", "Alt+Down", "Alt+Down", "Del"):
        pressed = QKeySequence(keys)[0]
        QTest.keyClick(card.table, pressed.key(), pressed.keyboardModifiers())
    assert items_of(card) == [first[1], first[2], *first[3:]]
    assert card.table.current().label_en == card.card.form.values()["label_en"] == first[3]
    QTest.keyClick(part.view, Qt.Key.Key_Escape)
    assert part.view.isVisible(), "stays until it is offered or undone"
    card.back.click()
    settle(window)
    assert items_of(card) == first and card.keep()
    part.view.close_view()
    part.open_paper("list:complaints")
    settle(window)
    assert len(items_of(editor(part))) == 14
    assert [column.key for column in editor(part).table.records.columns] == ["place", "label", "group"]
    assert not editor(part).card.form.input("action").isVisible()


def test_who_offers_a_list_second_is_told_and_can_begin_again(clinic, monkeypatch, at):
    told = []
    monkeypatch.setattr(list_module.errors, "show", lambda error, _owner: told.append(error.message))
    part = at("manager", FLAGS)
    card = editor(part)
    card.table.selectRow(0)
    typed(card.card.form, label_en="Blood?")
    items = clinic.as_("beheerder").do(code_lists.read_code_list, "red_flags", 1)
    clinic.as_("behandelaar").do(save_list, "red_flags", 1, items[:5], reason="een kortere lijst")
    settle(part.window())
    assert items_of(card)[0] == "Blood?" and len(items_of(card)) == 11
    typed(card.reason, reason="duidelijker")
    card.save()
    settle(part.window())
    assert len(told) == 1 and "new version" in told[0] and items_of(card)[0] == "Blood?"
    card.undo()
    part.load()
    settle(part.window())
    assert len(items_of(card)) == 5


def test_every_list_and_what_waits_is_there_for_everybody(clinic, at):
    part = at("receptie")
    assert {row.key for row in part.table.records.rows} >= {FLAGS, "list:snippets"}
    part.open_paper(FLAGS)
    settle(part.window())
    assert shown(part) == [] and not editor(part).foot.isVisible()
    assert clinic.as_("receptie").do(papers.open_paper, FLAGS).may == frozenset()


def test_today_says_what_is_to_be_read_and_opens_it(clinic, window_of):
    key = in_force(clinic)
    window = window_of("receptie", today.PAGE, quality.PAGE)
    window.go("today")
    settle(window)
    [line] = [one for one in window.findChildren(Line) if "1 document to read" in one.accessibleName()]
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(window)
    part = window.page("quality").part
    assert part.view.sheet.document.id == key and shown(part) == ["read"]
    press(part, "read")
    window.go("today")
    settle(window)
    assert not [one for one in window.findChildren(Line) if "to read" in one.accessibleName()]
