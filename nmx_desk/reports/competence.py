"""Competences on paper (C8): what is missing, what ends within 90 days, people against needs, and everything there is."""

from __future__ import annotations

from gettext import NullTranslations

from reportlab.platypus import Flowable

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_people import CompetenceLine, CompetencePrint
from nmx_desk.reports.tables import Column, Rows, over

MOST_PEOPLE = 7
"""Columns of people that are read side by side on a lying page; more go below."""


def competences(ctx: PrintContext, found: CompetencePrint, *, progress: Progress | None = None) -> bytes:
    """The report as PDF, on lying pages."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Competences"), cut_off=formats.day(found.day, t), landscape=True)
    story: list[Flowable] = [
        para(t.gettext("Competences"), H1),
        *_lines(t.gettext("Missing"), found.gaps, t.gettext("Nothing is missing."), head.width, t),
        *_lines(t.gettext("Ends within 90 days"), found.ending, t.gettext("Nothing ends within 90 days."), head.width, t),
        *_matrix(found, head.width, t),
        *_lines(t.gettext("Everything"), found.all, t.gettext("Nothing is written down yet."), head.width, t),
    ]  # fmt: skip
    return pdf(ctx, head, story, progress)


def _lines(title: str, lines: tuple[CompetenceLine, ...], nothing: str, width: float, t: NullTranslations) -> list[Flowable]:
    if not lines:
        return [*over(title), para(nothing, BODY)]
    columns = [
        Column(t.gettext("Who"), 20, bold=True), Column(t.gettext("Role"), 14), Column(t.gettext("Competence"), 26),
        Column(t.gettext("State"), 14), Column(t.gettext("Shown by"), 24), Column(t.gettext("Valid until"), 12),
    ]  # fmt: skip
    rows = [[one.person, one.role, one.need, one.state, one.shown_by, _day(one)] for one in lines]
    return [*over(title), Rows(columns, rows, width=width)]


def _day(one: CompetenceLine) -> str:
    return formats.short_day(one.valid_to) if one.valid_to else "–"


def _matrix(found: CompetencePrint, width: float, t: NullTranslations) -> list[Flowable]:
    if not found.needs or not found.people:
        return []
    story = over(t.gettext("People and what is asked"), 120)
    for start in range(0, len(found.people), MOST_PEOPLE):
        people = found.people[start : start + MOST_PEOPLE]
        columns = [Column(t.gettext("Competence"), 24, bold=True), *(Column(name, 76 / MOST_PEOPLE) for name in people)]
        rows = [[need[0], *(need[1 + place] if place + 1 < len(need) else "" for place in range(start, start + len(people)))]
                for need in found.needs]  # fmt: skip
        part = (24 + 76 * len(people) / MOST_PEOPLE) / 100 if start else 1  # what goes on below stands under what is above it
        story.append(Rows(columns, rows, width=width * part))
    return story
