"""What each step of a nonconformity asks for, as fields, and what its panel says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from nmx_desk.domain.cases import LONGEST_SUMMARY, LONGEST_TEXT, TEXT_NAMES
from nmx_desk.domain.deviations import (
    DEVIATION_STATUS_NAMES,
    GRADE_NAMES,
    NONCONFORMITIES,
    ORIGIN_NAMES,
    Deviation,
    DeviationStatus,
    Grade,
)
from nmx_desk.domain.iso import clause_title
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services.cases import LONGEST_TITLE
from nmx_desk.services.deviation_steps import WHYS
from nmx_desk.services.deviations import DeviationSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.quality.case_parts import NOBODY, Step

_S = DeviationStatus
GRADES: Final = (*NONCONFORMITIES, Grade.OBSERVATION, Grade.OPPORTUNITY)
NEXT: Final = {
    _S.OPEN: N_("Correct …"),
    _S.CORRECTION: N_("Find the cause …"),
    _S.REOPENED: N_("Find the cause …"),
    _S.CAUSE: N_("Plan the action …"),
    _S.ACTION: N_("Carried out …"),
    _S.DONE: N_("Test the effect …"),
}
"""What the primary button of a case says; of a tested one it follows from the test."""
WAY: Final = (_S.OPEN, _S.CORRECTION, _S.CAUSE, _S.ACTION, _S.DONE, _S.TESTED, _S.CLOSED)
WORDS: Final = ("story", "correction", *WHYS, "cause", "similar", "action", "test")


def people_options(people: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Who can be given a case, and nobody yet."""
    return [*people, (NOBODY, _("Nobody yet"))]


def nameless(code: str, lines: int = 3, *, required: bool = True) -> Field:
    """A text of a case that the auditor reads."""
    return Field(name=code, label=_(TEXT_NAMES[code]), kind="multiline", lines=lines, max_length=LONGEST_TEXT, required=required)


def case_fields(people: Sequence[tuple[str, str]], *, new: bool) -> list[Field]:
    """A nonconformity as it is registered or changed."""
    story = [Field(name="story", label=_("What happened"), kind="multiline", lines=3, max_length=LONGEST_TEXT)] if new else []
    return [
        Field(name="summary", label=_("In a few words, without names"), required=True, max_length=LONGEST_SUMMARY, span=0),
        Field(name="grade", label=_("Grade"), kind="choice", required=True, options=[(one, _(GRADE_NAMES[one])) for one in GRADES], span=0),
        Field(name="origin", label=_("How it came to light"), kind="choice", required=True, span=0,
              options=[(one, _(name)) for one, name in ORIGIN_NAMES.items()]),
        Field(name="clause", label=_("Clause of ISO 9001"), kind="clause", span=0),
        Field(name="found_on", label=_("Found on"), kind="date", required=True, past=True),
        Field(name="due_on", label=_("To be dealt with by"), kind="date"),
        Field(name="owner_id", label=_("Who handles it"), kind="choice", required=True, options=people_options(people), span=0),
        *story,
    ]  # fmt: skip


def on_field() -> Field:
    """The day of a step, today unless another is typed."""
    return Field(name="on", label=_("On"), kind="date", past=True, required=True)


def cause_fields() -> list[Field]:
    """Five times why, what follows from it, and whether it happens elsewhere."""
    whys = [Field(name=code, label=_(TEXT_NAMES[code]), max_length=500, required=code == "why1") for code in WHYS]
    elsewhere = Field(name="similar", label=_("Whether it happens elsewhere"), kind="multiline", lines=2, max_length=LONGEST_TEXT,
                      required=True, help=_("Look whether the same happened, or could happen, at other places."))  # fmt: skip
    return [*whys, nameless("cause", 2), elsewhere, on_field()]


