"""What the panel shows of a request: who, what they ask, warnings, attempts, earlier contact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.request_views import AttemptRow, RequestSheet
from nmx_desk.domain.requests import REQUEST_STATUS_NAMES, AdviceRequest
from nmx_desk.i18n import _, ngettext
from nmx_desk.ui.kit import clipboard, dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.labels import Label, Picture, section, set_tip
from nmx_desk.ui.kit.layout import Item, column, holder, row
from nmx_desk.ui.requests import looks
from nmx_desk.ui.theme import pixmap
from nmx_desk.ui.theme.tokens import Space


def titled(title: str, *items: Item) -> QWidget:
    """Items under a small title."""
    return holder(column(section(title), *items, space=Space.XS))


def picture(icon: str, role: str = "muted") -> Picture:
    """A small icon that only decorates a text."""
    label = Picture()
    label.setPixmap(pixmap(icon, role, 16))
    label.setFixedWidth(16)
    return label


def contact(request: AdviceRequest, edit: Callable[[], object]) -> QWidget:
    """Phone large and copyable, e-mail, birth date and age now."""
    lines: list[Item] = []
    edit_button = IconButton("pencil", _("Change the contact data"), edit)
    if request.phone:
        number = Label(shown_phone(request.phone), look="title", selectable=True)
        number.setAccessibleName(_("Phone {number}").format(number=shown_phone(request.phone)))
        copy = IconButton("copy", _("Copy the phone number"), lambda: clipboard.copy(request.phone))
        lines.append(row(number, copy, None, edit_button))
    if request.email:
        copy = IconButton("copy", _("Copy the e-mail address"), lambda: clipboard.copy(request.email))
        mail = Label(request.email, selectable=True)
        lines.append(row(mail, copy, None, *([] if request.phone else [edit_button])))
    return holder(column(*lines, space=0))


def subtitle(sheet: RequestSheet, now: datetime) -> str:
    """Age in years, birth date, when it came in."""
    request = sheet.request
    parts = []
    if request.birth_date:
        years = dates.years(request.birth_date, dates.today(now))
        parts.append(ngettext("{n} year", "{n} years", years).format(n=years) + f" ({dates.short(request.birth_date)})")
    parts.append(_("asked {when}").format(when=dates.when(request.received_at, now, time_always=True)))
    return " · ".join(parts)


def states(sheet: RequestSheet, now: datetime) -> QWidget:
    """State, and what comes next."""
    badge = looks.state(sheet.request.status)
    shown: list[Item] = [StateBadge(badge.text, badge.hue, badge.icon)]
    step = looks.next_step(sheet.row, now)
    if step:
        due = sheet.row.recall_due
        with_whom = f"{step}, {sheet.row.practitioner}" if sheet.row.practitioner else step
        role = "danger" if due else "text"
        shown += [picture("bell" if due else "clock", "danger" if due else "muted"), Label(with_whom, role=role, elide=True)]
    if sheet.row.owner and not sheet.row.practitioner:
        shown += [*([] if step else [None]), picture("user"), Label(sheet.row.owner, role="muted")]
    elif not step:
        shown.append(None)
    line = row(*shown)
    if step:
        line.setStretch(2, 1)
    return holder(line)


def asked(request: AdviceRequest) -> list[QWidget]:
    """What they ask and when they can be called, word for word; what was odd about the row."""
    found = []
    if request.question:
        found.append(titled(_("What they ask"), Label(request.question, wrap=True, selectable=True)))
    if request.preferred_times:
        found.append(titled(_("Wished times"), Label(request.preferred_times, wrap=True, selectable=True)))
    if request.close_reason:
        found.append(titled(_("Reason"), Label(request.close_reason, wrap=True, selectable=True)))
    if request.warnings:
        lines = []
        for text in request.warnings.splitlines():
            line = row(picture("triangle-alert", "warn"), Label(text, role="warn", wrap=True))
            line.setStretch(1, 1)
            lines.append(line)
        found.append(holder(column(*lines, space=Space.XS)))
    return found


def attempts(rows: tuple[AttemptRow, ...], now: datetime) -> QWidget:
    """The call attempts, the last one first."""
    lines: list[Item] = []
    for one in rows:
        attempt = one.attempt
        badge = looks.result(attempt.result)
        moment = Label(dates.when(attempt.at, now, time_always=True), role="muted")
        set_tip(moment, dates.full(attempt.at))
        lines.append(row(StateBadge(badge.text, badge.hue, badge.icon), moment, Label(one.by, role="muted"), None))
        if attempt.note:
            lines.append(Label(attempt.note, wrap=True, selectable=True))
    return titled(_("Call attempts"), *lines)


def earlier(sheet: RequestSheet, now: datetime, go: Callable[..., Any]) -> list[QWidget]:
    """The client behind the request, and what there was before."""
    found: list[QWidget] = []
    if sheet.original is not None:
        other = sheet.original
        text = _("Double of the request of {day}").format(day=dates.when(other.received_at, now))
        found.append(holder(row(Label(text), None, Button(_("Open it"), lambda: go("requests", request_id=other.id), kind="quiet"))))
    if sheet.client is not None:
        client = sheet.client
        button = Button(_("Open it"), lambda: go("clients", client_id=client.id), kind="quiet", name=_("Open the client"))
        found.append(titled(_("Client"), row(Label(f"{client.name}, {client.client_no}", elide=False), None, button)))
        if client.call_instruction:
            found.append(titled(_("Call instruction"), Label(client.call_instruction, role="warn", wrap=True)))
    lines = [
        (request.received_at, _("Request, {state}").format(state=_(REQUEST_STATUS_NAMES[request.status]).lower()))
        for request in sheet.earlier_requests
    ] + [
        (call.starts_at, _("Appointment, {state}").format(state=_(APPOINTMENT_STATUS_NAMES[call.status]).lower()))
        for call in sheet.earlier_appointments
        if call.request_id != sheet.request.id
    ]
    if lines:
        rows = [row(Label(dates.when(at, now), role="muted"), Label(text), None) for at, text in sorted(lines, reverse=True)]
        found.append(titled(_("Earlier contact"), *rows))
    return found
