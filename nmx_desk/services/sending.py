"""Sending what waits in the outbox, beside the work of whoever is signed in (AGENDA §4).

A message is offered to the server first; only when the server wants to see it does it become *being sent* in the file, and only then is it
handed over. Whoever stops in between leaves it so, and it becomes *perhaps sent*: nothing is ever sent twice by itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from nmx_desk.data import outbox as data
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Cancelled, Conflict, DeskError, EnvironmentProblem
from nmx_desk.domain.mailing import MailKind, MailSender, MailState, OutgoingMail
from nmx_desk.exchange import invitations, smtp
from nmx_desk.exchange.invitations import CANCEL, REQUEST
from nmx_desk.exchange.smtp import Account, Handed, Handing, Letter, Post
from nmx_desk.i18n import S_, _
from nmx_desk.services.contact_points import points_of, save_contact_points
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case
from nmx_desk.services.mail_sender import account_of
from nmx_desk.services.outbox import refreshed, step

_M = MailState
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720))
"""How long a message waits after each try that failed; the last one from then on."""
GIVE_UP = timedelta(days=3)
STUCK_AFTER = timedelta(minutes=10)
_TOLD_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Round:
    """What is to be sent now, and by which account. ``stuck``: messages that somebody began to send and never came back to."""

    sender: MailSender
    account: Account
    due: tuple[str, ...]
    stuck: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """What became of a round. ``trouble``: a sentence about the server, else empty."""

    sent: int = 0
    later: int = 0
    refused: int = 0
    unsure: int = 0
    trouble: str = ""


# -- behind the round --------------------------------------------------------------------------------------------------------------------


@use_case("mail.send", writes=False)
def begin_round(work: Work, *, everything: bool = False) -> Round | None:
    """What to send; None while the clinic sends no mail. ``everything``: also what waits for its next try."""
    sender = data.sender(work.store)
    if sender is None or not sender.is_active:
        return None
    until = work.now() + GIVE_UP if everything else work.now()
    due = tuple(mail.id for mail in data.due(work.store, until))
    stuck = tuple(mail.id for mail in data.stuck(work.store, work.now() - STUCK_AFTER))
    return Round(sender, account_of(sender, data.password(work.store, sender.id)), due, stuck)


@use_case("mail.send")
def doubt_stuck(work: Work, mail_ids: Collection[str]) -> int:
    """Messages that were being sent when somebody stopped: perhaps they arrived."""
    found = [mail for mail_id in mail_ids if (mail := work.store.get(OutgoingMail, mail_id)).state is _M.SENDING]
    for mail in found:
        step(work, mail, _M.UNSURE, answer=S_("The program stopped while this was being sent. Ask whether it arrived."))
    return len(found)


@use_case("mail.send")
def prepare_mail(work: Work, mail_id: str) -> Letter | None:
    """A message as it goes out now; None when it may not go out any more: then it is withdrawn, with why."""
    mail, sender = work.store.get(OutgoingMail, mail_id), data.sender(work.store)
    if mail.state is not _M.WAITING or sender is None or not sender.is_active:
        return None
    fresh = refreshed(work, mail)
    if isinstance(fresh, str):
        mail = work.store.get(OutgoingMail, mail_id)
        if mail.state is _M.WAITING:
            step(work, mail, _M.WITHDRAWN, answer=fresh, next_try_at=None)
        return None
    return Letter(
        message_id=fresh.message_id, date=work.now(), from_name=sender.from_name, from_address=sender.from_address,
        to_address=fresh.address, reply_to=sender.reply_to, subject=fresh.subject, body=fresh.body, language=fresh.language,
        calendar=fresh.calendar, method=CANCEL if fresh.kind is MailKind.CANCELLATION else REQUEST,
    )  # fmt: skip


@use_case("mail.send")
def claim_mail(work: Work, mail_id: str, letter: Letter) -> OutgoingMail:
    """From now on this message is being sent, by this workstation alone. Raises ``Conflict`` when it has gone on or says something else."""
    mail = work.store.get(OutgoingMail, mail_id)
    if (mail.address, mail.body) != (letter.to_address, letter.body):
        raise Conflict(S_("This message has gone on meanwhile. Look at the outbox again."))
    return step(work, mail, _M.SENDING, tries=mail.tries + 1)


@use_case("mail.send")
def keep_answer(work: Work, mail_id: str, handed: Handed) -> OutgoingMail:
    """What became of a message that was offered or handed over."""
    mail = work.store.get(OutgoingMail, mail_id)
    if handed.what is Handing.TAKEN:
        return step(work, mail, _M.SENT, answer=handed.answer, next_try_at=None)
    if handed.what is Handing.UNSURE:
        told = handed.answer or S_("The mail server broke off before it said whether it took this. Ask.")
        return step(work, mail, _M.UNSURE, answer=told)
    if handed.what is Handing.REFUSED:
        if handed.unknown:
            _came_back(work, mail)
        return step(work, mail, _M.REFUSED, answer=handed.answer, next_try_at=None)
    return _put_off(work, mail, handed.answer)


def _came_back(work: Work, mail: OutgoingMail) -> None:
    """The server knows no such address: nothing more goes there until somebody says that it works."""
    client = work.store.find_one(Client, id=mail.client_id) if mail.client_id else None
    points = points_of(work, client) if client else ()
    marked = [replace(one, bounced_on=work.today()) if one.value == mail.address else one for one in points]
    if client is not None and marked != list(points):
        save_contact_points(work, client.id, marked)


def _put_off(work: Work, mail: OutgoingMail, answer: str) -> OutgoingMail:
    """Back to waiting, a longer while each time; given up after some days."""
    if work.now() - mail.created_at > GIVE_UP:
        return step(work, mail, _M.REFUSED, answer=S_("Given up after some days: {answer}").format(answer=answer), next_try_at=None)
    tries = mail.tries + (mail.state is _M.WAITING)  # while it is being sent the try was counted
    again: dict[str, Any] = {"tries": tries, "answer": answer, "next_try_at": work.now() + PAUSES[min(tries, len(PAUSES)) - 1]}
    return work.store.change(mail, **again) if mail.state is _M.WAITING else step(work, mail, _M.WAITING, **again)


@use_case("mail.send")
def end_round(work: Work, sender_id: str, trouble: str, left: Collection[str] = ()) -> MailSender:
    """Remember how the round ended; what is ``left`` because of it waits a while. While nothing changes it is told once an hour."""
    for mail_id in left if trouble else ():
        mail = work.store.get(OutgoingMail, mail_id)
        if mail.state is _M.WAITING:
            _put_off(work, mail, trouble)
    sender = work.store.get(MailSender, sender_id)
    fresh = sender.checked_at is not None and work.now() - sender.checked_at < _TOLD_AGAIN
    return sender if fresh and sender.trouble == trouble else work.store.change(sender, trouble=trouble, checked_at=work.now())


# -- the round ---------------------------------------------------------------------------------------------------------------------------


@Errand
def send_waiting(desk: Desk, *, everything: bool = False, progress: Progress | None = None) -> Sent | None:
    """Send what waits and whose time has come; None while the clinic sends no mail. What was sent stays sent whatever happens after."""
    found = desk.do(begin_round, everything=everything)
    if found is None:
        return None
    invitations.get_ready()
    unsure = desk.do(doubt_stuck, found.stuck) if found.stuck else 0
    if not found.due:
        return Sent(unsure=unsure)
    run = _Run(desk, found, progress or Progress(), Sent(unsure=unsure))
    trouble = ""
    try:
        run.go()
    except Cancelled:
        raise
    except DeskError as error:
        trouble = error.message
    desk.do(end_round, found.sender.id, trouble, run.left)
    return replace(run.sent, trouble=trouble)


class _Run:
    """One round."""

    def __init__(self, desk: Desk, found: Round, progress: Progress, sent: Sent) -> None:
        self._desk, self._account, self._progress = desk, found.account, progress
        self.left, self.sent = list(found.due), sent

    def go(self) -> None:
        """Send one message after the other over one connection."""
        total = len(self.left)
        with smtp.opened(self._account, stop=self._progress.on_cancel) as post:
            while self.left:
                self._progress.report(total - len(self.left), total, _("Sending the mail"))
                self._one(post, self.left[0])
                self.left.pop(0)

    def _one(self, post: Post, mail_id: str) -> None:
        letter = self._desk.do(prepare_mail, mail_id)
        if letter is None:
            return
        handed = post.offer(letter.from_address, letter.to_address)
        if handed is None:
            try:
                self._desk.do(claim_mail, mail_id, letter)
            except Conflict:  # another workstation was faster
                post.let_go()
                return
            handed = self._hand_over(post, mail_id, letter)
        self._keep(mail_id, handed)
        if handed.what is Handing.UNSURE:
            raise EnvironmentProblem(S_("The mail server broke off. What was not sent is tried again later."))

    def _hand_over(self, post: Post, mail_id: str, letter: Letter) -> Handed:
        try:
            return post.hand_over(smtp.message(letter))
        except EnvironmentProblem as error:  # it left before it was given anything
            self._keep(mail_id, Handed(Handing.LATER, error.message))
            self.left.remove(mail_id)
            raise

    def _keep(self, mail_id: str, handed: Handed) -> None:
        self._desk.do(keep_answer, mail_id, handed)
        name = {Handing.TAKEN: "sent", Handing.LATER: "later", Handing.REFUSED: "refused", Handing.UNSURE: "unsure"}[handed.what]
        self.sent = replace(self.sent, **{name: getattr(self.sent, name) + 1})
