"""Python's collector of cycles, set for what this program does: many small records that are no cycles, beside modules that stay."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """As Python is set, a look at the figures is held up for as long again by searches among everything that was ever imported."""
    gc.set_threshold(50_000, 20, 20)


def keep_what_is_there() -> None:
    """What is loaded by now stays: it is not searched any more."""
    gc.freeze()
