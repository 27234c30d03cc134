"""What sections a note has: those of the clinic's templates as they were when it was begun, whatever the list becomes (DOMAIN §2, §4)."""

from __future__ import annotations

from collections.abc import Iterable

from nmx_desk.domain.note_templates import NOTE_SECTIONS, letter_of, section_code, sorted_by_letter
from nmx_desk.domain.notes import SECTIONS, ConsultNote, NoteKind, SectionKind
from nmx_desk.i18n import _, language
from nmx_desk.services.code_lists import items_of, keep_defaults
from nmx_desk.services.desk import Work


def template_of(work: Work, note: ConsultNote) -> tuple[SectionKind, ...]:
    """The sections a note was begun with, in their order, called as in the language in use."""
    return _template(work, note.kind, note.template_version)


def template_now(work: Work, kind: NoteKind) -> tuple[int, tuple[SectionKind, ...]]:
    """The version in use, and the sections of a note that begins now; the list is kept from then on."""
    keep_defaults(work, NOTE_SECTIONS)
    version = items_of(work, NOTE_SECTIONS)[0].list_version
    return version, _template(work, kind, version)


def _template(work: Work, kind: NoteKind, version: int) -> tuple[SectionKind, ...]:
    found = [item for item in items_of(work, NOTE_SECTIONS, version) if item.group == kind] if version else []
    if not found:
        return tuple(SectionKind(code=one.code, title=_(one.title), required=one.required, letter=one.letter) for one in SECTIONS[kind])
    made = []
    for item in found:
        letter, required = letter_of(item.action)
        made.append(SectionKind(code=section_code(item), title=item.label(language()), required=required, letter=letter))
    return tuple(sorted_by_letter(made))


def titles_of(work: Work, notes: Iterable[ConsultNote]) -> dict[str, str]:
    """What the sections of these notes are called, by code; of two that name one code differently the first."""
    found: dict[str, str] = {}
    for note in notes:
        for section in template_of(work, note):
            found.setdefault(section.code, section.title)
    return found
