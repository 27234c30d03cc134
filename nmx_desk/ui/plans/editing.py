"""The page of a plan as far as a draft is written on it: what is in sight, and what becomes of items and phases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.plans import PlanStatus
from nmx_desk.i18n import _
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit.history_summary import HistorySummary
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.kit.order import follow_reading_order
from nmx_desk.ui.kit.page import Page
from nmx_desk.ui.plans.around import STEPS, Around
from nmx_desk.ui.plans.board import Board
from nmx_desk.ui.plans.draft import PlanDraft
from nmx_desk.ui.plans.followed import ItemFollowed
from nmx_desk.ui.plans.panels import ItemPanel, PhasePanel
from nmx_desk.ui.plans.parts import TemplateChooser
from nmx_desk.ui.plans.saving import Saver


class PlanEditing(Page):
    """What the page itself makes stands here by its name only."""

    sheet: PlanSheet | None
    draft: PlanDraft | None
    saver: Saver
    around: Around
    board: Board
    banner: Banner
    chooser: TemplateChooser
    item_panel: ItemPanel
    phase_panel: PhasePanel
    told: HistorySummary
    followed: ItemFollowed
    _choice: QWidget
    _below: QWidget

    def show_frame(self) -> None:
        """Show everything but the board as it is now."""
        raise NotImplementedError

    # -- what is in sight ------------------------------------------------------------------------------------------------------------

    @property
    def panels(self) -> list[SidePanel]:
        """The side panels; one is open at a time."""
        return [self.item_panel, self.phase_panel, *self.around.panels]

    @property
    def may_write(self) -> bool:
        """Whether the user writes plans."""
        return self.frame.desk.may("plans.write")

    @property
    def writing(self) -> bool:
        """Whether the version in sight can be changed here and now."""
        sheet = self.sheet
        return sheet is not None and not sheet.read_only and self.may_write and (sheet.own or bool(self.saver.reason))

    @property
    def stepping_allowed(self) -> bool:
        """Whether the user may take steps with the plan in sight: sign it, begin and stop its items."""
        return self.sheet is not None and self.may_write and (self.sheet.own or bool(self.saver.reason))

    @property
    def stepping(self) -> bool:
        """Whether the items of the version in sight can begin, pause and end."""
        return self.stepping_allowed and self.sheet is not None and self.sheet.version.status is PlanStatus.ACTIVE

    def show_parts(self, *, chooser: bool = False) -> None:
        """What of the page is in sight: the view that is chosen, or the templates."""
        there, view = self.sheet is not None, self.around.view
        room = there and view == STEPS and all(panel.isHidden() for panel in self.panels)  # beside an open panel the board needs it
        shown: list[tuple[QWidget, bool]] = [
            (self.chooser, chooser), (self._choice, there), (self.board, there and view == STEPS), (self._below, room),
            *((widget, there and view == code) for code, widget in self.around.views.items()),
        ]  # fmt: skip
        for widget, on in shown:
            widget.setVisible(on)
        if not there:
            self.banner.hide()

    def close_panels(self, but: SidePanel | None = None) -> None:
        """Close all panels but one."""
        for panel in self.panels:
            if panel is not but:
                panel.hide()
        if but is not self.item_panel:
            self.board.choose("")
        self._below.setVisible(but is None and self.sheet is not None and self.around.view == STEPS)

    # -- editing ---------------------------------------------------------------------------------------------------------------------

    def open_item(self, key: str) -> None:
        """Show an item in the panel."""
        found = self.draft.find(key) if self.draft else None
        if found is None or self.sheet is None:
            return
        self.close_panels(self.item_panel)
        entry = found[1]
        self.item_panel.show_item(entry.key, entry.item, self.sheet.today, writing=self.writing, stepping=self.stepping)
        self.followed.show_item(self.sheet.client.id, entry.item)
        self.board.choose(entry.key)
        self.item_panel.form.focus_first()
        if self.told.client_id != self.sheet.client.id:
            self.told.open(self.sheet.client.id)

    def open_phase(self, key: str) -> None:
        """Show a phase in the panel."""
        if self.draft is not None:
            self.close_panels(self.phase_panel)
            part = self.draft.part(key)
            self.phase_panel.show_phase(key, part.phase, removable=not part.entries and len(self.draft.parts) > 1)
            self.phase_panel.form.focus_first()

    def _item_closed(self) -> None:
        self.close_panels()
        self.board.focus(self.item_panel.key)

    def _item_edited(self, key: str, values: dict[str, Any]) -> None:
        draft = self.draft
        if draft is None or not self.writing or not (found := draft.find(key)):
            return
        pillar = found[1].item.pillar
        draft.change_item(key, values)
        self.saver.touch()
        if found[1].item.pillar is pillar:
            self.board.show_entry(found[1])
            return
        draft.order()
        self._rebuild()

    def _rebuild(self) -> None:
        if self.draft is not None:
            self.board.show_draft(self.draft, writing=self.writing, stepping=self.stepping)
            follow_reading_order(self)
            self.board.choose(self.item_panel.key if self.item_panel.isVisible() else "")

    def _phase_edited(self, key: str, values: dict[str, Any]) -> None:
        if self.draft is not None and self.writing:
            self.draft.change_phase(key, values)
            self._edited()

    def _edited(self, focus: str = "") -> None:
        self._rebuild()
        self.saver.touch()
        if focus:
            self.board.focus(focus)

    def add_item(self, part_key: str = "") -> None:
        """A new item in a phase (the first when none is named), open in the panel."""
        if self.draft is None or not self.writing:
            return
        key = self.draft.add_item(part_key or self.draft.parts[0].key)
        self._edited()
        self.open_item(key)

    def add_phase(self) -> None:
        """A new phase at the end, open in the panel."""
        if self.draft is not None and self.writing:
            key = self.draft.add_phase(_("New phase"))
            self._edited()
            self.open_phase(key)

    def move_item(self, key: str, by: int) -> None:
        """To the phase before or after."""
        if self.draft is not None and self.writing and self.draft.move(key, by):
            self._edited(key)

    def _drop_item(self, key: str, part_key: str) -> None:
        if self.draft is not None and self.writing and self.draft.move_to(key, part_key):
            self._edited(key)

    def remove_item(self, key: str) -> None:
        """Take an item away, with a way back."""
        if self.draft is None or not self.writing:
            return
        back = self.draft.remove_item(key)
        if self.item_panel.key == key:
            self.close_panels()
        self._edited()
        draft = self.draft

        def undo() -> None:
            back()
            if draft is self.draft:
                self._edited(key)

        self.frame.toast(_("The item is removed."), undo)

    def _remove_phase(self, key: str) -> None:
        if self.draft is not None and self.draft.remove_phase(key):
            self.close_panels()
            self._edited()

    def _all_checked(self) -> None:
        if self.draft is not None and self.writing:
            for entry in self.draft.entries():
                entry.item = replace(entry.item, contra_checked=True)
            self.close_panels()
            self._edited()
            self.show_frame()
