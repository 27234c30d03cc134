"""Spoilt files at the door of a real clinic: 0 crashes (only a sentence), 0 partial imports, memory under 500 MB.

Each case takes a good file (the exports of tests/data, a client list, address cards, a made sheet), spoils it and imports it as
requests or as clients. It must be refused with one sentence and leave nothing, or come in whole: every row accounted for. Taking it
back must leave what was there before.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

from nmx_desk.data.store import table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.intake_ways import ImportRow
from nmx_desk.domain.requests import AdviceRequest, ImportBatch
from nmx_desk.services import client_imports, imports
from nmx_desk.services.desk import Desk, Work, use_case
from tests.clinic import TestClinic, make_clinic
from tests.exam.outcome import Outcome, tally, with_progress
from tests.sheets import book, number, packed, row, sheet, text, texts

DATA = Path(__file__).resolve().parent.parent / "data"
MOST_MEMORY = 500  # MB
FRESH_EVERY = 2_000  # files after which a new clinic is taken, so that its log does not grow for ever
TABLES = (AdviceRequest, Client, ImportRow, ImportBatch)
ODD = (
    "\0", "\u202e", "\u2066ab\u2069", "=1+1", "@SUM(A1)", "😴" * 40, '"', "''", "\r", "\x1b[31m", "ÿ", "\ufeff", "\ufffe", "x" * 3000,
    "<b>", "%s{0}",
)  # fmt: skip
CODINGS = "utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp850", "mac_roman", "latin-1", "utf-7", "cp037", "shift_jis", "koi8-r"


@use_case("requests.read", writes=False)
def counted(work: Work) -> tuple[int, ...]:
    """How many records of each kind an import makes."""
    return tuple(work.driver.execute(f"SELECT count(*) FROM {table_of(kind).name}").fetchone()[0] for kind in TABLES)


def run(count: int, seed: int) -> list[Outcome]:
    """So many files."""
    good = list(goods())
    slowest = [0.0]
    with tempfile.TemporaryDirectory() as folder:
        cases = tally("spoilt files", cases_of(good, count, seed, Path(folder), slowest))
    peak = peak_memory()
    said = f"{peak} MB of {MOST_MEMORY}; slowest file {slowest[0]:.1f} s"
    memory = Outcome("spoilt files: memory", 1, 1, 0 if peak < MOST_MEMORY else 1, said)
    return [cases, memory]


def cases_of(good: list[bytes], count: int, seed: int, folder: Path, slowest: list[float]) -> Iterator[str]:
    """What went wrong with each file, or an empty text."""
    clinic: TestClinic | None = None
    for case in with_progress("spoilt files", range(count), count):
        if case % FRESH_EVERY == 0:
            if clinic:
                clinic.close()
            make_clinic(folder / str(case))
            clinic = TestClinic(folder / str(case))
            desk = clinic.as_("receptie")
        random = Random(f"{seed}:{case}")
        how, data = spoilt(random, good)
        start = perf_counter()
        said = judged(desk, data, as_clients=random.random() < 0.5)
        slowest[0] = max(slowest[0], perf_counter() - start)
        yield f"file {case} ({how}): {said}" if said else ""
    if clinic:
        if not clinic.verified().ok:
            yield "the log does not verify after it"
        clinic.close()


def judged(desk: Desk, data: bytes, *, as_clients: bool) -> str:
    """Import a file and take it back; what was wrong with that, or an empty text."""
    case: Any = client_imports.import_clients if as_clients else imports.import_requests
    undo: Any = client_imports.undo_client_import if as_clients else imports.undo_import
    before = desk.do(counted)
    try:
        result = desk.do(case, "bestand", data)
    except UserError as error:
        if not error.message.endswith("."):
            return f"no sentence: {error.message!r}"
        return "" if desk.do(counted) == before else "refused, but something of it was kept"
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"{type(error).__name__} {error}"[:200]
    records = result.preview.records
    if [record.row for record in records] != list(range(1, len(records) + 1)):
        return "rows were lost"
    new, double = result.preview.count("new"), result.preview.count("double")
    grown = [now - was for now, was in zip(desk.do(counted), before, strict=True)]
    wanted = [0, new, len(records), 1] if as_clients else [new + double, 0, 0, 1]
    if grown != wanted:
        return f"partial: {grown} for {wanted}"
    desk.do(undo, result.batch.id)
    return "" if desk.do(counted) == before else "taking it back left something"


def peak_memory() -> int:
    """The most this process ever held, in MB."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# -- good files ----------------------------------------------------------------------------------------------------------------------


