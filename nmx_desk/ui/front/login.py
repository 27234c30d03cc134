"""Signing in, and the lock: the same page, with the user who locked already chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QVBoxLayout, QWidget

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.front.background import Background
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import Desk, FrontDoor
from nmx_desk.ui.kit.inputs import PasswordInput, TextInput
from nmx_desk.ui.kit.labels import Label, heading, muted
from nmx_desk.ui.kit.layout import STRETCH, bring_into_sight, column, holder, row
from nmx_desk.ui.kit.messages import announce
from nmx_desk.ui.theme import set_icon
from nmx_desk.ui.theme.tokens import Space

MOST_TILES = 8


class UserTiles(QWidget):
    """Who signs in: a tile per user, or a field when there are many."""

    changed = Signal()

    def __init__(self, users: Sequence[tuple[str, str]], chosen: str) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._names = [name for name, _shown in users]
        self.field = TextInput(max_length=60, name=_("User name"))
        self.field.setParent(self)
        self.field.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        if 0 < len(users) <= MOST_TILES:
            box.addLayout(self._tiles(users, chosen))
        else:
            box.addWidget(Label(_("User name"), look="small", role="muted"))
            box.addWidget(self.field)
            self.field.show()
            self.field.set_value(chosen)
            self.field.edited.connect(self.changed)

    def _tiles(self, users: Sequence[tuple[str, str]], chosen: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(Space.S)
        for number, (name, shown) in enumerate(users):
            tile = QPushButton(shown.replace("&", "&&"))
            tile.setProperty("look", "tile")
            tile.setCheckable(True)
            tile.setAutoDefault(False)
            tile.setAccessibleName(shown)
            tile.setCursor(Qt.CursorShape.PointingHandCursor)
            set_icon(tile, "circle-user-round", "accent", 22, gap=Space.XS)
            tile.setChecked(name == chosen or (not chosen and number == 0))
            self._group.addButton(tile, number)
            grid.addWidget(tile, number // 2, number % 2)
        self._group.idClicked.connect(lambda _number: self.changed.emit())
        return grid

    def value(self) -> str:
        """The chosen user name."""
        number = self._group.checkedId()
        return self._names[number] if number >= 0 else str(self.field.value())


class Login(QWidget):
    """``signed_in`` carries the desk, ``recover_asked`` the user name; ``files_broken``: the clinic's files do not open for anybody."""

    signed_in = Signal(object)
    recover_asked = Signal(str)
    files_broken = Signal()

    def __init__(self, door: FrontDoor, background: Background, *, chosen: str = "", locked: bool = False) -> None:
        super().__init__()
        self._door, self._background = door, background
        self._left = 0
        self.users = UserTiles(door.usernames(), chosen)
        self.password = PasswordInput(name=_("Password"))
        self.new_password = PasswordInput(name=_("New password"))
        self.code = TextInput(max_length=12, name=_("Code of the authenticator app"))
        self.caps = Label(_("Caps Lock seems to be on."), look="small", role="warn")
        self.problem = Label("", role="danger", wrap=True)
        words, icon = (_("Unlock"), "lock-open") if locked else (_("Sign in"), "log-in")
        self.button = Button(words, self.sign_in, kind="primary", icon=icon)
        self._build(locked)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._count_down)
        self.users.changed.connect(self._user_chosen)
        self.password.caps.connect(self.caps.setVisible)
        self.password.returnPressed.connect(self.sign_in)
        self.new_password.returnPressed.connect(self.sign_in)
        self.code.returnPressed.connect(self.sign_in)
        self._user_chosen()

    def _build(self, locked: bool) -> None:
        self.caps.hide()
        self.problem.hide()
        text = _("Everything is closed and hidden. Your drafts are kept.") if locked else _("Choose who you are and type your password.")
        self._new = holder(
            column(
                muted(_("You sign in with a one-time code for the first time. Choose a password of at least 12 characters.")),
                Label(_("New password"), look="small", role="muted"),
                self.new_password,
                space=Space.XS,
            )
        )
        asked = Label(_("Code of the authenticator app"), look="small", role="muted")
        self._step = holder(column(asked, self.code, space=Space.XS))
        self._label = Label(_("Password"), look="small", role="muted")
        recover = Button(_("Password forgotten? Use the recovery key"), self._recover, kind="quiet")
        entry = column(self._label, self.password, self.caps, self._new, self._step, self.problem, space=Space.XS)
        head = column(heading(_("Locked") if locked else _("Sign in")), muted(text), space=Space.XS)
        self.setLayout(column(head, self.users, entry, row(self.button, STRETCH, recover), space=Space.XL))
        known = self._door.demo_password
        if known:
            entry.insertWidget(0, muted(_("Demo clinic: the password of everybody is {password}").format(password=known)))

    def start(self) -> None:
        """Put the cursor in the password."""
        (self.password if self.users.value() else self.users.field).setFocus(Qt.FocusReason.OtherFocusReason)

    def sign_in(self) -> None:
        """Try it, off the main thread."""
        name, password, new, code = self.users.value(), self.password.value(), self.new_password.value(), self.code.value()
        if self._background.busy or self._left > 0:
            return
        if not name or not password:
            self._say(_("Choose who you are and type your password."))
            return
        self._busy(on=True)
        sign_in = partial(self._door.sign_in, name, password, new_password=new, one_time_code=code)
        self._background.run(sign_in, self._welcome, self._refused)

    def _welcome(self, desk: Desk) -> None:
        self.password.clear()
        self.new_password.clear()
        self.code.clear()
        self._busy(on=False)
        self.signed_in.emit(desk)

    def _refused(self, error: DeskError) -> None:
        self._busy(on=False)
        self._left = int(getattr(error, "seconds", 0))
        self._say(error.message)
        if self._door.trouble():
            self.files_broken.emit()
            return
        field: TextInput = self.password
        if isinstance(error, UserError) and error.field == "one_time_code":
            self._step.show()
            field = self.code
        elif isinstance(error, UserError) and self._new.isVisible():
            field = self.new_password
        field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._left:
            self.button.setEnabled(False)
            self._timer.start()

    def _count_down(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self._timer.stop()
            self.button.setEnabled(True)
            self.problem.hide()
            return
        self.problem.setText(ngettext("Wait {n} second and try again.", "Wait {n} seconds and try again.", self._left).format(n=self._left))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.show()
        bring_into_sight(self.button)
        announce(self, text)

    def _busy(self, *, on: bool) -> None:
        self.button.setEnabled(not on)
        self.password.setReadOnly(on)
        self.problem.setVisible(False)

    def _user_chosen(self) -> None:
        name = self.users.value()
        first = bool(name) and self._door.needs_password(name)
        self._new.setVisible(first)
        self._step.hide()
        self.code.clear()
        asked = _("One-time code") if first else _("Password")
        self._label.setText(asked)
        self.password.setAccessibleName(asked)
        self.problem.hide()
        bring_into_sight(self.button)
        if name and self.users.field.isHidden():
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _recover(self) -> None:
        self.recover_asked.emit(self.users.value())


class Recover(QWidget):
    """The recovery key and a new password."""

    signed_in = Signal(object)
    back = Signal()

    def __init__(self, door: FrontDoor, background: Background) -> None:
        super().__init__()
        self._door, self._background = door, background
        self.code = TextInput(max_length=80, name=_("Recovery key"))
        self.password = PasswordInput(name=_("New password"))
        self.problem = Label("", role="danger", wrap=True)
        self.problem.hide()
        self.button = Button(_("Set the password and sign in"), self.recover, kind="primary")
        text = _(
            "Type the recovery key that was printed, and choose a password of at least 12 characters. Its use is written in the log."
        )
        entry = column(
            *(Label(_("Recovery key"), look="small", role="muted"), self.code),
            *(Label(_("New password"), look="small", role="muted"), self.password, self.problem),
            space=Space.XS,
        )
        buttons = row(self.button, Button(_("Back"), self.back.emit, kind="quiet"), STRETCH)
        self.setLayout(column(column(heading(_("Recovery")), muted(text), space=Space.XS), entry, buttons, space=Space.XL))
        self.password.returnPressed.connect(self.recover)

    def start(self) -> None:
        """Put the cursor in the key."""
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def recover(self) -> None:
        """Try it, off the main thread."""
        self.button.setEnabled(False)
        work = partial(self._door.recover, self.code.value(), self.password.value())
        self._background.run(work, self._welcome, self._refused)

    def _welcome(self, desk: Desk) -> None:
        self.code.clear()
        self.password.clear()
        self.signed_in.emit(desk)

    def _refused(self, error: DeskError) -> None:
        self.button.setEnabled(True)
        self.problem.setText(error.message)
        self.problem.show()
        announce(self, error.message)
