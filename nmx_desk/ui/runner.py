"""From a click to the desk and back: a worker thread for writes, for reads, for long reads and for errands; answers on the main thread."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, Signal

from nmx_desk.domain.errors import Cancelled, DeskError, NotAllowed, PasswordNeeded, UserError
from nmx_desk.services.desk import Errand, Progress
from nmx_desk.services.signing import confirm_signer
from nmx_desk.ui import errors
from nmx_desk.ui.kit.door import Desk

Then = Callable[[Any], object]
Failed = Callable[[DeskError], object]
Watch = Callable[[int, int, str], object]
_REPORT_EVERY = 0.05  # seconds; a quick loop must not flood the event queue


LANES = ("write", "read", "aside", "out")


def lane_of(use_case: Any) -> str:
    """Which worker runs a use case: long reads stand aside and errands go out, so that a search never waits for them."""
    if isinstance(use_case, Errand):
        return use_case.lane
    if getattr(use_case, "writes", False):
        return "write"
    return "aside" if getattr(use_case, "aside", False) else "read"


class Job(Progress):
    """One call of a use case. It is also the ``Progress`` the use case reports to; work that was cancelled before it began never begins."""

    def __init__(self, use_case: Any, args: tuple[Any, ...], kw: dict[str, Any]) -> None:
        super().__init__()
        self.use_case, self.args, self.kw = use_case, args, kw
        self.then: Then | None = None
        self.failed: Failed | None = None
        self.owner: QObject | None = None
        self.key: Hashable | None = None
        self.title = ""
        self.watch: Watch | None = None
        self.wants_progress = False
        self.done, self.total, self.text = 0, 0, ""
        self.result: Any = None
        self.error: BaseException | None = None
        self.tell: Callable[[Job], None] | None = None
        self._told = 0.0

    def _show(self, done: int, total: int, text: str) -> None:
        """On the worker thread."""
        self.done, self.total, self.text = done, total, text
        now = time.monotonic()
        if self.tell and (now - self._told > _REPORT_EVERY or done >= total):
            self._told = now
            self.tell(self)

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for the answer."""
        return self.owner is None or shiboken6.isValid(self.owner)


