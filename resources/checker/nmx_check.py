#!/usr/bin/env python3
"""Checks what NMX Desk wrote about its log, without NMX Desk: an exported log, an inclusion proof, a consistency proof.

    python nmx_check.py FILE [--size N --root HEX] [--language en|nl]
Needs Python 3.9 or newer and the package "cryptography"; changes nothing. ``--size`` and ``--root`` are typed from paper (the first 16
digits or more): is that log the beginning of this one? Exit: 0 everything holds; 1 something does not; 2 it could not be checked.
How the log is made. Every number, text and hash is written in one way only:
    tlv(v):  nothing → 00 | text → 01 len32 utf8 | bytes → 02 len32 bytes | number → 03 len32 digits      (len32: 4 bytes, big-endian)
    commitment = SHA-256(02 ‖ salt ‖ tlv(field) ‖ tlv(old) ‖ tlv(new))            what an entry's field "commits" holds, one after the other
    leaf = SHA-256(00 ‖ tlv(1) ‖ tlv of the 22 columns in order)                  node = SHA-256(01 ‖ left ‖ right)        (RFC 9162)
    signed head = Ed25519("nmx-head-v1" ‖ tlv(db) ‖ tlv(epoch) ‖ tlv(size) ‖ tlv(root as bytes) ‖ tlv(ts))
An erased value has no salt, no old and no new: its commitment stays, so that the tree holds. A later ERASE entry must account for it: in
its fields "rows" ([[obj_type, obj_id], …]) or "entries" ([seq or [first, last], …]), both JSON. An entry of action E and code KEY about
an "audit_key" ends that key; about an "epoch" it begins the key period of that number, which heads from then on carry.
The files. An export is JSON lines, in this order (hashes, salts, keys and signatures are hex):
    {"format": "nmx-log-export", "version": 1, "db": uuid, "size": n, "root": …, "part": false, "values": true, "zone": …,
     "keys": [{"id", "user", "public_key", "epoch", "attested_by"}, …]}
    {"entry": {"seq", "tx", "ts", … the 22 columns}, "values": [{"field", "salt", "old", "new"}, …], "proof": [hash, …]}   an entry each
    {"head": {"size", "root", "ts", "key", "epoch", "signature"}, "proof": [hash, …]}                                  a signed head each
    {"trailer": {"entries": n, "values": n, "erased": n, "heads": n}}
A value that was logged by its hash only stands as {"sha256": hex}. Values that are not for these eyes are left out, all of an entry or one
by one ({"field"} alone): tree and signatures still hold. Only of a part do entries and heads carry proofs: the path from this leaf up to
the root of the whole log (lowest first, RFC 9162 §2.1.3), and from the tree of this head to it (§2.1.4); the entries that made the signers'
keys known are added. A field that is not named here, or stands twice, is damage. Not signed are "zone", "program", "made_at", "values". A
proof is one JSON object. {"format": "nmx-inclusion-proof", …} is a part: "entries", "heads", and in "about" which entry it is of;
{"format": "nmx-consistency-proof", "first": {"size", "root"}, "second": {"size", "root"}, "proof": […]} adds those of the second.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import reduce
from hashlib import sha256
from heapq import merge
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("The package “cryptography” is missing. Install it: python -m pip install cryptography")

COLUMNS = [
    "seq", "tx", "ts", "skew", "action", "code", "outcome", "actor", "role", "on_behalf_of", "station", "session", "app_version",
    "schema_version", "obj_type", "obj_id", "client", "purpose", "rule", "break_glass", "reason_code", "commits"]  # fmt: skip
SHAPES = [{*COLUMNS}, *(set(shape.split()) for shape in (
    "format version db size root part values zone program made_at keys", "format version about db size root entries heads", "sha256",
    "format version db first second proof entries heads", "id user public_key epoch attested_by", "entry head trailer values proof",
    "field salt old new", "size root ts key epoch signature", "entries values erased heads"))]  # fmt: skip
ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)  # what a damaged file gives
TEXTS = {
    "arguments": ("Give --size and --root together, 16 digits or more.", "Geef --size en --root samen, 16 tekens of meer."),
    "format": ("This is no export or proof that can be read. {why}", "Dit is geen export of bewijs dat gelezen kan worden. {why}"),
    "line": ("Part {n} of the file was damaged or changed.", "Deel {n} van het bestand is beschadigd of veranderd."),
    "counts": ("The counts at the end do not fit: the file was cut off.", "De aantallen aan het eind kloppen niet: afgebroken bestand."),
    "gap": ("Entry {seq} stands where {wanted} should: entries gone, added, swapped.", "Regel {seq} staat waar {wanted} hoort."),
    "time": ("Entry {seq} is earlier than the one before it.", "Regel {seq} is eerder dan die ervoor."),
    "value": ("Entry {seq}, field “{field}”: this is not what was logged.", "Regel {seq}, veld ‘{field}’: dit is niet wat is vastgelegd."),
    "values": ("Entry {seq}: values are missing or were added.", "Regel {seq}: er ontbreken waarden of er zijn er bijgekomen."),
    "erased": ("Entry {seq}: erased, and no later entry accounts for it.", "Regel {seq}: gewist, en geen latere regel verantwoordt dat."),
    "proof": ("Entry {seq} is not of this log: it or its proof was changed.", "Regel {seq} is niet van dit logboek, of is veranderd."),
    "root": ("Up to entry {seq} the signed root does not follow from the entries.", "Tot en met regel {seq} klopt de wortel niet."),
    "signature": ("Up to entry {seq} the signature is not genuine.", "Tot en met regel {seq} is de handtekening niet echt."),
    "key": ("Up to entry {seq}: signed with a key that nobody made known.", "Tot en met regel {seq}: getekend met een onbekende sleutel."),
    "signer": ("Up to entry {seq}: not signed by who acted, with a key in force.", "Tot en met regel {seq}: getekend door een ander."),
    "attest": ("Entry {seq} makes a key known that does not count.", "Regel {seq} maakt een sleutel bekend die niet telt."),
    "header_keys": ("The keys named first are not those of the entries.", "De sleutels voorin zijn niet die van de regels."),
    "unsigned": ("The last entries, up to {seq}, are not signed.", "De laatste regels, tot en met {seq}, zijn niet ondertekend."),
    "end": ("The log does not end with the size and root named first.", "Het logboek eindigt niet met de lengte en wortel voorin."),
    "apart": ("That of {first} is NOT the beginning of that of {second}.", "Dat van {first} is NIET het begin van dat van {second}."),
    "begins": ("The log of {first} entries is the beginning of that of {second}.", "Dat van {first} is het begin van dat van {second}."),
    "paper": ("The root on paper ({n} entries) is NOT that of this log.", "De wortel op papier ({n} regels) is NIET die van dit logboek."),
    "paper_holds": ("The root on paper ({n} entries) is that of this log.", "De wortel op papier ({n} regels) is die van dit logboek."),
    "paper_unknown": ("This file cannot tell about a log of {n} entries. Ask for the whole export or a consistency proof.",
                      "Dit bestand zegt niets over een logboek van {n} regels. Vraag de hele export of een consistentiebewijs."),
    "whole": ("Log {db}, whole: {entries} entries, {heads} signatures.", "Logboek {db}, geheel: {entries} regels, {heads} handtekeningen."),
    "part": ("Log {db}: {entries} of {size} entries, {heads} signatures.", "Logboek {db}: {entries} van {size} regels, {heads} getekend."),
    "top": ("Root of {size} entries: {root}", "Wortel van {size} regels: {root}"),
    "bad": ("NOT INTACT: findings: {n}.", "NIET ONGESCHONDEN: bevindingen: {n}."),
    "counted": ("{values} values checked, {erased} erased; {withheld} entries have values that are not in this file.",
                "{values} waarden nagerekend, {erased} gewist; {withheld} regels hebben waarden die niet in dit bestand staan."),
    "founder": ("The first key, on which all others rest: {key} (user {user}). Compare it with a certificate on paper.",
                "De eerste sleutel, waar alle andere op rusten: {key} (gebruiker {user}). Vergelijk die met een verklaring op papier."),
    "about": ("The proof of entry {seq}: {code} at {ts} by {actor}.", "Het bewijs van regel {seq}: {code} op {ts} door {actor}."),
    "good": ("EVERYTHING HOLDS.", "ALLES KLOPT."), "unknown": ("COULD NOT BE CHECKED.", "KON NIET WORDEN NAGEGAAN."),
}  # fmt: skip


class Speech:
    """Says it in the reader's language and counts what is wrong."""

    def __init__(self, language: str) -> None:
        self.column, self.found, self.unknown = int(language == "nl"), 0, False

    def say(self, key: str, /, *, unknown: bool = False, **facts: Any) -> None:
        """A sentence on standard output; numbers with thousands signs, foreign text made harmless. ``unknown``: it keeps from checking."""
        self.unknown |= unknown
        shown = {name: f"{fact:,}".replace(",", ",."[self.column]) if isinstance(fact, int) else str(fact) for name, fact in facts.items()}
        print("".join(char if char.isprintable() else "?" for char in TEXTS[key][self.column].format(**shown)[:300]))

    def find(self, key: str, /, **facts: Any) -> None:
        """A finding; after a hundred they are only counted."""
        self.found += 1
        if self.found <= 100:
            self.say(key, **facts)


