"""Possible doubles side by side: this request, the other one, and what is the same."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.request_views import PossibleDouble
from nmx_desk.domain.requests import REQUEST_STATUS_NAMES, AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import Label, Picture
from nmx_desk.ui.kit.layout import column, holder, row
from nmx_desk.ui.kit.likeness import likeness_badge, likeness_lines
from nmx_desk.ui.theme import pixmap
from nmx_desk.ui.theme.tokens import Space

_TOP = Qt.AlignmentFlag.AlignTop


class DoubleCard(QWidget):
    """One possible double. ``same`` and ``shown`` carry the ``PossibleDouble``."""

    same = Signal(object)
    shown = Signal(object)

    def __init__(self, request: AdviceRequest, other: PossibleDouble, now: datetime, *, can_mark: bool) -> None:
        super().__init__()
        self.other = other
        title = _("Client {number}").format(number=other.record.client_no) if isinstance(other.record, Client) else _("Request")
        badge = likeness_badge(other.likeness)
        self.setAccessibleName(_("{who}. {why}").format(who=title, why=other.likeness.sentence))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XS)
        for place, (label, mine, theirs) in enumerate(self._lines(request, other, now)):
            self._line(grid, place, label, mine, theirs)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        buttons: list[QWidget] = []
        if can_mark:
            text = _("Link to this client") if other.is_client else _("Mark as its double")
            buttons.append(Button(text, lambda: self.same.emit(self.other), icon="link" if other.is_client else "copy"))
        buttons.append(Button(_("Open it"), lambda: self.shown.emit(self.other), kind="quiet", name=_("Open {title}").format(title=title)))
        why = likeness_lines(other.likeness)
        self.setLayout(column(row(Label(title, look="strong"), None, badge), why, holder(grid), row(*buttons, None), space=Space.S))

    def _lines(self, request: AdviceRequest, other: PossibleDouble, now: datetime) -> list[tuple[str, str, str]]:
        record = other.record
        lines = [
            (_("Name"), request.name, record.name),
            (_("Phone"), shown_phone(request.phone), shown_phone(record.phone)),
            (_("E-mail"), request.email, record.email),
            (_("Born"), _born(request), _born(record)),
        ]
        if isinstance(record, AdviceRequest):
            lines.append((_("Asked"), dates.when(request.received_at, now), dates.when(record.received_at, now)))
            lines.append((_("State"), _(REQUEST_STATUS_NAMES[request.status]), _(REQUEST_STATUS_NAMES[record.status])))
        return [line for line in lines if line[1] or line[2]]

    def _line(self, grid: QGridLayout, place: int, label: str, mine: str, theirs: str) -> None:
        equal = bool(mine) and mine.casefold() == theirs.casefold()
        grid.addWidget(Label(label, look="small", role="muted"), place, 0, _TOP)
        for at, text in ((1, mine), (2, theirs)):
            grid.addWidget(Label(text or "–", look="strong" if equal else "body", elide=True), place, at, _TOP)
        sign = Picture()
        sign.setPixmap(pixmap("check" if equal else "minus", "ok" if equal else "muted", 14))
        sign.setAccessibleName(_("the same") if equal else _("different"))
        grid.addWidget(sign, place, 3, _TOP)


def _born(record: AdviceRequest | Client) -> str:
    return dates.short(record.birth_date) if record.birth_date else ""
