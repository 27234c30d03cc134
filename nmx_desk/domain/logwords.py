"""The log in plain words: what each table, field and deed is called, and the sentence that says who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from nmx_desk.domain.logwords_care import CARE_ELSEWHERE, CARE_FIELDS, CARE_OBJECTS
from nmx_desk.domain.logwords_quality import QUALITY_ELSEWHERE, QUALITY_FIELDS, QUALITY_OBJECTS
from nmx_desk.domain.rights import right_name
from nmx_desk.i18n import N_, _

OBJECTS: Final = CARE_OBJECTS | QUALITY_OBJECTS | {
    # tables
    "clinic": N_("the clinic's own data"),
    "desk_user": N_("a user account"),
    "user_role": N_("a role of a user"),
    "counter": N_("a counter"),
    "code_item": N_("an item of a code list"),
    "client": N_("the contact data"),
    "import_batch": N_("an import"),
    "advice_request": N_("the request"),
    "call_attempt": N_("a call attempt"),
    "appointment_type": N_("an appointment type"),
    "roster_rule": N_("working hours"),
    "closure": N_("a closure of the clinic"),
    "absence": N_("an absence"),
    "appointment": N_("an appointment"),
    "advice_call": N_("the advice call"),
    "consult_note": N_("the consult note"),
    "note_section": N_("a section of the consult note"),
    "addendum": N_("an addendum to the consult note"),
    "red_flag_check": N_("the red-flag check"),
    "red_flag_answer": N_("an answer of the red-flag check"),
    "complaint": N_("a health complaint"),
    "complaint_score": N_("a score of a health complaint"),
    "outcome_score": N_("the outcome scores"),
    "document": N_("a document"),
    "draft": N_("a draft"),
    "plan": N_("the plan"),
    "plan_version": N_("a version of the plan"),
    "plan_phase": N_("a phase of the plan"),
    "plan_item": N_("an item of the plan"),
    "follow_up": N_("a follow-up contact"),
    "proposal": N_("a proposal"),
    "client_merge": N_("how two clients became one"),
    "not_double": N_("that two clients are two people"),
    "privacy_request": N_("the privacy request"),
    "tombstone": N_("the note of a destruction"),
    "client_statement": N_("a statement by the client"),
    "grievance": N_("a formal complaint (Wkkgz)"),
    "contact_point": N_("a phone number or e-mail address"),
    "contact_moment": N_("a contact"),
    "representative": N_("a representative"),
    "household_member": N_("a place in a household"),
    "consent": N_("a consent"),
    "client_tag": N_("a tag"),
    "referral": N_("a letter to a doctor"),
    "import_source": N_("the columns of a sender"),
    "import_row": N_("a row of an import"),
    "mailbox": N_("a mailbox"),
    "mailbox_secret": N_("the password of a mailbox"),
    "mail_message": N_("a message"),
    "roster_override": N_("other hours on a date"),
    "room": N_("a room"), "location": N_("a location"),
    "appointment_series": N_("a series of appointments"),
    "waiting_entry": N_("a place on the waiting list"),
    "mail_sender": N_("the account that mail goes out by"),
    "outgoing_mail": N_("a message that goes out"),
    "busy_source": N_("another calendar"),
    "busy_time": N_("a busy time elsewhere"),
    "calendar_feed": N_("the published agenda"),
    "published_event": N_("a published appointment"),
    "account_secret": N_("the password of an account"),
    "audit_key": N_("a signing key"),
    "log_stamp": N_("a time stamp of the log"),
    # what is looked at, printed or done and is no table
    "note_search": N_("a search in consult notes"),
    "unmerge": N_("merged clients taken apart"),
    "agenda_day": N_("the agenda of a day"),
    "agenda_week": N_("the agenda of a week"),
    "backup": N_("a backup"),
    "client_log": N_("the access log"),
    "privacy_list": N_("the list of privacy requests"),
    "due_list": N_("the list of what may be destroyed"),
    "retention": N_("the report on retention periods"),
    "dossier": N_("a copy of the file"),
    "log": N_("the log"),
    "log_entry": N_("an entry of the log"),
    "log_export": N_("the log"),
    "log_proof": N_("a proof from the log"),
    "request_list": N_("the list of requests"),
    "client_list": N_("the list of clients"),
    "timeline": N_("the course of events"),
    "follow_up_list": N_("the list of follow-up contacts"),
    "document_list": N_("the list of documents"),
    "lab_order_list": N_("the list of lab orders"),
    "task_list": N_("the list of tasks"),
    "following": N_("how the plan goes"),
    "double_list": N_("the list of possible doubles"),
    "consult_note_list": N_("the list of notes to look after"),
    "overdue_list": N_("the list of what is overdue"),
    "possible_double": N_("a possible double"),
    "saved_filter": N_("a filter of the log"),
    "access_list": N_("the list of who saw the file"),
    "seen": N_("the list of who saw the file"),
    "clock": N_("the computer's clock"),
    "import_preview": N_("the preview of an import"),
    "schema": N_("the database"),
    "scores": N_("the scores"),
    "history": N_("the medical history"),
    "month": N_("the figures"),
    "overview": N_("the client overview"),
    "progress": N_("the print of the progress"),
    "access": N_("the access log"),
    "daylist": N_("the day list"),
    "weeksheet": N_("the week sheet"),
    "recalls": N_("the call-back list"),
    "confirmation": N_("the confirmation of an appointment"),
    "certificate": N_("the integrity certificate"),
    "outbox": N_("the outbox"),
    "mail_preview": N_("what a message would say"),
    "reminders": N_("the list of reminders"),
    "audit_entry": N_("an entry of the log"),
    "audit_value": N_("a value in the log"),
    "audit_head": N_("a signed head of the log"),
    "audit_node": N_("the tree of the log"),
    "audit_raw": N_("a change that was never sealed"),
}
OTHER: Final = N_("a record")

FIELDS: Final = CARE_FIELDS | QUALITY_FIELDS | {
    "activated_at": N_("activated at"), "activated_by": N_("activated by"), "action": N_("action"),
    "address": N_("address"), "adherence": N_("adherence (%)"), "agreed_on": N_("agreed on"), "agreed_with": N_("agreed with"),
    "aim": N_("aim"),
    "backup_minute": N_("time of the backup"),
    "backup_hours": N_("hours between backups"), "backup_second": N_("second folder for backups"),
    "anchor": N_("anchor of the grid"), "answer": N_("answer"), "appointment_id": N_("appointment"),
    "assessed": N_("assessed by a doctor"), "assessed_on": N_("assessed on"), "at": N_("at"), "attempts": N_("number of attempts"),
    "attendees": N_("who were there"), "author_id": N_("author"), "birth_date": N_("date of birth"), "buffer_after": N_("time after"),
    "buffer_before": N_("time before"), "busy_from": N_("occupied from"), "busy_to": N_("occupied to"), "call_id": N_("call"),
    "call_instruction": N_("call instruction"), "calm": N_("calm"), "cancel_reason": N_("reason of cancelling"),
    "cancel_window_hours": N_("free cancelling up to (hours)"), "cancelled_at": N_("cancelled at"), "cancelled_by": N_("cancelled by"),
    "care_date": N_("date of care"), "channel": N_("channel"), "check_id": N_("red-flag check"), "checked_in_at": N_("arrived at"),
    "city": N_("city"), "client_id": N_("client"), "client_no": N_("client number"), "close_reason": N_("reason of closing"),
    "closed_at": N_("closed at"), "code": N_("code"), "complaint_id": N_("health complaint"), "completed_at": N_("completed at"),
    "content": N_("content"), "contra_checked": N_("contraindications checked"), "country": N_("country"), "course": N_("course"),
    "created_at": N_("entered at"), "created_by": N_("entered by"), "date_from": N_("first day"), "date_to": N_("last day"),
    "days_per_week": N_("days a week"), "deceased_on": N_("deceased on"), "display_name": N_("name to show"), "done_on": N_("done on"),
    "dose": N_("dose"), "dose_unit": N_("unit of the dose"), "double": N_("double rows"),
    "double_booked_reason": N_("reason of the double booking"), "due_on": N_("due on"), "duplicate_of": N_("double of"),
    "duration": N_("duration (minutes)"), "duration_minutes": N_("duration (minutes)"), "email": N_("e-mail"),
    "emergency_contact": N_("emergency contact"), "end_at": N_("end"), "end_minute": N_("end of the working hours"),
    "end_on": N_("ends on"),
    "ended_on": N_("ended on"), "origin": N_("copied from"),
    "ended_at": N_("ended at"), "ends_at": N_("end"), "energy": N_("energy"), "evaluate_on": N_("look again on"),
    "expectation": N_("expectation"), "expires_at": N_("lapses at"), "external_key": N_("key of the sender"),
    "file_agreed": N_("agreement to a file"), "file_name": N_("file name"), "first_attempt_at": N_("first attempt at"),
    "first_name": N_("first name"), "first_names": N_("first names"), "fit": N_("fits our offer"), "fit_reason": N_("why it fits or not"),
    "for_self": N_("calls for oneself"), "format": N_("format"), "frequency": N_("how often"), "goal": N_("goal"),
    "gp_city": N_("city of the GP"), "gp_name": N_("GP"), "gp_practice": N_("practice of the GP"),
    "gp_seen": N_("seen by the GP"), "gp_seen_when": N_("when the GP was seen"), "caller": N_("who calls"),
    "heard_of": N_("how they heard of us"),
    "group": N_("group"), "hash": N_("fingerprint of the signed text"), "hinder": N_("hinder"), "horizon_days": N_("bookable ahead (days)"),
    "house_no": N_("house number"), "hue": N_("colour"), "id": N_("id"), "identity_checked": N_("identity checked"),
    "import_id": N_("import"), "information_given": N_("information given"), "is_active": N_("active"), "is_demo": N_("demo clinic"),
    "kind": N_("kind"), "label_en": N_("label in English"), "label_nl": N_("label in Dutch"), "language": N_("language"),
    "last_clinical_change": N_("last clinical change"), "late": N_("late"), "late_reason": N_("reason of being late"),
    "list_code": N_("code list"), "list_version": N_("version of the list"), "live": N_("occupies the agenda"),
    "lock_minutes": N_("minutes until the lock"), "measured_on": N_("measured on"), "medication": N_("medication"),
    "minimum_notice": N_("notice (minutes)"), "moment": N_("moment"), "moved_from": N_("moved from"), "name": N_("name"),
    "name_en": N_("name in English"), "name_nl": N_("name in Dutch"), "name_use": N_("use of surnames"), "new": N_("new rows"),
    "next_action_at": N_("next action at"), "next_date": N_("call back on"), "no_voicemail": N_("no voicemail"), "note": N_("remark"),
    "note_id": N_("consult note"), "nothing_particular": N_("nothing particular"), "number": N_("number"), "odd": N_("odd rows"),
    "on_behalf_of": N_("on behalf of"), "onset": N_("since"), "outcome": N_("outcome"), "override_by": N_("overridden by"),
    "override_reason": N_("reason of overriding"), "owner_id": N_("who handles it"), "partner_prefix": N_("prefix of the partner's name"),
    "partner_surname": N_("partner's name"), "phase_id": N_("phase"), "phone": N_("phone"), "phone2": N_("second phone"),
    "pillar": N_("theme"), "plan_id": N_("plan"), "position": N_("place in the list"), "postcode": N_("postcode"),
    "practitioner_id": N_("practitioner"), "preferred_channel": N_("preferred channel"), "preferred_times": N_("wished times"),
    "prefix": N_("prefix of the surname"), "price_cents": N_("price (cents)"), "prior_tests": N_("earlier tests"),
    "question": N_("question"), "rank": N_("rank"), "raw_payload": N_("row as it came in"), "reason": N_("reason"),
    "recall_at": N_("call again at"), "received_at": N_("received at"), "ref_id": N_("record"), "request_id": N_("request"),
    "resistance": N_("resistance"), "responsible": N_("who does it"), "result": N_("result"), "retention_class": N_("retention class"),
    "retention_until": N_("keep until"), "role": N_("role"), "rows": N_("rows"), "salutation": N_("salutation"), "saved_at": N_("saved at"),
    "score": N_("score"), "sequence": N_("times moved"), "sex": N_("sex"), "signed_at": N_("signed at"), "skipped": N_("skipped rows"),
    "source": N_("source"), "source_id": N_("measured in"), "start_at": N_("start"), "start_minute": N_("start of the working hours"),
    "start_on": N_("starts on"), "started_at": N_("started at"), "starts_at": N_("start"), "status": N_("state"),
    "status_at": N_("state since"), "status_before": N_("state before"), "step": N_("grid (minutes)"),
    "stop_reason": N_("reason of stopping"),
    "street": N_("street"), "surname": N_("surname"), "text": N_("text"), "timing": N_("when on the day"), "title": N_("title"),
    "treated_by": N_("treated by"), "type_code": N_("appointment type"), "uid": N_("calendar id"), "user_id": N_("user"),
    "username": N_("user name"), "valid_from": N_("valid from"), "valid_to": N_("valid to"), "value": N_("value"),
    "version": N_("version of the record"), "version_id": N_("version of the plan"), "wall_start": N_("start on the clinic's clock"),
    "warnings": N_("warnings"), "website": N_("website"), "weekday": N_("weekday"), "weeks": N_("weeks"), "who": N_("for whom"),
    "window_days": N_("days around it"), "words": N_("in the client's words"), "zone": N_("time zone"),
    # proposals
    "subject": N_("what it is about"), "payload": N_("what is proposed"), "decided_by": N_("decided by"), "decided_at": N_("decided at"),
    "decision_reason": N_("reason of the decision"), "done_by": N_("carried out by"), "done_at": N_("carried out at"),
    "alone": N_("approved by the proposer"),
    # merged clients
    "merged_into": N_("merged into"), "kept_id": N_("the client who stayed"), "gone_id": N_("the client who was merged"),
    "gone_no": N_("number of the client who was merged"), "gone_status": N_("status of the client who was merged"),
    "changed": N_("values before and after"), "moved": N_("records that moved"), "log_from": N_("from entry of the log"),
    "log_to": N_("up to entry of the log"), "undone_at": N_("taken apart at"), "undone_by": N_("taken apart by"),
    # users and their sign-in
    "big": N_("BIG number"), "agb": N_("AGB code"), "rbcz": N_("RBCZ number"), "is_removed": N_("access taken away"),
    "two_step": N_("two-step sign-in"), "two_step_version": N_("renewals of two-step sign-in"), "two_step_used": N_("last code used"),
    "two_step_managers": N_("two-step sign-in for the log"), "two_step_admins": N_("two-step sign-in for administrators"),
    # privacy
    "received_on": N_("received on"), "asked": N_("asked for"), "identity_how": N_("how the identity was checked"),
    "identity_at": N_("identity checked at"), "identity_by": N_("identity checked by"), "advice": N_("advice"),
    "advice_by": N_("advice by"), "scope": N_("scope"), "decision": N_("decision"),
    "proposal_id": N_("proposal"), "approved_by": N_("approved by"),
    "executed_at": N_("carried out at"), "executed_by": N_("carried out by"), "ground": N_("ground"), "state": N_("state"),
    "destroyed_on": N_("destroyed on"), "request_no": N_("number of the request"), "proposed_by": N_("proposed by"),
    "row_count": N_("number of records"), "ref_type": N_("kind of record"), "given_on": N_("given on"),
    "opened_on": N_("opened on"), "closed_on": N_("closed on"), "requester": N_("proposed by"), "approver": N_("approved by"),
    "executor": N_("carried out by"), "entries": N_("entries of the log"), "request": N_("privacy request"),
    # time stamps of the log
    "authority": N_("authority"), "token": N_("time stamp"), "stamp_url": N_("address for time stamps"),
    "stamp_certificates": N_("certificates for time stamps"),
    # documents
    "sha256": N_("fingerprint of the content"),
    # people who are no doubles
    "pair": N_("pair"), "voided_at": N_("declared void at"), "void_reason": N_("why it is void"),
    # people around a client, contacts, letters
    "label": N_("label"), "bounced_on": N_("mail came back on"), "way": N_("way"), "incoming": N_("came in"), "relation": N_("relation"),
    "agreement": N_("agreement to the treatment"), "document_id": N_("document"), "ends_on": N_("ends on"), "household": N_("household"),
    "purpose": N_("purpose"), "given_at": N_("given at"), "given_by": N_("given by"), "text_version": N_("version of the text"),
    "evidence": N_("evidence"), "withdrawn_at": N_("withdrawn at"), "withdrawn_how": N_("how it was withdrawn"), "tag": N_("tag"),
    "to_name": N_("to whom"), "to_practice": N_("to which practice"), "to_city": N_("city of the addressee"),
    "body": N_("text of the letter"), "urgent": N_("urgent"), "written_on": N_("written on"),
    "sent_how": N_("how it was sent"), "sent_on": N_("sent on"),
    "feedback": N_("answer received"), "feedback_on": N_("answered on"),
    # hours of the front desk
    "desk_days": N_("days on which the desk answers"), "desk_opens": N_("the desk opens at"), "desk_closes": N_("the desk closes at"),
    # ways in
    "initials": N_("initials"), "house_suffix": N_("addition to the house number"), "target": N_("what the rows become"),
    "mapping": N_("meaning of the columns"), "header": N_("fingerprint of the columns"), "row": N_("row"), "host": N_("server"),
    "port": N_("port"), "folder": N_("folder"), "move_to": N_("folder for read messages"), "every_minutes": N_("minutes between looks"),
    "uid_validity": N_("validity of the numbering"), "last_uid": N_("last message read"), "checked_at": N_("last looked at"),
    "trouble": N_("last trouble"), "mailbox_id": N_("mailbox"), "message_key": N_("fingerprint of the message"),
    "password": N_("password"),
    # rooms, series, waiting list
    "needs_room": N_("needs a room"), "room_id": N_("room"), "location_id": N_("location"),
    "series_id": N_("series"), "instance": N_("place in the series"),
    "in_room_at": N_("in the room at"), "illness": N_("ill"), "fee": N_("fee"), "afterwards": N_("registered afterwards"),
    "stands_in_for": N_("stands in for"), "day": N_("day"), "is_open": N_("open"), "rule": N_("rule"),
    "first_start": N_("first start"), "part_of_day": N_("part of the day"), "weekdays": N_("weekdays"),
    "date_until": N_("up to day"), "booked_id": N_("booked appointment"),
    # mail that goes out, other calendars
    "security": N_("how the connection is kept private"), "from_name": N_("name of the sender"),
    "from_address": N_("address of the sender"),
    "reply_to": N_("address for answers"), "reminder_hours": N_("hours before the appointment"), "calendar": N_("calendar text"),
    "message_id": N_("number of the message"), "state_at": N_("state since"), "tries": N_("number of tries"),
    "next_try_at": N_("next try at"), "etag": N_("mark of what was read"), "sync_token": N_("how far was read"),
    "feed_id": N_("published agenda"), "href": N_("address on the server"), "fingerprint": N_("fingerprint"), "account_id": N_("account"),
    # signing keys
    "public_key": N_("public key"), "epoch": N_("key period"), "attested_by": N_("attested by"),
    # free texts of an entry
    "@reason": N_("reason"), "query": N_("searched for"), "period": N_("period"), "size": N_("entries"), "root": N_("root of the log"),
    "restored": N_("restored head"), "abandoned": N_("abandoned head"), "unsure": N_("what is not known"), "from": N_("from version"),
    "findings": N_("findings"), "since": N_("verified before"), "columns": N_("new columns"),
    "clock": N_("time on the computer"), "filter": N_("filter"), "log": N_("last time in the log"),
}  # fmt: skip
"""Field by field what it is called; a column without an entry fails a test."""

ELSEWHERE: Final = CARE_ELSEWHERE | QUALITY_ELSEWHERE | {
    ("privacy_request", "due_on"): N_("to be answered by"),
    ("complaint", "code"): N_("kind"), ("note_section", "code"): N_("section"), ("red_flag_answer", "code"): N_("question"),
    ("document", "size"): N_("size (bytes)"), ("import_batch", "undone_at"): N_("taken back at"),
    ("representative", "authority"): N_("parental or legal authority"), ("referral", "call_id"): N_("advice call"),
    ("search", "words"): N_("searched for"), ("search", "hits"): N_("found"),
    ("note_search", "words"): N_("searched for"), ("note_search", "hits"): N_("found"), ("login_failed", "at"): N_("tried at"),
}  # fmt: skip

TECHNICAL: Final = frozenset({"version", "created_at", "created_by"})
"""Fields that every record has: they say nothing a reader asks for."""
FOLLOWS: Final = frozenset({"live", "status_at", "status_before"})
"""Fields that change with another one, which is the one to name in a sentence."""

CODE_NAMES: Final = {
    "CREATE": N_("Added"), "CHANGE": N_("Changed"), "DELETE": N_("Removed"), "VIEW": N_("Seen"), "SEARCH": N_("Searched"),
    "PRINT": N_("Printed"), "EXPORT": N_("Exported"), "IMPORT": N_("Imported"), "MERGE": N_("Merged"), "SIGN": N_("Signed"),
    "LOGIN": N_("Signed in"), "LOGOUT": N_("Signed out"), "LOCK": N_("Locked"), "DENY": N_("Refused"),
    "BREAKGLASS": N_("Emergency access"), "ERASE": N_("Destroyed"), "BACKUP": N_("Backup"), "RESTORE": N_("Restore"),
    "MIGRATE": N_("Database version"), "KEY": N_("Keys"), "ROLE": N_("Roles"), "CONFIG": N_("Settings"), "VERIFY": N_("Verified"),
    "CLOCK": N_("Clock"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What an entry says, with names instead of ids. ``client`` empty: about nobody, or not for this reader; ``subject``: another user."""

    who: str
    action: str
    code: str
    obj_type: str
    obj_id: str = ""
    client: str = ""
    subject: str = ""
    rule: str = ""
    fields: Sequence[str] = ()


