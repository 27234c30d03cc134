"""tests/README.md names tests that there are, for every row of its tables."""

import ast
import re
from pathlib import Path

from tests.exam.register import CLASSES

TESTS = Path(__file__).resolve().parents[1]
ROWS = [line for line in (TESTS / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ") and "held by" not in line]


def named(row: str) -> list[str]:
    return re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])


def there_is(name: str) -> bool:
    if name.startswith("exam "):
        return name.removeprefix("exam ") in {one.name for one in CLASSES}
    file, *_within, test = name.split("::")
    path = TESTS / file
    return path.is_file() and test in {n.name for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)}


def test_every_test_named_is_there():
    assert [name for row in ROWS for name in named(row) if not there_is(name)] == []


def test_every_row_is_held_by_a_test():
    assert len(ROWS) > 30
    assert [row for row in ROWS if not named(row)] == []
