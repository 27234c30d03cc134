"""What a client told, in words: for the part in the file, the summary beside other work, prints and letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from gettext import NullTranslations

from nmx_desk.domain.history import (
    EFFECT_NAMES,
    REACTION_NAMES,
    TEST_OUTCOME_NAMES,
    Allergy,
    HistoryItem,
    HistoryKind,
    HistoryTopic,
    Medicine,
    PriorTest,
    TestOutcome,
    TriedBefore,
)
from nmx_desk.domain.history_rules import Told, until_of
from nmx_desk.domain.plans import PILLAR_NAMES, SEVERITY_NAMES, Pillar
from nmx_desk.reports import formats
from nmx_desk.services.history_sheet import HistorySheet


@dataclass(frozen=True, kw_only=True)
class ToldWords:
    """Something told: what it is, what is known about it, when, and what else was said."""

    name: str
    about: tuple[str, ...]
    when: str
    more: str = ""

    @property
    def particulars(self) -> str:
        """What is known about it and what else was said, in one line."""
        return " · ".join((*self.about, *filter(None, [" ".join(self.more.split())])))

    @property
    def line(self) -> str:
        """All of it in one line."""
        return ": ".join(filter(None, (", ".join(filter(None, (self.name, *self.about, self.when))), " ".join(self.more.split()))))


def told_words(told: Told, t: NullTranslations) -> ToldWords:
    """Something told, in a language."""
    match told:
        case HistoryItem():
            about, more = _item(told, t), told.note
        case Medicine():
            by = t.gettext("from {prescriber}").format(prescriber=told.prescriber) if told.prescriber else ""
            about, more = (dose_words(told.dose, told.dose_unit, t), told.frequency, by), told.stop_note or told.note
        case Allergy():
            severity = t.gettext(SEVERITY_NAMES[told.severity]).lower() if told.severity else ""
            about, more = (t.gettext(REACTION_NAMES[told.reaction]).lower(), severity), told.words
        case PriorTest():
            outcome = "" if told.outcome is TestOutcome.UNKNOWN else t.gettext(TEST_OUTCOME_NAMES[told.outcome]).lower()
            about, more = (told.place, outcome or t.gettext("outcome unknown")), told.note
        case TriedBefore():
            effect = "" if told.effect is None else t.gettext(EFFECT_NAMES[told.effect]).lower()
            pillar = "" if told.pillar is Pillar.OTHER else t.gettext(PILLAR_NAMES[told.pillar]).lower()
            about, more = (pillar, effect or t.gettext("effect unknown")), told.stop_note
    return ToldWords(name=told.name, about=tuple(filter(None, about)), when=when_words(told, t), more=more)


def _item(told: HistoryItem, t: NullTranslations) -> tuple[str, ...]:
    at = t.gettext("at {n} years old").format(n=told.relative_age) if told.relative_age is not None else ""
    treated = t.gettext("under treatment: {by}").format(by=told.treated_by) if told.treated_by else ""
    return told.relation if told.kind is HistoryKind.FAMILY else "", at, treated


def when_words(told: Told, t: NullTranslations) -> str:
    """When it was: since a day, between two, until one, or on one where it is of one moment."""
    began, until = (formats.partial(day, t) for day in (told.began, until_of(told)))
    moment = isinstance(told, PriorTest) or (isinstance(told, HistoryItem) and told.kind is not HistoryKind.DIAGNOSIS)
    if began and until:
        return f"{began} – {until}"
    if until:
        return t.gettext("until {when}").format(when=until)
    return began if moment or not began else t.gettext("since {when}").format(when=began)


def dose_words(dose: str, unit: str, t: NullTranslations) -> str:
    """A dose as it is written in a language."""
    return " ".join(filter(None, (dose.replace(".", t.gettext("decimal sign: .")[-1]), unit)))


def nothing_words(sheet: HistorySheet, topic: HistoryTopic, t: NullTranslations) -> str:
    """What is said of a list in which nothing stands (now)."""
    asked = sheet.asked.get(topic)
    if asked is None:
        return t.gettext("Not asked yet")
    return t.gettext("Nothing, asked on {day}").format(day=formats.short_day(asked.asked_on))


def called_words(sheet: HistorySheet, topic: HistoryTopic, t: NullTranslations) -> str:
    """What was told of a list in the advice call, unless more was written down since."""
    words = sheet.called.get(topic, "")
    return t.gettext("As told in the advice call: {words}").format(words=words) if words else ""


def list_lines(sheet: HistorySheet, topic: HistoryTopic, t: NullTranslations) -> Iterable[str]:
    """What stands in a list now, a line each; none where nothing is known."""
    if said := called_words(sheet, topic, t):
        yield said
    for one in sheet.standing(topic):
        yield told_words(one, t).line
