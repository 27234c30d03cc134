"""Places one has been, for back and forward."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MOST = 100


@dataclass(frozen=True)
class Place:
    """A page and where in it: ids only."""

    name: str
    where: dict[str, Any] = field(default_factory=dict)


class History:
    """A line of places with a point on it."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def visit(self, place: Place) -> None:
        """Go to a new place; what lay ahead is forgotten."""
        if self._at >= 0 and self._places[self._at] == place:
            return
        self._places = [*self._places[: self._at + 1], place][-MOST:]
        self._at = len(self._places) - 1

    def step(self, by: int) -> Place | None:
        """The place one back (-1) or forward (1), without going there."""
        return self._places[self._at + by] if 0 <= self._at + by < len(self._places) else None

    def move(self, by: int) -> None:
        """Go there."""
        if self.step(by):
            self._at += by