def sound(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object as NMX Desk writes it: each field once and no other ones, whole numbers, yes or no only where that is meant."""
    made, odd = dict(pairs), any(type(value) is float or (type(value) is bool and name not in {"part", "values"}) for name, value in pairs)
    if odd or len(made) != len(pairs) or not any(made.keys() <= shape for shape in SHAPES):
        raise ValueError(pairs)
    return made


def tlv(*values: Any) -> bytes:
    """The one way to write these values as bytes."""
    out = []
    for value in values:
        kind = 0 if value is None else 2 if isinstance(value, bytes) else 3 if isinstance(value, int) else 1
        body = value if kind in {0, 2} else str(int(value)).encode() if kind == 3 else value.encode("utf-8", "surrogatepass")
        out.append(bytes([kind]) + len(body).to_bytes(4, "big") + body if kind else b"\0")
    return b"".join(out)


def digest(kind: int, *parts: bytes) -> bytes:
    """SHA-256 with the byte in front that says what is hashed: 0 leaf, 1 node, 2 commitment."""
    return sha256(bytes([kind]) + b"".join(parts)).digest()


class Tree:
    """A Merkle tree that only grows: height and root of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []
        self.size = 0

    def add(self, leaf: bytes) -> None:
        """One more leaf."""
        height = 0
        while self.peaks and self.peaks[-1][0] == height:
            height, leaf = height + 1, digest(1, self.peaks.pop()[1], leaf)
        self.peaks.append((height, leaf))
        self.size += 1

    def root(self) -> bytes:
        """Root of the leaves so far."""
        peaks = [value for _, value in self.peaks] or [sha256(b"").digest()]
        return reduce(lambda right, left: digest(1, left, right), reversed(peaks))


def root_above(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf and its path lead to."""
    if not 0 <= index < size or (size == 1) != (not path):
        raise ValueError("path")
    if size == 1:
        return leaf
    left = 1 << (size - 1).bit_length() - 1  # RFC 9162: the largest power of two below the size
    if index < left:
        return digest(1, root_above(leaf, index, left, path[:-1]), path[-1])
    return digest(1, path[-1], root_above(leaf, index - left, size - left, path[:-1]))


def roots_above(first: int, second: int, path: list[bytes], known: bytes | None) -> tuple[bytes, bytes]:
    """The roots of the first ``first`` and of all ``second`` leaves that a path leads to; ``known``: the first root, where it is a node."""
    if first == second:
        if len(path) != (known is None):
            raise ValueError("path")
        return ((known or path[0]),) * 2
    left = 1 << (second - 1).bit_length() - 1
    if first <= left:
        old, new = roots_above(first, left, path[:-1], known)
        return old, digest(1, new, path[-1])
    old, new = roots_above(first - left, second - left, path[:-1], None)
    return digest(1, path[-1], old), digest(1, path[-1], new)


def fits(climb: Callable[[list[bytes]], Any], path: Any, wanted: Any) -> bool:
    """Whether climbing along the path (hex) leads to what is wanted."""
    with suppress(*ODD):
        return climb([bytes.fromhex(item) for item in path]) == wanted
    return False


class Log:
    """Walks along entries and heads, and knows what was said before."""

    def __init__(self, speech: Speech, header: dict[str, Any], typed: tuple[int, str] | None) -> None:
        self.speech, self.typed = speech, typed
        self.db, self.size, self.root, self.part = header["db"], int(header["size"]), bytes.fromhex(header["root"]), header["part"]
        self.tree = Tree()
        self.keys, self.fresh = {}, {}  # by id: user, public key, epoch, who attested; fresh: since the last head, good from the next on
        self.acts, self.gone = set(), set()  # transaction, actor, time since the last head; keys that sign nothing any more
        self.blank = {}  # entries with erased values that no ERASE entry accounted for yet
        self.last, self.last_ts, self.ended, self.period = -1, "", False, 1
        self.entries = self.values = self.erased = self.withheld = self.heads = 0

    def entry(self, line: dict[str, Any]) -> None:
        """One entry: its place, its time, its values, its leaf."""
        entry = line["entry"]
        seq, ts, commits = int(entry["seq"]), entry["ts"], bytes.fromhex(entry["commits"])
        leaf = digest(0, tlv(1, *(entry[name] for name in COLUMNS[:-1]), commits))
        self.entries += 1
        if seq <= self.last or (not self.part and seq != self.last + 1):
            self.speech.find("gap", seq=seq, wanted=self.last + 1)
        if ts < self.last_ts:
            self.speech.find("time", seq=seq)
        self.last, self.last_ts = seq, ts
        if self.part and not fits(lambda path: root_above(leaf, seq, self.size, path), line.get("proof"), self.root):
            self.speech.find("proof", seq=seq)
        self.tree.add(leaf)
        if self.typed and self.typed[0] == self.tree.size and not self.part:
            self.paper(self.tree.size, self.tree.root())
        self.acts.add((entry["tx"], entry["actor"], ts))
        fields = self.check_values(entry, commits, line["values"]) if "values" in line else None
        self.withheld += fields is None and bool(commits)
        deed = (entry["action"], entry["code"], entry["obj_type"])
        self.gone |= {entry["obj_id"]} if deed == ("E", "KEY", "audit_key") else set()
        self.period = max(self.period + 1, int(entry["obj_id"])) if deed == ("E", "KEY", "epoch") else self.period
        if fields is not None and entry["obj_type"] == "audit_key" and entry["action"] in "CUD":
            self.learn(entry, fields)
        if fields and entry["code"] == "ERASE":
            self.account(seq, fields)

    def check_values(self, entry: dict[str, Any], commits: bytes, values: list[dict[str, Any]]) -> dict[str, Any]:
        """Every value against what the entry committed to; the new values by field."""
        if len(values) * 32 != len(commits):
            self.speech.find("values", seq=entry["seq"])
        fields = {}
        self.withheld += any("salt" not in value for value in values)
        for n, value in enumerate(values):
            if value.keys() == {"field"} and isinstance(value["field"], str):
                continue  # left out; a value that shows something needs its salt
            old, new = (bytes.fromhex(side["sha256"]) if isinstance(side, dict) else side for side in (value["old"], value["new"]))
            if value["salt"] is None and old is None and new is None:
                self.erased += 1
                self.blank[entry["seq"]] = (entry["obj_type"], entry["obj_id"])
                continue
            self.values += 1
            salt = bytes.fromhex(value["salt"] or "")
            if digest(2, salt, tlv(value["field"], old, new)) != commits[32 * n : 32 * n + 32] or len(salt) != 16:
                self.speech.find("value", seq=entry["seq"], field=value["field"])
            fields[value["field"]] = new
        return fields

    def account(self, seq: int, fields: dict[str, Any]) -> None:
        """What this ERASE entry says was erased: those rows and entries are accounted for."""
        rows = {tuple(item) for item in json.loads(fields.get("rows") or "[]")}
        spans = [item if isinstance(item, list) else [item, item] for item in json.loads(fields.get("entries") or "[]")]
        for blank, row in list(self.blank.items()):
            if blank < seq and (row in rows or any(first <= blank <= last for first, last in spans)):
                del self.blank[blank]

    def learn(self, entry: dict[str, Any], fields: dict[str, Any]) -> None:
        """A key counts when it is made known, never changed, by the one who attests it; from the next transaction on."""
        user, public, epoch, attested = (fields.get(name) for name in ("user_id", "public_key", "epoch", "attested_by"))
        name = sha256(bytes.fromhex(str(public))).hexdigest()[:32]
        if entry["action"] != "C" or entry["obj_id"] != name or attested != entry["actor"] or {*self.keys, *self.fresh} & {name}:
            self.speech.find("attest", seq=entry["seq"])
            return
        known = self.fresh if self.heads else self.keys  # the first transaction makes itself known
        if not self.heads and not self.keys:
            self.speech.say("founder", key=public, user=user)
        known[name] = (str(user), str(public), int(epoch), str(attested))

    def head(self, line: dict[str, Any]) -> None:
        """One signed head: its root, its signature, and that who acted since the last one is who signed."""
        head = line["head"]
        size, root, seq = int(head["size"]), bytes.fromhex(head["root"]), int(head["size"]) - 1
        if self.part:
            holds = fits(lambda path: roots_above(size, self.size, path, root), line.get("proof"), (root, self.root))
            self.paper(size, root)
        else:
            holds = self.tree.size == size and self.tree.root() == root
        if not holds:
            self.speech.find("root", seq=seq)
        user, public, epoch, _ = self.keys.get(head["key"], ("", "", -1, ""))
        if not public:
            self.speech.find("key", seq=seq)
        else:
            message = b"nmx-head-v1" + tlv(self.db, int(head["epoch"]), size, root, head["ts"])
            try:
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(head["signature"]), message)
            except InvalidSignature:
                self.speech.find("signature", seq=seq)
            one = len({tx for tx, _, _ in self.acts}) <= 1 and {act[1:] for act in self.acts} <= {(user, head["ts"])}
            if not one or head["key"] in self.gone or not epoch <= head["epoch"] == self.period or not (self.acts or self.part):
                self.speech.find("signer", seq=seq)
        self.heads += 1
        self.keys.update(self.fresh)
        self.fresh, self.acts, self.ended = {}, set(), (size, root) == (self.size, self.root)

    def paper(self, size: int, root: bytes) -> None:
        """The root typed from paper against this one, of the same number of entries."""
        if self.typed and self.typed[0] == size:
            holds, self.typed = root.hex().startswith(self.typed[1]), None
            (self.speech.say if holds else self.speech.find)("paper_holds" if holds else "paper", n=size)

    def compare(self, first: dict[str, Any], path: list[str]) -> None:
        """Whether an earlier log is the beginning of this one."""
        size, root = first["size"], bytes.fromhex(first["root"])
        self.paper(size, root)
        self.paper(self.size, self.root)
        holds = fits(lambda proof: roots_above(size, self.size, proof, root), path, (root, self.root))
        (self.speech.say if holds else self.speech.find)("begins" if holds else "apart", first=size, second=self.size)

    def finish(self, named: list[dict[str, Any]] | None) -> None:
        """What can only be said at the end."""
        if self.acts:
            self.speech.find("unsigned", seq=self.last)
        if not self.ended:
            self.speech.find("end")
        if named is not None and {tuple(key.values()) for key in named} != {(name, *key) for name, key in self.keys.items()}:
            self.speech.find("header_keys")
        for seq in self.blank:
            self.speech.find("erased", seq=seq)
        if self.typed:
            self.speech.say("paper_unknown", unknown=True, n=self.typed[0])
        self.speech.say("part" if self.part else "whole", db=self.db, entries=self.entries, size=self.size, heads=self.heads)
        self.speech.say("top", size=self.size, root=self.root.hex())
        self.speech.say("counted", values=self.values, erased=self.erased, withheld=self.withheld)

    def walk(self, entries: Iterable[Any], heads: Iterable[Any]) -> None:
        """Entries and heads in one order: a head stands after the last entry that it covers. What cannot be read is a finding."""
        coming = ((place(line, "head", "size"), self.head, line) for line in heads)
        going = ((place(line, "entry", "seq") + 0.5, self.entry, line) for line in entries)
        for number, (_, step, line) in enumerate(merge(coming, going, key=lambda item: item[0]), 2):
            try:
                step(line)
            except ODD:
                self.speech.find("line", n=number)


def place(line: Any, kind: str, name: str) -> int:
    """Where a line stands in the log; first, when it does not say."""
    with suppress(*ODD):
        return int(line[kind][name])
    return -1


def lines(path: str, kind: str) -> Iterator[Any]:
    """The lines of one kind of an export, read anew; None for one that cannot be read."""
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        next(file)
        for text in file:
            if text[2:6] == kind[:4] or (kind == "entry" and text[2:6] not in {"head", "trai"}):
                try:
                    yield json.loads(text, object_pairs_hook=sound)
                except ODD:
                    yield None


def check(path: str, speech: Speech, typed: tuple[int, str] | None) -> None:
    """Whatever this file is."""
    try:
        with Path(path).open(encoding="utf-8", errors="replace") as file:
            head = json.loads(file.readline(1 << 26), object_pairs_hook=sound)
        log = Log(speech, {"part": True} | head | head.get("second", {}), typed)
        kind = ("nmx-log-export", "nmx-inclusion-proof", "nmx-consistency-proof").index(head["format"] * (head["version"] == 1))
    except (OSError, *ODD) as error:
        return speech.say("format", unknown=True, why=getattr(error, "strerror", None) or "")
    try:
        if kind == 2:
            log.compare(head["first"], head["proof"])
        if kind == 1:
            speech.say("about", **{line["entry"]["seq"]: line["entry"] for line in head["entries"]}[head["about"]])
        log.walk(*([lines(path, "entry"), lines(path, "head")] if kind == 0 else [head["entries"], head["heads"]]))
        log.finish(head["keys"] if kind == 0 else None)
        counted = {"entries": log.entries, "values": log.values, "erased": log.erased, "heads": log.heads}
        if kind == 0 and [{"trailer": counted}] != list(lines(path, "trailer")):
            speech.find("counts")
    except ODD:
        speech.find("line", n=1)
    return None


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--size", type=int)
    parser.add_argument("--root", default="", type=lambda text: text.strip().lower())
    parser.add_argument("--language", choices=("en", "nl"), default="en")
    given = parser.parse_args()
    speech, root = Speech(given.language), given.root
    if (given.size is None) == bool(root) or (root and (len(root) < 16 or set(root) - set("0123456789abcdef"))):
        speech.say("arguments", unknown=True)
    else:
        check(given.file, speech, (given.size, root) if root else None)
    speech.say("bad" if speech.found else "unknown" if speech.unknown else "good", n=speech.found)
    return 1 if speech.found else 2 if speech.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
