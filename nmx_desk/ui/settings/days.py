"""What differs from the weekly hours of a practitioner: away for a time, other hours or none on one date, a locum for a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import Absence
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intervals import Interval
from nmx_desk.domain.people import User
from nmx_desk.i18n import N_, _
from nmx_desk.services import locations, people, roster
from nmx_desk.services.locations import Places
from nmx_desk.services.roster import Closed, DayHours, StandIn
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.layout import Card, column, holder, row, scroll
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.settings.conflicts import Conflicts
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH, Space

AHEAD = timedelta(days=730)
DAY = 24 * 60


class What(StrEnum):
    """Kinds of what differs."""

    AWAY = "away"
    HOURS = "hours"
    CLOSED = "closed"
    PART = "part"
    LOCUM = "locum"


WHAT_NAMES = {
    What.AWAY: N_("Away"), What.HOURS: N_("Other hours"), What.CLOSED: N_("No hours that day"), What.PART: N_("Partly closed"),
    What.LOCUM: N_("Stands in for"),
}  # fmt: skip
LOOKS = {
    What.AWAY: (Hue.WARN, "calendar-x"), What.HOURS: (Hue.INFO, "clock"), What.CLOSED: (Hue.NEUTRAL, "circle-x"),
    What.PART: (Hue.NEUTRAL, "ban"), What.LOCUM: (Hue.OK, "users-round"),
}  # fmt: skip
_TWICE = {"from_time", "to_time", "from_again", "to_again", "reason"}
FIELDS = {
    What.AWAY: {"date_to", "from_time", "to_time", "reason"}, What.HOURS: _TWICE, What.CLOSED: {"reason"}, What.PART: _TWICE,
    What.LOCUM: {"date_to", "stands_in_for"},
}  # fmt: skip


@dataclass(frozen=True)
class Differs:
    """A row of the table."""

    what: What
    practitioner_id: str
    first: date
    last: date
    text: str
    record: Absence | DayHours | StandIn

    @property
    def id(self) -> tuple[Any, ...]:
        """What tells it from the others."""
        return self.what, self.practitioner_id, self.first, self.last, getattr(self.record, "id", "")


def shown_span(span: Interval) -> str:
    """Hours as 9:00–12:30."""
    return "–".join(dates.time_of(minute % DAY).strftime("%H:%M") for minute in span)


class DaysPart(QWidget):
    """The table of what is coming, and a form for one more."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._names: dict[str, str] = {}
        self._places: dict[str, str] = {}
        text = _("Add an absence, other hours on a date, or a locum.")
        nothing = EmptyState(_("Everybody works as every week"), text, icon="calendar-check")
        self.table: Table[Differs] = Table(
            [
                Column(key="who", title=_("Practitioner"), text=lambda d: self._names.get(d.practitioner_id, ""), strong=True,
                       tooltip=lambda d: self._names.get(d.practitioner_id, "")),
                Column(key="what", title=_("What"), text=lambda d: _(WHAT_NAMES[d.what]), badge=self._badge, width=156),
                Column(key="when", title=_("When"), text=self._when, sort_key=lambda d: (d.first, d.last), detail=lambda d: d.text,
                       tooltip=self._when_in_full, width=178),
            ],
            name="days", label=_("What differs from the weekly hours"), settings=frame.user_settings, empty=nothing,
        )  # fmt: skip
        self.form = Form(_fields(), columns=2)
        self.add_button = Button(_("Save"), self.add, kind="primary", icon="save")
        self.remove_button = Button(_("As every week again"), self.remove, icon="undo-2")
        self.conflicts = Conflicts(frame)
        left = column(row(None, self.remove_button), self.table, self.conflicts)
        left.setStretchFactor(self.table, 1)
        ask = Card(_("Other than every week"), self.form, row(None, self.add_button))
        right = scroll(holder(column(ask, None)), ask.accessibleName())
        right.setFixedWidth(round(PANEL_WIDTH * 0.8) + Space.M)
        whole = row()
        whole.addLayout(left, 1)
        whole.addWidget(right)
        self.setLayout(whole)
        follow_reading_order(self)
        self.form.edited.connect(self._fit)
        self.form.submitted.connect(self.add)
        self.table.on_delete(self.remove_button.click)
        self.table.chosen.connect(lambda found: self.remove_button.setEnabled(found is not None))
        self.remove_button.setEnabled(False)
        self._fit()

    def _badge(self, differs: Differs) -> Badge:
        hue, icon = LOOKS[differs.what]
        return Badge(_(WHAT_NAMES[differs.what]), hue, icon)

    def _when(self, differs: Differs) -> str:
        days = dict.fromkeys((differs.first, differs.last))
        return " – ".join(dates.day(one, self._frame.now()) for one in days)

    def _when_in_full(self, differs: Differs) -> str:
        days = dict.fromkeys((differs.first, differs.last))
        return "\n".join(filter(None, (" – ".join(map(dates.full_day, days)), differs.text)))

    def _fit(self) -> None:
        """Show the fields that this kind has."""
        wanted = FIELDS[What(self.form.values()["what"])]
        for name in ("date_to", "from_time", "to_time", "from_again", "to_again", "stands_in_for", "reason"):
            self.form.set_visible(name, name in wanted)
        self.form.set_visible("place", What(self.form.values()["what"]) is What.HOURS and bool(self._places))

    def load(self) -> None:
        """Read and show."""
        runner, today = self._frame.runner, dates.today(self._frame.now())
        runner.latest("settings-days-places", locations.list_places, then=self._got_places, owner=self)
        runner.latest("settings-days-people", people.list_practitioners, then=lambda found: self._got_people(found, today), owner=self)

    def _got_places(self, found: Places) -> None:
        """A clinic with one place sees nothing of places."""
        self._places = dict(found)
        field = self.form.input("place")
        if isinstance(field, ChoiceInput):
            field.set_options(found)
        self.form.mark_clean()
        self._fit()

    def _got_people(self, found: list[User], today: date) -> None:
        self._names = {user.id: user.display_name for user in found}
        options = [(user.id, user.display_name) for user in found]
        for name in ("practitioner_id", "stands_in_for"):
            field = self.form.input(name)
            if isinstance(field, ChoiceInput):
                kept = field.value()
                field.set_options(options)
                field.set_value(kept or (options[0][0] if options else None))
        self.form.mark_clean()
        rows: list[Differs] = []
        runner, last = self._frame.runner, today + AHEAD

        def absences(found: list[Absence]) -> None:
            rows.extend(map(self._away, found))
            runner.latest("settings-days-dates", roster.list_days, today, last, then=hours, owner=self)

        def hours(found: list[DayHours]) -> None:
            rows.extend(_on_a_date(one, self._places) for one in found)
            runner.latest("settings-days-locums", roster.list_stand_ins, then=locums, owner=self)

        def locums(found: list[StandIn]) -> None:
            rows.extend(map(self._locum, found))
            self.table.set_rows(sorted(rows, key=lambda differs: (differs.first, differs.last)))

        runner.latest("settings-days-absences", roster.list_absences, today, last, then=absences, owner=self)

    def _away(self, absence: Absence) -> Differs:
        begin, end = dates.local(absence.start_at), dates.local(absence.end_at)
        last = (end - timedelta(seconds=1)).date()
        whole = begin.time() == end.time() == time()
        hours = "" if whole else f"{begin:%H:%M}–{end:%H:%M}"
        return Differs(What.AWAY, absence.practitioner_id, begin.date(), last, " · ".join(filter(None, (hours, absence.reason))), absence)

    def _locum(self, one: StandIn) -> Differs:
        text = _("for {name}").format(name=self._names.get(one.stands_in_for, ""))
        return Differs(What.LOCUM, one.practitioner_id, one.date_from, one.date_to, text, one)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    # -- saving --------------------------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Save what was typed."""
        values = self.form.checked()
        if values is None:
            return
        what, who, first = What(values["what"]), values["practitioner_id"], values["date_from"]
        last, do = values["date_to"] or first, self._frame.runner.do
        if what is What.AWAY:
            if last < first:
                self.form.show_error(UserError("date_to", _("The last day is before the first. Change one of them.")))
                return
            begin = dates.to_utc(first, values["from_time"] or time())
            end = dates.to_utc(last, values["to_time"]) if values["to_time"] else dates.to_utc(last + timedelta(days=1), time())
            do(roster.add_absence, who, begin, end, values["reason"], then=self._saved, failed=self._refused, owner=self.form)
        elif what is What.LOCUM:
            do(roster.stand_in, who, values["stands_in_for"], first, last, then=self._saved, failed=self._refused, owner=self.form)
        else:
            spans = [] if what is What.CLOSED else self._spans(values)
            if spans is not None and what is What.PART:
                do(roster.close_part, who, first, spans, values["reason"], then=self._saved, failed=self._refused, owner=self.form)
            elif spans is not None:
                do(roster.set_day, who, first, spans, values["reason"], place=values["place"], then=self._saved, failed=self._refused,
                   owner=self.form)  # fmt: skip

    def _spans(self, values: dict[str, Any]) -> list[Interval] | None:
        spans: list[Interval] = []
        for start, end in (("from_time", "to_time"), ("from_again", "to_again")):
            if values[start] is None and values[end] is None and (spans or start == "from_again"):
                continue
            for name in (start, end):
                if values[name] is None:
                    self.form.show_error(UserError(name, _("Fill this in.")))
                    return None
            spans.append((dates.minute_of(values[start]), dates.minute_of(values[end]) or DAY))
        return spans

    def _refused(self, error: Any) -> None:
        """Beside the field that this form has for it."""
        field = {"spans": "to_time", "end_at": "to_time"}.get(error.field, error.field) if isinstance(error, UserError) else ""
        if not (field and self.form.show_error(UserError(field, error.message))):
            self._frame.toast(error.message)

    def _saved(self, made: Closed | DayHours | StandIn) -> None:
        kept = {name: self.form.values()[name] for name in ("what", "practitioner_id", "stands_in_for", "place")}
        self.form.clear()
        self.form.set_values(kept)
        self._fit()
        self.conflicts.show_items(made.conflicts)
        held = (one.record for one in self.table.records.rows if isinstance(one.record, DayHours))
        before = next((one for one in held if _same_date(one, made)), None)
        self._frame.toast(_("Saved. What is booked stays booked."), lambda: self._take_back(made, before))
        self.load()

    def _take_back(self, made: Closed | DayHours | StandIn, before: DayHours | None) -> None:
        """As it was before this was saved."""
        if isinstance(made, Closed):
            self._frame.runner.do(roster.remove_absence, made.record.id, then=lambda _none: self._removed((), None), owner=self)
        elif isinstance(made, StandIn):
            self._again(roster.end_stand_in, made)
        elif before is None:
            self._again(roster.clear_day, made.practitioner_id, made.day)
        else:
            self._again(roster.set_day, *_as_set(before))

    def remove(self) -> None:
        """Have the weekly hours hold again for the chosen row."""
        differs = self.table.current()
        if differs is None:
            return
        record, do = differs.record, self._frame.runner.do
        if isinstance(record, Absence):
            do(roster.remove_absence, record.id, then=lambda _none: self._removed((), lambda: self._away_again(record)), owner=self)
        elif isinstance(record, DayHours):
            do(roster.clear_day, record.practitioner_id, record.day, owner=self,
               then=lambda made: self._removed(made.conflicts, lambda: self._again(roster.set_day, *_as_set(record))))  # fmt: skip
        else:
            period = record.practitioner_id, record.stands_in_for, record.date_from, record.date_to
            do(roster.end_stand_in, record, owner=self,
               then=lambda made: self._removed(made.conflicts, lambda: self._again(roster.stand_in, *period)))  # fmt: skip

    def _away_again(self, absence: Absence) -> None:
        self._again(roster.add_absence, absence.practitioner_id, absence.start_at, absence.end_at, absence.reason)

    def _again(self, case: Any, *args: Any) -> None:
        self._frame.runner.do(case, *args, then=lambda made: self._removed(made.conflicts, None), owner=self)

    def _removed(self, conflicts: Sequence[Any], undo: Any) -> None:
        self.load()
        self.conflicts.show_items(tuple(conflicts))
        if undo is not None:
            self._frame.toast(_("The weekly hours hold again."), undo)


