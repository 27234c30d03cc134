"""The clinic's templates of consult notes and its snippets, as code lists: what an item says (DOMAIN §2 Consult note)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.notes import NOTE_KIND_NAMES, SectionKind
from nmx_desk.domain.people import CodeItem
from nmx_desk.i18n import N_, _

NOTE_SECTIONS: Final = "note_sections"
LETTERS: Final = ("s", "o", "e", "p", "")
LETTER_NAMES: Final = {"s": N_("Subjective"), "o": N_("Objective"), "e": N_("Evaluation"), "p": N_("Plan")}
"""SOEP. A section without a letter comes last."""
REQUIRED: Final = "_required"
SECTION_GROUPS: Final = {str(kind): name for kind, name in NOTE_KIND_NAMES.items()}
SECTION_ACTIONS: Final = {
    "s": N_("S"), "s_required": N_("S, required"), "o": N_("O"), "o_required": N_("O, required"), "e": N_("E"),
    "e_required": N_("E, required"), "p": N_("P"), "p_required": N_("P, required"), "free": N_("No letter"),
    "free_required": N_("No letter, required"),
}  # fmt: skip


def letter_of(action: str) -> tuple[str, bool]:
    """The letter of a section and whether it is required, from an item's ``action``."""
    letter = action.removesuffix(REQUIRED)
    return (letter if letter in LETTERS else ""), action.endswith(REQUIRED)


def section_code(item: CodeItem) -> str:
    """By which code a note knows a section: without the template, so that it is carried forward from one kind of note to another."""
    return item.code.rpartition(".")[2]


def sorted_by_letter(sections: Iterable[SectionKind]) -> list[SectionKind]:
    """S, O, E, P, and what has no letter; within a letter as they were."""
    return sorted(sections, key=lambda section: LETTERS.index(section.letter))


def by_letter(sections: Iterable[SectionKind]) -> list[tuple[str, list[SectionKind]]]:
    """The sections of each letter, in that order."""
    return [(letter, list(found)) for letter, found in groupby(sorted_by_letter(sections), key=lambda section: section.letter)]


def check_templates(items: Sequence[CodeItem]) -> None:
    """Every kind of note has a section, and none has the same one twice. Raises ``UserError``."""
    for kind, name in SECTION_GROUPS.items():
        codes = [section_code(item) for item in items if item.group == kind]
        if not codes:
            raise UserError("items", _("The template “{name}” has no section. Add one to it.").format(name=_(name)))
        known = [code for code in codes if code]
        if len(known) != len(set(known)):
            raise UserError("items", _("The template “{name}” has the same section twice. Remove one of them.").format(name=_(name)))


# -- snippets ----------------------------------------------------------------------------------------------------------------------------

SNIPPETS: Final = "snippets"
LONGEST_SNIPPET = 4000
LONGEST_SHORT = 24
CURSOR: Final = "|"
SIGN: Final = ";"
_SHORT = re.compile(r"\w[\w-]*")
_TYPED = re.compile(r"(?:^|\s|[(\[„“\"'])" + SIGN + r"(\w[\w-]*)$")


@dataclass(frozen=True, kw_only=True)
class Snippet(Record):
    """A text of one user's own, put in a note by its abbreviation ``short``; it goes before the clinic's of that abbreviation."""

    owner_id: str = ""
    short: str = ""
    text: str = ""


def check_short(short: str) -> str:
    """What is typed after the sign, in small letters. Raises ``UserError`` when it cannot be typed in one go."""
    found = short.strip().removeprefix(SIGN).casefold()
    if not _SHORT.fullmatch(found) or len(found) > LONGEST_SHORT:
        said = _("Write an abbreviation of at most {n} letters, digits and hyphens, such as “slaap”.").format(n=LONGEST_SHORT)
        raise UserError("action", said)
    return found


def check_snippets(items: Sequence[CodeItem]) -> None:
    """No abbreviation stands for two texts. Raises ``UserError``."""
    shorts = [item.action for item in items]
    for short in shorts:
        if shorts.count(short) > 1:
            raise UserError("items", _("The abbreviation “{short}” stands for two texts. Change one of them.").format(short=short))


def typed_short(before: str) -> str:
    """The abbreviation that stands right before the cursor, without the sign; "" when none does. ``before``: the line up to the cursor."""
    found = _TYPED.search(before)
    return found[1].casefold() if found else ""


def spread(text: str) -> tuple[str, int]:
    """What a snippet puts there, and where in it the cursor goes: at the mark if there is one, else behind it (-1)."""
    head, mark, tail = text.partition(CURSOR)
    return head + tail, len(head) if mark else -1
