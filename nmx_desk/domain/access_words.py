"""Who saw a client's file, in words for the client: what was done with what, in which role and for what (NEN 7513, AVG art. 15)."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Final

from nmx_desk.domain.people import ROLE_NAMES, Role
from nmx_desk.i18n import N_

(
    CONTACT, REQUEST, APPOINTMENTS, CALL, NOTES, SCORES, FLAGS, PLAN, FOLLOW_UP, ACCESS, FILE, PRIVACY, DOCUMENTS, PART, PROPOSAL,
    CONFIRMATION, LETTER, CASE, SATISFACTION,
) = range(19)  # fmt: skip
THINGS: Final = {
    "client": FILE, "overview": FILE, "progress": FILE, "lifeline": FILE,
    "client_list": CONTACT, "possible_double": CONTACT, "double_list": CONTACT, "not_double": CONTACT,
    "advice_request": REQUEST, "call_attempt": REQUEST, "request_list": REQUEST, "recalls": REQUEST,
    "appointment": APPOINTMENTS, "agenda_day": APPOINTMENTS, "agenda_week": APPOINTMENTS,
    "daylist": APPOINTMENTS, "weeksheet": APPOINTMENTS, "confirmation": CONFIRMATION,
    "advice_call": CALL,
    "consult_note": NOTES, "note_section": NOTES, "addendum": NOTES,
    "complaint": SCORES, "complaint_score": SCORES, "outcome_score": SCORES, "scores": SCORES,
    "red_flag_check": FLAGS, "red_flag_answer": FLAGS,
    "plan": PLAN, "plan_version": PLAN, "plan_phase": PLAN, "plan_item": PLAN,
    "follow_up": FOLLOW_UP, "follow_up_list": FOLLOW_UP,
    "privacy_request": PRIVACY, "privacy_list": PRIVACY, "client_statement": PRIVACY, "grievance": PRIVACY,
    "case_text": CASE, "case_file": CASE, "incident": CASE, "deviation": CASE,
    "invitation": SATISFACTION, "satisfaction_answer": SATISFACTION,
    "referral": LETTER,
    "document": DOCUMENTS, "document_list": DOCUMENTS,
    "proposal": PROPOSAL, "client_merge": CONTACT,
    "client_log": ACCESS, "access": ACCESS, "access_list": ACCESS, "log_entry": ACCESS,
}  # fmt: skip
"""What a table or another thing of the log is to a client; what is not here is part of the file."""

DEEDS: Final = {
    (FILE, "seen"): N_("Saw your file"), (FILE, "made"): N_("Opened your file"), (FILE, "changed"): N_("Changed your contact data"),
    (FILE, "removed"): N_("Removed part of your file"), (FILE, "signed"): N_("Signed part of your file"),
    (FILE, "printed"): N_("Printed part of your file"), (FILE, "exported"): N_("Made a copy of your data"),
    (CONTACT, "seen"): N_("Saw your contact data"), (CONTACT, "changed"): N_("Changed your contact data"),
    (REQUEST, "seen"): N_("Saw your request"), (REQUEST, "made"): N_("Recorded your request or a call about it"),
    (REQUEST, "printed"): N_("Printed a list with your request"), (REQUEST, "exported"): N_("Saved a list with your request"),
    (REQUEST, "changed"): N_("Worked on your request"), (REQUEST, "removed"): N_("Undid a step of your request"),
    (APPOINTMENTS, "seen"): N_("Saw your appointments"), (APPOINTMENTS, "made"): N_("Made an appointment with you"),
    (APPOINTMENTS, "changed"): N_("Changed an appointment of yours"), (APPOINTMENTS, "printed"): N_("Printed a list with your appointment"),
    (APPOINTMENTS, "exported"): N_("Saved a list with your appointment"),
    (CONFIRMATION, "printed"): N_("Made the confirmation of your appointment"),
    (CALL, "seen"): N_("Saw the advice call"), (CALL, "made"): N_("Recorded the advice call"),
    (CALL, "changed"): N_("Recorded the advice call"),
    (CALL, "signed"): N_("Completed the advice call"),
    (NOTES, "seen"): N_("Read a consult note"), (NOTES, "made"): N_("Wrote a consult note"), (NOTES, "changed"): N_("Wrote a consult note"),
    (NOTES, "signed"): N_("Signed a consult note"), (NOTES, "removed"): N_("Threw away a draft of a consult note"),
    (SCORES, "seen"): N_("Saw your complaints and scores"), (SCORES, "made"): N_("Recorded your complaints and scores"),
    (SCORES, "changed"): N_("Recorded your complaints and scores"), (SCORES, "removed"): N_("Removed a score"),
    (FLAGS, "seen"): N_("Saw the safety questions"), (FLAGS, "made"): N_("Recorded the safety questions"),
    (FLAGS, "changed"): N_("Recorded the safety questions"),
    (PLAN, "seen"): N_("Saw your plan"), (PLAN, "made"): N_("Wrote your plan"), (PLAN, "changed"): N_("Worked on your plan"),
    (PLAN, "signed"): N_("Put your plan into force"), (PLAN, "removed"): N_("Removed a draft of your plan"),
    (PLAN, "printed"): N_("Printed your plan"),
    (FOLLOW_UP, "seen"): N_("Saw your follow-up contacts"), (FOLLOW_UP, "made"): N_("Planned a follow-up contact"),
    (FOLLOW_UP, "changed"): N_("Worked on a follow-up contact"),
    (PROPOSAL, "seen"): N_("Saw a proposal about your file"), (PROPOSAL, "made"): N_("Proposed something about your file"),
    (PROPOSAL, "changed"): N_("Decided on a proposal about your file"),
    (ACCESS, "seen"): N_("Saw who had seen your file"), (ACCESS, "printed"): N_("Printed who had seen your file"),
    (ACCESS, "exported"): N_("Saved who had seen your file"),
    (LETTER, "seen"): N_("Saw a letter to your doctor"), (LETTER, "made"): N_("Wrote a letter to your doctor"),
    (LETTER, "changed"): N_("Worked on a letter to your doctor"), (LETTER, "printed"): N_("Printed a letter to your doctor"),
    (LETTER, "removed"): N_("Threw away a letter to your doctor"),
    (PRIVACY, "seen"): N_("Saw your privacy request"), (PRIVACY, "made"): N_("Recorded your privacy request or complaint"),
    (PRIVACY, "changed"): N_("Worked on your privacy request or complaint"),
    (DOCUMENTS, "seen"): N_("Saw your documents"), (DOCUMENTS, "made"): N_("Added a document to your file"),
    (DOCUMENTS, "removed"): N_("Removed a document from your file"),
    (CASE, "seen"): N_("Saw a report of quality that names you"), (CASE, "made"): N_("Recorded a complaint or an incident that names you"),
    (CASE, "changed"): N_("Worked on a complaint or an incident that names you"),
    (CASE, "printed"): N_("Printed a report of quality that names you"),
    (SATISFACTION, "seen"): N_("Saw what you think of the clinic"), (SATISFACTION, "made"): N_("Recorded what you think of the clinic"),
    (SATISFACTION, "changed"): N_("Worked on what you think of the clinic"),
    (PART, "made"): N_("Added something to your file"), (PART, "changed"): N_("Changed something in your file"),
}  # fmt: skip
MERGED: Final = N_("Put two files of yours together")
APART: Final = N_("Took two files apart that had been put together")
_BY_CODE: Final = {"PRINT": "printed", "EXPORT": "exported", "SIGN": "signed", "VIEW": "seen", "BREAKGLASS": "seen"}
_BY_ACTION: Final = {"R": "seen", "C": "made", "U": "changed", "D": "removed"}

PURPOSES: Final = {
    Role.RECEPTIONIST: N_("Front desk: requests, appointments and contact"),
    Role.PRACTITIONER: N_("Your treatment"),
    Role.MANAGER: N_("Management of the practice"),
    Role.ADMIN: N_("Technical management"),
    Role.AUDITOR: N_("Audit"),
}
COLLEAGUE: Final = N_("Not the own practitioner, with a written reason")
WRITTEN: Final = N_("With a written reason")


def deed(action: str, code: str, obj_type: str, t: NullTranslations) -> str:
    """What an entry did with the file, for the client; empty for what is no look at it and no change of it."""
    if code == "MERGE":  # one deed, whatever moved with it
        said = {("C", "client_merge"): MERGED, ("E", "unmerge"): APART}.get((action, obj_type))
        return t.gettext(said) if said else ""
    how = _BY_CODE.get(code) or _BY_ACTION.get(action, "")
    if not how or code == "SEARCH":  # a hit that was opened has an entry of its own
        return ""
    thing = THINGS.get(obj_type, PART)
    text = DEEDS.get((thing, how)) or DEEDS[FILE, how]
    return t.gettext(text)


def role_name(role: str, t: NullTranslations) -> str:
    """A role in words; empty for none."""
    return t.gettext(ROLE_NAMES[Role(role)]) if role in set(Role) else ""


def purpose(role: str, *, break_glass: bool, t: NullTranslations) -> str:
    """For what somebody in this role had the file before them."""
    if break_glass:
        return t.gettext(COLLEAGUE if role == Role.PRACTITIONER else WRITTEN)
    return t.gettext(PURPOSES[Role(role)]) if role in set(Role) else ""