def object_name(obj_type: str) -> str:
    """What a table or another thing of the log is called, with its article."""
    return _(OBJECTS.get(obj_type, OTHER))


def bare_name(obj_type: str) -> str:
    """What it is called without the article that the sentences of the log need."""
    article, _space, rest = object_name(obj_type).partition(" ")
    return rest if article.lower() in {"a", "an", "the", "de", "het", "een"} else object_name(obj_type)


def field_name(field: str, obj_type: str = "") -> str:
    """What a field is called; ``obj_type`` where the same word means something else there."""
    if (obj_type, field) in ELSEWHERE:
        return _(ELSEWHERE[obj_type, field])
    return _(FIELDS[field]) if field in FIELDS else field.strip("@").replace("_", " ")


def code_name(code: str) -> str:
    """What a kind of entry is called."""
    return _(CODE_NAMES[code]) if code in CODE_NAMES else code


def sentence(deed: Deed) -> str:
    """Who did what, in one sentence."""
    plain = _alone(deed)
    if plain:
        return plain.format(who=deed.who, subject=deed.subject, client=deed.client, right=right_name(deed.rule))
    what = object_name(deed.obj_type)
    if deed.client and deed.obj_type == "proposal":  # "of" would say that the client made it
        what, deed = _("a proposal about {client}").format(client=deed.client), replace(deed, client="")
    text = _pattern(deed).format(who=deed.who, what=what, client=deed.client)
    told = [field for field in deed.fields if field not in TECHNICAL and not field.startswith("@")]
    fields = ", ".join(dict.fromkeys(field_name(field) for field in [f for f in told if f not in FOLLOWS] or told))
    if deed.action == "U" and fields:
        return _("{sentence} ({fields}).").format(sentence=text.removesuffix("."), fields=fields)
    return text


