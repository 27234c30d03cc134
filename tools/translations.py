"""The Dutch of the program: find the texts in the code, check their Dutch, merge it into one catalogue.

``check`` names every text without Dutch, every Dutch without text, placeholders that differ and texts no catalogue can hold. ``compile``
merges ``resources/translations/nl/*.po`` into ``nl.mo``. ``template AREA PATH…`` prints what is missing below those paths, to fill in.
"""

from __future__ import annotations

import argparse
import ast
import io
import string
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
DUTCH = ROOT / "resources" / "translations" / "nl"
BINARY = DUTCH.with_suffix(".mo")
CODE = ROOT / "nmx_desk"
ONE_TEXT = {"_", "N_", "gettext"}  # called bare or as an attribute: translator(language).gettext(…)
TWO_TEXTS = {"ngettext", "S_"}  # S_ has the plural only where there is one
THE_WORDS = "i18n.py"  # hands texts through: the only place where they need not be literal


@dataclass(frozen=True)
class Text:
    """A text in the code: one message, or singular and plural."""

    forms: tuple[str, ...]
    where: str


# ---- the code


def texts(paths: Iterable[Path]) -> tuple[list[Text], list[str]]:
    """Texts of all Python files below the paths, and what is wrong with how they are written."""
    found: list[Text] = []
    problems: list[str] = []
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if file.name != THE_WORDS:
                for call, forms in _calls(ast.parse(file.read_text(encoding="utf-8"), str(file))):
                    where = f"{_short(file)}:{call.lineno}"
                    faults = [fault for fault in map(_unusable, forms) if fault]
                    problems.extend(f"{where}: {fault}" for fault in faults)
                    if forms and not faults and all(isinstance(form, ast.Constant) for form in forms):
                        found.append(Text(tuple(str(ast.literal_eval(form)) for form in forms), where))
    return found, problems


def _short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.as_posix()


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ONE_TEXT:
                yield call, call.args[:1]
            elif name in TWO_TEXTS:
                yield call, call.args[:2]


def _unusable(form: ast.expr) -> str | None:
    """Say why no catalogue can hold this text. A variable is fine: its text is marked with N_ elsewhere."""
    if isinstance(form, ast.JoinedStr):
        return 'an f-string is never found in the catalogue; write _("… {n} …").format(n=…)'
    if isinstance(form, ast.BinOp) or (isinstance(form, ast.Call) and isinstance(form.func, ast.Attribute) and form.func.attr == "format"):
        return "translate the whole sentence first, then fill it in"
    if isinstance(form, ast.Constant) and not (isinstance(form.value, str) and form.value):
        return "only a text that is not empty can be translated"
    return None


# ---- the Dutch


def merge(folder: Path = DUTCH) -> tuple[Catalog, list[str]]:
    """All areas as one catalogue, sorted; and where two areas disagree."""
    merged = Catalog(locale="nl", fuzzy=False)
    problems: list[str] = []
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as stream:
            area = read_po(stream, locale="nl", abort_invalid=True)
        for message in area:
            if not message.id:
                continue
            where = f"{_short(file)}: {_first(message.id)!r}"
            known = merged.get(_first(message.id))
            if message.fuzzy:
                problems.append(f"{where} is marked fuzzy")
            if known is None:
                merged.add(message.id, message.string)
            elif (known.id, known.string) != (message.id, message.string):
                problems.append(f"{where} has another Dutch or plural in another area: {known.string!r}, {message.string!r}")
    return merged, problems


def _first(identity: str | Sequence[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _forms(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))


class _Timeless(Catalog):
    """A catalogue that does not say when it was written, which would change it every minute."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Language", "nl"), ("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]


def binary(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it; the same bytes for the same texts."""
    ordered = _Timeless(locale="nl", fuzzy=False)
    for message in sorted((message for message in catalog if message.id), key=lambda message: _forms(message.id)):
        ordered.add(message.id, message.string)
    stream = io.BytesIO()
    write_mo(stream, ordered)
    return stream.getvalue()


def placeholders(text: str) -> set[str]:
    """Names in braces; ``{}`` and ``{0}`` too."""
    return {name for _literal, name, _format, _conversion in string.Formatter().parse(text) if name is not None}


def placeholder_problems(catalog: Catalog) -> Iterator[str]:
    """Dutch whose placeholders are those of no form of its text."""
    for message in catalog:
        if message.id:
            try:
                allowed = [placeholders(form) for form in _forms(message.id)]
                wrong = [form for form in _forms(message.string) if form and placeholders(form) not in allowed]
            except ValueError as problem:
                wrong = [f"{problem}"]
            yield from (f"{_first(message.id)!r}: other placeholders in the Dutch {form!r}" for form in wrong)


# ---- the two against each other


def missing(found: Iterable[Text], catalog: Catalog) -> list[Text]:
    """Texts without (complete) Dutch, each once."""
    wanted = {text.forms: text for text in found}
    return [text for text in wanted.values() if not _has_dutch(text, catalog)]


def _has_dutch(text: Text, catalog: Catalog) -> bool:
    message = catalog.get(text.forms[0])
    if message is None or not all(_forms(message.string)):
        return False
    return len(text.forms) == 1 or _forms(message.id) == text.forms


def unused(found: Iterable[Text], catalog: Catalog) -> list[str]:
    """Dutch for texts that are nowhere in the code."""
    used = {text.forms[0] for text in found}
    return [_first(message.id) for message in catalog if message.id and _first(message.id) not in used]


def check(paths: Sequence[Path] = (CODE,), folder: Path = DUTCH) -> list[str]:
    """Everything that is wrong with texts and Dutch, one sentence each."""
    found, problems = texts(paths)
    catalog, disagreements = merge(folder)
    problems += disagreements
    problems += [f"{text.where}: no Dutch for {text.forms[0]!r}" for text in missing(found, catalog)]
    problems += [f"no text in the code for {text!r}" for text in unused(found, catalog)]
    problems += placeholder_problems(catalog)
    if folder == DUTCH and not (BINARY.is_file() and BINARY.read_bytes() == binary(catalog)):
        problems.append(f"{_short(BINARY)} is not up to date: make translations")
    return problems


def template(area: str, paths: Sequence[Path]) -> str:
    """Entries to fill in for the texts below the paths that have no Dutch yet, to add to ``area``.po."""
    found, _problems = texts(paths)
    catalog, _disagreements = merge()
    blank = Catalog(locale="nl", fuzzy=False)
    for text in missing(found, catalog):
        blank.add(text.forms if len(text.forms) > 1 else text.forms[0])
    stream = io.BytesIO()
    write_po(stream, blank, width=0, omit_header=(DUTCH / f"{area}.po").exists())
    return stream.getvalue().decode()


def main(arguments: Sequence[str]) -> int:
    """Check, compile or print a template; 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="The Dutch of the program.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("check", help="name everything missing, unused or different")
    actions.add_parser("compile", help="merge nl/*.po into nl.mo")
    wanted = actions.add_parser("template", help="print what is missing as entries to fill in")
    wanted.add_argument("area")
    wanted.add_argument("paths", nargs="+", type=lambda path: Path(path).resolve())
    chosen = parser.parse_args(arguments)
    if chosen.action == "template":
        print(template(chosen.area, chosen.paths))
        return 0
    if chosen.action == "compile":
        catalog, problems = merge()
        if not problems:
            BINARY.write_bytes(binary(catalog))
    else:
        problems = check()
    print(*problems, f"translations: {len(problems)} problems" if problems else "translations: in order", sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
