"""The next free moments as buttons 1, 2, 3 …: what one offers on the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.slots import AFTERNOON, EVENING, MORNING
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.agenda import Offer
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, set_tip
from nmx_desk.ui.kit.layout import Segments, column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space

COUNT = 3
_INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut
_PARTS = {"any": None, "morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING}


class TwoLines(Button):
    """A button of two lines: something strong with something beside it, and what is said of it below. ``lead`` stands before both."""

    def __init__(self, strong: str, beside: str, below: str, *, name: str, lead: str = "") -> None:
        super().__init__("", kind="secondary")
        self.setProperty("look", "tile")
        words = column(
            row(Label(strong, look="strong"), Label(beside), None), Label(below, look="small", role="muted", elide=True), space=2
        )
        box = row(words)
        box.setStretch(0, 1)
        if lead:
            digit = Label(lead, look="mono", role="accent")
            digit.setMinimumWidth(Space.L)
            box.insertWidget(0, digit)
        box.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self.setLayout(box)
        for label in self.findChildren(Label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        """As tall as its two lines."""
        box = self.layout()
        return super().sizeHint().expandedTo(box.sizeHint() if box else QSize())

    minimumSizeHint = sizeHint  # noqa: N815 (Qt's name)


class MomentButton(TwoLines):
    """One free moment: its number, day and time, and with whom."""

    def __init__(self, number: int, offer: Offer, day: str) -> None:
        time = f"{dates.clock(offer.starts_at)} – {dates.clock(offer.ends_at)}"
        name = _("{number}: {day} {time}, {practitioner}").format(number=number, day=day, time=time, practitioner=offer.with_whom)
        super().__init__(day[:1].upper() + day[1:], time, offer.with_whom, name=name, lead=str(number))
        self.offer = offer
        set_tip(self, dates.full(offer.starts_at))


class FreeMoments(QWidget):
    """Lists the next free moments of a type; ``picked`` carries the ``Offer``. 1–9 pick while the focus is inside, Alt+1–9 always."""

    picked = Signal(object)

    def __init__(self, frame: Frame, *, count: int = COUNT) -> None:
        super().__init__()
        self.frame = frame
        self.setAccessibleName(_("Free moments"))
        self._asked: dict[str, Any] = {}
        self._type = ""
        self._count = self._first = count
        self._wants_focus = self._asking = False
        self.offers: list[Offer] = []
        parts = (("any", _("Any")), ("morning", _("Morning")), ("afternoon", _("Afternoon")), ("evening", _("Evening")))
        self.part = Segments(_("Part of the day"), parts)
        self.part.picked.connect(lambda _value: self._again(self._first))
        self.says = Label("", role="muted", wrap=True)
        self.says.hide()
        self._list = column(space=Space.S)
        self._more = Button(_("More moments"), lambda: self._again(self._count + COUNT), kind="quiet", icon="chevron-down")
        self._more.hide()
        self.setLayout(column(row(self.part, None), self.says, self._list, row(self._more, None), space=Space.M))
        for number in range(1, 10):
            for keys, context in ((f"{number}", _INSIDE), (f"Alt+{number}", Qt.ShortcutContext.WindowShortcut)):
                QShortcut(QKeySequence(keys), self, context=context).activated.connect(lambda n=number: self.pick(n))

    def ask(
        self, type_code: str, *, practitioner_id: str | None = None, practitioners: tuple[str, ...] = (),
        weekdays: set[int] | None = None, after: datetime | None = None,
    ) -> None:  # fmt: skip
        """List the next moments of a type, with anybody, one or some practitioners, not before ``after``. An empty type lists nothing."""
        self._type = type_code
        self._asked = {"practitioner_id": practitioner_id, "practitioners": practitioners, "weekdays": weekdays, "after": after}
        self._again(self._first)

    def pick(self, number: int) -> None:
        """Choose the moment with this number."""
        if 1 <= number <= len(self.offers) and self.isVisible():
            self.picked.emit(self.offers[number - 1])

    def focus_first(self) -> None:
        """Put the focus on the first moment; where they are still being asked, when they are there."""
        self._wants_focus = self._asking
        if self.offers:
            self.findChildren(MomentButton)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _again(self, count: int) -> None:
        self._count = count
        if not self._type:
            self._show([])
            return
        self._asking = True
        self.frame.runner.latest(
            ("free moments", id(self)), agenda.next_free, self._type, count=count, part_of_day=_PARTS[self.part.value()],
            then=self._show, failed=self._fail, owner=self, **self._asked,
        )  # fmt: skip

    def _show(self, offers: list[Offer]) -> None:
        self.offers = offers
        empty_layout(self._list)
        for number, offer in enumerate(offers, 1):
            button = MomentButton(number, offer, dates.day(dates.local(offer.starts_at).date(), self.frame.now()))
            button.clicked.connect(lambda _checked=False, each=offer: self.picked.emit(each))
            self._list.addWidget(button)
            if self._wants_focus:
                self._wants_focus = False
                button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wants_focus = self._asking = False
        self._more.setVisible(bool(offers) and len(offers) == self._count < 9)
        self._say("" if offers or not self._type else _("No free moment. Choose another part of the day or another practitioner."))

    def _fail(self, error: DeskError) -> None:
        self._show([])
        self._say(error.message)

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self.says.setVisible(bool(text))
