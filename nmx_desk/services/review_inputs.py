"""What each chapter of a management review is filled with, from the registers and figures (ISO 9001 9.3.2). No client's name in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean
from typing import Final, TypeVar

from nmx_desk.data import log as log_data
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain import kpi_words
from nmx_desk.domain.audits import AUDIT_KIND_NAMES, AUDIT_STATUS_NAMES, AuditFinding, QualityAudit
from nmx_desk.domain.base import Record
from nmx_desk.domain.competence import Competence
from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES, GRADE_NAMES, Deviation, Grade
from nmx_desk.domain.grievances import GRIEVANCE_STATUS_NAMES, GRIEVANCE_TOPIC_NAMES, JUDGEMENT_NAMES, Grievance, is_late
from nmx_desk.domain.incidents import HARM_NAMES, INCIDENT_KIND_NAMES, Calamity, Harm, Incident
from nmx_desk.domain.objectives import DIRECTION_NAMES, OBJECTIVE_STATUS_NAMES
from nmx_desk.domain.people import User
from nmx_desk.domain.review_pack import CHAPTERS, PackChapter
from nmx_desk.domain.reviews import DECISION_KIND_NAMES, ManagementReview, ReviewDecision, ReviewStatus
from nmx_desk.domain.risks import RISK_KIND_NAMES, RISK_STATUS_NAMES, Risk, RiskKind
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.suppliers import VERDICT_NAMES, Supplier, SupplierReview
from nmx_desk.domain.tasks import TASK_STATUS_NAMES, Task
from nmx_desk.i18n import _, language, ngettext, translator
from nmx_desk.reports import formats
from nmx_desk.services.desk import Work

R = TypeVar("R", bound=Record)
Facts = tuple[Sequence[str], Sequence[str], Sequence[Sequence[str]]]
"""Sentences, titles of the columns, rows."""
EXPIRES_WITHIN: Final = timedelta(days=90)


@dataclass(frozen=True)
class Span:
    """The days under review, both included; ``review_id``: the review itself, whose own decisions are not earlier ones."""

    first: date
    last: date
    review_id: str = ""

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


def chapters(work: Work, span: Span) -> tuple[PackChapter, ...]:
    """All inputs, in the language in use."""
    made = []
    for code in CHAPTERS:
        lines, columns, rows = _FILLED[code](work, span)
        made.append(PackChapter(code=code, lines=tuple(lines), columns=tuple(columns), rows=tuple(map(tuple, rows))))
    return tuple(made)


def _day(day: date | None) -> str:
    return formats.short_day(day) if day else "–"


def _counts(words: dict[str, str]) -> str:
    return ", ".join(f"{name}: {n}" for name, n in words.items())


def _tally(found: Iterable[str]) -> str:
    """"Daily work: 3, Incident: 1", the most frequent first."""
    return _counts({name: str(n) for name, n in Counter(found).most_common()})


def _all(work: Work, kind: type[R], *order: str) -> list[R]:
    columns = table_of(kind).c
    return work.store.find(kind, order=[columns[name] for name in (*order, "id")])


# -- a, b --------------------------------------------------------------------------------------------------------------------------------


def _earlier(work: Work, span: Span) -> Facts:
    reviews = {one.id: one for one in work.store.find(ManagementReview, status=ReviewStatus.SIGNED) if one.id != span.review_id}
    names = names_by_id(work.store)
    tasks = {one.id: one for one in work.store.find(Task, table_of(Task).c.source.startswith("management_review:"))}
    rows, still_open = [], 0
    for one in _all(work, ReviewDecision, "due_on"):
        if one.review_id in reviews:
            task = tasks.get(one.task_id or "")
            still_open += task is not None and task.done_at is None
            state = _(TASK_STATUS_NAMES[task.status]) if task else "–"
            rows.append((reviews[one.review_id].number, one.text, names.get(one.owner_id or "", "–"), _day(one.due_on), state))
    if not rows:
        return [_("There is no earlier review with decisions.")], (), ()
    words = ngettext("{n} decision from earlier reviews", "{n} decisions from earlier reviews", len(rows)).format(n=len(rows))
    done = ngettext("{n} still open", "{n} still open", still_open).format(n=still_open)
    return [f"{words}, {done}."], (_("Review"), _("Decision"), _("Whose"), _("Due by"), _("State")), rows


def _changes(work: Work, span: Span) -> Facts:
    roles = work.store.find(User)
    joined = sum(span.has(user.created_at.astimezone(work.zone).date()) for user in roles)
    settings = log_data.lines(work.store, log_data.LogFilter(
        since=_start(work, span.first), until=_start(work, span.last + timedelta(days=1)), codes=("CONFIG", "ROLE", "MIGRATE"), limit=2000,
    ))  # fmt: skip
    lines = [
        ngettext("{n} new colleague.", "{n} new colleagues.", joined).format(n=joined),
        ngettext("{n} change of settings, lists, roles or program version in the log.",
                 "{n} changes of settings, lists, roles or program version in the log.", len(settings)).format(n=len(settings)),
        _("Changes in law, market and surroundings are discussed below."),
    ]  # fmt: skip
    return lines, (), ()


def _start(work: Work, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=work.zone)


# -- c -----------------------------------------------------------------------------------------------------------------------------------


def _satisfaction(work: Work, span: Span) -> Facts:
    answers = [one for one in work.store.find(SatisfactionAnswer) if span.has(one.answered_on)]
    marks, told = [one.mark for one in answers if one.mark is not None], [one.recommend for one in answers if one.recommend is not None]
    lines = [ngettext("{n} answer about satisfaction.", "{n} answers about satisfaction.", len(answers)).format(n=len(answers))]
    if marks:
        lines.append(_("Mean mark {mark} ({n} marks).").format(mark=_decimal(mean(marks)), n=len(marks)))
    if told:
        nps = 100 * (sum(n >= 9 for n in told) - sum(n <= 6 for n in told)) / len(told)
        lines.append(_("NPS {nps} of {n} answers.").format(nps=_decimal(nps, 0), n=len(told)))
        if len(told) < 30:
            lines.append(_("Below 30 answers an NPS is only indicative."))
    cases = [one for one in _all(work, Grievance, "opened_on") if span.has(one.opened_on)]
    late = sum(is_late(one, work.today()) or (one.judged_on is not None and one.judged_on > one.due_on) for one in cases)
    lines.append(ngettext("{n} formal complaint (Wkkgz)", "{n} formal complaints (Wkkgz)", len(cases)).format(n=len(cases))
                 + ", " + ngettext("{n} judged late or overdue.", "{n} judged late or overdue.", late).format(n=late))  # fmt: skip
    columns = (_("Number"), _("Received"), _("About"), _("State"), _("Judgement"))
    rows = [(one.number, _day(one.opened_on), _(GRIEVANCE_TOPIC_NAMES[one.topic]), _(GRIEVANCE_STATUS_NAMES[one.status]),
             _(JUDGEMENT_NAMES[one.judgement])) for one in cases]  # fmt: skip
    return lines, columns if rows else (), rows


def _decimal(value: float, places: int = 1) -> str:
    return f"{value:.{places}f}".replace(".", "," if language() == "nl" else ".")


def _objectives(work: Work, span: Span) -> Facts:
    from nmx_desk.services.objectives import objective_rows

    found = [row for row in objective_rows(work) if row.objective.first_on <= span.last and row.objective.last_on >= span.first]
    found.sort(key=lambda row: (row.objective.first_on, row.objective.number))
    rows = []
    for row in found:
        one = row.objective
        target = " ".join(filter(None, (_(DIRECTION_NAMES[one.direction]), one.target, one.unit)))
        measured = " ".join(filter(None, (_decimal(row.value), f"({row.counts})" if row.counts else ""))) if row.value is not None else "–"
        so_far = one.result or measured
        rows.append((one.number, one.title, target, so_far, _(OBJECTIVE_STATUS_NAMES[one.status])))
    lines = [ngettext("{n} objective in this period.", "{n} objectives in this period.", len(found)).format(n=len(found))]
    if rows:
        lines.append(_tally(row[-1] for row in rows) + ".")
    return lines, (_("Number"), _("What is to be reached"), _("Target"), _("So far"), _("State")) if rows else (), rows


def _work(work: Work, span: Span) -> Facts:
    from nmx_desk.services.reports import figures

    t, found = translator(language()), figures(work, span.first, span.last)
    rows = [(kpi_words.name(one.key, t), kpi_words.value_text(one, t), kpi_words.counts_text(one, t), kpi_words.notes_text(one, t))
            for one in found.figures]  # fmt: skip
    line = _("Definitions of version {n}; they stand in the monthly report.").format(n=found.definition_version)
    return [line], (_("Figure"), _("Value"), _("Counts"), _("Remarks")), rows


def _deviations(work: Work, span: Span) -> Facts:
    cases = [one for one in _all(work, Deviation, "found_on") if span.has(one.found_on) or one.closed_on is None]
    due = [one for one in cases if span.has(one.due_on)]
    on_time = sum(one.done_on is not None and one.due_on is not None and one.done_on <= one.due_on for one in due)
    tested = [one for one in cases if one.effective is not None]
    lines = [
        ngettext("{n} nonconformity found in this period or still open.", "{n} nonconformities found in this period or still open.",
                 len(cases)).format(n=len(cases)),
        _("Carried out on time: {n} of {all}.").format(n=on_time, all=len(due)),
        _("Effective: {n} of {all} tested.").format(n=sum(bool(one.effective) for one in tested), all=len(tested)),
    ]  # fmt: skip
    columns = (_("Number"), _("Found"), _("What"), _("Grade"), _("Clause"), _("State"))
    rows = [(one.number, _day(one.found_on), one.summary, _(GRADE_NAMES[one.grade]), one.clause or "–",
             _(DEVIATION_STATUS_NAMES[one.status])) for one in cases]  # fmt: skip
    return lines, columns if rows else (), rows


def _monitored(work: Work, span: Span) -> Facts:
    until = _start(work, span.last + timedelta(days=1))
    checks = log_data.lines(work.store, log_data.LogFilter(since=_start(work, span.first), until=until, codes=("VERIFY",), limit=2000))
    incidents = [one for one in _all(work, Incident, "reported_on") if span.has(one.reported_on)]
    lines = [
        ngettext("The log was verified {n} time.", "The log was verified {n} times.", len(checks)).format(n=len(checks)),
        ngettext("{n} incident was reported.", "{n} incidents were reported.", len(incidents)).format(n=len(incidents)),
    ]
    if incidents:
        serious = sum(one.harm in {Harm.SERIOUS, Harm.DEATH} for one in incidents)
        calamities = sum(one.calamity is Calamity.ESTABLISHED for one in incidents)
        lines.append(_("With serious harm: {n}; calamities: {c}.").format(n=serious, c=calamities))
    kinds = Counter((_(INCIDENT_KIND_NAMES[one.kind]), _(HARM_NAMES[one.harm])) for one in incidents)
    rows = [(kind, harm, str(n)) for (kind, harm), n in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))]
    return lines, (_("Incident about"), _("Harm"), _("Number of them")) if rows else (), rows


def _audits(work: Work, span: Span) -> Facts:
    findings: dict[str, list[AuditFinding]] = {}
    for one in _all(work, AuditFinding, "position"):
        findings.setdefault(one.audit_id, []).append(one)
    audits = [one for one in _all(work, QualityAudit, "planned_on") if span.has(one.held_on) or span.has(one.planned_on)]
    weighed = [one.grade for audit in audits for one in findings.get(audit.id, ())]
    lines = [ngettext("{n} audit in this period.", "{n} audits in this period.", len(audits)).format(n=len(audits))]
    if weighed:
        lines.append(_tally(_(GRADE_NAMES[grade]) for grade in weighed) + ".")
    rows = [(one.number, _(AUDIT_KIND_NAMES[one.kind]), one.title, _day(one.held_on or one.planned_on), str(len(findings.get(one.id, ()))),
             _(AUDIT_STATUS_NAMES[one.status])) for one in audits]  # fmt: skip
    return lines, (_("Number"), _("Kind"), _("Subject"), _("Day"), _("Findings"), _("State")) if rows else (), rows


def _suppliers(work: Work, span: Span) -> Facts:
    last = {one.supplier_id: one for one in _all(work, SupplierReview, "reviewed_on") if one.reviewed_on <= span.last}
    active = [one for one in _all(work, Supplier, "name") if one.ended_on is None or one.ended_on >= span.first]
    scored = sum(one.id in last and span.has(last[one.id].reviewed_on) for one in active)
    rows = []
    for one in active:
        score = last.get(one.id)
        marks = _marks(score) if score else []
        rows.append((one.name, _("yes") if one.is_critical else _("no"), _day(score.reviewed_on if score else None),
                     _decimal(mean(marks)) if marks else "–", _(VERDICT_NAMES[score.verdict]) if score else "–"))  # fmt: skip
    line = _("Scored in this period: {n} of {all} suppliers.").format(n=scored, all=len(active))
    return [line], (_("Supplier"), _("Care or data depend on it"), _("Scored"), _("Mean (1–5)"), _("What follows")) if rows else (), rows


def _marks(score: SupplierReview) -> list[int]:
    return [mark for mark in (score.quality, score.delivery, score.service, score.privacy, score.price) if mark is not None]


# -- d, e, f -----------------------------------------------------------------------------------------------------------------------------


def _resources(work: Work, span: Span) -> Facts:
    names, staff = names_by_id(work.store), sum(user.is_active for user in work.store.find(User))
    held = [one for one in _all(work, Competence, "valid_to") if one.valid_to and one.replaced_by is None and one.ended_on is None]
    near = [one for one in held if one.valid_to is not None and one.valid_to <= span.last + EXPIRES_WITHIN]
    lines = [
        ngettext("{n} active colleague.", "{n} active colleagues.", staff).format(n=staff),
        ngettext("{n} competence ended or ends within three months of this period.",
                 "{n} competences ended or end within three months of this period.", len(near)).format(n=len(near)),
    ]  # fmt: skip
    rows = [(names.get(one.user_id, "–"), one.name, _day(one.valid_to)) for one in near]
    return lines, (_("Colleague"), _("Competence"), _("Valid to")) if rows else (), rows


def _risks(work: Work, span: Span) -> Facts:
    there = [one for one in _all(work, Risk, "number") if one.assessed_on <= span.last]
    found = [one for one in there if one.closed_on is None or span.has(one.closed_on)]
    lower = sum(one.rest_weight is not None and one.rest_weight < one.weight for one in found)
    lines = [
        ngettext("{n} risk or opportunity.", "{n} risks and opportunities.", len(found)).format(n=len(found)),
        _("Lowered by what is done: {n} of {all}.").format(n=lower, all=len(found)),
    ]
    found.sort(key=lambda one: (-one.weight, one.number))
    rows = [(one.number, _(RISK_KIND_NAMES[one.kind]), one.title, str(one.weight), "–" if one.rest_weight is None else str(one.rest_weight),
             _(RISK_STATUS_NAMES[one.status])) for one in found]  # fmt: skip
    return lines, (_("Number"), _("Kind"), _("What"), _("Weight"), _("What is left"), _("State")) if rows else (), rows


def _improvement(work: Work, span: Span) -> Facts:
    audits = {one.id: one for one in work.store.find(QualityAudit)}
    rows = [
        (audits[one.audit_id].number, one.clause or "–", one.text)
        for one in _all(work, AuditFinding, "position")
        if one.grade in {Grade.OPPORTUNITY, Grade.OBSERVATION} and span.has(audits[one.audit_id].held_on)
    ]
    rows += [(one.number, one.clause or "–", one.title) for one in _all(work, Risk, "number")
             if one.kind is RiskKind.OPPORTUNITY and one.closed_on is None]  # fmt: skip
    rows += [(one.number, one.clause or "–", one.summary) for one in _all(work, Deviation, "number")
             if one.grade is Grade.OPPORTUNITY and span.has(one.found_on)]  # fmt: skip
    line = ngettext("{n} idea from audits, risks and daily work.", "{n} ideas from audits, risks and daily work.", len(rows))
    return [line.format(n=len(rows))], (_("Source"), _("Clause"), _("Idea")) if rows else (), rows


_FILLED: Final[dict[str, Callable[[Work, Span], Facts]]] = {
    "a": _earlier, "b": _changes, "c1": _satisfaction, "c2": _objectives, "c3": _work, "c4": _deviations, "c5": _monitored, "c6": _audits,
    "c7": _suppliers, "d": _resources, "e": _risks, "f": _improvement,
}  # fmt: skip


def decision_name(kind: str) -> str:
    """A kind of decision in words, as it is kept in the pack."""
    return next((_(name) for key, name in DECISION_KIND_NAMES.items() if key == kind), kind)
