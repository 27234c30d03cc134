"""The plan of a client: from a template to an active plan. Reached from a client or the search; not in the rail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, ClassVar

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.plan_rules import ItemError
from nmx_desk.domain.plans import PlanStatus
from nmx_desk.i18n import _, language
from nmx_desk.services import followups, plans
from nmx_desk.services.clients import open_client
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui import errors
from nmx_desk.ui.kit.alarms import AlarmBanner
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.history_summary import WHOLE, HistorySummary
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.plans.around import CONTACTS, STEPS, Around
from nmx_desk.ui.plans.board import Board
from nmx_desk.ui.plans.draft import PlanDraft
from nmx_desk.ui.plans.editing import PlanEditing
from nmx_desk.ui.plans.followed import ItemFollowed
from nmx_desk.ui.plans.head import PlanHead
from nmx_desk.ui.plans.looks import told
from nmx_desk.ui.plans.panels import ItemPanel, PhasePanel
from nmx_desk.ui.plans.parts import Baseline, NextContact, TemplateChooser
from nmx_desk.ui.plans.saving import Saver
from nmx_desk.ui.plans.steps import Steps
from nmx_desk.ui.plans.templates import manage_templates
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

OURS = frozenset({"plan", "plan_version", "plan_phase", "plan_item", "plan_goal", "follow_up", "appointment"})


class PlansPage(PlanEditing):
    """``arrive(client_id=…)``, ``arrive(plan_id=…)`` or ``arrive(version_id=…)``."""

    name: ClassVar[str] = "plans"
    icon: ClassVar[str] = "target"
    right: ClassVar[str | None] = "plans.read"
    in_rail: ClassVar[bool] = False
    rail_as: ClassVar[str] = "clients"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: PlanSheet | None = None
        self.draft: PlanDraft | None = None
        self._where: dict[str, Any] = {}
        self.saver = Saver(frame, self)
        self.steps = Steps(frame, self.saver, self)
        self.head, self.banner, self.board = PlanHead(), Banner(), Board()
        self.alarm = AlarmBanner(frame)
        self.chooser, self.contact, self.baseline = TemplateChooser(), NextContact(), Baseline()
        self.item_panel, self.phase_panel, self.around = ItemPanel(), PhasePanel(), Around(self)
        self.told = HistorySummary(frame, WHOLE)  # what was tried, is taken and not borne, in sight while an item is written
        self.followed = ItemFollowed(frame)
        self._build()
        self._connect()

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Personal plan")

    # -- how it lies -----------------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._below = holder(row(self.contact, self.baseline, space=Space.L))
        self.item_panel.body.addWidget(self.followed)
        self.item_panel.body.addWidget(self.told)
        self._choice = holder(row(self.around.choice, STRETCH))
        views = self.around.views.values()
        left = column(self.head, self.alarm, self.banner, self.chooser, self._choice, self.board, *views, self._below, space=Space.M)
        for wide in (self.chooser, self.board, *views):
            left.setStretchFactor(wide, 1)
        left.addStretch(0)  # with none of these in sight the head stays above
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        body = row(left, *self.panels, space=0)
        body.setStretch(0, 1)
        self.setLayout(body)
        self.show_parts()

    def _connect(self) -> None:
        self.head.asked.connect(self.do)
        self.head.version_chosen.connect(lambda version_id: self.frame.go("plans", version_id=version_id))
        self.chooser.chosen.connect(self._create)
        self.chooser.managing.connect(self._manage_templates)
        self.contact.dated.connect(self._date_contact)
        self.contact.booking.connect(lambda contact_id: self.frame.go("followups", follow_up_id=contact_id, book=True))
        board = self.board
        board.opened.connect(self.open_item)
        board.phase_opened.connect(self.open_phase)
        board.added.connect(self.add_item)
        board.phase_added.connect(self.add_phase)
        board.moved.connect(self.move_item)
        board.dropped.connect(self._drop_item)
        board.removed.connect(self.remove_item)
        self.item_panel.edited.connect(self._item_edited)
        self.item_panel.removed.connect(self.remove_item)
        self.item_panel.stepped.connect(self._step_item)
        self.item_panel.closed.connect(self._item_closed)
        board.begun.connect(lambda key: self.steps.call(plans.begin_phase, key))
        for panel in (self.phase_panel, self.around.changes):
            panel.closed.connect(self.close_panels)
        self.phase_panel.edited.connect(self._phase_edited)
        self.phase_panel.removed.connect(self._remove_phase)
        self.saver.saved.connect(self._saved)
        self.saver.said.connect(self.head.saved.setText)
        self.saver.refused.connect(self._refused)
        for part in (self.saver, self.steps):
            part.failed.connect(self._failed)
        self.steps.written.connect(self.written)
        self.steps.gone.connect(lambda client_id: self.arrive(client_id=client_id))
        self.steps.compared.connect(self._compared)
        self.steps.taken_over.connect(self._taken_over)

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, **where: Any) -> None:
        """Open a client's plan, or offer templates."""
        self._where = where
        self.alarm.open(where.get("client_id", ""))
        self.told.open("")
        self.sheet = self.draft = self.steps.sheet = None
        self.saver.hold(None)
        self.saver.reason = ""
        self.around.begin()
        self.close_panels()
        self.head.name.setText(self.title())
        self.head.show_sheet(None, may_write=False, may_print=False)
        self.show_parts()
        self._read(self._arrived)

    def _read(self, then: Callable[[PlanSheet | None], object]) -> None:
        where = {key: value for key, value in self._where.items() if key in {"client_id", "plan_id", "version_id"}}
        if where:
            self.frame.runner.latest("plan", plans.open_plan, then=then, owner=self, **where)

    def _arrived(self, sheet: PlanSheet | None) -> None:
        if sheet is not None:
            self._show(sheet)
            self.board.begin()
        elif client_id := self._where.get("client_id"):
            self.frame.runner.do(open_client, client_id, then=self._offer, owner=self)

    def _offer(self, client: Client) -> None:
        self.head.name.setText(client.name)
        self.frame.runner.do(plans.plan_templates, language(), then=self._offer_templates, owner=self)

    def _offer_templates(self, templates: Any) -> None:
        if self.sheet is None:
            self.chooser.show_templates(templates, may_write=self.may_write)
            self.show_parts(chooser=True)
            self.chooser.focus_first()

    def _create(self, code: str) -> None:
        self.frame.runner.do(plans.create_plan, self._where["client_id"], code, then=self._arrived, owner=self)

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do; what is being written stays."""
        self.alarm.refresh(changes)
        self.told.refresh(changes)
        self.followed.refresh(changes)
        if self.saver.unsaved or (changes is not None and not changes.tables & OURS):
            return
        self._read(self._reread if self.sheet is not None else self._arrived)

    def _reread(self, sheet: PlanSheet | None) -> None:
        if sheet != self.sheet and not self.saver.unsaved:
            self.arrive(**self._where) if sheet is None else self._show(sheet)

    def leave(self) -> bool:
        """Save the draft; what cannot be saved keeps one here, with all the rest saved."""
        if self.draft is None or not self.draft.dirty:
            return True
        if self.saver.now():
            return True
        self.saver.rescue()
        return False

    def _show(self, sheet: PlanSheet) -> None:
        before, self.sheet = self.sheet, self._with_scores(sheet)
        self.alarm.open(sheet.client.id)
        open_key = self.item_panel.key if self.item_panel.isVisible() else ""
        self.draft = PlanDraft(self.sheet)
        self.saver.hold(self.draft if self.writing else None)
        self.show_frame()
        self.board.show_draft(self.draft, writing=self.writing, stepping=self.stepping)
        self.around.refresh()
        follow_reading_order(self)
        open_goal = self.around.goal_panel.key if self.around.goal_panel.isVisible() else ""
        if before is not None and before.version.id != sheet.version.id:
            self.close_panels()
        elif open_key and self.draft.find(open_key):
            self.open_item(open_key)
        elif open_goal and self.draft.aimed(open_goal):
            self.around.open_goal(open_goal)
        else:
            self.close_panels()
        self.around.before_signing(self.sheet)

    def _with_scores(self, sheet: PlanSheet) -> PlanSheet:
        """Answers to writes have no scores: those that were read stay."""
        if self.sheet is None or self.sheet.client.id != sheet.client.id or sheet.scores.complaints:
            return sheet
        return replace(sheet, scores=self.sheet.scores)

    def show_frame(self) -> None:
        """Everything but the board."""
        sheet = self.steps.sheet = self.sheet
        if sheet is None:
            return
        foreign = self.may_write and not sheet.own and not self.saver.reason
        self.head.show_sheet(sheet, may_write=self.may_write, may_print=self.frame.desk.may("plans.print"), foreign=foreign)
        living = sheet.plan.status not in {PlanStatus.COMPLETED, PlanStatus.STOPPED}
        self.contact.show_sheet(sheet, may_change=living and self.frame.desk.may("followups.change"))
        self.baseline.show_sheet(sheet)
        items = [entry.item for entry in self.draft.entries()] if self.draft else []
        unchecked = self.writing and not all(item.contra_checked for item in items)
        if sheet.cautions and sheet.version.status in {PlanStatus.DRAFT, PlanStatus.DISCUSSED}:
            action = self._all_checked if unchecked else None
            self.banner.say(told(sheet.cautions), Hue.WARN, closable=False, action_text=_("All items are checked"), action=action)
        else:
            self.banner.hide()
        self.show_parts()

    # -- saved, or not ---------------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save now."""
        self.saver.now()

    def _saved(self, sheet: PlanSheet) -> None:
        self.sheet = self._with_scores(sheet)
        self.show_frame()
        if self.around.view == CONTACTS:
            self.around.refresh()

    def _refused(self, key: str, error: UserError) -> None:
        """Show what cannot be saved where it can be mended."""
        if self.around.refused(key, error):
            return
        if self.draft is not None and self.draft.find(key):
            self.around.show_view(STEPS)
            self.open_item(key)
            self.item_panel.show_problem(error)
        elif self.draft is not None and any(part.key == key for part in self.draft.parts):
            self.open_phase(key)
            self.phase_panel.form.show_error(error)
        else:
            errors.show(error, self)

    def _failed(self, error: DeskError) -> None:
        if isinstance(error, ItemError):
            self._refused(error.item_id, error)
        else:
            errors.show(error, self)

    # -- what can be done ------------------------------------------------------------------------------------------------------------

    def do(self, code: str) -> None:
        """What a button of the head asks for."""
        if code in self.head.possible and not (code == "activate" and self.around.agreed_first(partial(self.steps.do, code))):
            self.steps.do(code)

    def _manage_templates(self) -> None:
        manage_templates(self.frame, self)
        if (client_id := self._where.get("client_id")) and self.sheet is None:
            self.frame.runner.do(open_client, client_id, then=self._offer, owner=self)

    def _step_item(self, case: Any, args: tuple[Any, ...]) -> None:
        self.steps.call(case, self.item_panel.key, *args)

    def written(self, sheet: PlanSheet) -> None:
        """Show the plan as a step left it."""
        self._where = {"client_id": sheet.client.id}
        self._show(sheet)

    def _compared(self, numbers: tuple[int, int], found: Any) -> None:
        self.close_panels(self.around.changes)
        self.around.changes.show_changes(numbers, found)

    def _taken_over(self) -> None:
        if self.sheet is not None:
            self._show(self.sheet)

    def _date_contact(self, day: date) -> None:
        contact, sheet = self.contact.next, self.sheet
        if sheet is None:
            return
        if contact is None:
            self.frame.runner.do(followups.plan_follow_up, sheet.plan.id, day, then=self._dated, owner=self)
        else:
            self.frame.runner.do(followups.move_follow_up, contact.id, day, _("Dated anew with the plan"), then=self._dated, owner=self)

    def _dated(self, _contact: object) -> None:
        self.frame.toast(_("The next contact is dated."))
        self._read(self._contacts_read)

    def _contacts_read(self, sheet: PlanSheet | None) -> None:
        if sheet is not None and self.sheet is not None:
            self.sheet = replace(self.sheet, contacts=sheet.contacts)
            self.show_frame()

    def record(self) -> dict[str, str]:
        """What is in sight."""
        return {"obj_id": self.sheet.plan.id} if self.sheet else {}

    def commands(self) -> list[Command]:
        """What the palette and the keys offer."""
        rare = {code: self.head.rare[code] for code in self.head.rare if code in self.head.possible}
        return [
            Command(_("Save the plan"), self.save, "bewaar opslaan save", "Ctrl+S", "save"),
            Command(_("Add goal to the plan"), self.around.add_goal, "doel nieuw new goal", icon="target"),
            Command(_("Add item to the plan"), self.add_item, "planonderdeel nieuw new item", "Ctrl+N", "plus"),
            Command(_("Next step of the plan: discussed, activate"), self.next_step, "besproken activeer sign", "Ctrl+Return", "signature"),
            Command(_("Print the plan"), partial(self.do, "print"), "afdrukken print", "Ctrl+P", "printer"),
            *(Command(text, partial(self.do, code), icon=icon) for code, (text, icon) in rare.items()),
        ]

    def next_step(self) -> None:
        """Discussed, then activate."""
        for code in ("discuss", "activate"):
            self.do(code)

    def show_error(self, error: UserError) -> bool:
        """Beside the date of the next contact, or in the panel that has the field."""
        if self.around.show_error(error):
            return True
        if error.field == "due_on":
            self.contact.show_problem(error.message)
            return True
        if error.field == "on" and self.item_panel.isVisible():
            self.item_panel.show_problem(error)
            return True
        return super().show_error(error)
