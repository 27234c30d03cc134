"""Real CalDAV servers on the loopback, each a process of its own: Radicale and Xandikos."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import suppress
from pathlib import Path
from typing import Self

USER, PASSWORD = "agenda", "geheim wachtwoord"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class CalendarServer:
    """A server with one empty calendar; ``address`` is that calendar's."""

    path = f"/{USER}/agenda/"
    secured = True

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}{self.path}"

    def arguments(self) -> list[str]:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([sys.executable, *self.arguments()], **quiet)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("MKCALENDAR", "")[0] in {201, 405, 409}:
                    return self
            time.sleep(0.1)
        self.__exit__()
        raise TimeoutError(self.arguments())

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def ask(self, method: str, name: str, text: str = "") -> tuple[int, str]:
        """Ask the server past the program, as another client of it would."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        heads = {"Content-Type": "text/calendar; charset=utf-8"} if text else {}
        heads["Authorization"] = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        connection.request(method, self.path + name, text.encode() or None, heads)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def put(self, name: str, text: str) -> None:
        """Put an event there, in place of what had its name."""
        status, said = self.ask("PUT", name, text)
        assert status in {200, 201, 204}, (status, said)


class Radicale(CalendarServer):
    """Refuses a second entry with a UID by 409; asks for a password."""

    def arguments(self) -> list[str]:
        users = self.folder / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        return [
            "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{self.port}", "--auth-type", "htpasswd",
            "--auth-htpasswd-filename", str(users), "--auth-htpasswd-encryption", "plain", "--auth-delay", "0",
            "--storage-filesystem-folder", str(self.folder / "collections"), "--logging-level", "critical",
        ]  # fmt: skip


class Xandikos(CalendarServer):
    """Refuses a second entry with a UID by 412; asks nobody who they are."""

    path = f"/{USER}/calendars/agenda/"
    secured = False

    def arguments(self) -> list[str]:
        return [
            "-m", "xandikos", "serve", "--directory", str(self.folder), "--listen-address", "127.0.0.1", "--port", str(self.port),
            "--current-user-principal", f"/{USER}/", "--autocreate", "--defaults",
        ]  # fmt: skip
