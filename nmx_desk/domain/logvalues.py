"""Logged values as people read them, and which words of a text changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, get_args, get_type_hints
from zoneinfo import ZoneInfo

from nmx_desk.domain import (
    agenda,
    audits,
    bookings,
    calendars,
    clients,
    competence,
    complaints,
    consults,
    contacts,
    controlled,
    deviations,
    documents,
    family,
    grievances,
    history,
    incidents,
    intake_ways,
    labs,
    mailing,
    notes,
    objectives,
    partial_dates,
    people,
    plans,
    privacy,
    proposals,
    referrals,
    requests,
    reviews,
    risks,
    satisfaction,
    saved_reports,
    suppliers,
    tasks,
)
from nmx_desk.domain.base import Record
from nmx_desk.domain.walltime import clock_text, day_label
from nmx_desk.i18n import N_, Sentence, _, shown

Names = Mapping[Any, str]
WORDS: Final[dict[type[StrEnum], Names]] = {
    agenda.AppointmentStatus: agenda.APPOINTMENT_STATUS_NAMES,
    agenda.Channel: agenda.CHANNEL_NAMES,
    agenda.FeeDecision: agenda.FEE_NAMES,
    bookings.WaitingStatus: bookings.WAITING_STATUS_NAMES,
    calendars.CalendarKind: calendars.CALENDAR_KIND_NAMES,
    clients.ClientStatus: clients.CLIENT_STATUS_NAMES,
    clients.Sex: {
        clients.Sex.FEMALE: N_("Female"), clients.Sex.MALE: N_("Male"), clients.Sex.OTHER: N_("Other"), clients.Sex.UNKNOWN: N_("Unknown"),
    },
    clients.NameUse: {
        clients.NameUse.OWN: N_("Own name"),
        clients.NameUse.PARTNER: N_("Partner's name"),
        clients.NameUse.PARTNER_OWN: N_("Partner's name, own name"),
        clients.NameUse.OWN_PARTNER: N_("Own name, partner's name"),
    },
    consults.Answer: consults.ANSWER_NAMES,
    consults.CallOutcome: consults.CALL_OUTCOME_NAMES,
    consults.CallStatus: {consults.CallStatus.OPEN: N_("Open"), consults.CallStatus.COMPLETED: N_("Completed")},
    consults.FlagResult: {
        consults.FlagResult.INCOMPLETE: N_("Incomplete"),
        consults.FlagResult.CLEAR: N_("No red flags"),
        consults.FlagResult.GP: N_("See the GP first"),
        consults.FlagResult.EMERGENCY: N_("Emergency"),
        consults.FlagResult.DECIDE: N_("To be decided"),
    },
    consults.Settled: consults.SETTLED_NAMES,
    notes.NoteKind: notes.NOTE_KIND_NAMES,
    notes.NoteStatus: notes.NOTE_STATUS_NAMES,
    complaints.Axis: complaints.AXIS_NAMES,
    complaints.Course: complaints.COURSE_NAMES,
    complaints.Insight: complaints.INSIGHT_NAMES,
    complaints.Sphere: complaints.SPHERE_NAMES,
    complaints.ToldBy: complaints.TOLD_BY_NAMES,
    contacts.ContactKind: {contacts.ContactKind.PHONE: N_("Phone"), contacts.ContactKind.EMAIL: N_("E-mail")},
    contacts.ContactLabel: contacts.CONTACT_LABEL_NAMES,
    contacts.ContactWay: contacts.CONTACT_WAY_NAMES,
    family.Agreement: family.AGREEMENT_NAMES,
    family.Authority: family.AUTHORITY_NAMES,
    family.ConsentPurpose: family.CONSENT_PURPOSE_NAMES,
    family.HouseholdRole: family.HOUSEHOLD_ROLE_NAMES,
    family.Relation: family.RELATION_NAMES,
    history.EventRole: history.EVENT_ROLE_NAMES,
    history.HistoryKind: history.HISTORY_KIND_NAMES,
    history.HistoryTopic: history.HISTORY_TOPIC_NAMES,
    history.Reaction: history.REACTION_NAMES,
    history.Smoking: history.SMOKING_NAMES,
    history.Taken: history.TAKEN_NAMES,
    history.TestOutcome: history.TEST_OUTCOME_NAMES,
    labs.LabDomain: labs.LAB_DOMAIN_NAMES,
    labs.LabStatus: labs.LAB_STATUS_NAMES,
    labs.Material: labs.MATERIAL_NAMES,
    notes.FrozenKind: notes.FROZEN_KIND_NAMES,
    intake_ways.ImportTarget: intake_ways.IMPORT_TARGET_NAMES,
    intake_ways.ImportWay: intake_ways.IMPORT_WAY_NAMES,
    intake_ways.MailOutcome: {
        intake_ways.MailOutcome.REQUEST: N_("Request"),
        intake_ways.MailOutcome.DOUBLE: N_("Duplicate"),
        intake_ways.MailOutcome.NO_FORM: N_("No form"),
    },
    referrals.SentHow: referrals.SENT_HOW_NAMES,
    documents.DocumentKind: documents.DOCUMENT_KIND_NAMES,
    mailing.MailKind: mailing.MAIL_KIND_NAMES,
    mailing.MailSecurity: mailing.MAIL_SECURITY_NAMES,
    mailing.MailState: mailing.MAIL_STATE_NAMES,
    people.Role: people.ROLE_NAMES,
    plans.Aim: plans.AIM_NAMES,
    plans.FollowUpStatus: plans.FOLLOW_UP_STATUS_NAMES,
    plans.GoalResult: plans.GOAL_RESULT_NAMES,
    plans.ItemStatus: plans.ITEM_STATUS_NAMES,
    plans.Pillar: plans.PILLAR_NAMES,
    plans.PlanStatus: plans.PLAN_STATUS_NAMES,
    plans.Responsible: plans.RESPONSIBLE_NAMES,
    plans.Severity: plans.SEVERITY_NAMES,
    plans.WithFood: plans.WITH_FOOD_NAMES,
    tasks.Repeat: tasks.REPEAT_NAMES,
    tasks.TaskSide: tasks.TASK_SIDE_NAMES,
    tasks.TaskStatus: tasks.TASK_STATUS_NAMES,
    privacy.Decision: privacy.DECISION_NAMES,
    privacy.ErasureScope: privacy.SCOPE_NAMES,
    privacy.Ground: privacy.GROUND_NAMES,
    privacy.PrivacyKind: privacy.PRIVACY_KIND_NAMES,
    privacy.PrivacyState: privacy.PRIVACY_STATE_NAMES,
    audits.AuditKind: audits.AUDIT_KIND_NAMES,
    audits.AuditStatus: audits.AUDIT_STATUS_NAMES,
    competence.CompetenceKind: competence.COMPETENCE_KIND_NAMES,
    controlled.PaperKind: controlled.PAPER_KIND_NAMES,
    controlled.VersionStatus: controlled.VERSION_STATUS_NAMES,
    deviations.DeviationStatus: deviations.DEVIATION_STATUS_NAMES,
    deviations.Grade: deviations.GRADE_NAMES,
    deviations.Origin: deviations.ORIGIN_NAMES,
    grievances.GrievanceStatus: grievances.GRIEVANCE_STATUS_NAMES,
    grievances.GrievanceTopic: grievances.GRIEVANCE_TOPIC_NAMES,
    grievances.GrievanceWay: grievances.GRIEVANCE_WAY_NAMES,
    grievances.Judgement: grievances.JUDGEMENT_NAMES,
    incidents.Calamity: incidents.CALAMITY_NAMES,
    incidents.Harm: incidents.HARM_NAMES,
    incidents.IncidentCause: incidents.INCIDENT_CAUSE_NAMES,
    incidents.IncidentKind: incidents.INCIDENT_KIND_NAMES,
    incidents.IncidentStatus: incidents.INCIDENT_STATUS_NAMES,
    objectives.Direction: objectives.DIRECTION_NAMES,
    objectives.ObjectiveStatus: objectives.OBJECTIVE_STATUS_NAMES,
    reviews.DecisionKind: reviews.DECISION_KIND_NAMES,
    reviews.ReviewStatus: reviews.REVIEW_STATUS_NAMES,
    risks.RiskKind: risks.RISK_KIND_NAMES,
    risks.RiskStatus: risks.RISK_STATUS_NAMES,
    risks.Treatment: risks.TREATMENT_NAMES,
    satisfaction.AnswerWay: satisfaction.ANSWER_WAY_NAMES,
    satisfaction.AskedAt: satisfaction.ASKED_AT_NAMES,
    saved_reports.Every: saved_reports.EVERY_NAMES,
    suppliers.SupplierKind: suppliers.SUPPLIER_KIND_NAMES,
    suppliers.Verdict: suppliers.VERDICT_NAMES,
    proposals.ProposalStatus: proposals.PROPOSAL_STATUS_NAMES,
    requests.AttemptResult: requests.ATTEMPT_RESULT_NAMES,
    requests.RequestStatus: requests.REQUEST_STATUS_NAMES,
    requests.Source: requests.SOURCE_NAMES,
}  # fmt: skip
CODED: Final[dict[str, Names]] = {
    "channel": agenda.CHANNEL_NAMES, "preferred_channel": agenda.CHANNEL_NAMES | clients.PREFERRED_NAMES, "moment": complaints.MOMENT_NAMES,
    "language": {"nl": N_("Dutch"), "en": N_("English")}, "outcome": consults.CALL_OUTCOME_NAMES, "stop_reason": plans.STOP_REASON_NAMES,
    "fit": consults.FIT_NAMES, "per": {"day": N_("day"), "week": N_("week")},
}  # fmt: skip
"""Fields of text that hold one of these codes."""


_TYPES: dict[str, dict[str, type]] = {}


def field_types(record: type[Record]) -> dict[str, type]:
    """The type of each field, without its None. Worked out once: a list asks it for every value."""
    key = f"{record.__module__}.{record.__qualname__}"
    if key not in _TYPES:
        _TYPES[key] = {name: _bare(hint) for name, hint in get_type_hints(record).items()}
    return _TYPES[key]


def _bare(hint: Any) -> type:
    bare: type = next((arg for arg in get_args(hint) if arg is not type(None)), hint)
    return bare


def value_text(record: type[Record] | None, field: str, text: str | None, people_: Mapping[str, str], zone: ZoneInfo) -> str:
    """A logged value for reading; ``people_`` are names by user id. A value that no longer fits its field is shown as it is."""
    if text is None or text == "":
        return ""
    if text in people_:
        return people_[text]
    if record and field in {"phone", "phone2"}:
        return clients.shown_phone(text)
    kind = field_types(record).get(field, str) if record else str
    if kind is Sentence:
        return shown(text)
    try:
        return _typed(kind, field, text, zone)
    except (ValueError, LookupError):
        return text


def _typed(kind: type, field: str, text: str, zone: ZoneInfo) -> str:
    if kind is bool:
        return _("yes") if int(text) else _("no")
    if kind is datetime:
        at = datetime.fromisoformat(text).astimezone(zone)
        return _("{day}, {time}").format(day=day_label(at.date()), time=f"{at:%H:%M}")
    if kind is date:
        return day_label(date.fromisoformat(text))
    if kind is int:
        return _number(field, text)
    if issubclass(kind, StrEnum):
        return _(WORDS[kind][kind(text)])
    return _code(field, text) if kind is str else text


def _number(field: str, text: str) -> str:
    if field == "state":
        return _(complaints.STATE_NAMES.get(int(text), text))
    return clock_text(int(text)) if field in {"start_minute", "end_minute", "desk_opens", "desk_closes"} else text


def _code(field: str, text: str) -> str:
    if field in {"onset", "began", "ended"} and partial_dates.KEPT.fullmatch(text):
        return partial_dates.shown(text)
    if field == "axes":
        return ", ".join(_(complaints.AXIS_NAMES[complaints.Axis(code)]) for code in text.split())
    return _(CODED[field][text]) if text in CODED.get(field, {}) else text
