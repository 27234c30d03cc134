"""Which entries of the log hold values that a destruction has to blank. Reads only; the recorder blanks (AUDIT §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from nmx_desk.audit.storage import ORD_BITS, Words, pack_id, unpack_id


def entries_of_rows(connection: Any, rows: Mapping[str, Collection[str]]) -> set[int]:
    """Entries with values about these rows; destructions left out."""
    words, found = Words(connection), set()
    erase = words.id("ERASE")
    wanted = "SELECT seq FROM audit_entry WHERE obj_id = ? AND obj_type = ? AND code IS NOT ? AND salt IS NOT NULL"
    for table, ids in rows.items():
        number = words.id(table)
        for row in ids:
            found |= {seq for (seq,) in connection.execute(wanted, (pack_id(row), number, erase))}
    return found


def entries_of_client(connection: Any, client: str, outlive: Collection[str]) -> dict[int, tuple[str, str]]:
    """Entries with values about a client, with table and row; destructions and what outlives the client left out."""
    words = Words(connection)
    number = words.id(client)
    rows = connection.execute("SELECT seq, obj_type, obj_id, code FROM audit_entry WHERE client = ? AND salt IS NOT NULL", (number,))
    found = ((seq, words.text(kind), unpack_id(row), words.text(code)) for seq, kind, row, code in rows.fetchall())
    return {seq: (kind, row) for seq, kind, row, code in found if code != "ERASE" and kind not in outlive}


_IN_TRANSACTION = (
    "SELECT e.seq, e.obj_id FROM audit_head h JOIN audit_entry e ON e.seq >= h.first AND e.seq < h.size"
    " WHERE h.size = (SELECT min(size) FROM audit_head WHERE size > ?) AND e.client = ? AND e.obj_type = ? AND e.salt IS NOT NULL"
)


def entries_of_table_in(connection: Any, table: str, client: str, firsts: Iterable[int | None]) -> dict[int, str]:
    """Entries with values about a client's rows of a table, with the row, in the transactions that begin with these entries."""
    words = Words(connection)
    what = (words.id(client), words.id(table))
    return {
        seq: unpack_id(row)
        for first in firsts
        if first is not None
        for seq, row in connection.execute(_IN_TRANSACTION, (first, *what)).fetchall()
    }


def texts(connection: Any, fields: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """What people wrote in these fields: entry, field, text."""
    words = Words(connection)
    known = {number: name for name in fields if (number := words.id(name)) is not None}
    marks = ",".join("?" * len(known))
    for at, number, text in connection.execute(
        f"SELECT id, field, new FROM audit_value WHERE field IN ({marks}) AND typeof(new) = 'text'",  # noqa: S608 (question marks)
        tuple(known),
    ).fetchall():
        yield at >> ORD_BITS, known[number], text


def ranges(numbers: Iterable[int]) -> list[int | list[int]]:
    """Numbers as the ERASE entry lists them: one, or the first and last of several in a row."""
    made: list[list[int]] = []
    for number in sorted(numbers):
        if made and number == made[-1][1] + 1:
            made[-1][1] = number
        else:
            made.append([number, number])
    return [first if first == last else [first, last] for first, last in made]
