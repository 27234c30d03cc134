"""Texts that an abbreviation puts in a note: the clinic's, and one's own (EXPERIENCE §3 Consult note)."""

from __future__ import annotations

from dataclasses import dataclass

from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.mail_texts import tidy
from nmx_desk.domain.note_templates import LONGEST_SNIPPET, SNIPPETS, Snippet, check_short
from nmx_desk.i18n import _, language
from nmx_desk.services.citizen_number import refuse_citizen_number
from nmx_desk.services.code_lists import items_of
from nmx_desk.services.desk import Work, use_case

MOST_OWN = 300


@dataclass(frozen=True, kw_only=True)
class SnippetLine:
    """A snippet as it is offered; ``own_id`` is "" for one of the clinic's."""

    short: str
    text: str
    own_id: str = ""


@use_case("notes.write", writes=False)
def list_snippets(work: Work) -> tuple[SnippetLine, ...]:
    """One's own and the clinic's in the language in use, by abbreviation; one's own instead of the clinic's of the same one."""
    found = {item.action: SnippetLine(short=item.action, text=item.label(language())) for item in items_of(work, SNIPPETS)}
    own = work.store.find(Snippet, owner_id=work.user.id)
    found |= {one.short: SnippetLine(short=one.short, text=one.text, own_id=one.id) for one in own}
    return tuple(found[short] for short in sorted(found))


@use_case("notes.write", code="CONFIG")
def save_snippet(work: Work, short: str, text: str, snippet_id: str = "") -> Snippet:
    """Keep a snippet of one's own; ``snippet_id``: the one that is changed."""
    try:
        abbreviation = check_short(short)
    except UserError as found:
        raise UserError("short", found.message) from found
    words = tidy(text)
    if not words:
        raise UserError("text", _("Write the text."))
    if len(words) > LONGEST_SNIPPET:
        raise UserError("text", _("Use at most {n} characters.").format(n=LONGEST_SNIPPET))
    refuse_citizen_number("text", words)
    own = work.store.find(Snippet, owner_id=work.user.id)
    if any(one.short == abbreviation and one.id != snippet_id for one in own):
        raise UserError("short", _("You have a snippet with this abbreviation already. Choose another one."))
    if snippet_id:
        return work.store.change(_own(work, snippet_id), short=abbreviation, text=words)
    if len(own) >= MOST_OWN:
        raise UserError("short", _("You have {n} snippets. Take one away first.").format(n=MOST_OWN))
    return work.store.add(Snippet(owner_id=work.user.id, short=abbreviation, text=words))


@use_case("notes.write", code="CONFIG")
def drop_snippet(work: Work, snippet_id: str) -> Snippet:
    """Take away a snippet of one's own; what it put in notes stays there. Returns what it was, so that it can be put back."""
    known = _own(work, snippet_id)
    work.store.remove(known)
    return known


def _own(work: Work, snippet_id: str) -> Snippet:
    known = work.store.get(Snippet, snippet_id)
    if known.owner_id != work.user.id:
        raise NotAllowed(_("This snippet is somebody else's."))
    return known
