"""The demo clinic (DOMAIN §7): invented people, played through the real use cases, each step by the user who would take it."""

from __future__ import annotations

import gc
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.services.demo import (
    agenda_life,
    figures,
    following,
    founding,
    grieving,
    improving,
    means,
    outgoing,
    papering,
    reporting,
    reviewing,
    scripted,
    texts,
)
from nmx_desk.services.demo.care import Care
from nmx_desk.services.demo.funnel import SPAM, Funnel
from nmx_desk.services.demo.office import ADMIN, ZONE, Clock, Ids, Journey, Office, wall
from nmx_desk.services.demo.persons import Crowd, Person
from nmx_desk.services.desk import Progress
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.keyfile import STANDARD_KDF, KdfParameters

Size = Literal["small", "full"]
LEAVES_BEFORE = timedelta(days=150)


@dataclass(frozen=True)
class DemoMade:
    """What was made. ``entries``: size of the log; ``dropped``: stories that ended because plans crossed (sentences)."""

    clients: int
    requests: int
    entries: int
    dropped: tuple[str, ...] = ()


def make_demo(
    folder: Path, *, size: Size = "small", seed: int = 1, today: date | None = None, progress: Progress | None = None,
    kdf: KdfParameters = STANDARD_KDF,
) -> DemoMade:  # fmt: skip
    """Make a demo clinic in an empty folder: ``small`` some weeks, ``full`` 24 months up to now, or to 17:00 on ``today``.

    The same seed, day and language make the same records; keys and salts are always fresh. Nothing is left behind when it fails.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(_("This folder is not empty. Choose a new or empty folder for the demo clinic."))
    there = folder.exists()
    collected = gc.get_threshold()
    end = wall(today, 17 * 60) if today else datetime.now(UTC).replace(second=0, microsecond=0)
    try:
        gc.set_threshold(200_000, 50, 100)  # hardly anything of the many small records is a cycle
        return _make(ClinicFolder(folder), size, seed, end, progress or Progress(), kdf)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        if there:
            folder.mkdir(mode=0o700)
        raise
    finally:
        gc.set_threshold(*collected)


def _make(folder: ClinicFolder, size: Size, seed: int, end: datetime, progress: Progress, kdf: KdfParameters) -> DemoMade:
    pace = figures.PACES[size]
    last = end.astimezone(ZONE).date()
    first = last - relativedelta(months=pace.months, days=pace.days)
    opened = wall(first - timedelta(days=2), 9 * 60)
    office = Office(folder, kdf, Clock(opened), Ids(seed), seed)
    try:
        leaving = office.open_day(last - LEAVES_BEFORE) if size == "full" else None
        founding.found(office, opened, leaving)
        folder.demo_mark.touch()
        office.last_day = last
        office.told_in_full_from = end - timedelta(days=pace.recent)
        _set_off(office, pace, seed, first, end)
        office.run(end, progress, _("Playing the demo clinic's past"))
        founding.auditor(office)
        return DemoMade(
            len(office.find(Client)), len(office.find(AdviceRequest)), office.desk(ADMIN).database.driver.execute(
                "SELECT max(size) FROM audit_head").fetchone()[0], tuple(office.dropped),
        )  # fmt: skip
    finally:
        office.close()


def _set_off(office: Office, pace: figures.Pace, seed: int, first: date, end: datetime) -> None:
    """Everything that will happen by itself."""
    care, crowd = Care(office, pace), Crowd(seed)
    funnel = Funnel(office, pace, care)
    office.start(funnel.imports(), wall(first, 0))
    office.start(founding.years(office))
    office.start(outgoing.messages(office, end))
    for who in office.practitioners:
        office.start(founding.holidays_of(office, who))
        office.start(scripted.leaves(office, care, who))
    recent: list[Person] = []
    for moment in figures.arrivals(office.random, first, end.astimezone(ZONE).date(), pace):
        if moment <= end:
            office.start(_request(office, funnel, _who(office, crowd, recent, moment)), moment)
    scripted.play(office, crowd, funnel, care, first, end, pace)
    agenda_life.play(office, care, end)
    following.play(office, care, end)
    reviewing.play(office, end)
    grieving.play(office, care, seed, end, full=pace.months > 0)
    improving.play(office, seed, end, full=pace.months > 0)
    means.play(office, first, end)
    papering.play(office, seed, end)
    reporting.play(office, end)


def _request(office: Office, funnel: Funnel, person: Person) -> Journey:
    yield office.now
    yield from funnel.ask(person)


def _who(office: Office, crowd: Crowd, recent: list[Person], moment: datetime) -> Person:
    """Somebody new, somebody who asked some days ago and asks again, or a machine."""
    chance = office.random.random()
    if chance < figures.DUPLICATE and len(recent) > 3:
        return recent[-office.random.randint(1, 3)]
    person = crowd.person(moment.date())
    if chance > 1 - figures.INVALID:
        person.script, person.question = SPAM, texts.some(person.rng, "spam")
    else:
        recent.append(person)
    return person
