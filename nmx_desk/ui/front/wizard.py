"""The first start: language, clinic, first user, recovery key; or a demo clinic to look around in."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QStackedWidget, QWidget

from nmx_desk.domain.errors import Cancelled, DeskError, UserError
from nmx_desk.i18n import _, language
from nmx_desk.ui.front.background import Background
from nmx_desk.ui.kit import clipboard
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.door import ClinicSetup, FrontDoor, Progress
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import TextInput
from nmx_desk.ui.kit.labels import Label, heading, muted, section
from nmx_desk.ui.kit.layout import STRETCH, Card, Item, Segments, column, row
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.theme.tokens import Space


class Step(QWidget):
    """One page of the wizard: title, explanation, content, buttons."""

    def __init__(self, title: str, text: str, *items: Item, buttons: Item, below: QWidget | None = None) -> None:
        super().__init__()
        self.problem = Label("", role="danger", wrap=True)
        self.problem.hide()
        head = column(heading(title), muted(text), space=Space.XS)
        last: tuple[Item, ...] = (below, STRETCH) if below else (STRETCH,)
        self.setLayout(column(head, *items, self.problem, buttons, *last, space=Space.XL))

    def say(self, text: str) -> None:
        """Show a problem that belongs to no field."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))


class Wizard(QStackedWidget):
    """``done`` carries the user name that was made, ``demo_made`` nothing, ``language_chosen`` a language."""

    done = Signal(str)
    demo_made = Signal()
    language_chosen = Signal(str)

    def __init__(self, door: FrontDoor, background: Background) -> None:
        super().__init__()
        self._door, self._background = door, background
        self._progress: Progress | None = None
        self._key = ""
        self.welcome = self._make_welcome()
        self.person = self._make_person()
        self.currentChanged.connect(self._fit)
        for step in (self.welcome, self.person):
            self.addWidget(step)
        self._fit()

    def start(self) -> None:
        """Put the cursor where one begins."""
        self.clinic.focus_first()

    def _fit(self) -> None:
        """Be as high as the step in sight, not as the highest."""
        for step in self.findChildren(Step):
            seen = QSizePolicy.Policy.Preferred if step is self.currentWidget() else QSizePolicy.Policy.Ignored
            step.setSizePolicy(QSizePolicy.Policy.Preferred, seen)
        self.updateGeometry()

    # Language and clinic --------------------------------------------------------------------------------------------------------

    def _make_welcome(self) -> Step:
        self.languages = Segments("Taal / Language", [("nl", "Nederlands"), ("en", "English")])
        self.languages.set_value(language())
        self.languages.picked.connect(self.language_chosen.emit)
        self.clinic = Form([Field(name="clinic_name", label=_("Name of the clinic"), required=True, max_length=120)])
        self.clinic.submitted.connect(self.to_person)
        self._strip = ProgressStrip(self._stop)
        self._strip.hide()
        self.demo_button = Button(_("Look around in a demo clinic"), self.make_demo, icon="sparkles")
        text = _("A clinic full of invented people, to try everything. Every page and every print says that it is a demo.")
        demo = Card(_("Only looking?"), muted(text), row(self.demo_button, STRETCH), self._strip)
        return Step(
            _("Welcome to NMX Desk"),
            _("Everything stays on this computer, in an encrypted file. Nothing is sent anywhere."),
            row(self.languages, STRETCH), self.clinic,
            buttons=row(Button(_("Continue"), self.to_person, kind="primary"), STRETCH), below=demo,
        )  # fmt: skip

    def to_person(self) -> None:
        """On to the first user."""
        if self.clinic.checked():
            self.setCurrentWidget(self.person)
            self.user.focus_first()

    def make_demo(self) -> None:
        """Make the demo clinic, with progress."""
        self._progress = Progress(self._shown)
        self._strip.set_title(_("Making the demo clinic"))
        self._strip.report(0, 0)
        self._strip.show()
        self.demo_button.setEnabled(False)
        work = partial(self._door.create_demo, self._door.folder, self._progress)
        self._background.run(work, lambda _nothing: self.demo_made.emit(), self._demo_failed)

    def _shown(self, done: int, total: int, text: str) -> None:
        self._background.call(partial(self._strip.report, done, total, text))

    def _stop(self) -> None:
        if self._progress:
            self._progress.cancel()

    def _demo_failed(self, error: DeskError) -> None:
        self._strip.hide()
        self.demo_button.setEnabled(True)
        self.welcome.say("" if isinstance(error, Cancelled) else error.message)

    # First user -----------------------------------------------------------------------------------------------------------------

    def _make_person(self) -> Step:
        rules = _("At least 12 characters; four words that have nothing to do with each other are good. No signs or capitals needed.")
        self.user = Form(
            [
                Field(name="display_name", label=_("Your name"), required=True, max_length=80, help=_("As colleagues see it.")),
                Field(name="username", label=_("User name"), required=True, max_length=40, help=_("Short; you sign in with it.")),
                Field(name="password", label=_("Password"), kind="password", required=True, span=0, help=rules),
                Field(name="again", label=_("Password once more"), kind="password", required=True, span=0),
            ],
            columns=2,
        )
        self.strength = Label("", look="small", role="muted", wrap=True)
        self.strength.hide()
        self.user.edited.connect(self._judge)
        self.user.submitted.connect(self.make_clinic)
        self.create_button = Button(_("Make the clinic"), self.make_clinic, kind="primary")
        buttons = row(self.create_button, Button(_("Back"), partial(self.setCurrentWidget, self.welcome), kind="quiet"), STRETCH)
        text = _("The first user may do everything. You add colleagues, each with their own role, in the settings.")
        return Step(_("Who are you?"), text, column(self.user, self.strength, space=Space.S), buttons=buttons)

    def _judge(self) -> None:
        """Say at once whether the password will do."""
        values = self.user.values()
        if not values["password"]:
            self.strength.hide()
            return
        problems = self._problems()
        good = not problems
        self.strength.setText(_("This password will do.") if good else " ".join(problems))
        self.strength.set_role("ok" if good else "warn")
        self.strength.show()

    def _problems(self) -> list[str]:
        values = self.user.values()
        return self._door.password_problems(values["password"], values["username"], self.clinic.values()["clinic_name"])

    def make_clinic(self) -> None:
        """Make the clinic, off the main thread."""
        values = self.user.checked()
        if values is None or self._background.busy:
            return
        if problems := self._problems():
            self.strength.hide()  # the field itself says it now
            self.user.show_error(UserError("password", problems[0]))
            return
        if values["password"] != values["again"]:
            self.user.show_error(UserError("again", _("The two passwords are not the same. Type it once more.")))
            return
        del values["again"]
        setup = ClinicSetup(language=language(), clinic_name=self.clinic.values()["clinic_name"], **values)
        self.create_button.setEnabled(False)
        self._background.run(partial(self._door.create, setup), partial(self._made, values["username"]), self._create_failed)

    def _create_failed(self, error: DeskError) -> None:
        self.create_button.setEnabled(True)
        if isinstance(error, UserError) and error.field == "clinic_name":
            self.setCurrentWidget(self.welcome)
            self.clinic.show_error(error)
        elif not (isinstance(error, UserError) and self.user.show_error(error)):
            self.person.say(error.message)

    # Recovery key ---------------------------------------------------------------------------------------------------------------

    def _made(self, username: str, key: str) -> None:
        self.user.clear()
        self.strength.hide()
        self.recovery = RecoveryStep(key, self.clinic.values()["clinic_name"], partial(self.done.emit, username))
        self.addWidget(self.recovery)
        self.setCurrentWidget(self.recovery)


