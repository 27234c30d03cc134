"""The ordinary run's share of the kill −9 exam; ``make exam`` runs the full count."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("NMX_EXAM_KILLS", "40"))


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_kills_during_the_days_writes_lose_nothing_acknowledged():
    done = subprocess.run(
        [sys.executable, "-m", "tests.exam.kill_day", "--kills", str(KILLS)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    tally = json.loads(done.stdout)
    assert tally["kills"] == KILLS and tally["lost"] == 0
    assert tally["acknowledged"] > KILLS  # the kills fell into the day, not before it
    assert tally["ended"] < KILLS / 2
