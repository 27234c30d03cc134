"""Single cells of a website's export: what programs put around a value, sex, house number, postcode."""

from __future__ import annotations

import re

from nmx_desk.domain.names import clean_name, fold, restore_case

# What Contact Form 7's Flamingo puts before a cell that a spreadsheet might run; recognised in any language by its address,
# or by a sentence between brackets before the sign that it warns of.
_ALERT = re.compile(
    r"^\s*(?:\((?:Security Alert: Suspicious content is detected\.[^()]{0,300}"
    r"|[^()]{0,300}contactform7\.com/[^()]{0,300}"
    r"|[^():]{3,80}:[^()]{10,300}(?=\)\s?[=+@-]))\)\s?)+"
)
_TEXT_FORMULA = re.compile(r'^\s*="([^"]*)"\s*$')  # ="00123": a text that a spreadsheet must not take for a number
_SEX = {
    "m": "m man mannelijk male heer dhr meneer mr mister homme masculin mann mannlich herr jongen hombre erkek",
    "f": "v vrouw vrouwelijk f female woman mevrouw mevr mw mrs ms mme femme feminin frau weiblich w meisje mujer kadin",
    "x": "x anders nonbinair nonbinary divers other genderneutraal intersex",
}
_COUNTRIES = {
    "NL": "nl nederland holland thenetherlands netherlands niederlande paysbas",
    "BE": "be belgie belgium belgien belgique",
    "DE": "de duitsland germany deutschland allemagne",
    "FR": "fr frankrijk france frankreich",
    "GB": "gb uk grootbrittannie engeland unitedkingdom greatbritain england verenigdkoninkrijk",
    "LU": "lu luxemburg luxembourg", "ES": "es spanje spain espana", "IT": "it italie italy italia", "PT": "pt portugal",
    "CH": "ch zwitserland switzerland schweiz", "AT": "at oostenrijk austria osterreich", "TR": "tr turkije turkey turkiye",
    "MA": "ma marokko morocco maroc", "PL": "pl polen poland polska", "US": "us usa verenigdestaten unitedstates",
}  # fmt: skip
_HOUSE = re.compile(r"^(\d{1,6})\s*[-/ ]?\s*(.{0,40})$")
_STREET = re.compile(r"^(.*[^\W\d_].*?)[\s,]+(\d{1,5})\s?(-?[a-z]?(?:[\s/-]?(?:\d{1,4}|[a-z]{1,4}|bis|hs|huis))?)$", re.IGNORECASE)


def unwrapped(text: str) -> str:
    """The cell as it was typed: without Flamingo's warning and without the formula that keeps a number a text."""
    text = _ALERT.sub("", text)
    formula = _TEXT_FORMULA.match(text)
    return formula.group(1) if formula else text


def bare(text: str) -> str:
    """``unwrapped`` without white space around it."""
    return unwrapped(text).strip()


def sex_of(text: str) -> str:
    """``f``, ``m``, ``x`` or ``unknown``."""
    key = re.sub(r"[^a-z]", "", fold(text[:40]))
    return next((sex for sex, words in _SEX.items() if key in words.split()), "unknown")


def country_of(text: str) -> str:
    """ISO 3166-1 alpha-2 of a country's name or letters; empty for one that is not known."""
    key = re.sub(r"[^a-z]", "", fold(text[:40]))
    return next((code for code, words in _COUNTRIES.items() if key in words.split()), "")


def address_of(street: str, number: str, suffix: str) -> tuple[str, str, str]:
    """Street, house number and suffix; ``12a`` is taken apart, and so is a number that stands behind the street."""
    street, number, suffix = (clean_name(part[:200]) for part in (street, number, suffix))
    if street and not number:
        found = _STREET.match(street)
        if found:
            street, number, suffix = found.group(1).rstrip(" ,"), found.group(2), suffix or found.group(3)
    elif number:
        found = _HOUSE.match(re.sub(r"^(\d+)[.,]0$", r"\1", number))
        if found:
            number = found.group(1)
            suffix = " ".join(filter(None, (found.group(2).strip(" -/"), suffix)))
    return street, number, suffix.strip(" -/")


def postcode_of(text: str) -> str:
    """A Dutch postcode as ``1234 AB``; others as they were typed."""
    text = clean_name(text[:40])
    dutch = re.fullmatch(r"([1-9]\d{3})\s?([A-Za-z]{2})", text)
    return f"{dutch.group(1)} {dutch.group(2).upper()}" if dutch else text


def city_of(text: str) -> str:
    """A town with its usual capitals: ``DEN HAAG`` → ``Den Haag``."""
    text = restore_case(clean_name(text[:200]))
    return text[:1].upper() + text[1:]
