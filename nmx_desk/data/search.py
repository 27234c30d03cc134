"""The search index over contact data: one folded document per client and per request, prefix as typed (PERFORMANCE).

What is indexed and what is asked meet in the same forms: names and words folded, a phone number without country code (with and without its
zero), an e-mail address in one piece, a date as ddmmyyyy, ddmmyy and yyyymmdd, a postcode in one piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from nmx_desk.data.dialect import SEARCHED
from nmx_desk.data.tables import metadata
from nmx_desk.domain.clients import shown_phone
from nmx_desk.domain.names import display_name, fold, is_prefix_word, sort_key

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
    sa.Index(None, "kind", "head", "ref_id"),
)  # fmt: skip
search_queue = sa.Table(
    "search_queue", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref_id", sa.Text, nullable=False),
)  # fmt: skip

_fts = sa.table("search_fts", sa.column("rowid", sa.Integer), sa.column("search_fts", sa.Text))
CANDIDATES = 64
EMAIL = "qz"
MOST_TYPED = 100  # characters of a query that are looked at
MOST_TERMS = 8
# Documents of clients count up from 1, those of requests down from -1: the newest of either kind stand at an end of one index.
_MOST = 1 << 62
ROWIDS = {"client": (1, _MOST), "request": (-_MOST, -1)}
_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"[0-9]+|[^\W_0-9]+")  # jansen1980: both are words that people type
_POSTCODE = r"(?P<digits>[1-9][0-9]{3}) ?(?P<letters>[a-z]{1,2})(?![^\W_])"
_NUMBER = r"(?P<number>\+?\(?[0-9][0-9 ()./+]*)(?![^\W_])"
_CLIENT_NO = r"c ?(?P<client_no>[0-9]{1,6})(?![^\W_])"
_QUERY = re.compile(rf"(?<![^\W_])(?:{_POSTCODE}|{_CLIENT_NO}|{_NUMBER})|(?P<email>\S*@\S*)|(?P<word>[^\W_]+)")
_SHORT_PREFIXES = frozenset("tsd")  # 't, 's and 'd without their apostrophe


class Hit(NamedTuple):
    """Something found: ``kind`` is client or request; ``guessed`` when it is not as asked, but comes close."""

    kind: str
    ref_id: str
    title: str
    subtitle: str
    guessed: bool = False


# -- what is indexed ---------------------------------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """Folded words of a text, as they are indexed and asked."""
    return _WORD.findall(fold(text))


def name_terms(*names: str) -> list[str]:
    """Words of names; a name of several words also in one piece: ``anne marie annemarie``."""
    found = [words(name) for name in names]
    return [word for name in found for word in name] + ["".join(name) for name in found if len(name) > 1]


def phone_terms(e164: str) -> list[str]:
    """How people type a number within its country: with its zero and without. The query leaves out the country code."""
    digits = re.sub(r"\D", "", e164)
    if digits.startswith("31"):
        return ["0" + digits[2:], digits[2:]]
    return [digits, *_abroad(e164)] if digits else []


def _abroad(e164: str) -> list[str]:
    """A foreign number as typed in its own country."""
    import phonenumbers  # heavy, and hardly ever needed

    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return []
    return ["0" + national, national]


def date_terms(day: date | None) -> list[str]:
    """A birth date as people type it: 12101946, 121046, 19461012."""
    return [] if day is None else [f"{day:%d%m%Y}", f"{day:%d%m%y}", f"{day:%Y%m%d}"]


def email_terms(email: str) -> list[str]:
    """The words and numbers before the @, and the address in one piece: everybody's provider is no word to search."""
    return [*_PARTS.findall(fold(email.partition("@")[0])), email_term(email)] if email else []


def email_term(email: str) -> str:
    """An address, or its beginning, in one piece; marked, for it must not lengthen the way through the words that begin as a name does."""
    return EMAIL + "".join(words(email))


# -- what is asked -----------------------------------------------------------------------------------------------------------------------