def _alone(deed: Deed) -> str:
    """Sentences of deeds that are not something done to a thing."""
    special = {
        ("LOGIN", "login_failed"): _("A sign-in with the account of {subject} failed.") if deed.subject else _("A sign-in failed."),
        ("BACKUP", "drill"): _("{who} tried a backup: it is whole."),
        ("VERIFY", "witness"): _("{who} signed in on a computer without a witness of this log: it could not have noticed an older copy."),
        ("RESTORE", "log"): _("{who} accepted that entries of the log are missing."),
        ("KEY", "recovery_key"): _("{who} signed in with the recovery key."),
        ("KEY", "recovery_used"): _("The recovery key was used for the account of {subject} while the log was in doubt."),
        ("KEY", "recovery_renewed"): _("{who} made a new recovery key."),
        ("KEY", "password"): _("{who} chose another password."),
        ("KEY", "epoch"): _("{who} gave the clinic's file a new key."),
        ("KEY", "audit_key"): "" if deed.action in "CUD" else _("{who} ended a signing key: nothing more is signed with it."),
        ("MERGE", "client_merge"): _("{who} merged another client with {client}.") if deed.client and deed.action == "C" else "",
        ("MERGE", "unmerge"): _("{who} took {client} and a merged client apart again.") if deed.client else "",
        ("MERGE", "client"): _("{who} changed the contact data of {client} with a merge.") if deed.client else "",
        ("SEARCH", "note_search"): _("{who} searched in consult notes."),
        ("VIEW", "client"): _("{who} saw the file of {client}.") if deed.client else "",
        ("BREAKGLASS", "client"): _("{who} saw the file of {client} with a written reason.") if deed.client else "",
    }
    if found := special.get((deed.code, deed.obj_type)):
        return found
    if deed.action in "CUD":
        return ""
    return {
        "LOGIN": _("{who} signed in."),
        "LOGOUT": _("{who} signed out."),
        "LOCK": _("{who} locked the screen."),
        "SEARCH": _("{who} searched in contact data."),
        "DENY": _("{who} was refused at the file of {client}: {right}.") if deed.client else _("{who} was refused: {right}."),
        "BACKUP": _("{who} made a backup."),
        "RESTORE": _("{who} restored a backup."),
        "MIGRATE": _("{who} brought the database to this version of the program."),
        "VERIFY": _("{who} verified the log."),
        "CLOCK": _("The computer's clock stood behind the log while {who} worked: the order of the entries counts, not their time."),
    }.get(deed.code, "")


