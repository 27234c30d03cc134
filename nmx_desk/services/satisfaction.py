"""What clients think of the clinic (ISO 9001 9.1.2): answers entered, forms handed out, and what the answers say together.

Whose an answer is and its words are read by the manager and by who entered it; of nobody's answer the auditor reads the words too.
Everybody else sees numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.satisfaction import (
    AnswerWay,
    AskedAt,
    Invitation,
    SatisfactionAnswer,
    Summary,
    quarters,
    summary,
    typed_code,
)
from nmx_desk.i18n import _
from nmx_desk.services.cases import reads_words
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting

LONGEST_TEXT = 4000
QUARTERS = 8
A_DAY = timedelta(days=1)
_GONE = frozenset({ClientStatus.DESTROYED})


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """An answer in the list, without whose it is. ``text`` only of nobody's; ``has_words``: there are words; ``opens``: one may open it."""

    id: str
    answered_on: date
    moment: AskedAt
    way: AnswerWay
    recommend: int | None
    mark: int | None
    practitioner: str = ""
    named: bool = False
    text: str = ""
    has_words: bool = False
    opens: bool = False


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """What the answers of a quarter say; ``first``: its first day."""

    first: date
    summary: Summary


@dataclass(frozen=True, kw_only=True)
class SatisfactionSheet:
    """The register over a period. ``before``: as long a period before it; ``waiting``: forms that did not come back."""

    rows: tuple[AnswerRow, ...]
    summary: Summary
    before: Summary
    quarters: tuple[Quarter, ...]
    waiting: int
    practitioners: tuple[tuple[str, str], ...]
    today: date


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One answer with whose it is (``client``: a name, empty when it is nobody's) and who wrote it down."""

    answer: SatisfactionAnswer
    client: str = ""
    practitioner: str = ""
    entered_by: str = ""
    undoable: bool = False


@dataclass(frozen=True, kw_only=True)
class FormFound:
    """A form that was handed out. ``client``: a name, empty when its answer is nobody's."""

    invitation: Invitation
    client: str = ""


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.use", writes=False)
def open_satisfaction(work: Work, first: date, last: date) -> SatisfactionSheet:
    """Answers of these days (inclusive) and what they say. For who enters answers or reads the registers."""
    if work.reach("satisfaction.enter") is None and work.reach("registers.read") is None:
        raise NotAllowed(_("You may not see what clients think of the clinic."), right="satisfaction.enter")
    if last < first:
        raise UserError("last", _("Choose a last day that is not before the first."))
    work.seen("satisfaction", f"{first.isoformat()} – {last.isoformat()}", None)
    names = _names(work)
    found = sorted(work.store.find(SatisfactionAnswer), key=lambda one: (one.answered_on, one.created_at, one.id))
    return SatisfactionSheet(
        rows=tuple(_row(work, one, names) for one in reversed(found) if first <= one.answered_on <= last),
        summary=summary(found, first, last), before=summary(found, first - (last - first) - A_DAY, first - A_DAY),
        quarters=by_quarter(found, last), waiting=len(work.store.find(Invitation, table_of(Invitation).c.answered_on.is_(None))),
        practitioners=practitioners(work), today=work.today(),
    )  # fmt: skip


def answers_between(work: Work, first: date, last: date) -> tuple[Summary, tuple[Quarter, ...]]:
    """What the answers of a period say, and the quarters up to its end; for other use cases, unlogged."""
    found = work.store.find(SatisfactionAnswer)
    return summary(found, first, last), by_quarter(found, last)


def by_quarter(found: Sequence[SatisfactionAnswer], last: date) -> tuple[Quarter, ...]:
    """The last eight quarters up to the one with a day, which is cut to it."""
    starts = quarters(last, QUARTERS)
    ends = [*(start - A_DAY for start in starts[1:]), last]
    return tuple(Quarter(first=start, summary=summary(found, start, end)) for start, end in zip(starts, ends, strict=True))


def _row(work: Work, one: SatisfactionAnswer, names: dict[str, str]) -> AnswerRow:
    opens = reads_words(work, one.client_id, one.created_by)
    return AnswerRow(
        id=one.id, answered_on=one.answered_on, moment=one.moment, way=one.way, recommend=one.recommend, mark=one.mark,
        practitioner=names.get(one.practitioner_id or "", ""), named=one.client_id is not None,
        text=one.text if opens and one.client_id is None else "", has_words=bool(one.text), opens=opens,
    )  # fmt: skip


@use_case("quality.use", writes=False)
def open_answer(work: Work, answer_id: str) -> AnswerView:
    """One answer with whose it is and its words; the look is logged with the client."""
    one = work.store.get(SatisfactionAnswer, answer_id)
    if not reads_words(work, one.client_id, one.created_by):
        raise NotAllowed(_("Only the manager and who entered this answer may read it."), right="quality.manage")
    work.seen("satisfaction_answer", one.id, one.client_id)
    names = _names(work)
    client = work.store.find_one(Client, id=one.client_id) if one.client_id else None
    return AnswerView(
        answer=one, client=client.name if client else "", practitioner=names.get(one.practitioner_id or "", ""),
        entered_by=names.get(one.created_by, ""), undoable=_is_fresh(work, one),
    )  # fmt: skip


@use_case("satisfaction.enter", writes=False)
def find_form(work: Work, code: str) -> FormFound:
    """The form with this code, typed or scanned. Raises ``UserError`` for one that is none, is unknown or came back already."""
    found = _form(work, code)
    client = work.store.find_one(Client, id=found.client_id) if found.client_id else None
    work.seen("invitation", found.id, found.client_id)
    return FormFound(invitation=found, client=client.name if client else "")


def _form(work: Work, code: str) -> Invitation:
    known = typed_code(code)
    if known is None:
        raise UserError("code", _("This is no code of a form. Look at it again: eight letters and digits, without 0, 1, I and O."))
    found = work.store.find_one(Invitation, code=known)
    if found is None:
        raise UserError("code", _("No form was handed out with this code."))
    if found.answered_on is not None:
        raise UserError("code", _("This form came back already."))
    return found


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("satisfaction.enter")
def add_answer(work: Work, told: SatisfactionAnswer, code: str = "") -> SatisfactionAnswer:
    """Write an answer down; with ``code`` under the form it stands on, once: whose it is and at which moment is the form's to say."""
    if told.recommend is None and told.mark is None and not told.text.strip():
        raise UserError("recommend", _("Enter at least a score, a mark or words."))
    if told.recommend is not None and not 0 <= told.recommend <= 10:
        raise UserError("recommend", _("Choose 0 to 10."))
    if told.mark is not None and not 1 <= told.mark <= 10:
        raise UserError("mark", _("Choose 1 to 10."))
    if told.answered_on > work.today():
        raise UserError("answered_on", _("This day is still to come. Choose today or a day before."))
    wanted = SatisfactionAnswer(
        client_id=known_client(work, told.client_id), practitioner_id=known_practitioner(work, told.practitioner_id),
        answered_on=told.answered_on, way=AnswerWay(told.way), moment=AskedAt(told.moment), recommend=told.recommend, mark=told.mark,
        text=fitting("text", told.text.strip(), LONGEST_TEXT),
    )  # fmt: skip
    if code.strip():
        form = _form(work, code)
        wanted = replace(
            wanted, client_id=form.client_id, practitioner_id=form.practitioner_id or wanted.practitioner_id, moment=form.moment,
            invitation_id=form.id, answered_on=max(wanted.answered_on, form.handed_on),
        )  # fmt: skip
        work.store.change(form, answered_on=wanted.answered_on)
    return work.store.add(wanted)


@use_case("satisfaction.enter")
def take_back_answer(work: Work, answer_id: str) -> None:
    """Take an answer back on the day on which it was entered, by who entered it; its form waits again. The log keeps it."""
    one = work.store.get(SatisfactionAnswer, answer_id)
    if not _is_fresh(work, one):
        raise Conflict(_("Only who entered this answer can take it back, on the same day."))
    if one.invitation_id is not None and (form := work.store.find_one(Invitation, id=one.invitation_id)) is not None:
        work.store.change(form, answered_on=None)
    work.store.remove(one)


def _is_fresh(work: Work, one: SatisfactionAnswer) -> bool:
    return one.created_by == work.user.id and one.import_id is None and one.created_at.astimezone(work.zone).date() == work.today()


def known_client(work: Work, client_id: str | None) -> str | None:
    """A client about whom there is a file. Raises ``UserError``."""
    if client_id is None:
        return None
    client = work.store.get(Client, client_id)
    if client.status in _GONE:
        raise UserError("client_id", _("The file of this client was destroyed. Enter the answer without a name."))
    return client.id


def known_practitioner(work: Work, user_id: str | None) -> str | None:
    """Somebody who treats clients, or did. Raises ``UserError``."""
    if user_id is not None and user_id not in dict(practitioners(work, everybody=True)):
        raise UserError("practitioner_id", _("Choose a practitioner from the list."))
    return user_id


# -- people ------------------------------------------------------------------------------------------------------------------------------


def practitioners(work: Work, *, everybody: bool = False) -> tuple[tuple[str, str], ...]:
    """(id, name) of who treats clients; with ``everybody`` those who left too."""
    held = {row.user_id for row in work.store.find(UserRole, role=Role.PRACTITIONER)}
    found = [user for user in work.store.find(User) if user.id in held and (user.is_active or everybody)]
    return tuple((user.id, user.display_name) for user in sorted(found, key=lambda user: user.display_name))


def _names(work: Work) -> dict[str, str]:
    return names_by_id(work.store)

