"""What of the log is shown: client, user, kind, period, emergency access."""

from __future__ import annotations

from datetime import date, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import N_, _
from nmx_desk.services.log import LogFilter
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import theme
from nmx_desk.ui.theme.tokens import Space

DATE_WIDTH = 120
GLASS = "break_glass"
KINDS = (
    (("VIEW", "SEARCH", "BREAKGLASS"), N_("Seen")),
    (("CREATE", "CHANGE", "DELETE", "MERGE", "ERASE"), N_("Changed")),
    (("PRINT", "EXPORT", "IMPORT"), N_("Printed, exported, imported")),
    ((GLASS,), N_("Emergency access, with a reason")),
    (("SIGN",), N_("Signed")),
    (("LOGIN", "LOGOUT", "LOCK"), N_("Signed in and out")),
    (("DENY",), N_("Refused")),
    (("KEY", "ROLE", "CONFIG", "BACKUP", "RESTORE", "MIGRATE", "VERIFY", "CLOCK"), N_("Management")),
)


class Filters(QWidget):
    """``changed`` when the wish is another one."""

    changed = Signal()

    def __init__(self, runner: Runner, *, clients: bool) -> None:
        super().__init__()
        self.client = ClientPicker(runner, name=_("Client"), placeholder=_("All clients"))
        self.client.setMinimumWidth(170)
        self.client.setVisible(clients)
        self.user = ChoiceInput(blank=_("All users"), name=_("User"))
        self.kind = ChoiceInput([(codes, _(name)) for codes, name in KINDS], blank=_("All kinds"), name=_("Kind"))
        self.first = DateInput(name=_("From"))
        self.last = DateInput(name=_("Up to and including"))
        self.first.setPlaceholderText(_("from"))
        self.last.setPlaceholderText(_("up to"))
        for field in (self.first, self.last):
            field.setFixedWidth(round(DATE_WIDTH * theme().text_scale))
        self.clear_all = Button(_("Show all"), self.empty, kind="quiet")
        who = row(self.client, self.user, self.kind)
        who.setStretch(0, 1)
        self._when = row(self.first, self.last, None, self.clear_all)
        self.setLayout(column(who, self._when, space=Space.S))
        self.client.picked.connect(self.changed)
        for choice in (self.user, self.kind):
            choice.edited.connect(self.changed)
        for field in (self.first, self.last):
            field.editingFinished.connect(self._days)
        self._told: tuple[date | None, date | None] = (None, None)

    def offer(self, button: QWidget) -> None:
        """Put a button beside the days."""
        self._when.insertWidget(self._when.count() - 1, button)

    def wanted(self) -> LogFilter:
        """The wish as the log understands it."""
        first, last, codes = self.first.value(), self.last.value(), self.kind.value() or ()
        glass = GLASS in codes
        return LogFilter(
            client=self.client.client_id, actor=self.user.value() or "", codes=() if glass else codes, break_glass=glass,
            since=dates.to_utc(first, time()) if first else None, until=dates.to_utc(last + timedelta(days=1), time()) if last else None,
        )  # fmt: skip

    def empty(self) -> None:
        """Wish for everything."""
        self.client.set_client("", tell=False)
        for field in (self.user, self.kind, self.first, self.last):
            field.set_value(None)
        self._told = (None, None)
        self.changed.emit()

    def _days(self) -> None:
        days = (self.first.value(), self.last.value())
        if days != self._told:
            self._told = days
            self.changed.emit()
