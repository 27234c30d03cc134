"""What of the log is shown: client, user, kind, period, emergency access, one record, words in values; filters kept under a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import N_, _
from nmx_desk.services.log import LogFilter
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.client_picker import ClientPicker
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput
from nmx_desk.ui.kit.layout import column, row
from nmx_desk.ui.kit.search import SearchField
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

    def __init__(self, runner: Runner, *, clients: bool, values: bool) -> None:
        super().__init__()
        self._obj_id = ""
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
        self.text = SearchField(_("Words in old or new values"))
        self.text.setVisible(values)
        self.record = Button(_("One record only"), self._any_record, kind="quiet", icon="x", tip=_("Show all records again"))
        self.record.hide()
        self.clear_all = Button(_("Show all"), self.empty, kind="quiet")
        days = (self.first, self.last)
        who = row(self.client, self.user, self.kind, *(() if clients else days))
        who.setStretch(0, 1)
        who.addStretch(0 if clients else 1)
        when = row(*(days if clients else ()), self.text)
        when.setStretch(2, 1)
        when.addStretch(0 if values else 1)
        self._more = row(self.record, None, self.clear_all)
        self.setLayout(column(who, when, self._more, space=Space.S))
        self.client.picked.connect(self.changed)
        self.text.searched.connect(lambda _words: self.changed.emit())
        for choice in (self.user, self.kind):
            choice.edited.connect(self.changed)
        for field in (self.first, self.last):
            field.editingFinished.connect(self._days)
        self._told: tuple[date | None, date | None] = (None, None)

    def offer(self, button: QWidget) -> None:
        """Put a button below the days."""
        self._more.insertWidget(self._more.count() - 1, button)

    def show_record(self, obj_id: str) -> None:
        """Only entries about one record."""
        self._obj_id = obj_id
        self.record.setVisible(bool(obj_id))

    def wanted(self) -> LogFilter:
        """The wish as the log understands it."""
        first, last, codes = self.first.value(), self.last.value(), self.kind.value() or ()
        glass = GLASS in codes
        return LogFilter(
            client=self.client.client_id, actor=self.user.value() or "", codes=() if glass else codes, break_glass=glass,
            since=dates.to_utc(first, time()) if first else None, until=dates.to_utc(last + timedelta(days=1), time()) if last else None,
            obj_id=self._obj_id, text=self.text.text().strip(),
        )  # fmt: skip

    def words(self) -> str:
        """The wish in words, for what leaves as a file."""
        days = [text for text in (self.first.text(), self.last.text()) if text]
        parts = (
            self.client.text(), self.user.currentText() if self.user.value() else "", self.kind.currentText() if self.kind.value() else "",
            " – ".join(days), self.text.text().strip(), _("one record") if self._obj_id else "",
        )  # fmt: skip
        return ", ".join(filter(None, parts)) or _("everything")

    def content(self) -> str:
        """The wish to be kept: ids, days and words."""
        first, last = self.first.value(), self.last.value()
        names = [name for codes, name in KINDS if codes == self.kind.value()]
        return json.dumps({
            "client": self.client.client_id, "user": self.user.value() or "", "kind": names[0] if names else "", "text": self.text.text(),
            "first": first.isoformat() if first else "", "last": last.isoformat() if last else "", "record": self._obj_id,
        })  # fmt: skip

    def use(self, content: str, name_client: Callable[[str], object]) -> None:
        """Wish what was kept; ``name_client`` has the client's name fetched."""
        try:
            found: dict[str, Any] = json.loads(content)
            days = [date.fromisoformat(found[key]) if found.get(key) else None for key in ("first", "last")]
        except (ValueError, TypeError):
            return
        self.client.set_client(found.get("client", ""), "…" if found.get("client") else "", tell=False)
        if found.get("client"):
            name_client(found["client"])
        self.user.set_value(found.get("user") or None)
        self.kind.set_value(next((codes for codes, name in KINDS if name == found.get("kind")), None))
        self.first.set_value(days[0])
        self.last.set_value(days[1])
        self._told = (days[0], days[1])
        self.text.setText(found.get("text", ""))
        self.show_record(found.get("record", ""))
        self.changed.emit()

    def empty(self) -> None:
        """Wish for everything."""
        self.reset()
        self.changed.emit()

    def reset(self) -> None:
        """Wish for everything, without telling."""
        self.client.set_client("", tell=False)
        for field in (self.user, self.kind, self.first, self.last):
            field.set_value(None)
        self.text.clear()
        self.show_record("")
        self._told = (None, None)

    def _any_record(self) -> None:
        self.show_record("")
        self.changed.emit()

    def _days(self) -> None:
        days = (self.first.value(), self.last.value())
        if days != self._told:
            self._told = days
            self.changed.emit()


