"""Hostile strings through every text field into PDF, CSV, labels and search: 0 formulas, 0 file or network reads, 0 crashes (AUDIT §8).

There is no XLSX: nothing in the program writes one. Each part first shows that its watch hears what it is there for.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pikepdf
from reportlab.platypus import Paragraph

from nmx_desk.domain.plans import ItemStatus
from nmx_desk.reports import (
    access,
    audits,
    capa,
    cases,
    certificate,
    competence,
    controlled,
    dossier,
    lifeline,
    note,
    overview,
    paper,
    plan,
    progress,
    reception,
    referral,
    retention,
    review,
    satisfaction,
    satisfaction_form,
    suppliers,
    week,
)
from nmx_desk.reports.formats import csv_bytes
from nmx_desk.reports.records import (
    AccessPrint,
    CallBackPrint,
    CertificatePrint,
    ConfirmationPrint,
    DayPrint,
    DossierPrint,
    LifelinePrint,
    NotePrint,
    OverviewPrint,
    PlanPrint,
    PrintContext,
    ProgressPrint,
    ReferralPrint,
    RetentionPrint,
    ReviewPrint,
    SeenPrint,
    WeekPrint,
)
from nmx_desk.reports.records_capa import AuditPrint, CapaPrint, ProgrammePrint, RiskPrint
from nmx_desk.reports.records_cases import CasesPrint, GrievanceLetterPrint
from nmx_desk.reports.records_papers import PaperPrint, PapersPrint, ReadingsPrint
from nmx_desk.reports.records_people import CompetencePrint, FormPrint, SatisfactionPrint, SupplierPrint
from tests.exam.hostile_clinic import stored
from tests.exam.hostile_screen import shown
from tests.exam.hostile_words import strings
from tests.exam.outcome import Outcome, tally, with_progress
from tests.exam.watching import Bait, listening
from tests.prints import page_texts

HOST = "kwaad.invalid"
NOW = datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
BATCH = 50
LETTER_EVERY = 5
"""A text in five also stands in every field of a letter and its page; the others in lists, plans and certificates."""
LITERAL = 24
"""Visible characters of a text that are looked for in a print: longer ones are cut there on purpose."""
MADE: list[tuple[Callable[..., bytes], type]] = [
    (access.access_log, AccessPrint),
    (access.change_log, AccessPrint),
    (access.seen_list, SeenPrint),
    (dossier.dossier, DossierPrint),
    (retention.retention, RetentionPrint),
    (reception.day_list, DayPrint),
    (week.week_sheet, WeekPrint),
    (note.note_report, NotePrint),
    (reception.call_back_list, CallBackPrint),
    (plan.plan_report, PlanPrint),
    (overview.overview_report, OverviewPrint),
    (progress.progress_report, ProgressPrint),
    (lifeline.lifeline_report, LifelinePrint),
    (certificate.certificate, CertificatePrint),
    (referral.referral_letter, ReferralPrint),
    (review.review_report, ReviewPrint),
    (satisfaction.satisfaction, SatisfactionPrint),
    (satisfaction_form.satisfaction_form, FormPrint),
    (competence.competences, CompetencePrint),
    (suppliers.suppliers, SupplierPrint),
    (controlled.document_report, PaperPrint),
    (controlled.papers_report, PapersPrint),
    (controlled.readings_report, ReadingsPrint),
    (capa.capa_report, CapaPrint),
    (audits.audit_report, AuditPrint),
    (audits.programme_report, ProgrammePrint),
    (audits.risk_report, RiskPrint),
    (cases.case_register, CasesPrint),
    (cases.grievance_letter, GrievanceLetterPrint),
]


def run(count: int, seed: int) -> list[Outcome]:
    """The same strings into prints, tables, the screen and a real clinic."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "lokaas.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\nlokaas")
        bait = Bait(path)
        texts = list(strings(count, seed, str(path), HOST))
        try:
            return [
                tally("hostile text in prints", prints(texts, bait), "PDF; 0 files, 0 network"),
                tally("hostile text in tables", tables(texts), "CSV; 0 formulas"),
                tally("hostile text on the screen", shown(texts, bait), "labels, tooltips, lists"),
                tally("hostile text in a clinic", stored(texts, Path(name)), "stored, searched, reported"),
            ]
        finally:
            bait.close()


# -- prints ------------------------------------------------------------------------------------------------------------------------------


