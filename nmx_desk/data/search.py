"""The search index over contact data: one folded document per client and per request, prefix as typed (PERFORMANCE)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from nmx_desk.data.dialect import SEARCHED
from nmx_desk.data.tables import metadata
from nmx_desk.domain.names import fold, is_prefix_word

search_doc = sa.Table(
    "search_doc", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref_id", sa.Text, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("subtitle", sa.Text, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.UniqueConstraint("kind", "ref_id"),
)  # fmt: skip
search_queue = sa.Table(
    "search_queue", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref_id", sa.Text, nullable=False),
)  # fmt: skip

CANDIDATES = 200
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Hit:
    """Something found: ``kind`` is client or request."""

    kind: str
    ref_id: str
    title: str
    subtitle: str


def words(text: str) -> list[str]:
    """Folded words of a text, as they are indexed and asked."""
    return _WORD.findall(fold(text))


def phone_terms(e164: str) -> list[str]:
    """How people type a number: with country code, with leading zero, without both."""
    digits = re.sub(r"\D", "", e164)
    if digits.startswith("31"):
        return [digits, "0" + digits[2:], digits[2:]]
    return [digits] if digits else []


def date_terms(day: date | None) -> list[str]:
    """A birth date as people type it: 12101946, 19461012."""
    return [] if day is None else [f"{day:%d%m%Y}", f"{day:%Y%m%d}"]


def query_terms(query: str) -> list[str]:
    """The terms that must all be there as prefixes. Tussenvoegsels are left out unless they are all there is; digits join up."""
    digits = re.sub(r"\D", "", query)
    if len(digits) >= 3 and re.fullmatch(r"[\d\s()+./-]+", query.strip()):
        parts = re.fullmatch(r"\s*(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})\s*", query)
        if parts:
            return [f"{int(parts[1]):02}{int(parts[2]):02}{parts[3]}"]
        digits = digits.removeprefix("00")
        return [digits.replace("310", "31", 1) if digits.startswith("310") else digits]
    found = words(query)
    return [word for word in found if not is_prefix_word(word)] or found


_CLIENT = """SELECT id, first_name, first_names, prefix, surname, partner_prefix, partner_surname, phone, phone2, email, birth_date,
 postcode, client_no
 FROM client WHERE id = ?"""
_REQUEST = (
    "SELECT id, first_name, prefix, surname, phone, email, birth_date, question, received_at, client_id FROM advice_request WHERE id = ?"
)


def drain(driver: Any) -> int:
    """Index the rows that were written since the last time; inside the transaction that wrote them. Returns how many."""
    queued = driver.execute("SELECT DISTINCT kind, ref_id FROM search_queue ORDER BY id").fetchall()
    for kind, ref_id in queued:
        _reindex(driver, kind, ref_id)
    if queued:
        driver.execute("DELETE FROM search_queue")
    return len(queued)


def _reindex(driver: Any, kind: str, ref_id: str) -> None:
    old = driver.execute("SELECT id, terms FROM search_doc WHERE kind = ? AND ref_id = ?", (kind, ref_id)).fetchone()
    doc = _client_doc(driver, ref_id) if kind == "client" else _request_doc(driver, ref_id)
    if old is not None:
        if doc is not None and doc[3] == old[1]:
            driver.execute("UPDATE search_doc SET head = ?, title = ?, subtitle = ? WHERE id = ?", (*doc[:3], old[0]))
            return
        driver.execute("INSERT INTO search_fts (search_fts, rowid, terms) VALUES ('delete', ?, ?)", old)
        driver.execute("DELETE FROM search_doc WHERE id = ?", (old[0],))
    if doc is not None:
        made = driver.execute(
            "INSERT INTO search_doc (kind, ref_id, head, title, subtitle, terms) VALUES (?,?,?,?,?,?)", (kind, ref_id, *doc)
        )
        driver.execute("INSERT INTO search_fts (rowid, terms) VALUES (?, ?)", (made.lastrowid, doc[3]))


def _client_doc(driver: Any, ref_id: str) -> tuple[str, str, str, str] | None:
    row = driver.execute(_CLIENT, (ref_id,)).fetchone()
    if row is None:
        return None
    _, first, firsts, prefix, surname, partner_prefix, partner, phone, phone2, email, born, postcode, number = row
    birth = date.fromisoformat(born) if born else None
    terms = [*words(f"{surname} {partner} {first} {firsts} {email} {number}"), *words(postcode.replace(" ", ""))]
    terms += [term for value in (phone, phone2) for term in phone_terms(value)] + date_terms(birth)
    title = " ".join(filter(None, (first, prefix, surname)))
    if partner:
        title += " - " + " ".join(filter(None, (partner_prefix, partner)))
    shown = f"{birth:%d-%m-%Y}" if birth else ""
    return fold(surname), title, " · ".join(filter(None, (number, shown, phone, email))), _join(terms)


def _request_doc(driver: Any, ref_id: str) -> tuple[str, str, str, str] | None:
    row = driver.execute(_REQUEST, (ref_id,)).fetchone()
    if row is None:
        return None
    _, first, prefix, surname, phone, email, born, question, received, _client = row
    birth = date.fromisoformat(born) if born else None
    terms = [*words(f"{surname} {first} {email}"), *phone_terms(phone), *date_terms(birth), *words(question)]
    title = " ".join(filter(None, (first, prefix, surname)))
    return fold(surname), title, " · ".join(filter(None, (received[:10], phone, email))), _join(terms)


def _join(terms: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(terms))


def find(connection: sa.Connection, query: str, *, limit: int = 50, kinds: tuple[str, ...] = tuple(SEARCHED.values())) -> list[Hit]:
    """The best hits for a query as typed: newest 200 candidates, then ranked (head word first, exact before prefix)."""
    terms = query_terms(query)
    if not terms:
        return []
    match = " AND ".join('"' + term.replace('"', "") + '"' + "*" for term in terms)
    rows = connection.exec_driver_sql(
        "SELECT kind, ref_id, head, title, subtitle FROM search_doc WHERE id IN"
        " (SELECT rowid FROM search_fts WHERE search_fts MATCH ? ORDER BY rowid DESC LIMIT ?)",
        (match, CANDIDATES),
    ).all()
    found = [row for row in rows if row[0] in kinds]
    found.sort(key=lambda row: (_rank(row[2], row[3], terms), row[0] != "client", row[2], row[3]))
    return [Hit(kind, ref_id, title, subtitle) for kind, ref_id, _, title, subtitle in found[:limit]]


def _rank(head: str, title: str, terms: list[str]) -> int:
    first = terms[0]
    if head == first:
        return 0
    if head.startswith(first):
        return 1
    return 2 if fold(title).startswith(first) else 3
