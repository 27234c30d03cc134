"""Head of the plan's page: whose plan, its state, and what can be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from nmx_desk.domain.plan_rules import OPEN
from nmx_desk.domain.plans import PLAN_STATUS_NAMES, PlanStatus
from nmx_desk.i18n import _
from nmx_desk.services.plans import PlanSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, heading, set_tip
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.plans.looks import plan_badge
from nmx_desk.ui.theme import icon
from nmx_desk.ui.theme.tokens import Space

READING = frozenset({"print", "print_other", "compare"})
"""What needs no right to change it."""


class PlanHead(QWidget):
    """``asked`` carries the code of what is to be done, ``version_chosen`` the id of a version."""

    asked = Signal(str)
    version_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.name = heading("")
        self.badge = StateBadge()
        self.subtitle = Label("", role="muted", elide=True)
        self.saved = Label("", look="small", role="muted")
        self.versions = ChoiceInput(name=_("Version"))
        self.versions.edited.connect(lambda: self.version_chosen.emit(self.versions.value()))
        self.buttons = {
            "take_over": self._button("take_over", _("Change this plan"), "pencil"),
            "compare": self._button("compare", _("What changed"), "history"),
            "redraft": self._button("redraft", _("Change again"), "pencil"),
            "new_version": self._button("new_version", _("New version"), "file-plus"),
            "print": self._button("print", _("Print"), "printer"),
            "discuss": self._button("discuss", _("Discussed"), "message-square"),
            "activate": self._button("activate", _("Activate"), "signature"),
        }
        set_tip(self.buttons["discuss"], _("Discussed and agreed with the client (Ctrl+Enter)"))
        set_tip(self.buttons["activate"], _("Sign this version; it becomes the client's plan (Ctrl+Enter)"))
        set_tip(self.buttons["print"], _("Print the plan for the client (Ctrl+P)"))
        self.more = IconButton("ellipsis", _("More"), self._open_more)
        self.rare = {
            "complete": (_("Complete plan"), "square-check-big"),
            "stop": (_("Stop plan"), "ban"),
            "print_draft": (_("Print the draft"), "printer"),
            "print_other": (_("Print in the other language"), "languages"),
            "save_template": (_("Save as template"), "copy"),
            "templates": (_("Own templates"), "list"),
            "discard": (_("Throw draft away"), "trash-2"),
        }
        self.possible: set[str] = set()
        first = row(self.name, self.badge, STRETCH, self.saved, self.versions, space=Space.M)
        second = row(self.subtitle, *self.buttons.values(), self.more, space=Space.S)
        second.setStretch(0, 1)
        self.setLayout(column(first, second, space=Space.XS))
        self.show_sheet(None, may_write=False, may_print=False)

    def _button(self, code: str, text: str, picture: str) -> Button:
        return Button(text, partial(self.asked.emit, code), icon=picture)

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code, (text, name) in self.rare.items():
            if code in self.possible:
                menu.addAction(icon(name, "text"), text).triggered.connect(lambda _checked=False, wanted=code: self.asked.emit(wanted))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def show_sheet(self, sheet: PlanSheet | None, *, may_write: bool, may_print: bool, foreign: bool = False) -> None:
        """Show a plan, or none. ``foreign``: somebody else's client, to be changed with a reason."""
        on = self._possible(sheet, may_print=may_print) if sheet else set()
        if not may_write:
            on &= READING
        elif foreign:
            on = (on & READING) | {"take_over"}
        self.possible = on
        self.more.setVisible(bool(on & set(self.rare)))
        main = next((code for code in ("activate", "discuss", "print") if code in on), "")
        for code, button in self.buttons.items():
            button.setVisible(code in on)
            if code in {"activate", "discuss", "print"}:
                button.set_kind("primary" if code == main else "secondary")
        self.badge.setVisible(sheet is not None)
        self.subtitle.setText(_about(sheet) if sheet else "")
        self.versions.setVisible(sheet is not None and len(sheet.versions) > 1)
        if sheet is None:
            return
        self.name.setText(sheet.client.name)
        self.badge.set(plan_badge(sheet.version.status))
        self.versions.set_options([
            (version.id, _("Version {n}: {state}").format(n=version.number, state=_(PLAN_STATUS_NAMES[version.status]).lower()))
            for version in sheet.versions
        ])  # fmt: skip
        self.versions.set_value(sheet.version.id)

    def _possible(self, sheet: PlanSheet, *, may_print: bool) -> set[str]:
        status = sheet.version.status
        drafting = any(version.status in OPEN for version in sheet.versions)
        found = {
            PlanStatus.DRAFT: {"discard", "discuss", "print_draft"},
            PlanStatus.DISCUSSED: {"redraft", "activate", "print_draft"},
            PlanStatus.ACTIVE: set() if drafting else {"new_version", "complete", "stop"},
        }.get(status, set())
        found = found | {"save_template", "templates"}
        if may_print and status is PlanStatus.ACTIVE:
            found = found | {"print", "print_other"}
        return found | {"compare"} if sheet.before else found


def _about(sheet: PlanSheet) -> str:
    version = sheet.version
    parts = [_("Personal plan, version {n}").format(n=version.number), sheet.practitioner]
    if version.agreed_on:
        agreed = _("agreed {day}").format(day=dates.short(version.agreed_on))
        if version.agreed_with:
            agreed = _("agreed {day} with {who}").format(day=dates.short(version.agreed_on), who=version.agreed_with)
        parts.append(agreed)
    if version.valid_from:
        parts.append(_("starts {day}").format(day=dates.short(version.valid_from)))
    if version.reason:
        parts.append(version.reason)
    return " · ".join(parts)
