"""The figures with the rows behind them."""

from datetime import date

from nmx_desk.services import figures, figures_json

DAYS = date(2026, 1, 1), date(2026, 12, 31)


def live(clinic, made):
    boss = clinic.as_("manager").do
    assert boss(figures.dashboard, *DAYS).figures
    assert boss(figures.figure_filters).practitioners
    assert boss(figures.rows_behind, "requests", "counted", *DAYS)
    assert boss(figures_json.figures_file, "figures", *DAYS)
    assert boss(figures_json.user_id_of, "manager") == clinic.as_("manager").user.id


def looks(clinic, made):
    return {"rows_behind": ("manager", (figures.rows_behind, "requests", "counted", *DAYS), None),
            "figures_file": ("manager", (figures_json.figures_file, "figures", *DAYS), None)}  # fmt: skip


WITHOUT = ("dashboard", "figure_filters", "user_id_of")
CELLS = [
    ("look at the figures with their course", "R- P- M+ A- U+", lambda _s: (figures.dashboard, *DAYS)),
    ("see what figures are filtered by", "R- P- M+ A- U+", lambda _s: (figures.figure_filters,)),
    ("write the figures to a file", "R- P- M+ A- U+", lambda _s: (figures_json.figures_file, "funnel", *DAYS)),
    ("look up who signs in by a name", "R+ P+ M+ A+ U+", lambda _s: (figures_json.user_id_of, "manager")),
    ("see the rows behind a figure", "R- P- M+ A- U+", lambda _s: (figures.rows_behind, "K7", "hits", *DAYS)),
]
