"""The log in plain words: what the records of the quality system are called, and their fields (beside ``logwords``)."""

from __future__ import annotations

from typing import Final

from nmx_desk.i18n import N_

QUALITY_OBJECTS: Final = {
    "figure_rows": N_("the rows behind a figure"), "figures": N_("the figures"),
    "case_text": N_("the words of a case"),
    "case_file": N_("a file of a case"),
    "incident": N_("an incident (VIM)"),
    "deviation": N_("a nonconformity"),
    "quality_audit": N_("an audit"),
    "audit_finding": N_("a finding of an audit"),
    "risk": N_("a risk or opportunity"),
    "invitation": N_("a form about satisfaction"),
    "satisfaction_answer": N_("an answer about satisfaction"),
    "objective": N_("a quality objective"),
    "objective_reading": N_("a value of a quality objective"),
    "competence_need": N_("what a role must be able to do"),
    "competence": N_("a competence"),
    "supplier": N_("a supplier"),
    "supplier_review": N_("a score of a supplier"),
    "controlled_document": N_("a controlled document"),
    "controlled_version": N_("a version of a controlled document"),
    "document_reading": N_("that a document was read"),
    "paper_copy": N_("a copy on paper"),
    "management_review": N_("a management review"),
    "review_chapter": N_("a chapter of a management review"),
    "review_decision": N_("a decision of a management review"),
    "saved_report": N_("a named report"),
}

QUALITY_FIELDS: Final = {
    "actions": N_("actions"), "agreement_on": N_("agreement on personal data of"), "agreement_to": N_("agreement on personal data until"),
    "analysed_on": N_("analysed on"), "answered_on": N_("answered on"), "approved_at": N_("approved at"), "approver_id": N_("approved by"),
    "area": N_("part of the clinic"), "audience": N_("who must read it"), "audit_id": N_("audit"), "auditor": N_("auditor"),
    "auditor_id": N_("auditor (colleague)"), "authority_on": N_("reported to the inspectorate on"),
    "authority_ref": N_("number of the inspectorate"), "by_choice": N_("later by the client's own wish"), "calamity": N_("calamity"),
    "cause": N_("cause"), "cause_on": N_("cause found on"), "chance": N_("chance (1–5)"), "clause": N_("clause of the standard"),
    "clauses": N_("clauses of the standard"), "complaints_officer": N_("complaints officer"), "conclusion": N_("conclusion"),
    "confirmed_on": N_("receipt confirmed on"), "consequence": N_("consequence"), "contact": N_("whom to contact"),
    "corrected_on": N_("corrected on"), "doubt_ended_on": N_("doubt over on"), "leak_none_on": N_("authority need not be told, settled on"),
    "stepped_at": N_("last step at"), "stepped_by": N_("last step by"), "stepped_from": N_("last step from"),
    "delivery": N_("score of the delivery"), "deviation_id": N_("nonconformity"),
    "direction": N_("side of the target"), "discussion": N_("what was said"), "dispute_body": N_("dispute body"),
    "dispute_on": N_("taken to the dispute body on"), "doubt_on": N_("doubt since"), "effective": N_("effective"),
    "end_reason": N_("why it ended"), "established_on": N_("established on"), "every": N_("how often it is written"),
    "extended_on": N_("extended on"), "extent": N_("extent"), "figure": N_("figure"), "file": N_("content of the file"),
    "file_kind": N_("kind of file"), "first_on": N_("first day"), "formats": N_("formats"), "found_on": N_("found on"),
    "grade": N_("grade"), "handed_on": N_("handed out on"), "harm": N_("harm"), "has_data": N_("has personal data"),
    "held_on": N_("held on"), "holds": N_("what it holds"), "illness_is_late": N_("illness on the day counts as late"),
    "impact": N_("impact (1–5)"), "investigated_on": N_("investigated from"), "invitation_id": N_("form"),
    "is_critical": N_("care or data depend on it"), "issuer": N_("issued by"), "judged_how": N_("how it is judged"),
    "judgement": N_("judgement"), "last_on": N_("last day"), "leak_found_at": N_("data leak found at"),
    "leak_ref": N_("number of the data leak"), "leak_reported_at": N_("data leak reported at"), "mark": N_("mark (1–10)"),
    "measures": N_("measures"), "need_id": N_("what it answers"), "next_on": N_("next on"), "objective_id": N_("objective"),
    "obtained_on": N_("obtained on"), "occurred_on": N_("happened on"), "offered_at": N_("put up for approval at"),
    "parameters": N_("period and filters"), "planned_on": N_("planned on"), "points": N_("points"), "price": N_("score of the price"),
    "privacy": N_("score of privacy and safety"), "provides": N_("what it provides"), "quality": N_("score of the quality"),
    "read_at": N_("read at"), "read_on": N_("read on"), "recommend": N_("would recommend (0–10)"),
    "refuse_reason": N_("why it was refused"),
    "reopened": N_("times reopened"), "replaced_by": N_("replaced by"), "report": N_("report"), "reporter_id": N_("reported by"),
    "resources": N_("resources"), "rest_chance": N_("chance that is left (1–5)"), "rest_impact": N_("impact that is left (1–5)"),
    "review_id": N_("management review"), "review_months": N_("months until it is looked at again"), "review_on": N_("look at it again on"),
    "service": N_("score of the service"), "signed_by": N_("signed by"), "summary": N_("summary without names"),
    "supplier_id": N_("supplier"), "taken_back_on": N_("taken back on"), "task_id": N_("task"), "test_due_on": N_("effect to be tested by"),
    "tested_by": N_("tested by"), "tested_on": N_("tested on"), "treatment": N_("what is done about it"),
    "verdict": N_("what follows"), "why": N_("why"), "withdraw_reason": N_("why it was withdrawn"), "withdrawn_on": N_("withdrawn on"),
}  # fmt: skip

QUALITY_ELSEWHERE: Final = {
    ("grievance", "topic"): N_("what it is about"), ("saved_report", "last_on"): N_("last written on"),
    ("saved_report", "folder"): N_("folder it is written to"), ("controlled_version", "content"): N_("text"),
    ("management_review", "content"): N_("the pack as it was signed"),
    ("case_text", "code"): N_("which text"), ("quality_audit", "title"): N_("subject"),
}  # fmt: skip