def expressions(query: str) -> list[str]:
    """A query in full-text language: expressions that must all hold, each over words as prefixes.

    Tussenvoegsels are left out unless they are all there is.
    """
    found, prefixes = _read(query)
    return [" OR ".join(" AND ".join(f'"{word}"*' for word in way) for way in ways) for ways in found or prefixes][:MOST_TERMS]


def _read(query: str) -> tuple[list[list[tuple[str, ...]]], list[list[tuple[str, ...]]]]:
    """Per piece of a query the ways to understand it, each a set of words; and the tussenvoegsels apart."""
    found: list[list[tuple[str, ...]]] = []
    prefixes: list[list[tuple[str, ...]]] = []
    for piece in _QUERY.finditer(fold(query[:MOST_TYPED])):
        if word := piece["word"]:
            parts = tuple(_PARTS.findall(word))
            (prefixes if is_small(word) else found).append([(word,), parts] if len(parts) > 1 else [(word,)])
        elif email := piece["email"]:
            if words(email):
                found.append([(email_term(email),)])
        elif number := piece["client_no"]:
            found.append([(f"c{number}",), (f"c{number:0>6}",), ("c", number)])
        elif number := piece["number"]:
            found.append([(way,) for way in number_ways(number)])
        else:
            found.append([(piece["digits"] + piece["letters"],), (piece["digits"], piece["letters"])])
    return found, prefixes


def is_small(word: str) -> bool:
    """Whether a folded word is (part of) a tussenvoegsel, with its apostrophe or without."""
    return is_prefix_word(word) or is_prefix_word("'" + word) or word in _SHORT_PREFIXES


def number_ways(text: str) -> list[str]:
    """What digits may be the beginning of: a phone number, a date, a postcode, a client number. ``text`` has digits in it."""
    parts = re.findall(r"[0-9]+", text)
    digits = "".join(parts)[:15]
    ways = [digits]
    number = digits.removeprefix("00")
    if number.startswith("31") and (len(number) > 2 or "+" in text):
        ways.append(number[2:].removeprefix("0"))
    elif number != digits:
        ways.append(number)
    if 1 < len(parts) <= 3 and len(parts[0]) <= 2 and len(parts[1]) <= 2:
        ways.append(f"{parts[0]:0>2}{parts[1]:0>2}{''.join(parts[2:])}")
    elif 1 < len(parts) <= 3 and len(parts[0]) == 4 and all(len(part) <= 2 for part in parts[1:]):
        ways.append(parts[0] + "".join(f"{part:0>2}" for part in parts[1:]))
    if len(parts) == 1 and len(digits) < 6:
        ways.append(f"{digits:0>6}")
    return [way for way in dict.fromkeys(ways) if way]


# -- keeping the index -------------------------------------------------------------------------------------------------------------------

_CLIENT = """SELECT first_name, first_names, prefix, surname, partner_prefix, partner_surname, name_use, phone, phone2, email, birth_date,
 postcode, client_no, merged_into
 FROM client WHERE id = ?"""
_EARLIER = """WITH RECURSIVE earlier(id, client_no) AS (SELECT id, client_no FROM client WHERE merged_into = ?
 UNION SELECT c.id, c.client_no FROM client c JOIN earlier e ON c.merged_into = e.id) SELECT client_no FROM earlier ORDER BY client_no"""
_POINTS = "SELECT kind, value FROM contact_point WHERE client_id = ? ORDER BY kind, position"
_REQUEST = """SELECT first_name, prefix, surname, phone, phone2, email, birth_date, postcode, question, received_at
 FROM advice_request WHERE id = ?"""


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
        number = _next_rowid(driver, kind)
        driver.execute(
            "INSERT INTO search_doc (id, kind, ref_id, head, title, subtitle, terms) VALUES (?,?,?,?,?,?,?)", (number, kind, ref_id, *doc)
        )
        driver.execute("INSERT INTO search_fts (rowid, terms) VALUES (?, ?)", (number, doc[3]))


def _next_rowid(driver: Any, kind: str) -> int:
    step, outermost = (1, "max") if kind == "client" else (-1, "min")
    last = driver.execute(f"SELECT {outermost}(id) FROM search_doc WHERE id BETWEEN ? AND ?", ROWIDS[kind]).fetchone()[0]  # noqa: S608
    return int(last or 0) + step


