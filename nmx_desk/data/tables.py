"""The tables, derived from the records: field ``x`` of a record is column ``x`` of its table.

Only what a dataclass cannot say stands here: the table's name, which column names the client, references, uniqueness and indexes.
"""

from __future__ import annotations

import types
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

import sqlalchemy as sa

from nmx_desk.audit.capture import CapturedTable
from nmx_desk.audit.entry import utc_text
from nmx_desk.data.dialect import only_where
from nmx_desk.domain import (
    agenda,
    audits,
    bookings,
    calendars,
    cases,
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
    logfilters,
    mailing,
    merging,
    note_templates,
    notes,
    objectives,
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
    stamps,
    suppliers,
    tasks,
)
from nmx_desk.domain.base import Record
from nmx_desk.i18n import Sentence, kept, shown

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """Aware instant as ISO text in UTC with microseconds and Z."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """To text; a naive datetime is our bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return utc_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """From text."""
        return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


class Day(sa.types.TypeDecorator[date]):
    """Date as ISO text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """To text."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> date | None:  # noqa: ARG002
        """From text."""
        return None if value is None else date.fromisoformat(value)


class Word(sa.types.TypeDecorator[StrEnum]):
    """A ``StrEnum`` as its value."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """To text; a word that the enum lacks is our bug."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> StrEnum | None:  # noqa: ARG002
        """From text."""
        return None if value is None else self.kind(value)