class Runner(QObject):
    """The only way from a page to the desk."""

    changed = Signal(object)  # Changes, after each commit
    work_changed = Signal(list)  # titled jobs that run, for the bottom bar
    ended = Signal(str)  # why: the user was blocked while signed in
    _done = Signal(object)
    _progress = Signal(object)
    _committed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._pending: list[Job] = []
        self._latest: dict[Hashable, Job] = {}
        self._queues: dict[str, queue.SimpleQueue[Job | None]] = {lane: queue.SimpleQueue() for lane in LANES}
        queued = Qt.ConnectionType.QueuedConnection
        self._done.connect(self._deliver, queued)
        self._progress.connect(self._show_progress, queued)
        self._committed.connect(self.changed, queued)
        desk.listen(self._committed.emit)
        self._threads = [
            threading.Thread(target=self._work, args=(self._queues[lane],), name=f"desk-{lane}", daemon=True) for lane in LANES
        ]
        for thread in self._threads:
            thread.start()

    def do(
        self,
        use_case: Any,
        *args: Any,
        then: Then | None = None,
        failed: Failed | None = None,
        progress: str | Watch | None = None,
        owner: QObject | None = None,
        **kw: Any,
    ) -> Job:
        """Run a use case and hand its answer to ``then`` on the main thread.

        ``failed`` gets a ``DeskError``; without it the errors module shows it. ``progress`` is a title for the bottom bar or a
        function ``(done, total, text)``; either passes ``progress=`` to the use case. If ``owner`` was destroyed the answer is dropped.
        """
        job = Job(use_case, args, kw)
        job.then, job.failed, job.owner = then, failed, owner
        job.title = progress if isinstance(progress, str) else ""
        job.watch = progress if callable(progress) else None
        job.wants_progress = progress is not None
        job.tell = self._progress.emit
        return self._submit(job)

    def latest(
        self,
        key: Hashable,
        use_case: Any,
        *args: Any,
        then: Then | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        **kw: Any,
    ) -> Job:
        """As ``do``, but a newer call with the same key drops the answers of the older ones: search as you type."""
        older = self._latest.get(key)
        if older is not None:
            older.cancel()
        job = Job(use_case, args, kw)
        job.then, job.failed, job.owner, job.key = then, failed, owner, key
        self._latest[key] = job
        return self._submit(job)

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(self._pending)

    def idle(self, seconds: float = 20.0) -> None:
        """Wait until nothing runs and every answer was handed over (for tests). Raises ``TimeoutError``."""
        until = time.monotonic() + seconds
        while self._pending:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            if time.monotonic() > until:
                raise TimeoutError([getattr(job.use_case, "__name__", "?") for job in self._pending])
            time.sleep(0.001)
        QCoreApplication.processEvents()

    def stop(self, seconds: float = 10.0) -> None:
        """Cancel readings and long work, let short writes (a draft, a save) be done, end the threads. Later answers are dropped."""
        for job in self._pending:
            if job.wants_progress or lane_of(job.use_case) != "write":
                job.cancel()
        for line in self._queues.values():
            line.put(None)
        for lane, thread in zip(LANES, self._threads, strict=True):
            thread.join(min(seconds, 1.0) if lane == "out" else seconds)  # a server that does not answer is not waited for
        self._done.disconnect()
        self._progress.disconnect()
        self._committed.disconnect()
        self._pending.clear()

    def _submit(self, job: Job) -> Job:
        self._pending.append(job)
        if job.title:
            self._tell_work()
        self._queues[lane_of(job.use_case)].put(job)
        return job

    def _work(self, line: queue.SimpleQueue[Job | None]) -> None:
        while (job := line.get()) is not None:
            if not job.cancelled:
                self._run(job)
            elif job.error is None:
                job.error = Cancelled("")
            with suppress(RuntimeError):  # an errand that ended after everything was closed
                self._done.emit(job)

    def _run(self, job: Job) -> None:
        kw = dict(job.kw)
        if job.wants_progress:
            kw["progress"] = job
        try:
            if isinstance(job.use_case, Errand):
                job.result = job.use_case(self.desk, *job.args, **kw)
            else:
                job.result = self.desk.do(job.use_case, *job.args, **kw)
        except Exception as error:  # noqa: BLE001 (it is shown or reported on the main thread)
            job.error = error

    def _show_progress(self, job: Job) -> None:
        if job.watch and job.wanted and job in self._pending:
            job.watch(job.done, job.total, job.text)
        if job.title:
            self._tell_work()

    def _tell_work(self) -> None:
        self.work_changed.emit([job for job in self._pending if job.title])

    def _deliver(self, job: Job) -> None:
        if job not in self._pending:  # stopped meanwhile: this answer was already on its way
            return
        self._pending.remove(job)
        if job.title:
            self._tell_work()
        if isinstance(job.error, NotAllowed) and getattr(self.desk, "ended", False):
            self.ended.emit(job.error.message)
            return
        outdated = job.key is not None and self._latest.get(job.key) is not job
        if job.key is not None and not outdated:
            del self._latest[job.key]
        if outdated or not job.wanted:
            return
        if job.error is None:
            if job.then:
                job.then(job.result)
        else:
            self._fail(job, job.error)

    def _fail(self, job: Job, error: BaseException) -> None:
        if isinstance(error, NotAllowed) and error.needs_reason and "reason" not in job.kw:
            reason = errors.reason_for(error, job.owner)
            if reason:
                self._again(job, reason=reason)
                return
            error = Cancelled("")
        if isinstance(error, PasswordNeeded):
            self._ask_password(job, error.message)
            return
        if job.failed and isinstance(error, DeskError):
            job.failed(error)
        else:
            errors.show(error, job.owner, retry=lambda: self._again(job))

    def _ask_password(self, job: Job, message: str) -> None:
        """Ask until it is right, or until the user thinks better of it; then sign."""
        password = errors.password_for(message, job.owner)
        if not password:
            if job.failed:
                job.failed(Cancelled(""))
            return

        def wrong(error: DeskError) -> None:
            if isinstance(error, UserError):
                self._ask_password(job, error.message)
            else:
                errors.show(error, job.owner)

        self.do(confirm_signer, password, then=lambda _none: self._again(job), failed=wrong, owner=job.owner)

    def _again(self, job: Job, **more: Any) -> None:
        again = Job(job.use_case, job.args, {**job.kw, **more})
        again.then, again.failed, again.owner, again.key = job.then, job.failed, job.owner, job.key
        again.title, again.watch, again.wants_progress, again.tell = job.title, job.watch, job.wants_progress, job.tell
        if again.key is not None:
            self._latest[again.key] = again
        self._submit(again)
