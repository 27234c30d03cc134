"""How something overdue is called, how long it waits, and where one goes to do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nmx_desk.i18n import _, ngettext
from nmx_desk.services.overdue import Overdue
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.due_words import REGISTERS, WHAT
from nmx_desk.ui.theme import Hue

ICONS = {
    "request": "inbox", "note": "file-text", "follow_up": "calendar-clock", "task": "square-check-big", "quality": "badge-check",
    "privacy": "shield-check",
}  # fmt: skip
LONG = 7  # days after which it is red
MAY = {
    "request": "requests.read", "note": "notes.watch", "follow_up": "followups.read", "task": "tasks.use", "quality": "registers.read",
    "privacy": "privacy.read",
}  # fmt: skip
"""The right to the page where it is done."""


def title(item: Overdue) -> str:
    """Whom or what it is about."""
    if item.kind == "quality":
        return "  ".join(filter(None, (item.number, item.title)))
    if item.client:
        return item.client
    return item.number or item.title or (_("The clinic") if item.kind == "task" else _("(no name)"))


def kind_words(item: Overdue) -> str:
    """What was not done."""
    if item.kind == "quality":
        return ": ".join(_(names[key]) for names, key in ((REGISTERS, item.part), (WHAT, item.what)) if key in names)
    return {
        "request": _("Request nobody called"), "note": _("Note not signed"), "follow_up": _("Follow-up not held"),
        "task": _("Task not done"), "privacy": _("Privacy request not done"),
    }[item.kind]  # fmt: skip


def about(item: Overdue) -> str:
    """What was not done, and by whom."""
    words = item.title if item.kind == "task" and item.client else ""
    return " · ".join(filter(None, (kind_words(item), words, item.who)))


def badge(item: Overdue, now: datetime) -> Badge:
    """For how long."""
    days = (dates.today(now) - item.since).days
    return Badge(ngettext("{n} day", "{n} days", days).format(n=days), Hue.DANGER if days > LONG else Hue.WARN, ICONS[item.kind])


def open_it(item: Overdue, go: Callable[..., object]) -> None:
    """Go to where it is done."""
    match item.kind:
        case "request":
            go("requests", request_id=item.id)
        case "task":
            go("tasks", task_id=item.id)
        case "note":
            go("notewatch", note_id=item.id)
        case "quality":
            go("quality", part=item.part, record_id=item.id)
        case "privacy":
            go("privacy", request_id=item.id)
        case _:
            go("followups", follow_up_id=item.id)
