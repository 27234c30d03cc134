"""Follow-up: whom to call, overdue first; book, complete, date anew from the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.plan_rules import FOLLOW_UP_STATE_NAMES, FollowUpState
from nmx_desk.domain.plans import FollowUp
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import agenda, followups
from nmx_desk.services.agenda import Offer
from nmx_desk.services.followups import FollowUpRow
from nmx_desk.ui.followups.looks import state_badge
from nmx_desk.ui.followups.panel import ContactPanel
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.booking_task import BookingTask
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.following import TABLES
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, row
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"follow_up", "plan", "client", "appointment"})
ANYBODY = ""
TO_DO = "to_do"
ALL = "all"
WHOSE = "followups/whose"
_RANK = {FollowUpState.OVERDUE: 0, FollowUpState.DUE: 1, FollowUpState.COMING: 2}


class FollowUpsPage(Page):
    """``arrive(follow_up_id=…, book=True)`` chooses a contact and goes to its free moments."""

    name: ClassVar[str] = "followups"
    icon: ClassVar[str] = "repeat"
    right: ClassVar[str | None] = "followups.read"
    rail_order: ClassVar[int] = 50
    badge_use_case: ClassVar[Any] = followups.count_follow_ups

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.rows: tuple[FollowUpRow, ...] = ()
        self._asked: dict[str, Any] | None = None
        self.count = muted("", wrap=False)
        states = [(state, _(FOLLOW_UP_STATE_NAMES[state])) for state in FollowUpState]
        self.show_what = Segments(_("Show"), [(TO_DO, _("To do")), *states, (ALL, _("All"))])
        self.of_whom = ChoiceInput([(ANYBODY, _("All practitioners"))], name=_("Practitioner"))
        self.panel = ContactPanel(frame)
        self.show_what.picked.connect(lambda _value: self._fill())
        self.of_whom.edited.connect(self._chosen_whom)
        self.table: Table[FollowUpRow] = Table(
            self._columns(), name="followups", label=_("Follow-up contacts"), settings=frame.user_settings,
            empty=EmptyState(_("Nothing to do here"), _("Contacts appear here when a plan has one dated."), icon="repeat"),
        )  # fmt: skip
        self.table.spare(("practitioner",))
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self.panel.focus_done())
        self.panel.closed.connect(self._closed)
        self.panel.asked.connect(self.do)
        self.panel.booked.connect(self._book)
        self.panel.completed.connect(self._complete)
        self.panel.dated.connect(self._date)
        head = row(heading(self.title()), self.count, STRETCH, space=Space.M)
        left = column(head, row(self.show_what, STRETCH, self.of_whom), self.table, space=Space.M)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        body = row(left, self.panel, space=0)
        body.setStretch(0, 1)
        self.setLayout(body)

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Follow-up")

    def _columns(self) -> list[Column[FollowUpRow]]:
        return [
            Column(key="client", title=_("Client"), text=lambda r: r.client.name, strong=True,
                   detail=lambda r: shown_phone(r.client.phone) or r.client.email,
                   sort_key=lambda r: (r.client.surname.casefold(), r.client.first_name.casefold())),
            Column(key="due", title=_("Due date"), text=lambda r: dates.day(r.follow_up.due_on, self.frame.now()), width=110,
                   detail=lambda r: _("week {n}").format(n=r.follow_up.week) if r.follow_up.week is not None else "",
                   sort_key=lambda r: r.follow_up.due_on, tooltip=lambda r: dates.full_day(r.follow_up.due_on)),
            Column(key="state", title=_("State"), text=lambda r: self._badge(r).text, badge=self._badge, width=130,
                   sort_key=lambda r: (not r.waits(self.frame.now()), _RANK[r.state])),
            Column(key="booked", title=_("Booked"), text=self._when, width=150,
                   tooltip=lambda r: dates.full(r.booked_at) if r.booked_at else "", sort_key=lambda r: r.booked_at),
            Column(key="practitioner", title=_("Practitioner"), text=lambda r: r.practitioner),
        ]  # fmt: skip

    def _badge(self, found: FollowUpRow) -> Badge:
        return state_badge(found, self.frame.now())

    def _when(self, found: FollowUpRow) -> str:
        return dates.when(found.booked_at, self.frame.now(), time_always=True) if found.booked_at else "–"

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """List what is to be done, or go to one contact."""
        self._asked = where
        if where.get("follow_up_id"):
            self.show_what.set_value(ALL)
            self.frame.user_settings.put(WHOSE, ANYBODY)
            self.of_whom.set_value(ANYBODY)
        self._read()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if changes is None or changes.tables & OURS:
            self._read()
        if changes is None or changes.tables & TABLES:
            self.panel.refresh()

    def _read(self) -> None:
        self.frame.runner.latest("follow-ups", followups.list_follow_ups, then=self._listed, owner=self)

    def _listed(self, rows: Sequence[FollowUpRow]) -> None:
        self.rows = tuple(rows)
        self._offer_people()
        self._fill()
        asked, self._asked = self._asked, None
        if asked is None:
            return
        if asked.get("follow_up_id"):
            self.table.choose(asked["follow_up_id"])
        self.table.choose_first()
        self.table.setFocus()
        if asked.get("book"):
            self.panel.focus_booking()

    def _offer_people(self) -> None:
        """Whose contacts there are; whose were looked at last time are shown again."""
        names = {row.follow_up.practitioner_id: row.practitioner for row in self.rows}
        kept = self.of_whom.value() or self.frame.user_settings.get(WHOSE, ANYBODY)
        people = sorted(names.items(), key=lambda one: one[1])
        self.of_whom.set_options([(ANYBODY, _("All practitioners")), *people])
        self.of_whom.set_value(kept if kept in names else ANYBODY)

    def _chosen_whom(self) -> None:
        self.frame.user_settings.put(WHOSE, self.of_whom.value())
        self._fill()

    def _fill(self) -> None:
        wanted = self.show_what.value()
        whom = self.of_whom.value()
        rows = [found for found in self.rows if whom in {ANYBODY, found.follow_up.practitioner_id}]
        to_do = [found for found in rows if found.waits(self.frame.now())]
        kept = {TO_DO: to_do, ALL: rows}.get(wanted)
        self.table.set_rows([found for found in rows if found.state == wanted] if kept is None else kept)
        late = sum(found.state is FollowUpState.OVERDUE for found in to_do)
        due = len(to_do) - late
        self.count.setText(_("{late}, {due}").format(
            late=ngettext("{n} overdue", "{n} overdue", late).format(n=late), due=ngettext("{n} due", "{n} due", due).format(n=due),
        ))  # fmt: skip

    def _chosen(self, found: FollowUpRow | None) -> None:
        if found is None:
            self.panel.hide()
        else:
            self.panel.show_row(found)

    def _closed(self) -> None:
        self.table.clearSelection()
        self.table.setFocus()

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def do(self, code: str) -> None:
        """What a button of the panel asks for."""
        found = self.panel.row
        if found is None or self.panel.isHidden():
            return
        if code == "client":
            self.frame.go("clients", client_id=found.client.id)
        elif code == "plan" and self.frame.desk.may("plans.read"):
            self.frame.go("plans", client_id=found.client.id)
        elif code == "agenda" and self.panel.may_book:
            self._to_agenda(found)
        elif code == "miss" and self.panel.may_change:
            self._run(followups.miss_follow_up, _("The contact is marked as missed; the reception has a task to call."))
        elif code == "lapse" and self.panel.may_change:
            self._run(followups.lapse_follow_up, _("The contact is not needed any more."))

    def _run(self, case: Any, said: str, *args: Any, undo: bool = True, **kw: Any) -> None:
        found = self.panel.row
        if found is None:
            return
        back: Callable[[], object] | None = partial(self._undo, found.id) if undo else None
        self.frame.runner.do(case, found.id, *args, then=lambda _done: self.frame.toast(said, back), owner=self, **kw)

    def _undo(self, follow_up_id: str) -> None:
        self.frame.runner.do(followups.undo_follow_up, follow_up_id, owner=self)

    def _complete(self, values: dict[str, Any]) -> None:
        """The contact was held; with a note it is written now."""
        found, noted = self.panel.row, values.pop("noted", False)
        case, told = followups.complete_follow_up, (values["done_on"], values["adherence"], values["note"], values["items"])
        self._run(case, _("The contact is completed."), *told)
        if noted and found is not None:
            kind = "phone" if found.follow_up.channel == "phone" else "follow_up"
            self.frame.go("notes", client_id=found.client.id, kind=kind)

    def _date(self, day: Any, reason: str) -> None:
        self._run(followups.move_follow_up, _("The contact has another date."), day, reason, undo=False)

    def _book(self, offer: Offer) -> None:
        if found := self.panel.row:
            self.frame.runner.do(followups.book_follow_up, found.id, offer, then=partial(self._booked, offer), owner=self)

    def _booked(self, offer: Offer, made: FollowUp) -> None:
        self.frame.toast(_("Booked: {when}").format(when=dates.full(offer.starts_at)), undo=partial(self._unbook, made))

    def _unbook(self, made: FollowUp) -> None:
        """The appointment is cancelled, and the contact can be booked again."""
        self.frame.runner.do(agenda.cancel, made.appointment_id, "clinic", _("Booked by mistake"), owner=self)

    def _to_agenda(self, found: FollowUpRow) -> None:
        """Choose the moment with the days in sight, and come back here."""

        def book(offer: Offer, then: Callable[[Any], object], failed: Callable[[Any], object]) -> None:
            self.frame.runner.do(followups.book_follow_up, found.id, offer, then=then, failed=failed, owner=self)

        after = self.panel.opens(found)
        day = dates.local(after or self.frame.now()).date()
        about = _("Due {day}").format(day=dates.full_day(found.follow_up.due_on))
        who = found.follow_up.practitioner_id
        task = BookingTask(found.client.name, about, followups.TYPE, book, self._unbook, self.name, who, after)
        self.frame.go("agenda", once={"task": task, "day": day})

    def record(self) -> dict[str, str]:
        """What is in sight."""
        found = self.table.current()
        return {"obj_id": found.follow_up.id} if found else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [
            Command(_("Complete the contact"), self.panel.complete, "afronden uitgevoerd complete", "Ctrl+Return", "check"),
            Command(_("Book a follow-up consult"), self.panel.focus_booking, "boek vervolgconsult book", "Ctrl+B", "calendar-plus"),
            Command(_("Open the client"), partial(self.do, "client"), "cliënt bel call client", "Ctrl+O", "user-round"),
            Command(_("Open the plan"), partial(self.do, "plan"), "plan open", "Ctrl+Shift+P", "target"),
        ]
