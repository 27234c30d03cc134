"""The file of one client: complaints, the timeline, axes, lifestyle, history, labs, tasks; a part is read when it comes into sight."""

from __future__ import annotations

from typing import Any, ClassVar

from nmx_desk.domain.client_views import ClientSheet
from nmx_desk.domain.clients import Client
from nmx_desk.i18n import _
from nmx_desk.services import clients
from nmx_desk.ui.care.axes import AxesPart
from nmx_desk.ui.care.complaints import ComplaintsPart
from nmx_desk.ui.care.history import HistoryPart
from nmx_desk.ui.care.labs import LabsPart
from nmx_desk.ui.care.lifestyle import LifestylePart
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.care.printing import FilePrints
from nmx_desk.ui.care.tasks import TasksPart
from nmx_desk.ui.care.timeline import TimelinePart
from nmx_desk.ui.kit.alarms import AlarmBanner
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, Tabs, column, row
from nmx_desk.ui.kit.locked import Locked
from nmx_desk.ui.kit.page import Command, Frame, Page
from nmx_desk.ui.theme.tokens import Space

PARTS: tuple[type[CarePart], ...] = (
    ComplaintsPart, TimelinePart, AxesPart, LifestylePart, HistoryPart, LabsPart, TasksPart,
)  # fmt: skip
"""In the order of the tabs."""


class CarePage(Page):
    """``arrive(client_id=…, part=…)``."""

    name: ClassVar[str] = "care"
    icon: ClassVar[str] = "heart-pulse"
    right: ClassVar[str | None] = "notes.read"
    in_rail: ClassVar[bool] = False
    rail_as: ClassVar[str] = "clients"

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.client_id = ""
        self._client: Client | None = None
        self._in_sight = ""
        self._open = False  # one's own client, or the reason was given
        self.heading, self.about = heading(""), muted("", wrap=False)
        back = IconButton("arrow-left", _("To the client"), lambda: frame.go("clients", client_id=self.client_id))
        self.note_button = Button(_("New note"), self._new_note, icon="file-plus")
        self.plan_button = Button(_("Plan"), lambda: frame.go("plans", client_id=self.client_id), icon="target")
        self.locked = Locked(_("This is the file of another practitioner's client. Looking needs a written reason, which is logged."))
        self.locked.asked.connect(self._unlock)
        self.alarm = AlarmBanner(frame)
        self.tabs = Tabs(_("Parts of the file"))
        self.parts = {made.key: made for made in (part(frame) for part in PARTS)}
        for key, made in self.parts.items():
            self.tabs.add(key, made.title(), made)
        self.tabs.arrived.connect(self._arrived)
        self.prints = FilePrints(self)
        printing = row(self.prints.button, self.prints.more, space=0)
        head = row(back, self.heading, self.about, STRETCH, printing, self.plan_button, self.note_button, space=Space.M)
        body = column(head, self.alarm, self.locked, self.tabs, space=Space.M, margin=Space.XL)
        body.setStretch(3, 1)
        self.setLayout(body)
        if not frame.desk.may("notes.write"):
            self.note_button.hide()

    @classmethod
    def title(cls) -> str:
        """Name of the page."""
        return _("Client file")

    def record(self) -> dict[str, str]:
        """Whose file is in sight."""
        return {"client_id": self.client_id} if self.client_id else {}

    # -- coming and going ------------------------------------------------------------------------------------------------------------

    def arrive(self, *, client_id: str = "", part: str = "", **_more: Any) -> None:
        """Open a client's file, at a part of it."""
        if client_id != self.client_id:
            self.client_id, self._open = client_id, False
            self.prints.about(None)
            self.heading.setText("")
            self.about.setText("")
            self.locked.hide()
            self.tabs.hide()
        if part:
            self.tabs.show_part(part)
        self.alarm.open(client_id)
        self.frame.runner.latest(("care", "client"), clients.open_client, client_id, then=self._show, owner=self)

    def _show(self, sheet: ClientSheet) -> None:
        self.heading.setText(sheet.client.name)
        age = _("{n} years old").format(n=sheet.age) if sheet.age is not None else ""
        self.about.setText("   ·   ".join(filter(None, (sheet.client.client_no, age))))
        self._open = self._open or not sheet.care_with_reason
        self._client = sheet.client
        self.prints.about(sheet.client if self._open else None)
        self.locked.setVisible(not self._open)
        self.tabs.setVisible(self._open)
        if self._open:
            self._load(self.tabs.current())

    def _unlock(self) -> None:
        """The part itself asks for the reason; when none is given the door says so."""
        self._open = True
        self.prints.about(self._client)
        self.locked.hide()
        self.tabs.show()
        self._load(self.tabs.current())

    def _load(self, key: str) -> None:
        self._in_sight = key
        if self.client_id and self._open:
            self.parts[key].open(self.client_id)

    def _arrived(self, key: str) -> None:
        """Another part; the one that was in sight stays when something typed there is not saved."""
        before = self.parts.get(self._in_sight)
        if before is not None and key != self._in_sight and not before.leave():
            self.tabs.show_part(self._in_sight)
            return
        self._load(key)

    @property
    def part(self) -> CarePart:
        """The part in sight."""
        return self.parts[self.tabs.current()]

    def refresh(self, changes: Changes | None) -> None:
        """The part in sight follows what others do."""
        self.alarm.refresh(changes)
        if self._open and (changes is None or changes.tables & self.part.tables):
            self.part.load()

    def leave(self) -> bool:
        """What was typed is saved by its part."""
        return self.part.leave()

    def commands(self) -> list[Command]:
        """What the palette offers here. Before anybody's file was in sight: each key once, for the window asks then which there are."""
        if not self.client_id:
            every = [command for part in self.parts.values() for command in part.commands()]
            return list({command.shortcut: command for command in (*every, *self.prints.commands())}.values())
        return [*self.part.commands(), *self.prints.commands()] if self._open else []

    def _new_note(self) -> None:
        self.frame.go("notes", client_id=self.client_id, kind="follow_up")
