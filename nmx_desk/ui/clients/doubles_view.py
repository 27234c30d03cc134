"""Possible doubles among all clients: the surest first, each with its reasons; to be merged, or remembered as two people."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.client_views import DoubleList, DoublePair
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import doubles
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.dialogs import ask_reason
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.inputs import CheckInput
from nmx_desk.ui.kit.labels import Label, heading
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.likeness import likeness_look
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.progress import ProgressStrip
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.runner import Job
from nmx_desk.ui.theme.tokens import Space


class DoublesView(QWidget):
    """``counted`` carries how many pairs were found; everything else goes through the frame."""

    counted = Signal(int)

    def __init__(self, frame: Frame) -> None:
        super().__init__()
        self._frame = frame
        self._job: Job | None = None
        self._more = 0  # pairs that are not in the table
        self.words = Label("", role="muted", wrap=True)
        self.weak = CheckInput(_("Also those who only share a phone or e-mail, as families do"))
        self.weak.edited.connect(self.look)
        self.again = Button(_("Look again"), self.look, icon="refresh-cw")
        self.progress = ProgressStrip(self.stop)
        self._empty = EmptyState(_("No doubles found"), _("Nobody here looks like somebody else."), icon="users-round")
        self.table: Table[DoublePair] = Table(
            _columns(), name="doubles", label=_("Possible doubles"), settings=frame.user_settings, empty=self._empty
        )
        self.table.opened.connect(self._merge)
        self.table.chosen.connect(self._chosen)
        self.merge_button = Button(_("Merge …"), kind="primary", icon="merge", tip=_("Side by side (Enter)"))
        self.merge_button.clicked.connect(lambda: self._merge(self.table.current()))
        self.apart_button = Button(_("These are two people …"), self._apart, icon="users")
        self.why = Label("", wrap=True)
        back = IconButton("arrow-left", _("All clients"), lambda: frame.go("clients"))
        head = row(back, heading(_("Possible doubles")), STRETCH, self.again)
        foot = row(self.why, self.apart_button, self.merge_button, space=Space.M)
        foot.setStretch(0, 1)
        top = row(self.words, self.weak, space=Space.L)
        top.setStretch(0, 1)
        box = column(head, top, self.progress, self.table, foot, space=Space.M, margin=Space.XL)
        box.setStretch(3, 1)
        self.setLayout(box)
        self._chosen(None)
        self.progress.hide()

    def arrive(self) -> None:
        """Somebody came here: look, unless it is being looked."""
        if self._job is None:
            self.look()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def look(self) -> None:
        """Compare all clients; it can be stopped, and nobody waits for it."""
        self.stop()
        self.progress.report(0, 0, _("Comparing clients"))
        self.progress.show()
        self.words.setText(_("All clients are being compared. You can go on working."))
        self._job = self._frame.runner.do(
            doubles.list_doubles, weak=self.weak.value(), then=self._show, failed=self._failed, progress=self.progress.report, owner=self
        )

    def stop(self) -> None:
        """Stop looking; what was found before stays."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.progress.hide()

    def _failed(self, error: DeskError) -> None:
        if isinstance(error, Cancelled):
            if self._job is None:
                self.words.setText(_("Stopped. Choose “Look again” to compare all clients."))
            return
        self.stop()
        errors.show(error, self)

    def _show(self, found: DoubleList) -> None:
        self._job = None
        self.progress.hide()
        self._more = found.more
        self._show_rows(found.pairs)

    def _show_rows(self, pairs: Sequence[DoublePair]) -> None:
        self.table.set_rows(pairs)
        n = len(pairs) + self._more
        words = ngettext(
            "{n} pair may be one person. Nothing is merged by itself.", "{n} pairs may be one person. Nothing is merged by itself.", n
        )
        parts = [words.format(n=dates.number(n))] if n else []
        if self._more:
            parts.append(_("The surest {n} are shown.").format(n=dates.number(len(pairs))))
        self.words.setText(" ".join(parts))
        self.table.choose_first()
        self.counted.emit(n)

    def _chosen(self, pair: DoublePair | None) -> None:
        self.why.setText(pair.likeness.sentence if pair is not None else "")
        for button in (self.merge_button, self.apart_button):
            button.setEnabled(pair is not None)

    def _merge(self, pair: DoublePair | None) -> None:
        if pair is not None:
            self._frame.go("clients", client_id=pair.one.id, once={"merge": True, "other": pair.other.id})

    def _apart(self) -> None:
        pair = self.table.current()
        if pair is None:
            return
        text = _("{one} and {other} are not proposed again. Write down how you know, such as: twins, father and son.")
        names = {"one": _who(pair.one), "other": _who(pair.other)}
        reason = ask_reason(self, _("Are these two people?"), text.format(**names), yes=_("Two people"))
        if reason:
            self._frame.runner.do(
                doubles.keep_apart, pair.one.id, pair.other.id, reason, then=lambda kept: self._kept(pair, kept), owner=self
            )

    def _kept(self, pair: DoublePair, kept: str) -> None:
        self._show_rows([row for row in self.table.records.rows if row.id != pair.id])
        self._frame.toast(_("Remembered: two people."), undo=lambda: self._put_back(kept))

    def _put_back(self, kept: str) -> None:
        self._frame.runner.do(doubles.forget_apart, kept, then=lambda _none: self.look(), owner=self)


def _who(client: Client) -> str:
    return _("{name}, {number}").format(name=client.name, number=client.client_no)


def _about(client: Client) -> str:
    born = dates.short(client.birth_date) if client.birth_date else ""
    return " · ".join(filter(None, (client.client_no, born, shown_phone(client.phone), client.email)))


def _columns() -> list[Column[DoublePair]]:
    return [
        Column(key="how", title=_("How surely"), text=lambda pair: pair.likeness.short,
               badge=lambda pair: Badge(pair.likeness.short, *likeness_look(pair.likeness)), width=170),
        Column(key="one", title=_("One"), text=lambda pair: pair.one.name, detail=lambda pair: _about(pair.one), strong=True,
               tooltip=lambda pair: f"{pair.one.name}\n{_about(pair.one)}"),
        Column(key="other", title=_("The other"), text=lambda pair: pair.other.name, detail=lambda pair: _about(pair.other), strong=True,
               tooltip=lambda pair: f"{pair.other.name}\n{_about(pair.other)}"),
        Column(key="why", title=_("Why"), text=lambda pair: pair.likeness.reasons, detail=lambda pair: pair.likeness.doubts,
               tooltip=lambda pair: pair.likeness.sentence),
    ]  # fmt: skip
