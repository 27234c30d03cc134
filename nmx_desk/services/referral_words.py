"""What a letter to the GP begins with: facts only, in the GP's language. No diagnosis, and nothing that promises a cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from nmx_desk.domain.consults import CallOutcome
from nmx_desk.domain.lab_lines import shown_reference, shown_value
from nmx_desk.domain.labs import LabResult
from nmx_desk.domain.plans import PILLAR_NAMES, Pillar
from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.records import Curve, OverviewPrint, PlanNow

LANGUAGE = "nl"  # of the GP
MOST_LINES, LONGEST_LINE, LONGEST_LAB, LONGEST_PILLAR, LONGEST_PLAN = 6, 300, 600, 72, 1200
"""Of each list in a letter, and of its paragraph about the plan: supplements whole, of other pillars how they begin."""


@dataclass(frozen=True, kw_only=True)
class FlagSaid:
    """A question that was answered with Yes. ``assessed_on`` None: no doctor has looked at it, or the day is not known."""

    question: str
    assessed: bool
    assessed_on: date | None


@dataclass(frozen=True, kw_only=True)
class LabSaid:
    """A test at an outside lab and its values, in the lab's order. ``on``: the day of the material, else of the results."""

    panel: str
    lab: str
    on: date
    results: Sequence[LabResult]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is known when a letter is begun. ``asked_on``: the day the questions were asked; ``care``: what stands in the file.

    ``labs``: tests that were looked at, each with its values as the lab gave them. ``running``: ``flags`` were told while a plan runs.
    """

    clinic: str
    question: str = ""
    asked_on: date | None = None
    flags: Sequence[FlagSaid] = ()
    outcome: CallOutcome | None = None
    care: OverviewPrint | None = None
    labs: Sequence[LabSaid] = ()
    running: bool = False


def first_reason(told: Told) -> str:
    """The reason in a few words."""
    t = translator(LANGUAGE)
    return t.gettext("Assessment of alarm symptoms") if told.flags else t.gettext("Information for the GP")


def first_body(told: Told) -> str:
    """The text of the letter, to go on from."""
    t = translator(LANGUAGE)
    parts = []
    if told.asked_on is not None:
        spoken = t.gettext("On {day} this client had a free advice call with {clinic}.")
        parts.append(spoken.format(day=f"{told.asked_on:%d-%m-%Y}", clinic=told.clinic))
    if told.question:
        parts.append(t.gettext("The question was, in the client's own words: “{question}”").format(question=told.question))
    if told.flags:
        lines = [t.gettext("To our questions about alarm symptoms the answer was yes for:")]
        parts.append("\n".join([*lines, *(f"- {flag_words(flag, t)}" for flag in told.flags)]))
        parts.append(_advised(told))
    if told.care is not None:
        parts += _care(told.care, told.labs, t)
    parts.append(t.gettext("We would like to hear your findings."))
    return "\n\n".join(parts)


def _care(care: OverviewPrint, labs: Sequence[LabSaid], t: NullTranslations) -> list[str]:
    """What stands in the file: complaints since when, how they went, what labs found, what we see, what is taken, the plan in short."""
    scored = t.gettext("Complaints, scored from 0 (no trouble) to 10 (worst imaginable):")
    found = [
        (scored, [_brief(_went(curve, t)) for curve in care.complaints]),
        (t.gettext("Results of tests, as the lab gave them:"), [formats.brief(_found(one, t), LONGEST_LAB) for one in labs]),
        (t.gettext("What we see so far:"), [_brief(": ".join(filter(None, (f"{one.title}, {one.text}", one.note)))) for one in care.axes]),
        *((f"{part.title}:", list(map(_brief, part.text.split("\n")))) for part in care.safe if part.text),
    ]
    if care.plan and care.plan.effects:
        found.append((t.gettext("Side effects the client told us:"), [_brief(one) for one in care.plan.effects]))
    parts = [_lines(title, lines) for title, lines in found if lines]
    if care.outcomes:
        said = "; ".join(_went(curve, t, days=False) for curve in care.outcomes)
        parts.insert(1 if care.complaints else 0, t.gettext("How life is, scored from 0 to 10 (best): {figures}.").format(figures=said))
    return [*parts, *([_plan(care.plan, t)] if care.plan else [])]


def _brief(line: str) -> str:
    return formats.brief(line, LONGEST_LINE)


def _lines(title: str, lines: Sequence[str]) -> str:
    kept = [f"- {line}" for line in lines[:MOST_LINES]]
    return "\n".join([title, *kept, *(["- …"] if len(lines) > MOST_LINES else [])])


def _went(curve: Curve, t: NullTranslations, *, days: bool = True) -> str:
    """What it is and how it went; ``days``: with the days of the first and the last score."""
    named = ", ".join(filter(None, (curve.name, curve.about.replace(" · ", ", "))))
    if not curve.points:
        return named
    first, last = curve.points[0], curve.points[-1]
    if first is last:
        said = t.gettext("{what}: {n} on {day}") if days else "{what}: {n}"
        return said.format(what=named, n=first.score, day=f"{first.day:%d-%m-%Y}")
    said = t.gettext("{what}: from {first} on {start} to {last} on {day}") if days else t.gettext("{what}: from {first} to {last}")
    return said.format(what=named, first=first.score, start=f"{first.day:%d-%m-%Y}", last=last.score, day=f"{last.day:%d-%m-%Y}")


def _found(lab: LabSaid, t: NullTranslations) -> str:
    """A test with its day and values; no value is called high or low here: what the lab's own references are is told."""
    named = f"{lab.panel} ({', '.join(filter(None, (lab.lab, f'{lab.on:%d-%m-%Y}')))})"
    return f"{named}: {'; '.join(_value(one, t) for one in lab.results)}"


