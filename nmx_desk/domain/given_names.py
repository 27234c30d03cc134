"""Given names of one person: nicknames, initials, typing errors. Two names that people really have are two names, however alike."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from nmx_desk.domain.names import fold

# Official names with what their bearers are called in daily life. A name may stand in several lines: Jo is short for either.
_CALLED = (
    "johanna jo joke hanna hannie hanneke anneke jopie johanneke jannie janneke annie",
    "johannes jan johan hans jo joop john han johnny",
    "cornelis cor kees cees corné cornel nelis niels",
    "cornelia cor corrie cokkie nelleke neeltje nel corry",
    "hendrik henk hein henri harry rik hendrikus henny",
    "hendrika henny rika riek hennie ria drika heintje",
    "willem wim willy pim wil william billy",
    "wilhelmina willy mien mieke mina wil willemien willeke helma wilma minie",
    "maria marie ria mia mieke marieke marijke miep rie marja mary riet rietje",
    "petrus piet peter pieter pierre peet",
    "petronella nel nelly petra nelleke ella",
    "antonius anton ton toon tonnie antoine teun teunis tony",
    "antonia ton tonnie toos toni antoinette tonia",
    "elisabeth els elly liesbeth lies bep betty lisette lisa bets elisabet elizabeth lizzy beth elise",
    "catharina trees toos tiny ineke karin catrien katrien trijntje trien rina ina kaatje cathy katharina",
    "jacobus jaap koos co jacob jack cobus jaco",
    "jacoba coby cobie jacqueline coba",
    "gerardus gerard ger gerrit geert gert",
    "gerrit ger gert gerd",
    "adrianus ad adri arjan adriaan aad janus adrian",
    "adriana adri jana ada arja jaantje ariana",
    "theodorus theo dorus teun",
    "theodora dora thea doortje",
    "franciscus frans francis cis frank sus",
    "francisca cisca francien fransje sisca franca",
    "margaretha greet gre gretha margriet marga grietje greta rita margot marguerite margaret gré",
    "alida ali alie aly lida",
    "aleida alie ali ida leida",
    "wilhelmus wim willem wil helmus",
    "lambertus bert bertus lambert lammert",
    "albertus bert albert appie bertus ab",
    "hubertus bert huub hub huib",
    "hermanus herman harm manus",
    "bernardus ben bernard bernd barend",
    "martinus martin tinus marten maarten rien",
    "marinus rinus rien marijn",
    "leonardus leo leon leendert len",
    "nicolaas nico niek klaas nicolas nick nicolaus",
    "michael michiel mike maikel chiel michel",
    "alexander alex sander lex sandro xander",
    "alexandra alex sandra xandra",
    "christiaan chris christian kris",
    "christina christine chris tineke stien stina kristina tina christien",
    "geertruida truus trudy geertje trui geesje gertrude truida",
    "thomas tom tommy",
    "daniel daan danny dani",
    "matthijs thijs mathijs mattijs matthias mathias",
    "sebastiaan bas sebastian bastiaan",
    "robertus rob robert bob robin bert",
    "richard rick ricardo dick",
    "dirk dick derk",
    "eduard ed eddy edward edwin",
    "frederik fred freek frits frederic",
    "frederika freda rika frederique",
    "joseph jos jozef joost joep sjef",
    "josephina josé fien jose jozefien josefien",
    "susanna suzanne sanne suus suzan susanne susan",
    "anna annie an anneke anke ans anny annette",
    "annemarie annemieke anne",
    "benjamin ben benny",
    "mohammed mohamed muhammed mo muhammad mohammad",
    "fatima fatma fatimah",
    "abdullah abdul abdel",
    "rebecca becky rebekka",
    "gabriela gaby gabriella gabrielle",
    "jeroen hieronymus",
    "pascal pascalle",
    "marcel marcellus",
    "rudolf ruud rolf rudi rudolph",
    "laurens lau lourens laurentius",
    "vincent vince vincentius",
    "evelien evelyn eveline eef",
    "magdalena leni madelon lena magda",
    "helena lena leni heleen hélène ellen helen",
    "dorothea dora thea dorien doortje",
    "jeannette jeanette nettie",
    "charlotte lotte lot",
    "emmanuel manuel emanuel",
)
_ALSO = (
    "tim tam tom tijn thijn sem sam finn fien liam noah luuk luc lucas levi milan bram mees jesse jens julian gijs guus ties siem "
    "olaf olav lars stijn ruben rens mick mark marc max mats job jip joris jurre jorn jord juul julia julie evi eva ava emma sara "
    "sarah saar sofie sophie zoe mila nora nova noor noa tess fleur roos isa iris ilse els elsa fenna femke floor lieke lynn liv luna "
    "lina linda anouk amber britt demi dana esra eline ella emily esmee yara yusuf ali amin omar emre ibrahim hamza bilal ilias imane "
    "samira hanan naima layla leyla laura lara sanna hanna hannah saskia silvia sylvia monique monica marcel jeroen linde lisa lise "
    "patrick paul paula peter petra ruth ron ronald roy sjoerd siebe simone simon stefan steven sven tessa tineke wouter yvonne "
    "ingrid inge irene jolanda karin karen kim koen kevin jasper jarno janna jantje jet jette jill joyce judith jasmijn yasmin esther "
    "erik eric ernst dennis debbie daphne dani diana bianca bart barbara brenda carla carlo claudia corine ellen emiel frank gerda "
    "gerben gijsbert hilde hugo ivo ivar astrid arie arno arnold aart bas ben bo boaz casper coen cas cees sander sandra rik rick "
    "remco rene renee rosa ria rob"
)


def _lines() -> dict[str, frozenset[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_CALLED):
        for name in fold(line).split():
            found[name].add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_GROUPS = _lines()
_KNOWN = frozenset(_GROUPS) | frozenset(_ALSO.split())
_NOBODY: frozenset[int] = frozenset()


class _Name(NamedTuple):
    """A given name as it is compared. ``letters``: when it is only initials; ``whole``: in one piece; ``called``: which lines it is in."""

    letters: tuple[str, ...]
    whole: str
    words: tuple[str, ...]
    called: frozenset[int]
    known: bool


@lru_cache(maxsize=65_536)
def _name(text: str) -> _Name:
    parts = tuple(part for part in re.split(r"[.\s]+", text) if part)
    words, whole = tuple(text.split()), text.replace(" ", "")
    only_letters = bool(parts) and all(len(part) == 1 for part in parts)
    return _Name(parts if only_letters else (), whole, words, _GROUPS.get(words[0] if words else "", _NOBODY), whole in _KNOWN)


def agree(a: str, b: str) -> bool:
    """Whether two given names (folded) can be one person's: one is missing, an initial, a nickname, the beginning, or misspelt."""
    one, other = _name(a), _name(b)
    if one.whole == other.whole or not one.whole or not other.whole:
        return True
    if one.letters or other.letters:
        mine, theirs = (name.letters or tuple(word[0] for word in name.words) for name in (one, other))
        return mine[: len(theirs)] == theirs[: len(mine)]
    if one.words[0] == other.words[0]:
        return one.words[: len(other.words)] == other.words[: len(one.words)]
    if one.called and not one.called.isdisjoint(other.called):
        return True
    if one.known and other.known:
        return False
    return one.whole.startswith(other.whole) or other.whole.startswith(one.whole) or is_near(one.whole, other.whole)


def is_initials(name: str) -> bool:
    """``j``, ``j.w.``, ``j w``: letters that begin names."""
    return bool(_name(name).letters)


def same_called(name: str) -> frozenset[str]:
    """Under what a given name is looked up: itself in one piece, and the lines it is in."""
    read = _name(name)
    return frozenset({read.whole, *(f"={line}" for line in read.called)} - {""})


def is_near(a: str, b: str) -> bool:
    """Whether two words of four letters or more are one typing error apart: a letter too many, another one, or two that changed places."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) < 4 or len(long) - len(short) > 1:
        return False
    at = 0
    while at < len(short) and short[at] == long[at]:
        at += 1
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :])
