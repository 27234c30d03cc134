"""The line of a client's life in words for paper (B6). The door is ``make_report``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from gettext import NullTranslations

from nmx_desk.data import consults
from nmx_desk.domain import partial_dates
from nmx_desk.domain.clients import Client
from nmx_desk.domain.history import EVENT_ROLE_NAMES, HISTORY_KIND_NAMES
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import LifelinePrint, LifeRow, PrintContext
from nmx_desk.services.client_prints import need
from nmx_desk.services.desk import Work
from nmx_desk.services.lifeline import LifelineSheet, sheet_of
from nmx_desk.services.plan_sheets import known_language

_LAST = (date.max, date.max)


def timeline(work: Work, ctx: PrintContext, client: Client) -> bytes:
    """The line as PDF, in the client's language: it lies on the table between the two."""
    from nmx_desk.reports.lifeline import lifeline_report

    need(work, client)
    language = known_language(client.language)
    return lifeline_report(replace(ctx, language=language), lifeline_of(work, client, language))


def lifeline_of(work: Work, client: Client, language: str) -> LifelinePrint:
    """What the print shows, in a language. Whoever asks has checked the right and logs it."""
    t, sheet = translator(language), sheet_of(work, client)
    by = client.practitioner_id
    rows = sorted(_rows(sheet, t), key=lambda one: one[0])  # stable: of one day as they were written down
    return LifelinePrint(
        client_name=client.name, client_no=client.client_no, birth_date=client.birth_date,
        practitioner=consults.user_names(work.store, {by}).get(by, "") if by else "", today=sheet.today,
        entries=tuple(sheet.entries(t.gettext("Plan"))), rows=tuple(row for _when, row in rows),
    )  # fmt: skip


def _rows(sheet: LifelineSheet, t: NullTranslations) -> Iterator[tuple[tuple[date, date], LifeRow]]:
    """Each with the days it can have begun on; what has no date stands last."""
    names = {one.id: one.words for one in sheet.complaints}
    for event in sheet.events:
        what = ": ".join(filter(None, (event.name, event.text)))
        belongs = ", ".join(sorted(names[one] for one in sheet.linked(event.id) if one in names))
        role = t.gettext(EVENT_ROLE_NAMES[event.role])
        yield _place(sheet, event.began), LifeRow(_when(event.began, event.ended, t), what, role, belongs, event.source)
    for item in sheet.items:
        treated = t.gettext("under treatment: {by}").format(by=item.treated_by) if item.treated_by else ""
        what = ", ".join(filter(None, (item.name, treated)))
        yield _place(sheet, item.began), LifeRow(_when(item.began, item.ended, t), what, t.gettext(HISTORY_KIND_NAMES[item.kind]), "", "")
    for one in sheet.complaints:
        if one.onset:
            over = one.resolved_on.isoformat() if one.resolved_on else ""
            yield _place(sheet, one.onset), LifeRow(_when(one.onset, over, t), one.words, t.gettext("Complaint"), "", "")
    for plan in sheet.plans:
        over = plan.ended.isoformat() if plan.ended else ""
        when = _when(plan.began.isoformat(), over, t)
        yield (plan.began, plan.began), LifeRow(when, t.gettext("Plan"), t.gettext("Plan"), "", "")


def _place(sheet: LifelineSheet, began: str) -> tuple[date, date]:
    return partial_dates.span(began, sheet.born) or _LAST


def _when(began: str, ended: str, t: NullTranslations) -> str:
    return " – ".join(formats.partial(day, t) for day in (began, ended) if day)
