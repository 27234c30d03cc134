"""The account that the clinic's mail goes out by (SMTP): setting it, and trying it. Nothing goes out until somebody sets one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nmx_desk.data import outbox as data
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.domain.mailing import MailSecurity, MailSender
from nmx_desk.exchange import smtp
from nmx_desk.exchange.smtp import Account, Handing, Letter, mailable
from nmx_desk.i18n import _
from nmx_desk.services.contact_points import tidy_email
from nmx_desk.services.desk import Desk, Errand, Progress, Work, use_case
from nmx_desk.services.typed import one_line

_LONGEST = {"host": 200, "username": 200, "from_name": 80}
MOST_REMINDER_HOURS = 336
SETTINGS = ("host", "port", "security", "username", "from_name", "from_address", "reply_to", "is_active", "reminder_hours")
"""What the form changes."""


@dataclass(frozen=True)
class SenderView:
    """The clinic's account as the settings show it; never its password."""

    sender: MailSender
    has_password: bool


@dataclass(frozen=True)
class Trial:
    """An account that is tried before it is saved, with the message that goes to the clinic itself."""

    account: Account
    letter: Letter


@use_case("settings.read", writes=False)
def read_sender(work: Work) -> SenderView:
    """The account; one without a server when none was set."""
    found = data.sender(work.store)
    made = found or MailSender(from_name=work.clinic.name, from_address=work.clinic.email)
    return SenderView(made, bool(found) and bool(data.password(work.store, made.id)))


@use_case("settings.change", code="CONFIG")
def save_sender(work: Work, wanted: MailSender, password: str = "") -> SenderView:
    """Set the account. Without a password the one that is known stays, as long as server and user are the same."""
    before, known, checked = data.sender(work.store), _known_password(work, wanted), _checked(wanted)
    if checked.username and not (password or known):
        raise UserError("password", _("Type the password of the mailbox."))
    values: dict[str, Any] = {name: getattr(checked, name) for name in SETTINGS}
    made = work.store.add(MailSender(**values)) if before is None else work.store.change(before, **values, trouble="")
    kept = (password or known) if made.username else ""
    if kept != data.password(work.store, made.id):
        data.set_password(work.store, made.id, kept)
    return SenderView(made, bool(kept))


@use_case("settings.change", writes=False)
def sender_to_try(work: Work, wanted: MailSender, password: str = "") -> Trial:
    """How one would get into an account that is not saved yet, and what would be sent by it."""
    checked = _checked(wanted)
    password = password or _known_password(work, wanted)
    if checked.username and not password:
        raise UserError("password", _("Type the password of the mailbox."))
    text = _("This message shows that NMX Desk can send mail for {clinic}. Nobody else got it.").format(clinic=work.clinic.name)
    letter = Letter(
        message_id=f"<{work.new_id()}@{checked.from_address.rpartition('@')[2]}>", date=work.now(), from_name=checked.from_name,
        from_address=checked.from_address, to_address=checked.from_address, reply_to=checked.reply_to, subject=_("Trying the mail"),
        body=text + "\n", language=work.clinic.language,
    )  # fmt: skip
    return Trial(account_of(checked, password), letter)


@Errand
def try_sender(desk: Desk, wanted: MailSender, password: str = "", *, progress: Progress | None = None) -> str:
    """Go there, sign in, and send the clinic a message of its own: the address it went to. Raises what is wrong, in a sentence."""
    trial = desk.do(sender_to_try, wanted, password)
    address = trial.letter.to_address
    with smtp.opened(trial.account, stop=progress.on_cancel if progress else None) as post:
        handed = post.offer(trial.letter.from_address, address) or post.hand_over(smtp.message(trial.letter))
    if handed.what is Handing.TAKEN:
        return address
    text = _("The mail server let us in, but did not take a message to {address}: {answer}")
    raise EnvironmentProblem(text.format(address=address, answer=handed.answer or "–"))


def account_of(sender: MailSender, password: str) -> Account:
    """How one gets in."""
    return Account(sender.host, sender.port, MailSecurity(sender.security), sender.username, password)


def _known_password(work: Work, wanted: MailSender) -> str:
    """The known password, for the server and the user it was given for only."""
    found = data.sender(work.store)
    if found is None or (found.host, found.port, found.username) != (wanted.host.strip(), wanted.port, wanted.username.strip()):
        return ""
    return data.password(work.store, found.id)


def _checked(wanted: MailSender) -> MailSender:
    typed: dict[str, Any] = {name: one_line(name, getattr(wanted, name), longest) for name, longest in _LONGEST.items()}
    made = replace(wanted, **typed, from_address=tidy_email(wanted.from_address, "from_address"),
                   reply_to=tidy_email(wanted.reply_to, "reply_to"), security=MailSecurity(wanted.security))  # fmt: skip
    if not made.host or any(sign in made.host for sign in " /:@") or not made.host.isprintable():
        raise UserError("host", _("Type the name of the mail server, such as mail.example.org."))
    if not 1 <= made.port <= 65535:
        raise UserError("port", _("A port is a number from 1 to 65535; 465 is usual with TLS, 587 with STARTTLS."))
    if not made.username.isprintable():
        raise UserError("username", _("This is too long, or holds characters that do not belong here."))
    for name in ("from_address", "reply_to"):
        address = getattr(made, name)
        if not mailable(address) and (address or name == "from_address"):
            raise UserError(name, _("Type the e-mail address of the clinic."))
    if not 0 <= made.reminder_hours <= MOST_REMINDER_HOURS:
        raise UserError("reminder_hours", _("Choose a number of hours from 0 to {n}.").format(n=MOST_REMINDER_HOURS))
    return made
