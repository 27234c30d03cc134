"""The contact tab, the contact log and stepping through the list, in a real window by keyboard, against a real desk."""

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from nmx_desk.domain.clients import Client
from nmx_desk.domain.contacts import ContactLabel, ContactWay
from nmx_desk.services import agenda, client_tags, clients, contact_log, contact_points
from nmx_desk.ui.clients import PAGE
from nmx_desk.ui.kit.a11y import unnamed
from tests.unit.test_merging import stored

SANNE = Client(
    first_name="Sanne", surname="Meer", phone="0600123456", email="sanne@example.org", birth_date=date(1980, 5, 1), postcode="1234AB",
    house_no="5", call_instruction="na vijf uur",
)  # fmt: skip


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie")


@pytest.fixture
def sanne(desk):
    return desk.do(clients.create_client, SANNE)


@pytest.fixture
def shown(window_of):
    """``shown(client, part)`` opens the client's page at a tab, as the reception."""

    def opened(client=None, part="contact", user="receptie"):
        window = window_of(user, PAGE)
        if client is not None:
            window.go("clients", client_id=client.id, part=part)
        window.runner.idle()
        return window, window.page("clients"), window.runner

    return opened


def settle(runner):
    """Until what was changed is shown again."""
    for _step in range(4):
        runner.idle()


def typed(qtbot, widget, text, *, enter=True):
    widget.setFocus()
    widget.selectAll()
    qtbot.keyClicks(widget, text)
    if enter:
        qtbot.keyClick(widget, Qt.Key.Key_Return)


def press(qtbot, button):
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)


def numbers(desk, client):
    return [point.value for point in desk.do(contact_points.contact_points, client.id)]


def test_numbers_are_added_edited_moved_and_removed_with_undo(qtbot, clinic, desk, sanne, shown):
    window, page, runner = shown(sanne)
    card = page.sheet.around.points
    typed(qtbot, card.new, "030 123 45 67")
    settle(runner)
    assert numbers(desk, sanne) == ["+31600123456", "+31301234567", "sanne@example.org"] and card.new.text() == ""
    line = card.rows[1]
    typed(qtbot, line.note, "tot vijf uur")
    settle(runner)
    line = card.rows[1]
    line.label.setFocus()
    qtbot.keyClicks(line.label, "w")
    line.label.activated.emit(line.label.currentIndex())
    settle(runner)
    point = desk.do(contact_points.contact_points, sanne.id)[1]
    assert (point.label, point.note) == (ContactLabel.WORK, "tot vijf uur")
    assert "030 123 45 67 (Work, tot vijf uur)" in page.sheet.header.about.text()
    press(qtbot, card.rows[1].up)
    settle(runner)
    assert stored(clinic, sanne).phone == "+31301234567"
    assert page.sheet.contact.form.values()["phone"] == "030 123 45 67"
    assert unnamed(window) == []
    press(qtbot, card.rows[0].gone)
    settle(runner)
    assert numbers(desk, sanne) == ["+31600123456", "sanne@example.org"]
    assert window.toaster.run_action()
    settle(runner)
    assert numbers(desk, sanne)[0] == "+31301234567" and len(card.rows) == 3
    assert clinic.verified().ok


def test_what_cannot_be_a_number_is_said_beside_it(qtbot, desk, sanne, shown):
    _window, page, runner = shown(sanne)
    card = page.sheet.around.points
    typed(qtbot, card.new, "12")
    settle(runner)
    assert "not a phone number" in card.new_error.text() and card.new.text() == "12"
    typed(qtbot, card.rows[0].value, "99")
    settle(runner)
    assert "not a phone number" in card.rows[0].error.text()
    assert numbers(desk, sanne) == ["+31600123456", "sanne@example.org"]


def test_the_list_waits_while_the_form_is_being_typed_in(qtbot, sanne, shown):
    _window, page, runner = shown(sanne)
    form = page.sheet.contact
    typed(qtbot, form.form.input("city"), "Zwolle", enter=False)
    assert not page.sheet.around.points.isEnabled()
    form.save()
    settle(runner)
    assert page.sheet.around.points.isEnabled()


