"""Saves a draft plan a moment after the last edit, one save at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.services import plans
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.plans.draft import Content, PlanDraft

EVERY = 1500  # ms between the last edit and saving it


class Saver(QObject):
    """``saved`` carries the sheet as stored, ``said`` how it stands, ``refused`` the key of what cannot be saved and why."""

    saved = Signal(object)
    said = Signal(str)
    refused = Signal(str, object)
    failed = Signal(object)

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self.draft: PlanDraft | None = None
        self.reason = ""
        self._busy = False
        self._then: list[Callable[[], object]] = []
        self._timer = QTimer(self, singleShot=True, interval=EVERY)
        self._timer.timeout.connect(self._quietly)

    def hold(self, draft: PlanDraft | None) -> None:
        """Take care of another draft, or of none."""
        self._timer.stop()
        self._then.clear()
        self.draft, self._busy = draft, False
        self.said.emit("")

    @property
    def unsaved(self) -> bool:
        """Whether something is not on its way or not stored yet."""
        return self.draft is not None and (self._busy or self.draft.dirty)

    def touch(self) -> None:
        """Something was edited."""
        if self.draft is not None and self.draft.dirty:
            self.said.emit(_("Not saved yet"))
            self._timer.start()

    def now(self, then: Callable[[], object] | None = None) -> bool:
        """Save now, then go on; False (and ``refused``) when something cannot be saved as it is."""
        self._timer.stop()
        if self.draft is None:
            if then:
                then()
            return True
        problem = self.draft.problem()
        if problem is not None:
            self.refused.emit(*problem)
            return False
        if then:
            self._then.append(then)
        self._save()
        return True

    def rescue(self) -> None:
        """Save what can be saved, leaving out what cannot."""
        self._timer.stop()
        draft = self.draft
        if draft is not None and not self._busy:
            content = draft.savable()
            if content.phases:
                self._send(draft, content, final=True)

    def _quietly(self) -> None:
        if self.draft is not None and self.draft.problem() is None:
            self._save()

    def _save(self) -> None:
        draft = self.draft
        if self._busy or draft is None:
            return
        if not draft.dirty:
            self._go_on()
            return
        draft.order()
        self._send(draft, draft.content())

    def _send(self, draft: PlanDraft, content: Content, *, final: bool = False) -> None:
        self._busy = not final
        self.said.emit(_("Saving …"))
        reason = {"reason": self.reason} if self.reason else {}
        self._frame.runner.do(
            plans.save_version, replace(draft.sheet.version, cadence=content.cadence), content.phases, content.items, content.goals,
            then=(lambda _sheet: None) if final else (lambda sheet: self._stored(draft, content, sheet)),
            failed=self._not_stored, owner=self, **reason,
        )  # fmt: skip

    def _stored(self, draft: PlanDraft, sent: Content, sheet: PlanSheet) -> None:
        if draft is not self.draft:
            return
        self._busy = False
        draft.saved(sent, sheet)
        self.saved.emit(sheet)
        if draft.dirty and draft.problem() is None:
            self._save()
            return
        self.said.emit(_("Saved {time}").format(time=dates.clock(self._frame.now())))
        self._go_on()

    def _not_stored(self, error: DeskError) -> None:
        self._busy = False
        self._then.clear()
        self.said.emit(_("Not saved"))
        self.failed.emit(error)

    def _go_on(self) -> None:
        waiting, self._then = self._then, []
        for then in waiting:
            then()
