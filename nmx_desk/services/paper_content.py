"""What a version of a controlled document holds: text, a file, a code list or a plan template; and what approving it stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from nmx_desk.data.store import table_of
from nmx_desk.domain.code_lists import CODE_LISTS
from nmx_desk.domain.controlled import LIST, PLAN, ControlledDocument, ControlledVersion
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.people import CodeItem
from nmx_desk.domain.plans import PlanTemplate
from nmx_desk.domain.written import Kind, blocks
from nmx_desk.i18n import _, language
from nmx_desk.services.code_lists import items_of, list_of, ready, store_version
from nmx_desk.services.desk import Work
from nmx_desk.services.plan_sheets import TemplateView, known_language, template_in

_SAID = ("code", "group", "label_nl", "label_en", "action")


@dataclass(frozen=True)
class Section:
    """A part of a text with its title."""

    title: str
    text: str


def list_code(document: ControlledDocument) -> str:
    """The code list that a document holds; empty for another document."""
    return document.holds.removeprefix(LIST) if document.holds.startswith(LIST) else ""


def plan_code(document: ControlledDocument) -> str:
    """The plan template that a document holds; empty for another document."""
    return document.holds.removeprefix(PLAN) if document.holds.startswith(PLAN) else ""


def title_of(document: ControlledDocument) -> str:
    """What it is called; a code list in the language in use."""
    code = list_code(document)
    return _(CODE_LISTS[code].name) if code in CODE_LISTS else document.title


# -- code lists --------------------------------------------------------------------------------------------------------------------------


def items_text(items: Sequence[CodeItem]) -> str:
    """A list as a version keeps it."""
    return json.dumps([{name: getattr(item, name) for name in _SAID} for item in items], ensure_ascii=False)


def ready_items(work: Work, code: str, base: int, items: Sequence[CodeItem]) -> str:
    """Items as a draft keeps them. Raises ``UserError`` for what is not complete, ``Conflict`` when the list has changed meanwhile."""
    return items_text(ready(work, code, base, items))


def items_in(work: Work, code: str, version: ControlledVersion) -> list[CodeItem]:
    """The items of a version: as the list has them, or as they are proposed."""
    if version.list_version and (stored := items_of(work, code, version.list_version)):
        return stored
    found = json.loads(version.content or "[]")
    return [
        CodeItem(id=f"{version.id}:{place}", list_code=code, list_version=version.number, position=place, **item)
        for place, item in enumerate(found, 1)
    ]


def list_lines(code: str, items: Sequence[CodeItem]) -> str:
    """A list as text with marks: a table of its items."""
    kind = CODE_LISTS[code]
    words = {**kind.names, **kind.groups, **kind.actions}
    heads = [_("No."), *([_("Group")] if kind.groups or kind.names else []), _("Dutch"), _("English")]
    rows = []
    for item in items:
        group = item.group or item.code
        cells = [str(item.position), *([_(words.get(group, group))] if kind.groups or kind.names else []), item.label_nl, item.label_en]
        if kind.actions or kind.typed:
            cells.append(_(words[item.action]) if item.action in words else item.action)
        rows.append(cells)
    if kind.actions or kind.typed:
        heads.append(_(kind.action))
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(text) for text in cells) + " |" for cells in lines)


def _cell(text: str) -> str:
    """On one line, without a bar of its own."""
    return " ".join(text.replace("|", "¦").replace("**", "").split())


# -- plan templates ----------------------------------------------------------------------------------------------------------------------


def template_text(raw: dict[str, Any]) -> str:
    """A template as a version keeps it."""
    return json.dumps(raw, ensure_ascii=False, sort_keys=True)


def template_of(version: ControlledVersion) -> TemplateView:
    """The template of a version, in the language in use."""
    return template_in(json.loads(version.content), known_language(language()))


def template_lines(version: ControlledVersion) -> str:
    """A plan template as text with marks."""
    found = template_of(version)
    lines = [found.about, ""] if found.about else []
    for one in found.phases:
        weeks = _("{n} weeks").format(n=one.phase.weeks)
        lines += [f"# {one.phase.name} ({weeks})", one.phase.goal, ""]
        lines += [f"- {' · '.join(filter(None, (item.text, item.frequency, item.timing)))}" for item in one.items]
    if found.goals:
        lines += [f"# {_('Goals')}", *(f"- {goal.text}" for goal in found.goals)]
    return "\n".join(lines)


# -- whatever it holds -------------------------------------------------------------------------------------------------------------------


def lines_of(work: Work, document: ControlledDocument, version: ControlledVersion) -> str:
    """What a version says, as text with marks; empty for a file."""
    if code := list_code(document):
        return list_lines(code, items_in(work, code, version))
    if plan_code(document):
        return template_lines(version) if version.content else ""
    return version.content


def sections_of(work: Work, document: ControlledDocument, version: ControlledVersion) -> list[Section]:
    """What a version says in parts that can be compared: under each heading, or item by item."""
    if code := list_code(document):
        return [Section(item.code or item.label(language()), _item_text(code, item)) for item in items_in(work, code, version)]
    if version.file_name:
        return [Section(_("File"), f"{version.file_name}\n{version.sha256 or sha256(version.file).hexdigest()}")]
    found, title = [], ""
    said: list[str] = []
    for block in blocks(lines_of(work, document, version)):
        if block.kind in {Kind.HEADING, Kind.SUBHEADING}:
            found.append(Section(title, "\n".join(said)))
            title, said = block.text, []
        elif block.kind is Kind.TABLE:
            said += [" | ".join("".join(span.text for span in cell) for cell in row) for row in block.rows]
        else:
            lead = {Kind.ITEM: "• ", Kind.STEP: f"{block.number}. "}.get(block.kind, "")
            said.append(lead + block.text)
    return [one for one in [*found, Section(title, "\n".join(said))] if one.title or one.text]


def _item_text(code: str, item: CodeItem) -> str:
    kind = CODE_LISTS[code]
    words = {**kind.groups, **kind.actions}
    extra = [_(words[one]) if one in words else one for one in (item.group, item.action) if one]
    return "\n".join([item.label_nl, item.label_en, *extra])


def fingerprint(version: ControlledVersion) -> str:
    """SHA-256 in hex of what a version holds."""
    return sha256(version.file if version.file_name else version.content.encode("utf-8")).hexdigest()


def take_into_use(work: Work, document: ControlledDocument, version: ControlledVersion) -> int:
    """Store the list or template that was approved; answers its version there, 0 for another document."""
    if code := list_code(document):
        base = base_of(work, document)
        day = version.valid_from
        starts = None if day is None or day <= work.today() else datetime.combine(day, time(), tzinfo=work.zone)
        work.code = "CONFIG"
        return store_version(work, code, base, items_in(work, code, version), starts).versions[0].number
    if code := plan_code(document):
        if version.valid_from is not None and version.valid_from > work.today():
            raise UserError("valid_from", _("A plan template holds from today on. Choose today."))
        number = base_of(work, document) + 1
        work.store.add(PlanTemplate(code=code, number=number, content=version.content))
        if (name := template_of(version).name) != document.title:
            work.store.change(document, title=name)
        return number
    return 0


def leave_unused(work: Work, document: ControlledDocument, version: ControlledVersion) -> None:
    """Take away the items of a version that never came into force."""
    for item in work.store.find(CodeItem, list_code=list_code(document), list_version=version.list_version):
        if item.valid_from <= work.now():
            raise Conflict(_("This version is in use already. Make a new one."))
        work.store.remove(item)


def base_of(work: Work, document: ControlledDocument) -> int:
    """The newest version of the list or template; 0 for none."""
    if code := list_code(document):
        return list_of(work, code).versions[0].number
    order = [table_of(PlanTemplate).c.number.desc()]
    found = work.store.find(PlanTemplate, order=order, limit=1, code=plan_code(document))
    return found[0].number if found else 0

