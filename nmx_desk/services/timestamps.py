"""Time stamps of the log by an outside authority (AUDIT §3). Off until the settings name one; only what is stamped leaves: a hash."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from nmx_desk.audit import export, storage
from nmx_desk.audit.entry import Head
from nmx_desk.audit.verify import Anchor
from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.domain.people import Clinic
from nmx_desk.domain.stamps import LogStamp
from nmx_desk.exchange import timestamps
from nmx_desk.i18n import _
from nmx_desk.services.desk import Desk, Work, use_case

IN_DOUBT = "time stamps in doubt"


@dataclass(frozen=True)
class Stamped:
    """A token of this log: ``authority`` saw its first ``size`` entries, with ``root`` (hex), at ``at``."""

    size: int
    root: str
    at: datetime
    authority: str


def stamped_text(db_uuid: str, size: int, root: str) -> str:
    """What is stamped: as the QR code of a print says it."""
    return f"NMX:{db_uuid}:{size}:{root}".upper()


@use_case("settings.change", code="CONFIG")
def set_authority(work: Work, url: str, certificates: str) -> Clinic:
    """Which authority stamps, and its certificates with their root (PEM). Without an address nothing is ever asked."""
    url = url.strip()
    if url:
        timestamps.check_url(url)
    if url or certificates.strip():
        timestamps.certificates(certificates)
    return work.store.change(work.clinic, stamp_url=url, stamp_certificates=certificates.strip())


@use_case("log.integrity", writes=False)
def stamp_question(work: Work) -> bytes:
    """The question to an authority about the newest root, for a computer without a network."""
    return timestamps.request(_newest(work)).as_bytes()


@use_case("log.integrity", writes=False, aside=True)
def ask_authority(work: Work) -> bytes:
    """The authority's answer about the newest root, over the network, checked."""
    text, clinic = _newest(work), work.clinic
    if not clinic.stamp_url:
        raise UserError("stamp_url", _("No time-stamping authority is set. Enter its address in the settings, or stamp through files."))
    question = timestamps.request(text)
    answer = timestamps.ask(clinic.stamp_url, question)
    timestamps.read(answer, clinic.stamp_certificates, question.nonce)
    return answer


@use_case("log.integrity")
def keep_stamp(work: Work, answer: bytes) -> Stamped:
    """Keep a token, once it is found to be by the trusted authority and over a root of this log."""
    found = _checked(work, answer)
    stamp = LogStamp(size=found.size, root=found.root, at=found.at, authority=found.authority, token=b64encode(answer).decode())
    work.store.add(stamp)
    return found


@use_case("log.integrity", writes=False, rescue=True)
def check_stamp(work: Work, answer: bytes) -> Stamped:
    """What a token that was kept elsewhere says about this log. Raises ``UserError`` when it is of another log or another authority."""
    return _checked(work, answer)


@use_case("log.integrity", writes=False)
def list_stamps(work: Work) -> list[Stamped]:
    """The tokens that were kept, newest first."""
    found = [Stamped(stamp.size, stamp.root, stamp.at, stamp.authority) for stamp in work.store.find(LogStamp)]
    return sorted(found, key=lambda stamp: (stamp.at, stamp.size), reverse=True)


def stamp_log(desk: Desk) -> tuple[Stamped, bytes]:
    """Have the newest root stamped over the network; the token too. Nobody waits for the authority meanwhile."""
    answer = desk.do(ask_authority)
    return desk.do(keep_stamp, answer), answer


def token_anchors(work: Work) -> tuple[list[Anchor], list[str]]:
    """What the kept tokens prove, for a verification, and a notice about those that prove nothing."""
    try:
        stamps = work.store.find(LogStamp)
    except EnvironmentProblem:  # the verification names the damage itself
        return [], []
    made = [anchor for stamp in stamps if (anchor := _anchor(work, stamp)) is not None]
    return made, [IN_DOUBT] if len(made) < len(stamps) else []


def _newest(work: Work) -> str:
    """The newest root as it is stamped, once there is an authority to trust."""
    if not work.clinic.stamp_certificates:
        raise UserError("stamp_certificates", _("No time-stamping authority is set. Enter its certificates in the settings first."))
    head = export.newest(work.driver)
    return stamped_text(work.desk.db_uuid, head.size, head.root.hex())


def _anchor(work: Work, stamp: LogStamp) -> Anchor | None:
    """What a kept token says, whatever became of its row."""
    try:
        token = timestamps.read(b64decode(stamp.token), work.clinic.stamp_certificates)
        size, root = int(stamp.size), bytes.fromhex(stamp.root).hex()
    except (UserError, ValueError, TypeError):
        return None
    if token.imprint != _imprint(work.desk.db_uuid, size, root):
        return None
    name = _("the time stamp of {day} by {authority}").format(day=token.at.date().isoformat(), authority=token.authority)
    return Anchor(name, size, root)


def _checked(work: Work, answer: bytes) -> Stamped:
    token = timestamps.read(answer, work.clinic.stamp_certificates)
    head = _head_of(work.driver, work.desk.db_uuid, token.imprint)
    if head is None:
        raise UserError("token", _("This time stamp is over another root: of another log, or of entries that are gone or were changed."))
    return Stamped(head.size, head.root.hex(), token.at, token.authority)


def _head_of(connection: Any, db_uuid: str, imprint: bytes) -> Head | None:
    """The head that was stamped, looked for from the newest back."""
    found = (head for head in storage.newest_first(connection) if _imprint(db_uuid, head.size, head.root.hex()) == imprint)
    return next(found, None)


def _imprint(db_uuid: str, size: int, root: str) -> bytes:
    return sha256(stamped_text(db_uuid, size, root).encode()).digest()
