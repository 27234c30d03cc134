"""The dashboard: what is overdue, targets."""

from nmx_desk.services import dashboard, overdue


def live(clinic, made):
    del made
    boss = clinic.as_("manager").do
    assert boss(overdue.list_overdue) is not None
    assert set(boss(dashboard.figure_targets)) == {"K10", "K11"}


def looks(clinic, made):
    del clinic, made
    return {
        "list_overdue": ("manager", (overdue.list_overdue,), None),
    }


WITHOUT = ("figure_targets",)
CELLS = [
    ("see what is overdue in the whole clinic", "R- P- M+ A- U+", lambda _s: (overdue.list_overdue,)),
    ("see the targets of the figures", "R- P- M+ A- U+", lambda _s: (dashboard.figure_targets,)),
]
