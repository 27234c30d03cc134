"""The settings page: a part for each thing that can be set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from nmx_desk.domain.controlled import LIST
from nmx_desk.i18n import _
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import heading
from nmx_desk.ui.kit.layout import column
from nmx_desk.ui.kit.page import Frame, Page
from nmx_desk.ui.kit.parts import Parts
from nmx_desk.ui.settings.backup import BackupPart
from nmx_desk.ui.settings.calendars import CalendarsPart
from nmx_desk.ui.settings.clinic import ClinicPart
from nmx_desk.ui.settings.closures import ClosuresPart
from nmx_desk.ui.settings.days import DaysPart
from nmx_desk.ui.settings.hours import HoursPart
from nmx_desk.ui.settings.incoming import IncomingPart
from nmx_desk.ui.settings.lists import ListsPart
from nmx_desk.ui.settings.mail import MailPart
from nmx_desk.ui.settings.rooms import RoomsPart
from nmx_desk.ui.settings.stamps import StampsPart
from nmx_desk.ui.settings.types import TypesPart
from nmx_desk.ui.settings.users import UsersPart
from nmx_desk.ui.theme.tokens import Space

WATCHED = frozenset(
    {
        *("clinic", "proposal", "desk_user", "user_role", "appointment_type", "roster_rule", "roster_override", "absence", "room"),
        *("location", "closure", "code_item", "log_stamp", "mailbox", "mail_sender", "busy_source", "calendar_feed"),
    }
)


LAST_PART = "settings.part"


class Part(Protocol):
    """What stands right of the list."""

    def load(self) -> None:
        """Read and show."""

    def keep(self) -> bool:
        """About to be left: False while something typed is not saved."""


_Kinds = (
    ClinicPart | UsersPart | TypesPart | HoursPart | DaysPart | RoomsPart | ClosuresPart | ListsPart | BackupPart | StampsPart
    | IncomingPart | MailPart | CalendarsPart
)  # fmt: skip


class SettingsPage(Page):
    """``arrive(part=)``: clinic, users, types, hours, days, rooms, closures, calendars, incoming, mail, backup, stamps or lists."""

    name: ClassVar[str] = "settings"
    icon: ClassVar[str] = "settings"
    right: ClassVar[str | None] = "settings.read"
    rail_order: ClassVar[int] = 90

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.tabs = Parts(self.title())
        self.parts: dict[str, Part] = {}
        for group, kinds in _groups():
            for key, title, sign, make, right in kinds:
                if frame.desk.may(right):
                    part = make(frame)
                    self.tabs.add(key, title, part, group=group, icon_name=sign)
                    self.parts[key] = part
        if isinstance(mail := self.parts.get("mail"), MailPart):
            mail.texts_asked.connect(lambda code: frame.go("quality", part="documents", record_id=f"{LIST}{code}"))
        box = column(heading(self.title()), self.tabs)
        box.setStretchFactor(self.tabs, 1)
        box.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        self.setLayout(box)
        self.tabs.show_part(frame.user_settings.get(LAST_PART, ""))
        self.tabs.arrived.connect(self._load)
        self.tabs.arrived.connect(lambda key: frame.user_settings.put(LAST_PART, key))

    @classmethod
    def title(cls) -> str:
        """Name in the rail."""
        return _("Settings")

    def manual(self) -> str:
        """Users and backup have a page of their own."""
        part = self.tabs.current()
        return part if part in {"users", "backup"} else self.name

    def record(self) -> dict[str, str]:
        """The user, type or item chosen, or the clinic itself."""
        part = self.parts.get(self.tabs.current())
        chosen = ""
        if isinstance(part, UsersPart) and (person := part.table.current()):
            chosen = person.user.id
        elif isinstance(part, TypesPart) and (record := part.table.current()):
            chosen = record.id
        return {"obj_id": chosen or self.frame.desk.clinic.id}

    def arrive(self, *, part: str = "", **_more: Any) -> None:
        """Show a part."""
        if part in self.parts:
            self.tabs.show_part(part)
        self._load(self.tabs.current())

    def refresh(self, changes: Changes | None) -> None:
        """Read again what is in sight, unless something is being typed there."""
        if (changes is None or changes.tables & WATCHED) and self.parts[self.tabs.current()].keep():
            self._load(self.tabs.current())

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        key = next((key for key, part in self.parts.items() if not part.keep()), None)
        if key is None:
            return True
        self.tabs.show_part(key)
        self.frame.toast(_("Save your changes first, or undo them."))
        return False

    def _load(self, key: str) -> None:
        if self.parts[key].keep():
            self.parts[key].load()


_Row = tuple[str, str, str, Callable[[Frame], _Kinds], str]


def _groups() -> tuple[tuple[str, tuple[_Row, ...]], ...]:
    """Heads, and below each: key, title, sign, how its part is made and the right it needs."""
    return (
        (_("Clinic"), (
            ("clinic", _("Clinic data"), "house", ClinicPart, "settings.read"),
            ("users", _("Users"), "users", UsersPart, "users.read"),
        )),
        (_("Agenda"), (
            ("types", _("Appointment types"), "calendar-check", TypesPart, "agenda.manage"),
            ("hours", _("Working hours"), "clock", HoursPart, "agenda.manage"),
            ("days", _("Other days"), "calendar-clock", DaysPart, "agenda.manage"),
            ("rooms", _("Rooms"), "door-open", RoomsPart, "agenda.manage"),
            ("closures", _("Closures"), "calendar-x", ClosuresPart, "agenda.manage"),
            ("calendars", _("Calendars"), "calendar-range", CalendarsPart, "agenda.manage"),
        )),
        (_("Messages"), (
            ("incoming", _("Requests"), "inbox", IncomingPart, "settings.read"),
            ("mail", _("Mail"), "mail", MailPart, "settings.read"),
        )),
        (_("Data"), (
            ("backup", _("Backup"), "hard-drive", BackupPart, "settings.read"),
            ("stamps", _("Time stamps"), "timer", StampsPart, "log.integrity"),
            ("lists", _("Code lists"), "list", ListsPart, "settings.read"),
        )),
    )  # fmt: skip
