"""A PostgreSQL of its own for a test run: made in a folder that goes again, on a socket there, never on the network.

``make test`` installs the Debian package. The server refuses to run as root: then it runs as nobody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def program(name: str) -> str:
    """Where a program of PostgreSQL lies: on PATH, or where Debian puts those of the newest version."""
    here = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = shutil.which(name) or (str(here[-1]) if here else "")
    if not found:
        raise FileNotFoundError(f"{name}: PostgreSQL is needed for this test; on Debian or Ubuntu: sudo apt-get install postgresql")
    return found


class Postgres:
    """A running server; ``ask`` runs SQL and gives the rows, as texts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._as: dict[str, Any] = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}

    def run(self, *command: str, text: str = "") -> str:
        """Run one of its programs."""
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        done = subprocess.run(
            [program(command[0]), *command[1:]], input=text, capture_output=True, text=True, check=False, cwd=self.folder,
            env=environment, **self._as,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr or done.stdout)
        return done.stdout

    def start(self) -> None:
        """Make the files and start: nothing is kept, so nothing is made sure of on the disk."""
        if self._as:
            import pwd

            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        files, log = str(self.folder / "files"), str(self.folder / "log")
        self.run("initdb", "-D", files, "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale", "C.UTF-8")
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off -c shared_buffers=16MB -c jit=off"
        self.run("pg_ctl", "-D", files, "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        """End it at once."""
        self.run("pg_ctl", "-D", str(self.folder / "files"), "-m", "immediate", "stop")

    def ask(self, sql: str) -> list[list[str]]:
        """The rows that SQL gives."""
        out = self.run("psql", "-h", str(self.folder), "-U", "desk", "-d", "postgres", "-qtAX", "-v", "ON_ERROR_STOP=1", text=sql)
        return [line.split("|") for line in out.splitlines() if line]


@contextmanager
def server() -> Iterator[Postgres]:
    """A server that lasts as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path must be short
    made = Postgres(folder)
    try:
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
