"""Letters about a complaint (Wkkgz): made anew until their step is taken, then kept as a file of the case, as they went out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from nmx_desk.data import log as log_data
from nmx_desk.domain.cases import CaseFile, subject_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict
from nmx_desk.domain.grievances import JUDGE_WITHIN, Grievance, GrievanceStatus, Judgement
from nmx_desk.i18n import N_, _, translator
from nmx_desk.reports.records_cases import GrievanceLetterPrint
from nmx_desk.services import cases
from nmx_desk.services.case_rules import need_handling
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.kept_files import check_unchanged
from nmx_desk.services.plan_sheets import known_language
from nmx_desk.services.report_base import print_context

RECEIPT, LONGER, JUDGED = "receipt", "longer", "judged"
LETTER_NAMES: Final = {RECEIPT: N_("letter of receipt"), LONGER: N_("letter about a longer term"), JUDGED: N_("letter with the judgement")}
OF_STEP: Final = {GrievanceStatus.CONFIRMED: RECEIPT, GrievanceStatus.JUDGED: JUDGED}
"""The letter with which a step is told."""


@use_case("quality.use")
def grievance_letter(work: Work, grievance_id: str, kind: str) -> bytes:
    """A letter about a complaint as PDF, in the client's language: ``receipt``, ``longer`` or ``judged``. Logged as a print.

    Once its step is taken it is kept as it was printed: later prints are copies of that, whatever became of names, terms and words.

    Raises ``Conflict`` for a letter that there is not, or not any more.
    """
    one = work.store.get(Grievance, grievance_id)
    need_handling(work, one)
    day = _day_of(one, kind)
    if day is None and kind != RECEIPT:
        raise Conflict(_("There is no such letter for this complaint yet."))
    if day is None:
        work.seen("grievance", one.id, one.client_id, code="PRINT")
        return _made(work, one, kind, work.today())
    kept = kept_letter(work, one, kind) or _keep(work, one, kind, day)
    copy = _printed(work, kept.id) or (kind == RECEIPT and _printed(work, one.id))
    check_unchanged(kept.content, kept.sha256)
    work.seen("case_file", kept.id, kept.client_id, code="PRINT")
    return _copied(work, kept, day) if copy else kept.content


def keep_told(work: Work, one: Grievance) -> None:
    """Keep the letter that was printed to take the step that a complaint just took; nothing when none was."""
    if OF_STEP.get(one.state) == RECEIPT and one.confirmed_on is not None and _printed(work, one.id):
        _keep(work, one, RECEIPT, one.confirmed_on)


def drop_told(work: Work, one: Grievance) -> None:
    """The step was a mistake: the letter that was kept with it stays in the case, marked void, and another may be made."""
    kind = OF_STEP.get(one.state)
    kept = kept_letter(work, one, kind) if kind else None
    if kept is not None:
        work.store.change(kept, voided_at=work.now(), void_reason=_("The step was taken back."))


def kept_letter(work: Work, one: Grievance, kind: str) -> CaseFile | None:
    """The letter as it went out; None when none is kept, or it was declared void."""
    last = _count(work, one, kind) - 1
    found = work.store.get(CaseFile, _id_of(one, kind, last)) if last >= 0 else None
    return found if found is not None and found.voided_at is None else None


def _id_of(one: Grievance, kind: str, place: int) -> str:
    """By its id a letter is known among the files of a case; ``place``: after how many that were declared void."""
    return str(uuid5(NAMESPACE_URL, f"nmx-desk:grievance:{one.id}:{kind}:{place}"))


def _count(work: Work, one: Grievance, kind: str) -> int:
    place = 0
    while work.store.find_one(CaseFile, id=_id_of(one, kind, place)) is not None:
        place += 1
    return place


def _keep(work: Work, one: Grievance, kind: str, day: date) -> CaseFile:
    made = cases.add_file(
        work, subject_of("grievance", one.id), one.client_id, f"{one.number} {_(LETTER_NAMES[kind])}.pdf", _made(work, one, kind, day),
        _("Went out on {day}").format(day=f"{day:%d-%m-%Y}"), _id_of(one, kind, _count(work, one, kind)),
    )  # fmt: skip
    return work.store.get(CaseFile, made.id)


def _day_of(one: Grievance, kind: str) -> date | None:
    """The day on which a letter went out, or is said to have; None before."""
    judged = None if one.judgement is Judgement.WITHDRAWN else one.judged_on
    return {RECEIPT: one.confirmed_on, LONGER: one.extended_on, JUDGED: judged}.get(kind)


def _printed(work: Work, row: str) -> bool:
    return bool(log_data.lines(work.store, log_data.LogFilter(obj_id=row, codes=("PRINT",), limit=1)))


def _language(work: Work, client: Client | None) -> str:
    return known_language(client.language if client else work.clinic.language)


def _made(work: Work, one: Grievance, kind: str, day: date) -> bytes:
    from nmx_desk.reports import cases as prints

    client = work.store.find_one(Client, id=one.client_id) if one.client_id else None
    words, clinic = cases.texts(work, subject_of("grievance", one.id), whole=True), work.clinic
    if "story" not in words:
        raise Conflict(_("The words of this complaint were destroyed when their time was over. There is no letter any more."))
    ctx = replace(print_context(work, one.number), language=_language(work, client))
    other = words.get("complainant", "")
    letter = GrievanceLetterPrint(
        kind=kind, to=other or (client.name if client else ""), address=client.address_lines if client and not other else (),
        number=one.number, received_on=one.opened_on, due_on=one.opened_on + JUDGE_WITHIN if kind == RECEIPT else one.due_on,
        written_on=day, city=clinic.city, author=work.user.display_name, judgement=one.judgement, grounds=words.get("judgement", ""),
        reason=words.get("extension", ""), officer=clinic.complaints_officer, body=clinic.dispute_body, clinic_phone=clinic.phone,
        clinic_email=clinic.email,
    )  # fmt: skip
    return prints.grievance_letter(ctx, letter)


def _copied(work: Work, kept: CaseFile, day: date) -> bytes:
    """What went out, with on each page that this is a copy."""
    from nmx_desk.reports.stamp import Stamp, stamped

    spoken = _language(work, work.store.find_one(Client, id=kept.client_id) if kept.client_id else None)
    t, at = translator(spoken), f"{work.now().astimezone(work.zone):%d-%m-%Y %H:%M}"
    said = t.gettext("Copy of the letter of {day}, made {moment} by {name}")
    line = said.format(day=f"{day:%d-%m-%Y}", moment=at, name=work.user.display_name)
    return stamped(kept.content, Stamp(line=line, mark=t.gettext("COPY"), language=spoken))
