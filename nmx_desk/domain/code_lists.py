"""The clinic's code lists: which there are, what an item of each may say, and when a new version is complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from nmx_desk.domain.agenda import AppointmentType, Channel
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.family import CONSENT_PURPOSE_NAMES
from nmx_desk.domain.mail_texts import LONGEST_BODY, MAIL_TEXTS, TEXT_NAMES, check_text
from nmx_desk.domain.note_templates import (
    LONGEST_SNIPPET,
    NOTE_SECTIONS,
    SECTION_ACTIONS,
    SECTION_GROUPS,
    SNIPPETS,
    check_short,
    check_snippets,
    check_templates,
)
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import N_, _

RED_FLAGS: Final = "red_flags"
COMPLAINTS: Final = "complaints"
CONSENTS: Final = "consents"
BRING: Final = "bring"
LONGEST_LABEL = 300
MOST_ITEMS = 100


@dataclass(frozen=True)
class ListKind:
    """What a list is called, and the groups and actions its items choose from; without actions its items ask for nothing.

    ``fixed``: its items are the program's own: their texts change, none is added or taken away, and ``names`` says what each is for.
    ``longest``: characters of a text; ``letters``: its texts are those of mail, with placeholders; ``lines``: they may have several lines.
    ``action``: what an item's action is called; ``typed``: it is typed, not chosen. ``whole``: what else a whole list must be.
    """

    name: str
    groups: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    fixed: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    longest: int = LONGEST_LABEL
    letters: bool = False
    lines: bool = False
    action: str = N_("On Yes")
    typed: bool = False
    whole: Callable[[Sequence[CodeItem]], None] | None = None


CODE_LISTS: Final = {
    RED_FLAGS: ListKind(
        N_("Red-flag questions"),
        {
            "gut": N_("Gut"), "general": N_("General"), "age": N_("Age"), "family": N_("Family"), "acute": N_("Acute"), "mind": N_("Mind"),
            "special": N_("Special situations"),
        },
        {"gp": N_("GP first"), "emergency": N_("Emergency"), "decide": N_("Practitioner decides")},
    ),
    COMPLAINTS: ListKind(N_("Health complaints"), {"physical": N_("Physical"), "mental": N_("Mental")}),
    CONSENTS: ListKind(
        N_("Consent texts"), fixed=True, names={str(code): name for code, name in CONSENT_PURPOSE_NAMES.items()}, longest=1000
    ),
    BRING: ListKind(
        N_("What to bring"), {"all": N_("Every appointment"), "intake": N_("Intake consult"), "follow_up": N_("Follow-up consult")}
    ),
    MAIL_TEXTS: ListKind(N_("Mail texts"), fixed=True, names=TEXT_NAMES, longest=LONGEST_BODY, letters=True, lines=True),
    NOTE_SECTIONS: ListKind(N_("Note templates"), SECTION_GROUPS, SECTION_ACTIONS, action=N_("SOEP"), whole=check_templates),
    SNIPPETS: ListKind(N_("Snippets"), longest=LONGEST_SNIPPET, lines=True, action=N_("Abbreviation"), typed=True, whole=check_snippets),
}  # fmt: skip


def brought_to(item: CodeItem, kind: AppointmentType) -> bool:
    """Whether a thing of the list of what to bring is for this type of appointment. Nothing is brought to a call."""
    return item.group == kind.code or (item.group == "all" and kind.channel is not Channel.PHONE)


def check_item(list_code: str, item: CodeItem) -> None:
    """Refuse an item that is not complete. Raises ``UserError`` with the field."""
    kind = CODE_LISTS[list_code]
    for name in ("label_nl", "label_en"):
        label = str(getattr(item, name))
        if not label.strip():
            raise UserError(name, _("Write it in both languages."))
        if len(label.strip()) > kind.longest:
            raise UserError(name, _("Use at most {n} characters.").format(n=kind.longest))
        if kind.letters:
            check_text(item.code, name, label.strip())
    if item.group not in (kind.groups or {""}):
        raise UserError("group", _("Choose a group."))
    if kind.typed:
        check_short(item.action)
    elif item.action not in (kind.actions or {""}):
        refused = _("Choose a letter, and whether it is required.") if list_code == NOTE_SECTIONS else _("Choose what a Yes asks for.")
        raise UserError("action", refused)


def check_list(list_code: str, items: Sequence[CodeItem], known: set[str]) -> None:
    """Refuse a version that is not complete. ``known``: the codes of the version it replaces; an item without a code is new."""
    if not 0 < len(items) <= MOST_ITEMS:
        raise UserError("items", _("A list has 1 to {n} items.").format(n=MOST_ITEMS))
    for place, item in enumerate(items, 1):
        try:
            check_item(list_code, item)
        except UserError as found:
            raise UserError("items", _("Item {n}: {problem}").format(n=place, problem=found.message)) from found
    codes = [item.code for item in items if item.code]
    if len(codes) != len(set(codes)):
        raise UserError("items", _("Two items have the same code. Remove one of them."))
    if not known >= set(codes):
        raise UserError("items", _("An item has a code that the list does not know. Add it as a new item."))
    if CODE_LISTS[list_code].fixed and (len(items) != len(codes) or known != set(codes)):
        raise UserError("items", _("The items of this list are fixed: change their texts only."))
    if whole := CODE_LISTS[list_code].whole:
        whole(items)
