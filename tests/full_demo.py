"""The full demo clinic for tests: two years of a practice, made once and kept, encrypted, until something of what makes it changes.

Kept in pytest's cache folder (``--cache-clear`` throws it away), named by a digest of what decides how the file looks: schema, log, keys,
search index, and what the demo is played from. A change elsewhere leaves a clinic as any clinic is: made by yesterday's program.
"""

from __future__ import annotations

import faulthandler
import fcntl
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from nmx_desk.services.demo import make_demo
from nmx_desk.vault.keyfile import CHEAP_KDF
from tests.clinic import Clock, TestClinic

ROOT = Path(__file__).parent.parent
MADE_FROM = (
    "db/versions", "nmx_desk/audit", "nmx_desk/vault", "nmx_desk/data/tables.py", "nmx_desk/data/dialect.py", "nmx_desk/data/search.py",
    "nmx_desk/services/demo", "resources/demo", "resources/lists",
)  # fmt: skip
LAST_DAY = date(2026, 9, 17)
MORNING = datetime(2026, 9, 18, 6, 30, tzinfo=UTC)  # the Friday after it, 08:30 on the clinic's wall


def digest() -> str:
    """Of everything the demo is made from."""
    made = sha256()
    for part in MADE_FROM:
        for file in sorted(path for path in ((ROOT / part), *(ROOT / part).rglob("*")) if path.is_file() and path.suffix != ".pyc"):
            made.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return made.hexdigest()[:16]


def kept_demo(cache: Path) -> Path:
    """The folder of the demo clinic; who comes second, in another process, waits for who makes it."""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / digest()
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            for old in cache.iterdir():
                shutil.rmtree(old, ignore_errors=True)
            faulthandler.cancel_dump_traceback_later()  # this takes as long as it takes
            make_demo(cache / "making", size="full", seed=1, today=LAST_DAY, kdf=CHEAP_KDF)
            (cache / "making").rename(wanted)
    return wanted


@pytest.fixture(scope="session")
def full_demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kept demo clinic: copy it, never open it."""
    cache = getattr(request.config, "cache", None)
    return kept_demo(Path(cache.mkdir("full-demo")) if cache is not None else tmp_path_factory.mktemp("full-demo"))


@pytest.fixture
def demo_clinic(full_demo: Path, tmp_path: Path) -> Iterator[TestClinic]:
    """The full demo clinic on the morning after its last day."""
    folder = tmp_path / "clinic"
    shutil.copytree(full_demo, folder)
    made = TestClinic(folder, Clock(MORNING))
    yield made
    made.close()
