"""A moment held for a few minutes while one speaks: said in a banner, let go when it is not needed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.services import options
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue


class Holding(Banner):
    """The option somebody holds. ``held`` carries it, ``refused`` the error that kept it from being held; ``gone``: it is held no more."""

    held = Signal(object)
    gone = Signal()
    refused = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.option: Appointment | None = None
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self._over)

    @property
    def option_id(self) -> str:
        """Id of the option; empty when nothing is held."""
        return self.option.id if self.option else ""

    def hold(self, type_code: str, practitioner_id: str, starts_at: datetime, client_id: str | None = None) -> None:
        """Hold a moment, and let go of the one that was held."""
        self.frame.runner.do(
            options.hold, type_code, practitioner_id, starts_at, client_id=client_id, instead_of=self.option_id,
            then=self._held, failed=self._failed, owner=self,
        )  # fmt: skip

    def let_go(self) -> None:
        """Others can have the moment again."""
        if self.option is not None:
            self.frame.runner.do(options.release, self.option.id, owner=self)
        self.forget()

    def forget(self) -> None:
        """The option became an appointment, or is gone."""
        self.option = None
        self._clock.stop()
        self.hide()
        self.gone.emit()

    def _held(self, option: Appointment) -> None:
        self.option = option
        until = option.expires_at or self.frame.now()
        self._clock.start(max(round((until - self.frame.now()).total_seconds() * 1000), 0))
        said = _("{when} is held for you until {time}.").format(
            when=dates.when(option.starts_at, self.frame.now(), time_always=True), time=dates.clock(until)
        )
        self.say(said[:1].upper() + said[1:], Hue.INFO, action_text=_("Let go"), action=self.let_go, closable=False)
        self.held.emit(option)

    def _failed(self, error: DeskError) -> None:
        self.refused.emit(error)

    def _over(self) -> None:
        option, self.option = self.option, None
        if option is None:
            return
        again = partial(self.hold, option.type_code, option.practitioner_id, option.starts_at, option.client_id)
        self.say(_("The moment is not held any more."), Hue.WARN, action_text=_("Hold it again"), action=again)
        self.gone.emit()
