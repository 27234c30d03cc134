"""How one item of the plan goes, beside its form: what was kept to, side effects, its stop rule; and what can be done about it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.plan_rules import line_of
from nmx_desk.domain.plans import PlanItem
from nmx_desk.i18n import _
from nmx_desk.services import following
from nmx_desk.services.following import FollowingSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.adherence import effect_words, values_line
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.following import TABLES, FollowingActs
from nmx_desk.ui.kit.labels import Label, section, set_tip
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme.tokens import Space


class ItemFollowed(QWidget):
    """``show_item`` at every item that is opened; nothing is shown of one that was never asked after and does not run."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self.frame = frame
        self.client_id = self._line = ""
        self.acts = FollowingActs(frame, self)
        self._sheet: FollowingSheet | None = None
        self.told = Label("", look="small", wrap=True)
        self.effects = Label("", look="small", role="warn", wrap=True)
        self.effect_button = Button(_("Side effect …"), lambda: self._act("effect"), kind="quiet", icon="triangle-alert")
        self.rule_button = Button(_("The stop rule was met …"), lambda: self._act("stop_rule"), kind="quiet", icon="octagon-alert")
        buttons = column(row(self.effect_button, STRETCH), row(self.rule_button, STRETCH), space=0)
        self.setLayout(column(section(_("How it goes")), self.told, self.effects, buttons, space=Space.XS))
        self.hide()

    def show_item(self, client_id: str, item: PlanItem) -> None:
        """Of a client's plan, whatever version it stands in."""
        self._line = line_of(item) if item.id else ""
        if client_id != self.client_id:
            self.client_id, self._sheet = client_id, None
            self.hide()
        self._tell()
        if client_id and self._sheet is None:
            self._load()

    def refresh(self, changes: Changes | None) -> None:
        """Follow what others do."""
        if self._sheet is not None and (changes is None or changes.tables & TABLES):
            self._load()

    def _load(self) -> None:
        self.acts.client_id = self.client_id
        self.frame.runner.latest(("item followed", id(self)), following.open_following, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: FollowingSheet) -> None:
        if sheet.client_id == self.client_id:
            self._sheet = sheet
            self._tell()

    def _tell(self) -> None:
        found = next((one for one in self._sheet.items if one.line == self._line), None) if self._sheet else None
        if found is None or self._sheet is None:
            self.hide()
            return
        values = values_line(found.told)
        self.told.setText(_("Kept to: {values} %").format(values=values) if values else _("Not asked after yet."))
        set_tip(self.told, "\n".join(f"{dates.short(one.told_on)}: {one.percent} %" for one in found.told))
        self.effects.setText("\n".join(effect_words(one) for one in found.effects))
        self.effects.setVisible(bool(found.effects))
        acting = found.running and self._sheet.own and self.frame.desk.may("plans.write")
        self.effect_button.setVisible(acting)
        self.rule_button.setVisible(acting and bool(found.item.stop_when))
        self.setVisible(acting or bool(found.told or found.effects))

    def _act(self, code: str) -> None:
        found = next((one for one in self._sheet.items if one.line == self._line), None) if self._sheet else None
        if found is not None:
            self.acts.act(code, found, None)
