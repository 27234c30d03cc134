"""A client on one page: complaints with their curves, plan, flags, what comes next; as much as the user's role may see."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain import partial_dates
from nmx_desk.domain.client_views import CareOverview, ClientSheet, ComplaintCurve, FlagSummary, PlanSummary
from nmx_desk.domain.complaints import OutcomeScore
from nmx_desk.domain.consults import FlagResult
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.clients.timeline import TimelineCard
from nmx_desk.ui.clients.words import address, phones
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.curve import Points, ScoreCurve
from nmx_desk.ui.kit.history_summary import HistorySummary
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, column, empty_layout, holder, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.score import direction
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

MOST_COMPLAINTS = 5
_FLAGS = {
    FlagResult.INCOMPLETE: (Hue.NEUTRAL, "circle-dashed"),
    FlagResult.CLEAR: (Hue.OK, "circle-check"),
    FlagResult.DECIDE: (Hue.WARN, "flag"),
    FlagResult.GP: (Hue.WARN, "triangle-alert"),
    FlagResult.EMERGENCY: (Hue.DANGER, "octagon-alert"),
}


def _flag_words(result: FlagResult) -> str:
    return {
        FlagResult.INCOMPLETE: _("Check not finished"),
        FlagResult.CLEAR: _("No red flags open"),
        FlagResult.DECIDE: _("Practitioner decides"),
        FlagResult.GP: _("See the GP first"),
        FlagResult.EMERGENCY: _("Emergency"),
    }[result]


class OverviewPart(QWidget):
    """``asked`` carries what to do: care (open with a reason), plan, appointments, requests, contact."""

    asked = Signal(str)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.told = HistorySummary(frame)
        self._left, self._first, self._right = column(space=Space.L), column(space=Space.L), column(space=Space.L)
        self.timeline = TimelineCard()
        right = holder(column(self._first, self.told, self._right, STRETCH, space=Space.L))
        both = row(holder(column(self._left, self.timeline, STRETCH, space=Space.L)), right, space=Space.L)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        both.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner = column(both, STRETCH)
        inner.setContentsMargins(0, 0, Space.S, Space.S)
        self.setLayout(column(scroll(holder(inner), _("Overview"))))

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show what this user may see."""
        for side in (self._left, self._first, self._right):
            empty_layout(side)
        if sheet.care is not None:
            self._left.addWidget(_complaints(sheet.care))
        elif sheet.care_with_reason:
            self._left.addWidget(self._closed())
        if sheet.plan is not None:
            self._left.addWidget(self._plan(sheet.plan))
        reach = self._reach(sheet)
        (self._right if self._left.count() else self._left).addWidget(reach)
        self._first.addWidget(self._next(sheet))
        if sheet.care is not None:
            self._first.addWidget(_flags(sheet.care.flags))
        self.told.open(sheet.client.id if sheet.care is not None else "")

    def _closed(self) -> Card:
        button = Button(_("Open with a reason"), partial(self.asked.emit, "care"), icon="lock-open")
        text = muted(_("Complaints, scores and red flags of this client are not yours to see without a reason. The reason is logged."))
        return Card(_("Care"), text, row(button, STRETCH))

    def _next(self, sheet: ClientSheet) -> Card:
        items: list[Item] = []
        coming = sheet.next_appointment
        if coming is not None:
            moment = dates.when(coming.appointment.starts_at, time_always=True)
            items.append(_line(moment[:1].upper() + moment[1:], f"{coming.kind}, {coming.practitioner}"))
        else:
            items.append(muted(_("No appointment planned.")))
        if sheet.next_step is not None:
            items.append(_line(_("Follow-up due {day}").format(day=dates.day(sheet.next_step.due_on)), ""))
        if sheet.open_requests:
            words = ngettext("{n} open request", "{n} open requests", sheet.open_requests).format(n=sheet.open_requests)
            items.append(row(Button(words, partial(self.asked.emit, "requests"), kind="quiet", icon="inbox"), STRETCH))
        if sheet.no_shows:
            items.append(_line(ngettext("{n} no-show", "{n} no-shows", sheet.no_shows).format(n=sheet.no_shows), "", role="warn"))
        if sheet.care is None and not sheet.care_with_reason:
            words = ngettext("{n} consult note in the file.", "{n} consult notes in the file.", sheet.notes)
            items.append(muted(words.format(n=sheet.notes)))
        return Card(_("Next"), *items)

    def _reach(self, sheet: ClientSheet) -> Card:
        client = sheet.client
        lines = [line for line in (phones(client), client.email, address(client)) if line]
        doctor = ", ".join(filter(None, (client.gp_name, client.gp_practice, client.gp_city)))
        if doctor:
            lines.append(_("GP: {name}").format(name=doctor))
        change = Button(_("Change"), partial(self.asked.emit, "contact"), kind="quiet", name=_("Change the contact data"))
        return Card(_("How to reach"), *(Label(line, selectable=True, wrap=True) for line in lines), actions=(change,))

    def _plan(self, plan: PlanSummary) -> Card:
        items: list[Item] = []
        for place, phase in enumerate(plan.phases):
            weeks = ngettext("{n} week", "{n} weeks", phase.weeks).format(n=phase.weeks)
            now = StateBadge(_("Now"), Hue.ACCENT, "circle-dot")
            words = Label(f"{place + 1}. {phase.name}", look="strong" if place == plan.current else "body", elide=True)
            line = row(words, *([now] if place == plan.current else []), Label(weeks, role="muted"), space=Space.M)
            line.setStretch(0, 1)
            items.append(line)
        if plan.evaluate_on is not None:
            items.append(muted(_("Evaluation {day}.").format(day=dates.day(plan.evaluate_on))))
        button = Button(_("Open"), partial(self.asked.emit, "plan"), kind="quiet", name=_("Open the plan"))
        return Card(_("Active plan, version {n}").format(n=plan.version.number), *items, actions=(button,))