def plan_fields(people: Sequence[tuple[str, str]], *, more: bool) -> list[Field]:
    """What is to be done; ``more``: actions stand there already, so that another one is not asked for."""
    return [
        nameless("action", 3),
        Field(name="due_on", label=_("All of it carried out by"), kind="date", required=True),
        Field(name="title", label=_("First action"), max_length=LONGEST_TITLE, required=not more,
              help=_("A task for who does it; more can be added afterwards.")),
        Field(name="owner_id", label=_("For whom"), kind="choice", required=True, options=[*people, (NOBODY, _("Whoever is there"))]),
        Field(name="action_due", label=_("Due by"), kind="date"),
    ]  # fmt: skip


def test_fields() -> list[Field]:
    """Whether it helped."""
    options = [("yes", _("Yes, it does not come back")), ("no", _("No, look for the cause again"))]
    return [
        nameless("test", 3),
        Field(name="effective", label=_("Did it help?"), kind="choice", required=True, blank=_("Choose"), options=options),
        on_field(),
    ]


def steps_of(sheet: DeviationSheet) -> list[Step]:
    """The way of a case: what was done when, where it is now."""
    one = sheet.deviation
    days: dict[DeviationStatus, Any] = {
        _S.OPEN: one.found_on, _S.CORRECTION: one.corrected_on, _S.CAUSE: one.cause_on, _S.ACTION: one.planned_on, _S.DONE: one.done_on,
        _S.TESTED: one.tested_on, _S.CLOSED: one.closed_on,
    }  # fmt: skip
    now = _S.CORRECTION if one.status is _S.REOPENED else one.status
    place = WAY.index(now)
    made = []
    for number, status in enumerate(WAY):
        day = days[status] if number <= place else None
        detail = [dates.short(day) if day else "", {_S.DONE: sheet.doer, _S.TESTED: sheet.tester}.get(status, "") if day else ""]
        if status is _S.DONE and place < number and one.due_on:
            detail = [_("by {day}").format(day=dates.short(one.due_on))]
        if status is _S.TESTED and now is _S.DONE and one.test_due_on:
            detail = [_("by {day}").format(day=dates.short(one.test_due_on))]
        name = _(DEVIATION_STATUS_NAMES[_S.REOPENED if one.status is _S.REOPENED and number == place else status])
        made.append(Step(title=name, detail=", ".join(filter(None, detail)), done=number < place, now=number == place))
    return made


def told(sheet: DeviationSheet) -> list[tuple[str, str]]:
    """Titles and words of a case, in the order in which they were asked for; the whys as one list."""
    one, words = sheet.deviation, dict(sheet.words)
    whys = [words.get(code, "") for code in WHYS]
    why = "\n".join(f"{number}. {text}" for number, text in enumerate(filter(None, whys), 1))
    client = " · ".join(filter(None, (sheet.client, one.client_no)))
    again = ngettext("{n} time, for it had no effect", "{n} times, for it had no effect", one.reopened).format(n=one.reopened)
    effect = {True: _("Yes"), False: _("No")}.get(one.effective, "") if one.effective is not None else ""
    return [
        (_("How it came to light"), _(ORIGIN_NAMES[one.origin])), (_("Clause of ISO 9001"), clause_title(one.clause)),
        (_("Client"), client), (_("Reopened"), again if one.reopened else ""),
        (_(TEXT_NAMES["whose"]), words.get("whose", "")),
        (_("What happened"), words.get("story", "")), (_("Correction"), words.get("correction", "")), (_("Why?"), why),
        (_("Cause"), words.get("cause", "")), (_("Whether it happens elsewhere"), words.get("similar", "")),
        (_("Corrective action"), words.get("action", "")), (_("How it was tested and what was seen"), words.get("test", "")),
        (_("Effective"), effect),
    ]  # fmt: skip


def changed(kept: Deviation, values: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, as fields of the record."""
    owner = values["owner_id"]
    return {name: values[name] for name in ("summary", "grade", "origin", "clause", "found_on", "due_on")} | {
        "owner_id": None if owner == NOBODY else owner, "clause": values["clause"] or "", "due_on": values["due_on"] or kept.due_on,
    }  # fmt: skip
