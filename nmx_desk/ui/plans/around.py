"""What a plan holds beside its steps: goals, the week of the supplements, contacts; and the look at it before it is signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.measures import Measure
from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plans import GoalResult, PlanStatus
from nmx_desk.i18n import _
from nmx_desk.services import plan_measures, plans
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit.layout import Segments, SidePanel
from nmx_desk.ui.plans.contacts import ContactsView
from nmx_desk.ui.plans.draft import CADENCE
from nmx_desk.ui.plans.goals import GoalPanel, GoalsView
from nmx_desk.ui.plans.review import ChangesPanel
from nmx_desk.ui.plans.week import WeekView

if TYPE_CHECKING:
    from nmx_desk.ui.plans.page import PlansPage

STEPS, GOALS, WEEK, CONTACTS = "steps", "goals", "week", "contacts"


class Around(QObject):
    """The other views of the page and their panels."""

    def __init__(self, page: PlansPage) -> None:
        super().__init__(page)
        self._page = page
        self.choice = Segments(
            _("Part of the plan"),
            [(STEPS, _("Steps")), (GOALS, _("Goals")), (WEEK, _("Supplements")), (CONTACTS, _("Contacts"))],
        )
        self.goals, self.week, self.contacts = GoalsView(), WeekView(), ContactsView()
        self.goal_panel, self.changes = GoalPanel(), ChangesPanel()
        self.measures: tuple[Measure, ...] = ()
        self._measured = ""
        self.choice.picked.connect(self.show_view)
        self.goals.opened.connect(self.open_goal)
        self.goals.added.connect(self.add_goal)
        self.goal_panel.edited.connect(self._goal_edited)
        self.goal_panel.removed.connect(self._remove_goal)
        self.goal_panel.judged.connect(self._judge)
        self.goal_panel.closed.connect(self._goal_closed)
        self.contacts.edited.connect(self._cadence_edited)
        self.changes.agreed.connect(self._agree)

    @property
    def views(self) -> dict[str, QWidget]:
        """The views by their code, but for the steps."""
        return {GOALS: self.goals, WEEK: self.week, CONTACTS: self.contacts}

    @property
    def panels(self) -> list[SidePanel]:
        """Their side panels."""
        return [self.goal_panel, self.changes]

    @property
    def view(self) -> str:
        """The view that is chosen."""
        return str(self.choice.value())

    # -- showing ---------------------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Another plan: its steps first, nothing known of its client."""
        self.choice.set_value(STEPS)
        self.measures, self._measured = (), ""

    def show_view(self, view: str) -> None:
        """Go to a view; a panel of another one closes."""
        self.choice.set_value(view)
        self._page.show_parts()
        self.refresh()
        if view == GOALS:
            self._read_measures()

    def refresh(self) -> None:
        """The view in sight as the plan is now."""
        page, draft = self._page, self._page.draft
        if draft is None:
            return
        if self.view == GOALS:
            self.goals.show_draft(draft, self.measures, writing=page.writing)
        elif self.view == WEEK:
            self.week.show_draft(draft)
        elif self.view == CONTACTS:
            self.contacts.show_draft(draft, writing=page.writing)

    def before_signing(self, sheet: PlanSheet) -> None:
        """A version that was discussed: what signing it will do stands beside it."""
        discussed = sheet.version.status is PlanStatus.DISCUSSED
        self.changes.show_plainly()
        if discussed and self._page.stepping_allowed:
            self._page.close_panels(self.changes)
            self.changes.show_signing(sheet)
            if sheet.before is not None:
                self._page.steps.do("compare")

    def _read_measures(self) -> None:
        """What a goal can be measured by: once for a client, where one may read it."""
        page, sheet = self._page, self._page.sheet
        if sheet is None or self._measured == sheet.client.id or not sheet.own or not page.frame.desk.may("notes.read"):
            return
        self._measured = sheet.client.id
        page.frame.runner.do(plan_measures.goal_measures, sheet.client.id, then=self._know, owner=page)

    def _know(self, found: tuple[Measure, ...]) -> None:
        self.measures = found
        self.refresh()
        if self.goal_panel.isVisible():
            self.goal_panel.learn(found)

    # -- goals -----------------------------------------------------------------------------------------------------------------------

    def open_goal(self, key: str) -> None:
        """Show a goal in the panel."""
        page, draft = self._page, self._page.draft
        aimed = draft.aimed(key) if draft else None
        if draft is None or aimed is None:
            return
        page.close_panels(self.goal_panel)
        judging = draft.sheet.version.status not in OPEN | {PlanStatus.REPLACED} and page.stepping_allowed
        self.goal_panel.show_goal(aimed, draft, self.measures, writing=page.writing, judging=judging)
        (self.goal_panel.judging if judging else self.goal_panel.form).focus_first()

    def add_goal(self) -> None:
        """A new goal, open in the panel."""
        page = self._page
        if page.draft is not None and page.writing:
            key = page.draft.add_goal()
            self.show_view(GOALS)
            page.saver.touch()
            self.open_goal(key)

    def _goal_edited(self, key: str, values: dict[str, Any]) -> None:
        page = self._page
        if page.draft is not None and page.writing:
            page.draft.change_goal(key, values)
            self.refresh()
            page.saver.touch()

    def _remove_goal(self, key: str) -> None:
        page, draft = self._page, self._page.draft
        if draft is None or not page.writing:
            return
        back = draft.remove_goal(key)
        self.goal_panel.hide()
        self._touched()

        def undo() -> None:
            back()
            if draft is page.draft:
                self._touched()

        page.frame.toast(_("The goal is removed."), undo)

    def _touched(self) -> None:
        self.refresh()
        self._page.saver.touch()

    def _judge(self, key: str, result: GoalResult, day: date | None) -> None:
        self._page.steps.call(plans.judge_goal, key, result, day)

    def _goal_closed(self) -> None:
        self._page.close_panels()
        self.goals.focus(self.goal_panel.key)

    # -- contacts and signing --------------------------------------------------------------------------------------------------------

    def _cadence_edited(self, text: str) -> None:
        page = self._page
        if page.draft is not None and page.writing:
            page.draft.cadence = text
            page.saver.touch()

    def _agree(self, day: date, who: str) -> None:
        if self._page.sheet is not None:
            self._page.steps.call(plans.agree, self._page.sheet.plan.id, day, who)

    def agreed_first(self, then: Callable[[], object]) -> bool:
        """Store what was typed of the agreement before something else is done; False when nothing was."""
        sheet = self._page.sheet
        if sheet is None or not self.changes.waiting:
            return False
        if said := self.changes.said():
            def stored(found: PlanSheet) -> None:
                self._page.written(found)
                then()

            self._page.steps.call(plans.agree, sheet.plan.id, *said, then=stored)
        return True

    # -- what cannot be --------------------------------------------------------------------------------------------------------------

    def refused(self, key: str, error: UserError) -> bool:
        """Show it where it can be mended; False when it is not of these views."""
        draft = self._page.draft
        if key == CADENCE:
            self.show_view(CONTACTS)
            self.contacts.show_problem(error)
        elif draft is not None and draft.aimed(key):
            self.show_view(GOALS)
            self.open_goal(key)
            self.goal_panel.show_problem(error)
        else:
            return False
        return True

    def show_error(self, error: UserError) -> bool:
        """Beside the field of a panel that is open."""
        return self.changes.show_error(error) or (self.goal_panel.isVisible() and self.goal_panel.show_problem(error))