def _line(strong: str, rest: str, role: str = "text") -> Item:
    parts: list[Item] = [Label(strong, look="strong", role=role, wrap=True)]
    return column(*parts, *([Label(rest, look="small", role="muted", wrap=True)] if rest else []), space=2)


def _complaints(care: CareOverview) -> Card:
    items: list[Item] = [_curve(curve, main=curve.complaint.rank == 1) for curve in care.complaints[:MOST_COMPLAINTS]]
    if not items:
        items.append(muted(_("No complaints written down yet. They come from the advice call or the intake.")))
    more = len(care.complaints) - MOST_COMPLAINTS
    if more > 0:
        items.append(muted(ngettext("and {n} more", "and {n} more", more).format(n=more)))
    outcomes = _outcomes(care.outcomes)
    if outcomes:
        items.append(muted(_("Calm, energy and resistance: higher is better.")))
        items.append(row(*outcomes, STRETCH, space=Space.XL))
    return Card(_("Complaints, 0 is no trouble"), *items)


def _curve(curve: ComplaintCurve, *, main: bool) -> Item:
    points = [(score.measured_on, score.score) for score in curve.scores]
    name = curve.complaint.words or curve.complaint.code
    since = _("since {when}").format(when=partial_dates.shown(curve.complaint.onset)) if curve.complaint.onset else ""
    about = " · ".join(filter(None, (_("main complaint") if main else "", since)))
    words = column(Label(name, look="strong" if main else "body", elide=True), Label(about, look="small", role="muted"), space=2)
    line = row(words, ScoreCurve(name, points), _latest(points), space=Space.L)
    line.setStretch(0, 1)
    return line


def _latest(points: Points) -> QWidget:
    """The last score, and in words whether that is better than before."""
    now = points[-1][1] if points else None
    before = points[-2][1] if len(points) > 1 else None
    words = _("not measured") if now is None else _("{n} of 10").format(n=now)
    number = Label(words, look="strong", role="muted" if now is None else "text")
    _icon, hue, words = direction(now, before)
    change = Label(words, look="small", role="muted" if hue is Hue.NEUTRAL else str(hue))
    for label in (number, change):
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    made = holder(column(number, *([change] if words else []), space=2))
    made.setMinimumWidth(110)
    return made


def _outcomes(scores: Sequence[OutcomeScore]) -> list[Item]:
    found: list[Item] = []
    for name, field in ((_("Calm"), "calm"), (_("Energy"), "energy"), (_("Resistance"), "resistance")):
        points = [(score.measured_on, value) for score in scores if (value := getattr(score, field)) is not None]
        if points:
            label = Label(_("{name}: {n} of 10").format(name=name, n=points[-1][1]), look="small")
            found.append(column(label, ScoreCurve(name, points), space=2))
    return found


def _flags(flags: FlagSummary | None) -> Card:
    if flags is None:
        return Card(_("Red flags"), muted(_("Not asked yet.")))
    hue, icon = _FLAGS[flags.result]
    items: list[Item] = [row(StateBadge(_flag_words(flags.result), hue, icon), STRETCH)]
    for line in flags.yes:
        text = _("{flag} (seen by a doctor)").format(flag=line.label) if line.assessed else line.label
        items.append(Label(text, wrap=True))
    if flags.override_reason:
        items.append(muted(_("Overridden: {reason}").format(reason=flags.override_reason)))
    items.append(muted(_("Asked {day}.").format(day=dates.day(flags.asked_on))))
    return Card(_("Red flags"), *items)
