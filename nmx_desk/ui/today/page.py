"""The day of the reception, the practitioner, the manager, or of whoever is all three."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.reception import PLACE_NAMES
from nmx_desk.i18n import _
from nmx_desk.services import agenda, today
from nmx_desk.services.tasks import TaskRow
from nmx_desk.services.today import FrontDesk, Month, MyDay, Tile, TodaySheet, Turning, Visit
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import Label, Picture, heading, muted, section
from nmx_desk.ui.kit.layout import STRETCH, Card, ClickCard, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.tasks import do_task
from nmx_desk.ui.theme import pixmap
from nmx_desk.ui.theme.tokens import Space
from nmx_desk.ui.today.lists import (
    MOST,
    card,
    follow_up_line,
    lab_line,
    notes_line,
    overdue_line,
    papers_line,
    reception_words,
    request_line,
    task_line,
    tile_words,
    turning_line,
    visit_line,
    visits_by_place,
)

WATCHED = frozenset({"appointment", "advice_request", "call_attempt", "advice_call", "client", "consult_note", "follow_up", "complaint",
                     "lab_order", "task", "controlled_version", "document_reading", "privacy_request", "grievance", "incident",
                     "deviation"})  # fmt: skip
TICK = 60_000  # ms: ages and what may be clicked move with the clock
MOST_VISITS = 40
FIGURES = {"requests": "requests", "reached": "K3", "booked": "booked", "held": "held", "no_show": "K7"}
"""Which figure a tile of the month opens."""


class TodayPage(Page):
    """What waits, from one use case; the roles decide which parts there are."""

    name: ClassVar[str] = "today"
    icon: ClassVar[str] = "sun"
    right: ClassVar[str | None] = "today.read"
    rail_order: ClassVar[int] = 10

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: TodaySheet | None = None
        self._day = muted("", wrap=False)
        self._tiles = row(space=Space.L)
        self._left, self._right = column(space=Space.L), column(space=Space.L)
        self._tiles_part, self._right_part = holder(self._tiles), holder(self._right)
        both = row(holder(self._left), self._right_part, space=Space.L)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        inner = column(self._tiles_part, both, STRETCH, space=Space.L)
        inner.setContentsMargins(0, 0, Space.S, 0)
        head = row(heading(self.title()), self._day, STRETCH, space=Space.M)
        head.setAlignment(self._day, Qt.AlignmentFlag.AlignBottom)
        self.area = scroll(holder(inner), self.title())
        self.setLayout(column(head, self.area, space=Space.L, margin=Space.XL))
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._moved_on)

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Today")

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Ask for the day."""
        del where
        self._tick.start()
        self._load()

    def refresh(self, changes: Changes | None) -> None:
        """Ask again when something of it changed."""
        if changes is None or changes.tables & WATCHED:
            self._load()

    def leave(self) -> bool:
        """Nothing is typed here."""
        self._tick.stop()
        return True

    def commands(self) -> list[Command]:
        """Read the day again."""
        return [Command(_("Read the day again"), self._load, "vernieuwen refresh", "F5", "refresh-cw")]

    def _load(self) -> None:
        self.frame.runner.latest("today", today.today, then=self.show_sheet, owner=self)

    def _moved_on(self) -> None:
        if self.sheet is None or self.sheet.day != dates.today(self.frame.now()):
            self._load()
        elif not self._busy_here():
            self.show_sheet(self.sheet)

    def _busy_here(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.area.isAncestorOf(focus)

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def show_sheet(self, sheet: TodaySheet) -> None:
        """Lay out the parts this user has."""
        bar, place = self.area.verticalScrollBar(), self.area.verticalScrollBar().value()
        self.sheet = sheet
        day = dates.full_day(sheet.day)
        self._day.setText(day[:1].upper() + day[1:])
        focus = self.window().focusWidget()
        was = focus.accessibleName() if focus is not None and self.area.isAncestorOf(focus) else ""
        for part in (self._tiles, self._left, self._right):
            empty_layout(part)
        if sheet.month is not None:
            self._show_month(sheet.month)
        if sheet.mine is not None:
            self._show_mine(sheet.mine)
        if sheet.desk is not None:
            self._show_desk(sheet.desk)
        if sheet.papers.first:
            waits = papers_line(sheet.papers, self.frame.go)
            self._right.addWidget(card(_("Documents"), [waits], "", count=sheet.papers.to_read + sheet.papers.to_decide))
        if sheet.month is not None:
            self._show_overdue(sheet.month)
        self._tiles_part.setVisible(sheet.month is not None)
        self._right_part.setVisible(self._right.count() > 0)
        for part in (self._left, self._right):
            part.addStretch(1)
        bar.setValue(place)
        if was:
            QTimer.singleShot(0, self, partial(self._focus, was))  # once the new lines are shown

    def _focus(self, name: str) -> None:
        """Back to the line or button that had the focus; to the page when it is gone."""
        found = [part for part in self.area.findChildren(QWidget) if part.accessibleName() == name and part.isVisibleTo(self.area)]
        (next((part for part in found if part.focusPolicy() != Qt.FocusPolicy.NoFocus), self)).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_desk(self, desk: FrontDesk) -> None:
        now, go = self.frame.now(), self.frame.go
        visits = self._board(desk.visits[:MOST_VISITS])
        empty = _("No appointments today. Use the quiet to call back new requests.")
        may, run = self.frame.desk.may, partial(go, "reports", report="daylist", once={"printing": True})
        print_list = Button(_("Day list"), run, kind="quiet", icon="printer", name=_("Print the day list"))
        actions = (print_list,) if visits and may("reports.desk") else ()
        self._left.addWidget(card(_("Reception"), visits, empty, *actions, count=len(desk.visits), more=partial(go, "agenda")))
        new: list[QWidget] = [request_line(item, go, recall=False, now=now) for item in desk.new[:MOST]]
        empty = _("No new requests. Import the website's forms on the page Requests.")
        run = partial(go, "requests", once={"choose": True})
        actions = (Button(_("Import…"), run, kind="quiet", icon="upload"),) if may("requests.import") else ()
        self._right.addWidget(card(_("New requests"), new, empty, *actions, count=len(desk.new), more=partial(go, "requests", state="new")))
        recalls: list[QWidget] = [request_line(item, go, recall=True, now=now) for item in desk.recalls[:MOST]]
        more = partial(go, "requests", state="recall")
        self._right.addWidget(card(_("To call back"), recalls, _("Nobody to call back today."), count=len(desk.recalls), more=more))
        if self.sheet is None or self.sheet.mine is None:
            self._show_tasks(desk.tasks)
        self._show_turning(desk.turning)

    def _show_tasks(self, found: Sequence[TaskRow]) -> None:
        """One's own tasks that are due or late, each with its one click."""
        now, go = self.frame.now(), self.frame.go
        lines: list[QWidget] = []
        for item in found[:MOST]:
            words = _("{task} is done").format(task=item.task.title)
            done = Button(_("Done"), partial(do_task, self.frame, item, self), icon="check", name=words)
            lines.append(task_line(item, go, now, done))
        new = Button(_("New task"), partial(go, "tasks", once={"new": True}), kind="quiet", icon="plus")
        empty = _("Nothing to do by today. Write down what must not be forgotten with “New task”.")
        self._right.addWidget(card(_("My tasks"), lines, empty, new, count=len(found), more=partial(go, "tasks", show="mine")))

    def _board(self, visits: Sequence[Visit]) -> list[QWidget]:
        """Who waits, who is in a room, who is expected, and who has been."""
        now, go, lines = self.frame.now(), self.frame.go, list[QWidget]()
        if words := reception_words(visits, now):
            lines.append(muted(words))
        for place, here in visits_by_place(visits).items():
            lines.append(section(_("{title} ({n})").format(title=_(PLACE_NAMES[place]), n=len(here))))
            lines += [visit_line(visit, go, now, self._buttons(visit), mine=False) for visit in here]
        return lines

    def _show_mine(self, mine: MyDay) -> None:
        now, go = self.frame.now(), self.frame.go
        visits: list[QWidget] = [visit_line(visit, go, now, (), mine=True) for visit in mine.visits[:MOST_VISITS]]
        empty = _("No clients today. Look at what is due at the right.")
        self._left.addWidget(card(_("My clients today"), visits, empty, count=len(mine.visits), more=partial(go, "agenda")))
        unsigned: list[QWidget] = [notes_line(mine.unsigned, go)] if mine.unsigned else []
        self._right.addWidget(card(_("Notes to sign"), unsigned, _("Every note is signed."), count=len(mine.unsigned)))
        self._show_tasks(mine.tasks)
        due: list[QWidget] = [follow_up_line(item, go, now) for item in mine.follow_ups[:MOST]]
        empty = _("No follow-up is due. Date the next one in a plan.")
        self._right.addWidget(card(_("Follow-ups due"), due, empty, count=len(mine.follow_ups), more=partial(go, "followups")))
        if mine.labs:
            found: list[QWidget] = [lab_line(item, go, now) for item in mine.labs[:MOST]]
            self._right.addWidget(card(_("Results to review, and late ones"), found, "", count=len(mine.labs), more=partial(go, "labs")))
        self._show_turning(mine.turning)

    def _show_turning(self, turning: Sequence[Turning]) -> None:
        """Who becomes 16 about now; nothing at all when nobody does."""
        if turning:
            self._right.addWidget(card(_("Sixteenth birthday"), [turning_line(item, self.frame.go) for item in turning[:MOST]], "",
                                       count=len(turning)))  # fmt: skip

    def _show_month(self, month: Month) -> None:
        for tile in month.tiles:
            self._tiles.addWidget(self._tile(tile, month.first), 1)

    def _tile(self, tile: Tile, first: date) -> Card:
        words = tile_words(tile.key)
        before = _("{n} in the same days of last month").format(n=tile.before)
        number = Label(dates.number(tile.count), look="title")
        name = _("{words} this month: {n}; {before}. Open the figures.").format(words=words, n=tile.count, before=before)
        arrow = Picture()
        arrow.setPixmap(pixmap(_arrow(tile), "muted", 14))
        moved = row(arrow, Label(before, look="small", role="muted", wrap=True), space=Space.XS)
        moved.setStretch(1, 1)
        moved.setAlignment(arrow, Qt.AlignmentFlag.AlignTop)
        made = ClickCard("", muted(words, wrap=False), number, moved, name=name)
        made.body.setSpacing(Space.XS)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        where: dict[str, Any] = {"figure": FIGURES[tile.key], "first": first.isoformat(), "last": last.isoformat()}
        made.clicked.connect(partial(self.frame.go, "figures", **where))
        return made

    def _show_overdue(self, month: Month) -> None:
        now, go = self.frame.now(), self.frame.go
        lines: list[QWidget] = [overdue_line(item, go, now) for item in month.overdue[: 2 * MOST]]
        empty = _("Nothing is overdue.")
        more = partial(self.frame.go, "figures")
        self._left.addWidget(card(_("Overdue"), lines, empty, count=len(month.overdue), more=more if month.overdue else None))

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def _buttons(self, visit: Visit) -> list[Button]:
        found: list[Button] = []
        now = self.frame.now()
        if not self.frame.desk.may("agenda.book"):
            return found
        if visit.may_check_in and now < visit.appointment.ends_at + timedelta(hours=1):
            words = _("{name} has arrived").format(name=visit.who)
            found.append(Button(_("Check in"), partial(self._check_in, visit), icon="log-in", name=words))
        if visit.may_start:
            words = _("{name} goes into the room").format(name=visit.who)
            found.append(Button(_("In the room"), partial(self._start, visit), icon="door-open", name=words))
        if visit.may_complete:
            words = _("{name} is done").format(name=visit.who)
            found.append(Button(_("Done"), partial(self._complete, visit), icon="check", name=words))
        if visit.may_no_show(now):
            words = _("{name} did not show up").format(name=visit.who)
            found.append(Button(_("No-show"), partial(self._no_show, visit), kind="quiet", name=words))
        return found

    def _check_in(self, visit: Visit) -> None:
        self._step(agenda.check_in, visit, _("{name} has arrived.").format(name=visit.who))

    def _start(self, visit: Visit) -> None:
        self._step(agenda.start, visit, _("{name} is in the room.").format(name=visit.who))

    def _complete(self, visit: Visit) -> None:
        self._step(agenda.complete, visit, _("{name} is done.").format(name=visit.who))

    def _no_show(self, visit: Visit) -> None:
        self._step(agenda.mark_no_show, visit, _("{name} did not show up.").format(name=visit.who))

    def _step(self, use_case: Any, visit: Visit, words: str) -> None:
        runner = self.frame.runner

        def undo() -> None:
            runner.do(agenda.undo_status, visit.id, owner=self)

        runner.do(use_case, visit.id, then=lambda _done: self.frame.toast(words, undo), owner=self)


def _arrow(tile: Tile) -> str:
    """Whether there are more than in the same days of last month; the words beside it say the same."""
    return "minus" if tile.count == tile.before else "arrow-up" if tile.count > tile.before else "arrow-down"
