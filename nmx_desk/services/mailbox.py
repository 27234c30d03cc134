"""The mailbox that the website's form mails go to: setting it, trying it, and making requests of what came in (DOMAIN §6 Import).

Nothing happens until somebody sets one. The network is waited for outside any transaction: see ``fetch_mail``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from nmx_desk.data import mailbox as data
from nmx_desk.domain.errors import Cancelled, DeskError, UserError
from nmx_desk.domain.intake_ways import ImportWay, Mailbox, MailboxSecret, MailMessage, MailOutcome
from nmx_desk.domain.requests import ImportBatch
from nmx_desk.exchange import imap, mails
from nmx_desk.exchange.imap import Account, Folder
from nmx_desk.exchange.mails import FormMail
from nmx_desk.i18n import S_, _
from nmx_desk.services import imports
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case

LOOK_BACK = 100
"""So many of the latest messages are compared with what was read, whatever numbers the server gives them."""
_TOLD_AGAIN = timedelta(hours=1)
_LONGEST = {"name": 80, "host": 200, "username": 200, "folder": 200, "move_to": 200}


@dataclass(frozen=True)
class MailboxView:
    """The clinic's mailbox as the settings show it; never its password."""

    mailbox: Mailbox
    has_password: bool


@dataclass(frozen=True)
class Visit:
    """A mailbox that is about to be read."""

    mailbox: Mailbox
    account: Account


@dataclass(frozen=True)
class Kept:
    """What became of some messages; ``keys``: of those that were forms."""

    import_id: str | None
    new: int
    double: int
    keys: frozenset[str]


@dataclass(frozen=True)
class Fetched:
    """What a visit brought. ``trouble``: a sentence about what did not go well, else empty; ``import_id`` for taking it back."""

    read: int = 0
    new: int = 0
    double: int = 0
    import_id: str | None = None
    trouble: str = ""
    every_minutes: int = 5


# -- setting it --------------------------------------------------------------------------------------------------------------------------


@use_case("settings.read", writes=False)
def read_mailbox(work: Work) -> MailboxView:
    """The mailbox; one without a server when none was set."""
    box = _mailbox(work) or Mailbox(is_active=False)
    return MailboxView(box, bool(box.id) and work.store.find_one(MailboxSecret, mailbox_id=box.id) is not None)


@use_case("settings.change", code="CONFIG")
def save_mailbox(work: Work, wanted: Mailbox, password: str = "") -> MailboxView:
    """Set the mailbox. Without a password the one that is known stays, as long as server and user are the same."""
    before = _mailbox(work)
    known = _secret(work, wanted)
    box = _checked(wanted)
    if not (password or known):
        raise UserError("password", _("Type the password of the mailbox."))
    if before is None:
        box = work.store.add(replace(Mailbox(), **_settings(box)))
    else:
        moved = (before.host, before.username, before.folder) != (box.host, box.username, box.folder)
        reach = {"uid_validity": 0, "last_uid": 0} if moved else {}
        box = work.store.change(before, **_settings(box), trouble="", **reach)
    if password:
        data.set_password(work.store, box.id, password)
    return MailboxView(box, has_password=True)


@use_case("settings.change", writes=False)
def account_to_try(work: Work, wanted: Mailbox, password: str = "") -> Account:
    """How one would get into a mailbox that is not saved yet."""
    box, known = _checked(wanted), _secret(work, wanted)
    if not (password or known):
        raise UserError("password", _("Type the password of the mailbox."))
    return _account(box, password or known)


def _mailbox(work: Work) -> Mailbox | None:
    found = work.store.find(Mailbox, limit=1)
    return found[0] if found else None


def _secret(work: Work, wanted: Mailbox) -> str:
    """The known password, for the server and the user it was given for only."""
    box = _mailbox(work)
    if box is None or (box.host, box.port, box.username) != (wanted.host.strip(), wanted.port, wanted.username.strip()):
        return ""
    found = work.store.find_one(MailboxSecret, mailbox_id=box.id)
    return found.password if found else ""


def _settings(box: Mailbox) -> dict[str, Any]:
    names = ("name", "host", "port", "username", "folder", "move_to", "is_active", "every_minutes")
    return {name: getattr(box, name) for name in names}