_SIGNED = frozenset({"consult_note", "addendum", "plan", "plan_version", "advice_call"})


def _pattern(deed: Deed) -> str:
    """Pattern with ``who``, ``what`` and perhaps ``client``."""
    of = bool(deed.client)
    signed = _("{who} signed {what} of {client}.") if of else _("{who} signed {what}.")
    if deed.code == "SIGN" and deed.obj_type in _SIGNED:
        return signed
    by_code = {
        "PRINT": _("{who} printed {what} of {client}.") if of else _("{who} printed {what}."),
        "EXPORT": _("{who} exported {what} of {client}.") if of else _("{who} exported {what}."),
        "IMPORT": _("{who} imported {what} of {client}.") if of else _("{who} imported {what}."),
        "MERGE": _("{who} put {what} of {client} under another number.") if of else _("{who} merged {what}."),
        "ERASE": _("{who} destroyed {what} of {client}.") if of else _("{who} destroyed {what}."),
        "BREAKGLASS": _("{who} saw {what} of {client} with a written reason.") if of else _("{who} saw {what} with a written reason."),
    }
    if deed.code in by_code:
        return by_code[deed.code]
    by_action = {
        "C": _("{who} added {what} of {client}.") if of else _("{who} added {what}."),
        "U": _("{who} changed {what} of {client}.") if of else _("{who} changed {what}."),
        "D": _("{who} removed {what} of {client}.") if of else _("{who} removed {what}."),
        "R": _("{who} saw {what} of {client}.") if of else _("{who} saw {what}."),
    }
    return by_action.get(deed.action, _("{who} worked on {what} of {client}.") if of else _("{who} worked on {what}."))
