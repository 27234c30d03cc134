"""What every way to a server shares: TLS with a checked certificate, and errors of the network as sentences that say what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from nmx_desk.domain.errors import Cancelled, DeskError, EnvironmentProblem
from nmx_desk.i18n import S_


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer, the server's certificate and name checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


@contextmanager
def mail_errors(host: str, *, no_tls: str, odd: tuple[type[Exception], ...], said: str) -> Iterator[None]:
    """Errors on the way to a mail server as ``EnvironmentProblem``.

    ``no_tls``: what to do when it speaks no TLS at that port; ``odd``: what the library raises on odd answers, and what is ``said`` of it.
    """
    try:
        yield
    except (DeskError, Cancelled):
        raise
    except ssl.SSLCertVerificationError as error:
        text = S_("The certificate of the mail server {host} is not valid ({reason}). Nothing was sent. Check the server's name.")
        raise EnvironmentProblem(text.format(host=host, reason=error.verify_message)) from error
    except ssl.SSLError as error:
        raise EnvironmentProblem(no_tls) from error
    except socket.gaierror as error:
        raise EnvironmentProblem(S_("There is no mail server {host}. Check its name and the network.").format(host=host)) from error
    except UnicodeError as error:
        raise _silent(host) from error
    except odd as error:  # before what it may be a kind of
        raise EnvironmentProblem(said) from error
    except OSError as error:
        raise _silent(host) from error


def _silent(host: str) -> EnvironmentProblem:
    text = S_("The mail server {host} does not answer. Check its name, the port and the network; it is tried again later.")
    return EnvironmentProblem(text.format(host=host))
