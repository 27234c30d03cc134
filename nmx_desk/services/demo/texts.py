"""What people at the demo clinic say and write, from the resources: Dutch, as the clinic is."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from typing import Any

from nmx_desk.domain.complaints import Axis
from nmx_desk.i18n import resources_dir


@lru_cache(maxsize=2)
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((resources_dir() / "demo" / name).read_text("utf-8"))
    return found


def names() -> dict[str, Any]:
    """Names, streets and places."""
    return _read("people.json")


def some(rng: random.Random, kind: str) -> str:
    """One of the sentences of a kind."""
    return str(rng.choice(_read("texts.json")[kind]))


def several(rng: random.Random, kind: str, most: int = 3) -> str:
    """Some sentences of a kind, one after the other."""
    found = _read("texts.json")[kind]
    return " ".join(rng.sample(found, rng.randint(1, min(most, len(found)))))


def complaint(rng: random.Random, code: str) -> str:
    """A complaint in somebody's own words."""
    return str(rng.choice(_read("texts.json")["complaints"][code]))


def question(rng: random.Random, codes: list[str]) -> str:
    """What somebody writes in the form."""
    told = [complaint(rng, code).rstrip(".") + "." for code in codes[: rng.randint(1, 3)]]
    return " ".join(filter(None, (some(rng, "question_start"), *told, some(rng, "question_end"))))


def supplements(rng: random.Random, n: int) -> list[dict[str, Any]]:
    """So many supplements, with dose, unit and moments."""
    return [dict(one) for one in rng.sample(_read("texts.json")["supplements"], n)]


def goals(rng: random.Random, n: int) -> list[dict[str, str]]:
    """So many goals of a plan, with the figure they are seen by."""
    return [dict(one) for one in rng.sample(_read("texts.json")["goals"], n)]


def axes_of(code: str) -> list[Axis]:
    """The axes that a complaint belongs to."""
    return [Axis(axis) for axis in _read("texts.json")["axes"].get(code, [])]


def hypothesis(rng: random.Random, axis: Axis) -> str:
    """What a practitioner thinks of an axis."""
    return str(rng.choice(_read("texts.json")["hypotheses"][axis]))


def lab_test(rng: random.Random) -> dict[str, Any]:
    """A test with its lab, price and what is measured: heads as text, analytes as name, middle, spread, decimals and the rest."""
    return dict(rng.choice(_read("texts.json")["lab_tests"]))


def life(kind: str) -> list[Any]:
    """What people bring along, list by list, as fields."""
    return list(_read("texts.json")["life"][kind])


def addendum(rng: random.Random) -> tuple[str, str]:
    """An addendum and its reason."""
    text, reason = rng.choice(_read("texts.json")["addenda"])
    return text, reason
