"""Something another page wants a moment for: the agenda finds one with its days in sight, and goes back to that page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nmx_desk.services.agenda import Offer


@dataclass(frozen=True)
class BookingTask:
    """For ``who``, with what to know of it in ``about``. ``book(offer, then, failed)`` books through the door of the page it is from.

    ``undo(made)`` takes back what ``book`` made. ``back`` is the page to go to when it is booked or given up, ``where`` the place on it.
    """

    who: str
    about: str
    type_code: str
    book: Callable[[Offer, Callable[[Any], object], Callable[[Any], object]], object]
    undo: Callable[[Any], object]
    back: str
    practitioner_id: str | None = None
    after: datetime | None = None
    where: Mapping[str, Any] = field(default_factory=dict)
