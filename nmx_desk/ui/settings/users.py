"""Users: who there is, a new one, blocking one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.i18n import _
from nmx_desk.services import people
from nmx_desk.services.people import Person
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.dialogs import Dialog, ask
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import SidePanel, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import PANEL_WIDTH


def state(person: Person) -> Badge:
    """Whether the account can be used."""
    if person.user.is_active:
        return Badge(_("Active"), Hue.OK, "circle-check")
    return Badge(_("Blocked"), Hue.DANGER, "ban")


def role_names(person: Person) -> str:
    """The roles in words."""
    return ", ".join(_(ROLE_NAMES[role]) for role in Role if role in person.roles)


class CodeDialog(Dialog):
    """Shows the one-time code of a new user; it is nowhere else."""

    def __init__(self, parent: QWidget, name: str, code: str) -> None:
        text = _("{name} signs in with this code once and then chooses a password. Write it down now: it is not shown again.")
        super().__init__(parent, _("The user has been added"), text.format(name=name))
        self.code = Label(code, look="key", selectable=True)
        self.body.addWidget(self.code)
        self.buttons.addWidget(Button(_("Copy the code"), lambda: clipboard.copy(code), icon="copy"))
        self.add_buttons(_("I have written it down"))


class UsersPart(QWidget):
    """A list, and a panel for a new user."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self.table: Table[Person] = Table(
            [
                Column(key="name", title=_("Name"), text=lambda p: p.user.display_name, detail=lambda p: p.user.title, strong=True),
                Column(key="username", title=_("User name"), text=lambda p: p.user.username, width=170),
                Column(key="roles", title=_("Roles"), text=role_names, width=280),
                Column(key="state", title=_("State"), text=lambda p: state(p).text, badge=state, width=130),
            ],
            name="users", label=_("Users"), settings=frame.user_settings, key=lambda p: p.user.id,
        )  # fmt: skip
        self.add_button = Button(_("New user"), self.open_panel, kind="primary", icon="user-plus")
        self.block_button = Button(_("Block"), self.block, icon="ban")
        self.panel = SidePanel(_("New user"))
        self.panel.setMaximumWidth(PANEL_WIDTH)
        self.form = Form([
            Field(name="display_name", label=_("Name to show"), required=True, max_length=80),
            Field(name="username", label=_("User name"), required=True, max_length=40, help=_("To sign in with; short, no spaces.")),
            Field(name="title", label=_("Title or function"), max_length=80),
        ])  # fmt: skip
        self.roles = Form([Field(name=str(role), label=_(ROLE_NAMES[role]), kind="check") for role in Role])
        self.problem = Label("", look="small", role="danger", wrap=True)
        self.problem.hide()
        self.confirm = Button(_("Add the user"), self.add, kind="primary")
        for item in (self.form, section(_("Roles")), self.roles, self.problem):
            self.panel.body.addWidget(item)
        self.panel.foot.addStretch(1)
        self.panel.foot.addWidget(self.confirm)
        self.panel.hide()
        left = column(row(None, self.block_button, self.add_button), self.table)
        left.setStretchFactor(self.table, 1)
        whole = row(self.panel)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self.add_button.setVisible(frame.desk.may("users.propose"))
        self.block_button.setVisible(frame.desk.may("users.block"))
        self.table.chosen.connect(self._chosen)
        self.panel.closed.connect(self._closed)
        self._chosen(None)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-users", people.list_people, then=self.table.set_rows, owner=self)

    def keep(self) -> bool:
        """Whether nobody is being added."""
        return not (self.panel.isVisible() and (self.form.dirty or self.roles.dirty))

    def open_panel(self) -> None:
        """A new user."""
        self.form.clear()
        self.roles.clear()
        self.problem.hide()
        self.panel.show()
        self.form.focus_first()

    def add(self) -> None:
        """Add the user that was typed."""
        values = self.form.checked()
        roles = tuple(role for role in Role if self.roles.values()[str(role)])
        if values is None:
            return
        self.problem.setText("" if roles else _("Choose at least one role."))
        self.problem.setVisible(not roles)
        if roles:
            name = values["display_name"]
            self._frame.runner.do(
                people.add_user, values["username"], name, roles, title=values["title"], then=lambda code: self._added(name, code),
                owner=self.form,
            )  # fmt: skip

    def _added(self, name: str, code: str) -> None:
        self.form.clear()
        self.roles.clear()
        self.panel.close_panel()
        self.load()
        dialog = CodeDialog(self, name, code)
        dialog.exec()
        dialog.deleteLater()

    def block(self) -> None:
        """Block the chosen user, after asking."""
        person = self.table.current()
        if person is None:
            return
        text = _("{name} is signed out at once and can no longer sign in. What {name} did stays in the log.")
        name = person.user.display_name
        if ask(self, _("Block {name}?").format(name=name), text.format(name=name), yes=_("Block"), danger=True):
            self._frame.runner.do(people.block_user, person.user.id, then=lambda _none: self._blocked(name), owner=self)

    def _blocked(self, name: str) -> None:
        self.load()
        self._frame.toast(_("{name} has been blocked.").format(name=name))

    def _chosen(self, person: Person | None) -> None:
        self.block_button.setEnabled(person is not None and person.user.is_active and person.user.id != self._frame.desk.user.id)

    def _closed(self) -> None:
        self.form.clear()
        self.roles.clear()
        self.add_button.setFocus()
