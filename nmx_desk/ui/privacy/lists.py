"""The lists beside the requests: what is due for destruction, what must wait, what was destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.privacy import CASES_KEPT, GROUND_NAMES, SCOPE_NAMES, ErasureScope, Tombstone
from nmx_desk.i18n import _, ngettext
from nmx_desk.services.retention import DueList, Hold, cases_words
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


@dataclass(frozen=True, kw_only=True)
class DueRow:
    """A file that is due, or together the bare requests, or the words of complaints in nobody's file (``scope``, no id)."""

    id: str
    scope: ErasureScope = ErasureScope.FILE
    what: str
    number: str
    until: date
    held: bool
    proposed: bool


def due_rows(found: DueList) -> list[DueRow]:
    """What is due, a row each; the bare requests are one row, words of complaints another."""
    rows = [
        DueRow(id=f.client_id, what=f.name or _("A client's file"), number=f.client_no, until=f.until, held=f.held, proposed=f.proposed)
        for f in found.files
    ]
    if found.requests and found.oldest_request:
        words = ngettext("{n} request that never became a client", "{n} requests that never became a client", found.requests)
        text = words.format(n=found.requests)
        rows.append(DueRow(
            id="", scope=ErasureScope.REQUESTS, what=text, number="", until=found.oldest_request, held=False,
            proposed=found.requests_proposed,
        ))  # fmt: skip
    if found.cases and found.oldest_case:
        rows.append(DueRow(
            id="", scope=ErasureScope.CASES, what=cases_words(found.cases), number="", until=found.oldest_case + CASES_KEPT, held=False,
            proposed=found.cases_proposed,
        ))  # fmt: skip
    return rows


def due_badge(found: DueRow) -> Badge:
    """Whether it may be proposed."""
    if found.held:
        return Badge(_("Complaint open"), Hue.DANGER, "lock")
    return Badge(_("Proposed"), Hue.INFO, "hourglass") if found.proposed else Badge(_("Period over"), Hue.WARN, "calendar-clock")


class DuePart(QWidget):
    """``proposed`` carries the row that somebody proposes to destroy."""

    proposed = Signal(object)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.may = frame.desk.may("retention.propose")
        self.table: Table[DueRow] = Table([
            Column(key="what", title=_("What"), text=lambda r: r.what, detail=lambda r: r.number, strong=True),
            Column(key="until", title=_("Kept until"), text=lambda r: dates.day(r.until, frame.now()), width=130,
                   sort_key=lambda r: r.until, tooltip=lambda r: dates.full_day(r.until)),
            Column(key="state", title=_("State"), text=lambda r: due_badge(r).text, badge=due_badge, width=170),
        ], name="privacy_due", label=_("Due for destruction"), settings=frame.user_settings, empty=EmptyState(
            _("Nothing is due"), _("Files are kept for 20 years after the last medical change, bare requests for 12 months, the words of "
                                   "formal complaints in nobody's file for 2 years."), icon="leaf",
        ))  # fmt: skip
        self.button = Button(_("Propose to destroy"), self.propose, kind="primary", icon="trash-2")
        self.words = muted(_("A second person approves; an administrator carries it out."))
        below = row(self.words, self.button)
        below.setStretch(0, 1)
        self.setLayout(column(self.table, below, space=Space.M))
        self.button.setVisible(self.may)
        self.table.chosen.connect(lambda _row: self._chosen())
        self._chosen()

    def show_due(self, found: DueList) -> None:
        """Show what is due."""
        self.table.set_rows(due_rows(found))
        if self.table.current() is None:
            self.table.choose_first()
        self._chosen()

    def _chosen(self) -> None:
        found = self.table.current()
        self.button.setEnabled(found is not None and not found.held and not found.proposed)

    def propose(self) -> None:
        """Propose what is chosen."""
        found = self.table.current()
        if found is not None and self.button.isEnabled() and self.may:
            self.proposed.emit(found)


class HoldsPart(QWidget):
    """What holds a client's file: the complaints themselves are in their register."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame, may = frame, frame.desk.may
        self.table: Table[Hold] = Table([
            Column(key="number", title=_("Number"), text=lambda r: r.number, width=120),
            Column(key="client", title=_("Client"), text=lambda r: r.client_no, strong=True),
            Column(key="since", title=_("Open since"), text=lambda r: dates.day(r.opened_on, frame.now()), sort_key=lambda r: r.opened_on,
                   width=150, tooltip=lambda r: dates.full_day(r.opened_on)),
        ], name="privacy_holds", label=_("Formal complaints"), settings=frame.user_settings, empty=EmptyState(
            _("No formal complaint is open"), _("While one is open nothing of that client is destroyed."), icon="lock-open",
        ))  # fmt: skip
        self.words = muted(_("A complaint holds the file of its client from the day it is registered until it is closed."))
        self.register = Button(_("Register a formal complaint"), self._register, icon="plus")
        self.show_it = Button(_("Open in the register"), self.open_chosen, kind="primary", icon="external-link")
        below = row(self.words, self.register, self.show_it)
        below.setStretch(0, 1)
        self.setLayout(column(self.table, below, space=Space.M))
        self.register.setVisible(may("grievances.create") or may("grievances.manage"))
        self.show_it.setVisible(may("registers.read") or may("grievances.create"))
        self.table.opened.connect(lambda _found: self.open_chosen())
        self.table.chosen.connect(lambda found: self.show_it.setEnabled(found is not None))
        self.show_it.setEnabled(False)

    def show_holds(self, found: list[Hold]) -> None:
        """Show what is open."""
        self.table.set_rows(found)
        self.show_it.setEnabled(self.table.current() is not None)

    def open_chosen(self) -> None:
        """Go to the complaint in its register."""
        found = self.table.current()
        if found is not None and not self.show_it.isHidden():
            self.frame.go("quality", part="grievances", record_id=found.id)

    def _register(self) -> None:
        self.frame.go("quality", part="grievances", once={"new": True})


def tombstones_table(frame: Frame) -> Table[Tombstone]:
    """What was destroyed: no name, who decided stands in the log."""
    return Table([
        Column(key="on", title=_("Destroyed on"), text=lambda r: dates.day(r.destroyed_on, frame.now()), sort_key=lambda r: r.destroyed_on,
               width=150, tooltip=lambda r: dates.full_day(r.destroyed_on)),
        Column(key="client", title=_("Client"), text=lambda r: r.client_no or "–", width=120, strong=True),
        Column(key="scope", title=_("What"), text=lambda r: _(SCOPE_NAMES[r.scope]), tooltip=lambda r: _(SCOPE_NAMES[r.scope])),
        Column(key="ground", title=_("Why"), text=lambda r: _(GROUND_NAMES[r.ground]), width=200),
        Column(key="request", title=_("Request"), text=lambda r: r.request_no, width=110),
        Column(key="rows", title=_("Records"), text=lambda r: dates.number(r.row_count), align="right", width=100,
               sort_key=lambda r: r.row_count),
    ], name="privacy_destroyed", label=_("Destroyed"), settings=frame.user_settings, empty=EmptyState(
        _("Nothing was destroyed yet"), _("What remains of a destroyed file stands here: a number, a day and why."), icon="file-check",
    ))  # fmt: skip
