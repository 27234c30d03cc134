"""What is done with one appointment by a key, a menu or the details panel: check in, start, cancel, move, take back; wired to the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from nmx_desk.domain.agenda import Appointment
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.ui.agenda import looks
from nmx_desk.ui.agenda.details import CANCEL, CHECK_IN, CONFIRM, DONE, MOVE, NO_SHOW, START, UNDO, possible
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.confirmation import confirm
from nmx_desk.ui.theme import icon

if TYPE_CHECKING:
    from nmx_desk.ui.agenda.page import AgendaPage

AT_ONCE: Final = {CHECK_IN.code: agenda.check_in, START.code: agenda.start, DONE.code: agenda.complete, NO_SHOW.code: agenda.mark_no_show}


class Steps(QObject):
    """``page.steps``: each step by its code; what can be taken back is."""

    def __init__(self, page: AgendaPage) -> None:
        super().__init__(page)
        self.page, self.frame = page, page.frame
        canvas = page.view.canvas
        canvas.cancelling.connect(self._ask_cancel)
        canvas.stepped.connect(self._by_key)
        canvas.menu.connect(self.menu)
        page.details.stepped.connect(self.do)

    def do(self, appointment_id: str, code: str, _checked: bool = False) -> None:
        """Do a step of an appointment in sight."""
        item, page = self.page.item(appointment_id), self.page
        if item is None or page.around.step(code, item):
            return
        if code == CANCEL.code:
            self._ask_cancel(appointment_id)
        elif code == MOVE.code:
            page.details.hide()
            page.booking.open_move(item)
            page.booking.moments.focus_first()
        elif code == UNDO.code:
            self.undo(appointment_id)
        elif code == CONFIRM.code:
            confirm(self.frame, page, appointment_id)
        elif code == "ask_late":
            self.frame.runner.do(agenda.would_be_late, appointment_id, then=self._say_late, owner=page)
        else:
            self.frame.runner.do(AT_ONCE[code], appointment_id, then=self._done, owner=page)

    def menu(self, appointment_id: str, at: QPoint) -> None:
        """What can be done with an appointment, to choose from."""
        item = self.page.item(appointment_id)
        if item is None:
            return
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for step in (steps := possible(item, self.frame.now())):
            text = _(step.text) + (f"\t{step.key}" if step.key else "")
            menu.addAction(icon(step.icon, "text"), text).triggered.connect(partial(self.do, appointment_id, step.code))
        if MOVE in steps:
            self.page.moving.offer_cut(menu, appointment_id)
        menu.popup(at)

    def _by_key(self, appointment_id: str, code: str) -> None:
        item = self.page.item(appointment_id)
        if item and code in {step.code for step in possible(item, self.frame.now())}:
            self.do(appointment_id, code)

    def _ask_cancel(self, appointment_id: str) -> None:
        item = self.page.item(appointment_id)
        if item and CANCEL in possible(item, self.frame.now()):
            self.page.open_appointment(appointment_id)
            self.page.details.ask_cancel()

    def _say_late(self, late: bool) -> None:
        if self.page.details.form is not None:
            self.page.details.ask_cancel(late=late)

    def _done(self, made: Appointment) -> None:
        self.frame.toast(_("{who}: {state}").format(who=made.who, state=looks.state(made.status).text), undo=partial(self.undo, made.id))

    def undo(self, appointment_id: str) -> None:
        """Take back the last step of an appointment."""
        self.frame.runner.do(agenda.undo_status, appointment_id, then=self._undone, owner=self.page)

    def _undone(self, made: Appointment) -> None:
        when = dates.when(made.starts_at, self.frame.now(), time_always=True)
        self.frame.toast(_("Taken back: {who} is booked {when}.").format(who=made.who, when=when))
        self.page.arrive_at(made.id, dates.local(made.starts_at).date(), details=False)
