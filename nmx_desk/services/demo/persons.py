"""Invented people: names thousands bear, numbers and addresses that do not exist (DOMAIN §7)."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from nmx_desk.services.demo import figures, texts

WOMEN = 0.68
AGES = ((0, 17, 2), (18, 29, 13), (30, 65, 75), (66, 82, 10))
DECADES = (1955, 1970, 1985, 1995, 2010)


@dataclass
class Person:
    """Somebody who asks, with what is told about them later. ``worst``: complaint code → first score."""

    rng: random.Random
    first_name: str
    prefix: str
    surname: str
    sex: str
    born: date | None
    phone: str
    email: str
    question: str = ""
    preferred_times: str = ""
    codes: list[str] = field(default_factory=list)
    course: figures.Course = field(default_factory=lambda: figures.Course(0))
    script: str = ""
    no_voicemail: bool = False

    @property
    def cells(self) -> tuple[str, str, str, str, str, str]:
        """Name, e-mail, phone and birth date as typed in a form."""
        born = f"{self.born:%d-%m-%Y}" if self.born else ""
        phone = self.phone if self.phone.startswith("+") else f"{self.phone[:2]} {self.phone[2:]}"
        return self.first_name, self.prefix, self.surname, self.email, phone, born


class Crowd:
    """Makes people; no phone number twice."""

    def __init__(self, seed: int) -> None:
        self._seed, self._made = seed, 0
        self._random = random.Random(f"crowd {seed}")  # noqa: S311 (the seed decides who they are)
        self._phones: set[str] = set()

    def person(self, today: date, *, sex: str = "", age: int | None = None, surname: str = "") -> Person:
        """Somebody new, of an age on a day."""
        self._made += 1
        rng = random.Random(f"person {self._seed} {self._made}")  # noqa: S311 (as above)
        sex = sex or ("f" if rng.random() < WOMEN else "m")
        born = self._born(rng, today, age)
        prefix, family = self._surname(rng, surname)
        first = self._first(rng, sex, family, born)
        codes = figures.complaints(rng, sex)
        email = "" if rng.random() < 0.02 else self._email(rng, first, prefix, family, born)
        return Person(
            rng, first, prefix, family, sex, born if rng.random() < 0.93 else None, self.phone(), email, texts.question(rng, codes),
            texts.some(rng, "preferred_times"), codes, figures.Course.of(rng), no_voicemail=rng.random() < 0.03,
        )  # fmt: skip

    def phone(self) -> str:
        """A mobile number of a range that is not in use (06-00)."""
        while True:
            made = f"0600{self._random.randrange(1_000_000):06}"
            if made not in self._phones:
                self._phones.add(made)
                return made

    def _born(self, rng: random.Random, today: date, age: int | None) -> date:
        if age is None:
            low, high, _weight = rng.choices(AGES, [weight for _low, _high, weight in AGES])[0]
            age = rng.randint(max(low, 6), high)
        return today - timedelta(days=round(age * 365.25) + rng.randint(1, 360))

    def _surname(self, rng: random.Random, wanted: str) -> tuple[str, str]:
        rows = [row for row in texts.names()["surnames"] if not wanted or row[1] == wanted]
        prefix, surname, _weight = rng.choices(rows, [row[2] for row in rows])[0]
        return prefix, surname

    def _first(self, rng: random.Random, sex: str, surname: str, born: date) -> str:
        known = texts.names()["first_names"]
        if surname in known:
            return str(rng.choice(known[surname][sex]))
        decade = min(DECADES, key=lambda year: abs(year + 5 - born.year))
        return str(rng.choice(known[sex][str(decade)]))

    def _email(self, rng: random.Random, first: str, prefix: str, surname: str, born: date) -> str:
        plain = unicodedata.normalize("NFKD", f"{first}.{prefix}{surname}".casefold().replace("ı", "i"))
        bare = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "."))
        return f"{bare}{rng.choice((str(born.year % 100), str(rng.randint(100, 999))))}@example.org"
