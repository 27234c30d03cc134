"""What a file, a form, a card or a request says about a person: one list of fields for all of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from nmx_desk.domain.clients import Sex
from nmx_desk.domain.matching import Person


@dataclass(frozen=True, kw_only=True)
class Personal:
    """Who somebody is and how to reach them. ``phone`` and ``phone2`` are E.164, ``email`` is in small letters; empty: not known."""

    first_name: str = ""
    initials: str = ""
    prefix: str = ""
    surname: str = ""
    birth_date: date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    phone2: str = ""
    email: str = ""
    street: str = ""
    house_no: str = ""
    house_suffix: str = ""
    postcode: str = ""
    city: str = ""

    @property
    def name(self) -> str:
        """Full name as people say it."""
        return " ".join(filter(None, (self.first_name, self.prefix, self.surname)))

    @property
    def person(self) -> Person:
        """What is compared with other people."""
        phones = tuple(filter(None, (self.phone, self.phone2)))
        return Person(
            self.first_name or self.initials, (self.surname,), phones, (self.email,), self.birth_date, postcode=self.postcode,
            house_no=self.house_no,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PersonalMore(Personal):
    """What a file of clients may say besides. ``first_names``: the official ones; ``country``: ISO 3166-1 alpha-2, empty: not said."""

    first_names: str = ""
    partner_prefix: str = ""
    partner_surname: str = ""
    country: str = ""
    gp_name: str = ""
    gp_practice: str = ""

    @property
    def person(self) -> Person:
        """What is compared with other people."""
        surnames = tuple(filter(None, (self.surname, self.partner_surname)))
        return replace(super().person, surnames=surnames, first_names=self.first_names)


PERSON_FIELDS = tuple(field.name for field in fields(Personal))
"""What a request says about a person, and a new client takes over."""
CLIENT_FIELDS = tuple(field.name for field in fields(PersonalMore))
"""What a row of a file of clients says."""
