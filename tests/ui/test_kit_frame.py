"""The main window navigates; the front lets in, locks and sets up."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nmx_desk import i18n
from nmx_desk.app import App
from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.ui.front.login import Login, Recover
from nmx_desk.ui.front.single import SingleInstance
from nmx_desk.ui.front.window import FrontWindow
from nmx_desk.ui.front.wizard import Wizard
from nmx_desk.ui.kit import clipboard, private_files
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme import theme
from tests.ui.hands import under_the_toast
from tests.ui.kit_fakes import KEY, PAGES, FakeDesk, FakeDoor, save_request

GOOD = "goed genoeg wachtwoord"


@pytest.fixture
def app(qapp, qtbot, tmp_path):
    theme().start(qapp)
    made = App(FakeDoor(tmp_path), PAGES, tmp_path / "state")
    yield made
    made._close_desk()
    if made.front:
        made.front.background.wait()
        made.front.deleteLater()
    made.deleteLater()
    theme().use("light", 1.0)
    i18n.use("nl")
    QTest.qWait(1)


@pytest.fixture
def window(app):
    app.open_desk(FakeDesk())
    app.runner.idle()
    return app.window


def settle(front):
    """Wait for the work behind the window."""
    while front.background.busy:
        QTest.qWait(5)
    QTest.qWait(1)


def sign_in(front, password=GOOD):
    front.part.password.setText(password)
    front.part.sign_in()
    settle(front)


def test_only_pages_one_may_see_in_the_order_of_the_rail(window):
    assert window._order == ["requests", "agenda"]
    window.go("log")
    assert window.current().name == "requests"
    assert window.toaster.text


def test_the_rail_counts(window):
    assert "7" in window.rail._buttons["requests"].accessibleName()


def test_back_and_forward_through_places(window, qtbot):
    window.go("requests", request="2")
    window.go("agenda")
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.current().name == "requests"
    assert window.current().visits[-1] == {"request": "2"}
    window._move(1)
    assert window.current().name == "agenda"


def test_a_page_that_is_not_ready_keeps_the_user(window):
    window.current().ready = False
    window.go("agenda")
    assert window.current().name == "requests"
    window.current().ready = True
    window.go("agenda")
    assert window.current().name == "agenda"


def test_changes_reach_the_page_in_sight(window):
    page = window.current()
    window.runner.do(save_request)
    window.runner.idle()
    assert page.refreshed == 1


def test_the_palette_with_the_keyboard_alone(window, qtbot):
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = window.palette_box
    assert box.isVisible()
    qtbot.keyClicks(box.field, "agen")
    qtbot.keyClick(box.field, Qt.Key.Key_Return)
    assert window.current().name == "agenda"
    assert not box.isVisible()


def test_the_palette_groups_sources_and_drops_old_answers(window):
    from nmx_desk.ui.frame.palette import Result

    waiting = []
    window.set_sources([lambda query, deliver: waiting.append((query, deliver))])
    window.palette_box.open("a")
    window.palette_box.field.setText("an")
    window.palette_box._ask()
    old, new = waiting[0][1], waiting[-1][1]
    new([Result("Anna Voorbeeld", lambda: None, "7-12-1980", "user", "Cliënten")])
    old([Result("Oud", lambda: None, group="Cliënten")])
    titles = [result.title for result in window.palette_box.results()]
    assert titles[0] == "Anna Voorbeeld"
    assert "Oud" not in titles
    window.palette_box.close_palette()


def test_page_commands_and_their_shortcut(window, qtbot):
    page = window.current()
    window.activateWindow()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert page.ran == 1
    window.palette_box.open("nieuwe")
    QTest.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert page.ran == 2


def test_escape_closes_the_top_thing(window):
    page = window.current()
    page.panel.show()
    window.toast("Klaar", undo=lambda: None)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.toaster.isVisible()
    assert page.panel.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()


def test_undo_from_the_toast_once(window):
    undone = []
    window.toast("Verzet", undo=lambda: undone.append(1))
    window._undo()
    window._undo()
    assert undone == [1]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_of_a_page_lies_under_what_is_said_and_the_room_is_given_back(window, scale):
    theme().use("light", scale)
    window.resize(1280, 720)
    window.current().panel.show()
    QApplication.processEvents()
    usual = window.current().height()
    for text in ("Klaar", "Een zin die langer is dan één regel van dit venster. " * 6):
        for jobs in ([], [Job(save_request, (), {})]):
            window.bottom.set_work(jobs)
            window.toast(text, undo=lambda: None)
            QApplication.processEvents()
            assert under_the_toast(window) == []
            assert window.rect().contains(window.toaster.geometry())
    window.bottom.set_work([])
    window.toaster.hide()
    QApplication.processEvents()
    assert window.current().height() == usual


def test_news_waits_for_what_may_be_undone_and_is_no_undoing(qtbot, window):
    done = []
    window.toast("Verzet", undo=lambda: done.append("undone"))
    window.say_news("3 new requests came in.", lambda: done.append("looked"))
    assert window.toaster.text == "Verzet"
    window._undo()
    qtbot.waitUntil(lambda: window.toaster.text == "3 new requests came in.")
    window._undo()
    assert done == ["undone"]
    assert window.toaster.run_action()
    assert done == ["undone", "looked"]


def test_problems_are_said_in_the_window(window):
    from nmx_desk.ui import errors

    errors.show(Conflict("Iemand anders was eerder."), window.current())
    assert window.banner.text == "Iemand anders was eerder."
    errors.show(EnvironmentProblem("De schijf is vol."), window.current(), retry=lambda: None)
    assert window.banner.text == "De schijf is vol."


def test_everything_in_the_frame_has_a_name(window):
    window.current().panel.show()
    window.toast("x", undo=lambda: None)
    window.banner.say("y", action_text="z", action=lambda: None)
    window.palette_box.open("a")
    assert unnamed(window) == []


def test_the_window_is_remembered_per_user(app, window):
    window.go("agenda")
    window.rail.toggle()
    app.lock()
    assert app.front.part.users.value() == "behandelaar"
    sign_in(app.front)
    assert app.window.current().name == "agenda"
    assert not app.window.rail._wide


def test_locking_drops_the_key_and_hides_everything(app, window):
    desk = app.runner.desk
    clipboard.copy("06-00 11 22 33")
    app.lock()
    assert desk.closed
    assert app.window is None
    assert not window.isVisible()
    assert app.front.isVisible()
    assert QApplication.clipboard().text() == ""


@pytest.mark.parametrize("leave", ["lock", "switch_user", "quit"])
def test_leaving_wipes_the_documents_that_were_opened(app, window, leave):
    opened = private_files.put("brief.pdf", b"%PDF-")
    assert opened.is_relative_to(app._state)
    getattr(app, leave)()
    assert not opened.exists() and list(app._state.rglob("*.pdf")) == []


def test_locking_does_not_wait_for_a_page(app, window):
    window.current().ready = False
    app.idle.idle.emit()
    assert app.front.isVisible()


def test_language_rebuilds_the_window_at_the_same_place(app, window):
    window.go("agenda")
    window.language_chosen.emit("en")
    assert i18n.language() == "en"
    assert app.window is not window
    assert app.window.current().name == "agenda"


def test_a_wrong_password_says_so_and_makes_one_wait(app):
    app.start()
    login = app.front.part
    assert isinstance(login, Login)
    assert unnamed(app.front) == []
    sign_in(app.front, "fout")
    assert app.front is not None
    assert login.problem.isVisible()
    assert not login.button.isEnabled()
    assert login._left == 2
    login._count_down()
    login._count_down()
    assert login.button.isEnabled()


def test_caps_lock_is_told(app, qtbot):
    app.start()
    login = app.front.part
    login.password.keyPressEvent(_key("A"))
    assert not login.caps.isHidden()
    login.password.keyPressEvent(_key("a"))
    assert login.caps.isHidden()


def _key(letter):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent

    return QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)


def test_a_one_time_code_asks_for_a_password(app):
    app.start()
    login = app.front.part
    assert login._new.isHidden()
    login.users._group.button(2).click()
    assert not login._new.isHidden()


def test_the_recovery_key_lets_in(app):
    app.start()
    app.front.part._recover()
    recover = app.front.part
    assert isinstance(recover, Recover)
    recover.code.setText("fout")
    recover.recover()
    settle(app.front)
    assert recover.problem.isVisible()
    recover.code.setText(KEY)
    front = app.front
    recover.recover()
    settle(front)
    assert app.window is not None


@pytest.fixture
def first(qtbot, qapp, tmp_path):
    theme().start(qapp)
    front = FrontWindow(FakeDoor(tmp_path, exists=False))
    qtbot.addWidget(front)
    front.show()
    yield front
    front.background.wait()
    i18n.use("nl")


def test_the_wizard_from_begin_to_end(first):
    wizard = first.part
    assert isinstance(wizard, Wizard)
    assert unnamed(first) == []
    wizard.to_person()
    assert wizard.currentWidget() is wizard.welcome  # no name yet
    wizard.clinic.set_values({"clinic_name": "Praktijk Voorbeeld"})
    wizard.to_person()
    wizard.user.set_values({"display_name": "A. Demo", "username": "demo", "password": "kort", "again": "kort"})
    wizard._judge()
    assert wizard.strength.isVisible()
    wizard.make_clinic()
    assert wizard.user.error_of("password")
    wizard.user.set_values({"password": GOOD, "again": GOOD + "x"})
    wizard.make_clinic()
    assert wizard.user.error_of("again")
    wizard.user.set_values({"password": GOOD, "again": GOOD})
    assert unnamed(first) == []
    wizard.make_clinic()
    settle(first)
    step = wizard.recovery
    assert first._door.created.clinic_name == "Praktijk Voorbeeld"
    assert wizard.user.values()["password"] == ""
    assert unnamed(first) == []
    step.confirm()
    assert isinstance(first.part, Wizard)
    for number, field in zip(step._asked, step.fields, strict=True):
        field.setText(KEY.split("-")[number].lower())
    step.confirm()
    assert isinstance(first.part, Login)
    assert first.part.users.value() == "demo"


def test_the_recovery_key_is_saved_for_its_owner_only(first, tmp_path):
    wizard = first.part
    wizard._made("demo", KEY)
    wizard.recovery.save_key(tmp_path / "key.txt")
    assert KEY in (tmp_path / "key.txt").read_text("utf-8")
    assert (tmp_path / "key.txt").stat().st_mode & 0o077 == 0


def test_the_demo_clinic_from_the_wizard(first):
    first.part.make_demo()
    settle(first)
    assert isinstance(first.part, Login)


def test_the_wizard_speaks_the_other_language_at_once(first):
    first.part.languages.picked.emit("en")
    assert i18n.language() == "en"
    assert isinstance(first.part, Wizard)


def test_a_second_start_raises_the_first(qtbot, tmp_path):
    one = SingleInstance(tmp_path, tmp_path)
    two = SingleInstance(tmp_path, tmp_path)
    other = SingleInstance(tmp_path / "other", tmp_path)
    assert one.first()
    with qtbot.waitSignal(one.raised):
        assert not two.first()
    assert other.first()
    one.release()
    assert two.first()
    two.release()
    other.release()




def test_with_the_real_door_from_first_start_to_lock(qapp, qtbot, tmp_path):
    from nmx_desk.services.opening import FrontDoor, Surroundings
    from nmx_desk.vault.keyfile import KdfParameters

    theme().start(qapp)
    door = FrontDoor(tmp_path / "clinic", Surroundings(kdf=KdfParameters(memory_kib=8192, time=1, parallelism=1)))
    app = App(door, [], tmp_path / "state")
    app.start()
    wizard = app.front.part
    wizard.clinic.set_values({"clinic_name": "Praktijk Voorbeeld"})
    wizard.to_person()
    password = "paarse fiets onder zeven eiken"
    wizard.user.set_values({"display_name": "A. Demo", "username": "ademo", "password": password, "again": password})
    wizard.make_clinic()
    settle(app.front)
    key = wizard.recovery
    for number, field in zip(key._asked, key.fields, strict=True):
        field.setText(key._groups[number])
    key.confirm()
    sign_in(app.front, "fout wachtwoord")
    assert app.front.part.problem.isVisible()
    app.front.part._count_down()
    sign_in(app.front, password)
    assert app.window.windowTitle().startswith("Praktijk Voorbeeld")
    assert app.runner.desk.log_size > 0
    app.lock()
    sign_in(app.front, password)
    assert app.window is not None
    app._close_desk()
    app.deleteLater()
