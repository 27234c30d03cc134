"""Results of a lab as lines of text: “analyte value unit low–high flag”, read and written (DOMAIN §0.10).

What stands between is white space, a tab, or a colon after the analyte; numbers have a decimal comma or point. A line with the name of a
lab domain alone, such as “Darmbarrière”, says what the lines under it are about. Nothing is judged: flags and ranges are the lab's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from nmx_desk.domain.labs import LAB_DOMAIN_NAMES, LabDomain, LabResult
from nmx_desk.i18n import N_, _

MOST_LINES, LONGEST = 300, 200
FLAGS: Final = frozenset(
    {"h", "l", "hh", "ll", "a", "*", "**", "+", "++", "+++", "-", "--", "!", "↑", "↓", "↑↑", "↓↓", "hoog", "laag", "high", "low"}
)
"""What labs put behind a value that stands out for them; kept as it came."""
_NUMBER = r"[-−]?\d+(?:[.,]\d+)*"
_VALUE = re.compile(rf"[<>≤≥]?{_NUMBER}")
_SIGNS: Final = {"<": "<", ">": ">", "≤": "<", "≥": ">"}
_RANGE = re.compile(rf"\(?({_NUMBER})[-–—]({_NUMBER})\)?")
_BOUND = re.compile(rf"\(?([<>≤≥])({_NUMBER})\)?")
_BETWEEN = re.compile(rf"(?<=\d)\s*(?:\s[-–—]\s|\stot\s|\sto\s)\s*(?={_NUMBER})", re.IGNORECASE)
_COMPARED = re.compile(r"(?<=[<>≤≥])\s+(?=\d)")
_WORDS: Final = {
    LabDomain.OTHER: ("overig", "other"),
    LabDomain.MICROBIOTA: ("microbiota", "darmmicrobiota", "gut microbiota", "darmflora"),
    LabDomain.BARRIER: ("darmbarrière", "barrière", "darmbarriere", "gut barrier", "barrier"),
    LabDomain.IMMUNE: ("immuunsysteem", "immuun", "immune system", "immune"),
}
_HEADS: Final = {word: domain for domain, words in _WORDS.items() for word in words}
TWO_WAYS = N_("“{number}” can be read in two ways. Write {one} or {other}.")


@dataclass(frozen=True)
class BadLine:
    """A line that could not be read: its number from 1, and why."""

    number: int
    why: str


def number_of(text: str) -> str | None:
    """Decimal text of a number as it was typed (``1,5`` → ``1.5``), its digits as the lab gave them; None for what can be read in two ways.

    ``1.250`` may be more than a thousand or a little more than one; ``1.250,5`` and ``0.125`` are clear.
    """
    sign, digits = ("-", text[1:]) if text[:1] in {"-", "−"} else ("", text)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+", digits):
        return sign + digits.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits):
        return None
    return sign + digits.replace(",", ".") if re.fullmatch(r"\d+(?:[.,]\d+)?", digits) else None


def _number(text: str) -> str:
    found = number_of(text)
    if found is None:
        thousand, small = text.replace(".", ""), text.rstrip("0").replace(".", ",").rstrip(",")
        raise ValueError(_(TWO_WAYS).format(number=text, one=thousand, other=small))
    return found


def read_lines(text: str, known: dict[str, LabDomain] | None = None) -> tuple[list[LabResult], list[BadLine]]:
    """The results that lines of text say, in order, and the lines that could not be read. ``known``: what an analyte is about, folded."""
    found: list[LabResult] = []
    bad: list[BadLine] = []
    domain: LabDomain | None = None
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.replace("\u00a0", " ").strip()
        head = plain.strip(":#[] ").casefold()
        if not plain:
            continue
        if head in _HEADS:
            domain = _HEADS[head]
            continue
        try:
            read = _read(plain)
        except ValueError as refused:
            bad.append(BadLine(number, str(refused)))
            continue
        about = domain if domain is not None else (known or {}).get(read["analyte"].casefold(), LabDomain.OTHER)
        found.append(LabResult(position=len(found) + 1, domain=about, **read))
    if len(found) > MOST_LINES:
        bad.append(BadLine(MOST_LINES + 1, _("Enter at most {n} results at once.").format(n=MOST_LINES)))
    return found, bad


def _read(line: str) -> dict[str, Any]:
    """The fields of one line. Raises ``ValueError`` with a sentence."""
    if len(line) > LONGEST:
        raise ValueError(_("A result takes at most {n} characters.").format(n=LONGEST))
    analyte, rest = _apart(line)
    tokens = _tokens(rest)
    flag = _take_flag(tokens)
    reference = _take_reference(tokens, named=bool(analyte))
    if not flag:
        flag = _take_flag(tokens)
    at = _value_at(tokens, named=bool(analyte))
    if at is None:
        if analyte and rest:
            return {"analyte": analyte, "text": " ".join(rest.split())}
        raise ValueError(_("There is no value here. Write it as “Ferritine 45 µg/l 20–200”, or words after a colon."))
    sign = tokens[at][:1] if tokens[at][:1] in _SIGNS else ""
    value, after = _number(tokens[at].removeprefix(sign)), tokens[at + 1 :]
    if not flag and after and after[0].casefold() in FLAGS:
        flag = after.pop(0)
    analyte = analyte or " ".join(tokens[:at])
    return {"analyte": analyte, "comparator": _SIGNS.get(sign, ""), "value": value, "unit": " ".join(after), "flag": flag, **reference}


def _apart(line: str) -> tuple[str, str]:
    """Analyte and the rest, where a tab, two spaces or a colon says so; else no analyte and the whole line."""
    found = re.match(r"(.*?\S)\s*(?:\t+|:\s|\s{2,})\s*(.*)", line)
    return (" ".join(found[1].split()), found[2].strip()) if found and found[2].strip() else ("", line)


def _tokens(text: str) -> list[str]:
    return _COMPARED.sub("", _BETWEEN.sub("–", text.replace("\t", " "))).split()


def _take_flag(tokens: list[str]) -> str:
    if len(tokens) > 1 and tokens[-1].strip("()[]").casefold() in FLAGS:
        return tokens.pop().strip("()[]")
    return ""


def _take_reference(tokens: list[str], *, named: bool) -> dict[str, str]:
    """The range or bound at the end, taken away; a bound that is the only number is the value itself."""
    if not tokens or _value_at(tokens[:-1], named=named) is None:
        return {}
    if found := _RANGE.fullmatch(tokens[-1]):
        tokens.pop()
        return {"ref_low": _number(found[1]), "ref_high": _number(found[2])}
    if found := _BOUND.fullmatch(tokens[-1]):
        tokens.pop()
        bound = "ref_high" if found[1] in "<≤" else "ref_low"
        return {bound: _number(found[2]), "ref_text": f"{found[1]}{found[2]}"}
    return {}


def _value_at(tokens: Sequence[str], *, named: bool) -> int | None:
    """Where the value stands: the last number, behind an analyte unless that was ``named`` before; then the first token or nothing."""
    if named:
        return 0 if tokens and _VALUE.fullmatch(tokens[0]) else None
    return next((at for at in range(len(tokens) - 1, 0, -1) if _VALUE.fullmatch(tokens[at])), None)


# -- writing -----------------------------------------------------------------------------------------------------------------------------


def shown_number(decimal: str, *, comma: bool) -> str:
    """Decimal text as it is read in a language, its digits as the lab gave them."""
    return decimal.replace(".", ",") if comma else decimal


def shown_value(result: LabResult, *, comma: bool) -> str:
    """``< 5,0``, ``12``, or the words."""
    number = shown_number(result.value, comma=comma)
    return result.text or (f"{result.comparator} {number}" if result.comparator else number)


def shown_reference(result: LabResult, *, comma: bool) -> str:
    """``20 – 200``, ``< 50``, or nothing, as the lab gave it."""
    if result.ref_text:
        return result.ref_text
    low, high = (shown_number(bound, comma=comma) for bound in (result.ref_low, result.ref_high))
    return f"{low} – {high}" if low and high else ""


def written(results: Iterable[LabResult]) -> str:
    """Lines that read back as the same results, with their domains over them."""
    lines: list[str] = []
    domain: LabDomain | None = None
    for one in results:
        if one.domain is not (domain or LabDomain.OTHER):
            domain = one.domain
            lines.append(f"[{_(LAB_DOMAIN_NAMES[domain])}]")
        lines.append(_line(one))
    return "\n".join(lines)


def _line(one: LabResult) -> str:
    """With a comma in numbers: three digits behind a point could be thousands."""
    if one.text:
        return f"{one.analyte}: {one.text}"
    low, high, value = (shown_number(part, comma=True) for part in (one.ref_low, one.ref_high, one.value))
    reference = one.ref_text or (f"{low}–{high}" if low and high else "")
    return " ".join(part for part in (f"{one.analyte}:", one.comparator + value, one.unit, reference, one.flag) if part)
