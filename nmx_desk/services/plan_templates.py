"""Templates of the clinic's own: saved from a plan, in versions, renamed, retired. A plan is a copy of one, never linked to it.

A template holds no dates, no figures of a client and no complaint: what it says is read by whoever begins a plan with it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

from nmx_desk.data import plans as query
from nmx_desk.data.controlled import documents
from nmx_desk.domain.controlled import PLAN, ControlledDocument, PaperKind
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.domain.measures import COMPLAINT
from nmx_desk.domain.plan_cadence import parse_cadence
from nmx_desk.domain.plan_rules import Content
from nmx_desk.domain.plans import PlanTemplate, PlanVersion
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.paper_content import template_text
from nmx_desk.services.paper_rules import made_document
from nmx_desk.services.paper_steps import offer_content
from nmx_desk.services.plan_sheets import TEMPLATE_FIELDS, TemplateView, known_language, own_plan, own_templates, raw_templates, template_in
from nmx_desk.services.typed import one_line

LONGEST_NAME = 80
LONGEST_ABOUT = 300
OWN = "own:"


def raw_of(work: Work, code: str) -> dict[str, Any] | None:
    """A template that may be used, as it is kept; None when there is none of that code."""
    own = own_templates(work).get(code)
    if own is not None and own.is_active:
        found: dict[str, Any] = json.loads(own.content)
        return found
    return next((raw for raw in raw_templates() if raw["code"] == code), None)


@use_case("plans.read", writes=False)
def plan_templates(work: Work, language: str = "", *, retired: bool = False) -> tuple[TemplateView, ...]:
    """Templates a plan can begin with, the default first, then the clinic's own. No ``language``: the user's; ``retired``: those too."""
    spoken = known_language(language or work.user.language)
    own = (_view(one, spoken) for one in own_templates(work).values() if one.is_active or retired)
    return (*(template_in(raw, spoken) for raw in raw_templates()), *own)


@use_case("plans.write")
def save_template(work: Work, version_id: str, name: str, about: str = "", code: str = "") -> TemplateView:
    """Put a version of a plan up for approval as a template: a new one, or the next version of the clinic's own template ``code``.

    A template is a controlled document: it is offered to plans once another person approves it (``services/paper_steps.py``).
    """
    version = work.store.get(PlanVersion, version_id)
    own_plan(work, version.plan_id)
    work.seen("plan_version", version.id, version.client_id)
    raw = _raw(query.content_of(work.store, version.id), version.cadence)
    before = _known(work, code) if code else None
    return _keep(work, raw, name, about, before)


@use_case("plans.write")
def rename_template(work: Work, code: str, name: str, about: str) -> TemplateView:
    """Another name: a version of its own that waits for approval, what it holds stays."""
    before = _known(work, code)
    return _keep(work, json.loads(before.content), name, about, before)


@use_case("plans.write")
def retire_template(work: Work, code: str) -> TemplateView:
    """Offer a template no more; plans that began with it stay as they are."""
    return _offered(work, code, on=False)


@use_case("plans.write")
def offer_template(work: Work, code: str) -> TemplateView:
    """Offer a retired template again."""
    return _offered(work, code, on=True)


def _offered(work: Work, code: str, *, on: bool) -> TemplateView:
    found = _known(work, code)
    if found.is_active is on:
        raise Conflict(_("This template has changed meanwhile. Look at the list again."))
    return _view(work.store.change(found, is_active=on), work.user.language)


def _known(work: Work, code: str) -> PlanTemplate:
    found = own_templates(work).get(code)
    if found is None:
        raise NotFound(_("There is no such template of your own. Choose one from the list."))
    return found


def _keep(work: Work, raw: dict[str, Any], name: str, about: str, before: PlanTemplate | None) -> TemplateView:
    called, said = one_line("name", name, LONGEST_NAME), one_line("about", about, LONGEST_ABOUT)
    if not called:
        raise UserError("name", _("Give the template a name."))
    others = [json.loads(one.content)["name"] for key, one in own_templates(work).items() if before is None or key != before.code]
    taken = {words.casefold() for names in (*others, *(raw["name"] for raw in raw_templates())) for words in names.values()}
    if called.casefold() in taken:
        raise UserError("name", _("There is a template of that name. Choose another name."))
    code = before.code if before else f"{OWN}{work.new_id()}"
    content = raw | {"code": code, "name": {"nl": called, "en": called}, "about": {"nl": said, "en": said}}
    text = template_text(content)
    if before is not None and before.content == text:
        return _view(before, work.user.language)
    document = _document(work, code, called, made=before is not None)
    offer_content(work, document, text, work.reason)
    waits = PlanTemplate(code=code, number=before.number + 1 if before else 1, content=text, is_active=False)
    return _view(waits, work.user.language)


def _document(work: Work, code: str, name: str, *, made: bool) -> ControlledDocument:
    """The controlled document of a template, a new one for a new template."""
    if made:
        return made_document(work, f"{PLAN}{code}")
    taken = {one.code for one in documents(work.store)}
    place = next(n for n in count(len(own_templates(work)) + 1) if f"T-{n}" not in taken)
    kept = ControlledDocument(
        code=f"T-{place}", title=name, kind=PaperKind.TEMPLATE, holds=f"{PLAN}{code}", clause="8.5.1", review_months=0,
        owner_id=work.user.id,
    )  # fmt: skip
    return work.store.add(kept)


def _view(one: PlanTemplate, spoken: str) -> TemplateView:
    found = template_in(json.loads(one.content), known_language(spoken))
    return replace(found, number=one.number, is_own=True, is_active=one.is_active)


def _raw(content: Content, cadence: str) -> dict[str, Any]:
    """A version as the templates of the program are written; words stand the same in both languages."""

    def both(text: str) -> dict[str, str]:
        return {"nl": text, "en": text}

    phases = [
        {
            "name": both(phase.name), "weeks": phase.weeks, "goal": both(phase.goal),
            "items": [
                {
                    "pillar": str(item.pillar), "aim": str(item.aim), "responsible": str(item.responsible), "text": both(item.text),
                    "frequency": both(item.frequency), "timing": both(item.timing), "stop_when": both(item.stop_when),
                    **{name: value for name in TEMPLATE_FIELDS if (value := getattr(item, name))},
                }
                for item in content.items
                if item.phase_id == phase.id
            ],
        }
        for phase in content.phases
    ]  # fmt: skip
    goals = [
        {"text": both(goal.text), "target": goal.target, "measure": goal.measure}
        for goal in content.goals
        if not goal.measure.startswith(COMPLAINT)
    ]
    return {"cadence": list(parse_cadence(cadence)), "phases": phases, "goals": goals}
