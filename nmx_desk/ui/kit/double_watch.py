"""Who may be here already, while somebody types: said beside the form, never in the way of the typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.client_views import Double
from nmx_desk.domain.clients import shown_phone
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import doubles
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, column, empty_layout, holder, row
from nmx_desk.ui.kit.likeness import likeness_badge, likeness_lines
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

PAUSE, SETTLED = 250, 1000  # ms of no typing before it is asked, and before what stands there counts as looked at
SHOWN = 3
LARGE_TEXT = 1.25
KEY = "Alt+D"


class DoubleWatch(Card):
    """``tell`` it what is typed; it shows who may be meant. ``picked`` carries the ``Double`` whose button was pressed (Alt+D: the first).

    ``narrow``: in a side panel, lines below each other.
    """

    picked = Signal(object)

    def __init__(self, runner: Runner, page: QWidget, *, action: str, narrow: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(_("Perhaps here already"))
        self._runner, self._action, self._narrow = runner, action, narrow
        self._typed: Mapping[str, Any] = {}
        self._doubles: tuple[Double, ...] = ()
        self._told: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._soon.timeout.connect(self.ask)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED)
        self._settled.timeout.connect(self.looked)
        QShortcut(QKeySequence(KEY), page).activated.connect(self._pick_first)
        self.hide()

    @property
    def doubles(self) -> tuple[Double, ...]:
        """Who is shown."""
        return self._doubles

    def tell(self, values: Mapping[str, Any]) -> None:
        """Something was typed: fields by their names, as a form holds them."""
        self._typed = values
        self._soon.start()

    def ask(self) -> None:
        """Ask who that may be; only the last answer counts."""
        self._soon.stop()
        self._runner.latest(("doubles", id(self)), doubles.doubles_of_typed, dict(self._typed), then=self._answered, owner=self)

    def _answered(self, doubles: Sequence[Double]) -> None:
        if self._typed:  # else the form was emptied meanwhile
            self.show_doubles(doubles)

    def clear(self) -> None:
        """A new form: nothing typed, nobody shown."""
        self._soon.stop()
        self._told = set()
        self._typed = {}
        self.show_doubles(())

    def show_doubles(self, doubles: Sequence[Double]) -> None:
        """Show these; a screen reader says it when they are others than before. The focus stays where it is."""
        before, self._doubles = {one.client.id for one in self._doubles}, tuple(doubles[: self._room()])
        shown = {one.client.id for one in self._doubles}
        empty_layout(self.body)
        self.body.addWidget(Label(self._heading(), look="strong", wrap=True))
        for double in self._doubles:
            self.body.addWidget(self._line(double))
        if more := len(doubles) - len(self._doubles):
            self.body.addWidget(Label(ngettext("and {n} more", "and {n} more", more).format(n=more), look="small", role="muted"))
        self.setVisible(bool(shown))
        self._settled.stop()
        if shown:
            self._settled.start()
        if shown - before:
            first = self._doubles[0]
            announce(self, f"{self._heading()} {first.client.name}: {first.likeness.sentence}")

    def looked(self) -> None:
        """What stands there was looked at: logged once for each of them."""
        self._settled.stop()
        new = [one.client.id for one in self._doubles if one.client.id not in self._told]
        if new:
            self._told.update(new)
            self._runner.do(doubles.doubles_looked_at, new, owner=self)

    def _room(self) -> int:
        """How many fit without taking the form out of sight."""
        return 1 if self._narrow else SHOWN if theme().text_scale < LARGE_TEXT else SHOWN - 1

    def _heading(self) -> str:
        words = ngettext("This person may be here already", "These people may be the same person", len(self._doubles))
        return _("{words} ({key}: {action})").format(words=words, key=KEY, action=self._action)

    def _line(self, double: Double) -> QWidget:
        client = double.client
        born = dates.short(client.birth_date) if client.birth_date else ""
        about = " · ".join(filter(None, (client.client_no, born, shown_phone(client.phone))))
        head, below = Label(client.name, elide=self._narrow), Label(about, look="small", role="muted", elide=self._narrow)
        words = column(head, below, space=2)
        name = _("{action}: {who}. {why}").format(action=self._action, who=client.name, why=double.likeness.sentence)
        button = Button(self._action, self._picking(double), name=name)
        button.setAccessibleName(name)
        if self._narrow:
            line = row(column(words, Label(double.likeness.sentence, look="small", wrap=True), space=2), button, space=Space.M)
            line.setStretch(0, 1)
        else:
            line = row(words, likeness_lines(double.likeness), likeness_badge(double.likeness), button, space=Space.L)
            line.setStretch(1, 1)
        return holder(line)

    def _picking(self, double: Double) -> Callable[[], None]:
        def pick() -> None:
            self.looked()
            self.picked.emit(double)

        return pick

    def _pick_first(self) -> None:
        if self.isVisible() and self._doubles:
            self._picking(self._doubles[0])()