class Said(sa.types.TypeDecorator[Sentence]):
    """A sentence as its English text with what fills it in (``i18n.kept``): whoever reads it has it in the language in use."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """To text."""
        return None if value is None else kept(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Sentence | None:  # noqa: ARG002
        """From text."""
        return None if value is None else shown(value)


TABLES: dict[type[Record], sa.Table] = {}
_CLIENT_COLUMN: dict[str, str | None] = {}


def _column_types(record: type[Record]) -> dict[str, tuple[Any, bool]]:
    """Per field: SQLAlchemy type and whether it may be null."""
    hints = get_type_hints(record)
    found = {}
    for field in fields(record):
        hint, nullable = hints[field.name], False
        if get_origin(hint) in (Union, types.UnionType):
            nullable = True
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        if issubclass(hint, StrEnum):
            kind: Any = Word(hint)
        else:
            kind = {
                str: sa.Text(), int: sa.Integer(), bool: sa.Boolean(), bytes: sa.LargeBinary(), datetime: Instant(), date: Day(),
                Sentence: Said(),
            }[hint]  # fmt: skip
        found[field.name] = (kind, nullable)
    return found


def _table(
    record: type[Record],
    name: str,
    *extra: sa.schema.SchemaItem,
    client: str | None = None,
    refers: dict[str, str | None] | None = None,
    owned_by: str | None = None,
) -> None:
    """Declare the table of a record.

    ``refers``: column → table (None: the row outlives what it names); ``owned_by``: the column whose parent takes
    the row along when it goes.
    """
    references: dict[str, str | None] = {"client_id": "client"} if client == "client_id" else {}
    references |= refers or {}
    columns = []
    for field, (kind, nullable) in _column_types(record).items():
        key = [sa.ForeignKey(f"{references[field]}.id", ondelete="CASCADE" if field == owned_by else None)] if references.get(field) else []
        columns.append(sa.Column(field, kind, *key, primary_key=field == "id", nullable=nullable, index=bool(key) or None))
    TABLES[record] = sa.Table(name, metadata, *columns, *extra)
    _CLIENT_COLUMN[name] = client


_table(people.Clinic, "clinic")
_table(people.User, "desk_user", sa.UniqueConstraint("username"))
_table(people.UserRole, "user_role", sa.UniqueConstraint("user_id", "role"), refers={"user_id": "desk_user"})
_table(stamps.LogStamp, "log_stamp")
_table(logfilters.SavedFilter, "saved_filter", sa.UniqueConstraint("user_id", "name"), refers={"user_id": "desk_user"})
_table(people.Counter, "counter", sa.UniqueConstraint("name"))
_table(people.CodeItem, "code_item", sa.UniqueConstraint("list_code", "list_version", "code"))
_table(note_templates.Snippet, "snippet", sa.UniqueConstraint("owner_id", "short"), refers={"owner_id": "desk_user"})
_table(requests.ImportBatch, "import_batch")
_table(intake_ways.ImportSource, "import_source", sa.UniqueConstraint("header"))
_table(
    clients.Client, "client", sa.UniqueConstraint("client_no"), sa.Index(None, "external_key", unique=True),
    sa.Index(None, "surname", "first_name"),
    sa.Index(None, "phone"), sa.Index(None, "phone2"), sa.Index(None, "email"), sa.Index(None, "birth_date"),
    client="id", refers={"practitioner_id": "desk_user", "merged_into": "client", "import_id": "import_batch"},
)  # fmt: skip
_table(
    requests.AdviceRequest, "advice_request", sa.UniqueConstraint("external_key"), sa.Index(None, "status", "received_at"),
    sa.Index(None, "received_at"), sa.Index(None, "phone"), sa.Index(None, "phone2"), sa.Index(None, "email"), sa.Index(None, "birth_date"),
    client="client_id", refers={"owner_id": "desk_user", "duplicate_of": "advice_request", "import_id": "import_batch"},
)  # fmt: skip
_table(requests.CallAttempt, "call_attempt", client="client_id", refers={"request_id": "advice_request"}, owned_by="request_id")
_table(agenda.AppointmentType, "appointment_type", sa.UniqueConstraint("code"))
_table(agenda.Location, "location")
_table(
    agenda.RosterRule, "roster_rule", refers={"practitioner_id": "desk_user", "stands_in_for": "desk_user", "location_id": "location"}
)
_table(
    agenda.RosterOverride, "roster_override", sa.Index(None, "day"), refers={"practitioner_id": "desk_user", "location_id": "location"}
)
_table(agenda.Room, "room", refers={"location_id": "location"})
_table(agenda.Closure, "closure")
_table(agenda.Absence, "absence", refers={"practitioner_id": "desk_user"})
_table(bookings.AppointmentSeries, "appointment_series", client="client_id", refers={"practitioner_id": "desk_user"})
_table(
    agenda.Appointment, "appointment", sa.Index(None, "starts_at"),
    sa.Index("ix_appointment_busy", "practitioner_id", "busy_from", **only_where("live = 1")),
    sa.Index("ix_appointment_in_room", "room_id", "busy_from", **only_where("live = 1 AND room_id IS NOT NULL")),
    sa.CheckConstraint("busy_to > busy_from AND busy_to - busy_from <= 1440", name="busy"),
    client="client_id",
    refers={
        "request_id": "advice_request", "practitioner_id": "desk_user", "moved_from": "appointment", "room_id": "room",
        "series_id": "appointment_series", "location_id": "location",
    },
)  # fmt: skip
_table(
    bookings.WaitingEntry, "waiting_entry", sa.Index(None, "status"),
    client="client_id", refers={"practitioner_id": "desk_user", "appointment_id": "appointment", "booked_id": "appointment"},
)  # fmt: skip
_table(
    consults.AdviceCall, "advice_call",
    client="client_id",
    refers={"request_id": "advice_request", "appointment_id": "appointment", "practitioner_id": "desk_user"},
)  # fmt: skip
_table(
    notes.ConsultNote, "consult_note",
    client="client_id", refers={"appointment_id": "appointment", "author_id": "desk_user"},
)  # fmt: skip
_table(
    notes.NoteSection, "note_section", sa.UniqueConstraint("note_id", "code"),
    client="client_id", refers={"note_id": "consult_note"}, owned_by="note_id",
)  # fmt: skip
_table(notes.Addendum, "addendum", client="client_id", refers={"note_id": "consult_note", "author_id": "desk_user"})
_table(consults.RedFlagCheck, "red_flag_check", client="client_id", refers={"call_id": "advice_call", "note_id": "consult_note"})
_table(
    consults.RedFlagAnswer, "red_flag_answer", sa.UniqueConstraint("check_id", "code"),
    client="client_id", refers={"check_id": "red_flag_check"}, owned_by="check_id",
)  # fmt: skip
_table(
    complaints.Complaint, "complaint", client="client_id", refers={"merged_into": "complaint", "split_from": "complaint"},
)
_table(
    complaints.ComplaintScore, "complaint_score", sa.CheckConstraint("score BETWEEN 0 AND 10", name="score"),
    client="client_id", refers={"complaint_id": "complaint"},
)  # fmt: skip
_table(complaints.OutcomeScore, "outcome_score", client="client_id")
_table(complaints.AxisAssessment, "axis_assessment", sa.CheckConstraint("state BETWEEN 0 AND 3", name="state"), client="client_id")
_table(history.HistoryItem, "history_item", client="client_id")
_table(history.Medicine, "medicine", client="client_id")
_table(history.Allergy, "allergy", client="client_id")
_table(history.PriorTest, "prior_test", client="client_id", refers={"document_id": None})
_table(history.TriedBefore, "tried_before", client="client_id")
_table(history.HistoryAsked, "history_asked", client="client_id")
_table(history.LifeEvent, "life_event", client="client_id")
_table(
    history.EventComplaint, "event_complaint", sa.UniqueConstraint("event_id", "complaint_id"),
    client="client_id", refers={"event_id": "life_event", "complaint_id": "complaint"}, owned_by="event_id",
)  # fmt: skip
_table(history.LifestyleMeasurement, "lifestyle_measurement", client="client_id")
_table(labs.LabOrder, "lab_order", sa.Index(None, "status"), client="client_id", refers={"practitioner_id": "desk_user"})
_table(labs.LabResult, "lab_result", client="client_id", refers={"order_id": "lab_order"}, owned_by="order_id")
_table(documents.Document, "document", client="client_id", refers={"note_id": "consult_note", "order_id": "lab_order"})
_table(notes.Draft, "draft", sa.UniqueConstraint("owner_id", "kind", "ref_id"))
_table(
    plans.Plan, "plan",
    sa.Index(
        "uq_plan_active", "client_id", unique=True, **only_where("status = 'active'")
    ),
    client="client_id", refers={"practitioner_id": "desk_user"},
)  # fmt: skip
_table(
    plans.PlanVersion, "plan_version", sa.UniqueConstraint("plan_id", "number"),
    client="client_id", refers={"plan_id": "plan"},
)  # fmt: skip
_table(plans.PlanPhase, "plan_phase", client="client_id", refers={"version_id": "plan_version"}, owned_by="version_id")
_table(plans.PlanItem, "plan_item", client="client_id", refers={"phase_id": "plan_phase"}, owned_by="phase_id")
_table(plans.PlanGoal, "plan_goal", client="client_id", refers={"version_id": "plan_version"}, owned_by="version_id")
_table(plans.PlanTemplate, "plan_template", sa.UniqueConstraint("code", "number"))
_table(
    plans.FollowUp, "follow_up", sa.Index(None, "due_on"),
    client="client_id", refers={"plan_id": "plan", "appointment_id": "appointment", "practitioner_id": "desk_user"},
)  # fmt: skip
_table(
    plans.Adherence, "adherence", sa.UniqueConstraint("plan_id", "item_line", "told_on"),
    sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    client="client_id", refers={"plan_id": "plan"},
)  # fmt: skip
_table(plans.SideEffect, "side_effect", client="client_id", refers={"plan_id": "plan"})
_table(tasks.Task, "task", sa.Index(None, "status", "due_on"), client="client_id", refers={"owner_id": "desk_user"})
_table(notes.FrozenPrint, "frozen_print", sa.UniqueConstraint("kind", "subject_id"), client="client_id")
_table(proposals.Proposal, "proposal", sa.Index(None, "status"), client="client_id", refers={"client_id": None})
_table(
    privacy.PrivacyRequest, "privacy_request", sa.UniqueConstraint("number"), sa.Index(None, "state", "due_on"),
    client="client_id", refers={"client_id": None, "proposal_id": "proposal"},
)  # fmt: skip
_table(privacy.Tombstone, "tombstone", sa.Index(None, "client_no"), client="client_id", refers={"client_id": None})
_table(
    merging.ClientMerge, "client_merge", sa.Index(None, "kept_id"), sa.Index(None, "gone_id"),
    client="client_id", refers={"kept_id": None, "gone_id": None, "proposal_id": None},
)  # fmt: skip
_table(merging.NotDouble, "not_double", sa.Index(None, "pair"), client="client_id")
_table(privacy.ClientStatement, "client_statement", client="client_id")
_table(
    grievances.Grievance, "grievance", sa.Index(None, "client_id"), client="client_id",
    refers={"client_id": None, "owner_id": "desk_user", "stepped_by": "desk_user"},
)  # fmt: skip

_table(contacts.ContactPoint, "contact_point", sa.Index(None, "value"), client="client_id")
_table(contacts.ContactMoment, "contact_moment", client="client_id")
_table(family.Representative, "representative", client="client_id", refers={"document_id": None})
_table(family.HouseholdMember, "household_member", sa.Index(None, "household"), client="client_id")
_table(family.Consent, "consent", client="client_id")
_table(family.ClientTag, "client_tag", sa.Index(None, "tag"), client="client_id")
_table(referrals.Referral, "referral", client="client_id", refers={"call_id": "advice_call"})
_table(
    intake_ways.ImportRow, "import_row", sa.Index(None, "external_key"), client="client_id", refers={"import_id": "import_batch"}
)
_table(intake_ways.Mailbox, "mailbox")
_table(intake_ways.MailboxSecret, "mailbox_secret", refers={"mailbox_id": "mailbox"}, owned_by="mailbox_id")
_table(
    intake_ways.MailMessage, "mail_message", sa.UniqueConstraint("mailbox_id", "message_key"), refers={"mailbox_id": "mailbox"}
)
_table(mailing.MailSender, "mail_sender")
_table(
    mailing.OutgoingMail, "outgoing_mail", sa.UniqueConstraint("message_id"), sa.Index(None, "state"),
    client="client_id", refers={"request_id": "advice_request", "appointment_id": "appointment"},
)  # fmt: skip
_table(calendars.BusySource, "busy_source", refers={"practitioner_id": "desk_user"})
_table(
    calendars.BusyTime, "busy_time", sa.Index(None, "practitioner_id", "busy_from"),
    refers={"source_id": "busy_source", "practitioner_id": "desk_user"}, owned_by="source_id",
)  # fmt: skip
_table(calendars.CalendarFeed, "calendar_feed", refers={"practitioner_id": "desk_user"})
_table(
    calendars.PublishedEvent, "published_event", sa.UniqueConstraint("feed_id", "uid"), refers={"feed_id": "calendar_feed"},
    owned_by="feed_id",
)  # fmt: skip
_table(calendars.AccountSecret, "account_secret", sa.UniqueConstraint("account_id"), refers={"account_id": None})

_OUTLIVING: dict[str, str | None] = {"client_id": None, "owner_id": "desk_user"}
_table(cases.CaseText, "case_text", sa.UniqueConstraint("subject", "code"), client="client_id")
_table(cases.CaseFile, "case_file", sa.Index(None, "subject"), client="client_id")
_table(
    incidents.Incident, "incident", sa.UniqueConstraint("number"), client="client_id",
    refers=_OUTLIVING | {"reporter_id": "desk_user", "stepped_by": "desk_user"},
)  # fmt: skip
_table(deviations.Deviation, "deviation", sa.UniqueConstraint("number"), client="client_id", refers=_OUTLIVING)
_table(audits.QualityAudit, "quality_audit", sa.UniqueConstraint("number"), refers={"auditor_id": "desk_user"})
_table(
    audits.AuditFinding, "audit_finding", refers={"audit_id": "quality_audit", "deviation_id": "deviation"}, owned_by="audit_id"
)
_table(
    risks.Risk, "risk", sa.UniqueConstraint("number"), sa.CheckConstraint("chance BETWEEN 1 AND 5", name="chance"),
    sa.CheckConstraint("impact BETWEEN 1 AND 5", name="impact"), refers={"owner_id": "desk_user"},
)  # fmt: skip
_table(
    satisfaction.Invitation, "invitation", sa.UniqueConstraint("code"), client="client_id", refers={"practitioner_id": "desk_user"}
)
_table(
    satisfaction.SatisfactionAnswer, "satisfaction_answer", sa.UniqueConstraint("external_key"), sa.Index(None, "answered_on"),
    sa.CheckConstraint("recommend BETWEEN 0 AND 10", name="recommend"), sa.CheckConstraint("mark BETWEEN 1 AND 10", name="mark"),
    client="client_id", refers={"practitioner_id": "desk_user", "invitation_id": "invitation", "import_id": "import_batch"},
)  # fmt: skip
_table(objectives.Objective, "objective", sa.UniqueConstraint("number"), refers={"owner_id": "desk_user"})
_table(objectives.ObjectiveReading, "objective_reading", refers={"objective_id": "objective"}, owned_by="objective_id")
_table(competence.CompetenceNeed, "competence_need")
_table(competence.Competence, "competence", refers={"user_id": "desk_user", "need_id": "competence_need", "replaced_by": "competence"})
_table(suppliers.Supplier, "supplier", refers={"owner_id": "desk_user"})
_table(suppliers.SupplierReview, "supplier_review", refers={"supplier_id": "supplier"}, owned_by="supplier_id")
_table(controlled.ControlledDocument, "controlled_document", sa.UniqueConstraint("code"), refers={"owner_id": "desk_user"})
_table(
    controlled.ControlledVersion, "controlled_version", sa.UniqueConstraint("document_id", "number"),
    refers={"document_id": "controlled_document", "author_id": "desk_user", "approver_id": "desk_user"},
)  # fmt: skip
_table(
    controlled.DocumentReading, "document_reading", sa.UniqueConstraint("version_id", "user_id"),
    refers={"version_id": "controlled_version", "user_id": "desk_user"},
)  # fmt: skip
_table(controlled.PaperCopy, "paper_copy", refers={"version_id": "controlled_version"})
_table(reviews.ManagementReview, "management_review", sa.UniqueConstraint("number"))
_table(
    reviews.ReviewChapter, "review_chapter", sa.UniqueConstraint("review_id", "code"), refers={"review_id": "management_review"},
    owned_by="review_id",
)  # fmt: skip
_table(
    reviews.ReviewDecision, "review_decision", refers={"review_id": "management_review", "owner_id": "desk_user", "task_id": "task"},
    owned_by="review_id",
)  # fmt: skip
_table(saved_reports.SavedReport, "saved_report", sa.UniqueConstraint("owner_id", "name"), refers={"owner_id": "desk_user"})

OUTLIVES = {
    "privacy_request": "says what was asked and decided; holds the client's number, never a name",
    "tombstone": "says that something was destroyed; no name",
    "proposal": "says who approved; those about anything else than destruction go with the client",
    "grievance": "kept outside the medical file, number, dates and codes only; its words are case_text, which goes",
    "incident": "number, dates and codes only; its words are case_text, which goes",
    "deviation": "number, dates and codes only; its words are case_text, which goes",
}
"""Tables about a client that are left when the file is destroyed, and why."""
UNLOGGED = {
    "draft": "what somebody is typing; it becomes one logged change when it is left or signed",
    "mailbox_secret": "a password does not belong in a log; that it was changed is said by the mailbox's entry",
    "account_secret": "a password does not belong in a log; that it was changed is said by the account's entry",
    "search_doc": "folded copies of contact data, made from logged rows",
    "search_queue": "which rows the search index has still to read",
    "search_fts": "full-text shadow of search_doc",
    "note_doc": "folded words of signed notes, made from logged rows",
    "note_queue": "which notes the search index has still to read",
    "note_fts": "full-text shadow of note_doc",
    "log_text": "full-text shadow of the log's own values",
    "log_text_reach": "how far that shadow reaches",
    "alembic_version": "schema revision; a migration writes its own MIGRATE entry",
}


def client_tables() -> dict[str, str]:
    """Every logged table about a client with the column that names the client, those that outlive the client left out."""
    return {name: column for name, column in _CLIENT_COLUMN.items() if column and name not in OUTLIVES and name not in UNLOGGED}


def captured_tables() -> list[CapturedTable]:
    """Every table of clinic records, as the log's triggers need it."""
    return [
        CapturedTable(table.name, tuple(column.name for column in table.columns if column.name != "id"), _CLIENT_COLUMN[table.name])
        for table in TABLES.values()
        if table.name not in UNLOGGED
    ]