def _same_date(one: DayHours, made: Closed | DayHours | StandIn) -> bool:
    return isinstance(made, DayHours) and (one.practitioner_id, one.day) == (made.practitioner_id, made.day)


def _as_set(one: DayHours) -> tuple[str, date, Sequence[Interval], str, Sequence[Interval], str | None]:
    """What ``set_day`` asks to have this again."""
    return one.practitioner_id, one.day, one.spans, one.reason, one.closed, one.location_id


def _on_a_date(one: DayHours, places: Mapping[str, str]) -> Differs:
    closed = [_("closed {hours}").format(hours=shown_span(span)) for span in one.closed]
    what = What.HOURS if one.spans else What.PART if closed else What.CLOSED
    text = " · ".join([*map(shown_span, one.spans), *closed, *filter(None, [places.get(one.location_id or "", ""), one.reason])])
    return Differs(what, one.practitioner_id, one.day, one.day, text, one)


def _fields() -> list[Field]:
    return [
        Field(name="what", label=_("What"), kind="choice", required=True, span=0,
              options=[(what, _(WHAT_NAMES[what])) for what in What]),
        Field(name="practitioner_id", label=_("Practitioner"), kind="choice", required=True, span=0),
        Field(name="stands_in_for", label=_("Stands in for"), kind="choice", required=True, span=0),
        Field(name="date_from", label=_("First day"), kind="date", required=True),
        Field(name="date_to", label=_("Last day"), kind="date", help=_("Empty: one day.")),
        Field(name="from_time", label=_("From (time)"), kind="time"),
        Field(name="to_time", label=_("Until (time)"), kind="time"),
        Field(name="from_again", label=_("And from"), kind="time"),
        Field(name="to_again", label=_("Until again"), kind="time"),
        Field(name="place", label=_("Location"), kind="choice", required=True, span=0),
        Field(name="reason", label=_("Reason"), max_length=120, span=0),
    ]
