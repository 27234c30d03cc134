"""What was signed, kept as it was, so that a print years later shows the same words, whatever became of names, templates and scores.

The content is canonical JSON of the print's record with a fingerprint of its own. The first print leaves a mark: later ones are copies.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from nmx_desk.data import consults as query
from nmx_desk.data import log as log_data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import AXIS_NAMES, INSIGHT_NAMES, STATE_NAMES, Axis, AxisAssessment, OutcomeScore
from nmx_desk.domain.errors import Conflict, EnvironmentProblem
from nmx_desk.domain.history import SMOKING_NAMES, LifestyleMeasurement
from nmx_desk.domain.measures import LIFESTYLE_MEASURES
from nmx_desk.domain.notes import NOTE_KIND_NAMES, Addendum, ConsultNote, FrozenKind, FrozenPrint, NoteSection, NoteStatus
from nmx_desk.domain.referrals import Referral
from nmx_desk.i18n import _, language, translator
from nmx_desk.reports.records import NotePrint, PlanPrint, ReferralPrint, Titled
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.documents import documents_of_note
from nmx_desk.services.note_templates import titles_of
from nmx_desk.services.plan_sheets import OUTCOMES
from nmx_desk.services.scores import sheet_of
from nmx_desk.services.treating import refuse_void

NUMBER = "B2"


def freeze_note(work: Work, note: ConsultNote, sections: list[NoteSection]) -> FrozenPrint:
    """Keep what a note shows, in the unit of work that signs it."""
    return keep(work, FrozenKind.NOTE, note.id, note.client_id, _note_as_signed(work, note, sections))


def keep(
    work: Work, kind: FrozenKind, subject_id: str, client_id: str, shown: NotePrint | ReferralPrint | PlanPrint,
    printed_at: datetime | None = None, spoken: str = "",
) -> FrozenPrint:  # fmt: skip
    """Keep a print's record under what was signed; ``spoken``: its language, the user's unless another is given."""
    text = json.dumps(asdict(shown), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)
    made = FrozenPrint(
        client_id=client_id, kind=kind, subject_id=subject_id, language=spoken or language(), content=text, sha256=_sum(text)
    )  # fmt: skip
    return work.store.add(replace(made, printed_at=printed_at))


def _sum(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _iso(value: date | datetime) -> str:
    return value.isoformat()


def _note_as_signed(work: Work, note: ConsultNote, sections: list[NoteSection]) -> NotePrint:
    client = work.store.get(Client, note.client_id)
    names = query.user_names(work.store, {note.author_id, *([note.begun_by] if note.begun_by else [])})
    titles, nothing, carried = titles_of(work, [note]), _("Nothing particular"), _("Carried forward from an earlier note.")
    shown = tuple(
        Titled(title=titles.get(one.code, one.code), text=one.text or nothing, note=carried if one.carried_from else "")
        for one in sections
        if one.text or one.nothing_particular
    )
    return NotePrint(
        client_name=client.name, client_no=client.client_no, birth_date=client.birth_date, kind=_(NOTE_KIND_NAMES[note.kind]),
        care_date=note.care_date, author=names.get(note.author_id, ""), begun_by=names.get(note.begun_by or "", ""),
        attendees=note.attendees, minutes=note.duration_minutes, signed_at=note.signed_at or work.now(), late_reason=note.late_reason,
        hash=note.hash, sections=shown, scores=tuple(_measured(work, note)),
        axes=tuple(_judged(work, note)), attachments=tuple(_attached(work, note)),
    )  # fmt: skip


def _measured(work: Work, note: ConsultNote) -> list[Titled]:
    """The scores of this note in words; what was not measured is left out."""
    sheet = sheet_of(work, note.client_id)
    found = [(series.complaint.words, series.measured_in(note.id)) for series in sheet.complaints]
    outcome: OutcomeScore = sheet.outcome_in(note.id)
    found += [(_("{name} (10 is good)").format(name=_(name)), getattr(outcome, field)) for field, name in OUTCOMES.items()]
    scores = [Titled(title=title, text=_("{n} of 10").format(n=value)) for title, value in found if value is not None]
    return scores + _lived(work, note)


def _lived(work: Work, note: ConsultNote) -> list[Titled]:
    """What was told about food, sleep, exercise and stress with this note; what was not measured is left out."""
    told = work.store.find_one(LifestyleMeasurement, client_id=note.client_id, source_id=note.id)
    if told is None:
        return []
    values = {name: getattr(told, name) for name in LIFESTYLE_MEASURES}
    found = [(_(LIFESTYLE_MEASURES[name]), _figure(name, value)) for name, value in values.items() if value is not None]
    found += [(_("Smoking"), _(SMOKING_NAMES[told.smoking]))] if told.smoking else []
    return [Titled(title=title, text=text) for title, text in [*found, (_("Eating pattern"), told.pattern)] if text]


def _figure(name: str, value: int) -> str:
    text = f"{value / 2:g}" if name == "sleep_half_hours" else str(value)
    return text.replace(".", ",") if language() == "nl" else text


def _judged(work: Work, note: ConsultNote) -> list[Titled]:
    """The axes that were judged with this note, each as it was thought of last."""
    judged = work.store.find(AxisAssessment, client_id=note.client_id, source_id=note.id)
    found = {one.axis: one for one in sorted(judged, key=lambda one: (one.created_at, one.id))}
    return [
        Titled(
            title=_(AXIS_NAMES[axis]), text=one.hypothesis,
            note=", ".join((_("Not judged") if one.state is None else _(STATE_NAMES[one.state]), _(INSIGHT_NAMES[one.insight]).lower())),
        )
        for axis in Axis if (one := found.get(axis)) is not None
    ]  # fmt: skip


def _attached(work: Work, note: ConsultNote) -> list[Titled]:
    """What was attached: name, what it is, and the beginning of its fingerprint, by which it can be known again."""
    fingerprint = _("Fingerprint {hash}")
    return [
        Titled(title=one.name, text=one.note, note=fingerprint.format(hash=one.sha256[:20]))
        for one in documents_of_note(work, note) if not one.void_reason
    ]  # fmt: skip


@use_case("notes.read")
def print_note(work: Work, note_id: str) -> bytes:
    """A signed note as PDF, as it was signed, with what was added later. Logged as printed; from the second time on it is a copy."""
    from nmx_desk.reports.note import note_report
    from nmx_desk.services.report_base import print_context

    note = work.store.get(ConsultNote, note_id)
    client = work.store.get(Client, note.client_id)
    work.need("notes.read", own=work.user.id in {client.practitioner_id, note.author_id}, client_id=client.id)
    refuse_void(work, note)
    if note.status is NoteStatus.DRAFT:
        raise Conflict(_("Only a signed note is printed. Sign it first."))
    kept = work.store.find_one(FrozenPrint, kind=FrozenKind.NOTE, subject_id=note.id)
    kept = kept or freeze_note(work, note, query.sections_of(work.store, note.id))  # signed before there were any
    addenda = _addenda(work, note, kept.language)
    shown = replace(_read(kept), addenda=addenda, void_reason=note.void_reason, copy=kept.printed_at is not None)
    if kept.printed_at is None:
        work.store.change(kept, printed_at=work.now())
    work.seen("consult_note", note.id, note.client_id, code="PRINT")
    return note_report(replace(print_context(work, NUMBER), language=kept.language), shown)


def _read(kept: FrozenPrint) -> NotePrint:
    found = content_of(kept)
    for name in ("sections", "scores", "axes", "attachments", "addenda"):
        found[name] = tuple(Titled(**one) for one in found.get(name, ()))
    found["birth_date"] = date.fromisoformat(found["birth_date"]) if found["birth_date"] else None
    found["care_date"], found["signed_at"] = date.fromisoformat(found["care_date"]), datetime.fromisoformat(found["signed_at"])
    return NotePrint(**found)


def is_whole(kept: FrozenPrint) -> bool:
    """Whether it still has its fingerprint."""
    return _sum(kept.content) == kept.sha256


def content_of(kept: FrozenPrint) -> dict[str, Any]:
    """What was kept, after holding it against its fingerprint."""
    if not is_whole(kept):
        raise EnvironmentProblem(_("What was kept of this print was changed afterwards. Ask the administrator to verify the log."))
    found: dict[str, Any] = json.loads(kept.content)
    return found


def _addenda(work: Work, note: ConsultNote, spoken: str) -> tuple[Titled, ...]:
    found = sorted(work.store.find(Addendum, note_id=note.id), key=lambda one: one.signed_at)
    names = query.user_names(work.store, {one.author_id for one in found})
    said = translator(spoken).gettext("{author}, {when}. Reason: {reason}")
    return tuple(
        Titled(
            title="", text=one.text,
            note=said.format(
                author=names[one.author_id], when=f"{one.signed_at.astimezone(work.zone):%d-%m-%Y %H:%M}", reason=one.reason
            ),
        )
        for one in found
    )  # fmt: skip


# -- letters -----------------------------------------------------------------------------------------------------------------------------


def freeze_letter(work: Work, letter: Referral, shown: ReferralPrint) -> FrozenPrint:
    """Keep a letter as it goes out; when it was printed to go out, that was its first print."""
    printed = log_data.lines(work.store, log_data.LogFilter(obj_id=letter.id, codes=("PRINT",), limit=1))
    return keep(work, FrozenKind.LETTER, letter.id, letter.client_id, shown, work.now() if printed else None)


def thaw_letter(work: Work, letter: Referral) -> None:
    """It did not go out after all: its text may change again."""
    for kept in work.store.find(FrozenPrint, kind=FrozenKind.LETTER, subject_id=letter.id):
        work.store.remove(kept)


def letter_as_sent(work: Work, letter: Referral, now: ReferralPrint) -> ReferralPrint:
    """A letter as it went out; ``now``: as it stands, for one that went out before letters were kept. Its first print leaves a mark."""
    kept = work.store.find_one(FrozenPrint, kind=FrozenKind.LETTER, subject_id=letter.id) or freeze_letter(work, letter, now)
    found = content_of(kept)
    for name in ("to", "address"):
        found[name] = tuple(found[name])
    for name in ("written_on", "birth_date"):
        found[name] = date.fromisoformat(found[name]) if found[name] else None
    if kept.printed_at is None:
        work.store.change(kept, printed_at=work.now())
    return replace(ReferralPrint(**found), copy=kept.printed_at is not None)
