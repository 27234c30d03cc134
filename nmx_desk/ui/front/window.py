"""The window before the desk: first start, signing in, lock."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nmx_desk.i18n import _, use
from nmx_desk.ui.front.background import Background
from nmx_desk.ui.front.login import Login, Recover
from nmx_desk.ui.front.restore import Restore
from nmx_desk.ui.front.wizard import Wizard
from nmx_desk.ui.kit.door import FrontDoor
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Card, empty_layout, holder, scroll
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space

Part = Wizard | Login | Recover | Restore


class FrontWindow(QWidget):
    """``signed_in`` carries the desk; ``language_chosen`` a language, already in use; ``closed`` when the user closed it."""

    signed_in = Signal(object)
    language_chosen = Signal(str)
    closed = Signal()

    def __init__(self, door: FrontDoor, *, chosen: str = "", locked: bool = False) -> None:
        super().__init__()
        self._door, self._chosen, self._locked = door, chosen, locked
        self.background = Background(self)
        self.setProperty("look", "window")
        self.setWindowTitle("NMX Desk")
        self.setMinimumSize(720, 560)
        self.resize(1040, 760)
        self.banner = Banner()
        self._place = QVBoxLayout()
        inner = QHBoxLayout()
        inner.addStretch(1)
        inner.addLayout(self._place)
        inner.addStretch(1)
        middle = QVBoxLayout()
        middle.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        middle.addWidget(self.banner)
        middle.addStretch(1)
        middle.addLayout(inner)
        middle.addStretch(2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll(holder(middle), "NMX Desk"))
        self.part: Part = self._first()
        self._show(self.part)

    def say_problem(self, message: str, action_text: str, action: object, lasting: bool) -> None:
        """Errors that belong to no field."""
        del action_text, action, lasting
        self.banner.say(message, Hue.WARN)

    def _first(self) -> Part:
        if not self._door.clinic_exists():
            return self._wizard()
        return self._restore("", None) if self._door.trouble() else self._login(self._chosen)

    def show_restore(self, file: str, permit: object) -> None:
        """Where a backup is put back: this file, for this reason; without a reason because the clinic's files do not open."""
        self._show(self._restore(file, permit))

    def _restore(self, file: str, permit: object) -> Restore:
        made = Restore(self._door, self.background, file=file, permit=permit, chosen=self._chosen)
        made.restored.connect(self._restored)
        made.back.connect(lambda: self._show(self._first()))
        return made

    def _restored(self, username: str, message: str, unsure: str) -> None:
        self._show(self._login(username))
        self.banner.say(f"{message} {unsure}".strip(), Hue.WARN if unsure else Hue.OK)

    def _wizard(self) -> Wizard:
        made = Wizard(self._door, self.background)
        made.language_chosen.connect(self._use_language)
        made.done.connect(self._clinic_made)
        made.demo_made.connect(lambda: self._show(self._login("")))
        return made

    def _login(self, chosen: str) -> Login:
        made = Login(self._door, self.background, chosen=chosen, locked=self._locked)
        made.signed_in.connect(self.signed_in)
        made.recover_asked.connect(self._to_recovery)
        made.files_broken.connect(lambda: self.show_restore("", None))
        return made

    def _clinic_made(self, username: str) -> None:
        self._show(self._login(username))
        self.banner.say(_("The clinic has been made. Sign in to begin."), Hue.OK)

    def _to_recovery(self, username: str) -> None:
        made = Recover(self._door, self.background)
        made.signed_in.connect(self.signed_in)
        made.back.connect(lambda: self._show(self._login(username)))
        self._show(made)

    def _use_language(self, language: str) -> None:
        use(language)
        self.language_chosen.emit(language)
        self._show(self._first())

    def _show(self, part: Part) -> None:
        self.banner.hide()
        empty_layout(self._place)
        self.part = part
        brand = Label("NMX Desk", look="strong", role="accent")
        brand.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        card = Card("", part)
        card.setFixedWidth(round(FORM_WIDTH * theme().text_scale))
        inside = card.layout()
        if inside:
            inside.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self._place.setSpacing(Space.L)
        self._place.addWidget(brand)
        self._place.addWidget(card)
        part.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for keys that are being made."""
        self.background.wait()
        self.closed.emit()
        event.accept()
