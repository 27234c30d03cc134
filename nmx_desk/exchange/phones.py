"""Phone numbers as people type them, brought to E.164."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from nmx_desk.i18n import _

_SPREADSHEET = re.compile(r"^(\d+)(?:[.,](\d+))?\s*E\s*\+?\s*(\d{1,2})$", re.IGNORECASE)  # 6,0E+08
_DECIMALS = re.compile(r"^(\d{9,})[.,]0+$")  # 600832791.0
_NOT_A_NUMBER = re.compile(r"[^\d+()\s./\-–—]+")
_LONGEST = 250  # characters looked at, the limit of phonenumbers too


class Phone(NamedTuple):
    """``e164`` such as ``+31612345678``, empty when no number could be read; ``warning`` is a sentence for the user, or empty."""

    e164: str
    warning: str


def normalise_phone(text: str, region: str = "NL") -> Phone:
    """Read one number; without a country code it belongs to ``region``.

    Possible is enough: a number range that is not in use (such as 06-00) is accepted. An empty text gives no warning.
    """
    text = re.sub(r"\s", " ", unicodedata.normalize("NFKC", text[:_LONGEST])).strip(" '\"=")
    if not any(c.isalnum() for c in text):
        return Phone("", _unreadable() if text else "")
    text, repaired = _undo_spreadsheet(text)
    numbers = _numbers(text, region)
    if not numbers:
        return Phone("", _unreadable())
    e164 = phonenumbers.format_number(numbers[0], PhoneNumberFormat.E164)
    if any(other != numbers[0] for other in numbers[1:]):
        return Phone(e164, _("There are several phone numbers; the first one was taken."))
    if repaired or (region == "NL" and re.fullmatch(r"[1-9]\d{8}", text)):
        return Phone(e164, _("The phone number had been damaged by a spreadsheet and was repaired; check it."))
    return Phone(e164, "")


def _unreadable() -> str:
    return _("The phone number cannot be right; see how it was filled in.")


def _undo_spreadsheet(text: str) -> tuple[str, bool]:
    """Digits of a number that a spreadsheet turned into a decimal; left as it is where digits were lost."""
    decimals = _DECIMALS.match(text)
    if decimals:
        return decimals.group(1), True
    power = _SPREADSHEET.match(text)
    if not power:
        return text, False
    whole, fraction, exponent = power.group(1), power.group(2) or "", int(power.group(3))
    if len(fraction) < exponent - 1:  # one last zero may have been dropped, more is a rounded number
        return "", True
    try:
        return f"{Decimal(f'{whole}.{fraction or 0}E{exponent}'):.0f}", True
    except InvalidOperation:
        return "", True


def _numbers(text: str, region: str) -> list[PhoneNumber]:
    """The numbers between the words of a text; a piece is cut at slashes and dashes only when it cannot be one number as a whole."""
    found: list[PhoneNumber | None] = []
    for piece in _NOT_A_NUMBER.split(text):
        if len(re.findall(r"\d", piece)) < 5:
            continue  # "06-12345678 (na 17 uur)": hours and house numbers
        whole = _read(piece, region)
        found += [whole] if whole else [_read(part, region) for part in re.split(r"/|\s[-–—]\s|\s{2,}", piece)]
    return [number for number in found if number]


def _read(piece: str, region: str) -> PhoneNumber | None:
    piece = re.sub(r"^\W*\+\s*00", "+", piece.strip(" ./-–—)"))
    try:
        number = phonenumbers.parse(piece, region)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        return number
    national = phonenumbers.national_significant_number(number)
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    # The Dutch plan calls very short numbers possible too; people have nine digits after the zero.
    if not possible or (number.country_code == 31 and len(national) != 9) or not national.strip("0"):
        return None
    return number
