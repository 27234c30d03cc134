"""Users: who there is, new ones, their roles and numbers, blocking, new sign-in codes, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.i18n import _
from nmx_desk.services import keys, people
from nmx_desk.services.people import Person
from nmx_desk.ui import errors
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import Dialog, ask
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.settings.waiting import Waiting
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH


def state(person: Person) -> Badge:
    """Whether the account can be used."""
    if person.user.is_removed:
        return Badge(_("Access taken away"), Hue.NEUTRAL, "user-round")
    if person.waits:
        return Badge(_("Waits for approval"), Hue.WARN, "hourglass")
    if person.user.is_active:
        return Badge(_("Active"), Hue.OK, "circle-check")
    return Badge(_("Blocked"), Hue.DANGER, "ban")


def role_names(person: Person) -> str:
    """The roles in words."""
    return ", ".join(_(ROLE_NAMES[role]) for role in Role if role in person.roles)


class CodeDialog(Dialog):
    """Shows the one-time code of a user; it is nowhere else."""

    def __init__(self, parent: QWidget, name: str, code: str, *, new: bool = True) -> None:
        text = _("{name} signs in with this code once and then chooses a password. Write it down now: it is not shown again.")
        super().__init__(parent, _("The user has been added") if new else _("A new sign-in code"), text.format(name=name))
        self.code = Label(code, look="key", selectable=True)
        self.body.addWidget(self.code)
        self.buttons.addWidget(Button(_("Copy the code"), lambda: clipboard.copy(code), icon="copy"))
        self.add_buttons(_("I have written it down"))


class PersonPanel(SidePanel):
    """A new user, or the name, numbers and roles of one there is. ``saved`` says what to do with what was typed."""

    def __init__(self, saved: Callable[[dict[str, Any], tuple[Role, ...]], object]) -> None:
        super().__init__(_("New user"))
        self._saved = saved
        self.person: Person | None = None
        self.setMaximumWidth(PANEL_WIDTH)
        self.form = Form([
            Field(name="display_name", label=_("Name to show"), required=True, max_length=80),
            Field(name="username", label=_("User name"), required=True, max_length=40, help=_("To sign in with; short, no spaces.")),
            Field(name="title", label=_("Title or function"), max_length=80),
            Field(name="big", label=_("BIG number"), max_length=11, help=_("11 digits; needed for the title “arts”.")),
            Field(name="agb", label=_("AGB code"), max_length=8, help=_("8 digits.")),
            Field(name="rbcz", label=_("RBCZ number"), max_length=20),
        ])  # fmt: skip
        self.roles = Form([Field(name=str(role), label=_(ROLE_NAMES[role]), kind="check") for role in Role])
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.confirm = Button(_("Add the user"), self.save, kind="primary")
        for item in (self.form, section(_("Roles")), self.roles, self.problem):
            self.body.addWidget(item)
        self.foot.addStretch(1)
        self.foot.addWidget(self.confirm)
        self.hide()

    def show_person(self, person: Person | None) -> None:
        """Somebody, or nobody yet."""
        self.person = person
        self.form.clear()
        self.roles.clear()
        self.problem.hide()
        self.set_title(person.user.display_name if person else _("New user"), _("Other roles wait for the manager.") if person else "")
        self.confirm.setText(_("Save") if person else _("Add the user"))
        self.form.input("username").setEnabled(person is None)
        if person is not None:
            self.form.set_values({name: getattr(person.user, name) for name in self.form.values()})
            self.roles.set_values({str(role): role in person.roles for role in Role})
        self.show()
        self.form.focus_first()

    def save(self) -> None:
        """Hand over what was typed."""
        values = self.form.checked()
        roles = tuple(role for role in Role if self.roles.values()[str(role)])
        if values is None:
            return
        self.say("" if roles else _("Choose at least one role."))
        if roles:
            self._saved(values, roles)

    def refused(self, error: DeskError) -> None:
        """Beside the field it is about, or above the button."""
        if isinstance(error, UserError) and error.field == "roles":
            self.say(error.message)
        elif not (isinstance(error, UserError) and self.form.show_error(error)):
            errors.show(error, self)

    def say(self, text: str) -> None:
        """A problem with the roles."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    @property
    def dirty(self) -> bool:
        """Whether something typed would be lost."""
        return self.isVisible() and (self.form.dirty or self.roles.dirty)


