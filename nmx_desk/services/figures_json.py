"""Figures as one JSON value: each with numerator, denominator, definition version and the ids behind it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from nmx_desk.data import figures as data
from nmx_desk.data import log as log_data
from nmx_desk.data.store import table_of
from nmx_desk.domain import kpi, kpi_words
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.kpi import Figure, Filters, Stage
from nmx_desk.domain.people import User
from nmx_desk.i18n import _, language, translator
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.figures import NO_FILTERS, checked_period

SETS: Final[dict[str, tuple[str, ...]]] = {
    "figures": tuple(kpi.FIGURES),
    "month": tuple(kpi.FIGURES),
    "funnel": ("requests", "K3", "booked", "held", "K5", "K5_gp", "K6"),
    "follow_up": ("K9", "K12", "K13", "K14", "K19"),
    "grievances": ("K16",),
    "deviations": ("K17_time", "K17_effect"),
    "satisfaction": ("K15",),
    "review": tuple(kpi.FIGURES),
}
"""Which figures each report of figures holds."""


@use_case("reports.figures", writes=False)
def figures_file(work: Work, name: str, first: date, last: date, filters: Filters = NO_FILTERS) -> bytes:
    """The figures of a report over these days (inclusive), as UTF-8 JSON. Ids, never a name; that it left is logged.

    Raises ``UserError`` for a report without figures and for days the wrong way round.
    """
    keys = SETS.get(name.replace("-", "_"))
    if keys is None:
        raise UserError("report", _("Only the reports of figures come as JSON: {names}.").format(names=", ".join(SETS)))
    period, head = checked_period(first, last), log_data.newest_head(work.store)
    facts = data.facts(work.store, work.clinic, work.now(), first, last, filters)
    found, t = kpi.month_figures(facts, period, filters).figures, translator(language())
    said = {
        "report": name, "clinic": work.clinic.name, "demo": work.clinic.is_demo,
        "period": {"first": first.isoformat(), "last": last.isoformat()}, "filters": asdict(filters),
        "cut_off": facts.cut_off.isoformat(), "definition": kpi.DEFINITION_VERSION,
        "log": {"size": head[0], "root": head[1]} if head else None,
        "figures": [_figure(figure, t) for figure in found if figure.key in keys],
    }  # fmt: skip
    if "requests" in keys:
        said["funnel"] = [_stage(stage, t) for stage in kpi.funnel_of(facts, period, filters)]
    values = {"period": f"{first.isoformat()} – {last.isoformat()}"}
    if filters.on:
        values["filter"] = ", ".join(value for value in asdict(filters).values() if value)
    work.seen("figures", name, None, code="EXPORT", values=values)
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


@use_case("users.read", writes=False)
def user_id_of(work: Work, username: str) -> str:
    """Who signs in by this name. Raises ``UserError``."""
    found = work.store.find(User, table_of(User).c.username == username.strip().casefold())
    if not found:
        raise UserError("practitioner", _("Nobody signs in as “{name}”. Compare it with the list of users.").format(name=username))
    return found[0].id


def _figure(figure: Figure, t: Any) -> dict[str, Any]:
    return {
        "key": figure.key, "name": kpi_words.name(figure.key, t), "value": figure.value, "unit": str(figure.unit),
        "numerator": figure.numerator, "denominator": figure.denominator, "definition": figure.definition,
        "formula": kpi_words.formula(figure.key, t), "notes": {note.code: note.n for note in figure.note},
        "immature": figure.immature, "indicative": figure.indicative, "small": figure.small,
        "of": figure.of, "hits": list(figure.hits), "counted": list(figure.counted),
    }  # fmt: skip


def _stage(stage: Stage, t: Any) -> dict[str, Any]:
    return {"key": stage.key, "name": kpi_words.stage(stage.key, t), "count": stage.count, "of": "advice_request", "hits": list(stage.hits)}
