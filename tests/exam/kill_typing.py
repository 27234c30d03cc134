"""Kill −9 of the window itself while a note is typed: every letter that stood there for two seconds is there when the note is opened again.

The exam's process has everything loaded and forks a child a kill, so that a start is cheap: the child opens the clinic, shows the real
window without a screen and types until it is killed, at a human pace or in bursts as from a dictation. Then the clinic is opened again, its
log is verified and the note is read at the door; now and then in a window. ``python -m tests.exam.kill_typing --kills 1000``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.domain.clients import Client
from nmx_desk.domain.notes import NoteKind
from nmx_desk.services import notes
from nmx_desk.services.desk import use_case
from nmx_desk.services.keeping import check_log
from nmx_desk.services.note_seats import typed_sections
from nmx_desk.services.opening import witness_path
from nmx_desk.ui.frame.window import MainWindow  # loaded before the forks; no window is made here
from nmx_desk.ui.notes import PAGE
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally, with_progress

KEPT_WITHIN = 2.0
"""Seconds after which what was typed may not be lost (AUDIT §9)."""
SECTION = "complaints"
LETTERS = "abcdefgh   "
SHOW_EACH = 25
SOON = 0.2
"""Part of the kills that come within the first two seconds: nothing has to be there yet, but the file must open."""


@use_case("session.use")
def add_client(work: Any) -> Client:
    """Somebody to write about."""
    return work.store.add(Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233"))


@dataclass
class Losses:
    """How long what was lost had stood there, in seconds, and how much was typed."""

    seconds: list[float] = field(default_factory=list)
    letters: int = 0

    def note(self) -> str:
        """In a few words."""
        if not self.seconds:
            return ""
        found = sorted(self.seconds)
        return f"{self.letters:,} letters typed; lost at most {found[-1]:.2f} s, {found[len(found) // 2]:.2f} s in the middle"


# -- the window, in a process of its own -------------------------------------------------------------------------------------------------


def window_with_note(folder: Path, note_id: str) -> Any:
    """The note page of a real window, by the practitioner."""
    from PySide6.QtWidgets import QApplication

    from nmx_desk.ui.kit.settings import UserSettings
    from nmx_desk.ui.runner import Runner
    from nmx_desk.ui.theme import theme

    application = QApplication([])
    theme().start(application)
    clinic = TestClinic(folder)
    window = MainWindow(Runner(clinic.as_("behandelaar")), [PAGE], UserSettings(None), now=clinic.clock)
    window.kept_alive = application
    window.resize(1280, 720)
    window.show()
    window.go("notes", note_id=note_id)
    for _step in range(4):
        window.runner.idle()
    return window


def type_on(folder: Path, note_id: str, out: int, chance: random.Random) -> None:
    """Type until the end and say when each piece stood there: at a human pace, or in quick bursts."""
    from PySide6.QtTest import QTest

    window = window_with_note(folder, note_id)
    text = window.current().editor.sections[SECTION].text
    human = chance.random() < 0.6
    while True:
        piece = chance.choice(LETTERS) if human else "".join(chance.choices(LETTERS, k=chance.randint(5, 60)))
        QTest.keyClicks(text, piece)
        os.write(out, json.dumps([time.monotonic(), piece]).encode() + b"\n")
        QTest.qWait(chance.randint(40, 260) if human else chance.choice((5, 20, 60, 400)))


def show(folder: Path, note_id: str, out: int, _chance: random.Random) -> None:
    """What a window that is opened afterwards says."""
    window = window_with_note(folder, note_id)
    shown = window.current().editor.sections[SECTION].text.toPlainText()
    os.write(out, json.dumps(shown).encode() + b"\n")


def forked(job: Callable[[Path, str, int, random.Random], None], folder: Path, note_id: str, seed: str) -> tuple[int, Any]:
    """A child that does this; its number and what it says."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            job(folder, note_id, write, random.Random(seed))
        except BaseException as error:  # noqa: BLE001 (said to who waits for it)
            os.write(write, json.dumps(f"{type(error).__name__} {error}").encode() + b"\n")
        finally:
            os._exit(0)
    os.close(write)
    return child, os.fdopen(read, "rb")


# -- the kill, and what is there afterwards ----------------------------------------------------------------------------------------------


