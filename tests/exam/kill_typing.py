"""Kill −9 of the window itself while a note is typed: what stood on the screen for two seconds is there when the note is opened again.

The window is a process of its own: ``python -m tests.exam.kill_typing FOLDER CLIENT`` types until it is killed, ``… --show`` opens the
note and prints what it says.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nmx_desk.audit import witness
from nmx_desk.domain.clients import Client
from nmx_desk.services.desk import use_case
from nmx_desk.services.keeping import check_log
from nmx_desk.services.opening import witness_path
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally, with_progress

KEPT_WITHIN = 2.0
"""Seconds after which what was typed may not be lost (AUDIT §9)."""
WRITING = 0.5
"""Seconds for the write itself on a busy machine."""
ROOT = Path(__file__).resolve().parent.parent.parent
SECTION = "complaints"


@use_case("session.use")
def add_client(work: Any) -> Client:
    """Somebody to write about."""
    return work.store.add(Client(client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233"))


def window_with_note(folder: Path, client_id: str) -> Any:
    """The note page of a real window, by the practitioner."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from nmx_desk.ui.frame.window import MainWindow
    from nmx_desk.ui.kit.settings import UserSettings
    from nmx_desk.ui.notes import PAGE
    from nmx_desk.ui.runner import Runner
    from nmx_desk.ui.theme import theme

    application = QApplication.instance() or QApplication([])
    theme().start(application)
    clinic = TestClinic(folder)
    window = MainWindow(Runner(clinic.as_("behandelaar")), [PAGE], UserSettings(None), now=clinic.clock)
    window.resize(1280, 720)
    window.show()
    QTest.qWaitForWindowActive(window)
    window.go("notes", client_id=client_id, kind="intake")
    for _step in range(4):
        window.runner.idle()
    return window


def type_on(folder: Path, client_id: str, seed: int) -> None:
    """Type word after word and say when each stood there."""
    from PySide6.QtTest import QTest

    window = window_with_note(folder, client_id)
    text = window.current().editor.sections[SECTION].text
    chance = random.Random(seed)
    while True:
        QTest.keyClicks(text, "".join(chance.choices("abcdefgh", k=chance.randint(1, 8))) + " ")
        sys.stdout.write(json.dumps([time.monotonic(), text.toPlainText()]) + "\n")
        sys.stdout.flush()
        QTest.qWait(chance.randint(20, 300))


def child(*arguments: str) -> subprocess.Popen[str]:
    """A window in a process of its own, without a screen."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.exam.kill_typing", *arguments],
        cwd=ROOT, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def killed(folder: Path, client_id: str, seed: int, seconds: float) -> tuple[list[tuple[float, str]], float]:
    """Let somebody type so long, kill the window; what stood on the screen when, and when it was killed."""
    window = child(str(folder), client_id, "--seed", str(seed))
    assert window.stdout is not None
    first = window.stdout.readline()
    time.sleep(seconds)
    window.kill()
    at = time.monotonic()
    rest, said = window.communicate()
    if not first:
        raise RuntimeError(said[-300:])
    return [tuple(json.loads(line)) for line in (first + rest).splitlines() if line.endswith("]")], at


def lost(folder: Path, client_id: str, typed: list[tuple[float, str]], at: float) -> str:
    """Empty when the note that is opened again says what was typed in time and nothing else, and the log is intact."""
    in_time = max((text for moment, text in typed if moment <= at - KEPT_WITHIN - WRITING), key=len, default="")
    shown, said = child(str(folder), client_id, "--show").communicate()
    lines = shown.splitlines()
    if not lines:
        return f"the note does not open: {said[-300:]}"
    found, last = json.loads(lines[-1]), typed[-1][1]
    if not found.startswith(in_time) or not (last.startswith(found) or found.startswith(last)):
        return f"{len(in_time)} characters were typed in time, it says {found[-40:]!r}"
    clinic = TestClinic(folder)
    desk = clinic.as_("manager")
    with desk.database.reading():
        findings = check_log(desk.database.reading_driver, witness.load(witness_path(desk.db_uuid))).findings
    clinic.close()
    return f"{findings[0]}" if findings else ""


def cases(base: Path, count: int, seed: int) -> Iterator[str]:
    """So many kills, each in a copy of the same clinic."""
    make_clinic(base / "template")
    clinic = TestClinic(base / "template")
    client_id = clinic.as_("behandelaar").do(add_client).id
    clinic.close()
    chance = random.Random(seed)
    for number in range(count):
        shutil.rmtree(state_dir() / "witness", ignore_errors=True)
        shutil.copytree(base / "template", base / "run")
        typed, at = killed(base / "run", client_id, seed + number, chance.uniform(2.6, 6.0))
        said = lost(base / "run", client_id, typed, at)
        yield f"kill {number}: {said}" if said else ""
        shutil.rmtree(base / "run")


def run(count: int, seed: int) -> Outcome:
    """``count`` kills of a window in which a note is typed."""
    with tempfile.TemporaryDirectory() as name:
        return tally("kill −9 of the window while typing", list(with_progress("kill_typing", cases(Path(name), count, seed), count)))


def main() -> None:
    """The window."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("client")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    wanted = parser.parse_args()
    if not wanted.show:
        type_on(wanted.folder, wanted.client, wanted.seed)
    window = window_with_note(wanted.folder, wanted.client)
    print(json.dumps(window.current().editor.sections[SECTION].text.toPlainText()), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
