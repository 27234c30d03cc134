"""The figures a goal can name, with their last value; their names in any language for what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from nmx_desk.data import lifestyle as query
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.measures import COMPLAINT, LIFESTYLE, LIFESTYLE_MEASURES, OUTCOME, OUTCOME_MEASURES, Measure
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.scores import sheet_of


@use_case("notes.read", writes=False)
def goal_measures(work: Work, client_id: str) -> tuple[Measure, ...]:
    """What a goal of a client's plan can be measured by: complaints that go on, the three outcomes, lifestyle, each with its last value.

    Own clients; others with a reason.
    """
    read_file(work, client_id, "scores")
    sheet = sheet_of(work, client_id)
    found = [
        Measure(
            code=f"{COMPLAINT}:{one.complaint.id}", name=one.complaint.words,
            value=str(one.scores[-1].score) if one.scores else "", on=one.scores[-1].measured_on if one.scores else None,
        )
        for one in sheet.complaints
        if one.complaint.is_active
    ]  # fmt: skip
    found += [_last(OUTCOME, name, words, sheet.outcomes) for name, words in OUTCOME_MEASURES.items()]
    told = query.lifestyle_of(work.store, client_id)
    return (*found, *(_last(LIFESTYLE, name, words, told) for name, words in LIFESTYLE_MEASURES.items()))


def _last(kind: str, name: str, words: str, measured: Sequence[object]) -> Measure:
    one = next((one for one in reversed(measured) if getattr(one, name) is not None), None)
    value = getattr(one, name) if one is not None else None
    text = "" if value is None else f"{value / 2:g}" if name == "sleep_half_hours" else str(value)
    return Measure(code=f"{kind}:{name}", name=_(words), value=text, on=getattr(one, "measured_on", None))


def measure_name(work: Work, code: str, t: NullTranslations) -> str:
    """What a figure is called in a language; a complaint in the client's own words."""
    kind, _colon, name = code.partition(":")
    if kind == COMPLAINT:
        found = work.store.find_one(Complaint, id=name)
        return found.words if found else ""
    words = {OUTCOME: OUTCOME_MEASURES, LIFESTYLE: LIFESTYLE_MEASURES}.get(kind, {}).get(name, "")
    return t.gettext(words) if words else ""