def _client_doc(driver: Any, ref_id: str) -> tuple[str, str, str, str] | None:
    row = driver.execute(_CLIENT, (ref_id,)).fetchone()
    if row is None or row[-1] is not None:  # a merged client is found by its number, with the one who stayed
        return None
    first, firsts, prefix, surname, partner_prefix, partner, use, phone, phone2, email, born, postcode, number, _merged_into = row
    numbers = [number, *(earlier for (earlier,) in driver.execute(_EARLIER, (ref_id,)))]
    points = [("phone", phone), ("phone", phone2), ("email", email), *driver.execute(_POINTS, (ref_id,))]
    birth = date.fromisoformat(born) if born else None
    terms = [*name_terms(surname, partner, first, firsts), *words(f"{prefix} {partner_prefix}")]
    terms += [term for kind, value in points for term in (email_terms(value) if kind == "email" else phone_terms(value))]
    terms += [*words(postcode), "".join(words(postcode))]
    terms += [term for found in numbers for term in ("".join(words(found)), found.rpartition("-")[2])]
    terms += date_terms(birth)
    title = display_name(first, prefix, surname)
    if partner:
        title += " - " + display_name("", partner_prefix, partner)
    shown = f"{birth:%d-%m-%Y}" if birth else ""
    by_partner = bool(partner) and use in {"partner", "partner_own"}
    head = sort_key(partner, partner_prefix, first) if by_partner else sort_key(surname or first, prefix, first)
    return head, title, _beside(_numbers(numbers), shown, shown_phone(phone), email), _join(terms)


def _numbers(numbers: Sequence[str]) -> str:
    """The number, and in brackets those that were merged into it."""
    return f"{numbers[0]} ({', '.join(numbers[1:])})" if numbers[1:] else numbers[0]


def _request_doc(driver: Any, ref_id: str) -> tuple[str, str, str, str] | None:
    row = driver.execute(_REQUEST, (ref_id,)).fetchone()
    if row is None:
        return None
    first, prefix, surname, phone, phone2, email, born, postcode, question, received = row
    birth = date.fromisoformat(born) if born else None
    terms = [*name_terms(surname, first), *words(prefix), *email_terms(email), *phone_terms(phone), *phone_terms(phone2)]
    terms += [*date_terms(birth), *words(postcode), "".join(words(postcode)), *words(question)]
    on = date.fromisoformat(received[:10])
    subtitle = _beside(f"{on:%d-%m-%Y}", shown_phone(phone), email)
    return sort_key(surname or first, prefix, first), display_name(first, prefix, surname), subtitle, _join(terms)


def _beside(*texts: str) -> str:
    return " · ".join(filter(None, texts))


def _join(terms: Iterable[str]) -> str:
    return " ".join(filter(None, dict.fromkeys(terms)))


# -- finding -----------------------------------------------------------------------------------------------------------------------------


_CANDIDATES = "SELECT * FROM (SELECT rowid FROM search_fts WHERE search_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {} LIMIT ?)"
_NEWEST_FIRST = {"client": _CANDIDATES.format("DESC"), "request": _CANDIDATES.format("ASC")}
_FOUND = "SELECT kind, ref_id, head, title, subtitle FROM search_doc WHERE id IN ({})"


def find(connection: sa.Connection, query: str, *, limit: int = 50, kinds: Sequence[str] = tuple(SEARCHED.values())) -> list[Hit]:
    """The best hits for a query as typed, clients before requests, at most ``limit`` of a kind.

    Of each kind the newest 64 that have the words as typed, and when these are too few the newest 64 with words that begin so;
    all of them ranked.
    """
    terms = expressions(query)
    if not terms:
        return []
    whole = all_of([_whole(term) for term in (terms[:-1] or terms)] + terms[1:][-1:])
    found: dict[str, dict[str, Any]] = {kind: {} for kind in SEARCHED.values() if kind in kinds}
    for match in (whole, all_of(terms)):
        if wanting := [kind for kind, rows in found.items() if len(rows) < limit]:
            for row in _candidates(connection, match, wanting):
                found[row[0]][row[1]] = row
    asked = [word.replace("ij", "y") for word in words(query[:MOST_TYPED])]
    best = [row for rows in found.values() for row in _ranked(rows.values(), asked)[:limit]]
    return [Hit(kind, ref_id, title, subtitle) for kind, ref_id, _, title, subtitle in best]


