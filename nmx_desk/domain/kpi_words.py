"""Names, formulas and remarks of the figures, for the window and for print. All take the catalogue of the wanted language."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from nmx_desk.domain.kpi import Figure, Note, Unit
from nmx_desk.i18n import N_

NAMES: Final = {
    "requests": N_("Valid requests"),
    "K3": N_("Reached"),
    "booked": N_("Advice call booked"),
    "held": N_("Advice calls held"),
    "K4": N_("Attendance of advice calls"),
    "K5": N_("Call conversion"),
    "K6": N_("Total conversion"),
    "K7": N_("No-show"),
    "K8": N_("Late cancellation"),
    "K1_median": N_("Reaction time, median"),
    "K1_p90": N_("Reaction time, 90 % within"),
    "K2": N_("Lead time from request to call"),
    "K10": N_("Red-flag check complete"),
}

FORMULAS: Final = {
    "requests": N_("Requests received in the period, without test, double, merged and invalid ones."),
    "K3": N_("Requests whose sender was spoken to, divided by valid requests. A wrong number stays in the denominator."),
    "booked": N_("Valid requests of the period for which an advice call was booked, at any time, divided by valid requests."),
    "held": N_("Advice calls held in the period, whenever the request came in."),
    "K4": N_(
        "Held, divided by held plus not shown plus cancelled late by the client. "
        "The clinic's own cancellations stay out; a moved call counts once."
    ),
    "K5": N_(
        "Held calls after which an intake was booked within 30 days, divided by held calls. "
        "Calls referred to the GP are shown separately and are not a failure."
    ),
    "K6": N_(
        "Valid requests received in the period whose intake was held within 60 days, divided by those requests. "
        "Requests that are still within their 60 days are named."
    ),
    "K7": N_(
        "Not shown, divided by completed plus not shown plus cancelled late by the client. Cancelled in time or by the clinic stays out."
    ),
    "K8": N_("Cancelled late by the client, divided by the same denominator as no-show."),
    "K1_median": N_("Opening hours between receipt and first call attempt: half of the requests was called within this time."),
    "K1_p90": N_("Opening hours between receipt and first call attempt: nine of ten requests were called within this time."),
    "K2": N_("Median of the calendar days between receipt of the request and the call held in the period."),
    "K10": N_("Held calls with a complete red-flag check, divided by held calls. Target: 100 %."),
}

STAGES: Final = {
    "requests": N_("Requests"),
    "reached": N_("Reached"),
    "booked": N_("Call booked"),
    "held": N_("Call held"),
    "intake": N_("Intake booked"),
}


def name(key: str, t: NullTranslations) -> str:
    """What the figure is called."""
    return t.gettext(NAMES[key])


def formula(key: str, t: NullTranslations) -> str:
    """How the figure is computed, in one or two sentences."""
    return t.gettext(FORMULAS[key])


def stage(key: str, t: NullTranslations) -> str:
    """What a step of the funnel is called."""
    return t.gettext(STAGES[key])


def decimal(value: float, t: NullTranslations, places: int = 1) -> str:
    """A number with the decimal sign of the language."""
    sign = t.gettext("decimal sign: .")[-1]  # a lone "." could not be told from other full stops in the catalogue
    return f"{value:.{places}f}".replace(".", sign)


def value_text(figure: Figure, t: NullTranslations) -> str:
    """The value as people read it: "41,7 %", "5,0 h", "3 days", or "n/a" without denominator."""
    if figure.value is None:
        return t.gettext("n/a")
    if figure.unit is Unit.COUNT:
        return str(round(figure.value))
    if figure.unit is Unit.PERCENT:
        return t.gettext("{n} %").format(n=decimal(figure.value, t))
    if figure.unit is Unit.HOURS:
        return t.gettext("{n} h").format(n=decimal(figure.value, t))
    n = decimal(figure.value, t, 0 if figure.value.is_integer() else 1)
    return t.ngettext("{n} day", "{n} days", 1 if figure.value == 1 else 2).format(n=n)


def counts_text(figure: Figure, t: NullTranslations) -> str:
    """Numerator and denominator: "5 of 12"; or on how many a median rests."""
    if figure.denominator is None:
        return ""
    if figure.numerator is None:
        return t.ngettext("of {n} measured", "of {n} measured", figure.denominator).format(n=figure.denominator)
    return t.gettext("{a} of {b}").format(a=figure.numerator, b=figure.denominator)


def note_text(note: Note, t: NullTranslations) -> str:
    """A remark as a sentence without full stop."""
    n = round(note.n)
    if note.code == "longest_wait":
        return t.gettext("longest running wait {n} h").format(n=decimal(note.n, t))
    texts = {
        "left_out": t.ngettext("{n} double or invalid request left out", "{n} double or invalid requests left out", n),
        "referred_to_gp": t.ngettext("{n} referred to the GP, shown separately", "{n} referred to the GP, shown separately", n),
        "still_open": t.ngettext("{n} still open (under 30 days)", "{n} still open (under 30 days)", n),
        "immature": t.ngettext("cohort not mature: {n} still within 60 days", "cohort not mature: {n} still within 60 days", n),
        "illness_in": t.ngettext("of which {n} ill on the day", "of which {n} ill on the day", n),
        "illness_out": t.ngettext("{n} ill on the day, not counted", "{n} ill on the day, not counted", n),
        "not_tried": t.ngettext("{n} not called yet", "{n} not called yet", n),
        "later_by_choice": t.ngettext("{n} later by the client's own choice", "{n} later by the client's own choice", n),
    }
    return texts[note.code].format(n=n)


def notes_text(figure: Figure, t: NullTranslations) -> str:
    """All remarks beside a figure, small numbers named as such."""
    notes = [note_text(n, t) for n in figure.note]
    if figure.small:
        notes.append(t.gettext("small number: read the counts"))
    return "; ".join(notes)
