"""The classes of the exam: AUDIT §10 as a table. A class is a function ``run(count, seed)`` that returns an outcome or several."""

from __future__ import annotations

import importlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass

from tests.exam.outcome import Outcome


@dataclass(frozen=True)
class ExamClass:
    """``full`` cases in ``make exam``, ``ordinary`` ones in the ordinary test run (0: it has tests of its own there)."""

    name: str
    module: str
    full: int
    ordinary: int
    function: str = "run"


CLASSES = (
    ExamClass("merkle", "tests.exam.merkle", 10_000, 200),
    ExamClass("bypass", "tests.exam.bypass", 10, 0),
    ExamClass("tampering", "tests.exam.tampering", 1_000, 8),
    ExamClass("insider", "tests.exam.insider", 1_000, 10),
    ExamClass("powerloss", "tests.exam.powerloss", 2_000, 24),
    ExamClass("kills", "tests.exam.kills", 1_000, 10),
    ExamClass("kill_typing", "tests.exam.kill_typing", 1_000, 10),
    ExamClass("writers", "tests.exam.writers", 180, 5),
    ExamClass("bookings", "tests.exam.bookings", 150, 6),
    ExamClass("disk_full", "tests.exam.disk_full", 2_000, 5),
    ExamClass("byte_flips", "tests.exam.byte_flips", 10_000, 150),
    ExamClass("wal_flips", "tests.exam.wal_flips", 1_000, 25),
    ExamClass("migrations_fail", "tests.exam.migrations_fail", 600, 12),
    ExamClass("restores", "tests.exam.restores", 100, 6),
    ExamClass("rekey", "tests.exam.rekey", 300, 30),
    ExamClass("hostile", "tests.exam.hostile", 10_000, 100),
    ExamClass("spoilt_files", "tests.exam.spoilt_files", 20_000, 60),
    ExamClass("guises", "tests.exam.guises", 2_000, 25),
    ExamClass("slots", "tests.exam.slots", 20_000, 60),
    ExamClass("calendars", "tests.exam.calendar_files", 2_000, 60),
    ExamClass("figures", "tests.exam.figures", 60, 2),
    ExamClass("destructions", "tests.exam.erasures", 500, 0),
)  # fmt: skip


def named(names: Iterable[str]) -> list[ExamClass]:
    """The classes with these names, in the table's order; all of them for no name. Raises ``ValueError`` for a name there is not."""
    wanted = set(names)
    if unknown := wanted - {one.name for one in CLASSES}:
        raise ValueError(f"no such class: {', '.join(sorted(unknown))}; there are {', '.join(one.name for one in CLASSES)}")
    return [one for one in CLASSES if not wanted or one.name in wanted]


def take(one: ExamClass, count: int, seed: int) -> list[Outcome]:
    """Run a class in this process, with a state folder of its own."""
    with tempfile.TemporaryDirectory() as state:
        before = os.environ.get("NMX_STATE_DIR")
        os.environ["NMX_STATE_DIR"] = state
        try:
            made = getattr(importlib.import_module(one.module), one.function)(count, seed)
        finally:
            if before is None:
                del os.environ["NMX_STATE_DIR"]
            else:
                os.environ["NMX_STATE_DIR"] = before
    return [made] if isinstance(made, Outcome) else list(made)
