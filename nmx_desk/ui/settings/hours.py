"""Weekly working hours of a practitioner."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.domain.agenda import MAIN, RosterRule
from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.people import User
from nmx_desk.domain.walltime import WEEKDAYS
from nmx_desk.i18n import _
from nmx_desk.services import locations, people, roster
from nmx_desk.services.locations import Places
from nmx_desk.services.roster import Hours
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, offer_saving
from nmx_desk.ui.kit.inputs import ChoiceInput, TimeInput
from nmx_desk.ui.kit.labels import Label, muted, restyle
from nmx_desk.ui.kit.layout import Card, column, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.settings.conflicts import Conflicts
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space

SPANS = 2  # a morning and an afternoon
DAY = 24 * 60
WORKING_DAYS = WEEKDAYS[:5]


class HoursPart(QWidget):
    """A row a weekday, two spans a day. Hours that hold for a limited time are shown by count and left as they are."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._kept: list[RosterRule] = []
        self._clean: object = None
        self._shown = ""
        self.who = ChoiceInput(name=_("Practitioner"))
        self.fields: dict[tuple[int, int], tuple[TimeInput, TimeInput]] = {}
        self.places = [ChoiceInput(name=_("{day}, location").format(day=_(name))) for name in WEEKDAYS]
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.problem.hide()
        self.others = Label("", look="small", role="muted", wrap=True)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), lambda: self._show(self._shown, self._rules), kind="quiet")
        self.same_button = Button(_("Every working day as Monday"), self.repeat, icon="copy")
        self._rules: list[RosterRule] = []
        text = _("Free moments are offered within these hours. What is booked already stays as it is.")
        head = row(self.who, self.same_button)
        head.setStretch(0, 1)
        card = Card("", muted(text), head, holder(self._grid()), self.others, self.problem, row(self.save_button, self.back, None))
        self.conflicts = Conflicts(frame)
        self._cards = card, self.conflicts
        self._got_places(())
        self.setLayout(column(scroll(holder(column(card, self.conflicts, None)), card.accessibleName() or _("Working hours"))))
        self.who.edited.connect(self._other)
        self._edited()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.S)
        for day, name in enumerate(WEEKDAYS):
            grid.addWidget(Label(_(name)), day, 0)
            for span in range(SPANS):
                start = TimeInput(name=_("{day}, from ({n})").format(day=_(name), n=span + 1))
                end = TimeInput(name=_("{day}, to ({n})").format(day=_(name), n=span + 1))
                for place, field in enumerate((start, end)):
                    field.setMinimumWidth(72)
                    field.edited.connect(self._edited)
                    field.returnPressed.connect(self.save)
                    grid.addWidget(field, day, 1 + span * 4 + place * 2)
                grid.addWidget(Label("–", role="muted"), day, 2 + span * 4)
                self.fields[day, span] = (start, end)
            grid.addWidget(Label(_("and"), role="muted"), day, 4)
            grid.addWidget(self.places[day], day, 1 + SPANS * 4)
            self.places[day].edited.connect(self._edited)
            self.places[day].hide()
        return grid

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-hours-places", locations.list_places, then=self._got_places, owner=self)
        self._frame.runner.latest("settings-practitioners", people.list_practitioners, then=self._got_people, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return self._clean is None or self._typed() == self._clean

    def _got_places(self, found: Places) -> None:
        """A clinic with one place sees nothing of places."""
        for field in self.places:
            field.set_options(found)
            field.setVisible(bool(found))
            field.setMinimumWidth(field.sizeHint().width())
        wide = self.places[0].sizeHint().width() + Space.L if found else 0
        for card in self._cards:
            card.setMaximumWidth(FORM_WIDTH + 120 + wide)

    def _got_people(self, found: list[User]) -> None:
        self.who.set_options([(user.id, user.display_name) for user in found])
        self._read()

    def _other(self) -> None:
        if not self.keep():
            self.who.set_value(self._shown)
            self._frame.toast(_("Save your changes first, or undo them."))
            return
        self._read()

    def _read(self) -> None:
        user_id = self.who.value()
        if user_id:
            self._frame.runner.latest(
                "settings-hours", roster.practitioner_roster, user_id, then=lambda rules: self._show(user_id, rules), owner=self
            )

    def _show(self, user_id: str, rules: list[RosterRule]) -> None:
        self._shown, self._rules = user_id, rules
        self._kept = [rule for rule in rules if rule.valid_from or rule.valid_to]
        per_day: dict[int, list[RosterRule]] = {}
        for rule in rules:
            if rule not in self._kept:
                per_day.setdefault(rule.weekday, []).append(rule)
        for (day, span), (start, end) in self.fields.items():
            rule_ = per_day.get(day, [])[span] if span < len(per_day.get(day, [])) else None
            start.set_value(dates.time_of(rule_.start_minute) if rule_ else None)
            end.set_value(dates.time_of(rule_.end_minute) if rule_ else None)
        for day, field in enumerate(self.places):
            field.set_value((per_day[day][0].location_id if day in per_day else None) or MAIN)
        self._kept += [rule for found in per_day.values() for rule in found[SPANS:]]
        self.others.setText(_("{n} further hours, for a limited time, stay as they are.").format(n=len(self._kept)))
        self.others.setVisible(bool(self._kept))
        self._clean = self._typed()
        self._edited()

    def _typed(self) -> list[object]:
        return [*((start.text(), end.text()) for start, end in self.fields.values()), *(field.value() for field in self.places)]

    def repeat(self) -> None:
        """Show Monday's hours on the other working days; nothing holds before it is saved."""
        for (day, span), fields in self.fields.items():
            if 0 < day < len(WORKING_DAYS):
                for field, monday in zip(fields, self.fields[0, span], strict=True):
                    field.setText(monday.text())
                self.places[day].set_value(self.places[0].value())
        self._edited()

    def save(self) -> None:
        """Save these hours."""
        if self.keep():
            return
        rules: list[RosterRule] = []
        for (day, _span), (start, end) in self.fields.items():
            first, last = start.value(), end.value()
            wrong = (bool(start.text()) or bool(end.text())) and (first is None or last is None)
            self._mark(start, wrong=wrong and first is None)
            self._mark(end, wrong=wrong and last is None)
            if wrong:
                self._say(_("Fill in both times, such as 9:00 and 12:30, or leave both empty."))
                (start if first is None else end).setFocus()
                return
            if first is not None and last is not None:
                rules.append(RosterRule(
                    weekday=day, start_minute=dates.minute_of(first), end_minute=dates.minute_of(last) or DAY,
                    location_id=self.places[day].value(),
                ))  # fmt: skip
        self._say("")
        self._frame.runner.do(roster.set_roster, self._shown, [*rules, *self._kept], then=self._saved, failed=self._failed, owner=self)

    def _saved(self, made: Hours) -> None:
        self._show(self._shown, list(made.rules))
        self.conflicts.show_items(made.conflicts)
        self._frame.toast(_("The working hours have been saved."))

    def _failed(self, error: DeskError) -> None:
        if getattr(error, "field", "") == "rules":
            self._say(error.message)
        else:
            errors.show(error, self)

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _mark(self, field: TimeInput, *, wrong: bool) -> None:
        field.setProperty("invalid", wrong)
        restyle(field)

    def _edited(self) -> None:
        changed = not self.keep()
        offer_saving(self.save_button, self.back, self.who, dirty=changed)
