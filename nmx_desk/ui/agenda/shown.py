"""Which practitioners' columns a user wants to see, and what the colours say; remembered for this user."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from nmx_desk.domain.people import User
from nmx_desk.ui.kit.page import Frame

HIDDEN, COLOURS = "agenda.hidden", "agenda.colours"
BY_TYPE, BY_PRACTITIONER = "type", "practitioner"


class Shown(QObject):
    """``changed`` when something else is to be shown. One practitioner at least always is."""

    changed = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._settings = frame.user_settings
        kept = self._settings.get(HIDDEN, [])
        self._wanted = {str(one) for one in kept} if isinstance(kept, list) else set()
        self.colours = BY_PRACTITIONER if self._settings.get(COLOURS) == BY_PRACTITIONER else BY_TYPE
        self.people: list[User] = []

    @property
    def by_practitioner(self) -> bool:
        """Whether a hue says with whom, instead of what kind."""
        return self.colours == BY_PRACTITIONER

    @property
    def hidden(self) -> frozenset[str]:
        """Ids of practitioners that are not to be seen; nobody when that would be everybody."""
        everybody = {user.id for user in self.people}
        return frozenset(self._wanted & everybody) if everybody - self._wanted else frozenset()

    def offer(self, people: list[User]) -> None:
        """Who there is."""
        self.people = people
        self.changed.emit()

    def may_hide(self, practitioner_id: str) -> bool:
        """Whether somebody else stays in sight."""
        return any(user.id != practitioner_id and user.id not in self.hidden for user in self.people)

    def show(self, practitioner_id: str, on: bool = True) -> None:
        """Show or hide a practitioner."""
        wanted = self.hidden - {practitioner_id} if on else self.hidden | {practitioner_id}
        if wanted != self.hidden and (on or self.may_hide(practitioner_id)):
            self._wanted = set(wanted)
            self._settings.put(HIDDEN, sorted(wanted))
            self.changed.emit()

    def colour(self, by: str) -> None:
        """Let the colours say the type or the practitioner."""
        if by != self.colours:
            self.colours = by
            self._settings.put(COLOURS, by)
            self.changed.emit()
