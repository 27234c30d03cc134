"""Phone numbers and e-mail addresses as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone

SPELLINGS = [
    "06{a}{b}{c}{d}",
    "06-{a}{b}{c}{d}",
    "06 {a} {b} {c} {d}",
    "06 - {a}{b} {c}{d}",
    "tel. 06 - {a}{b} {c}{d}",
    "Tel: 06.{a}.{b}.{c}.{d}",
    "+31 6 {a}{b}{c}{d}",
    "+316{a}{b}{c}{d}",
    "+31(0)6{a}{b}{c}{d}",
    "+31 (0)6-{a}{b} {c}{d}",
    "+31 06 {a}{b}{c}{d}",
    "00316{a}{b}{c}{d}",
    "00 31 (0)6 {a}{b} {c}{d}",
    "+00316{a}{b}{c}{d}",
    "316{a}{b}{c}{d}",
    "(06) {a}{b}{c}{d}",
    "06/{a}{b}{c}{d}",
    "'06{a}{b}{c}{d}",
    '="06{a}{b}{c}{d}"',
    "06–{a}{b}{c}{d}",
    "📞 06{a}{b}{c}{d}",
    "06{a}{b}{c}{d} (werk, na 17:00)",
    "06{a}\u00a0{b}{c}\t{d}",
    "tel:+31-6-{a}{b}{c}{d}",
]
PAIR = st.integers(0, 99).map("{:02}".format)


@given(st.sampled_from(SPELLINGS), PAIR, PAIR, PAIR, PAIR)
def test_every_spelling_gives_one_form(spelling, a, b, c, d):
    assert normalise_phone(spelling.format(a=a, b=b, c=c, d=d)) == (f"+316{a}{b}{c}{d}", "")


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("020 123 45 67", "+31201234567"),
        ("0118-123456", "+31118123456"),
        ("0900-1234", "+319001234"),
        ("+32 470 12 34 56", "+32470123456"),
        ("0032 (0)470/12.34.56", "+32470123456"),
        ("+1 650 253 0000", "+16502530000"),
        ("", ""),
        (" \t", ""),
    ],
)
def test_other_numbers(typed, e164):
    assert normalise_phone(typed) == (e164, "")


@pytest.mark.parametrize(
    ("typed", "e164", "warning"),
    [
        ("600832791", "+31600832791", "repaired"),
        ("6,00832791E+08", "+31600832791", "repaired"),
        ("3.1600832791E+10", "+31600832791", "repaired"),
        ("600832791.0", "+31600832791", "repaired"),
        ("6,0E+08", "", "cannot be right"),
        ("6,00833E+08", "", "cannot be right"),
        ("06 12345678 / 020 1234567", "+31612345678", "several"),
        ("06-12345678 of 020-1234567", "+31612345678", "several"),
        ("112", "", "cannot be right"),
        ("06-123", "", "cannot be right"),
        ("0000000000", "", "cannot be right"),
        ("geen", "", "cannot be right"),
        ("?", "", "cannot be right"),
    ],
)
def test_what_cannot_be_read_surely_is_told(typed, e164, warning):
    phone = normalise_phone(typed)
    assert phone.e164 == e164
    assert warning in phone.warning


@given(st.text(max_size=300))
def test_any_text_gives_a_number_or_a_warning_or_was_empty(text):
    phone = normalise_phone(text)
    assert phone.e164 or phone.warning or not any(c.isalnum() for c in text)
    if phone.e164:
        assert normalise_phone(phone.e164) == (phone.e164, "")


@pytest.mark.parametrize(
    "typed", ["jan@example.org", " JAN@EXAMPLE.ORG\t", "Jan <Jan@example.org>", "mailto:jan@Example.org", "jan@example.org;"]
)
def test_email_spellings(typed):
    assert normalise_email(typed) == ("jan@example.org", "")


@pytest.mark.parametrize("typed", ["jan", "jan@", "jan@gmail", "jan@gmail..com", "jan de vries@example.org"])
def test_impossible_email(typed):
    address, warning = normalise_email(typed)
    assert address == ""
    assert "cannot be right" in warning


@given(st.emails())
def test_emails_are_stable(address):
    once = normalise_email(address)
    assert normalise_email(once.address).address == once.address
    assert once == normalise_email(f"  {address.upper()} ") or not address.isascii()


@given(st.text(max_size=100))
def test_any_text_as_email(text):
    address, warning = normalise_email(text)
    assert not (address and warning)
