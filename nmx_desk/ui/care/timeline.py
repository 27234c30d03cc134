"""What happened in a life: written down in one line, drawn on a line with complaints and plans, and all of it as a table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import AXIS_NAMES, axes_of
from nmx_desk.domain.history import EVENT_ROLE_NAMES, LifeEvent
from nmx_desk.domain.lifeline import ROLE_LANES, Entry, Lane
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import lifeline
from nmx_desk.services.lifeline import LifelineSheet
from nmx_desk.ui.care.event_forms import EventPanel, QuickEvent, when_words
from nmx_desk.ui.care.lifeline import LifelineView
from nmx_desk.ui.care.lifeline_paint import LANE_ICONS
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, Segments, column, holder, row, scroll
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

DRAWN, TABLE, BOTH = "drawn", "table", "both"
WIDE = frozenset({"axes", "source"})  # columns that go while a panel is open
WIDER = WIDE | {"role", "belongs"}  # and while the picture stands beside the table, which shows the role


class TimelinePart(CarePart):
    """A line to add, the drawn line or the table, and a panel for an event."""

    key: ClassVar[str] = "timeline"
    tables: ClassVar[frozenset[str]] = frozenset({
        "life_event", "event_complaint", "complaint", "history_item", "plan", "plan_version",
    })  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: LifelineSheet | None = None
        self.wanted = ""
        self.view, self.table = LifelineView(), self._table()
        self.view.describe = self._words
        self.about = Label("", role="muted", elide=True)
        self.show_as = Segments(_("Show as"), ((BOTH, _("Both")), (DRAWN, _("Drawn")), (TABLE, _("Table"))))
        self.zooms = holder(row(
            IconButton("minus", _("Further away"), lambda: self.view.zoom(1.25), role="text", shortcut="−"),
            IconButton("plus", _("Nearer"), lambda: self.view.zoom(0.8), role="text", shortcut="+"),
            Button(_("The whole life"), self.view.see_all, kind="quiet", tip=_("The whole life (0)")), space=Space.XS,
        ))  # fmt: skip
        self.quick, self.panel = QuickEvent(self), EventPanel(self)
        self.drawn = scroll(self.view, _("Timeline"))
        head = row(self.show_as, self.about, self.zooms, space=Space.M)
        head.setStretch(1, 1)
        card = Card("", self.drawn)
        card.body.setStretchFactor(self.drawn, 1)
        self.picture = card
        shown = row(card, self.table, space=Space.M)
        shown.setStretch(0, 3)
        shown.setStretch(1, 2)
        left = column(self.quick, head, shown, space=Space.M)
        left.setStretchFactor(shown, 1)
        whole = row(self.panel, space=Space.M)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self._connect()
        self._turn()

    def _connect(self) -> None:
        self.show_as.picked.connect(lambda _value: self._turn())
        self.drawn.verticalScrollBar().valueChanged.connect(self.view.update)  # the years stay on top
        self.view.opened.connect(self._open)
        self.view.removing.connect(self._remove_key)
        self.view.redated.connect(self._redate)
        self.view.wanted.connect(self._write_at)
        self.view.chosen.connect(self._follow)
        self.table.opened.connect(self._edit)
        self.table.on_delete(self._remove_chosen)
        self.table.chosen.connect(lambda one: self.view.choose(one.id) if one is not None else None)
        self.panel.closed.connect(self._back)
        self.view.can_write = self.frame.desk.may("notes.write")
        self.offer_line()

    def offer_line(self) -> None:
        """The line to add, for who may write while nothing is open."""
        self.quick.setVisible(self.panel.isHidden() and self.frame.desk.may("notes.write"))
        self._room()

    def _room(self) -> None:
        """Whether the table has room beside the picture, and for which columns."""
        way = self.show_as.value()
        self.table.setVisible(way == TABLE or (way == BOTH and self.panel.isHidden()))
        gone = WIDER if way == BOTH else frozenset() if self.panel.isHidden() else WIDE
        for number, one in enumerate(self.table.records.columns):
            self.table.setColumnHidden(number, one.key in gone)

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Timeline")

    def _table(self) -> Table[LifeEvent]:
        columns: list[Column[LifeEvent]] = [
            Column(key="when", title=_("When"), text=lambda one: when_words(one) or _("Unknown"), width=170, sort_key=self._day),
            Column(key="name", title=_("What"), text=lambda one: one.name, detail=lambda one: " ".join(one.text.split()), strong=True,
                   tooltip=lambda one: one.text),
            Column(key="role", title=_("Part it plays"), text=lambda one: _(EVENT_ROLE_NAMES[one.role]), width=210,
                   icon=lambda one: LANE_ICONS[ROLE_LANES[one.role]]),
            Column(key="belongs", title=_("Belongs to"), text=self._complaints, width=190, tooltip=self._complaints),
            Column(key="axes", title=_("Axes"), text=lambda one: ", ".join(_(AXIS_NAMES[axis]) for axis in axes_of(one.axes)), width=170,
                   tooltip=lambda one: ", ".join(_(AXIS_NAMES[axis]) for axis in axes_of(one.axes))),
            Column(key="source", title=_("Source"), text=lambda one: one.source, width=120, tooltip=lambda one: one.source),
        ]  # fmt: skip
        empty = EmptyState(_("Nothing written down yet"), _("Ask from birth on: what happened, and when."), icon="history")
        return Table(columns, name="timeline", label=_("Events"), settings=self.frame.user_settings, empty=empty)

    def _day(self, one: LifeEvent) -> Any:
        return partial_dates.span(one.began, self.sheet.born if self.sheet else None)

    def _complaints(self, one: LifeEvent) -> str:
        if self.sheet is None:
            return ""
        linked = self.sheet.linked(one.id)
        return ", ".join(complaint.words for complaint in self.sheet.complaints if complaint.id in linked)

    def _words(self, entry: Entry) -> str:
        """All of an entry in one line."""
        event = self.view.event_of(entry.key)
        if event is not None:
            linked = self._complaints(event)
            belongs = _("belongs to {complaints}").format(complaints=linked) if linked else ""
            return " · ".join(filter(None, (event.name, when_words(event), _(EVENT_ROLE_NAMES[event.role]).lower(), belongs, event.text)))
        since = _("since {when}").format(when=self._since(entry))
        return f"{entry.name} · {since}" + ("" if entry.open or entry.until is None else f" · {_('over')}")

    def _since(self, entry: Entry) -> str:
        sheet = self.sheet
        told = {one.id: one.onset for one in sheet.complaints} | {one.id: one.began for one in sheet.items} if sheet else {}
        return partial_dates.shown(told.get(entry.key, entry.first.isoformat()))

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.view.show_sheet(None)
        self.table.set_rows([])
        self.about.setText("")
        self.quick.form.clear()
        self.panel.hide()

    def load(self) -> None:
        """Ask for the line."""
        self.frame.runner.latest(("care", self.key), lifeline.open_lifeline, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: LifelineSheet) -> None:
        self.sheet = sheet
        entries = sheet.entries(_("Plan"))
        self.view.show_sheet(sheet, entries)
        placed = {one.key for one in entries}
        self.table.set_rows(sorted(sheet.events, key=lambda one: (self._day(one) is None, self._day(one) or (), one.created_at)))
        undated = sum(1 for one in sheet.events if one.id not in placed)
        said = ngettext("{n} event has no date: it stands in the table.", "{n} events have no date: they stand in the table.", undated)
        self.about.setText(said.format(n=undated) if undated else "")
        if self.wanted:
            self.table.choose(self.wanted)
            self.view.choose(self.wanted)
            self.wanted = ""

    def _turn(self) -> None:
        way = self.show_as.value()
        for one in (self.picture, self.zooms):
            one.setVisible(way != TABLE)
        self._room()

    def _follow(self, key: str) -> None:
        """The table stands on the same event."""
        self.table.blockSignals(True)
        self.table.choose(key)
        self.table.blockSignals(False)
        self.drawn.ensureVisible(0, round(self.view.laid.rect(found).center().y()) if (found := self._place(key)) else 0)

    def _place(self, key: str) -> Any:
        return next((one for one in self.view.laid.places if one.entry.key == key), None)

    def _back(self) -> None:
        (self.table if self.show_as.value() == TABLE else self.view).setFocus()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty or self.quick.form.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        turn = partial(self._show_as, BOTH if self.show_as.value() == TABLE else TABLE)
        found = [Command(_("Timeline drawn or as a table"), turn, "tijdlijn tabel getekend", "", "list")]
        if self.frame.desk.may("notes.write"):
            found.insert(0, Command(_("Add an event"), self.begin, "gebeurtenis tijdlijn toevoegen trigger", "Ctrl+M", "plus"))
        return found

    def _show_as(self, value: str) -> None:
        self.show_as.set_value(value)
        self._turn()

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Write down an event."""
        if not self.panel.dirty:
            self.panel.hide()
            self.quick.form.input("began").setFocus(Qt.FocusReason.OtherFocusReason)

    def _write_at(self, lane: Lane, began: str) -> None:
        """Write down something of a place on the line."""
        if self.frame.desk.may("notes.write") and self.leave():
            self.panel.hide()
            self.quick.begin(began, next(role for role, its in ROLE_LANES.items() if its is lane))

    def _open(self, key: str) -> None:
        """An event in the panel; what stands elsewhere in the file there."""
        event = self.view.event_of(key)
        if event is not None:
            self._edit(event)
        elif self.sheet is not None and self.leave():
            if any(one.plan_id == key for one in self.sheet.plans):
                self.frame.go("plans", client_id=self.client_id)
            else:
                part = "complaints" if any(one.id == key for one in self.sheet.complaints) else "history"
                self.frame.go("care", client_id=self.client_id, part=part)

    def _edit(self, event: LifeEvent) -> None:
        if self.frame.desk.may("notes.write") and self.sheet is not None and self.leave():
            self.panel.begin(event, self.sheet)

    def _redate(self, event: LifeEvent, began: str, ended: str) -> None:
        def done(made: LifeEvent) -> None:
            back = replace(made, began=event.began, ended=event.ended)
            undo = partial(self.frame.runner.do, lifeline.change_event, back, owner=self)
            self.frame.toast(_("“{words}” is dated {when}.").format(words=made.name, when=when_words(made)), undo)

        self.frame.runner.do(lifeline.change_event, replace(event, began=began, ended=ended), then=done, owner=self)

    def _remove_key(self, key: str) -> None:
        event = self.view.event_of(key)
        if event is not None:
            self.take_away(event)

    def _remove_chosen(self) -> None:
        if (event := self.table.current()) is not None:
            self.take_away(event)

    def take_away(self, event: LifeEvent) -> None:
        """Remove, with a way back."""
        if not self.frame.desk.may("notes.write"):
            return
        self.panel.form.mark_clean()
        self.panel.hide()

        def gone(removed: tuple[LifeEvent, frozenset[str]]) -> None:
            undo = partial(self.frame.runner.do, lifeline.put_back_event, *removed, owner=self)
            self.frame.toast(_("“{words}” is removed.").format(words=removed[0].name), undo)

        self.frame.runner.do(lifeline.remove_event, event, then=gone, owner=self)


