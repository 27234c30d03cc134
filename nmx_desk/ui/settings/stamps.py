"""Time stamps of the log: which authority, and having today's root stamped."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import DeskError
from nmx_desk.domain.people import Clinic
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import people, timestamps
from nmx_desk.services.timestamps import Stamped
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button, offer_saving
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import FORM_WIDTH, Space


def _entries(stamped: Stamped) -> str:
    return ngettext("{n} entry of the log", "{n} entries of the log", stamped.size).format(n=dates.number(stamped.size))


class StampsPart(QWidget):
    """Off until an address stands here: only then a hash leaves the clinic."""

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._clinic = Clinic()
        self.form = Form([
            Field(name="stamp_url", label=_("Address of the authority"), max_length=300, placeholder="https://", span=0),
            Field(name="stamp_certificates", label=_("Certificates with their root (PEM)"), kind="multiline", max_length=100_000, lines=3,
                  placeholder=_("Paste the text of the file that the authority publishes."), span=0),
        ])  # fmt: skip
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.back = Button(_("Undo the changes"), self.undo, kind="quiet")
        self.stamp_button = Button(_("Stamp the log now"), self.stamp, icon="badge-check")
        self.table = self._table()
        text = _(
            "An authority outside the clinic signs what the log holds now (RFC 3161): rewritten afterwards, it no longer fits. Only a hash "
            "leaves the clinic, and only once an address stands here."
        )
        card = Card("", muted(text), self.form, row(self.save_button, self.back, STRETCH))
        card.setMaximumWidth(FORM_WIDTH - 60)
        right = column(row(self.stamp_button, STRETCH), self.table)
        right.setStretchFactor(self.table, 1)
        whole = row(space=Space.L)
        for side in (column(card, STRETCH), right):
            whole.addLayout(side, 1)
        self.setLayout(whole)
        may = frame.desk.may("settings.change")
        self.form.set_read_only(not may)
        self.save_button.setVisible(may)
        self.form.edited.connect(self._edited)
        self.form.submitted.connect(self.save)
        self._edited()

    def _table(self) -> Table[Stamped]:
        now = self._frame.now
        columns: list[Column[Stamped]] = [
            Column(key="when", title=_("Stamped"), text=lambda s: dates.when(s.at, now(), time_always=True), strong=True,
                   sort_key=lambda s: s.at, tooltip=lambda s: dates.full(s.at), detail=_entries, width=170),
            Column(key="who", title=_("Authority"), text=lambda s: s.authority, tooltip=lambda s: s.authority, detail=lambda s: s.root),
        ]  # fmt: skip
        empty = EmptyState(_("The log was not stamped yet"), icon="badge-check")
        return Table(columns, name="stamps", label=_("Time stamps"), settings=self._frame.user_settings, empty=empty, key=lambda s: s.root)

    def load(self) -> None:
        """Read and show."""
        self._frame.runner.latest("settings-stamps", people.read_clinic, then=self._show, owner=self)
        self._frame.runner.latest("settings-stamped", timestamps.list_stamps, then=self.table.set_rows, owner=self)

    def keep(self) -> bool:
        """Whether nothing typed is unsaved."""
        return not self.form.dirty

    def save(self) -> None:
        """Save what was typed."""
        values = self.form.checked()
        if values is not None and self.form.dirty:
            wanted = values["stamp_url"], values["stamp_certificates"]
            self._frame.runner.do(timestamps.set_authority, *wanted, then=self._saved, owner=self.form)

    def undo(self) -> None:
        """Back to what is stored."""
        self._show(self._clinic)

    def stamp(self) -> None:
        """Ask the authority, and keep its answer."""
        self.stamp_button.setEnabled(False)
        title = _("Asking the time-stamping authority")
        self._frame.runner.do(timestamps.ask_authority, then=self._answered, failed=self._failed, progress=title, owner=self)

    def _answered(self, answer: bytes) -> None:
        self._frame.runner.do(timestamps.keep_stamp, answer, then=self._stamped, failed=self._failed, owner=self)

    def _stamped(self, made: Stamped) -> None:
        text = ngettext("{authority} stamped the log of {n} entry.", "{authority} stamped the log of {n} entries.", made.size)
        self._frame.toast(text.format(authority=made.authority, n=dates.number(made.size)))
        self.load()

    def _failed(self, error: DeskError) -> None:
        self._edited()
        errors.show(error, self)

    def _show(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self.form.set_values({name: getattr(clinic, name) for name in self.form.values()})
        self._edited()

    def _saved(self, clinic: Clinic) -> None:
        self._show(clinic)
        self._frame.toast(_("The time-stamping authority has been saved."))

    def _edited(self) -> None:
        offer_saving(self.save_button, self.back, self.form.first(), dirty=self.form.dirty)
        self.stamp_button.setEnabled(bool(self._clinic.stamp_url) and not self.form.dirty)
