"""The state machine *Aanvraag* (DOMAIN §4) as a property: whatever is done with a request, in any order, only its table's steps happen."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.request_views import NewRequest
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus
from nmx_desk.services import agenda, calls, requests

S = RequestStatus
LEAVES = {S.UNREACHABLE, S.DUPLICATE, S.INVALID, S.WITHDRAWN}
TABLE = {
    S.NEW: {S.IN_PROGRESS, S.BOOKED, *LEAVES},  # booked at once, with whoever writes or stands at the desk
    S.IN_PROGRESS: {S.BOOKED, *LEAVES},
    S.BOOKED: {S.HELD, S.NO_SHOW, S.CANCELLED, *LEAVES},
    S.HELD: {S.DONE, *LEAVES},
    S.NO_SHOW: {S.IN_PROGRESS, S.BOOKED, S.CLOSED, *LEAVES},
    S.CANCELLED: {S.IN_PROGRESS, S.BOOKED, S.CLOSED, *LEAVES},
}  # fmt: skip
REFUSED = (UserError, Conflict)
HOURS = st.integers(1, 60)
ZONE = ZoneInfo("Europe/Amsterdam")
numbers = count(10_000_000)
seen: set[RequestStatus] = set()


class Requests(RuleBasedStateMachine):
    """One request in a clinic that others use as well."""

    clinic = None

    @initialize()
    def asks(self):
        self.desk, self.care = self.clinic.as_("receptie"), self.clinic.as_("behandelaar")
        clock = self.clinic.clock
        clock.moment = max(clock.moment, datetime(2026, 9, 14, 7, tzinfo=clock.moment.tzinfo)) + timedelta(hours=1)
        who = NewRequest(first_name="Kim", surname=f"Proef {next(numbers)}", phone=f"06{next(numbers):08}")
        self.id = self.desk.do(requests.new_request, who).id

    # What is read back ---------------------------------------------------------------------------------------------------------------

    def rows(self, kind, **equals):
        with self.desk.database.reading() as connection:
            return self.desk._store(connection).find(kind, **equals)

    @property
    def request(self):
        return self.rows(AdviceRequest, id=self.id)[0]

    @property
    def call(self):
        live = self.rows(Appointment, request_id=self.id, type_code="advice_call", live=True)
        return next((item for item in live if item.status is AppointmentStatus.CONFIRMED), None)

    def step(self, desk, case, *args, **kw):
        """Try it. What is refused has changed nothing; what is done is a step of the table."""
        before, size = self.request, desk.log_size
        try:
            made = desk.do(case, *args, **kw)
        except REFUSED:
            assert self.request == before and not self.changed_since(size)
            return None
        after = self.request.status
        assert after == before.status or after in TABLE.get(before.status, set()), f"{before.status} → {after} by {case.name}"
        return made

    def changed_since(self, size):
        with self.desk.database.reading() as connection:
            written = "SELECT count(*) FROM audit_log WHERE seq >= ? AND code IN ('CREATE', 'CHANGE', 'DELETE')"
            return connection.exec_driver_sql(written, (size,)).scalar_one()

    # What people do -----------------------------------------------------------------------------------------------------------------

    @rule(result=st.sampled_from(AttemptResult), recall=st.none() | HOURS)
    def calls(self, result, recall):
        before = self.request
        again = self.clinic.clock.moment + timedelta(hours=recall) if recall else None
        if self.step(self.desk, requests.log_attempt, self.id, result, "", again) is not None:
            after = self.request
            assert after.attempts == before.attempts + 1
            assert after.next_action_at == again
            assert after.owner_id == (before.owner_id or self.desk.user.id)
            assert after.first_attempt_at is not None

    @rule()
    def takes_the_attempt_back(self):
        attempts = sorted(self.rows(CallAttempt, request_id=self.id), key=lambda one: one.at)
        if not attempts:
            return
        before = self.request
        try:
            self.desk.do(requests.undo_attempt, attempts[-1].id)
        except REFUSED:
            assert self.request == before
        else:
            assert self.request.attempts == len(attempts) - 1
            assert self.request.status in {before.status, S.NEW, S.NO_SHOW, S.CANCELLED}

    @rule(spoken=st.booleans())
    def books(self, spoken):
        offer = self.desk.do(agenda.next_free, "advice_call", practitioner_id=self.care.user.id)[0]
        fallen = self.fallen()
        if self.step(self.desk, requests.book_call, self.id, offer, spoken=spoken) is not None:
            assert fallen <= 2, "taken up again more than twice"
            assert self.request.status is S.BOOKED and self.request.next_action_at is None

    def fallen(self):
        """How often a booked call did not happen through the client."""
        calls_of = self.rows(Appointment, request_id=self.id, type_code="advice_call")
        missed = [one for one in calls_of if one.status is AppointmentStatus.NO_SHOW]
        return len(missed) + sum(one.status is AppointmentStatus.CANCELLED and one.cancelled_by == "client" for one in calls_of)

    @precondition(lambda self: self.call is not None)
    @rule(by=st.sampled_from(("client", "clinic")))
    def cancels(self, by):
        self.step(self.desk, agenda.cancel, self.call.id, by, "geen tijd")

    @precondition(lambda self: self.call is not None)
    @rule()
    def does_not_come(self):
        call = self.call
        self.clinic.clock.moment = max(self.clinic.clock.moment, call.starts_at + timedelta(minutes=11))
        self.step(self.desk, agenda.mark_no_show, call.id)

    @precondition(lambda self: self.call is not None)
    @rule()
    def opens_the_call(self):
        self.clinic.clock.moment = max(self.clinic.clock.moment, self.call.starts_at)
        self.step(self.care, calls.open_call, self.id)

    @rule(answered=st.booleans(), outcome=st.sampled_from((CallOutcome.INFORMATION_ONLY, CallOutcome.CALL_LATER, CallOutcome.DECLINES)))
    def ends_the_call(self, answered, outcome):
        if self.request.status is not S.HELD:
            return
        sheet = self.care.do(calls.open_call, self.id)
        answers = [RedFlagAnswer(code=each.code, answer=Answer.NO) for each in sheet.questions][0 if answered else 1 :]
        sheet = self.care.do(calls.save_call, sheet.call, answers, [])
        tomorrow = self.clinic.clock.moment.date() + timedelta(days=1)
        later = {"next_date": tomorrow} if outcome is CallOutcome.CALL_LATER else {}
        done = self.step(self.care, calls.complete_call, sheet.call.id, outcome, **later)
        assert (done is not None) == answered, "a call ended with a question that was never asked"

    @rule()
    def goes_on(self):
        """What mostly comes next, so that the far states are reached as well."""
        if self.call is not None:
            self.opens_the_call()
        elif self.request.status is S.HELD:
            self.ends_the_call(answered=True, outcome=CallOutcome.DECLINES)
        elif self.request.status in {*LEAVES, S.CLOSED}:
            self.takes_the_end_back()
        else:
            self.books(spoken=True)

    @rule(end=st.sampled_from(("close", "unreachable", "duplicate")))
    def comes_to_nothing(self, end):
        """A call that is cancelled, or two days of nobody answering, and then an end."""
        if self.call is not None:
            self.cancels("client")
        for hours in (2, 22, 2) if end == "unreachable" else ():
            self.calls(AttemptResult.NO_ANSWER, None)
            self.clinic.clock.move(hours=hours)
        self.ends(end)

    @rule()
    def takes_the_outcome_back(self):
        if self.request.status is S.DONE:
            call = self.care.do(calls.open_call, self.id).call
            again = self.step_back(calls.reopen_call, call.id)
            assert again is None or again.request.status is S.HELD

    def step_back(self, case, *args):
        """Undo, on the day itself; on another day it is refused."""
        today = self.clinic.clock.moment.astimezone(ZONE).date()
        closed = self.request.closed_at.astimezone(ZONE).date()
        try:
            made = self.care.do(case, *args)
        except REFUSED:
            assert closed != today
            return None
        assert closed == today
        return made

    @rule(end=st.sampled_from(("unreachable", "invalid", "withdraw", "close", "duplicate")))
    def ends(self, end):
        case, *words = {
            "unreachable": (requests.mark_unreachable,), "invalid": (requests.mark_invalid, "proef"),
            "withdraw": (requests.withdraw_request,), "close": (requests.close_request, "geen nieuwe afspraak"),
            "duplicate": (requests.mark_duplicate, self.other.id),
        }[end]  # fmt: skip
        missed = [one for one in self.rows(CallAttempt, request_id=self.id) if one.result is not AttemptResult.SPOKEN]
        days = {one.at.astimezone(ZONE).date() for one in missed}
        planned = self.call
        if self.step(self.desk, case, self.id, *words) is not None:
            assert planned is None, "ended with a call still planned"
            assert self.request.closed_at is not None and self.request.next_action_at is None
            if end == "unreachable":
                assert len(missed) >= 3 and len(days) >= 2

    @rule()
    def takes_the_end_back(self):
        before = self.request
        try:
            self.desk.do(requests.undo_request_step, self.id)
        except REFUSED:
            assert self.request == before
        else:
            after = self.request
            assert before.status in TABLE[after.status], f"{before.status} was no step from {after.status}"
            assert before.status in {*LEAVES, S.CLOSED, S.BOOKED}

    @rule(hours=HOURS)
    def waits(self, hours):
        self.clinic.clock.move(hours=hours)

    # What always holds --------------------------------------------------------------------------------------------------------------

    @invariant()
    def is_called_when_it_was_promised(self):
        now = self.clinic.clock.moment
        due = [row.request for row in self.desk.do(requests.due_recalls, now)]
        assert [one.next_action_at for one in due] == sorted(one.next_action_at for one in due)
        mine = self.request
        waits = mine.next_action_at is not None and mine.next_action_at <= now
        assert (mine.id in {one.id for one in due}) == waits
        assert mine.next_action_at is None or mine.status not in {*LEAVES, S.CLOSED}

    @invariant()
    def is_counted(self):
        seen.add(self.request.status)

    @invariant()
    def handled_means_checked(self):
        request = self.request
        if request.status is S.DONE:
            assert request.outcome
            assert all(check.completed_at for check in self.rows(RedFlagCheck, client_id=request.client_id))


@pytest.mark.slow
def test_only_the_steps_of_the_table(clinic):
    desk = clinic.as_("receptie")
    Requests.clinic, Requests.other = clinic, desk.do(requests.new_request, NewRequest(surname="Ander", phone="0600000001"))
    steps = settings(max_examples=40, stateful_step_count=20, derandomize=True, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Requests, settings=steps)
    assert seen >= {*TABLE, S.DONE}, f"never reached: {set(RequestStatus) - seen}"
    assert clinic.verified().ok
