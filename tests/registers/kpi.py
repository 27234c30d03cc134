"""The figures with the rows behind them."""

from datetime import date

from nmx_desk.services import figures

DAYS = date(2026, 1, 1), date(2026, 12, 31)


def live(clinic, made):
    boss = clinic.as_("manager").do
    assert boss(figures.dashboard, *DAYS).figures
    assert boss(figures.figure_filters).practitioners
    assert boss(figures.rows_behind, "requests", "counted", *DAYS)


def looks(clinic, made):
    return {"rows_behind": ("manager", (figures.rows_behind, "requests", "counted", *DAYS), None)}


WITHOUT = ("dashboard", "figure_filters")
CELLS = [
    ("look at the figures with their course", "R- P- M+ A- U+", lambda _s: (figures.dashboard, *DAYS)),
    ("see what figures are filtered by", "R- P- M+ A- U+", lambda _s: (figures.figure_filters,)),
    ("see the rows behind a figure", "R- P- M+ A- U+", lambda _s: (figures.rows_behind, "K7", "hits", *DAYS)),
]
