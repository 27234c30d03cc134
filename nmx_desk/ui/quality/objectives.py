"""Quality objectives: which there are, where each stands against its target, which wait to be concluded."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from nmx_desk.domain.objectives import (
    CONCLUDED,
    DIRECTION_NAMES,
    OBJECTIVE_STATUS_NAMES,
    OUTLOOK_NAMES,
    Objective,
    ObjectiveStatus,
    Outlook,
)
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import objectives
from nmx_desk.services.objectives import ObjectiveRow, ObjectivesSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Segments, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.quality.case_parts import case_paper
from nmx_desk.ui.quality.listed import ListedPart
from nmx_desk.ui.quality.objective_panels import ObjectivePanel
from nmx_desk.ui.theme import Hue

OPEN, OVER = "open", "over"
_STATES = {
    ObjectiveStatus.DRAFT: (Hue.NEUTRAL, "pencil"), ObjectiveStatus.RUNNING: (Hue.INFO, "play"),
    ObjectiveStatus.REACHED: (Hue.OK, "circle-check"), ObjectiveStatus.MISSED: (Hue.WARN, "circle-x"),
    ObjectiveStatus.DROPPED: (Hue.NEUTRAL, "ban"),
}  # fmt: skip
_OUTLOOKS = {
    Outlook.UNKNOWN: (Hue.NEUTRAL, "circle-dashed"), Outlook.THERE: (Hue.OK, "circle-check"), Outlook.NOT_YET: (Hue.WARN, "target"),
}  # fmt: skip


def target_words(one: Objective) -> str:
    """At least 90 %."""
    return " ".join(filter(None, (_(DIRECTION_NAMES[one.direction]), one.target, one.unit)))


class ObjectivesPart(ListedPart):
    """What runs, or what is over."""

    key: ClassVar[str] = "objectives"
    icon: ClassVar[str] = "target"
    manual: ClassVar[str] = "quality-objectives"
    tables: ClassVar[frozenset[str]] = frozenset({"objective", "objective_reading", "case_file", "task"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: ObjectivesSheet | None = None
        self._may = frame.desk.may("quality.manage")
        self.count = muted("", wrap=False)
        self.show_what = Segments(_("Show"), ((OPEN, _("Running and draft")), (OVER, _("Concluded"))))
        self.show_what.picked.connect(lambda _value: self._fill())
        self.new_button = Button(_("New objective"), self.begin, kind="primary", icon="plus", tip=_("New objective (Ctrl+N)"))
        empty = EmptyState(_("No objectives"), _("Say what is to be reached, by when, and how it is measured."), icon="target")
        self.table: Table[ObjectiveRow] = Table(
            self._columns(), name="objectives", label=_("Quality objectives"), settings=frame.user_settings, empty=empty
        )
        self.paper = case_paper(frame, self.table)
        self.panel = ObjectivePanel(frame, self.paper)
        self.panel.kept.connect(self._kept)
        self.panel.stepped.connect(self._stepped)
        self.panel.copied.connect(self._copied)
        self.panel.closed.connect(self.paper.close_paper)
        head = row(self.show_what, STRETCH, self.new_button)
        spare = ("owner", "until", "target", "value")
        self.lay_out((self.panel,), head, self.count, self.table, self.paper, spare=spare, away=(self.new_button,))
        self.new_button.setVisible(self._may)

    @classmethod
    def title(cls) -> str:
        """Name of the part."""
        return _("Quality objectives")

    @classmethod
    def group(cls) -> str:
        """Head of the list."""
        return _("Goals and means")

    def _columns(self) -> list[Column[ObjectiveRow]]:
        def title(found: ObjectiveRow) -> str:
            return found.objective.title

        def about(found: ObjectiveRow) -> str:
            return " · ".join(filter(None, (found.objective.number, found.figure or _("read by hand"))))

        def value(found: ObjectiveRow) -> str:
            return f"{dates.number(found.value, 1)} {found.objective.unit}".strip() if found.value is not None else "–"

        return [
            Column(key="title", title=_("Goal"), text=title, strong=True, detail=about, tooltip=title),
            Column(key="target", title=_("Target"), text=lambda f: target_words(f.objective), width=140),
            Column(key="value", title=_("So far"), text=value, align="right", width=90, sort_key=lambda f: f.value,
                   detail=lambda f: f.counts),
            Column(key="state", title=_("State"), text=lambda f: self._badge(f).text, badge=self._badge, width=150),
            Column(key="until", title=_("Until"), text=lambda f: dates.short(f.objective.last_on), width=110,
                   sort_key=lambda f: f.objective.last_on),
            Column(key="owner", title=_("Looked after by"), text=lambda f: f.owner or "–", width=150),
        ]  # fmt: skip

    def _badge(self, found: ObjectiveRow) -> Badge:
        """Late to be concluded; else, of one that runs, whether it is at its target."""
        status = found.objective.status
        if self.sheet is not None and found.is_late(self.sheet.today):
            return Badge(_("To be concluded"), Hue.DANGER, "circle-alert")
        if status is ObjectiveStatus.RUNNING:
            return Badge(_(OUTLOOK_NAMES[found.outlook]), *_OUTLOOKS[found.outlook])
        return Badge(_(OBJECTIVE_STATUS_NAMES[status]), *_STATES[status])

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the register."""
        self.frame.runner.latest("objectives", objectives.list_objectives, then=self._show, owner=self)

    def _show(self, sheet: ObjectivesSheet) -> None:
        self.sheet = sheet
        self.panel.know(sheet)
        asked = next((one for one in sheet.rows if one.id == self._asked), None)
        if asked is not None:
            self.show_what.set_value(OVER if asked.objective.status in CONCLUDED else OPEN)
        self._fill()

    def _fill(self) -> None:
        if self.sheet is None:
            return
        over = self.show_what.value() == OVER
        rows = [one for one in self.sheet.rows if (one.objective.status in CONCLUDED) is over]
        late = sum(one.is_late(self.sheet.today) for one in rows)
        words = (ngettext("{n} objective", "{n} objectives", len(rows)).format(n=len(rows)),
                 ngettext("{n} to be concluded", "{n} to be concluded", late).format(n=late) if late else "")  # fmt: skip
        self.count.setText(", ".join(filter(None, words)))
        self.listed(rows)

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Set an objective for this year."""
        if self._may and self.sheet is not None and self.only(self.panel):
            year = self.sheet.today.year
            fresh = Objective(first_on=date(year, 1, 1), last_on=date(year, 12, 31), owner_id=self.frame.desk.user.id)
            self.panel.open_new(fresh)

    def edit(self) -> None:
        """Look at the chosen one."""
        found = self.table.current()
        if found is not None and self.only(self.panel):
            self._open(found.id)

    def _open(self, objective_id: str) -> None:
        self.frame.runner.latest("objective", objectives.open_objective, objective_id, then=self.panel.open_view, owner=self)

    def _kept(self, made: Objective) -> None:
        self.frame.toast(_("“{name}” has been saved.").format(name=made.title))
        self.load()

    def _stepped(self, objective_id: str) -> None:
        """It took a step while it is open."""
        if not self.panel.isHidden():
            self._open(objective_id)
        self.load()

    def _copied(self, made: Objective) -> None:
        self.show_what.set_value(OPEN)
        self.frame.toast(_("{number} is next year's draft.").format(number=made.number))
        self.panel.close_panel()
        self._asked = made.id
        self.load()

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        return [Command(_("New objective"), self.begin, shortcut="Ctrl+N", icon="plus")] if self._may else []
