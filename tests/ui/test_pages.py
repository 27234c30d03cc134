"""Every page of every user in both languages, in the real window at its smallest size: named, translated, nothing cut."""

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QPoint, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget

from nmx_desk import app as program
from nmx_desk.services.demo import make_demo
from nmx_desk.services.desk import Progress
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.theme import theme
from nmx_desk.vault.keyfile import CHEAP_KDF
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.ui.hands import under_the_toast

NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)  # a Monday morning at the demo clinic
USERS = ("receptie", "behandelaar", "manager", "beheerder")
SIZE = (1280, 720)
HARMLESS = ("This plugin does not support propagateSizeHints()",)  # the offscreen platform says it of every window
OWN_PLAN = "SELECT client_id FROM plan WHERE status = 'active' AND practitioner_id = :me ORDER BY client_id LIMIT 1"
OWN_NOTE = "SELECT id AS note_id FROM consult_note WHERE status = 'signed' AND author_id = :me ORDER BY care_date DESC LIMIT 1"
REQUEST = "SELECT id AS request_id FROM advice_request WHERE status = '{}' ORDER BY received_at LIMIT 1"
ANY_PLAN = "SELECT client_id FROM plan WHERE status = 'active' ORDER BY client_id LIMIT 1"
# Where a page needs something to show: the SQL of its arguments, by user ("" for everybody).
DEEPER = {
    "requests": {"": REQUEST.format("in_progress")},
    "clients": {"behandelaar": OWN_PLAN, "receptie": ANY_PLAN},
    "care": {"behandelaar": OWN_PLAN},
    "calls": {"behandelaar": REQUEST.format("booked")},
    "notes": {"behandelaar": OWN_NOTE},
    "plans": {"behandelaar": OWN_PLAN},
    "reports": {"manager": "SELECT 'month' AS report", "beheerder": "SELECT 'certificate' AS report"},
    "settings": {"manager": "SELECT 'types' AS part", "beheerder": "SELECT 'lists' AS part"},
    "log": {"": "SELECT max(seq) AS seq FROM audit_log WHERE action = 'U'"},
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A small demo clinic, made once."""
    folder = tmp_path_factory.mktemp("demo") / "clinic"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NMX_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        make_demo(folder, size="small", seed=1, today=date(2026, 11, 23), progress=Progress(), kdf=CHEAP_KDF)
    return folder


@pytest.fixture
def open_as(qapp, qtbot, demo, tmp_path):
    """``open_as("manager")`` gives the running program; Qt's own warnings fail the test."""
    said, made = [], []
    before = qInstallMessageHandler(lambda kind, _context, text: said.append(text) if kind != QtMsgType.QtDebugMsg else None)
    theme().start(qapp)

    def start(user):
        door = FrontDoor(demo, Surroundings(kdf=CHEAP_KDF, clock=lambda: NOW, witness=False))
        running = program.App(door, program.pages(), tmp_path / "state", sources=program.palette_sources, now=lambda: NOW)
        running.open_desk(door.sign_in(user, DEMO_PASSWORD))
        made.append(running)
        return running

    yield start
    for running in made:
        running.lock()
        if running.front is not None:
            running.front.background.wait()
            running.front.deleteLater()
        running.deleteLater()
    theme().use("light", 1.0)
    settle(None)
    qInstallMessageHandler(before)
    assert [text for text in said if text not in HARMLESS] == []


def settle(running):
    """Until nothing runs and all is laid out."""
    for _turn in range(3):
        if running is not None and running.runner is not None:
            running.runner.idle()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def where(desk, sql):
    with desk.database.reading() as connection:
        row = connection.exec_driver_sql(sql.replace(":me", f"'{desk.user.id}'")).mappings().first()
    return dict(row) if row else None


def places(window, user):
    """Every page the user may see, bare and with something opened."""
    for name in window._kinds:
        found = {name: {}} if window._kinds[name].in_rail else {}
        sql = DEEPER.get(name, {}).get(user) or DEEPER.get(name, {}).get("")
        yield from ((page, args) for page, args in found.items())
        args = where(window.desk, sql) if sql else None
        if args:
            yield name, args


def is_seen(widget):
    """Whether any of it is in sight: not scrolled away."""
    return widget.isVisible() and not widget.visibleRegion().isEmpty()


def words(widget):
    """What is written on it; nothing on a button that shows its icon only."""
    icon_only = isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) and not icon_only else ""


def placeholders(window):
    return [words(w) for w in window.findChildren(QWidget) if w.isVisible() and "{" in words(w)]


def cut(window):
    """Labels and buttons that are smaller than their words, and things that stick out of the window."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not words(widget):
            continue
        if widget.mapTo(window, QPoint(0, 0)).x() + widget.width() > window.width() and is_seen(widget):
            found.append(f"outside: {words(widget)!r}")
        if isinstance(widget, Label) and (widget._elide or widget.property("look") == "searchbar"):
            continue
        needs = widget.minimumSizeHint() if isinstance(widget, QAbstractButton) else widget.sizeHint()
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        height = widget.heightForWidth(widget.width()) if wraps else needs.height()
        if (not wraps and widget.width() < needs.width()) or widget.height() < height:
            found.append(f"cut: {words(widget)!r} has {widget.width()}×{widget.height()}, needs {needs.width()}×{height}")
    return found


def problems(window):
    wide = [f"the window is {window.width()} wide"] if window.width() > SIZE[0] else []
    return [*unnamed(window), *placeholders(window), *cut(window), *wide]


@pytest.mark.parametrize("user", USERS)
def test_every_page_in_both_languages(open_as, user):
    running = open_as(user)
    visited, found = set(), {}
    for language in ("nl", "en"):
        running._change_language(language)
        window = running.window
        window.resize(*SIZE)
        for name, args in places(window, user):
            window.go(name, **args)
            window.toast("Afspraak verzet naar maandag 23 november om 10:20.", undo=lambda: None)
            settle(running)
            assert window.current().name == name
            if wrong := [*problems(window), *under_the_toast(window)]:
                found[language, name, *args] = wrong
            visited.add(name)
    assert found == {}
    assert visited >= {name for name in window._kinds if window._kinds[name].in_rail}


@pytest.mark.parametrize("user", ["behandelaar", "manager"])
def test_with_text_at_150_percent_nothing_is_cut(open_as, user):
    running = open_as(user)
    theme().use("dark", 1.5)
    running._change_language("nl")
    running.window.resize(1440, 900)
    found = {}
    for name, args in places(running.window, user):
        running.window.go(name, **args)
        settle(running)
        if wrong := cut(running.window):
            found[name, *args] = wrong
    assert found == {}
