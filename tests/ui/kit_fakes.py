"""A desk, a front door and two pages, for tests of the frame alone."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from nmx_desk.domain.errors import DeskError, UserError
from nmx_desk.domain.people import Clinic
from nmx_desk.services.desk import UseCase
from nmx_desk.services.log import LogState
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import heading, muted
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, row
from nmx_desk.ui.kit.page import Command, Page
from nmx_desk.ui.kit.search import SearchField
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

KEY = "ABCD-EFGH-2345-JKLM-NPQR-STUV-WXYZ-6722"


@dataclass
class FakeUser:
    id: str = "u1"
    username: str = "behandelaar"
    display_name: str = "Behandelaar A. Demo"
    roles: frozenset = frozenset({"practitioner"})
    language: str = "nl"


@dataclass(frozen=True)
class FakeChanges:
    tables: frozenset = frozenset()
    clients: frozenset = frozenset()


class FakeDesk:
    def __init__(self, username="behandelaar", rights=("see",)):
        self.user = FakeUser(username=username)
        self.clinic = Clinic(name="Praktijk Voorbeeld")
        self.clinic_name = self.clinic.name
        self.is_demo = True
        self.read_only = False
        self.db_uuid = "fake"
        self.log_size = 12408
        self.rights = set(rights)
        self.callbacks = []
        self.closed = False

    def do(self, use_case, *args, reason="", progress=None, **kw):
        if isinstance(use_case, UseCase):  # what the frame itself asks: how the log stands, when the last backup was
            return LogState(self.log_size, None, 0) if use_case.name == "log_state" else None
        result = use_case(*args, **kw)
        if getattr(use_case, "writes", False):
            for callback in self.callbacks:
                callback(FakeChanges(frozenset({"advice_request"})))
        return result

    def may(self, right):
        return right in self.rights

    def lacks_code(self, _right):
        return False

    def listen(self, callback):
        self.callbacks.append(callback)

    def close(self):
        self.closed = True


class WrongPassword(DeskError):
    seconds = 2


class FakeDoor:
    demo_password = ""

    def __init__(self, folder=Path(), *, exists=True, users=3):
        self.folder, self._exists = folder, exists
        self._users = [("receptie", "Receptie"), ("behandelaar", "Behandelaar A. Demo"), ("manager", "Manager")][:users]
        self.created = None

    def clinic_exists(self):
        return self._exists

    def usernames(self):
        return self._users

    def trouble(self):
        return ""

    def backups(self):
        return []

    def needs_password(self, username):
        return username == "manager"

    def password_problems(self, text, username, clinic):
        return [] if len(text) >= 12 else ["Gebruik minstens 12 tekens."]

    def sign_in(self, username, password, *, new_password="", one_time_code=""):
        time.sleep(0.01)
        if password != "goed genoeg wachtwoord":
            raise WrongPassword("Gebruikersnaam of wachtwoord klopt niet.")
        return FakeDesk(username)

    def recover(self, code, new_password):
        if code != KEY:
            raise UserError("code", "Deze sleutel klopt niet.")
        return FakeDesk()

    def create(self, setup):
        self.created = setup
        self._exists = True
        self._users = [(setup.username, setup.display_name)]
        return KEY

    def create_demo(self, folder, progress):
        for step in range(3):
            progress.report(step, 3, "cliënten")
        self._exists = True


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    question: str
    state: Badge
    minutes: int


ROWS = [
    Row("1", "Voorbeeld, Anna", "Moe na het eten, slecht slapen", Badge("Nieuw", Hue.INFO, "inbox"), 12),
    Row("2", "van den Voorbeeld, Bas", "Wisselende ontlasting, opgeblazen gevoel", Badge("Terugbellen", Hue.WARN, "phone-missed"), 340),
    Row("3", "Demo, Zoë", "<img src=x> Hoofdpijn & huid", Badge("Geboekt", Hue.OK, "calendar-check"), 2900),
]


def count_requests():
    return 7


def save_request():
    return "saved"


save_request.writes = True


class RequestsPage(Page):
    name: ClassVar = "requests"
    icon: ClassVar = "inbox"
    rail_order: ClassVar = 10
    badge_use_case: ClassVar = staticmethod(count_requests)

    def __init__(self, frame):
        super().__init__(frame)
        self.visits, self.refreshed, self.ready, self.ran = [], 0, True, 0
        self.table = Table(
            [
                Column(key="name", title="Naam", text=lambda r: r.name, strong=True, detail=lambda r: r.question),
                Column(key="state", title="Status", text=lambda r: r.state.text, badge=lambda r: r.state, width=160),
                Column(
                    key="age", title="Min.", text=lambda r: f"{r.minutes}", sort_key=lambda r: r.minutes, align="right", width=90,
                ),
            ],
            name="requests",
            label="Aanvragen",
            settings=frame.user_settings,
        )
        self.table.set_rows(ROWS)
        self.panel = SidePanel("Anna Voorbeeld")
        self.panel.hide()
        self.table.opened.connect(lambda _row: self.panel.show())
        buttons = (Button("Importeer", icon="upload"), Button("Nieuwe aanvraag", kind="primary", icon="plus"))
        head = row(heading("Aanvragen"), STRETCH, *buttons)
        left = column(head, muted("Drie mensen wachten op een telefoontje."), SearchField("Zoek in de aanvragen"), self.table)
        left.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        outer = row(left, self.panel, space=0)
        outer.setStretch(0, 1)
        self.setLayout(outer)

    @classmethod
    def title(cls):
        return "Aanvragen"

    def arrive(self, **where):
        self.visits.append(where)
        if "request" in where:
            self.table.choose(where["request"])

    def refresh(self, changes):
        self.refreshed += 1

    def leave(self):
        return self.ready

    def commands(self):
        return [Command("Nieuwe aanvraag", self._new, "toevoegen", "Ctrl+N", "plus")]

    def _new(self):
        self.ran += 1


class AgendaPage(Page):
    name: ClassVar = "agenda"
    icon: ClassVar = "calendar-days"
    rail_order: ClassVar = 20

    def __init__(self, frame):
        super().__init__(frame)
        self.setLayout(column(heading("Agenda"), STRETCH, margin=Space.XL))

    @classmethod
    def title(cls):
        return "Agenda"


class SecretPage(AgendaPage):
    name: ClassVar = "log"
    icon: ClassVar = "scroll-text"
    right: ClassVar = "log.read"
    rail_order: ClassVar = 30

    @classmethod
    def title(cls):
        return "Logboek"


PAGES = [AgendaPage, RequestsPage, SecretPage]
