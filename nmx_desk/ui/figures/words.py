"""Figures in words: value, counts, how they moved, the target; and their months as marks of a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import QDate

from nmx_desk.domain import kpi_words
from nmx_desk.domain.dashboard import Change, Judged, Turn, change_of
from nmx_desk.domain.kpi_shapes import Dashboard, Figure, Point
from nmx_desk.domain.objectives import Direction
from nmx_desk.i18n import _, language, translator
from nmx_desk.services.dashboard import Target
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.trend import Mark
from nmx_desk.ui.theme import Hue

ICONS = {Turn.UP: "arrow-up", Turn.DOWN: "arrow-down", Turn.SAME: "minus", Turn.NONE: "minus"}
ROLES = {Judged.BETTER: "ok", Judged.WORSE: "danger", Judged.OPEN: "muted"}


@dataclass(frozen=True)
class Shown:
    """A figure with what stands beside it."""

    figure: Figure
    before: Figure | None
    points: tuple[Point, ...]
    target: Target | None = None

    @property
    def key(self) -> str:
        """Of the figure."""
        return self.figure.key

    @property
    def change(self) -> Change:
        """Against the days before."""
        return change_of(self.figure, self.before, immature=self.figure.immature)


def shown_of(board: Dashboard, targets: Mapping[str, Target]) -> dict[str, Shown]:
    """Every figure of the dashboard by its key."""
    before = {figure.key: figure for figure in board.before}
    return {
        one.key: Shown(one, before.get(one.key), board.trend.get(one.key, ()), targets.get(one.key)) for one in board.figures
    }


def name(key: str) -> str:
    """What a figure is called."""
    return kpi_words.name(key, translator(language()))


def value(figure: Figure) -> str:
    """The value as people read it."""
    return kpi_words.value_text(figure, translator(language()))


def counts(figure: Figure) -> str:
    """Numerator and denominator, or on how many it rests."""
    return kpi_words.counts_text(figure, translator(language()))


def remarks(figure: Figure) -> str:
    """What must be known to read it."""
    return kpi_words.notes_text(figure, translator(language()))


def formula(figure: Figure) -> str:
    """How it is counted, and by which version of the definitions."""
    words = kpi_words.formula(figure.key, translator(language()))
    return f"{words}\n{_('Definition version {version}.').format(version=figure.definition)}"


def standing(figure: Figure) -> Badge | None:
    """That it may still change, or rests on little."""
    if figure.immature:
        return Badge(_("Not complete yet"), Hue.INFO, "circle-dashed")
    if figure.indicative:
        return Badge(_("Indicative"), Hue.WARN, "circle-help")
    return Badge(_("Small number"), Hue.NEUTRAL, "info") if figure.small else None


def change(shown: Shown) -> str:
    """How it moved, beside its arrow: "better, was 41.7 %"."""
    turn, before = shown.change, kpi_words.lone_text(shown.before, translator(language())) if shown.before is not None else ""
    if turn.turn is Turn.NONE:
        return _("no comparison")
    if turn.turn is Turn.SAME:
        return _("as before")
    words = {Judged.BETTER: _("better, was {before}"), Judged.WORSE: _("worse, was {before}"), Judged.OPEN: _("was {before}")}
    return words[turn.judged].format(before=before)


def change_said(shown: Shown) -> str:
    """The same with what the arrow shows, for who does not see it."""
    way = {Turn.UP: _("gone up"), Turn.DOWN: _("gone down")}.get(shown.change.turn, "")
    return ", ".join(filter(None, (way, change(shown))))


def target(shown: Shown) -> Badge | None:
    """The target and whether it is met, as short as a tile is narrow."""
    if shown.target is None:
        return None
    sign = "≥" if shown.target.direction is Direction.AT_LEAST else "≤"
    wanted = f"{sign} {value(replace(shown.figure, value=shown.target.value))}"
    if shown.figure.value is None:
        return Badge(wanted, Hue.NEUTRAL, "target")
    met = shown.target.met(shown.figure.value)
    return Badge((_("met: {target}") if met else _("missed: {target}")).format(target=wanted), Hue.OK if met else Hue.WARN, "target")


def target_said(shown: Shown) -> str:
    """The same in words."""
    if shown.target is None:
        return ""
    words = _("at least {value}") if shown.target.direction is Direction.AT_LEAST else _("at most {value}")
    wanted = words.format(value=value(replace(shown.figure, value=shown.target.value)))
    if shown.figure.value is None:
        return wanted
    return (_("target met: {target}") if shown.target.met(shown.figure.value) else _("target missed: {target}")).format(target=wanted)


def whole(shown: Shown) -> str:
    """A tile in one sentence, for who cannot see it."""
    badge = standing(shown.figure)
    state = badge.text if badge is not None else ""
    parts = (name(shown.key), value(shown.figure), counts(shown.figure), state, target_said(shown), change_said(shown))
    return ", ".join(filter(None, parts))


def explained(shown: Shown) -> str:
    """All that is to be known of a figure."""
    return "\n\n".join(filter(None, (whole(shown), remarks(shown.figure), formula(shown.figure))))


def marks(shown: Shown) -> list[Mark]:
    """Its months as marks of a picture."""
    return [
        Mark(_month(point.first, "MMMM yyyy"), _month(point.first, "MMM"), point.value, _said(shown.figure, point), point.immature)
        for point in shown.points
    ]


def _said(figure: Figure, point: Point) -> str:
    counted = replace(figure, value=point.value, numerator=point.numerator, denominator=point.denominator)
    return " ".join(filter(None, (value(counted), f"({counts(counted)})" if counts(counted) else "")))


def _month(first: date, pattern: str) -> str:
    return dates.locale().toString(QDate(first.year, first.month, 1), pattern)


def days(first: date, last: date) -> str:
    """``1–23 Nov 2026``, as short as is clear."""
    def of(day: date, pattern: str) -> str:
        return dates.locale().toString(QDate(day.year, day.month, day.day), pattern)

    if first == last:
        return of(first, "d MMM yyyy")
    start = "d" if (first.year, first.month) == (last.year, last.month) else "d MMM" if first.year == last.year else "d MMM yyyy"
    return f"{of(first, start)} – {of(last, 'd MMM yyyy')}"


def in_groups(found: Sequence[str], order: Sequence[str]) -> list[str]:
    """The keys that are there, in their order."""
    return [key for key in order if key in found]
