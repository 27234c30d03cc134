"""The disk is full, or breaks, at the n-th thing SQLite does to it, for every n of a scenario.

The step that meets it says so in a sentence, leaves nothing half-written, and works when it is tried again with room on the disk; at the
end everything is there and the log is intact. ``full``: no write, no growing, no new file. ``broken``: the disk also refuses to sync and to
truncate, once. Every other time the program is closed while the disk is still full.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import backups, clients, imports, note_seats, notes, plans
from nmx_desk.services.keeping import check_log, check_pages
from nmx_desk.vault.folder import ClinicFolder
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.day import FORMS
from tests.exam.disk import FULL, IOERR_FSYNC, IOERR_SHMSIZE, IOERR_TRUNCATE, OK, Disk, Event, recording
from tests.exam.outcome import Outcome, tally, with_progress

CANTOPEN = 14
CODES = {"write": FULL, "map": IOERR_SHMSIZE, "create": CANTOPEN, "sync": IOERR_FSYNC, "truncate": IOERR_TRUNCATE}
KINDS = {"full": ("write", "map", "create"), "broken": tuple(CODES)}
LONGEST = 10_000


@dataclass
class Story:
    """A clinic at work: ``made`` what the steps so far brought about."""

    clinic: TestClinic
    made: dict[str, Any] = field(default_factory=dict)

    def do(self, user: str, case: Any, *args: Any, **kwargs: Any) -> Any:
        return self.clinic.as_(user).do(case, *args, **kwargs)


def add_client(story: Story) -> None:
    story.made["client"] = story.do("behandelaar", clients.create_client, Client(surname="Vol", phone="0600001111"))


def look_at_client(story: Story) -> None:
    assert story.do("behandelaar", clients.open_client, story.made["client"].id).client.surname == "Vol"


def change_client(story: Story) -> None:
    story.made["client"] = story.do("behandelaar", clients.change_client, replace(story.made["client"], city="Zwolle"))


def import_forms(story: Story) -> None:
    data = (FORMS / "calendly.csv").read_bytes()
    story.made["batch"] = story.do("receptie", imports.import_requests, "calendly.csv", data).batch


def open_note(story: Story) -> None:
    story.made["note"] = story.do("behandelaar", notes.open_note, story.made["client"].id, NoteKind.INTAKE)


def type_note(story: Story) -> None:
    sheet, typed = story.made["note"], '{"sections": {"complaints": ["moe", false]}}'
    story.made["draft"] = story.do("behandelaar", note_seats.keep_note, sheet.note.id, sheet.base, typed)


def save_note(story: Story) -> None:
    sheet = story.made["note"]
    story.made["note"] = story.do("behandelaar", notes.save_note, sheet.note, [replace(one, text="tekst") for one in sheet.sections])


def sign_note(story: Story) -> None:
    story.made["signed"] = story.do("behandelaar", notes.sign_note, story.made["note"].note.id, story.made["note"].sections)


def add_addendum(story: Story) -> None:
    story.do("behandelaar", notes.add_addendum, story.made["signed"].note.id, "Belde na", "vergeten te noemen")


def make_plan(story: Story) -> None:
    template = story.do("behandelaar", plans.plan_templates)[0]
    story.made["plan"] = story.do("behandelaar", plans.create_plan, story.made["client"].id, template.code, "nl").plan


def back_up(story: Story) -> None:
    story.made["backup"] = story.do("beheerder", backups.back_up)
    story.clinic.clock.move(minutes=1)


def close_and_open(story: Story) -> None:
    story.clinic.close()
    story.clinic.as_("receptie")


STEPS: tuple[Callable[[Story], None], ...] = (
    add_client, look_at_client, change_client, import_forms, open_note, type_note, save_note, sign_note, add_addendum, make_plan,
    back_up, close_and_open, back_up,
)  # fmt: skip


@dataclass
class Trouble:
    """Begins at the ``at``-th thing of these kinds and, when the disk is full, lasts until ``over`` is called."""

    kinds: tuple[str, ...]
    at: int
    lasts: bool
    met: int = 0
    refused: int = 0
    ended: bool = False

    def __call__(self, event: Event) -> int:
        if self.ended or event.kind not in self.kinds:
            return OK
        self.met += 1
        if self.met < self.at or (self.refused and not self.lasts):
            return OK
        self.refused += 1
        return CODES[event.kind]

    def over(self) -> None:
        self.ended = True


def log_end(clinic: TestClinic) -> int:
    """Entries in the log, -1 when nobody has signed in; the reading itself must work on a full disk too."""
    desk = next(iter(clinic.desks.values()), None)
    if desk is None:
        return -1
    with desk.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT coalesce(max(size), 0) FROM audit_head").scalar_one())


def play(template: Path, folder: Path, disk: Disk, trouble: Trouble, *, close_full: bool) -> str:
    """The whole story with this trouble in it; empty when all is well."""
    shutil.copytree(template, folder)
    shutil.rmtree(state_dir() / "witness", ignore_errors=True)
    story = Story(TestClinic(folder))
    disk.events.clear()
    disk.refuse = trouble
    try:
        for step in STEPS:
            if wrong := take(step, story, trouble, folder):
                return f"{step.__name__}: {wrong}"
        if close_full:
            story.clinic.close()
        trouble.over()
        return at_the_end(story)
    finally:
        trouble.over()
        story.clinic.close()
        shutil.rmtree(folder)


SEVERAL = frozenset((import_forms, back_up, close_and_open, make_plan))
"""Steps of more than one transaction: what the first ones did may stand."""


def take(step: Callable[[Story], None], story: Story, trouble: Trouble, folder: Path) -> str:
    """Do a step, and again with room on the disk when it failed; what was wrong about it."""
    before = log_end(story.clinic)
    try:
        step(story)
    except EnvironmentProblem as problem:
        if said := told_wrongly(problem, trouble) or left_behind(step, story, before, folder):
            return said
    except Exception as error:  # noqa: BLE001 (whatever it was, no sentence was said)
        return f"{type(error).__name__} {error}"
    else:
        return ""
    trouble.over()
    try:
        step(story)
    except Exception as error:  # noqa: BLE001
        return f"again: {type(error).__name__} {error}"
    return ""


def told_wrongly(problem: EnvironmentProblem, trouble: Trouble) -> str:
    """A sentence, and only when there was trouble."""
    return f"an unclear sentence: {problem.message}" if len(problem.message) < 20 or not trouble.refused else ""


def left_behind(step: Callable[[Story], None], story: Story, before: int, folder: Path) -> str:
    """Nothing half-written: no entry, no half file."""
    after = log_end(story.clinic)
    if before not in {-1, after} and step not in SEVERAL:
        return f"half-written: {after - before} entries"
    left = [path.name for path in ClinicFolder(folder).backups.glob(".*")]
    return f"left behind: {left}" if left else ""


def at_the_end(story: Story) -> str:
    """Everything that was made is there, the log is intact, no page is damaged."""
    desk = story.clinic.as_("manager")
    with desk.database.reading() as connection:
        drafts_left = connection.exec_driver_sql("SELECT count(*) FROM draft").scalar_one()
        there = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in ("client", "consult_note", "plan")]
        result = check_log(desk.database.reading_driver)
        found = result.findings + check_pages(desk.database, desk.database.reading_driver)
    if desk.rescue or found:
        return f"{desk.rescue} {found[:2]}"
    return "" if there == [1, 1, 1] and not drafts_left else f"rows: {there}, drafts {drafts_left}"


def moments(count: int, last: int) -> list[int]:
    """``count`` numbers from 1 to ``last``, evenly; all of them when there are fewer."""
    return list(range(1, last + 1)) if count >= last else [1 + n * (last - 1) // max(count - 1, 1) for n in range(count)]


def troubles(kind: str, count: int, base: Path, met: list[int]) -> Iterator[str]:
    """The story without trouble, then with it at each of (at most) ``count`` moments; how many there are goes into ``met``."""
    make_clinic(base / "template")
    with recording() as disk:
        calm = Trouble(KINDS[kind], LONGEST, lasts=False)
        yield play(base / "template", base / "calm", disk, calm, close_full=False)
        met.append(calm.met)
        chosen = moments(count, calm.met)
        for number in with_progress(f"disk {kind}", chosen, len(chosen)):
            trouble = Trouble(KINDS[kind], number, lasts=kind == "full")
            said = play(base / "template", base / "run", disk, trouble, close_full=number % 2 == 0)
            yield f"at {number} of {calm.met}: {said}" if said else "" if trouble.refused else f"{number} of {calm.met} was never met"


def run(count: int, seed: int) -> list[Outcome]:
    """At most ``count`` moments of each kind of trouble; every one when there are fewer."""
    del seed
    outcomes = []
    for kind in KINDS:
        met: list[int] = []
        with tempfile.TemporaryDirectory() as name:
            said = list(troubles(kind, count, Path(name), met))
        outcomes.append(tally(f"disk {kind} at the n-th moment", said, f"of {met[0]:,} moments"))
    return outcomes