def _checked(wanted: Mailbox) -> Mailbox:
    typed = {name: getattr(wanted, name).strip() for name in _LONGEST}
    box = replace(wanted, **typed | {"folder": typed["folder"] or "INBOX"})
    for name, longest in _LONGEST.items():
        text = getattr(box, name)
        if len(text) > longest or not text.isprintable():
            raise UserError(name, _("This is too long, or holds characters that do not belong here."))
    if not box.host or any(sign in box.host for sign in " /:@"):
        raise UserError("host", _("Type the name of the mail server, such as mail.example.org."))
    if not box.username:
        raise UserError("username", _("Type the user name of the mailbox, often its address."))
    if not 1 <= box.port <= 65535:
        raise UserError("port", _("A port is a number from 1 to 65535; IMAP over TLS usually has 993."))
    if not 1 <= box.every_minutes <= 1440:
        raise UserError("every_minutes", _("Choose a number of minutes from 1 to 1440."))
    if box.move_to and box.move_to.casefold() == box.folder.casefold():
        raise UserError("move_to", _("Choose another folder than the one that is read."))
    return box


def _account(box: Mailbox, password: str) -> Account:
    return Account(box.host, box.port, box.username, password, box.folder)


# -- behind the visit --------------------------------------------------------------------------------------------------------------------


@use_case("requests.import", writes=False)
def begin_visit(work: Work) -> Visit | None:
    """The mailbox to read; None when none is set, or it is switched off."""
    box = _mailbox(work)
    if box is None or not box.is_active:
        return None
    found = work.store.find_one(MailboxSecret, mailbox_id=box.id)
    if found is None:
        raise UserError("password", _("Type the password of the mailbox."))
    return Visit(box, _account(box, found.password))


@use_case("requests.import", writes=False)
def known_mails(work: Work, mailbox_id: str, id_prints: Collection[str]) -> dict[str, MailOutcome]:
    """What became of messages that were read before, by the fingerprint of their Message-ID."""
    return data.outcomes(work.store, mailbox_id, id_prints)


@use_case("requests.import", code="IMPORT", typed=False)
def keep_mails(
    work: Work, mailbox_id: str, validity: int, last_uid: int, letters: Sequence[FormMail], import_id: str | None = None
) -> Kept:
    """Make requests of the messages that were not read before, and remember how far the mailbox was read, in one go.

    ``import_id``: an earlier part of the same visit, so that one undo takes back the whole of it.
    """
    box = work.store.get(Mailbox, mailbox_id)
    there = data.known_keys(work.store, box.id, [mail.key for mail in letters])
    fresh = list({mail.key: mail for mail in letters if mail.key not in there}.values())
    parsed = mails.parse_mails(fresh, today=work.today(), zone=work.zone)
    judged = imports.judge(work, parsed)
    made = [one for one in judged if one.request is not None]
    batch = _batch(work, box, judged, import_id) if made else None
    requests = {one.request.external_key: replace(one.request, import_id=batch.id) for one in made if one.request and batch}
    forms = frozenset(record.external_key for record in parsed.records)
    doubles = {one.request.external_key for one in made if one.request and one.record.mark == "double"}
    work.store.add_all(requests.values())
    work.store.add_all([_message(box, mail, requests, forms, doubles) for mail in fresh])
    if (box.uid_validity, box.last_uid) != (validity, last_uid) or made:
        box = work.store.change(box, uid_validity=validity, last_uid=last_uid, checked_at=work.now())
    keys = frozenset(key.removeprefix("mail:") for key in forms)
    return Kept(batch.id if batch else import_id, len(requests) - len(doubles), len(doubles), keys)


@use_case("requests.import", code="IMPORT")
def end_visit(work: Work, mailbox_id: str, trouble: str) -> Mailbox:
    """Remember how the visit ended; while nothing changes only once an hour."""
    box = work.store.get(Mailbox, mailbox_id)
    fresh = box.checked_at is not None and work.now() - box.checked_at < _TOLD_AGAIN
    return box if fresh and box.trouble == trouble else work.store.change(box, trouble=trouble, checked_at=work.now())


def _batch(work: Work, box: Mailbox, judged: Sequence[imports.Judged], import_id: str | None) -> ImportBatch:
    marks = [one.record.mark for one in judged]
    counts: dict[str, Any] = {
        "rows": len(judged), "new": marks.count("new"), "double": marks.count("double"), "skipped": marks.count("skipped"),
        "odd": sum(one.record.odd for one in judged),
    }  # fmt: skip
    if import_id is None:
        return work.store.add(ImportBatch(file_name=box.name or box.username, format=mails.FORMAT, way=ImportWay.MAIL, **counts))
    batch = work.store.get(ImportBatch, import_id)
    return work.store.change(batch, **{name: getattr(batch, name) + count for name, count in counts.items()})


