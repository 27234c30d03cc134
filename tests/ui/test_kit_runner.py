"""The runner: threads, order, errors, dropped answers."""

import threading
import time
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject

from nmx_desk.domain.errors import Cancelled, Conflict, EnvironmentProblem, NotAllowed, UserError
from nmx_desk.ui import errors
from nmx_desk.ui.runner import Runner


@dataclass(frozen=True)
class Changes:
    tables: frozenset
    clients: frozenset


class FakeDesk:
    def __init__(self):
        self.callbacks = []
        self.threads = []

    def listen(self, callback):
        self.callbacks.append(callback)

    def do(self, use_case, *args, reason="", progress=None, **kw):
        self.threads.append(threading.current_thread().name)
        if progress is not None:
            kw["progress"] = progress
        if reason:
            kw["reason"] = reason
        result = use_case(*args, **kw)
        if getattr(use_case, "writes", False):
            for callback in self.callbacks:
                callback(Changes(frozenset({"clients"}), frozenset()))
        return result


def read_it(value):
    return value


def write_it(value):
    return value


write_it.writes = True


@pytest.fixture
def runner(qtbot):
    made = Runner(FakeDesk())
    yield made
    made.stop()


def test_answers_arrive_on_the_main_thread_and_writes_have_their_own_worker(runner):
    seen = []
    runner.do(read_it, 1, then=lambda value: seen.append((value, threading.current_thread() is threading.main_thread())))
    runner.do(write_it, 2, then=lambda value: seen.append((value, threading.current_thread() is threading.main_thread())))
    runner.idle()
    assert sorted(seen) == [(1, True), (2, True)]
    assert set(runner.desk.threads) == {"desk-read", "desk-write"}


def test_changes_are_told_on_the_main_thread_before_the_answer(runner):
    order = []
    runner.changed.connect(lambda changes: order.append((sorted(changes.tables), threading.current_thread() is threading.main_thread())))
    runner.do(write_it, 1, then=order.append)
    runner.idle()
    assert order == [(["clients"], True), 1]


def test_an_answer_for_a_destroyed_owner_is_dropped(runner):
    import shiboken6

    owner, seen = QObject(), []
    runner.do(read_it, 1, then=seen.append, owner=owner)
    shiboken6.delete(owner)
    runner.idle()
    assert seen == []


def test_latest_keeps_only_the_newest(runner):
    seen, ran = [], []

    def search(text):
        ran.append(text)
        time.sleep(0.02)
        return text

    for text in ("a", "an", "ann", "anna"):
        runner.latest("search", search, text, then=seen.append)
    runner.idle()
    assert seen == ["anna"]
    assert len(ran) <= 2  # those that had not begun never began


def test_a_failed_reading_goes_to_failed_or_is_shown(runner, monkeypatch):
    def wrong():
        raise UserError("name", "Fill in a name.")

    shown, failed = [], []
    monkeypatch.setattr(errors, "show", lambda error, owner, retry: shown.append(error))
    runner.do(wrong, failed=failed.append)
    runner.do(wrong)
    runner.idle()
    assert [type(error) for error in shown + failed] == [UserError, UserError]


def test_a_bug_is_never_given_to_failed(runner, monkeypatch):
    def broken():
        raise ZeroDivisionError

    shown, failed = [], []
    monkeypatch.setattr(errors, "show", lambda error, owner, retry: shown.append(error))
    runner.do(broken, failed=failed.append)
    runner.idle()
    assert failed == []
    assert isinstance(shown[0], ZeroDivisionError)


def test_break_glass_asks_for_a_reason_and_tries_again(runner, monkeypatch):
    def open_file(client, reason=""):
        if not reason:
            raise NotAllowed("Not your client.", needs_reason=True)
        return client, reason

    monkeypatch.setattr(errors, "reason_for", lambda error, owner: "stands in today")
    seen = []
    runner.do(open_file, "c1", then=seen.append)
    runner.idle()
    assert seen == [("c1", "stands in today")]


def test_a_refused_reason_ends_quietly(runner, monkeypatch):
    def open_file(reason=""):
        raise NotAllowed("Not your client.", needs_reason=True)

    failed = []
    monkeypatch.setattr(errors, "reason_for", lambda error, owner: None)
    runner.do(open_file, failed=failed.append)
    runner.idle()
    assert [type(error) for error in failed] == [Cancelled]


def test_work_reports_and_can_be_cancelled(runner):
    def long(progress):
        for step in range(1000):
            progress.report(step, 1000, "rows")
            time.sleep(0.005)

    titles, failed = [], []
    runner.work_changed.connect(lambda jobs: titles.append([job.title for job in jobs]))
    job = runner.do(long, progress="Import", failed=failed.append)
    while job.done < 5:
        time.sleep(0.005)
    job.cancel()
    runner.idle()
    assert isinstance(failed[0], Cancelled)
    assert titles[0] == ["Import"]
    assert titles[-1] == []


def test_a_watched_job_tells_its_watcher(runner):
    steps = []

    def long(progress):
        progress.report(10, 10, "done")

    runner.do(long, progress=lambda done, total, text: steps.append((done, total, text)))
    runner.idle()
    assert steps == [(10, 10, "done")]


def test_stop_ends_the_threads(qtbot):
    made = Runner(FakeDesk())
    made.stop()
    assert not any(thread.is_alive() for thread in made._threads)


def test_the_report_holds_no_values(qtbot):
    with pytest.raises(ValueError, match="Johanna") as caught:
        int("Johanna de Vries, 06-00 11 22 33")
    text = errors.report_text(caught.value)
    assert "ValueError" in text
    assert "Johanna" not in text
    assert __file__ not in text


@pytest.mark.parametrize("kind", [Conflict, EnvironmentProblem, UserError])
def test_the_window_says_problems_in_a_sentence(qtbot, kind):
    from PySide6.QtWidgets import QWidget

    class Window(QWidget):
        def say_problem(self, message, action, run, lasting):
            said.append((message, bool(action), lasting))

        def refresh(self, changes):
            pass

    said = []
    window = Window()
    qtbot.addWidget(window)
    child = QWidget(window)
    error = kind("x", "A sentence.") if kind is UserError else kind("A sentence.")
    errors.show(error, child, retry=lambda: None)
    assert said == [("A sentence.", kind is not UserError, kind is not UserError)]
