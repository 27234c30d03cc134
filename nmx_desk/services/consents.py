"""What a client agreed to, purpose by purpose: given, withdrawn, and what stands today (DOMAIN §0.2). None of them unlocks the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nmx_desk.data import merging
from nmx_desk.data.consults import user_names
from nmx_desk.data.family import people_of
from nmx_desk.data.store import table_of
from nmx_desk.domain import deciding
from nmx_desk.domain.clients import Client
from nmx_desk.domain.code_lists import CONSENTS
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.family import Consent, ConsentPurpose, newsletter_wish
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import _, language
from nmx_desk.services.citizen_number import holds_citizen_number
from nmx_desk.services.code_lists import items_of, keep_defaults
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line

LONGEST = 300
_CONSENT = table_of(Consent).c


@dataclass(frozen=True, kw_only=True)
class PurposeRow:
    """One purpose. ``stands``: it was agreed to and still is; ``lacks``: whose word is missing beside what was given; the newest first.

    ``text`` and ``text_version``: what would be agreed to now.
    """

    purpose: ConsentPurpose
    stands: bool
    lacks: str
    text: str
    text_version: int
    history: tuple[ConsentLine, ...]

    @property
    def last(self) -> ConsentLine | None:
        """What was given last, whatever became of it."""
        return self.history[0] if self.history else None


@dataclass(frozen=True, kw_only=True)
class ConsentLine:
    """A consent as it was given: with the text that was shown, who wrote it down, and whether it lapsed when the client became 16."""

    consent: Consent
    text: str
    entered_by: str
    lapsed: bool


@dataclass(frozen=True, kw_only=True)
class ConsentSheet:
    """Every purpose of a client, and who may give a consent today: name as it is kept (empty: the client) and as it is shown."""

    client: Client
    rows: tuple[PurposeRow, ...]
    givers: tuple[tuple[str, str], ...]


@use_case("clients.read", writes=False)
def consents_of(work: Work, client_id: str) -> ConsentSheet:
    """A client's consents, purpose by purpose. The look is logged."""
    client = merging.current(work.store, client_id)
    work.seen("consent", client.id, client.id)
    return _sheet(work, client)


def standing(work: Work, client_id: str, purpose: ConsentPurpose) -> Consent | None:
    """The consent for a purpose that counts today, by the age rules; None: it was not given, not wholly, or not any more."""
    client = merging.current(work.store, client_id)
    found = _standing(work, client, _kept(work, client.id), purpose)
    return found[0] if found and not any(deciding.lacks(found, client.birth_date, work.today())) else None


def agreeing(work: Work, clients: Iterable[Client], purpose: ConsentPurpose) -> set[str]:
    """Ids of those of these clients whose consent for a purpose counts today."""
    kept: dict[str, list[Consent]] = defaultdict(list)
    for one in work.store.find(Consent, _CONSENT.withdrawn_at.is_(None), purpose=purpose):
        kept[one.client_id].append(one)
    return {
        client.id for client in clients
        if (found := _standing(work, client, kept.get(client.id, ()), purpose))
        and not any(deciding.lacks(found, client.birth_date, work.today()))
    }  # fmt: skip


def _standing(work: Work, client: Client, kept: Sequence[Consent], purpose: ConsentPurpose) -> list[Consent]:
    return deciding.standing(kept, purpose, client.birth_date, work.today(), work.zone)


def _kept(work: Work, client_id: str) -> list[Consent]:
    """All that was ever given, the newest first."""
    return work.store.find(Consent, client_id=client_id, order=[_CONSENT.given_at.desc(), _CONSENT.created_at.desc()])


# -- giving and withdrawing --------------------------------------------------------------------------------------------------------------


@use_case("clients.change")
def give_consent(
    work: Work, client_id: str, purpose: ConsentPurpose, text_version: int, *, given_by: str = "", on: date | None = None,
    evidence: str = "",
) -> ConsentSheet:  # fmt: skip
    """Write down a consent: the version of the text that was shown, by whom (empty: the client), when (today), and what shows it."""
    client = work.store.get(Client, client_id)
    purpose, evidence = ConsentPurpose(purpose), one_line("evidence", evidence, LONGEST)
    given_at = _moment(work, on)
    day = given_at.astimezone(work.zone).date()
    if given_by not in dict(_givers(work, client, day)):
        raise UserError("given_by", _not_theirs(client, day, own=not given_by))
    if given_by in {one.given_by for one in _standing(work, client, _kept(work, client.id), purpose)}:
        raise Conflict(_("This consent was given already. Withdraw it first if it is to be given anew."))
    _check_text(work, purpose, text_version, day)
    work.store.add(Consent(
        client_id=client.id, purpose=purpose, given_at=given_at, given_by=given_by, text_version=text_version, evidence=evidence,
    ))  # fmt: skip
    return _sheet(work, client)


