"""Terms of the law that an incident may start: a calamity (IGJ: 3 working days, doubt 6 weeks), a data leak (AP: 72 hours)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.incidents import CALAMITY_NAMES, CALAMITY_STEPS, Calamity, Incident, IncidentStatus
from nmx_desk.i18n import _
from nmx_desk.services import cases
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import one_line

LONGEST_REF = 60


@use_case("grievances.manage")
def settle_calamity(work: Work, incident_id: str, to: Calamity, why: str, on: date | None = None) -> Incident:
    """Doubt, no calamity after all, or a calamity that is established: each with why, without names; each starts or ends its term."""
    one, to = work.store.get(Incident, incident_id), Calamity(to)
    if to not in CALAMITY_STEPS[one.calamity] or one.status is IncidentStatus.CLOSED:
        raise Conflict(_("Whether this is a calamity is settled: {state}.").format(state=_(CALAMITY_NAMES[one.calamity]).lower()))
    day = on or work.today()
    if not (one.doubt_on or one.occurred_on or one.reported_on) <= day <= work.today():
        raise UserError("on", _("Choose a day that is not ahead and not before it happened."))
    cases.need_text({"calamity": why}, "calamity")
    cases.keep_texts(work, subject_of("incident", one.id), one.client_id, {"calamity": why})
    changes: dict[str, Any] = {"calamity": to}
    if to is Calamity.DOUBT:
        changes |= {"doubt_on": day, "doubt_ended_on": None}
    elif to is Calamity.ESTABLISHED:
        changes |= {"established_on": day}
    if one.calamity is Calamity.DOUBT:
        changes |= {"doubt_ended_on": day}
    return work.store.change(one, **changes)


@use_case("grievances.manage")
def report_calamity(work: Work, incident_id: str, on: date, ref: str) -> Incident:
    """The inspectorate was told of an established calamity, on this day, under its number."""
    one = work.store.get(Incident, incident_id)
    if one.calamity is not Calamity.ESTABLISHED or one.authority_on is not None or one.established_on is None:
        raise Conflict(_("There is no established calamity that still has to be reported."))
    if not one.established_on <= on <= work.today():
        raise UserError("authority_on", _("Choose a day that is not ahead and not before the calamity was established."))
    return work.store.change(one, authority_on=on, authority_ref=one_line("authority_ref", ref, LONGEST_REF))


@use_case("grievances.manage")
def settle_leak(work: Work, incident_id: str, reported_at: datetime | None, ref: str, why: str) -> Incident:
    """The authority was told of a data leak, when and under which number; or (no moment) need not be told, and why. Without names."""
    one = work.store.get(Incident, incident_id)
    if one.leak_found_at is None or one.leak_reported_at is not None or one.leak_none_on is not None:
        raise Conflict(_("There is no data leak here that still has to be settled."))
    if reported_at is not None and not one.leak_found_at - timedelta(minutes=1) <= reported_at <= work.now():
        raise UserError("leak_reported_at", _("Choose a moment that is not ahead and not before the leak was found."))
    if reported_at is None:
        cases.need_text({"leak": why}, "leak")
    cases.keep_texts(work, subject_of("incident", one.id), one.client_id, {"leak": why} if why.strip() else {})
    none_on = None if reported_at is not None else work.today()
    return work.store.change(one, leak_reported_at=reported_at, leak_ref=one_line("leak_ref", ref, LONGEST_REF), leak_none_on=none_on)
