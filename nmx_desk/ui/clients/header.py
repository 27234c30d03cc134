"""The top of a client's page: who it is, what must be known before calling, and what one does most."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu

from nmx_desk.domain.client_views import ClientSheet
from nmx_desk.domain.clients import PREFERRED_NAMES, Client
from nmx_desk.domain.contacts import ContactKind
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.clients.words import age_text, alert_badge, born_text, reached, status_badge
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.theme import Hue, icon
from nmx_desk.ui.theme.tokens import Space

MOST_PHONES = 3
STEPS = {"previous": -1, "next": 1}
STEP_ICONS = {"previous": "chevron-up", "next": "chevron-down"}
STEP_KEYS = {"previous": "Alt+PgUp", "next": "Alt+PgDown"}


class ClientHeader(QFrame):
    """``asked`` carries what to do: list, book, note, plan, privacy, merge or what ``more`` offers (key, icon, words); ``opened`` a client.

    ``stepped``: to the client before (-1) or after (1) in the list one came from; ``cleared``: cancel what is planned for who has died.
    """

    asked = Signal(str)
    opened = Signal(str)
    stepped = Signal(int)
    cleared = Signal()

    def __init__(
        self, *, may_note: bool, may_plan: bool, may_book: bool, may_ask: bool = False, may_merge: bool = False, may_read: bool = False,
        more: Sequence[tuple[str, str, str]] = (),
    ) -> None:  # fmt: skip
        super().__init__()
        self._more = tuple(more)
        self._may_book = may_book
        self.name = heading("")
        self.badges = row(space=Space.XS)
        self.about = Label("", role="muted", selectable=True, wrap=True)
        self.instruction = Banner()
        back = IconButton("arrow-left", _("All clients"), lambda: self.asked.emit("list"))
        self._steps = {name: IconButton(icon, name, partial(self.stepped.emit, STEPS[name])) for name, icon in STEP_ICONS.items()}
        self._homes = row(space=Space.XS)
        self._homes_line = holder(self._homes)
        self._buttons = {
            "care": Button(
                _("Client file"), lambda: self.asked.emit("care_file"), icon="heart-pulse", tip=_("Open the client file (Ctrl+D)")
            ),
            "plan": Button(_("Plan"), lambda: self.asked.emit("plan"), icon="target"),
            "note": Button(_("New note"), lambda: self.asked.emit("note"), icon="file-plus"),
            "book": Button(_("Book"), lambda: self.asked.emit("book"), kind="primary", icon="calendar-plus", tip=_("Book (Ctrl+B)")),
        }
        privacy = Button("", lambda: self.asked.emit("privacy"), kind="quiet", icon="file-check", tip=_("Privacy request"))
        merge = Button("", lambda: self.asked.emit("merge"), kind="quiet", icon="merge", tip=_("Merge with another client"))
        self._wordy = {merge: (_("Merge"), _("Merge with another client")), privacy: (_("Privacy"), _("Privacy request"))}
        self.more = IconButton("ellipsis", _("More for this client"), self._menu, role="text")
        parts = (back, *self._steps.values(), self.name, self.badges, STRETCH, merge, privacy, *self._buttons.values(), self.more)
        self._title = title = row(*parts, space=Space.S)
        about = row(self.about)
        for line in (about, self._homes):
            line.setContentsMargins(back.sizeHint().width() + Space.S, 0, 0, 0)
        self.setLayout(column(title, about, self._homes_line, self.instruction, space=Space.XS))
        self._homes_line.hide()
        self.show_steps("", "", shown=False)
        privacy.setVisible(may_ask)
        merge.setVisible(may_merge)
        self.more.setVisible(bool(self._more))
        for name, on in (("care", may_read), ("plan", may_plan), ("note", may_note), ("book", may_book)):
            self._buttons[name].setVisible(on)  # not before they lie here: shown alone they would be windows

    def _menu(self) -> None:
        """What is asked for less often."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for what, sign, words in self._more:
            menu.addAction(icon(sign, "text"), words).triggered.connect(lambda _on=False, what=what: self.asked.emit(what))
        menu.popup(self.more.mapToGlobal(QPoint(self.more.width() - menu.sizeHint().width(), self.more.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words where there is room for them."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Two of the buttons are signs only where the line has no room for their words; they are called the same."""
        for worded in (True, False):
            for button, (word, name) in self._wordy.items():
                button.setText(word if worded else "")
                button.setAccessibleName(name)
            self._title.invalidate()
            if self._title.sizeHint().width() <= self.width():
                return

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show who it is."""
        client = sheet.client
        self.name.setText(client.name)
        empty_layout(self.badges)
        gone = client.has_died
        for badge in (*([] if gone else [status_badge(client.status)]), *(alert_badge(alert) for alert in sheet.alerts)):
            made = StateBadge(badge.text, badge.hue, badge.icon)
            self.badges.addWidget(made)
            made.show()  # what is shown later by itself would not be counted when the line is fitted
        self.about.setText("\n".join(filter(None, ("   ·   ".join(filter(None, self._facts(sheet))), *_notices(sheet)))))
        self._show_homes(sheet)
        self._show_instruction(sheet)
        self._fit()

    def _show_instruction(self, sheet: ClientSheet) -> None:
        if not sheet.client.has_died:
            words = _before_calling(sheet.client)
            self.instruction.say(words, Hue.INFO, closable=False) if words else self.instruction.hide()
            return
        words = _("This client has died: do not call.")
        n = sheet.still_planned
        if n:
            planned = ngettext("{n} appointment is still planned.", "{n} appointments are still planned.", n).format(n=n)
            words = f"{words} {planned}"
        cancel = self.cleared.emit if n and self._may_book else None
        self.instruction.say(words, Hue.DANGER, closable=False, action_text=_("Cancel them"), action=cancel)

    def _facts(self, sheet: ClientSheet) -> list[str]:
        client = sheet.client
        number = client.client_no
        if sheet.earlier_numbers:
            also = _("was also {numbers}").format(numbers=", ".join(sheet.earlier_numbers))
            number = f"{number} ({also})"
        born = born_text(client, sheet.age) or age_text(sheet.age)
        treated = _("Practitioner: {name}").format(name=sheet.practitioner) if sheet.practitioner else _("No practitioner yet")
        phones, emails = reached(sheet.points, ContactKind.PHONE, MOST_PHONES), reached(sheet.points, ContactKind.EMAIL, 1)
        return [number, born, *phones, *emails, treated]

    def _show_homes(self, sheet: ClientSheet) -> None:
        """Names of who lives with the client, which open them; and the tags."""
        empty_layout(self._homes)
        mates = {mate.client_id: mate for home in sheet.households for mate in home.others}
        self._homes_line.setVisible(bool(mates or sheet.tags))
        if mates:
            self._homes.addWidget(Label(_("Lives with"), role="muted"))
        for mate in mates.values():
            text = _("{name} ({age})").format(name=mate.name, age=age_text(mate.age)) if mate.age is not None else mate.name
            name = _("Open {name}").format(name=mate.name)
            self._homes.addWidget(Button(text, partial(self.opened.emit, mate.client_id), kind="quiet", name=name))
        if sheet.tags:
            tags = Label(_("Tags: {tags}").format(tags=", ".join(sheet.tags)), role="muted", elide=True)
            self._homes.addWidget(tags, 1)
        else:
            self._homes.addStretch(1)

    def show_steps(self, before: str, after: str, *, shown: bool) -> None:
        """Offer the client before and the one after in the list one came from; empty where there is none."""
        for name, words, who in (("previous", _("Previous client in the list"), before), ("next", _("Next client in the list"), after)):
            button = self._steps[name]
            button.setVisible(shown)
            button.setEnabled(bool(who))
            told = _("{what}: {name}").format(what=words, name=who) if who else words
            button.set_look(STEP_ICONS[name], told, shortcut=STEP_KEYS[name])
        self._fit()


def _notices(sheet: ClientSheet) -> list[str]:
    found = []
    if sheet.destroyed_on is not None:
        found.append(_("A part of this file was destroyed on {day}.").format(day=dates.full_day(sheet.destroyed_on)))
    if sheet.client.deceased_on is not None:
        found.append(_("Died on {day}.").format(day=dates.full_day(sheet.client.deceased_on)))
    if sheet.complaint_open:
        found.append(_("A formal complaint (Wkkgz) is open."))
    return [*found, *([sheet.sixteen] if sheet.sixteen else [])]


def _before_calling(client: Client) -> str:
    """What must be known before calling: the instruction, how the client would rather be reached, whether one may speak in."""
    parts = [_("When calling: {instruction}").format(instruction=client.call_instruction)] if client.call_instruction else []
    if client.preferred_channel in PREFERRED_NAMES and client.preferred_channel != "phone":
        parts.append(_("Rather reached: {way}").format(way=_(PREFERRED_NAMES[client.preferred_channel]).lower()))
    if client.no_voicemail:
        parts.append(_("Leave no voicemail"))
    return "   ·   ".join(parts)