def prints(texts: Sequence[str], bait: Bait) -> Iterator[str]:
    """Each text in every text field of every print record."""
    letter(["warm"])
    for make, kind in MADE:
        make(context("warm"), filled(kind, ["warm"]))
    if heard := _hears(bait):
        yield heard
    for start in with_progress("prints", range(0, len(texts), BATCH), -(-len(texts) // BATCH)):
        part = texts[start : start + BATCH]
        found = _printed(part, bait)
        yield from found or [""] * len(part)


def _hears(bait: Bait) -> str:
    """The same markup without our helper is heard: else the silence would prove nothing."""
    with listening() as opened, suppress(Exception):  # it is no picture: that it was opened is what counts
        Paragraph(f'<img src="{bait.path}"/>').wrap(100, 100)
    bait.opened()
    return "" if any(str(bait.path) in line for line in opened) else "the watch does not hear reportlab open a picture"


def _printed(part: Sequence[str], bait: Bait) -> list[str]:
    """What went wrong with these texts; when a print of all of them fails, each is tried alone."""
    try:
        with listening() as opened:
            sheets = [make(context(part[0]), filled(kind, part)) for make, kind in MADE]
            letters = {text: letter([text]) for text in part[::LETTER_EVERY]}
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        if len(part) == 1:
            return [f"{type(error).__name__} with {part[0][:60]!r}"]
        return [line for text in part for line in _printed([text], bait)] or ["crashed together, not alone"]
    said = list(opened)
    said += ["the bait was opened"] * bool(bait.opened())
    said += [line for sheet in [*sheets, *letters.values()] for line in active(sheet)]
    for text, made in letters.items():
        said += [f"not literally in a letter: {text[:60]!r}"] * (not literally(text, made))
    whole = [squeezed("".join(page_texts(sheet))) for sheet in sheets[:3]]
    said += [f"not literally in a list: {text[:60]!r}" for text in part if not all(wanted(text) in sheet for sheet in whole)]
    return said


def context(text: str) -> PrintContext:
    """What every page says about itself, with the text wherever people's words stand."""
    return PrintContext(
        clinic_name=text, clinic_address=text, user_name=text, generated_at=NOW, language="nl", demo=True, log_size=1, log_root="3f" * 32,
        report_no=text, log_database="0b0f2f6c-5c43-4e52-8b4c-b0f7a1b1c2d3",
    )  # fmt: skip


def letter(texts: Sequence[str]) -> bytes:
    """A letter of which every text is this one."""
    return reception.appointment_confirmation(context(texts[0]), filled(ConfirmationPrint, texts))


def filled(kind: type, texts: Sequence[str]) -> Any:
    """A record with the texts in every text field; of a tuple of records one per text."""
    hints = get_type_hints(kind)
    values = {item.name: _value(hints[item.name], texts) for item in fields(kind)}
    made = kind(**values)
    if isinstance(made, PlanPrint):  # only active items of a phase are printed
        phases = tuple(replace(phase, id=f"p{n}", position=n) for n, phase in enumerate(made.phases))
        items = tuple(replace(item, phase_id=f"p{n}", status=ItemStatus.ACTIVE) for n, item in enumerate(made.items))
        made = replace(made, phases=phases, items=items)
    return made


def _value(hint: Any, texts: Sequence[str]) -> Any:
    if get_origin(hint) is UnionType:
        return _value(next(arg for arg in get_args(hint) if arg is not type(None)), texts)
    if get_origin(hint) is tuple:
        inner = [arg for arg in get_args(hint) if arg is not Ellipsis]
        return tuple(_value(inner[0], [text]) for text in texts) if len(inner) == 1 else tuple(_value(arg, texts) for arg in inner)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    if hint is str:
        return texts[0]
    if is_dataclass(hint):
        return filled(hint, texts)  # type: ignore[arg-type]
    return {int: 1, float: 1.0, bool: True, date: NOW.date(), datetime: NOW}[hint]


def active(data: bytes) -> Iterator[str]:
    """Anything in a PDF that acts, links or carries a file or a picture."""
    with pikepdf.open(io.BytesIO(data)) as document:
        if {"/OpenAction", "/AA", "/AcroForm"} & set(document.Root.keys()) or "/EmbeddedFiles" in document.Root.get("/Names", {}):
            yield "a print acts"
        for page in document.pages:
            if "/Annots" in page:
                yield "a print holds a link"
            forms = page.get("/Resources", {}).get("/XObject", {})
            if any(form.get("/Subtype") == "/Image" for form in forms.values()):
                yield "a print holds a picture"


def squeezed(text: str) -> str:
    """Visible letters of ASCII, but for hyphens, which PDF readers take for breaks."""
    return re.sub(r"[^!-,.-~]", "", text)


def wanted(text: str) -> str:
    """The beginning of a text as it must be read in a print."""
    return squeezed(paper.clean(text)[:LITERAL])  # cut when it is composed: not between a letter and its accent


def literally(text: str, data: bytes) -> bool:
    """Whether a print shows the text itself, letter for letter."""
    return wanted(text) in squeezed("".join(page_texts(data)))


# -- tables ------------------------------------------------------------------------------------------------------------------------------


def tables(texts: Sequence[str]) -> Iterator[str]:
    """Each text in a file for spreadsheets, as a title too: no cell runs, none is torn or lost, numbers stay numbers."""
    if not all(map(runs, ("=1", " =1", "\t=1", "＝1", "\u202e=1", "−1", "\n=1"))) or any(map(runs, ("'=1", "a=1", ""))):
        yield "the judge of formulas is no judge"
    head, rows = ["a", "b", "c", "d"], [[text, -12.5, text, Decimal("0.50")] for text in texts]
    read = list(csv.reader(io.StringIO(csv_bytes(head, rows).decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    if len(read) != len(rows):
        yield f"{len(rows)} rows became {len(read)}"
    for text, row in zip(texts, read, strict=False):
        title = next(csv.reader(io.StringIO(csv_bytes([text], []).decode("utf-8-sig"), newline=""), delimiter=";"), [])
        torn = len(row) != len(head) or len(title) > 1
        kept = not torn and row[1] == "-12,5" and row[3] == "0,5" and wanted(text) in squeezed(paper.clean(row[0]))
        yield "" if kept and not any(map(runs, [row[0], row[2], *title])) else f"cell of {text[:60]!r}"


def runs(cell: str) -> bool:
    """Whether a spreadsheet may take it for a formula: judged by what is left when all that cannot be seen is gone."""
    seen = [char for char in cell if unicodedata.category(char)[0] not in "CZ"]
    return cell[:1] in {"\t", "\r", "\n"} or bool(seen) and unicodedata.normalize("NFKC", seen[0])[:1] in set("=+-@−")  # noqa: RUF021
