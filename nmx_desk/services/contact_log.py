"""The contact log of a client: what was said when, with whom, by which way. Call attempts and letters are shown among it, not copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from nmx_desk.data import consults as care_data
from nmx_desk.data import contacts as data
from nmx_desk.data import log as log_data
from nmx_desk.data import merging, timeline
from nmx_desk.domain.clients import Client
from nmx_desk.domain.contact_views import ContactLine
from nmx_desk.domain.contacts import ContactMoment, ContactWay
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.people import Role
from nmx_desk.i18n import _
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting, one_line

MOST_LINES = 200
LONGEST_TEXT = 1000
LONGEST_WHO = 80
AHEAD = timedelta(minutes=5)  # clocks of two computers differ


@use_case("clients.read", writes=False)
def contact_log(work: Work, client_id: str, limit: int = MOST_LINES) -> tuple[ContactLine, ...]:
    """A client's contacts, the newest first: the log, call attempts, letters and confirmations that were sent. The look is logged."""
    client = merging.current(work.store, client_id)
    work.seen("contact_moment", client.id, client.id)
    found = [line for kind in (_moments, _attempts, _letters, _confirmations) for line in kind(work, client, limit)]
    return tuple(sorted(found, key=lambda line: (line.at, line.id), reverse=True)[:limit])


def _moments(work: Work, client: Client, limit: int) -> Iterator[ContactLine]:
    moments = data.moments_of(work.store, client.id, limit)
    names = care_data.user_names(work.store, {moment.created_by for moment in moments})
    for moment in moments:
        mine = moment.created_by == work.user.id
        yield ContactLine(
            id=moment.id, at=moment.at, way=moment.way, incoming=moment.incoming, text=moment.text, who=moment.who,
            by=names.get(moment.created_by, ""), moment=moment, may_correct=mine or Role.MANAGER in work.roles, may_remove=mine,
        )  # fmt: skip


def _attempts(work: Work, client: Client, limit: int) -> Iterator[ContactLine]:
    attempts = timeline.attempts(work.store, client.id, None, limit)
    names = care_data.user_names(work.store, {attempt.created_by for attempt in attempts})
    for attempt in attempts:
        yield ContactLine(
            id=attempt.id, at=attempt.at, way=ContactWay.PHONE, incoming=False, text=attempt.note, by=names.get(attempt.created_by, ""),
            result=attempt.result,
        )  # fmt: skip


def _letters(work: Work, client: Client, limit: int) -> Iterator[ContactLine]:
    """To whom and when; what a letter says is for who treats the client."""
    for letter in data.letters_sent(work.store, client.id, limit):
        if letter.sent_on is not None:
            at = datetime.combine(letter.sent_on, datetime.min.time(), work.zone)
            to = ", ".join(filter(None, (letter.to_name, letter.to_practice, letter.to_city)))
            yield ContactLine(id=letter.id, at=at, way=ContactWay.LETTER, incoming=False, text="", who=to, day_only=True)


def _confirmations(work: Work, client: Client, limit: int) -> Iterator[ContactLine]:
    """Confirmations of appointments that were made to be sent: the log says when and by whom."""
    printed = log_data.lines(work.store, log_data.LogFilter(client=client.id, codes=("PRINT",), limit=limit))
    lines = [line for line in printed if line.obj_type == "confirmation"]
    names = care_data.user_names(work.store, {line.actor for line in lines})
    for line in lines:
        yield ContactLine(
            id=f"{line.seq}", at=line.at, way=ContactWay.LETTER, incoming=False, text=_("Confirmation of an appointment"),
            by=names.get(line.actor, ""),
        )  # fmt: skip


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("clients.change")
def add_contact_moment(work: Work, client_id: str, moment: ContactMoment) -> ContactMoment:
    """Write down a contact: now, unless another moment is given. No clinical content: that belongs in a note."""
    client = work.store.get(Client, client_id)
    now = work.now()
    at = moment.at if moment.at > ContactMoment().at else now
    if at > now + AHEAD:
        raise UserError("at", _("This moment is still to come. Choose now or an earlier one."))
    text, who = _tidy(moment)
    made = ContactMoment(client_id=client.id, at=at, way=ContactWay(moment.way), incoming=moment.incoming, who=who, text=text)
    return work.store.add(made)


@use_case("clients.change")
def correct_contact_moment(work: Work, moment: ContactMoment) -> ContactMoment:
    """Correct what one wrote down, at the version it was read; the log keeps what it was. A manager corrects what others wrote."""
    stored = work.store.get(ContactMoment, moment.id)
    if stored.created_by != work.user.id and Role.MANAGER not in work.roles:
        raise NotAllowed(_("A colleague wrote this. Ask them to correct it, or write down a contact of your own."))
    text, who = _tidy(moment)
    same = (stored.way, stored.incoming, stored.who, stored.text) == (moment.way, moment.incoming, who, text)
    if same:
        return stored
    read = replace(stored, version=moment.version)
    return work.store.change(read, way=ContactWay(moment.way), incoming=moment.incoming, who=who, text=text)


@use_case("clients.change")
def remove_contact_moment(work: Work, moment_id: str) -> ContactMoment:
    """Take out what one wrote down oneself, such as with the wrong client; the log keeps it. Returns what it was."""
    stored = work.store.get(ContactMoment, moment_id)
    if stored.created_by != work.user.id:
        raise NotAllowed(_("A colleague wrote this. Only they can take it out."))
    work.store.remove(stored)
    return stored


def _tidy(moment: ContactMoment) -> tuple[str, str]:
    """Text and who, as they are stored."""
    text = fitting("text", moment.text.strip(), LONGEST_TEXT)
    if not text:
        raise UserError("text", _("Write down what was said."))
    return text, one_line("who", moment.who, LONGEST_WHO)
