"""Letters to a client's GP (DOMAIN §4 Verwijzing/Brief): prefilled, edited, printed, sent with the client's consent, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from nmx_desk.data import consults as query
from nmx_desk.data import labs, merging
from nmx_desk.data import referrals as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, CallOutcome, CallStatus
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.family import ConsentPurpose
from nmx_desk.domain.labs import LabStatus
from nmx_desk.domain.notes import RETENTION_YEARS, years_later
from nmx_desk.domain.people import User
from nmx_desk.domain.referrals import LONGEST, Referral, SentHow
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.i18n import _
from nmx_desk.reports.records import ReferralPrint
from nmx_desk.services import client_prints, consents, frozen
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.drafts import drop_draft
from nmx_desk.services.flags_said import flags_said
from nmx_desk.services.following_said import alarm_said
from nmx_desk.services.referral_words import LANGUAGE, LabSaid, Told, first_body, first_reason
from nmx_desk.services.report_base import print_context
from nmx_desk.services.treating import treats
from nmx_desk.services.typed import fitting

DRAFT_KIND = "referral"
LAB_DAYS = 366  # how long ago results may be for a letter to begin with them
TO_GP = frozenset({SentHow.POST, SentHow.SECURE_MAIL})


@dataclass(frozen=True, kw_only=True)
class LetterSheet:
    """A letter with what its writer must see. ``may_send``: the client agreed that the GP gets data; else only the client takes it along.

    ``editable``: it has not gone out, and the user may write it. A letter without an id is not stored yet.
    """

    letter: Referral
    client: Client
    may_send: bool
    editable: bool
    author: str = ""


@use_case("letters.read", writes=False)
def letters_of(work: Work, client_id: str) -> tuple[LetterSheet, ...]:
    """A client's letters, the newest first. The look is logged, at each of them."""
    client = merging.current(work.store, client_id)
    work.need("letters.read", own=is_own(work, client), client_id=client.id)
    found = data.letters_of(work.store, client.id)
    for letter in found:
        work.seen("referral", letter.id, client.id)
    names = query.user_names(work.store, {letter.created_by for letter in found})
    sheet = _sheet(work, client, Referral(client_id=client.id))
    return tuple(
        replace(sheet, letter=one, author=names.get(one.created_by, ""), editable=sheet.editable and _is_open(one)) for one in found
    )


@use_case("letters.write", writes=False)
def begin_letter(work: Work, client_id: str = "", *, call_id: str | None = None, request_id: str | None = None) -> LetterSheet:
    """A letter that begins with what is known of a client, a call or a request: nothing is stored yet. The look at the call is logged.

    Who has begun one that has not gone out goes on with it.
    """
    call = work.store.get(AdviceCall, call_id) if call_id else None
    client = merging.current(work.store, call.client_id if call else client_id or _client_of(work, request_id))
    work.need("letters.write", own=is_own(work, client) or (call is not None and call.practitioner_id == work.user.id), client_id=client.id)
    for begun in data.letters_of(work.store, client.id):
        if _is_open(begun) and begun.created_by == work.user.id and (call is None or begun.call_id == call.id):
            return open_letter(work, begun.id)
    call = call or data.last_call(work.store, client.id)
    work.seen("client", client.id, client.id)
    told = Told(clinic=work.clinic.name)
    if call is not None:
        work.seen("advice_call", call.id, client.id)
        told = _told(work, call)
    if treats(work, client):
        work.seen("overview", client.id, client.id)
        told = replace(told, care=client_prints.overview_of(work, client, LANGUAGE, suspected=True), labs=_labs(work, client))
        if (alarm := alarm_said(work, client, LANGUAGE)) is not None:
            told = replace(told, flags=alarm[0], running=True, outcome=None)
    letter = Referral(
        client_id=client.id, call_id=call.id if call else None, to_name=client.gp_name, to_practice=client.gp_practice,
        to_city=client.gp_city, reason=first_reason(told), body=first_body(told), urgent=told.outcome is CallOutcome.EMERGENCY,
        written_on=work.today(),
    )  # fmt: skip
    return _sheet(work, client, letter)


def _client_of(work: Work, request_id: str | None) -> str:
    request = work.store.get(AdviceRequest, request_id) if request_id else None
    if request is None or request.client_id is None:
        raise UserError("", _("A letter is about a client. Open the advice call of this request first: that makes the client."))
    return request.client_id


