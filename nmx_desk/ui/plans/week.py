"""The week of the supplements: for each moment of the day what is taken, how much, on which days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.domain.plan_rhythm import SHORT_DAYS, WEEK, Intake, Slot, dose_words, food_words, schedule
from nmx_desk.domain.plans import MOMENTS_OF_DAY, ItemStatus, PlanItem, PlanStatus
from nmx_desk.i18n import _, language, translator
from nmx_desk.ui.kit.labels import Label, muted, subheading
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, holder, row, scroll
from nmx_desk.ui.plans.draft import PlanDraft
from nmx_desk.ui.theme.tokens import Space

DOT = "•"


class WeekView(QWidget):
    """What is taken now; what a phase still brings stands below it under the phase's name."""

    def __init__(self) -> None:
        super().__init__()
        self._cards = column(space=Space.M)
        inner = column(self._cards, STRETCH)
        inner.setContentsMargins(0, 0, Space.S, Space.S)
        self.setLayout(column(scroll(holder(inner), _("Supplements through the week"))))

    def show_draft(self, draft: PlanDraft) -> None:
        """Build the grids anew."""
        empty_layout(self._cards)
        shown = list(self._parts(draft))
        for title, slots in shown:
            self._cards.addWidget(_card(title, slots))
        if not shown:
            self._cards.addWidget(muted(_("There are no supplements in this plan.")))

    @staticmethod
    def _parts(draft: PlanDraft) -> Iterable[tuple[str, tuple[Slot, ...]]]:
        signed = draft.sheet.version.status is PlanStatus.ACTIVE
        if signed and (now := schedule(entry.item for entry in draft.entries() if entry.item.status is ItemStatus.ACTIVE)):
            yield _("Now"), now
        for number, part in enumerate(draft.parts, 1):
            coming = [entry.item for entry in part.entries if _is_coming(entry.item, signed=signed)]
            if slots := schedule(coming):
                yield _("Phase {n}: {name}").format(n=number, name=part.phase.name), slots


def _is_coming(item: PlanItem, *, signed: bool) -> bool:
    """What is still to begin; of a draft all that goes on."""
    if signed:
        return item.status is ItemStatus.PLANNED
    return item.status not in {ItemStatus.STOPPED, ItemStatus.COMPLETED}


def _card(title: str, slots: Sequence[Slot]) -> Card:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(Space.M)
    grid.setVerticalSpacing(Space.S)
    grid.setColumnStretch(0, 3)
    grid.setColumnStretch(1, 2)
    at = 0
    for slot in slots:
        name = _(MOMENTS_OF_DAY[slot.moment]) if slot.moment else _("Other moments")
        grid.addWidget(subheading(name), at, 0, 1, 2)
        for day, short in enumerate(SHORT_DAYS):
            grid.addWidget(Label(_(short), look="small", role="muted"), at, 2 + day, Qt.AlignmentFlag.AlignCenter)
        for one in slot.intakes:
            at += 1
            _put(grid, at, one)
        at += 1
        grid.setRowMinimumHeight(at, Space.S)
        at += 1
    return Card(title, holder(row(holder(grid))))


def _put(grid: QGridLayout, at: int, one: Intake) -> None:
    """An intake as a line of the grid; its name says the days, for who cannot see them."""
    how, days = how_of(one), [_(SHORT_DAYS[day - 1]) for day in sorted(one.days)]
    what = Label(one.item.text, wrap=True)
    what.setAccessibleName(", ".join(part for part in (one.item.text, how, " ".join(days)) if part))
    grid.addWidget(what, at, 0)
    grid.addWidget(Label(how, look="small", role="muted", wrap=True), at, 1)
    mark = f"{one.times}×" if one.times and one.times > 1 else DOT
    for day in range(1, 8):
        grid.addWidget(Label(mark if day in one.days else ""), at, 1 + day, Qt.AlignmentFlag.AlignCenter)


def how_of(one: Intake) -> str:
    """How much, and what the days do not say."""
    t = translator(language())
    many = _("{n} × a week").format(n=one.item.times) if one.item.per == WEEK and one.item.times is not None else ""
    free = _("on days of your choice") if one.free and many else ""
    said = (dose_words(one.item, t), many, free, food_words(one.item, t), one.item.frequency, one.item.timing)
    return ", ".join(part for part in said if part)
