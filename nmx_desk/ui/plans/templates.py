"""Templates of the clinic's own: a plan saved as one, and the list of them to rename, retire and offer again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from nmx_desk.i18n import _, language, ngettext
from nmx_desk.services import plan_templates
from nmx_desk.services.plans import PlanSheet, TemplateView
from nmx_desk.ui import errors
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, line, row, scroll
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

SIZE = (560, 360)  # least width and height of the list


def named_fields() -> list[Field]:
    """What a template is called and said to be for."""
    return [
        Field(name="name", label=_("Name"), required=True, max_length=plan_templates.LONGEST_NAME),
        Field(name="about", label=_("What it is for"), kind="multiline", lines=3, max_length=plan_templates.LONGEST_ABOUT),
    ]


class SaveDialog(Dialog):
    """A name for a new template, or the template whose next version this is."""

    def __init__(self, parent: QWidget, own: Sequence[TemplateView]) -> None:
        text = _("Dates, figures and complaints of this client are left out. Plans that began with a template stay as they are.")
        super().__init__(parent, _("Save as template"), text)
        self._own = {template.code: template for template in own}
        next_of = [(template.code, _("Next version of “{name}”").format(name=template.name)) for template in own]
        which = [Field(name="code", label=_("Save as"), kind="choice", blank=_("A new template"), options=next_of)] if own else []
        self.form = Form([*which, *named_fields()])
        self._code = ""
        self.body.addWidget(self.form)
        self.add_buttons(_("Save"), _("Cancel"))
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.accept)
        self.form.input("name").setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self) -> None:
        """The words of the template that is chosen, to be kept or changed."""
        code = self.said()["code"]
        if code != self._code:
            self._code, chosen = code, self._own.get(code)
            self.form.set_values({"name": chosen.name if chosen else "", "about": chosen.about if chosen else ""})

    def said(self) -> dict[str, str]:
        """Code (empty: a new one), name and what it is for."""
        values = self.form.values()
        return {"code": values.get("code") or "", "name": values["name"], "about": values["about"]}

    def accept(self) -> None:
        """Only when nothing is wrong or missing."""
        if self.form.checked() is not None:
            super().accept()


def waiting_words(made: TemplateView) -> str:
    """A template is a controlled document: it waits until another person approves it."""
    said = _("“{name}”, version {n}, waits for approval: Quality, Documents.")
    return said.format(name=made.name, n=made.number)


def save_as_template(frame: Frame, parent: QWidget, sheet: PlanSheet, reason: dict[str, str]) -> None:
    """Ask for a name, then keep the version in sight as a template of the clinic's own."""

    def offered(found: Sequence[TemplateView]) -> None:
        dialog = SaveDialog(parent.window(), [template for template in found if template.is_own])
        saving, said = dialog.exec() == QDialog.DialogCode.Accepted, dialog.said()
        dialog.deleteLater()
        if saving:
            frame.runner.do(
                plan_templates.save_template, sheet.version.id, said["name"], said["about"], said["code"],
                then=lambda made: frame.toast(waiting_words(made)),
                failed=lambda error: errors.show(error, parent), owner=parent, **reason,
            )  # fmt: skip

    frame.runner.do(plan_templates.plan_templates, language(), retired=True, then=offered, owner=parent)


class TemplatesDialog(Dialog):
    """The clinic's own templates, retired ones too."""

    def __init__(self, frame: Frame, parent: QWidget) -> None:
        text = _("A template is made from a plan, with “Save as template”. Here it gets another name, or is offered no more.")
        super().__init__(parent, _("Own templates"), text)
        self._frame = frame
        self._list = column(space=Space.S)
        area = scroll(holder(column(self._list, STRETCH)), _("Own templates"))
        area.setMinimumSize(*SIZE)
        self.body.addWidget(area, 1)
        self.add_buttons(_("Close"))
        self.shown: tuple[TemplateView, ...] = ()
        self.read()

    def read(self, _made: object = None) -> None:
        """Look at the list again."""
        self._frame.runner.do(plan_templates.plan_templates, language(), retired=True, then=self._show, owner=self)

    def _show(self, found: Sequence[TemplateView]) -> None:
        self.shown = tuple(template for template in found if template.is_own)
        empty_layout(self._list)
        for number, template in enumerate(self.shown):
            if number:
                self._list.addWidget(line())
            self._list.addWidget(self._line(template))
        if not self.shown:
            self._list.addWidget(muted(_("There are none yet.")))

    def _line(self, template: TemplateView) -> QWidget:
        rename = IconButton("pencil", _("Rename “{name}”").format(name=template.name), partial(self._rename, template))
        if template.is_active:
            step = Button(_("Retire"), partial(self._do, plan_templates.retire_template, template.code), kind="quiet", icon="ban")
            step.setAccessibleName(_("Retire “{name}”").format(name=template.name))
        else:
            step = Button(_("Offer again"), partial(self._do, plan_templates.offer_template, template.code), kind="quiet", icon="undo-2")
            step.setAccessibleName(_("Offer “{name}” again").format(name=template.name))
        badge = StateBadge(_("Offered"), Hue.OK, "circle-check") if template.is_active else StateBadge(_("Retired"), Hue.NEUTRAL, "ban")
        phases = ngettext("{n} phase", "{n} phases", len(template.phases)).format(n=len(template.phases))
        told = _("Version {n} · {phases}").format(n=template.number, phases=phases)
        words = column(Label(template.name, look="strong", wrap=True), Label(told, look="small", role="muted"), space=Space.XS)
        if template.about:
            words.addWidget(muted(template.about))
        made = row(holder(words), badge, rename, step, space=Space.M)
        made.setStretch(0, 1)
        return holder(made)

    def _rename(self, template: TemplateView) -> None:
        values = {"name": template.name, "about": template.about}
        said = ask_values(self, _("Rename the template"), "", named_fields(), yes=_("Save"), values=values)
        if said is not None:
            self._frame.runner.do(
                plan_templates.rename_template, template.code, said["name"], said["about"], owner=self,
                then=self._renamed, failed=lambda error: errors.show(error, self),
            )  # fmt: skip

    def _renamed(self, made: TemplateView) -> None:
        self._frame.toast(waiting_words(made))
        self.read()

    def _do(self, case: Callable[..., Any], *args: str) -> None:
        self._frame.runner.do(case, *args, then=self.read, failed=lambda error: errors.show(error, self), owner=self)


def manage_templates(frame: Frame, parent: QWidget) -> None:
    """Show the list until it is closed."""
    dialog = TemplatesDialog(frame, parent.window())
    dialog.exec()
    dialog.deleteLater()