def killed(folder: Path, note_id: str, seed: str, seconds: float) -> tuple[list[tuple[float, str]], float]:
    """Let somebody type so long after the first letter, kill the window; what was typed when, and when it was killed."""
    child, pipe = forked(type_on, folder, note_id, seed)
    with pipe:
        first = pipe.readline()
        time.sleep(seconds)
        at = time.monotonic()
        os.kill(child, signal.SIGKILL)
        lines = (first + pipe.read()).splitlines()
    os.waitpid(child, 0)
    typed = [json.loads(line) for line in lines if line.endswith(b"]")]
    if not typed:
        raise RuntimeError(f"nothing was typed: {lines[:1]}")
    return [(moment, piece) for moment, piece in typed], at


def lost(folder: Path, note_id: str, typed: list[tuple[float, str]], at: float, losses: Losses) -> str:
    """Empty when everything that was typed in time is kept, nothing else is, and the log is intact."""
    clinic = TestClinic(folder)
    try:
        sheet = clinic.as_("behandelaar").do(notes.read_note, note_id)
        found = typed_sections(sheet.draft.content)[SECTION][0] if sheet.draft is not None else ""
        if sheet.read_only or sheet.elsewhere is not None:
            return "the killed window still sits at the note"
        desk = clinic.as_("manager")
        with desk.database.reading():
            findings = check_log(desk.database.reading_driver, witness.load(witness_path(desk.db_uuid))).findings
    finally:
        clinic.close()
    whole = "".join(piece for _moment, piece in typed)
    losses.letters += len(whole)
    if not (whole.startswith(found) or found.startswith(whole)):  # the last letters may have come too late to be told
        return f"it says {found[-40:]!r} where {whole[-40:]!r} was typed"
    length = 0
    for moment, piece in typed:
        length += len(piece)
        if length > len(found):
            losses.seconds.append(at - moment)
            if at - moment > KEPT_WITHIN:
                return f"{len(whole) - len(found)} letters lost, the first had stood there for {at - moment:.2f} s"
            break
    return f"{findings[0]}" if findings else ""


def shown_wrong(folder: Path, note_id: str) -> str:
    """Empty when a window that is opened again shows what was kept."""
    clinic = TestClinic(folder)
    sheet = clinic.as_("behandelaar").do(notes.read_note, note_id)
    kept = typed_sections(sheet.draft.content)[SECTION][0] if sheet.draft is not None else ""
    clinic.close()
    child, pipe = forked(show, folder, note_id, "")
    with pipe:
        said = json.loads(pipe.readline())
    os.waitpid(child, 0)
    return "" if said == kept else f"the window shows {said[-40:]!r}, {kept[-40:]!r} was kept"


def cases(base: Path, count: int, seed: int, losses: Losses) -> Iterator[str]:
    """So many kills, each in a copy of the same clinic."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    make_clinic(base / "template")
    clinic = TestClinic(base / "template")
    desk = clinic.as_("behandelaar")
    note_id = desk.do(notes.open_note, desk.do(add_client).id, NoteKind.INTAKE).note.id
    clinic.close()
    chance = random.Random(seed)
    for number in range(count):
        shutil.rmtree(state_dir() / "witness", ignore_errors=True)
        shutil.copytree(base / "template", base / "run")
        seconds = chance.uniform(0, KEPT_WITHIN) if chance.random() < SOON else chance.uniform(KEPT_WITHIN, 2.2 * KEPT_WITHIN)
        typed, at = killed(base / "run", note_id, f"{seed} {number}", seconds)
        said = lost(base / "run", note_id, typed, at, losses)
        if not said and number % SHOW_EACH == 0:
            said = shown_wrong(base / "run", note_id)
        yield f"kill {number}: {said}" if said else ""
        shutil.rmtree(base / "run")


def run(count: int, seed: int) -> Outcome:
    """``count`` kills of a window in which a note is typed."""
    losses = Losses()
    with tempfile.TemporaryDirectory() as name:
        said = list(with_progress("kill_typing", cases(Path(name), count, seed, losses), count))
    return tally("kill −9 of the window while typing", said, losses.note())


def main() -> int:
    """Prints one line of figures; exit code 1 when anything was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        os.environ["NMX_STATE_DIR"] = state
        outcome = run(wanted.kills, wanted.seed)
    print(json.dumps({"tried": outcome.tried, "missed": outcome.missed, "note": outcome.note}, ensure_ascii=False))
    return 0 if outcome.ok else 1


if __name__ == "__main__":
    sys.exit(main())
