"""A real encrypted clinic for tests: made once per process, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nmx_desk.audit.verify import Result, verify
from nmx_desk.data.tables import captured_tables
from nmx_desk.domain.clients import Client
from nmx_desk.domain.people import Role
from nmx_desk.services import people, proposals
from nmx_desk.services.desk import USE_CASES, Desk, UseCase, use_case
from nmx_desk.services.opening import ClinicSetup, FrontDoor, Surroundings, create_clinic
from nmx_desk.vault.keyfile import CHEAP_KDF

PASSWORD = "vier gele fietsen zwemmen"
MONDAY = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)  # 09:00 on the clinic's wall
USERS = {
    "receptie": ("R. Demo", (Role.RECEPTIONIST,)),
    "behandelaar": ("Behandelaar A. Demo", (Role.PRACTITIONER,)),
    "collega": ("Behandelaar B. Demo", (Role.PRACTITIONER,)),
    "manager": ("M. Demo", (Role.MANAGER,)),
}


@dataclass
class Clock:
    """A clock that a test moves."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def move(self, **delta: int) -> None:
        self.moment += timedelta(**delta)


@dataclass
class TestClinic:
    """A clinic in a folder of its own; ``as_`` signs a user in (and keeps the desk), ``verified`` checks its log."""

    __test__ = False
    folder: Path
    clock: Clock = field(default_factory=Clock)
    desks: dict[str, Desk] = field(default_factory=dict)
    asks_at_signing: bool = False

    @property
    def around(self) -> Surroundings:
        return Surroundings(kdf=CHEAP_KDF, clock=self.clock, asks_at_signing=self.asks_at_signing)

    @property
    def front(self) -> FrontDoor:
        return FrontDoor(self.folder, self.around)

    def as_(self, username: str) -> Desk:
        if username not in self.desks:
            self.desks[username] = self.front.sign_in(username, PASSWORD)
        return self.desks[username]

    def approve(self) -> None:
        """The manager approves everything that waits."""
        for row in self.as_("manager").do(proposals.list_proposals):
            self.as_("manager").do(proposals.approve_proposal, row.proposal.id)

    def verified(self) -> Result:
        desk = next(iter(self.desks.values())) if self.desks else self.as_("beheerder")
        with desk.database.reading():
            return verify(desk.database.reading_driver, captured_tables())

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()
        self.desks.clear()


def make_clinic(folder: Path) -> None:
    """An empty clinic with one user a role (and a second practitioner)."""
    clock = Clock(MONDAY - timedelta(days=1))
    around = Surroundings(kdf=CHEAP_KDF, clock=clock, witness=False)
    setup = ClinicSetup(clinic_name="Proefpraktijk", display_name="B. Demo", username="beheerder", password=PASSWORD, roles=(Role.ADMIN,))
    create_clinic(folder, setup, around)
    desk = FrontDoor(folder, around).sign_in("beheerder", PASSWORD)
    for username, (name, roles) in USERS.items():
        desk.do(people.add_user, username, name, roles, password=PASSWORD)
    desk.close()


def once(function: Callable[..., Any], right: str = "session.use") -> UseCase[..., Any]:
    """A use case of one test only."""
    made = use_case(right)(function)
    USE_CASES.pop(made.function)
    return made


@pytest.fixture(scope="session")
def clinic_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "clinic"
    make_clinic(folder)
    return folder


@pytest.fixture
def clinic(clinic_template: Path, tmp_path: Path) -> Iterator[TestClinic]:
    """An empty clinic, Monday 14 September 2026, nine o'clock."""
    folder = tmp_path / "clinic"
    shutil.copytree(clinic_template, folder)
    made = TestClinic(folder)
    yield made
    made.close()


@pytest.fixture
def client(clinic: TestClinic) -> Client:
    """A client of behandelaar's."""
    care = clinic.as_("behandelaar")
    anna = Client(client_no="C-000001", first_name="Anna", surname="Waterval", phone="+31600112233", practitioner_id=care.user.id)
    return care.do(once(lambda work: work.store.add(anna)))


@pytest.fixture
def desk_of(clinic: TestClinic) -> Callable[[str], Desk]:
    """``desk_of("receptie")`` signs a user in."""
    return clinic.as_
