"""What can be done with a plan as a whole, with the questions that must be answered first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.plans import STOP_REASON_NAMES
from nmx_desk.i18n import _
from nmx_desk.services import plan_papers, plans, reports
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.dialogs import Dialog, ask, ask_reason
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper import show_paper
from nmx_desk.ui.plans.saving import Saver
from nmx_desk.ui.plans.templates import manage_templates, save_as_template


class Steps(QObject):
    """``written`` carries the sheet after a step, ``gone`` the client whose draft went, ``compared`` two numbers and the differences."""

    written = Signal(object)
    failed = Signal(object)
    gone = Signal(str)
    compared = Signal(tuple, object)
    taken_over = Signal()

    def __init__(self, frame: Frame, saver: Saver, parent: QWidget) -> None:
        super().__init__(parent)
        self._frame, self._saver, self._page = frame, saver, parent
        self.sheet: PlanSheet | None = None

    def _window(self) -> QWidget:
        return self._page.window()

    def do(self, code: str) -> None:
        """What a button of the head asks for."""
        sheet = self.sheet
        if sheet is None:
            return
        plan_id = sheet.plan.id
        actions: dict[str, Callable[[], object]] = {
            "discuss": lambda: self._saver.now(partial(self.call, plans.discuss, plan_id)),
            "activate": self._activate,
            "redraft": lambda: self.call(plans.redraft, plan_id),
            "new_version": self._new_version,
            "discard": self._discard,
            "complete": self._complete,
            "stop": self._stop,
            "compare": lambda: self._saver.now(self._compare),
            "print": partial(self._print, sheet),
            "print_other": partial(self._print, sheet, "nl" if sheet.client.language == "en" else "en"),
            "print_draft": lambda: self._saver.now(partial(self._print_draft, sheet)),
            "save_template": lambda: self._saver.now(partial(self._save_template, sheet)),
            "templates": partial(manage_templates, self._frame, self._page),
            "take_over": self._take_over,
        }
        actions[code]()

    def call(self, case: Any, *args: Any, then: Callable[[Any], object] | None = None) -> None:
        """Run a use case that answers with the sheet, with the reason that was given for somebody else's client."""
        reason = {"reason": self._saver.reason} if self._saver.reason else {}
        self._frame.runner.do(case, *args, then=then or self.written.emit, failed=self.failed.emit, owner=self, **reason)

    def _activate(self) -> None:
        """Signing it makes it the client's plan; the password is the question."""
        if self.sheet:
            self.call(plans.activate, self.sheet.plan.id, then=self._activated)

    def _activated(self, sheet: PlanSheet) -> None:
        self.written.emit(sheet)
        self._frame.toast(_("The plan is active."))

    def _new_version(self) -> None:
        text = _("The active version stays as it is until the new one is activated.")
        reason = ask_reason(self._window(), _("Why does the plan change?"), text, yes=_("New version"))
        if reason and self.sheet:
            self.call(plans.new_version, self.sheet.plan.id, reason)

    def _discard(self) -> None:
        text = _("The draft is deleted. The log keeps that it was there.")
        if self.sheet and ask(self._window(), _("Throw this draft away?"), text, yes=_("Throw away"), danger=True):
            client_id = self.sheet.client.id
            self._saver.hold(None)
            self.call(plans.discard_draft, self.sheet.plan.id, then=lambda _left: self.gone.emit(client_id))

    def _complete(self) -> None:
        text = _("Items that are active are completed, and planned contacts lapse.")
        if self.sheet and ask(self._window(), _("Complete this plan?"), text, yes=_("Complete plan")):
            self.call(plans.complete_plan, self.sheet.plan.id)

    def _stop(self) -> None:
        dialog = Dialog(self._window(), _("Stop this plan?"), _("Its items stop, and planned contacts lapse."))
        why = ChoiceInput([(key, _(name)) for key, name in STOP_REASON_NAMES.items()], name=_("Why it stops"))
        dialog.body.addWidget(why)
        dialog.add_buttons(_("Stop plan"), _("Cancel"), danger=True)
        stopped, reason = bool(dialog.exec()), why.value()
        dialog.deleteLater()
        if stopped and self.sheet:
            self.call(plans.stop_plan, self.sheet.plan.id, reason)

    def _compare(self) -> None:
        sheet = self.sheet
        if sheet is None or sheet.before is None:
            return
        numbers = (sheet.before.number, sheet.version.number)
        show = partial(self.compared.emit, numbers)
        self._frame.runner.do(plans.compare_versions, sheet.before.id, sheet.version.id, then=show, owner=self)

    def _save_template(self, sheet: PlanSheet) -> None:
        save_as_template(self._frame, self._page, sheet, {"reason": self._saver.reason} if self._saver.reason else {})

    # -- on paper --------------------------------------------------------------------------------------------------------------------

    def _print(self, sheet: PlanSheet, spoken: str = "") -> None:
        """What the client takes home, in the client's language unless another is asked for."""
        show = partial(self._show_paper, sheet, _("Personal plan"))
        self._frame.runner.do(reports.make_report, "plan", client_id=sheet.client.id, spoken=spoken, then=show, owner=self)

    def _print_draft(self, sheet: PlanSheet) -> None:
        show = partial(self._show_paper, sheet, _("Personal plan (draft)"))
        self._frame.runner.do(plan_papers.draft_paper, sheet.version.id, then=show, owner=self)

    def _show_paper(self, sheet: PlanSheet, title: str, data: bytes) -> None:
        name = f"{sheet.client.client_no} {title} {dates.today(self._frame.now()).isoformat()}"
        show_paper(self._frame, self._page, title, data, name)

    def _take_over(self) -> None:
        text = _("This is a colleague's client. What you change is logged with your reason.")
        reason = ask_reason(self._window(), _("Change this plan"), text)
        if reason and self.sheet:
            self._saver.reason = reason
            self.taken_over.emit()
