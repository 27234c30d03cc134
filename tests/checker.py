"""The stand-alone checker as an auditor runs it, and the files it reads."""

from __future__ import annotations

import json
import subprocess
import sys

from nmx_desk.i18n import resources_dir

CHECKER = resources_dir() / "checker" / "nmx_check.py"


def check(file, *more, language="en"):
    """Exit code and sentences of the checker, run without this project on its path."""
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER), str(file), "--language", language, *map(str, more)],
        capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )  # fmt: skip
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout


def lines_of(file):
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def put(file, lines):
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return file


def entries(lines):
    return [line for line in lines if "entry" in line]
