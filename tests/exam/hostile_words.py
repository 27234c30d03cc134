"""What strangers type into a web form to break a program: markup, formulas, queries, paths, letters that are no letters."""

from __future__ import annotations

import random
from collections.abc import Iterator

MARKUP = (
    "<b",
    "<b>vet",
    "</b>",
    "<i><u></i>",
    "<para>",
    "<br/><br/",
    "<font color=red size=99>",
    "<font face='nergens'>",
    "<super>",
    "<![CDATA[",
    '<img src="file://{file}"/>',
    "<img src='{file}' width='1000000' height='1000000'/>",
    '<img src="http://{host}/x.png"/>',
    '<img src="data:image/png;base64,AAAA"/>',
    '<a href="javascript:alert(1)">klik</a>',
    "<a href='file://{file}'>",
    "<link rel=stylesheet href={file}>",
    "<style>@import url('{file}');</style>",
    "<style>p{{background:url({file})}}</style>",
    "<script>alert(1)</script>",
    "<iframe src='{file}'>",
    "<table background='{file}'><tr><td>",
    "<body background='{file}'>",
    "<onDraw name='x' label='y'/>",
    "<seq id='x'/>",
    "<unichar code='0'/>",
    "&#x0;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&nbsp;",
    "&amp;lt;",
    "&onbekend;",
    "&",
    "<",
    ">",
    "<!--",
    "<?xml version='1.0'?>",
    "]]>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file://{file}'>]>&e;",
    "<svg><image href='{file}'/></svg>",
    "<p style='white-space: pre'>",
)
PLACES = (
    "file://{file}",
    "//{host}/share/x.png",
    "\\\\{host}\\share\\x.png",
    "qrc:/x.png",
    "http://{host}/",
    "../../../../{file}",
    "..\\..\\windows\\win.ini",
    "/dev/zero",
    "{file}",
    "CON",
    "a/../b",
    "~/.ssh/id",
    "%00",
    "%2e%2e%2f",
    "ftp://{host}/x",
    "mailto:x@example.org?attach={file}",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://{host}/";"klik")',
    '=WEBSERVICE("http://{host}/")',
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u3000=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "−1+1",
    "﹣1",
    "﹢1",
    "﹦1",
    "﹫A1",
    "⁼1",
    "₌1",
    "\x1f=1",
    '"=1+1"',
    "';=1+1",
    "x;=1+1;y",
    "x\r\n=1+1",
    "x\n=1+1",
    '";"=1',
    '="\n"',
    "-",
    "=",
    "+",
    "@",
    "+31612345678",
    "'=1",
    '=DDE("cmd";"/c calc";"x")',
)
QUERIES = (
    "'; DROP TABLE client; --",
    "' OR '1'='1",
    '" OR ""="',
    "1); DELETE FROM advice_request; --",
    "x' UNION SELECT * FROM desk_user --",
    "%",
    "_",
    "\\",
    "?",
    ":naam",
    "NEAR(a b, 5)",
    "a NEAR b",
    "terms:a",
    "search_fts",
    '"',
    '""',
    '"a',
    "a*",
    "*",
    "^a",
    "a:b",
    "{{a b}}:c",
    "a AND",
    "OR",
    "NOT a",
    "-a",
    "(a",
    "a)",
    "a + b",
    "AND AND AND",
    "-terms:x",
    "rowid:1",
    "@",
    "@@",
    "a@",
    "00",
    "+",
    "(((((((((",
    "1-2-3-4-5",
    "c 000001",
)
LETTERS = (
    "\x01\x02\x03\x07\x08\x1b[31m",
    "\x7f\x80\x9f",
    "\u202eneerhesretchA\u202c",
    "\u2066\u2067\u2068x\u2069",
    "\u200b\u200c\u200d\u2060",
    "\ufeff",
    "\u2028\u2029",
    "\x0b\x0c\x85",
    "Z̗̥͇̝̓̐͌̕a̸̢͚̪̠̽̒̏l̷̰̫̤̋̈́̚g̴̤͚̩̓̉̊o̵̢͍̖͂̎͝",
    "a" + "\u0301" * 300,
    "👩\u200d👩\u200d👧\u200d👦🏳️\u200d🌈",
    "🇳🇱",
    "\U0001f9ec\U000e0041\U000e007f",
    "עברית العربية",
    "漢字かな한글",
    "ﷺ" * 20,
    "İıſẞßﬁ",
    "e\u0301 é",
    "\ufdd0\ufffe\uffff",
    "\U0010ffff",
    "\ue000",
    "\ufffd",
    "¨´`^~",
    "ᚠᛇᚻ",
    "𝕬𝖓𝖓𝖆",
    "W" * 3000,
    "woord " * 400,
    "x" * 20_000,
    "\n" * 200,
    "\t" * 100,
    " " * 500,
    "\r\n\r\n",
    "'",
    "''",
    "`",
    "{{}}",
    "{{0}}",
    "{{naam}}",
    "%s%n%d",
    "$(id)",
    "`id`",
    "${{x}}",
    "&Mnemonic && &",
    "null",
    "NaN",
    "1e999",
    "-0",
    "0x41",
    "True",
    "; , | \t",
    '"a";"b"',
    "𐏿",
)
UNSTORABLE = ("\x00", "Jan\x00Piet", "\ud800", "x\udfffy", "\udcff\udc80", "=\x001")
"""What a database cannot keep: refused with a sentence at the door, and still no harm in a print, a label or a search."""
_KINDS = (MARKUP, PLACES, FORMULAS, QUERIES, LETTERS)


def token(number: int) -> str:
    """A word that stands in one of the strings only, of letters that folding leaves as they are."""
    letters = "bdfgkmnprt"
    return "zq" + "".join(letters[int(digit)] for digit in f"{number:06}")


def strings(count: int, seed: int, file: str, host: str) -> Iterator[str]:
    """So many hostile strings. Nearly all end with their token; the bare pieces come first, each once."""
    chance = random.Random(seed)
    bare = [piece.format(file=file, host=host) for kind in _KINDS for piece in kind]
    chance.shuffle(bare)
    for number in range(count):
        if number % 50 == 49:
            yield chance.choice(UNSTORABLE) + token(number)
        elif number < len(bare):
            yield bare[number] + (f" {token(number)}" if number % 10 else "")
        else:
            yield _mixed(chance, bare) + f" {token(number)}"


def _mixed(chance: random.Random, bare: list[str]) -> str:
    """Some pieces together, at times cut off in the middle."""
    joined = chance.choice(("", " ", "\n", ";", '"', "Jan ", "'", "<", "&")).join(
        piece[:600] for piece in chance.choices(bare, k=chance.randint(1, 4))
    )
    return joined[: chance.randint(1, len(joined))] if joined and chance.random() < 0.3 else joined


def storable(text: str) -> bool:
    """Whether a database can keep it."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