def goods() -> Iterator[bytes]:
    """Files as they should be: a few rows each, so that a case is quick."""
    for path in sorted((DATA / "website_forms").glob("*.csv")):
        yield b"\n".join(path.read_bytes().splitlines()[:12])
    for path in sorted((DATA / "client_files").iterdir()):
        yield path.read_bytes()
    head = ["Id", "Voornaam", "Tussenvoegsel", "Achternaam", "Geboortedatum", "Telefoon", "E-mailadres", "Klachten"]
    rows = [[str(n), f"Naam{n}", "van", f"Proef{n}", f"{n + 1}-2-1980", f"06{n:08}", f"n{n}@example.org", "moe"] for n in range(8)]
    yield book({"Blad1": texts([head, *rows])})
    made = "".join(row(text(f"Naam{n} Proef"), number(600000000 + n, 1), number(30000 + n, 2)) for n in range(8))
    yield book({"Blad1": sheet(row(*map(text, ("Naam", "Telefoon", "Geboortedatum"))) + made)}, formats=["0000000000", "dd-mm-yyyy"])
    yield "\n".join([";".join(head), *map(";".join, rows)]).encode()


# -- spoiling them -------------------------------------------------------------------------------------------------------------------


def spoilt(random: Random, good: list[bytes]) -> tuple[str, bytes]:
    """How, and the file: mostly one good file spoilt once or twice, now and then a monster."""
    if random.random() < 0.01:
        name = random.choice(list(MONSTERS))
        return name, MONSTERS[name]()
    data = random.choice(good)
    names = []
    for _n in range(random.choice((1, 1, 1, 2, 3))):
        ways = ZIPPED if data.startswith(b"PK") and random.random() < 0.7 else PLAIN
        way = random.choice(ways)
        names.append(way.__name__)
        data = way(random, data)
    return " ".join(names), data


def flips(random: Random, data: bytes) -> bytes:
    spoilt_data = bytearray(data)
    for _n in range(random.choice((1, 3, 20)) if spoilt_data else 0):
        spoilt_data[random.randrange(len(spoilt_data))] = random.randrange(256)
    return bytes(spoilt_data)


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def beheaded(random: Random, data: bytes) -> bytes:
    return data[random.randrange(len(data) + 1) :]


def doubled(random: Random, data: bytes) -> bytes:
    a, b = sorted(random.randrange(len(data) + 1) for _n in range(2))
    return data[:b] + data[a:b] * random.choice((1, 5)) + data[b:]


def strewn(random: Random, data: bytes) -> bytes:
    """Odd things put in anywhere."""
    for _n in range(random.choice((1, 4))):
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.choice(ODD).encode("utf-8", "replace") * random.choice((1, 3)) + data[at:]
    return data


def garbled(random: Random, data: bytes) -> bytes:
    """Read in one encoding, written in another."""
    words = data.decode(random.choice(("utf-8", "cp1252", "latin-1", "utf-16-le")), "replace")
    return words.encode(random.choice(CODINGS), "replace")


def relined(random: Random, data: bytes) -> bytes:
    lines = data.splitlines()
    random.shuffle(lines)
    return random.choice((b"\n", b"\r", b"\r\n", b"\n\n", b"", b"\x0b", b"\x85")).join(lines)


def redivided(random: Random, data: bytes) -> bytes:
    there = random.choice((b",", b";", b'"', b"=", b":", b"\n"))
    return data.replace(there, random.choice((b"\t", b",", b";", b"|", b'"', b"", b",,,,,", b"\0")))


def noise(random: Random, _data: bytes) -> bytes:
    starts = (b"", b"Naam;Telefoon\n", b"PK\x03\x04", b"BEGIN:VCARD\n", b"\xff\xfe", b"\xd0\xcf\x11\xe0", b"%PDF-1.7", b"SQLite format 3\0")
    return random.choice(starts) + random.randbytes(random.choice((0, 3, 500, 20_000)))


def nested(_random: Random, data: bytes) -> bytes:
    return packed({"a.zip": packed({"b.xlsx": data})})


Way = Callable[[Random, bytes], bytes]
PLAIN: tuple[Way, ...] = (flips, flips, cut, beheaded, doubled, strewn, strewn, garbled, relined, redivided, noise, nested)