def _candidates(connection: sa.Connection, match: str, kinds: Sequence[str]) -> Sequence[Any]:
    values = [value for kind in kinds for value in (match, *ROWIDS[kind], CANDIDATES)]
    driver: Any = connection.connection.driver_connection  # a tenth of a millisecond at every key
    found: list[Any] = driver.execute(_FOUND.format(" UNION ALL ".join(_NEWEST_FIRST[kind] for kind in kinds)), values).fetchall()
    return found


def _ranked(rows: Iterable[Any], asked: Sequence[str]) -> list[Any]:
    """Rows with the best first: the head word is one of those asked; begins so; a given name is one; begins so; found elsewhere.

    Equals stand in the order of the telephone book. The parts of a head (surname, prefix, given name) are two spaces apart.
    """
    begins, is_word = tuple(asked), tuple(f"{word}  " for word in asked)
    given_is = tuple(f"  {word}" for word in asked)
    ranked = []
    for row in rows:
        head = row[2]
        if head.startswith(begins):
            rank = 0 if head.startswith(is_word) else 1
        elif head.endswith(given_is):
            rank = 2
        else:
            rank = 3 if head.rpartition("  ")[2].startswith(begins) else 4
        ranked.append((rank, head, row[1], row))
    ranked.sort()
    return [row for _rank, _head, _id, row in ranked]


def found_by(column: sa.ColumnElement[str], kind: str, query: str) -> sa.ColumnElement[bool]:
    """Condition for a statement: the record with this id is found by a query. True for an empty query."""
    terms = expressions(query)
    if not terms:
        return sa.false() if query.strip() else sa.true()
    rows = sa.select(_fts.c.rowid).where(_fts.c.search_fts.op("MATCH")(all_of(terms)), _fts.c.rowid.between(*ROWIDS[kind]))
    return column.in_(sa.select(search_doc.c.ref_id).where(search_doc.c.id.in_(rows)))


_AT_POSTCODE = "SELECT rowid FROM search_fts WHERE search_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?"


def at_postcode(connection: sa.Connection, postcode: str) -> list[str]:
    """The ids of clients with this postcode, the newest 64."""
    term = "".join(words(postcode))
    if not term:
        return []
    driver: Any = connection.connection.driver_connection  # as above
    rows = driver.execute(_AT_POSTCODE, (f'"{term}"', *ROWIDS["client"], CANDIDATES)).fetchall()
    return [ref_id for (ref_id,) in connection.execute(sa.select(search_doc.c.ref_id).where(search_doc.c.id.in_([row[0] for row in rows])))]


_ABOUT = "SELECT 1 FROM search_fts WHERE search_fts MATCH ? AND rowid = ?"


def finding(driver: Any, queries: Iterable[str], ids: Iterable[str]) -> set[str]:
    """Those of the queries that find one of these records: their words are about it."""
    numbers = [number for ref_id in ids for (number,) in driver.execute("SELECT id FROM search_doc WHERE ref_id = ?", (ref_id,))]
    found = set()
    for query in queries:
        terms = expressions(query)
        if terms and any(driver.execute(_ABOUT, (all_of(terms), number)).fetchone() for number in numbers):
            found.add(query)
    return found


def rebuild(driver: Any) -> None:
    """Write the full-text index anew: what was taken out of it leaves no trace in its pages."""
    driver.execute("INSERT INTO search_fts (search_fts) VALUES ('rebuild')")


def all_of(terms: Iterable[str]) -> str:
    """Full-text language for: every one of these terms."""
    return " AND ".join(f"({term})" for term in terms)


def _whole(term: str) -> str:
    return term.replace('"*', '"')
