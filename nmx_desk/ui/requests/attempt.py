"""Writing down a call attempt in two keys: what came of it, and when to call again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES, AttemptResult
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import DateInput, TextInput, TimeInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import column, holder, row
from nmx_desk.ui.requests import looks
from nmx_desk.ui.theme.tokens import Space

AFTERNOON, EVENING, MORNING = time(14), time(17), time(9)
_INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut


def recalls(now: datetime) -> list[tuple[str, datetime | None]]:
    """Quick choices: in an hour, this afternoon (or evening), tomorrow at nine (Monday after Friday and Saturday), not."""
    here = dates.local(now)
    today = here.date()
    later = [(_("In 1 hour"), now + timedelta(hours=1))]
    if here.time() < time(13, 30):
        later.append((_("This afternoon"), dates.to_utc(today, AFTERNOON)))
    elif here.time() < time(16, 45):
        later.append((_("At the end of the day"), dates.to_utc(today, EVENING)))
    day = today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1))
    name = _("Tomorrow 9:00") if day == today + timedelta(days=1) else _("Monday 9:00")
    return [*later, (name, dates.to_utc(day, MORNING)), (_("Do not call again"), None)]


class AttemptCard(QWidget):
    """Results on 1–5, recalls on 6–9; the second choice saves. ``saved`` carries result, note and recall (or None)."""

    saved = Signal(object, str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Call attempt"))
        self.note = TextInput(max_length=300, placeholder=_("Note (not about complaints)"), name=_("Note"))
        self._results, self._recalls = QButtonGroup(self), QButtonGroup(self)
        self._moments: list[datetime | None] = []
        self.buttons: dict[AttemptResult, Button] = {}
        results = _grid()
        for number, result in enumerate(AttemptResult, 1):
            button = self.buttons[result] = _choice(number, _(ATTEMPT_RESULT_NAMES[result]), looks.result(result).icon)
            self._results.addButton(button, number - 1)
            results.addWidget(button, (number - 1) // 2, (number - 1) % 2)
            self._key(number)
        results.addWidget(self.note, 2, 1)
        self._quick = _grid()
        self.day, self.time = DateInput(name=_("Day to call again")), TimeInput(name=_("Time to call again"))
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.problem.hide()
        at = row(self.day, self.time, Button(_("Save"), self._typed))
        at.setStretch(0, 1)
        self.setLayout(column(
            section(_("What came of the call?")), holder(results), section(_("Call again")), holder(self._quick), at, self.problem,
            space=Space.XS,
        ))  # fmt: skip
        self._results.idClicked.connect(lambda _id: self._both())
        self._recalls.idClicked.connect(lambda _id: self._both())
        self.time.returnPressed.connect(self._typed)
        for number in range(6, 10):
            self._key(number)

    def begin(self, now: datetime) -> None:
        """Empty, with the recalls of this moment."""
        for group in (self._results, self._recalls):
            group.setExclusive(False)
            for button in group.buttons():
                button.setChecked(False)
            group.setExclusive(True)
        for old in self._recalls.buttons():
            self._recalls.removeButton(old)
            self._quick.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._moments = []
        for number, (name, moment) in enumerate(recalls(now)):
            button = _choice(number + 6, name, "clock" if moment else "x")
            self._recalls.addButton(button, number)
            self._quick.addWidget(button, number // 2, number % 2)
            self._moments.append(moment)
        for field in (self.note, self.day, self.time):
            field.set_value("")
        self._say("")

    def focus(self) -> None:
        """Ready for the digits."""
        self._results.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def press(self, number: int) -> None:
        """Take what stands under this digit."""
        results = list(AttemptResult)
        if number <= len(results):
            self.choose(results[number - 1])
        else:
            self.recall(number - len(results) - 1)

    def choose(self, result: AttemptResult) -> None:
        """Say what came of it."""
        self.buttons[result].setChecked(True)
        self._both()

    def recall(self, number: int) -> None:
        """Take one of the quick choices."""
        if number < len(self._moments):
            self._recalls.button(number).setChecked(True)
            self._both()

    def show_error(self, error: UserError) -> bool:
        """Say beside the fields what the desk did not like."""
        if error.field not in {"recall_at", "note"}:
            return False
        self._say(error.message)
        return True

    def _result(self) -> AttemptResult | None:
        return list(AttemptResult)[self._results.checkedId()] if self._results.checkedId() >= 0 else None

    def _both(self) -> None:
        result, chosen = self._result(), self._recalls.checkedId()
        if result is not None and chosen >= 0:
            self.saved.emit(result, self.note.value(), self._moments[chosen])
        elif result is None:
            self._say(_("Now choose what came of the call."))
        else:
            self._say("")

    def _typed(self) -> None:
        result, day, at = self._result(), self.day.value(), self.time.value()
        if result is None:
            self._say(_("Choose what came of the call."))
        elif self.day.problem() or self.time.problem():
            self._say(self.day.problem() or self.time.problem())
        elif day is None and at is None:
            self.saved.emit(result, self.note.value(), None)
        elif day is None or at is None:
            self._say(_("Type both the day and the time, or choose one of the quick ones."))
        else:
            self.saved.emit(result, self.note.value(), dates.to_utc(day, at))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _key(self, number: int) -> None:
        QShortcut(QKeySequence(str(number)), self, context=_INSIDE).activated.connect(lambda: self.press(number))


def _grid() -> QGridLayout:
    """Two columns of the same width."""
    grid = QGridLayout()
    grid.setSpacing(Space.S)
    grid.setContentsMargins(0, 0, 0, Space.XS)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _choice(number: int, text: str, icon: str) -> Button:
    button = Button(f"{number}  {text}", icon=icon, name=text)
    button.setProperty("look", "choice")
    button.setCheckable(True)
    return button
