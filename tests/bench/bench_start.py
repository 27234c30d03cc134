"""From command to usable window (login shown), and from password to the first page; key derivation apart."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GATE_LOGIN_MS, GATE_TODAY_MS = 800, 300
CHILD = """
import sys, time, json, os, pathlib
start = float(sys.argv[1])
import nmx_desk.app as program
from PySide6.QtWidgets import QApplication
from nmx_desk.services.opening import FrontDoor, Surroundings
from nmx_desk.ui.theme import theme
from nmx_desk.vault.keyfile import CHEAP_KDF
application = QApplication([])
theme().start(application)
door = FrontDoor(pathlib.Path(sys.argv[2]), Surroundings(kdf=CHEAP_KDF))
app = program.App(door, program.pages, pathlib.Path(os.environ["NMX_STATE_DIR"]), sources=program.palette_sources)
app.start()
application.processEvents()
login = time.time() - start
program.pages()  # what warm_up does while the password is typed
desk = door.sign_in("manager", sys.argv[3])
begin = time.perf_counter()
app.open_desk(desk)
app.window.go("today")
application.processEvents()
app.runner.idle()
application.processEvents()
today = time.perf_counter() - begin
print(json.dumps([login, today]), flush=True)
os._exit(0)
"""
PLAIN = """
import sys, time, json, sqlalchemy
from PySide6.QtWidgets import QApplication
print(json.dumps([time.time() - float(sys.argv[1]), 0]))
"""


def _child(code: str, *arguments: str, state: str) -> list[float]:
    environment = os.environ | {"NMX_STATE_DIR": state, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(time.time()), *arguments], capture_output=True, text=True, check=True, env=environment, timeout=120
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


def run(n_pairs: int = 5) -> list[dict]:
    """Rows for the table; each start is a process of its own, paired with one that only imports the libraries."""
    from nmx_desk.services.demo import make_demo
    from nmx_desk.services.desk import Progress
    from nmx_desk.vault.passwords import DEMO_PASSWORD

    size = os.environ.get("NMX_BENCH_DEMO", "small")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "demo"
        make_demo(folder, size=size, seed=1, today=None, progress=Progress())
        login, today, bare = [], [], []
        for _ in range(n_pairs + 1):
            bare.append(_child(PLAIN, state=name)[0] * 1000)
            shown, first = _child(CHILD, str(folder), DEMO_PASSWORD, state=name)
            login.append(shown * 1000)
            today.append(first * 1000)
    return [
        _row(f"start to login shown ({size} demo)", login, bare, GATE_LOGIN_MS),
        _row("password to today page", today, bare, GATE_TODAY_MS),
    ]


def _row(name: str, ours: list[float], peer: list[float], gate: int) -> dict:
    middle = statistics.median(ours[1:])
    ratios = [a / b for a, b in zip(ours[1:], peer[1:], strict=True)]
    return {"name": name, "ours_ms": middle, "peer": "python + SQLAlchemy + PySide6 imports",
            "peer_ms": statistics.median(peer[1:]),
            "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios), "gate": f"{gate} ms",
            "ok": middle <= gate}  # fmt: skip