def _parts(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with suppress(Exception), zipfile.ZipFile(BytesIO(data)) as source:  # it may be spoilt already
        found = {info.filename: source.read(info) for info in source.infolist() if info.file_size < 1_000_000}
    return found or {"xl/workbook.xml": b"<workbook/>"}


def part_spoilt(random: Random, data: bytes) -> bytes:
    """One part of the package spoilt as a plain file is."""
    parts = _parts(data)
    name = random.choice(list(parts))
    return packed(parts | {name: random.choice(PLAIN[:10])(random, parts[name])})


def part_gone(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    parts.pop(random.choice(list(parts)))
    return packed(parts)


def part_swapped(random: Random, data: bytes) -> bytes:
    parts = _parts(data)
    one, other = random.choice(list(parts)), random.choice(list(parts))
    return packed(parts | {one: parts[other], other: parts[one]})


def attributes(random: Random, data: bytes) -> bytes:
    """Values of attributes and cells made impossible."""
    parts = _parts(data)
    sheets = [name for name in parts if "sheet" in name.lower()] or list(parts)
    name = random.choice(sheets)
    value = random.choice((b"-1", b"99999999999999999999", b"1e999", b"nan", b"A0", b"XFE1", b"", b"&#0;", b"\xc2\xb2", b"0x10", b"1_0"))
    changed = re.sub(rb'(?<=[=" >])"?\d+', lambda found: value if random.random() < 0.1 else found.group(), parts[name])
    return packed(parts | {name: changed})


def typed(random: Random, data: bytes) -> bytes:
    """A document type with entities."""
    parts = _parts(data)
    name = random.choice(list(parts))
    declared = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY c "&b;&b;">]>'
    return packed(parts | {name: declared + parts[name].replace(b">", b">&c;", 3)})


ZIPPED: tuple[Way, ...] = (part_spoilt, part_spoilt, part_spoilt, part_gone, part_swapped, attributes, attributes, typed)
HEAD = row(text("Naam"), text("Telefoon"))
MONSTERS: dict[str, Callable[[], bytes]] = {
    "a million columns": lambda: b"Naam," * 1_000_000 + b"\n" + b"Jan," * 1_000_000,
    "a million columns in a sheet": lambda: book({"a": sheet(f"<row>{'<c><v>1</v></c>' * 1_000_000}</row>")}),
    "a million rows": lambda: b"Naam,Telefoon\n" + b"Jan Kok,06\n" * 1_000_000,
    "a million empty rows in a sheet": lambda: book({"a": sheet(HEAD + "<row><c/></row>" * 1_000_000 + row(text("Jan Kok")))}),
    "a huge cell": lambda: b"Naam,Vraag\nJan Kok," + b"x" * 20_000_000,
    "a huge quoted cell": lambda: b'Naam,Vraag\nJan Kok,"' + b"x\n" * 5_000_000,
    "a huge cell in a sheet": lambda: book({"a": sheet(HEAD + row(text("x" * 20_000_000)))}),
    "many cells": lambda: b"Naam,Telefoon\n" + (b"Jan" + b"," * 400 + b"\n") * 20_000,
    "wide letters": lambda: b"Naam,Telefoon\n" + "😴".encode() * 5_000_000,
    "a tag without end": lambda: book({"a": sheet(f'<row a="{"x" * 30_000_000}"/>')}),
    "tags in tags": lambda: book({"a": sheet(f"<row><c>{'<a>' * 1_000_000}")}),
    "a hundred megabytes packed": lambda: book({"a": sheet(HEAD + row(text("x" * 100)) * 700_000)}),
    "many parts": lambda: packed({f"xl/{n}.xml": b"" for n in range(20_000)} | {"xl/workbook.xml": b"<a/>"}),
    "a card without end": lambda: b"BEGIN:VCARD\n" + b"TEL:061234\n" * 500_000,
    "a line without end in a card": lambda: b"BEGIN:VCARD\nNOTE:" + b"x" * 10_000_000 + b"\nEND:VCARD\n",
    "cards in cards": lambda: b"BEGIN:VCARD\n" * 500_000,
    "nothing but quotes": lambda: b"Naam,Telefoon\n" + b'"' * 5_000_001,
    "nothing but brackets": lambda: b"Naam,Telefoon\n" + b"(" * 100_000 + b",x\n",
}  # fmt: skip