def _value(one: LabResult, t: NullTranslations) -> str:
    said = " ".join(filter(None, (one.analyte, shown_value(one, comma=True), one.unit, one.flag)))
    bounds = shown_reference(one, comma=True)
    return said + (" " + t.gettext("(reference {bounds})").format(bounds=bounds) if bounds else "")


def _plan(plan: PlanNow, t: NullTranslations) -> str:
    since = f"{plan.since:%d-%m-%Y}" if plan.since else "–"
    parts = [t.gettext("A personal plan is in force since {day}.").format(day=since), f"{plan.step}."]
    if plan.goal:
        parts.append(t.gettext("Goal: {goal}").format(goal=plan.goal.rstrip(". ")) + ".")
    supplements = t.gettext(PILLAR_NAMES[Pillar.SUPPLEMENT])
    for one in sorted(plan.items, key=lambda one: one.title != supplements):
        text = one.text if one.title == supplements else formats.brief(one.text, LONGEST_PILLAR)
        parts.append(f"{one.title}: {text.rstrip('. ')}{'' if text.endswith('…') else '.'}")
    return formats.brief(" ".join(parts), LONGEST_PLAN)


def flag_words(flag: FlagSaid, t: NullTranslations) -> str:
    """An alarm symptom and whether a doctor has looked at it."""
    question = flag.question.rstrip(" ?")
    if not flag.assessed:
        return t.gettext("{question} (not assessed by a doctor yet)").format(question=question)
    if flag.assessed_on is None:
        return t.gettext("{question} (assessed by a doctor)").format(question=question)
    return t.gettext("{question} (assessed by a doctor on {day})").format(question=question, day=f"{flag.assessed_on:%d-%m-%Y}")


def _advised(told: Told) -> str:
    t = translator(LANGUAGE)
    if told.outcome is CallOutcome.EMERGENCY:
        return t.gettext("We advised to call 112 or the out-of-hours GP at once.")
    if told.running:
        return t.gettext("This was told while our plan runs. We advised to see you about it first.")
    return t.gettext("We advised to see you about this first. We begin nothing as long as you have not assessed it.")