def _told(work: Work, call: AdviceCall) -> Told:
    """What was said in a call: of the red flags only those that were answered with Yes."""
    flags = flags_said(work, call, LANGUAGE) or []
    day = (call.ended_at or call.started_at).astimezone(work.zone).date()
    return Told(clinic=work.clinic.name, question=call.question.strip(), asked_on=day, flags=flags, outcome=call.outcome)


def _labs(work: Work, client: Client) -> list[LabSaid]:
    """The client's tests of the last year that a practitioner has reviewed and that have values, the newest first. The look is logged."""
    results, since = labs.results_of(work.store, client.id), work.today() - timedelta(days=LAB_DAYS)
    found = []
    for order in labs.orders_of(work.store, client.id):
        values = [one for one in results if one.order_id == order.id]
        day = next((one.measured_on for one in values if one.measured_on), order.received_on)
        if order.status in {LabStatus.REVIEWED, LabStatus.DISCUSSED} and values and day is not None and day >= since:
            found.append(LabSaid(panel=order.panel, lab=order.lab, on=day, results=values))
    if found:
        work.seen("lab_result", client.id, client.id)
    return sorted(found, key=lambda one: one.on, reverse=True)


@use_case("letters.read", writes=False)
def open_letter(work: Work, letter_id: str) -> LetterSheet:
    """A letter as it stands. The look is logged."""
    letter, client = _letter(work, letter_id, "letters.read")
    work.seen("referral", letter.id, client.id)
    return _sheet(work, client, letter)


def _letter(work: Work, letter_id: str, right: str) -> tuple[Referral, Client]:
    letter = work.store.get(Referral, letter_id)
    client = merging.current(work.store, letter.client_id)
    work.need(right, own=is_own(work, client) or letter.created_by == work.user.id, client_id=client.id)
    return letter, client


def _is_open(letter: Referral) -> bool:
    return letter.sent_how is SentHow.NOT_YET


def _sheet(work: Work, client: Client, letter: Referral) -> LetterSheet:
    author = letter.created_by or work.user.id
    return LetterSheet(
        letter=letter, client=client, may_send=consents.standing(work, client.id, ConsentPurpose.DATA_TO_GP) is not None,
        editable=_is_open(letter) and work.reach("letters.write") is not None,
        author=query.user_names(work.store, {author}).get(author, ""),
    )  # fmt: skip


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("letters.write")
def save_letter(work: Work, letter: Referral) -> Referral:
    """Store a letter that has not gone out, over the version it was read at; without an id it is a new one.

    Of a client who was merged meanwhile it goes to who stayed.
    """
    client = merging.current(work.store, letter.client_id)
    call = work.store.get(AdviceCall, letter.call_id) if letter.call_id else None
    if call is not None and merging.current(work.store, call.client_id).id != client.id:
        raise Conflict(_("This call is of another client. Begin the letter again from the call."))
    own = is_own(work, client) or (call is not None and call.practitioner_id == work.user.id) or letter.created_by == work.user.id
    work.need("letters.write", own=own, client_id=client.id)
    said = _tidy(letter)
    drop_draft(work, DRAFT_KIND, letter.id or letter.client_id)
    if not letter.id:
        _touch(work, client)
        fresh = Referral(client_id=client.id, call_id=letter.call_id, written_on=work.today(), urgent=letter.urgent)
        return work.store.add(replace(fresh, **said))
    stored = work.store.get(Referral, letter.id)
    if not _is_open(stored):
        raise Conflict(_("This letter has gone out: its text stays as it was sent. Write a new one."))
    wanted = replace(stored, version=letter.version, urgent=letter.urgent, written_on=work.today(), **said)
    if replace(wanted, written_on=stored.written_on) == stored:
        return stored
    _touch(work, client)
    return work.store.change(wanted)


def _tidy(letter: Referral) -> dict[str, Any]:
    said: dict[str, Any] = {name: fitting(name, str(getattr(letter, name)).strip(), longest) for name, longest in LONGEST.items()}
    if not said["body"]:
        raise UserError("body", _("Write the letter first."))
    return said


def _touch(work: Work, client: Client) -> None:
    """A letter belongs to the file: its retention clock starts again."""
    now = work.now()
    work.store.change(client, last_clinical_change=now, retention_until=years_later(work.today(), RETENTION_YEARS))


