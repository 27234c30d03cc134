"""The clinic's code lists in versions: a change is a new version of the whole list, the earlier ones stay (DOMAIN §3 Beheerder).

They are controlled documents: who changes one writes a version there, and what is approved is stored here (``services/papers.py``).

What was recorded names the version it was recorded under and goes on showing that; a call that has begun keeps its questions.
A list that came with a later version of the program than the clinic begins with the program's own words, kept with their first use.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from nmx_desk.data import consults as query
from nmx_desk.data.store import table_of
from nmx_desk.domain.code_lists import CODE_LISTS, check_list
from nmx_desk.domain.codes import fresh_code
from nmx_desk.domain.errors import Conflict, NotFound, UserError
from nmx_desk.domain.mail_texts import tidy
from nmx_desk.domain.names import clean_name
from nmx_desk.domain.note_templates import SIGN
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import _, resources_dir
from nmx_desk.services.desk import Work, use_case


@dataclass(frozen=True)
class ListVersion:
    """One version of a list: from when it holds, who made it and how many items it has."""

    number: int
    valid_from: datetime
    by: str
    count: int


@dataclass(frozen=True)
class CodeList:
    """A list with its versions, the newest first. ``current`` is the number of the one that is used now; 0: none."""

    code: str
    versions: tuple[ListVersion, ...]
    current: int


@use_case("documents.read", writes=False)
def list_code_lists(work: Work) -> list[CodeList]:
    """The lists there are, with their versions."""
    return [list_of(work, code) for code in CODE_LISTS]


@use_case("documents.read", writes=False)
def read_code_list(work: Work, list_code: str, version: int) -> list[CodeItem]:
    """One version of a list, in its order."""
    found = items_of(work, list_code, version) if version else []
    if not found:
        raise NotFound(_("There is no such version of this list. Go back and look again."))
    return found


def ready(work: Work, list_code: str, base: int, items: Sequence[CodeItem]) -> list[CodeItem]:
    """The items as the version after ``base`` would have them; ``base`` must still be the newest.

    Raises ``UserError`` when it is not complete or nothing changed, ``Conflict`` when somebody was faster.
    """
    before = list_of(work, list_code)
    if not before.versions or before.versions[0].number != base:
        raise Conflict(_("Somebody else made a new version of this list meanwhile. Look at it, and make your change again."))
    old = items_of(work, list_code, base)
    wanted = [_tidy(list_code, item) for item in items]
    check_list(list_code, wanted, {item.code for item in old})
    if [_said(item) for item in wanted] == [_said(item) for item in old]:
        raise UserError("items", _("Nothing has changed in the list."))
    return wanted


def store_version(work: Work, list_code: str, base: int, items: Sequence[CodeItem], valid_from: datetime | None = None) -> CodeList:
    """Make the version after ``base`` of these items, in this order; it holds from ``valid_from``, or from now on.

    An item without a code is new and gets one that no version has. Raises as :func:`ready` does.
    """
    wanted = ready(work, list_code, base, items)
    keep_defaults(work, list_code)
    taken = {item.code for item in work.store.find(CodeItem, list_code=list_code)}
    taken |= {code.rpartition(".")[2] for code in taken}
    now, made = valid_from or work.now(), []
    for place, item in enumerate(wanted, 1):
        code = item.code or fresh_code(item.label_en, taken)
        taken.add(code)
        made.append(replace(item, id="", list_code=list_code, list_version=base + 1, valid_from=now, position=place, code=code))
    work.store.add_all(made)
    return list_of(work, list_code)


def defaults() -> dict[str, Any]:
    """What a new clinic begins with: code lists, appointment types, office hours."""
    found: dict[str, Any] = json.loads((resources_dir() / "lists" / "defaults.json").read_text("utf-8"))
    return found


def default_items(list_code: str) -> list[CodeItem]:
    """A list as the program comes with it."""
    found = defaults().get(list_code, {"version": 0, "items": []})
    return [
        CodeItem(list_code=list_code, list_version=found["version"], position=place, **item) for place, item in enumerate(found["items"], 1)
    ]


def items_of(work: Work, list_code: str, version: int = 0) -> list[CodeItem]:
    """One version of a list, in its order; 0: the one in use. Empty when there is no such version."""
    store = work.store
    found = query.list_version(store, list_code, version) if version else query.current_list(store, list_code)
    if found or _is_kept(work, list_code):
        return found
    return [item for item in default_items(list_code) if version in {0, item.list_version}]


def keep_defaults(work: Work, list_code: str) -> None:
    """Store a list that this clinic did not have yet."""
    if not _is_kept(work, list_code):
        work.store.add_all(default_items(list_code))


def _is_kept(work: Work, list_code: str) -> bool:
    return bool(work.store.find(CodeItem, limit=1, list_code=list_code))


def list_of(work: Work, list_code: str) -> CodeList:
    """A list with its versions."""
    if list_code not in CODE_LISTS:
        raise NotFound(_("There is no such list. Go back and look again."))
    columns = table_of(CodeItem).c
    rows = work.store.find(CodeItem, order=[columns.list_version.desc(), columns.position], list_code=list_code)
    rows = rows or default_items(list_code)
    names = query.user_names(work.store, {row.created_by for row in rows})
    versions = []
    for number, found in groupby(rows, key=lambda row: row.list_version):
        items = list(found)
        versions.append(ListVersion(number, items[0].valid_from, names.get(items[0].created_by, ""), len(items)))
    current = next((version.number for version in versions if version.valid_from <= work.now()), 0)
    return CodeList(list_code, tuple(versions), current)


def _tidy(list_code: str, item: CodeItem) -> CodeItem:
    clean = tidy if CODE_LISTS[list_code].lines else clean_name
    said = item.action.strip().removeprefix(SIGN).casefold() if CODE_LISTS[list_code].typed else item.action
    return replace(item, label_nl=clean(item.label_nl), label_en=clean(item.label_en), action=said)


def _said(item: CodeItem) -> tuple[str, str, str, str, str]:
    return item.code, item.group, item.label_nl, item.label_en, item.action
