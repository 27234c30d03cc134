"""The top of a client's page: who it is, what must be known before calling, and what one does most."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from nmx_desk.domain.client_views import ClientSheet
from nmx_desk.i18n import _
from nmx_desk.ui.clients.words import age_text, alert_badge, born_text, phones, status_badge
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, row
from nmx_desk.ui.kit.messages import Banner
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space


class ClientHeader(QFrame):
    """``asked`` carries what to do: list, book, note, plan, privacy, merge, call."""

    asked = Signal(str)

    def __init__(self, *, may_note: bool, may_plan: bool, may_book: bool, may_ask: bool = False, may_merge: bool = False) -> None:
        super().__init__()
        self.name = heading("")
        self.badges = row(space=Space.XS)
        self.about = Label("", role="muted", selectable=True, wrap=True)
        self.instruction = Banner()
        back = IconButton("arrow-left", _("All clients"), lambda: self.asked.emit("list"))
        self._buttons = {
            "plan": Button(_("Plan"), lambda: self.asked.emit("plan"), icon="target"),
            "note": Button(_("New note"), lambda: self.asked.emit("note"), icon="file-plus"),
            "book": Button(_("Book"), lambda: self.asked.emit("book"), kind="primary", icon="calendar-plus", tip=_("Book (Ctrl+B)")),
        }
        privacy = IconButton("file-check", _("Privacy request"), lambda: self.asked.emit("privacy"))
        merge = IconButton("merge", _("Merge with another client"), lambda: self.asked.emit("merge"))
        title = row(back, self.name, self.badges, STRETCH, merge, privacy, *self._buttons.values(), space=Space.S)
        about = row(self.about)
        about.setContentsMargins(back.sizeHint().width() + Space.S, 0, 0, 0)
        self.setLayout(column(title, about, self.instruction, space=Space.XS))
        privacy.setVisible(may_ask)
        merge.setVisible(may_merge)
        for name, on in (("plan", may_plan), ("note", may_note), ("book", may_book)):
            self._buttons[name].setVisible(on)  # not before they lie here: shown alone they would be windows

    def show_sheet(self, sheet: ClientSheet) -> None:
        """Show who it is."""
        client = sheet.client
        self.name.setText(client.name)
        empty_layout(self.badges)
        for badge in (status_badge(client.status), *(alert_badge(alert) for alert in sheet.alerts)):
            if client.deceased_on is None or badge.hue is Hue.DANGER:
                self.badges.addWidget(StateBadge(badge.text, badge.hue, badge.icon))
        if client.deceased_on is not None and self.badges.count() > 1:
            first = self.badges.takeAt(0)
            widget = first.widget() if first else None
            if widget is not None:
                widget.deleteLater()
        treated = _("Practitioner: {name}").format(name=sheet.practitioner) if sheet.practitioner else _("No practitioner yet")
        born = born_text(client, sheet.age) or age_text(sheet.age)
        self.about.setText("   ·   ".join(filter(None, (client.client_no, born, phones(client), client.email, treated))))
        if sheet.earlier_numbers:
            numbers = _("was also {numbers}").format(numbers=", ".join(sheet.earlier_numbers))
            self.about.setText(self.about.text().replace(client.client_no, f"{client.client_no} ({numbers})", 1))
        if sheet.destroyed_on is not None:
            gone = _("A part of this file was destroyed on {day}.").format(day=dates.full_day(sheet.destroyed_on))
            self.about.setText(f"{self.about.text()}\n{gone}")
        if sheet.sixteen:
            self.about.setText(f"{self.about.text()}\n{sheet.sixteen}")
        if client.call_instruction:
            text = _("When calling: {instruction}").format(instruction=client.call_instruction)
            self.instruction.say(text, Hue.INFO, closable=False)
        else:
            self.instruction.hide()