class UsersPart(QWidget):
    """A list, what waits for a second person, and a panel for one user."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.table: Table[Person] = Table(
            [
                Column(key="name", title=_("Name"), text=lambda p: p.user.display_name, detail=lambda p: p.user.title, strong=True),
                Column(key="username", title=_("User name"), text=lambda p: p.user.username, width=124),
                Column(key="roles", title=_("Roles"), text=role_names, width=160),
                Column(key="state", title=_("State"), text=lambda p: state(p).text, badge=state, width=175),
            ],
            name="users", label=_("Users"), settings=frame.user_settings, key=lambda p: p.user.id,
        )  # fmt: skip
        self.add_button = Button(_("New user"), self.open_panel, kind="primary", icon="user-plus")
        self.edit_button = Button(_("Change …"), self.edit, icon="pencil")
        self.block_button = Button(_("Block"), self.block, icon="ban")
        self.code_button = Button(_("New sign-in code"), self.new_code, icon="key-round")
        self.remove_button = Button(_("Take access away"), self.remove, icon="trash-2")
        self.panel = PersonPanel(self._save)
        self.waiting = Waiting(frame, ("user", "roles"), self.load)
        buttons = row(None, self.remove_button, self.code_button, self.edit_button, self.block_button, self.add_button)
        left = column(buttons, self.waiting, self.table)
        left.setStretchFactor(self.table, 1)
        whole = row(self.panel)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self._offered = {
            self.add_button: "users.propose", self.edit_button: "users.propose", self.block_button: "users.block",
            self.code_button: "keys.manage", self.remove_button: "keys.manage",
        }  # fmt: skip
        self._offer()
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _person: self.edit())
        self.panel.closed.connect(self._panel_closed)
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-users", people.list_people, then=self._show, owner=self)
        self.waiting.load()

    def _offer(self) -> None:
        """What may be done, unless somebody is being added or changed: then there is no room, and nothing else to do."""
        for button, right in self._offered.items():
            button.setVisible(self.panel.isHidden() and self._frame.desk.may(right))

    def _panel_closed(self) -> None:
        self._offer()
        self.add_button.setFocus()

    def keep(self) -> bool:
        """Whether nobody is being added or changed."""
        return not self.panel.dirty

    def open_panel(self) -> None:
        """A new user."""
        self.panel.show_person(None)
        self._offer()

    def edit(self) -> None:
        """Name, numbers and roles of the chosen user."""
        person = self.table.current()
        if person is not None and self._frame.desk.may("users.propose") and not person.user.is_removed:
            self.panel.show_person(person)
            self._offer()

    def _show(self, found: list[Person]) -> None:
        self.table.set_rows(found)
        self._chosen(self.table.current())

    def _do(self, case: Any, *args: Any, then: Callable[[Any], object], **values: Any) -> None:
        self._frame.runner.do(case, *args, then=then, failed=self.panel.refused, owner=self.panel, **values)

    def _save(self, values: dict[str, Any], roles: tuple[Role, ...]) -> None:
        person, name = self.panel.person, values["display_name"]
        if person is None:
            numbers = {key: values[key] for key in ("title", "big", "agb", "rbcz")}
            self._do(people.add_user, values["username"], name, roles, then=lambda code: self._added(name, code), **numbers)
        elif {**values} != {key: getattr(person.user, key) for key in values}:
            self._do(people.change_person, replace(person.user, **values), then=lambda _user: self._roles(person, roles))
        else:
            self._roles(person, roles)

    def _roles(self, person: Person, roles: tuple[Role, ...]) -> None:
        """Other roles are proposed; the manager approves them."""
        if set(roles) == person.roles:
            self._done(_("Saved."))
        else:
            text = _("The other roles wait for the approval of the practice manager.")
            self._do(people.propose_roles, person.user.id, roles, then=lambda _proposal: self._done(text))

    def _done(self, text: str) -> None:
        self.panel.form.clear()
        self.panel.roles.clear()
        self.panel.close_panel()
        self.load()
        if text:
            self._frame.toast(text)

    def _added(self, name: str, code: str) -> None:
        self._done("")
        self._show_code(CodeDialog(self, name, code))

    def _show_code(self, dialog: CodeDialog) -> None:
        dialog.exec()
        dialog.deleteLater()

    def block(self) -> None:
        """Block the chosen user after asking, or let them in again."""
        person = self.table.current()
        if person is None:
            return
        name = person.user.display_name
        if not person.user.is_active:
            text = _("{name} can sign in again.")
            self._frame.runner.do(people.unblock_user, person.user.id, then=lambda _none: self._done(text.format(name=name)), owner=self)
            return
        text = _("{name} is signed out at once and can no longer sign in. What {name} did stays in the log.")
        if ask(self, _("Block {name}?").format(name=name), text.format(name=name), yes=_("Block"), danger=True):
            said = _("{name} has been blocked.").format(name=name)
            self._frame.runner.do(people.block_user, person.user.id, then=lambda _none: self._done(said), owner=self)

    def new_code(self) -> None:
        """For somebody who forgot the password."""
        person = self.table.current()
        if person is None:
            return
        name = person.user.display_name
        text = _("The password of {name} stops working at once. {name} signs in with a new code and chooses another.")
        if ask(self, _("A new sign-in code for {name}?").format(name=name), text.format(name=name), yes=_("Make a code")):
            self._frame.runner.do(
                keys.reset_user, person.user.id, then=lambda code: self._show_code(CodeDialog(self, name, code, new=False)), owner=self
            )

    def remove(self) -> None:
        """Take access away for good; the file gets a new key."""
        person = self.table.current()
        if person is None:
            return
        name = person.user.display_name
        text = _("{name} can never sign in again; the clinic's file gets a new key at the next sign-in. What {name} did stays in the log.")
        title = _("Take the access of {name} away?").format(name=name)
        if ask(self, title, text.format(name=name), yes=_("Take it away"), danger=True):
            self._frame.runner.do(keys.remove_user, person.user.id, then=lambda kept: self._removed(name, kept=kept), owner=self)

    def _removed(self, name: str, *, kept: bool) -> None:
        lost = "" if kept else " " + _("The recovery key was theirs and is gone as well: make a new one.")
        self._done(_("The access of {name} has been taken away.").format(name=name) + lost)

    def _chosen(self, person: Person | None) -> None:
        other = person is not None and person.user.id != self._frame.desk.user.id and not person.user.is_removed
        waits = person is not None and person.waits
        self.block_button.setText(_("Block") if person is None or person.user.is_active else _("Unblock"))
        self.block_button.setEnabled(other and not waits)
        self.code_button.setEnabled(bool(other and person and person.user.is_active))
        self.remove_button.setEnabled(other and not waits)
        self.edit_button.setEnabled(person is not None and not person.user.is_removed)
