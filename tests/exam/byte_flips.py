"""One bit flipped anywhere in the database file: the file does not open, or the verification names the page."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nmx_desk.domain.errors import DeskError, EnvironmentProblem
from nmx_desk.services import agenda, clients, log, requests
from nmx_desk.vault.sqlcipher import PAGE, connect, damaged_pages
from nmx_desk.vault.state import state_dir
from tests.clinic import TestClinic, make_clinic
from tests.day import whole_day
from tests.exam.outcome import Outcome, tally, with_progress

THROUGH_THE_DOOR = 25  # every twenty-fifth flip is looked at by a manager, through the door


@dataclass(frozen=True)
class Lived:
    """A clinic that lived a day and was closed, and its key."""

    folder: Path
    key: bytes

    @property
    def file(self) -> Path:
        return self.folder / "desk.db"


def lived(folder: Path) -> Lived:
    make_clinic(folder)
    clinic = TestClinic(folder)
    for _ in whole_day(clinic):
        pass
    secrets = clinic.as_("manager").secrets
    assert secrets is not None
    clinic.close()
    return Lived(folder, secrets.db_key)


@contextmanager
def flipped(file: Path, at: int, bit: int) -> Iterator[None]:
    """The file with one bit the other way; as it was afterwards."""
    with file.open("rb+") as open_file:
        open_file.seek(at)
        before = open_file.read(1)
        open_file.seek(at)
        open_file.write(bytes([before[0] ^ (1 << bit)]))
        open_file.flush()
        yield
        open_file.seek(at)
        open_file.write(before)


def noticed(clinic: Lived, at: int, seen: Counter[str]) -> str:
    """Empty when the flip at ``at`` is found and the right page named; else what was missed."""
    try:
        connection = connect(clinic.file, clinic.key)
    except EnvironmentProblem:
        seen["does not open"] += 1
        return ""
    try:
        pages = damaged_pages(connection)
    finally:
        connection.close()
    seen["named by the page's code"] += 1
    return "" if pages == {at // PAGE + 1} else f"byte {at} (page {at // PAGE + 1}): {sorted(pages)} named"


def noticed_at_the_door(folder: Path, at: int) -> str:
    """The same for a manager: signing in is refused, or the verification has a finding; what is read meanwhile is refused or right."""
    shutil.rmtree(state_dir() / "witness", ignore_errors=True)  # an earlier copy's would make this one doubtful for another reason
    clinic = TestClinic(folder)
    try:
        desk = clinic.as_("manager")
        for case, *args in ((clients.list_clients,), (requests.list_requests,), (agenda.day_agenda, clinic.clock().date())):
            with suppress(EnvironmentProblem):
                desk.do(case, *args)
        found = desk.do(log.verify_log).findings
        return "" if any(f.kind == "page" and f.row == str(at // PAGE + 1) for f in found) else f"byte {at}: verified without finding it"
    except DeskError:
        return ""
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"byte {at}: {type(error).__name__} {error}"
    finally:
        clinic.close()


def flips(clinic: Lived, count: int, seed: int, seen: Counter[str]) -> Iterator[str]:
    chance, size = random.Random(seed), clinic.file.stat().st_size
    for number in range(count):
        at, bit = chance.randrange(size), chance.randrange(8)
        with flipped(clinic.file, at, bit):
            said = noticed(clinic, at, seen)
            if not said and number % THROUGH_THE_DOOR == 0:
                copy = clinic.folder.with_name("copy")
                shutil.copytree(clinic.folder, copy)
                said = noticed_at_the_door(copy, at)
                seen["at the door"] += 1
                shutil.rmtree(copy)
        yield said


def run(count: int, seed: int) -> Outcome:
    """``count`` flips."""
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        clinic = lived(Path(name) / "clinic")
        said = list(with_progress("byte flips", flips(clinic, count, seed, seen), count))
    return tally("byte flips in the database file", said, ", ".join(f"{n:,} {what}" for what, n in seen.most_common()))