class RecoveryStep(Step):
    """The recovery key: shown once, kept on paper, confirmed by typing two of its groups."""

    def __init__(self, key: str, clinic: str, done: partial[None]) -> None:
        self._key, self._clinic, self._done = key, clinic, done
        self._groups = key.split("-")
        self._asked = sorted(secrets.SystemRandom().sample(range(len(self._groups)), min(2, len(self._groups))))
        shown = Label(key, look="key", selectable=True, wrap=True)
        shown.setAccessibleName(_("Recovery key: {key}").format(key=" ".join(key)))
        ways = row(
            Button(_("Print"), self.print_key, icon="printer"),
            Button(_("Save as a text file"), self.save_key, icon="save"),
            Button(_("Copy"), lambda: clipboard.copy(self._key), icon="copy"),
            STRETCH,
        )
        self.fields = [TextInput(max_length=12, name=_("Group {n}").format(n=number + 1)) for number in self._asked]
        check = row(
            *(column(Label(field.accessibleName(), look="small", role="muted"), field, space=Space.XS) for field in self.fields), STRETCH
        )
        confirm = column(section(_("Type two groups of it, so that we know you have it.")), check, space=Space.S)
        self.button = Button(_("I have kept it"), self.confirm, kind="primary")
        super().__init__(
            _("Keep the recovery key"),
            _("This key opens the clinic when a password is lost. Without it and without passwords nobody can. Keep it on paper."),
            Card("", shown, ways), confirm, buttons=row(self.button, STRETCH),
        )  # fmt: skip
        for field in self.fields:
            field.returnPressed.connect(self.confirm)
        self.fields[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def confirm(self) -> None:
        """Done when both groups are right."""
        for number, field in zip(self._asked, self.fields, strict=True):
            if field.value().upper() != self._groups[number].upper():
                self.say(_("Group {n} is not right. Look at the key and type it again.").format(n=number + 1))
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._done()

    def text(self) -> str:
        """What is printed or saved."""
        title = _("Recovery key of {clinic} (NMX Desk)").format(clinic=self._clinic)
        return f"{title}\n\n{self._key}\n\n" + _("Keep this on paper, apart from the computer.") + "\n"

    def save_key(self, path: Path | None = None) -> None:
        """Save as a text file that only its owner may read."""
        if path is None:
            chosen, _kind = QFileDialog.getSaveFileName(self, _("Save the recovery key"), "nmx-desk-recovery.txt")
            if not chosen:
                return
            path = Path(chosen)
        try:
            path.touch(mode=0o600)
            path.write_text(self.text(), encoding="utf-8")
        except OSError:
            self.say(_("The file could not be written there. Choose another folder, or print the key."))

    def print_key(self) -> None:
        """Print it."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        if QPrintDialog(printer, self).exec():
            document = QTextDocument()
            document.setPlainText(self.text())
            document.print_(printer)
