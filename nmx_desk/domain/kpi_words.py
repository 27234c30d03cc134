"""Names, formulas and remarks of the figures, for the window and for print. All take the catalogue of the wanted language."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from nmx_desk.domain.kpi_shapes import INDICATIVE_BELOW, Figure, Note, Unit
from nmx_desk.i18n import N_

NAMES: Final = {
    "requests": N_("Valid requests"),
    "K3": N_("Reached"),
    "booked": N_("Advice call booked"),
    "held": N_("Advice calls held"),
    "K4": N_("Attendance of advice calls"),
    "K5": N_("Call conversion"),
    "K5_gp": N_("Referred to the GP after the call"),
    "K6": N_("Total conversion"),
    "K7": N_("No-show"),
    "K8": N_("Late cancellation"),
    "K1_median": N_("Reaction time, median"),
    "K1_p90": N_("Reaction time, 90 % within"),
    "K2": N_("Lead time from request to call"),
    "K9": N_("Notes signed in time"),
    "K10": N_("Red-flag check complete"),
    "K11": N_("Alarm symptoms followed up"),
    "K12": N_("Follow-up as planned"),
    "K13": N_("Plans completed"),
    "K14": N_("Main complaint clearly less"),
    "K15": N_("Would recommend us (NPS)"),
    "K16": N_("Formal complaints judged in time"),
    "K17_time": N_("Actions carried out in time"),
    "K17_effect": N_("Actions effective"),
    "K18": N_("Occupation"),
    "K19": N_("Stopped because of a side effect"),
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
    "K5_gp": N_(
        "Held calls referred to the GP without an intake booked within 30 days, divided by held calls. Good advice, not a failure."
    ),
    "K6": N_(
        "Valid requests received in the period whose intake was held within 60 days, divided by those requests. "
        "Requests that are still within their 60 days are named."
    ),
    "K7": N_(
        "Not shown, divided by completed plus not shown plus cancelled late by the client. "
        "Cancelled in time, by the clinic, or of a client who died stays out. A moved appointment counts once."
    ),
    "K8": N_(
        "Cancelled late by the client, divided by the same denominator as no-show. "
        "Whether illness on the day counts as late is a setting of the clinic; the number is named."
    ),
    "K1_median": N_(
        "Opening hours of the desk between receipt and first call attempt: half of the requests was called within this time. "
        "Closures stay out; what came in outside opening hours waits from the next opening. Not called yet is shown beside it."
    ),
    "K1_p90": N_("Opening hours of the desk between receipt and first call attempt: nine of ten requests were called within this time."),
    "K2": N_(
        "Median of the calendar days between receipt of the request and the call held in the period. "
        "Calls later by the client's own wish count; the median without them is shown beside it."
    ),
    "K9": N_(
        "Completed consults of the period whose note was signed within 24 hours after the end, divided by completed consults whose 24 "
        "hours are over. Not signed by then is not in time; an addendum does not change it. Advice calls stay out."
    ),
    "K10": N_("Held calls with a complete red-flag check, divided by held calls. Target: 100 %."),
    "K11": N_(
        "Red-flag checks of the period with a Yes that no doctor had assessed, and that were referred, discussed with a doctor or "
        "overridden in writing, divided by those checks. Answered by mistake stays out. Target: 100 %."
    ),
    "K12": N_(
        "Follow-up contacts due in the period and held within their days around it (7 unless agreed otherwise), divided by those due. "
        "Lapsed ones, those of plans that were paused or had ended, of clients who died, and those still within their days stay out."
    ),
    "K13": N_("Plans completed, divided by plans completed or stopped, by the day they ended. Plans of clients who died stay out."),
    "K14": N_(
        "Clients whose main complaint was at least 2 points and 30 % lower (the clinic's own threshold) at the last score between 60 and "
        "180 days after the first, divided by clients with such a score; by the day on which the "
        "180 days ended. First scores below 3 "
        "stay out and are counted, missing scores are named and never filled in. It says how a complaint went, not why."
    ),
    "K15": N_(
        "Share of answers 9–10 minus share of answers 0–6 to the question whether somebody would recommend us, from −100 to 100. "
        "Of one client one answer counts in 6 months, an anonymous answer always. Fewer than 30 answers are only indicative."
    ),
    "K16": N_(
        "Formal complaints judged on or before the last day (6 weeks, 10 when extended), divided by those judged or overdue, "
        "by that last day. What can still be judged in time stays out."
    ),
    "K17_time": N_(
        "Corrective actions carried out on or before the day they were due, divided by those due in the period. "
        "What can still be carried out in time stays out."
    ),
    "K17_effect": N_("Actions found effective, divided by those tested in the period. What was ever opened again was not effective."),
    "K18": N_(
        "Minutes booked, divided by minutes of the roster, up to today. Absences and closures are no roster time; double bookings count "
        "twice, so that more than 100 % can be. Cancelled and moved appointments stay out."
    ),
    "K19": N_(
        "Steps of plans begun in the period and stopped because of a side effect, whenever that was, divided by the steps begun. "
        "A step that goes on in a new version of the plan counts once."
    ),
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
    """A number with the signs of the language, the minus of typographers among them."""
    sign = t.gettext("decimal sign: .")[-1]  # a lone "." could not be told from other full stops in the catalogue
    thousands = t.gettext("thousands sign: ,")[-1]
    return f"{value:,.{places}f}".translate({ord("."): sign, ord(","): thousands, ord("-"): "−"})


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
    if figure.unit is Unit.POINTS:
        return f"{figure.value:+.0f}".replace("-", "−").replace("+0", "0")
    n = decimal(figure.value, t, 0 if figure.value.is_integer() else 1)
    return t.ngettext("{n} day", "{n} days", 1 if figure.value == 1 else 2).format(n=n)


def counts_text(figure: Figure, t: NullTranslations) -> str:
    """Numerator and denominator: "5 of 12"; or on how many a median rests."""
    if figure.denominator is None:
        return ""
    if figure.numerator is None:
        return t.ngettext("of {n} measured", "of {n} measured", figure.denominator).format(n=figure.denominator)
    if figure.key == "K18":
        hours = (decimal(minutes / 60, t) for minutes in (figure.numerator, figure.denominator))
        return t.gettext("{a} of {b} hours").format(**dict(zip("ab", hours, strict=True)))
    if figure.unit is Unit.POINTS:
        return t.ngettext("{n} answer", "{n} answers", figure.denominator).format(n=figure.denominator)
    return t.gettext("{a} of {b}").format(a=figure.numerator, b=figure.denominator)


def lone_text(figure: Figure, t: NullTranslations) -> str:
    """The value where nothing stands beside it: of few the counts instead of a percentage, and with the number of answers."""
    if figure.small:
        return counts_text(figure, t)
    few = figure.unit is Unit.POINTS and 0 < (figure.denominator or 0) < INDICATIVE_BELOW
    return f"{value_text(figure, t)} (n={figure.denominator})" if few else value_text(figure, t)


def note_text(note: Note, t: NullTranslations) -> str:
    """A remark as a sentence without full stop."""
    n = round(note.n)
    if note.code == "longest_wait":
        return t.gettext("longest running wait {n} h").format(n=decimal(note.n, t))
    if note.code == "without_choice":
        return t.gettext("without those a median of {n} days").format(n=decimal(note.n, t, 0 if float(note.n).is_integer() else 1))
    texts = {
        "left_out": t.ngettext("{n} double or invalid request left out", "{n} double or invalid requests left out", n),
        "referred_to_gp": t.ngettext("{n} referred to the GP, shown separately", "{n} referred to the GP, shown separately", n),
        "still_open": t.ngettext("{n} still open (under 30 days)", "{n} still open (under 30 days)", n),
        "immature": t.ngettext("cohort not mature: {n} still within 60 days", "cohort not mature: {n} still within 60 days", n),
        "illness_in": t.ngettext("of which {n} ill on the day", "of which {n} ill on the day", n),
        "illness_out": t.ngettext("{n} ill on the day, not counted", "{n} ill on the day, not counted", n),
        "not_tried": t.ngettext("{n} not called yet", "{n} not called yet", n),
        "later_by_choice": t.ngettext("{n} later by the client's own choice", "{n} later by the client's own choice", n),
        "note_waits": t.ngettext("{n} can still be signed in time", "{n} can still be signed in time", n),
        "in_window": t.ngettext("{n} still within its days", "{n} still within their days", n),
        "below_floor": t.ngettext("{n} began below 3, not counted", "{n} began below 3, not counted", n),
        "not_measured": t.ngettext("{n} without a later score", "{n} without a later score", n),
        "score_waits": t.ngettext("{n} can still be measured", "{n} can still be measured", n),
        "promoters": t.ngettext("{n} gave 9 or 10", "{n} gave 9 or 10", n),
        "detractors": t.ngettext("{n} gave 6 or less", "{n} gave 6 or less", n),
        "judgement_waits": t.ngettext("{n} can still be judged in time", "{n} can still be judged in time", n),
        "action_waits": t.ngettext("{n} can still be carried out in time", "{n} can still be carried out in time", n),
    }
    return texts[note.code].format(n=n)


def notes_text(figure: Figure, t: NullTranslations) -> str:
    """All remarks beside a figure, small numbers named as such."""
    notes = [note_text(n, t) for n in figure.note]
    if figure.small:
        notes.append(t.gettext("small number: read the counts"))
    if figure.indicative:
        notes.append(t.gettext("indicative: fewer than 30 answers"))
    return "; ".join(notes)
