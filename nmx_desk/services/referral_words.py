"""What a letter to the GP begins with: facts only, in the GP's language. No diagnosis, and nothing that promises a cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from nmx_desk.domain.consults import CallOutcome
from nmx_desk.i18n import translator

LANGUAGE = "nl"  # of the GP


@dataclass(frozen=True, kw_only=True)
class FlagSaid:
    """A question that was answered with Yes. ``assessed_on`` None: no doctor has looked at it, or the day is not known."""

    question: str
    assessed: bool
    assessed_on: date | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is known when a letter is begun. ``asked_on``: the day the questions were asked."""

    clinic: str
    question: str = ""
    asked_on: date | None = None
    flags: Sequence[FlagSaid] = ()
    outcome: CallOutcome | None = None


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
    parts.append(t.gettext("We would like to hear your findings."))
    return "\n\n".join(parts)


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
    return t.gettext("We advised to see you about this first. We begin nothing as long as you have not assessed it.")
