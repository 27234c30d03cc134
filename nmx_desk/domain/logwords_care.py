"""The log in plain words: what the records of care are called, and their fields (beside ``logwords``)."""

from __future__ import annotations

from typing import Final

from nmx_desk.i18n import N_

CARE_OBJECTS: Final = {
    "axis_assessment": N_("the judgement of an axis"),
    "history_item": N_("an item of the medical history"),
    "medicine": N_("a medicine or supplement"),
    "allergy": N_("an allergy or intolerance"),
    "prior_test": N_("an earlier test"),
    "tried_before": N_("something tried before"),
    "history_asked": N_("that there is nothing to tell"),
    "lifeline": N_("the timeline"),
    "life_event": N_("an event of the timeline"),
    "event_complaint": N_("a link between an event and a complaint"),
    "lifestyle_measurement": N_("a lifestyle measurement"),
    "lab_order": N_("a lab order"),
    "lab_result": N_("a lab result"),
    "plan_goal": N_("a goal of the plan"),
    "plan_template": N_("a plan template"),
    "adherence": N_("how an item of the plan was kept to"),
    "side_effect": N_("a side effect"),
    "task": N_("a task"),
    "frozen_print": N_("what was signed, as it is printed"),
    "snippet": N_("a snippet of one's own"),
}

CARE_FIELDS: Final = {
    "asked_on": N_("asked on"), "topic": N_("list"), "advised_on": N_("advised on"), "alcohol": N_("alcohol (glasses a week)"),
    "analyte": N_("analyte"), "axes": N_("axes"),
    "axis": N_("axis"), "baseline": N_("baseline"), "began": N_("since"), "began_on": N_("began on"), "begun_by": N_("begun by"),
    "begun_on": N_("begun on"), "cadence": N_("contacts after (weeks)"), "caffeine": N_("caffeine (cups a day)"),
    "days": N_("days of the week"),
    "carried_from": N_("carried forward from"), "comparator": N_("less or more than"), "consent_line": N_("informed consent"),
    "copied_from": N_("copied from"), "cost_cents": N_("costs (cents)"), "cost_told_on": N_("costs told on"),
    "discussed_on": N_("discussed on"), "domain": N_("domain"), "effect": N_("effect"), "ended": N_("until"), "event_id": N_("event"),
    "exercise": N_("exercise (minutes a week)"), "expected_on": N_("expected on"), "flag": N_("flag of the lab"),
    "follow_up_id": N_("follow-up contact"), "hypothesis": N_("hypothesis"), "insight": N_("insight"),
    "item_line": N_("item of the plan"), "judged_on": N_("judged on"), "kit_on": N_("kit handed out on"), "lab": N_("lab"),
    "lapse_reason": N_("why it lapsed"), "measure": N_("measure"), "moments": N_("moments of the day"), "nutrition": N_("nutrition"),
    "order_id": N_("lab order"), "ordered_on": N_("ordered on"), "panel": N_("panel"), "pattern": N_("eating pattern"),
    "percent": N_("percentage"), "per": N_("per"), "place": N_("place"), "prescriber": N_("prescriber"), "printed_at": N_("printed at"),
    "reaction": N_("allergy or intolerance"), "ref_high": N_("reference up to"), "ref_low": N_("reference from"),
    "ref_text": N_("reference"), "relative_age": N_("age of the relative"), "reported_on": N_("reported on"),
    "resolved_on": N_("resolved on"), "reviewed_by": N_("reviewed by"), "reviewed_on": N_("reviewed on"), "severity": N_("severity"),
    "side": N_("who does it"), "sleep_half_hours": N_("sleep (half hours)"), "sleep_quality": N_("quality of sleep"),
    "smoking": N_("smoking"), "sphere": N_("physical or mental"), "split_from": N_("split from"), "stop_note": N_("why it was stopped"),
    "stop_when": N_("when to stop"), "stopped": N_("stopped"), "stopped_on": N_("stopped on"), "stress": N_("stress"),
    "taken": N_("medication or supplement"), "template_version": N_("version of the template"), "times": N_("how often"),
    "told_by": N_("told by"), "vegetables": N_("vegetables (grams a day)"), "voided_by": N_("declared void by"),
    "week": N_("week of the cadence"), "with_food": N_("with food"), "subject_id": N_("what it is of"), "material": N_("material"),
    "unit": N_("unit"), "seat": N_("window"), "short": N_("abbreviation"), "from_opening": N_("counted from each opening"),
    "told_on": N_("told on"), "repeat": N_("comes again"), "care": N_("tells of care"), "alarm": N_("alarm while the plan runs"),
    "settled": N_("how it was settled"), "settled_at": N_("settled at"), "settled_by": N_("settled by"),
    "settle_reason": N_("why it was settled"), "move_reason": N_("why it was dated anew"),
    "station": N_("workstation"), "sat_at": N_("writing since"), "seen_at": N_("seen at"),
}  # fmt: skip

CARE_ELSEWHERE: Final = {
    ("plan_goal", "target"): N_("target value"), ("life_event", "role"): N_("part it plays"), ("lab_result", "value"): N_("result"),
    ("plan_template", "number"): N_("version"), ("lab_order", "sent_on"): N_("sent to the lab on"),
    ("frozen_print", "content"): N_("what it shows"),
}  # fmt: skip
