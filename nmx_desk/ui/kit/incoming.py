"""How requests come in at this workstation: whether it reads the mailbox, which folder it watches. Of each clinic apart."""

from __future__ import annotations

from typing import Any

from nmx_desk.ui.kit.settings import UserSettings

REMEMBERED = 2000  # files


class IncomingHere:
    """Kept in the workstation's settings under the clinic's identity, so that a demo clinic never takes the files of the real one."""

    def __init__(self, station: UserSettings, clinic: str) -> None:
        self._station, self._key = station, f"incoming-{clinic}"

    @property
    def reads_mail(self) -> bool:
        """Whether this workstation reads the clinic's mailbox."""
        return self._get("mail") is True

    @property
    def folder(self) -> str:
        """The folder that is watched; empty: none."""
        return str(self._get("folder") or "")

    @property
    def moves(self) -> bool:
        """Whether files that were imported are moved."""
        return self._get("move") is True

    @property
    def seen(self) -> list[str]:
        """Digests of the files that had their turn, the last ones at the end."""
        found = self._get("seen")
        return [str(one) for one in found] if isinstance(found, list) else []

    def put(self, **values: Any) -> None:
        """Remember ``mail``, ``folder``, ``move`` or ``seen``, at once."""
        now = self._station.get(self._key, {})
        self._station.put(self._key, (now if isinstance(now, dict) else {}) | values)
        self._station.save()

    def remember(self, digests: list[str]) -> None:
        """These files had their turn."""
        if digests:
            self.put(seen=[*self.seen, *digests][-REMEMBERED:])

    def _get(self, name: str) -> Any:
        now = self._station.get(self._key, {})
        return now.get(name) if isinstance(now, dict) else None
