"""Tokens of a time-stamping authority (RFC 3161): asking and reading the answer. It talks to the network, as few modules do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.i18n import _

SECONDS = 20
LONGEST = 1 << 20
_SHA256 = "2.16.840.1.101.3.4.2.1"
_ODD = (
    VerificationError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError,
    TypeError, AttributeError,
)  # fmt: skip
"""What a damaged answer makes the libraries raise."""


@dataclass(frozen=True)
class Token:
    """What an authority signed: the SHA-256 of a text, and when it saw it."""

    imprint: bytes
    at: datetime
    authority: str


def request(text: str) -> TimeStampRequest:
    """A question to put to an authority: a stamp on this text, with the authority's certificate in the answer."""
    return TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256).build()


def ask(url: str, question: TimeStampRequest) -> bytes:
    """The authority's answer. Raises ``EnvironmentProblem``."""
    try:
        check_url(url)
        opener = build_opener(_Near)
        head = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        with opener.open(Request(url, question.as_bytes(), head), timeout=SECONDS) as answer:  # noqa: S310 (the scheme was looked at)
            found: bytes = answer.read(LONGEST)
    except (OSError, URLError, HTTPException, ValueError) as error:
        raise EnvironmentProblem(
            _("The time-stamping authority at {url} does not answer. Check the address and the network, and try again.").format(url=url)
        ) from error
    return found


def check_url(url: str) -> None:
    """Raises ``UserError`` for what is no address of an authority."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or not url.isascii() or not url.isprintable() or " " in url:
        raise UserError("stamp_url", _("Type the address of the authority as https://… or http://…."))


def certificates(pem: str) -> list[x509.Certificate]:
    """The certificates in a PEM text, a root among them. Raises ``UserError``."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
        rooted = any(one.issuer == one.subject for one in found)
    except ValueError as error:
        raise UserError(
            "stamp_certificates", _("These are no certificates. Take the file (PEM) that the authority publishes, with its root.")
        ) from error
    if not rooted:
        raise UserError("stamp_certificates", _("The root certificate is missing. Add it below the authority's own; it publishes both."))
    return found


def read(answer: bytes, trusted: str, nonce: int | None = None) -> Token:
    """What was signed, when the signer stands among the ``trusted`` certificates (PEM), or one of these made it known.

    ``nonce``: of the question that this has to answer. Raises ``UserError``.
    """
    found = _decoded(answer)
    told = found.tst_info
    if nonce is not None and told.nonce != nonce:
        raise UserError("token", _("The authority answered another question. Try again."))
    if not _genuine(found, certificates(trusted)):
        raise UserError("token", _("This time stamp is not by the authority whose certificates stand in the settings."))
    return Token(told.message_imprint.message, told.gen_time, _name(found))


def _genuine(found: TimeStampResponse, known: list[x509.Certificate]) -> bool:
    signers = [one for one in known if _stamps(one)]
    roots = [one for one in known if one not in signers] or signers
    choices: list[x509.Certificate | None] = [*signers] or [None]
    for signer in choices:
        try:
            VerifierBuilder(tsa_certificate=signer, roots=roots).build().verify(found, found.tst_info.message_imprint.message)
            _name(found)
        except _ODD:
            continue
        return True
    return False


class _Near(HTTPRedirectHandler):
    """No way leads on: an authority answers itself."""

    def redirect_request(self, *_arguments: object) -> None:
        """Refuse."""


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        found = decode_timestamp_response(answer)
        if found.status == 0 and found.tst_info.message_imprint.hash_algorithm.dotted_string == _SHA256:
            return found
    except _ODD as error:
        raise UserError("token", _("This is not the answer of a time-stamping authority.")) from error
    raise UserError("token", _("The authority refused to stamp. Ask it why, or choose another one in the settings."))


def _stamps(certificate: x509.Certificate) -> bool:
    """Whether it is an authority's own, made for stamping only."""
    try:
        return ExtendedKeyUsageOID.TIME_STAMPING in certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, *_ODD):
        return False


def _name(found: TimeStampResponse) -> str:
    """Who signed, as its certificate says."""
    for der in found.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if _stamps(certificate):
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return str(names[0].value) if names else certificate.subject.rfc4514_string()
    return ""
