"""A consult note on paper (B2): the signed text with its addenda."""

from __future__ import annotations

from gettext import NullTranslations

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, SMALL, STRONG, Head, para, pdf
from nmx_desk.reports.records import NotePrint, PrintContext, Progress, Titled
from nmx_desk.reports.tables import facts, over


def note_report(ctx: PrintContext, note: NotePrint, *, progress: Progress | None = None) -> bytes:
    """A signed note as PDF: about whom and when, its sections, what was measured, who signed it, what was added later."""
    t = translator(ctx.language)
    title = t.gettext("Consult note")
    story: list[Flowable] = [para(f"{title} ({t.gettext('copy')})" if note.copy else title, H1)]
    if note.void_reason:
        story.append(para(t.gettext("Declared void: {reason}").format(reason=note.void_reason), STRONG))
    story.append(facts(_about(note, t)))
    for section in note.sections:
        story += _text(section)
    if note.scores:
        story += [*over(t.gettext("Measured")), facts([(one.title, one.text) for one in note.scores])]
    if note.axes:
        story += [CondPageBreak(80), para(t.gettext("Axes"), H2), *(flowable for one in note.axes for flowable in _judged(one))]
    if note.attachments:
        story += [CondPageBreak(80), para(t.gettext("Attachments"), H2), *(_attachment(one) for one in note.attachments)]
    story.append(KeepTogether([Spacer(0, 14), para("\n".join(_signed(ctx, note, t)), SMALL)]))
    for one in note.addenda:
        story += [CondPageBreak(80), para(t.gettext("Addendum"), H2), *_paragraphs(one.text), para(one.note, SMALL)]
    return pdf(ctx, Head(title=title), story, progress)


def _about(note: NotePrint, t: NullTranslations) -> list[tuple[str, str]]:
    rows = [(t.gettext("Client"), f"{note.client_name} ({note.client_no})")]
    if note.birth_date:
        rows.append((t.gettext("Date of birth"), formats.short_day(note.birth_date)))
    rows += [(t.gettext("Consult"), note.kind), (t.gettext("Date"), formats.weekday(note.care_date, t)), (t.gettext("Author"), note.author)]
    if note.minutes:
        rows.append((t.gettext("Minutes"), str(note.minutes)))
    if note.attendees:
        rows.append((t.gettext("Who else was there"), note.attendees))
    return rows


def _text(section: Titled) -> list[Flowable]:
    first, *rest = _paragraphs(section.text) or [para("", BODY)]
    small: list[Flowable] = [para(section.note, SMALL)] if section.note else []
    return [KeepTogether([para(section.title, H2), first]), *rest, *small]


def _judged(one: Titled) -> list[Flowable]:
    return [para(f"{one.title}: {one.note}", STRONG), *_paragraphs(one.text)]


def _attachment(one: Titled) -> Flowable:
    words = f"{one.title}: {one.text}" if one.text else one.title
    return KeepTogether([para(words, BODY), para(one.note, SMALL)])


def _paragraphs(text: str) -> list[Flowable]:
    return [para(part, BODY) for part in text.split("\n\n") if part.strip()]


def _signed(ctx: PrintContext, note: NotePrint, t: NullTranslations) -> list[str]:
    when = formats.moment(note.signed_at, ctx.zone)
    said = [t.gettext("Signed by {author} on {when}.").format(author=note.author, when=when)]
    if note.begun_by:
        said.append(t.gettext("Begun by {name}.").format(name=note.begun_by))
    if note.late_reason:
        said.append(t.gettext("Late entry: {reason}").format(reason=note.late_reason))
    return [*said, t.gettext("Fingerprint {hash}").format(hash=note.hash)]
