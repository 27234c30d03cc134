"""The receptionist's tasks of DOMAIN §3, through the real windows with the full demo clinic: so many clicks and so many seconds, not more.

A click is a mouse click or a single key; typed text is none. The seconds are the program's own, from the first click until the result is
in sight. Each task begins on the page Today, unless it says otherwise.
"""

import csv
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from nmx_desk import app as program
from nmx_desk.services import requests
from nmx_desk.ui.frame import watch
from nmx_desk.ui.theme import theme
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.ui.hands import Clicks, Hands, leave

pytestmark = pytest.mark.slow


@pytest.fixture
def hands(qapp, qtbot, demo_clinic, monkeypatch):
    """The receptionist at 08:30 on the page Today, in English."""
    theme().start(qapp)
    monkeypatch.setattr(watch, "VERIFY_AFTER", 10**8)
    monkeypatch.setattr(watch, "START_AFTER", 10**8)
    state = Path(os.environ["NMX_STATE_DIR"])
    running = program.App(demo_clinic.front, program.pages(), state, sources=program.palette_sources, now=demo_clinic.clock)
    running.use_language("en")
    running.open_desk(demo_clinic.front.sign_in("receptie", DEMO_PASSWORD))
    running._change_language("en")
    made = Hands(running)
    made.see("New requests")
    yield made
    leave(running)


@contextmanager
def task(hands: Hands, clicks: int, seconds: float) -> Iterator[None]:
    """What happens here takes at most so many clicks and seconds."""
    hands.settle()
    counted, keys, start = Clicks(QApplication.instance()), hands.keys, time.monotonic()
    yield
    took = time.monotonic() - start
    QApplication.instance().removeEventFilter(counted)
    used = counted.count + hands.keys - keys
    print(f"{used} of {clicks} clicks, {took:.2f} of {seconds} s")
    assert used <= clicks, f"{used} clicks, {clicks} allowed"
    assert took <= seconds, f"{took:.1f} s, {seconds} allowed"


def do(hands, case, *args, **kw):
    """Ask the desk that is open in the window."""
    return hands.app.runner.desk.do(case, *args, **kw)


# -- import ------------------------------------------------------------------------------------------------------------------------------


def overnight(path: Path, known) -> Path:
    """50 rows of the website's form: 44 new people, two that stand twice, one of whom we have a fresh request, three rows imported before."""
    rows = [(f"Nieuw{n} Proef{chr(97 + n // 26)}{chr(97 + n % 26)}", f"nieuw{n}@example.org", f"06 009{n:05}", "Moe") for n in range(44)]
    rows += [rows[3], rows[7], (known.name, known.email, known.phone, "Nog eens")]
    rows += rows[:3]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("Naam", "E-mail", "Telefoon", "Uw vraag"))
        writer.writerows(rows)
    return path


def choose_file(path: Path) -> list[str]:
    """Type the name of a file into the dialog that the next click opens, and press Enter."""
    done: list[str] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        field = dialog.findChild(QLineEdit, "fileNameEdit") if isinstance(dialog, QFileDialog) else None
        if field is None:
            return QTimer.singleShot(20, look)
        field.setText(str(path))
        done.append(dialog.windowTitle())
        return QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(20, look)
    return done


def test_importing_fifty_requests_with_doubles_marked(hands, tmp_path):
    known = do(hands, requests.list_requests)[-1].request
    file = overnight(tmp_path / "aanvragen.csv", known)
    before = do(hands, requests.counts).new
    with task(hands, 3, 15):
        chosen = choose_file(file)
        hands.click("Import…")
        hands.keys += len(chosen)
        hands.see("Recognised as")
        hands.see("6 doubles")
        hands.click("Import ")
        hands.see("44 new requests imported.")
    assert chosen == ["Import requests"]
    assert do(hands, requests.counts).new == before + 44


# -- find --------------------------------------------------------------------------------------------------------------------------------


def palette_finds(hands, text: str) -> list[str]:
    """What the palette shows of clients for a text that is typed."""
    box = hands.app.window.palette_box
    hands.type(text, box.field)
    shown = lambda: [clean(box.list.item(n).text()) for n in range(box.list.count())]  # noqa: E731
    hands.wait_for(lambda: any(re.search(r"C-\d{6}", line) for line in shown()), f"clients for {text}")
    return shown()