def test_a_contact_is_written_down_corrected_and_taken_out(qtbot, clinic, desk, sanne, shown):
    window, page, runner = shown(sanne, "contacts")
    part = page.sheet.contacts
    window.activateWindow()
    typed(qtbot, part.text, "Belt morgen terug", enter=False)
    qtbot.keyClick(part.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(runner)
    (line,) = part.table.records.rows
    assert (line.text, line.way, line.incoming, part.text.text()) == ("Belt morgen terug", ContactWay.PHONE, True, "")
    typed(qtbot, part.text, "111222333")
    settle(runner)
    assert "BSN" in part.error.text() and part.text.text() == "111222333"
    part.text.clear()
    part.table.selectRow(0)
    qtbot.keyClick(part.table, Qt.Key.Key_Return)
    assert part.text.text() == "Belt morgen terug" and part.save_button.text() == "Correct"
    typed(qtbot, part.text, "Belt dinsdag terug")
    settle(runner)
    assert [line.text for line in part.table.records.rows] == ["Belt dinsdag terug"]
    assert unnamed(window) == []
    part.table.selectRow(0)
    qtbot.keyClick(part.table, Qt.Key.Key_Return)
    press(qtbot, part.remove_button)
    settle(runner)
    assert part.table.records.rows == []
    assert window.toaster.run_action()
    settle(runner)
    assert [line.text for line in desk.do(contact_log.contact_log, sanne.id)] == ["Belt dinsdag terug"]


def test_what_was_typed_and_not_kept_keeps_one_here(qtbot, sanne, shown):
    window, page, runner = shown(sanne, "contacts")
    typed(qtbot, page.sheet.contacts.text, "Belt morgen terug", enter=False)
    page.sheet.tabs.show_part("overview")
    window.go("clients")
    assert page.sheet.tabs.current() == "contacts" and "Write down" in window.toaster.text
    press(qtbot, page.sheet.contacts.cancel_button)
    page.sheet.tabs.show_part("contact")
    settle(runner)
    typed(qtbot, page.sheet.around.points.new, "0611111111", enter=False)
    window.go("clients")
    assert "0611111111" in window.toaster.text and page.sheet.isVisible()
    page.sheet.around.points.new.clear()
    window.go("clients")
    settle(runner)
    assert page.list.isVisible()


def test_a_household_is_linked_from_a_suggestion_and_its_name_opens(qtbot, desk, sanne, shown):
    tess = desk.do(clients.create_client, replace(SANNE, first_name="Tess", birth_date=date(2015, 3, 1), email=""))
    window, page, runner = shown(sanne)
    card = page.sheet.around.household
    link = next(button for button in card.findChildren(QPushButton) if button.accessibleName() == "Link Tess Meer")
    press(qtbot, link)
    settle(runner)
    named = [button for button in page.sheet.header.findChildren(QPushButton) if button.accessibleName() == "Open Tess Meer"]
    assert [button.text() for button in named] == ["Tess Meer (11 years)"]
    press(qtbot, named[0])
    settle(runner)
    assert page.sheet.client_id == tess.id
    page.sheet.tabs.show_part("contact")
    settle(runner)
    leave = next(button for button in card.findChildren(QPushButton) if button.accessibleName() == "Take this client out of the household")
    press(qtbot, leave)
    settle(runner)
    assert desk.do(clients.open_client, sanne.id).households == ()
    assert window.toaster.run_action()
    settle(runner)
    assert len(desk.do(clients.open_client, sanne.id).households) == 1


def test_what_is_saved_of_one_client_does_not_show_at_the_next(desk, sanne, shown):
    other = desk.do(clients.create_client, Client(surname="Anders", phone="0611111111", email="anders@example.org"))
    _window, page, runner = shown(sanne)
    card = page.sheet.around.points
    card.rows[0].note.setText("na vijf uur")
    card.rows[0].note.editingFinished.emit()
    page.sheet.show_sheet(desk.do(clients.open_client, other.id))  # the next client is there before the answer
    runner.idle()
    assert [line.point.value for line in card.rows] == ["+31611111111", "anders@example.org"]
    assert [line.note.value() for line in card.rows] == ["", ""]
    assert desk.do(contact_points.contact_points, sanne.id)[0].note == "na vijf uur"
    card.rows[0].note.setText("werkt hier")
    card.rows[0].note.editingFinished.emit()
    settle(runner)
    assert desk.do(contact_points.contact_points, other.id)[0].note == "werkt hier"


@pytest.mark.parametrize("saving", [False, True])
def test_what_is_half_typed_of_one_client_is_saved_there_and_not_at_the_next(qtbot, desk, sanne, shown, saving):
    other = desk.do(clients.create_client, Client(surname="Anders", phone="0611111111", email="anders@example.org"))
    before = desk.do(contact_points.contact_points, other.id)
    window, page, runner = shown(sanne)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    card = page.sheet.around.points
    if saving:
        card.rows[1].check.click()  # the answer is not here yet
    typed(qtbot, card.rows[0].note, "na vijf uur", enter=False)
    page.sheet.show_sheet(desk.do(clients.open_client, other.id))  # the focus never left the field
    settle(runner)
    assert desk.do(contact_points.contact_points, other.id) == before
    assert [line.point.value for line in card.rows] == [point.value for point in before]
    kept = desk.do(contact_points.contact_points, sanne.id)
    assert [(point.value, point.note) for point in kept] == [("+31600123456", "na vijf uur"), ("sanne@example.org", "")]
    assert (kept[1].bounced_on is not None) is saving


def test_a_suggestion_for_one_client_does_not_stand_at_the_next(desk, sanne, shown):
    desk.do(clients.create_client, replace(SANNE, first_name="Tess", birth_date=date(2015, 3, 1), email=""))
    other = desk.do(clients.create_client, Client(surname="Anders", phone="0611111111"))
    _window, page, _runner = shown(sanne)
    card = page.sheet.around.household
    assert card._suggested.count() == 1
    card.show_sheet(replace(page.sheet.sheet, client=other))
    assert card._suggested.count() == 0


def test_when_nobody_has_the_chosen_tag_any_more_the_list_is_whole_again(desk, sanne, shown):
    other = desk.do(clients.create_client, Client(surname="Anders", phone="0611111111"))
    desk.do(client_tags.add_tag, other.id, "VIP")
    window, page, runner = shown()
    window.go("clients")
    settle(runner)
    page.list.tags.setCurrentIndex(1)
    page.list.tags.activated.emit(1)
    settle(runner)
    assert [item.id for item in page.list.table.records.rows] == [other.id]
    desk.do(client_tags.remove_tag, other.id, "VIP")
    window.go("clients", client_id=other.id)
    settle(runner)
    window.go("clients")
    settle(runner)
    assert {item.id for item in page.list.table.records.rows} == {sanne.id, other.id}
    assert not page.list.tags.isVisible()


def test_tags_are_typed_and_filter_the_list(qtbot, desk, sanne, shown):
    other = desk.do(clients.create_client, Client(surname="Anders", phone="0611111111"))
    desk.do(client_tags.add_tag, other.id, "nieuwsbrief")
    window, page, runner = shown(sanne)
    card = page.sheet.around.tags
    assert card._known.stringList() == ["nieuwsbrief"]
    typed(qtbot, card.new, "VIP")
    settle(runner)
    assert desk.do(clients.open_client, sanne.id).tags == ("VIP",)
    window.go("clients")
    settle(runner)
    tags = page.list.tags
    assert tags.isVisible() and [tags.itemText(n) for n in range(tags.count())] == ["All tags", "nieuwsbrief", "VIP"]
    tags.setCurrentIndex(2)
    tags.activated.emit(2)
    settle(runner)
    assert [row.client.surname for row in page.list.table.records.rows] == ["Meer"]


def test_one_steps_through_the_list_one_came_from(qtbot, desk, shown):
    made = [desk.do(clients.create_client, Client(surname=f"Proef{n}", phone=f"060000000{n}")) for n in range(3)]
    window, page, runner = shown()
    window.go("clients")
    settle(runner)
    page.list.table.selectRow(0)
    qtbot.keyClick(page.list.table, Qt.Key.Key_Return)
    settle(runner)
    before, after = page.sheet.header._steps.values()
    assert (before.isEnabled(), after.isEnabled(), after.accessibleName()) == (False, True, "Next client in the list: Proef1")
    page.sheet.tabs.show_part("contacts")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(page.sheet, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    settle(runner)
    assert (page.sheet.client_id, page.sheet.tabs.current()) == (made[1].id, "contacts")
    press(qtbot, after)
    settle(runner)
    assert page.sheet.client_id == made[2].id and not after.isEnabled()
    qtbot.keyClick(page.sheet, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    settle(runner)
    assert page.sheet.client_id == made[1].id
    window.go("clients", client_id=made[0].id)  # from elsewhere
    settle(runner)
    assert not after.isVisible()


def test_the_course_of_events_grows_on_asking_and_opens(qtbot, clinic, desk, sanne, shown):
    from nmx_desk.domain.contacts import ContactMoment

    for n in range(60):
        desk.do(contact_log.add_contact_moment, sanne.id, ContactMoment(text=f"contact {n}"))
        clinic.clock.move(minutes=1)
    _window, page, runner = shown(sanne, "overview")
    card = page.sheet.overview.timeline
    seen = [12]
    while card._more.isVisible():
        press(qtbot, card._more)
        settle(runner)
        seen.append(card._lines.count())
    assert seen[0] == 12 and seen[-1] == 60 and seen == sorted(set(seen))


def test_what_is_planned_for_who_has_died_is_cancelled_at_once_and_put_back(qtbot, desk, sanne, shown):
    offer = desk.do(agenda.next_free, "intake")[0]
    desk.do(agenda.book, "intake", offer.practitioner_id, offer.starts_at, client_id=sanne.id)
    desk.do(clients.change_client, replace(sanne, deceased_on=date(2026, 9, 13)))
    window, page, runner = shown(sanne, "overview")
    banner = page.sheet.header.instruction
    assert banner.text == "This client has died: do not call. 1 appointment is still planned."
    press(qtbot, banner._button)
    settle(runner)
    assert banner.text == "This client has died: do not call."
    assert window.toaster.run_action()
    settle(runner)
    assert desk.do(clients.open_client, sanne.id).still_planned == 1


def test_the_header_says_what_to_know_before_calling(desk, sanne, shown):
    now = desk.do(clients.open_client, sanne.id).client
    desk.do(clients.change_client, replace(now, preferred_channel="email", no_voicemail=True))
    _window, page, _runner = shown(sanne, "overview")
    assert page.sheet.header.instruction.text == "When calling: na vijf uur   ·   Rather reached: by e-mail   ·   Leave no voicemail"
