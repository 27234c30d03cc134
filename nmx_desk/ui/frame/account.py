"""One's own account, from the user menu: the password, and signing in with two steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import User
from nmx_desk.i18n import _
from nmx_desk.services import account
from nmx_desk.services.account import TwoStepSetup
from nmx_desk.ui import errors
from nmx_desk.ui.kit.dialogs import Dialog
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.runner import Runner

SQUARE = 5  # pixels of one square of the picture


class Picture(QWidget):
    """Dark and light squares that a telephone reads; beside it the same as text."""

    def __init__(self, squares: Sequence[Sequence[bool]]) -> None:
        super().__init__()
        self._squares = squares
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(_("Picture for the authenticator app; the same stands beside it as text"))

    def sizeHint(self) -> QSize:
        """As many squares as there are."""
        return QSize(len(self._squares[0]) * SQUARE, len(self._squares) * SQUARE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Black on white in every theme: telephones expect that."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        for y, line in enumerate(self._squares):
            for x, dark in enumerate(line):
                if dark:
                    painter.fillRect(QRectF(x * SQUARE, y * SQUARE, SQUARE, SQUARE), QColor(Qt.GlobalColor.black))


class _FormDialog(Dialog):
    """A dialog with a form that stays open while the desk refuses what was typed."""

    def __init__(self, host: QWidget, title: str, text: str, fields: Sequence[Field], yes: str) -> None:
        super().__init__(host, title, text)
        self.form = Form(fields)
        self.body.addWidget(self.form)
        self.button = self.add_buttons(yes, _("Cancel"))
        self.button.clicked.disconnect()
        self.button.clicked.connect(self.send)
        self.form.submitted.connect(self.send)
        self.form.focus_first()

    def send(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def refused(self, error: DeskError) -> None:
        """Beside the field it is about, or as any error."""
        self.button.setEnabled(True)
        if not (isinstance(error, UserError) and self.form.show_error(error)):
            errors.show(error, self)


class PasswordDialog(_FormDialog):
    """The old password, the new one twice; the new one judged while it is typed."""

    def __init__(self, host: QWidget, runner: Runner, done: Callable[[], object]) -> None:
        super().__init__(
            host, _("Change my password"), _("At least 12 characters; four words that have nothing to do with each other are good."),
            [
                Field(name="old", label=_("Present password"), kind="password", required=True),
                Field(name="password", label=_("New password"), kind="password", required=True),
                Field(name="again", label=_("New password once more"), kind="password", required=True),
            ],
            _("Change the password"),
        )  # fmt: skip
        self._runner, self._done = runner, done
        self.verdict = Label("", look="small", role="muted", wrap=True)
        self.verdict.hide()
        self.body.addWidget(self.verdict)
        self.form.edited.connect(self._judge)

    def _judge(self) -> None:
        new = self.form.values()["password"]
        problem = account.password_problem(self._runner.desk, new) if new else ""
        self.verdict.setText(problem or _("This password will do."))
        self.verdict.set_role("warn" if problem else "ok")
        self.verdict.setVisible(bool(new))

    def send(self) -> None:
        """Change it."""
        values = self.form.checked()
        if values is None:
            return
        if values["password"] != values["again"]:
            self.form.show_error(UserError("again", _("The two passwords are not the same. Type it once more.")))
            return
        self.button.setEnabled(False)
        self._runner.do(
            account.change_password, values["old"], values["password"], then=self._changed, failed=self.refused, owner=self
        )

    def _changed(self, _nothing: Any) -> None:
        self.form.clear()
        self.accept()
        self._done()


class TwoStepDialog(_FormDialog):
    """Turn two-step sign-in on, with a picture to scan, or off; both with a code."""

    def __init__(self, host: QWidget, runner: Runner, setup: TwoStepSetup | None, done: Callable[[User], object]) -> None:
        scan = _("1. Scan this picture with an authenticator app, or type the key. 2. Type the code that the app shows.")
        off = _("After your password the program asks a code of your authenticator app. To turn that off, type the code it shows now.")
        field = Field(name="one_time_code", label=_("Code of the authenticator app"), required=True, max_length=12)
        yes = _("Turn on") if setup else _("Turn off")
        super().__init__(host, _("Two-step sign-in"), scan if setup else off, [field], yes)
        self._runner, self._on, self._done = runner, setup is not None, done
        if setup is not None:
            self.body.insertWidget(0, Picture(setup.picture), 0, Qt.AlignmentFlag.AlignHCenter)
            self.body.insertWidget(1, muted(_("Key, when scanning does not work:")))
            self.body.insertWidget(2, Label(setup.secret, look="strong", selectable=True, wrap=True))

    def send(self) -> None:
        """Hand in the code."""
        values = self.form.checked()
        if values is not None:
            self.button.setEnabled(False)
            case = account.turn_on_two_step if self._on else account.turn_off_two_step
            self._runner.do(case, values["one_time_code"], then=self._changed, failed=self.refused, owner=self)

    def _changed(self, user: User) -> None:
        self.form.clear()
        self.accept()
        self._done(user)


def change_password(window: Any) -> None:
    """Ask for the old and the new password."""
    dialog = PasswordDialog(window, window.runner, lambda: window.toast(_("Your password has been changed.")))
    dialog.exec()
    dialog.deleteLater()


def two_step(window: Any) -> None:
    """Turn two-step sign-in on, or off when it is on."""

    def known(user: User) -> None:
        if user.two_step:
            show(None)
        else:
            window.runner.do(account.two_step_setup, then=show, owner=window)

    def show(setup: TwoStepSetup | None) -> None:
        changed: list[User] = []
        dialog = TwoStepDialog(window, window.runner, setup, changed.append)
        dialog.exec()
        dialog.deleteLater()
        if changed:  # the dialog is gone: the window may be built again
            said(changed[0])

    def said(user: User) -> None:
        on, off = _("From now on a code is asked after your password."), _("Your password alone signs you in again.")
        text = on if user.two_step else off
        window.runner.do(account.own_account, then=lambda _user: window.rebuild_asked.emit(text), owner=window)  # other rights now

    window.runner.do(account.own_account, then=known, owner=window)
