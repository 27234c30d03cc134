"""The bottom bar: the log, the last backup, work that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame

from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.labels import Label, Picture, set_tip
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme import Hue, pixmap, theme
from nmx_desk.ui.theme.tokens import Space

HEIGHT = 32


class _Sign(QFrame):
    """A small icon with a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = Picture()
        self._label = Label("", look="small", role="muted")
        self._look = ("info", "muted")
        self.setLayout(row(self._picture, self._label, space=6))
        theme().changed.connect(self._retint)
        self.hide()

    def say(self, text: str, icon: str, hue: Hue, tip: str = "") -> None:
        """Show it; an empty text hides."""
        self._look = (icon, "muted" if hue is Hue.NEUTRAL else str(hue))
        self._label.setText(text)
        self._label.set_role(self._look[1])
        self.setAccessibleName(text)
        set_tip(self, tip)
        self._retint()
        self.setVisible(bool(text))

    def _retint(self) -> None:
        self._picture.setPixmap(pixmap(*self._look, 14))


class BottomBar(QFrame):
    """Quiet unless something is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "bottombar")
        self.setAccessibleName(_("Status"))
        self._log, self._backup = _Sign(), _Sign()
        self._jobs: Sequence[Job] = ()
        self._entries = self._checked = 0
        self._ok: bool | None = None
        self._strip = ProgressStrip(self._stop)
        self._strip.setMaximumWidth(420)
        self._strip.hide()
        self._box = row(self._log, self._backup, STRETCH, self._strip, space=Space.XL)
        self.setLayout(self._box)
        self._room = 0
        self._fit()

    def make_room(self, height: int) -> None:
        """Be this high for what is said over it; work that can be stopped stays in sight above that."""
        self._room = height
        self._fit()

    def _fit(self) -> None:
        below = self._room if self._jobs else 0
        self._box.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS + below)
        self.setMinimumHeight(max(HEIGHT + below, self._room))

    def set_log(self, entries: int, *, ok: bool | None = None) -> None:
        """Number of entries; ``ok`` says how a verification of them ended, and stays said while entries are added (None)."""
        if ok is not None:
            self._ok, self._checked = ok, entries
        self._entries = max(entries, self._entries)
        count = ngettext("{n} entry in the log", "{n} entries in the log", self._entries).format(n=dates.number(self._entries))
        if self._ok is False:
            self._log.say(_("The log does not add up: open the log page"), "shield-alert", Hue.DANGER)
        elif self._ok:
            tip = _("Verified on this computer: {n} entries. What came later is signed and is verified the next time.")
            self._log.say(_("{entries}, intact").format(entries=count), "shield-check", Hue.OK, tip.format(n=dates.number(self._checked)))
        else:
            self._log.say(count, "scroll-text", Hue.NEUTRAL)

    def set_backup(self, last: datetime | None, now: datetime) -> None:
        """When the last backup was made; late after two days."""
        if last is None:
            self._backup.say(_("No backup yet"), "hard-drive", Hue.WARN)
            return
        hue = Hue.WARN if (now - last).days >= 2 else Hue.NEUTRAL
        text = _("Last backup: {when}").format(when=dates.when(last, now, time_always=True))
        self._backup.say(text, "hard-drive", hue, dates.full(last))

    def set_work(self, jobs: Sequence[Job]) -> None:
        """What runs; the first is shown."""
        self._jobs = jobs
        self._strip.setVisible(bool(jobs))
        self._fit()
        if jobs:
            job = jobs[0]
            more = len(jobs) - 1
            title = _("{title} (and {n} more)").format(title=job.title, n=more) if more else job.title
            self._strip.set_title(f"{title}: {job.text}" if job.text else title)
            self._strip.report(job.done, job.total)

    def _stop(self) -> None:
        if self._jobs:
            self._jobs[0].cancel()
