"""What stands beside the rows and is not in the log: triggers, views, indexes. Altered, they make others write or read something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_MISSING = re.compile(r"row (\d+) missing from index (\S+)")
_MOST = 20  # told of one table


def definitions(connection: Any, kind: str, wanted: Mapping[str, str], *, begin: str = "") -> Iterator[tuple[str, str]]:
    """Triggers or views that are ``missing``, ``unknown`` or ``altered``; of those there are only names that begin with ``begin``."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = ?", (kind,)))
    found = {name: sql for name, sql in found.items() if name.startswith(begin)}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield name, "missing" if name not in found else "unknown" if name not in wanted else "altered"


def unlike_indexes(connection: Any, tables: Iterable[str]) -> Iterator[tuple[str, int | None, str]]:
    """Tables whose indexes say something else than their rows, so that whoever looks through them misses one: table, which row, what.

    An index can be made over other values, and its definition then be put back as it was.
    """
    for table in tables:
        try:
            rows = connection.execute(f"PRAGMA integrity_check('{table}')").fetchmany(_MOST)
        except connection.Error:  # gone or unreadable: told where its rows are read
            continue
        for (said,) in rows:
            if said != "ok":
                missing = _MISSING.match(said)
                yield table, int(missing[1]) - 1 if missing else None, said  # SQLite counts from 1
