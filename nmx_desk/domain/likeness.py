"""Why two people may be one, and what speaks against it, in words: the same wherever a double is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from nmx_desk.domain.given_names import is_initials
from nmx_desk.domain.matching import Folded, Person, Strength, compare, folded, given_agree, near_day, surname_near
from nmx_desk.i18n import N_, _


class Trait(StrEnum):
    """What of two people is compared."""

    NAME = "name"
    SURNAME = "surname"
    FIRST_NAME = "first_name"
    BIRTH_DATE = "birth_date"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"


_SAME = {
    Trait.NAME: N_("name"), Trait.SURNAME: N_("surname"), Trait.FIRST_NAME: N_("first name"), Trait.BIRTH_DATE: N_("birth date"),
    Trait.PHONE: N_("phone"), Trait.EMAIL: N_("e-mail"), Trait.ADDRESS: N_("postcode with house number"),
}  # fmt: skip
_NEAR = {
    Trait.NAME: N_("name looks alike"), Trait.SURNAME: N_("surname looks alike"),
    Trait.FIRST_NAME: N_("first name may be an initial, a nickname or misspelt"),
    Trait.BIRTH_DATE: N_("birth date differs in one slip"),
}  # fmt: skip
STRENGTH_NAMES: dict[Strength, str] = {
    "strong": N_("Very likely the same person"), "likely": N_("Probably the same person"), "weak": N_("Perhaps the same person"),
}  # fmt: skip
SHORT_NAMES: dict[Strength, str] = {"strong": N_("Very likely"), "likely": N_("Probably"), "weak": N_("Perhaps")}


@dataclass(frozen=True)
class Likeness:
    """How surely two people are one, and why. ``same`` and ``near`` speak for it, ``other`` against; ``unknown`` is only said of one."""

    strength: Strength
    same: tuple[Trait, ...] = ()
    near: tuple[Trait, ...] = ()
    other: tuple[Trait, ...] = ()
    unknown: tuple[Trait, ...] = ()

    @property
    def title(self) -> str:
        """How surely, in words."""
        return _(STRENGTH_NAMES[self.strength])

    @property
    def short(self) -> str:
        """How surely, in a word or two."""
        return _(SHORT_NAMES[self.strength])

    @property
    def reasons(self) -> str:
        """What speaks for it: "same birth date and phone; name looks alike"."""
        same = _("same {what}").format(what=_listed([_(_SAME[trait]) for trait in self.same])) if self.same else ""
        return "; ".join(filter(None, (same, *(_(_NEAR[trait]) for trait in self.near))))

    @property
    def doubts(self) -> str:
        """What speaks against it: "different first name: perhaps twins"; empty for nothing."""
        return "; ".join(filter(None, (self._person_doubt(), *self._reach_doubt())))

    def _person_doubt(self) -> str:
        first, born = Trait.FIRST_NAME in self.other, Trait.BIRTH_DATE in self.other
        if first and born:
            return _("different first name and birth date: probably family")
        if first:
            return _("different first name: perhaps twins") if Trait.BIRTH_DATE in self.same else _("different first name: perhaps family")
        if born:
            return _("different birth date: probably family")
        return _("the birth date of one is not known") if Trait.BIRTH_DATE in self.unknown else ""

    def _reach_doubt(self) -> tuple[str, ...]:
        return (
            _("different surname") if Trait.SURNAME in self.other else "",
            _("no phone or e-mail in common") if Trait.PHONE in self.other else "",
            _("different address") if Trait.ADDRESS in self.other else "",
        )

    @property
    def sentence(self) -> str:
        """Everything in one line, as it is read aloud."""
        for_it = f"{self.title}: {self.reasons}"
        return _("{reasons}. But: {doubts}").format(reasons=for_it, doubts=self.doubts) if self.doubts else for_it


def likeness(a: Person, b: Person) -> Likeness | None:
    """How surely two people are one, and why; None when nothing says so. Symmetric."""
    return of_folded(folded(a), folded(b))


def of_folded(a: Folded, b: Folded) -> Likeness | None:
    """``likeness`` of people who are folded already."""
    strength = compare(a, b)
    if strength is None:
        return None
    found: dict[str, list[Trait]] = {"same": [], "near": [], "other": [], "unknown": []}
    for trait, verdict in (*_names(a, b), (Trait.BIRTH_DATE, _birth(a, b)), *_reached(a, b), (Trait.ADDRESS, _equal(a.home, b.home))):
        if verdict:
            found[verdict].append(trait)
    return Likeness(strength, *(tuple(found[name]) for name in ("same", "near", "other", "unknown")))


def _names(a: Folded, b: Folded) -> list[tuple[Trait, str]]:
    surname = "" if not a.surnames or not b.surnames else _verdict(same=not a.surnames.isdisjoint(b.surnames), near=surname_near(a, b))
    first = "" if not a.givens or not b.givens else _first(a, b)
    if surname == first and surname in {"same", "near"}:
        return [(Trait.NAME, surname)]
    return [(Trait.SURNAME, surname), (Trait.FIRST_NAME, first)]


def _first(a: Folded, b: Folded) -> str:
    return _verdict(same=bool(set(a.givens) & set(b.givens)) and not is_initials(a.givens[0]), near=given_agree(a, b))


def _birth(a: Folded, b: Folded) -> str:
    if not a.born or not b.born:
        return "unknown"
    return _verdict(same=a.born == b.born, near=near_day(a.born, b.born))


def _reached(a: Folded, b: Folded) -> list[tuple[Trait, str]]:
    shared = a.contacts & b.contacts
    found = [(Trait.PHONE, "same")] if any("@" not in one for one in shared) else []
    found += [(Trait.EMAIL, "same")] if any("@" in one for one in shared) else []
    return found or ([(Trait.PHONE, "other")] if a.contacts and b.contacts else [])


def _equal(a: str, b: str) -> str:
    return "" if not a or not b else _verdict(same=a == b, near=False)


def _verdict(*, same: bool, near: bool) -> str:
    return "same" if same else "near" if near else "other"


def _listed(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])