def _message(
    box: Mailbox, mail: FormMail, requests: dict[str | None, Any], forms: frozenset[str], doubles: set[str | None]
) -> MailMessage:
    key = f"mail:{mail.key}"
    request = requests.get(key)
    twice = key in doubles or (key in forms and request is None)
    outcome = MailOutcome.DOUBLE if twice else MailOutcome.REQUEST if request else MailOutcome.NO_FORM
    return MailMessage(
        mailbox_id=box.id, message_key=mail.key, received_at=mail.received, outcome=outcome, request_id=request.id if request else None
    )


# -- the visit ----------------------------------------------------------------------------------------------------------------------------


@Errand
def try_mailbox(desk: Desk, wanted: Mailbox, password: str = "", *, progress: Progress | None = None) -> int:
    """Go there and look: how many messages are in the folder. Raises what is wrong, in a sentence."""
    account = desk.do(account_to_try, wanted, password)
    with imap.opened(account, stop=progress.on_cancel if progress else None) as folder:
        return folder.count


@Errand
def fetch_mail(desk: Desk, *, progress: Progress | None = None) -> Fetched | None:
    """Make requests of the form mails that came in; None without a mailbox. What was read is kept whatever happens after.

    Trouble with the mailbox is told in the answer and stands in the settings; nothing is lost by it, the next visit goes on there.
    """
    visit = desk.do(begin_visit)
    if visit is None:
        return None
    run = _Run(desk, visit, progress or Progress())
    try:
        trouble = run.go()
    except Cancelled:
        raise
    except DeskError as error:
        trouble = error.message
    desk.do(end_visit, visit.mailbox.id, trouble)
    return replace(run.found, trouble=trouble, every_minutes=visit.mailbox.every_minutes)


class _Run:
    """One visit."""

    def __init__(self, desk: Desk, visit: Visit, progress: Progress) -> None:
        self._desk, self._box, self._account, self._progress = desk, visit.mailbox, visit.account, progress
        self._trouble, self._may_move = "", True
        self.found = Fetched()

    def go(self) -> str:
        """Read what is new; a sentence about what could not be done."""
        with imap.opened(self._account, to_move=bool(self._box.move_to), stop=self._progress.on_cancel) as folder:
            same = folder.validity != 0 and folder.validity == self._box.uid_validity
            last = self._box.last_uid if same else 0
            missed, left = self._look_back(folder, last)
            self._move(folder, left)
            uids = sorted({*missed, *folder.newer(last)})
            for letters in folder.letters(uids):
                self._progress.report(self.found.read, len(uids), _("Reading the mailbox"))
                read = {letter.uid: mails.read_mail(letter.data, letter.arrived) for letter in letters}
                last = max([last, *read])
                kept = self._keep(folder, last, list(read.values()))
                self._move(folder, [uid for uid, mail in read.items() if mail.key in kept.keys])
        return self._trouble

    def _look_back(self, folder: Folder, last: int) -> tuple[list[int], list[int]]:
        """Of the latest messages up to the last one read: those never read all the same, and forms that still stand there."""
        latest = [glance for glance in folder.latest(LOOK_BACK) if glance.uid <= last]
        known = self._desk.do(known_mails, self._box.id, [glance.id_print for glance in latest]) if latest else {}
        missed = [glance.uid for glance in latest if glance.id_print not in known]
        forms = [glance.uid for glance in latest if known.get(glance.id_print, MailOutcome.NO_FORM) is not MailOutcome.NO_FORM]
        return missed, forms if folder.can_move else []

    def _keep(self, folder: Folder, last: int, letters: list[FormMail]) -> Kept:
        kept = self._desk.do(keep_mails, self._box.id, folder.validity, last, letters, self.found.import_id)
        found = self.found
        self.found = replace(
            found, read=found.read + len(letters), new=found.new + kept.new, double=found.double + kept.double, import_id=kept.import_id
        )
        return kept

    def _move(self, folder: Folder, uids: list[int]) -> None:
        """Out of the folder, when that is asked; what fails is told, and reading goes on."""
        name = self._box.move_to
        if not (name and uids and self._may_move):
            return
        try:
            if not folder.move(uids, name):
                copied = S_("The mail server cannot move messages: they were copied to “{name}” and stay where they are.")
                self._trouble = copied.format(name=name)
        except UserError as error:
            self._trouble, self._may_move = error.message, False
