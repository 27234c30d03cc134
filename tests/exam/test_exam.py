"""The ordinary run's share of the exam: every class at its small count."""

import importlib

import pytest

from tests.exam.__main__ import examine
from tests.exam.register import CLASSES


@pytest.mark.slow
@pytest.mark.parametrize("one", [one for one in CLASSES if one.ordinary], ids=lambda one: one.name)
def test_everything_is_found(one):
    """In a process of its own, as ``make exam`` does: memory that other tests took is not this one's."""
    outcomes = examine(one, one.ordinary, seed=7)
    assert outcomes
    assert [outcome for outcome in outcomes if not outcome.ok] == []


def test_every_class_of_the_exam_is_there():
    """What AUDIT §10 asks for, each a function that can be called: none is left out of the table without a word."""
    asked = {"bypass", "tampering", "insider", "merkle", "byte_flips", "kills", "powerloss", "wal_flips", "disk_full", "migrations_fail",
             "restores", "destructions", "hostile", "writers", "kill_typing", "spoilt_files", "guises", "slots", "bookings",
             "calendars", "figures"}  # fmt: skip
    assert asked <= {one.name for one in CLASSES}
    assert all(callable(getattr(importlib.import_module(one.module), one.function)) for one in CLASSES)
    full = {one.name: one.full for one in CLASSES}
    least = {"tampering": 1000, "insider": 1000, "merkle": 10_000, "byte_flips": 10_000, "kills": 1000, "powerloss": 2000,
             "wal_flips": 1000, "restores": 100, "destructions": 500, "hostile": 10_000, "writers": 120, "spoilt_files": 20_000,
             "guises": 1000, "slots": 20_000, "bookings": 150, "calendars": 2000, "kill_typing": 1000}  # fmt: skip
    assert {name: full[name] for name in least if full[name] < least[name]} == {}
