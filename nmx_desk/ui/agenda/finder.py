"""The side panel that finds the next free moments: for what, with whom, on which days, in which part of the day (AGENDA §3)."""

from __future__ import annotations

from datetime import time

from PySide6.QtCore import Qt, Signal

from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.people import User
from nmx_desk.i18n import _, language
from nmx_desk.ui.agenda.waitlist import Weekdays
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.inputs import CheckInput, ChoiceInput, DateInput
from nmx_desk.ui.kit.labels import section
from nmx_desk.ui.kit.layout import SidePanel, column, empty_layout, holder
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.slots import FreeMoments
from nmx_desk.ui.theme.tokens import Space

SHOWN = 6


class Finder(SidePanel):
    """``chosen`` carries the ``Offer`` to go to. What is asked stays as it was until the page is left for good."""

    chosen = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Find a free moment"))
        self.frame = frame
        self.kind = ChoiceInput(name=_("Type"))
        self.people: dict[str, CheckInput] = {}
        self.weekdays = Weekdays()
        self.from_day = DateInput(name=_("Not before"))
        self.moments = FreeMoments(frame, count=SHOWN)
        self._practitioners = column(space=Space.XS)
        for part in (
            column(section(_("Type")), self.kind, space=Space.XS),
            column(section(_("Practitioners (none: anybody)")), holder(self._practitioners), space=Space.XS),
            column(section(_("Days of the week (none: any)")), self.weekdays, space=Space.XS),
            column(section(_("Not before")), self.from_day, space=Space.XS),
            column(section(_("Next free moments")), self.moments, space=Space.S),
        ):
            self.body.addWidget(holder(part))
        self.kind.edited.connect(self.ask)
        self.weekdays.changed.connect(self.ask)
        self.from_day.edited.connect(self.ask)
        self.moments.picked.connect(self.chosen)

    def offer(self, types: list[AppointmentType], people: list[User]) -> None:
        """What can be chosen."""
        chosen = self.practitioners()
        self.kind.set_options([(kind.code, kind.name(language())) for kind in types])
        empty_layout(self._practitioners)
        self.people = {user.id: CheckInput(user.display_name) for user in people}
        for who, box in self.people.items():
            box.set_value(who in chosen)
            box.edited.connect(self.ask)
            self._practitioners.addWidget(box)
        self.ask()

    def open_finder(self) -> None:
        """Start looking."""
        self.show()
        self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
        self.ask()

    def practitioners(self) -> tuple[str, ...]:
        """With whom; nobody means anybody."""
        return tuple(who for who, box in self.people.items() if box.value())

    def ask(self) -> None:
        """List the moments for what is asked now."""
        if not self.isVisible():
            return
        days = {int(number) - 1 for number in self.weekdays.value()}
        first = self.from_day.value()
        after = dates.to_utc(first, time()) if first else None
        who = self.practitioners()
        self.moments.ask(self.kind.value() or "", practitioners=who, weekdays=days or None, after=after)