@use_case("letters.write")
def drop_letter(work: Work, letter_id: str) -> None:
    """Throw away a letter that has not gone out; the log keeps that it was there."""
    letter, _client = _letter(work, letter_id, "letters.write")
    if not _is_open(letter):
        raise Conflict(_("This letter has gone out and stays in the file."))
    drop_draft(work, DRAFT_KIND, letter.id)
    work.store.remove(letter)


# -- going out ---------------------------------------------------------------------------------------------------------------------------


@use_case("letters.read")
def print_letter(work: Work, letter_id: str) -> bytes:
    """The letter as PDF, in the GP's language; logged as printed before its bytes leave.

    What went out is printed as it went, whatever became of names and addresses since; once it was printed, later prints are copies.
    """
    from nmx_desk.reports.referral import referral_letter

    letter, client = _letter(work, letter_id, "letters.read")
    work.seen("referral", letter.id, client.id, code="PRINT")
    paper = _paper(work, letter, client)
    if not _is_open(letter):
        paper = frozen.letter_as_sent(work, letter, paper)
    return referral_letter(replace(print_context(work, "B5"), language=LANGUAGE), paper)


def _paper(work: Work, letter: Referral, client: Client) -> ReferralPrint:
    writer, clinic = work.store.get(User, letter.created_by), work.clinic
    return ReferralPrint(
        to=tuple(filter(None, (letter.to_name, letter.to_practice, letter.to_city))), to_name=letter.to_name, written_on=letter.written_on,
        city=clinic.city, client=_full_name(client), birth_date=client.birth_date, address=client.address_lines, reason=letter.reason,
        body=letter.body, urgent=letter.urgent, author=writer.display_name, title=writer.title, clinic_phone=clinic.phone,
        clinic_email=clinic.email,
    )  # fmt: skip


def _full_name(client: Client) -> str:
    return " ".join(filter(None, (client.first_names or client.first_name, client.family)))


@use_case("letters.write")
def send_letter(work: Work, letter_id: str, how: SentHow, on: date | None = None) -> Referral:
    """Write down how and when a letter went out. To the GP only with the client's consent; without it the client may take it along."""
    letter, client = _letter(work, letter_id, "letters.write")
    how, day = SentHow(how), on or work.today()
    if not _is_open(letter):
        raise Conflict(_("This letter has gone out already."))
    if how is SentHow.NOT_YET:
        raise UserError("sent_how", _("Choose how the letter went out."))
    if day > work.today() or day < letter.created_at.astimezone(work.zone).date():
        raise UserError("sent_on", _("Choose a day from when the letter was written up to today."))
    if how in TO_GP and consents.standing(work, client.id, ConsentPurpose.DATA_TO_GP) is None:
        raise UserError("sent_how", _("The client has not agreed that the GP gets data. Ask for it, or give the letter to the client."))
    if how in TO_GP and not (letter.to_name or letter.to_practice):
        raise UserError("to_name", _("Fill in to whom the letter goes."))
    frozen.freeze_letter(work, letter, _paper(work, letter, client))
    return work.store.change(letter, sent_how=how, sent_on=day)


@use_case("letters.write")
def undo_sending(work: Work, letter_id: str) -> Referral:
    """Take back, on the same day, that a letter went out: a change of its own in the log."""
    letter, _client = _letter(work, letter_id, "letters.write")
    if _is_open(letter) or letter.feedback:
        raise UserError("", _("There is nothing to take back."))
    if letter.sent_on != work.today():
        raise UserError("", _("This can only be taken back on the same day."))
    frozen.thaw_letter(work, letter)
    return work.store.change(letter, sent_how=SentHow.NOT_YET, sent_on=None)


@use_case("letters.write")
def record_feedback(work: Work, letter_id: str, text: str, on: date | None = None) -> Referral:
    """Write down what the GP answered, and when."""
    letter, client = _letter(work, letter_id, "letters.write")
    day, said = on or work.today(), fitting("feedback", text.strip(), LONGEST["body"])
    if letter.sent_on is None:
        raise UserError("feedback", _("An answer comes after the letter: write down first how it went out."))
    if not said:
        raise UserError("feedback", _("Write down what the answer was."))
    if not letter.sent_on <= day <= work.today():
        raise UserError("feedback_on", _("Choose a day from when the letter went out up to today."))
    _touch(work, client)
    return work.store.change(letter, feedback=said, feedback_on=day)


def letter_waits(call: AdviceCall) -> bool:
    """Whether a call ended in a way that asks for a letter to the GP."""
    return call.status is CallStatus.COMPLETED and call.outcome in {CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY}