def _moment(work: Work, on: date | None) -> datetime:
    """Now; of an earlier day its beginning."""
    if on is None or on == work.today():
        return work.now()
    if on > work.today():
        raise UserError("on", _("This day is still to come. Choose today or an earlier day."))
    return from_minutes(start_minute(work.clinic.zone, on))


def _not_theirs(client: Client, day: date, *, own: bool) -> str:
    if own:
        return _("{name} was under 12 on that day: choose the parent who agreed.").format(name=deciding.name_of(client))
    if deciding.is_minor(client.birth_date, day):
        return _("Only somebody with authority can agree on behalf of {name}. Write down who that is first.").format(
            name=deciding.name_of(client)
        )
    return _("{name} decides alone from 16 on: a parent cannot agree any more.").format(name=deciding.name_of(client))


def _check_text(work: Work, purpose: ConsentPurpose, version: int, day: date) -> None:
    """The text that was shown must be one that the clinic had."""
    keep_defaults(work, CONSENTS)
    item = next((item for item in items_of(work, CONSENTS, version) if item.code == purpose), None) if version > 0 else None
    if item is None or (version > 1 and item.valid_from.astimezone(work.zone).date() > day):
        raise UserError("text_version", _("There was no such text on that day. Choose the version that was shown."))


def carry_over(work: Work, request: AdviceRequest, client: Client) -> None:
    """Keep the consent for a newsletter that somebody ticked in the website's form: of the moment it came in, with the form's own text."""
    said = newsletter_wish(request.raw_payload)
    day = request.received_at.astimezone(work.zone).date()
    if not said or holds_citizen_number(said) or not deciding.may_give(client.birth_date, day, own=True):
        return
    work.store.add(Consent(
        client_id=client.id, purpose=ConsentPurpose.NEWSLETTER, given_at=request.received_at, evidence=said[:LONGEST],
    ))  # fmt: skip


@use_case("clients.change")
def withdraw_consent(work: Work, client_id: str, purpose: ConsentPurpose, how: str = "") -> ConsentSheet:
    """Write down that a consent is withdrawn, from now on, whoever gave it; how it was said is a remark. What was given stays in sight."""
    client = work.store.get(Client, client_id)
    how = one_line("how", how, LONGEST)
    found = [one for one in _kept(work, client.id) if one.purpose is ConsentPurpose(purpose) and one.withdrawn_at is None]
    if not found:
        raise Conflict(_("There is no consent to withdraw."))
    for one in found:
        work.store.change(one, withdrawn_at=work.now(), withdrawn_how=how)
    return _sheet(work, client)


# -- the sheet ---------------------------------------------------------------------------------------------------------------------------


def _sheet(work: Work, client: Client) -> ConsentSheet:
    kept = _kept(work, client.id)
    names = user_names(work.store, {one.created_by for one in kept})
    texts = {version: _texts(work, version) for version in {one.text_version for one in kept if one.text_version}}
    now = {item.code: item for item in items_of(work, CONSENTS)}
    rows = []
    for purpose in ConsentPurpose:
        lines = tuple(
            ConsentLine(
                consent=one, text=texts.get(one.text_version, {}).get(purpose, ""), entered_by=names.get(one.created_by, ""),
                lapsed=deciding.has_lapsed(one, client.birth_date, work.today(), work.zone),
            ) for one in kept if one.purpose is purpose
        )  # fmt: skip
        found = _standing(work, client, kept, purpose)
        missing = deciding.lacks(found, client.birth_date, work.today())
        rows.append(PurposeRow(
            purpose=purpose, stands=bool(found) and not any(missing), lacks=_missing(client, missing) if found else "",
            text=now[purpose].label(language()) if purpose in now else "", text_version=now[purpose].list_version if purpose in now else 0,
            history=lines,
        ))  # fmt: skip
    return ConsentSheet(client=client, rows=tuple(rows), givers=tuple(_givers(work, client, work.today())))


def _texts(work: Work, version: int) -> dict[str, str]:
    return {item.code: item.label(language()) for item in items_of(work, CONSENTS, version)}


def _missing(client: Client, missing: tuple[bool, bool]) -> str:
    own, others = missing
    if own:
        return _("{name} has to agree as well.").format(name=deciding.name_of(client))
    return _("A parent with authority has to agree as well.") if others else ""


def _givers(work: Work, client: Client, day: date) -> list[tuple[str, str]]:
    """Who could agree on a day, by the age rules."""
    people = people_of(work.store, client.id)
    found = [("", client.name)] if deciding.may_give(client.birth_date, day, own=True) else []
    return found + [(one.name, one.name) for one in deciding.authorised(client.birth_date, people, day)]
