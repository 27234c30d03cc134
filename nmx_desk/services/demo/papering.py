"""The controlled documents of the demo clinic: written, approved by another, read by most, one replaced, one withdrawn, one waiting."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from nmx_desk.domain.controlled import ControlledDocument, PaperKind
from nmx_desk.i18n import resources_dir
from nmx_desk.services import paper_drafts, paper_readings, paper_steps
from nmx_desk.services.demo.office import ADMIN, MANAGER, RECEPTION, Journey, Office, wall

ALL, DESK, CARE = "receptionist,practitioner,manager,admin", "receptionist,practitioner", "practitioner"


@dataclass(frozen=True)
class _Paper:
    """A document of the start: ``author`` and ``judge`` are user names; empty: the first practitioner."""

    code: str
    title: str
    kind: PaperKind
    clause: str
    audience: str = ""
    author: str = MANAGER
    judge: str = ""


PAPERS = (
    _Paper("BL-01", "Kwaliteitsbeleid", PaperKind.POLICY, "5.2", ALL),
    _Paper("BL-02", "Toepassingsgebied", PaperKind.POLICY, "4.3"),
    _Paper("BL-03", "Context en belanghebbenden", PaperKind.POLICY, "4.1, 4.2"),
    _Paper("PR-01", "Van aanvraag tot afsluiting", PaperKind.PROCEDURE, "4.4, 8.1", DESK),
    _Paper("PR-02", "Klachtmelding", PaperKind.PROCEDURE, "9.1.2", DESK),
    _Paper("PR-03", "Incidenten melden (VIM)", PaperKind.PROCEDURE, "10.2", DESK),
    _Paper("PR-04", "Afwijkingen en verbetering", PaperKind.PROCEDURE, "10.2"),
    _Paper("PR-05", "Beheer van documenten", PaperKind.PROCEDURE, "7.5"),
    _Paper("PR-06", "Interne audit", PaperKind.PROCEDURE, "9.2"),
    _Paper("PR-07", "Privacy en datalekken", PaperKind.PROCEDURE, "8.5.3", ALL),
    _Paper("WI-01", "Alarmcheck en noodsituaties", PaperKind.INSTRUCTION, "8.5.1", DESK, author="", judge=MANAGER),
    _Paper("WI-02", "Inwerken van collega's", PaperKind.INSTRUCTION, "7.2"),
    _Paper("FO-01", "Intakeformulier op papier", PaperKind.FORM, "8.2", "receptionist"),
)
LATE_READER = 0.2
"""One reading in five is not done when somebody looks."""


def play(office: Office, seed: int, end: datetime) -> None:
    """From the second day on; the newest version waits when the story ends."""
    rng = random.Random(f"papers {seed}")  # noqa: S311 (not a secret)
    office.start(_begin(office, rng, end), wall(office.open_day(office.today + timedelta(days=1)), 10 * 60))


def _begin(office: Office, rng: random.Random, end: datetime) -> Journey:
    care = office.practitioners[0].username
    yield office.now
    waiting = {paper.code: _offered(office, paper, care) for paper in PAPERS}
    yield wall(office.open_day(office.today, 1), 12 * 60)
    keys = {}
    for paper in PAPERS:
        keys[paper.code] = office.do(paper.judge or care, paper_steps.approve_version, waiting[paper.code]).document.id
    for place, code in (("Balie, rode map", "PR-02"), ("Spreekkamer 1, deur", "WI-01")):
        office.do(MANAGER, paper_readings.hand_out_copy, keys[code], place)
    yield from _readings(office, rng, keys)
    late = max(office.now, end - timedelta(days=24))
    yield wall(office.open_day(late.date(), 1), 11 * 60)
    second = _next(office, keys["PR-02"], MANAGER, "PR-02-2", "Termijn voor de bevestiging en een klacht over de manager zelf")
    office.do(MANAGER, paper_drafts.withdraw_paper, keys["FO-01"], "De intake wordt rechtstreeks in het dossier ingevuld")
    yield wall(office.open_day(office.today, 1), 13 * 60)
    office.do(care, paper_steps.approve_version, second)
    yield from _readings(office, rng, {"PR-02": keys["PR-02"]}, 0.5)
    yield wall(office.open_day((end - timedelta(days=3)).date()), 16 * 60)
    _next(office, keys["WI-01"], care, "WI-01-2", "Wat te doen als de cliënt alleen is; ergste hoofdpijn toegevoegd")


def _text(name: str) -> str:
    return (resources_dir() / "demo" / "documents" / f"{name}.md").read_text("utf-8")


def _offered(office: Office, paper: _Paper, care: str) -> str:
    """Written and put up for approval; the id of the version."""
    who = paper.author or care
    told = ControlledDocument(code=paper.code, title=paper.title, kind=paper.kind, clause=paper.clause, audience=paper.audience)
    made = office.do(who, paper_drafts.add_paper, told)
    version = made.shown.id if made.shown else ""
    office.do(who, paper_drafts.save_text, version, _text(paper.code))
    office.do(who, paper_steps.offer_version, version, "Eerste versie in dit systeem")
    return version


def _next(office: Office, key: str, who: str, name: str, why: str) -> str:
    """The next version of a document, put up for approval."""
    draft = office.do(who, paper_drafts.begin_version, key)
    version = draft.shown.id if draft.shown else ""
    office.do(who, paper_drafts.save_text, version, _text(name))
    office.do(who, paper_steps.offer_version, version, why)
    return version


def _readings(office: Office, rng: random.Random, keys: dict[str, str], late: float = LATE_READER) -> Journey:
    """On the next days most of those who must read it do."""
    people = [(RECEPTION, "receptionist"), (MANAGER, "manager"), (ADMIN, "admin")]
    people += [(who.username, "practitioner") for who in office.practitioners]
    for who, role in people:
        yield wall(office.open_day(office.today, 1), rng.uniform(8.6, 16.5) * 60)
        mine = {paper.code for paper in PAPERS if role in paper.audience} & keys.keys()
        for code in sorted(mine):
            if rng.random() > late:
                office.do(who, paper_readings.mark_read, keys[code])
