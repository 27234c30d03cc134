"""Every edge case of the clinic's definitions (DOMAIN §5, K1 to K19), each with figures counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nmx_desk.domain import kpi, kpi_words
from nmx_desk.domain.kpi import End, Filters, Kind, Period
from nmx_desk.domain.kpi_facts import (
    AnswerFact,
    ContactFact,
    CourseFact,
    DeviationFact,
    FlagFact,
    GrievanceFact,
    ItemFact,
    PlanFact,
    RosterFact,
)
from nmx_desk.i18n import translator
from tests.kpi import CUT, at, call, counts, figure, notes, request, visit


class TestK1:
    def test_received_outside_hours_starts_at_the_next_opening(self):
        rows = [request("fri", "2026-11-06 18:00", first_attempt_at=at("2026-11-09 09:30"))]
        assert figure("K1_median", requests=rows).value == 1.0

    def test_closures_are_out(self):
        rows = [request(received="2026-11-10 16:00", first_attempt_at=at("2026-11-12 09:30"))]  # the 11th is closed
        assert figure("K1_median", requests=rows).value == 2.0

    def test_no_attempt_yet_is_a_running_age_shown_apart(self):
        rows = [request("a", first_attempt_at=at("2026-11-02 12:00")), request("b")]
        found = figure("K1_median", requests=rows, cut_off=at("2026-11-03 09:30"))
        assert (found.denominator, found.value) == (1, 2.0)
        assert found.counted == ("a",)
        assert notes(found) == {"not_tried": 1, "longest_wait": 8.0}  # Monday 10–17 and an hour of Tuesday

    def test_p90_is_the_time_nine_of_ten_were_called_in(self):
        rows = [request(str(n), first_attempt_at=at("2026-11-02 10:00") + timedelta(minutes=6 * n)) for n in range(1, 11)]
        assert figure("K1_p90", requests=rows).value == pytest.approx(0.9)


class TestK2:
    def test_only_held_calls_count(self):
        assert figure("K2", requests=[request("a"), request("b")], calls=[call("a")]).denominator == 1

    def test_a_later_date_the_client_chose_counts_and_is_shown_as_a_split(self):
        rows = [request("a"), request("b"), request("c")]
        calls = [call("a", "2026-11-04 10:00"), call("b", "2026-11-04 10:00"), call("c", "2026-11-20 10:00", later_by_choice=True)]
        found = figure("K2", requests=rows, calls=calls)
        assert (found.value, found.denominator) == (2.0, 3)
        assert notes(found) == {"later_by_choice": 1, "without_choice": 2.0}
        assert "without those a median of 2 days" in kpi_words.notes_text(found, translator("en"))


def test_k3_a_wrong_number_stays_in_the_denominator():
    assert counts("K3", requests=[request("a", spoken_at=CUT), request("b", first_attempt_at=CUT)]) == (1, 2)


class TestK4:
    def test_the_clinics_cancellations_are_out(self):
        rows = [visit("a", kind=Kind.ADVICE_CALL), visit("b", End.CANCELLED, kind=Kind.ADVICE_CALL)]
        assert counts("K4", appointments=rows) == (1, 1)

    def test_a_moved_chain_counts_once_as_its_last(self):
        rows = [visit("a", End.MOVED, kind=Kind.ADVICE_CALL), visit("b", End.NO_SHOW, kind=Kind.ADVICE_CALL, moved_from="a")]
        found = figure("K4", appointments=rows)
        assert (found.numerator, found.denominator, found.counted) == (0, 1, ("b",))

    def test_consults_are_not_calls(self):
        assert counts("K4", appointments=[visit("a")]) == (0, 0)


class TestK5:
    def test_referred_to_the_gp_is_a_numerator_of_its_own(self):
        calls = [call("in"), call("gp", referred_to_gp=True), call("both", referred_to_gp=True)]
        booked = [visit(k, kind=Kind.INTAKE, request_id=k, booked_at=at("2026-11-06 10:00")) for k in ("in", "both")]
        assert figure("K5", calls=calls, appointments=booked).hits == ("c-in", "c-both")
        assert figure("K5_gp", calls=calls, appointments=booked).hits == ("c-gp",)

    def test_open_under_30_days_is_still_open(self):
        found = figure("K5", calls=[call("a"), call("b", "2026-11-29 10:00")], cut_off=at("2026-12-10 10:00"))
        assert notes(found) == {"still_open": 1}
        assert found.immature

    def test_an_intake_booked_without_the_request_counts_for_its_client(self):
        loose = visit("i", kind=Kind.INTAKE, client_id="k", start="2026-11-20 10:00", booked_at=at("2026-11-06 10:00"))
        assert counts("K5", calls=[call(client_id="k")], appointments=[loose]) == (1, 1)
        assert counts("K5", calls=[call(client_id="other")], appointments=[loose]) == (0, 1)

    def test_an_intake_before_the_call_is_not_its_fruit(self):
        before = visit("i", kind=Kind.INTAKE, client_id="k", start="2026-11-04 10:00")
        assert counts("K5", calls=[call(client_id="k")], appointments=[before]) == (0, 1)


class TestK6:
    def test_the_cohort_is_who_asked_in_the_month(self):
        held = visit("i", kind=Kind.INTAKE, request_id="r", start="2026-12-20 10:00")
        found = figure("K6", requests=[request()], appointments=[held])
        assert (found.hits, found.immature) == (("r",), False)

    def test_an_immature_cohort_is_marked(self):
        found = figure("K6", requests=[request("a"), request("b")], cut_off=at("2026-12-01 10:00"))
        assert (found.immature, notes(found)) == (True, {"immature": 2})

    def test_sixty_days_to_the_minute(self):
        rows = [visit("i", kind=Kind.INTAKE, request_id="r", start="2027-01-01 10:00")]
        assert counts("K6", requests=[request()], appointments=rows, cut_off=at("2027-02-01 10:00")) == (1, 1)
        rows = [visit("i", kind=Kind.INTAKE, request_id="r", start="2027-01-01 10:01")]
        assert counts("K6", requests=[request()], appointments=rows, cut_off=at("2027-02-01 10:00")) == (0, 1)


class TestK7AndK8:
    def test_cancelled_in_time_by_the_clinic_and_of_who_died_are_out(self):
        rows = [visit("a"), visit("b", End.NO_SHOW), visit("c", End.CANCELLED), visit("d", End.NO_SHOW, excluded=True)]
        assert counts("K7", appointments=rows) == (1, 2)

    def test_both_have_the_same_denominator(self):
        rows = [visit("a"), visit("b", End.NO_SHOW), visit("c", End.CANCELLED_LATE)]
        assert figure("K7", appointments=rows).counted == figure("K8", appointments=rows).counted
        assert counts("K8", appointments=rows) == (1, 3)

    @pytest.mark.parametrize(("policy", "expected", "code"), [(False, (0, 1), "illness_out"), (True, (1, 2), "illness_in")])
    def test_sick_the_same_day_is_flagged_and_the_clinics_policy(self, policy, expected, code):
        rows = [visit("a"), visit("b", End.CANCELLED_LATE, illness=True)]
        found = figure("K8", appointments=rows, illness_is_late=policy)
        assert (found.numerator, found.denominator) == expected
        assert notes(found) == {code: 1}


class TestK9:
    def test_unsigned_is_not_in_time_once_24_hours_have_passed(self):
        rows = [visit("a", signed_at=at("2026-11-11 11:00")), visit("b", signed_at=at("2026-11-11 11:01")), visit("c")]
        found = figure("K9", appointments=rows)  # they ended on the 10th at 11:00
        assert (found.hits, found.counted) == (("a",), ("a", "b", "c"))

    def test_within_the_24_hours_it_is_not_counted_yet(self):
        found = figure("K9", appointments=[visit("a")], cut_off=at("2026-11-11 11:00"))
        assert (found.denominator, found.value, notes(found), found.immature) == (0, None, {"note_waits": 1}, True)

    def test_a_note_signed_at_once_counts_at_once(self):
        assert counts("K9", appointments=[visit("a", signed_at=at("2026-11-10 10:50"))], cut_off=at("2026-11-10 12:00")) == (1, 1)

    def test_advice_calls_and_who_did_not_come_have_no_note(self):
        assert counts("K9", appointments=[visit("a", kind=Kind.ADVICE_CALL), visit("b", End.NO_SHOW)]) == (0, 0)

    def test_24_hours_over_a_change_of_the_clock_are_24_hours(self):
        october = Period(date(2026, 10, 1), date(2026, 10, 31))
        ended = visit("a", start="2026-10-24 10:00", signed_at=at("2026-10-25 10:00"))  # the clock went back: 24 hours after 11:00
        assert counts("K9", period=october, appointments=[ended]) == (1, 1)


def test_k10_a_call_without_a_complete_check():
    assert counts("K10", calls=[call("a"), call("b", red_flags_complete=False)]) == (1, 2)
    assert kpi.TARGETS["K10"] == kpi.TARGETS["K11"] == 100


def test_k11_positive_checks_followed_by_a_referral_or_an_override():
    rows = [FlagFact(id=k, at=at("2026-11-05 10:00"), followed=k != "b") for k in "abc"]
    assert figure("K11", flags=rows).hits == ("a", "c")


class TestK12:
    @pytest.mark.parametrize(("held", "hit"), [("2026-11-03", True), ("2026-11-17", True), ("2026-11-02", False), ("2026-11-18", False)])
    def test_held_within_seven_days_on_either_side(self, held, hit):
        row = ContactFact(id="f", due_on=date(2026, 11, 10), done_on=date.fromisoformat(held))
        assert counts("K12", contacts=[row]) == (int(hit), 1)

    def test_paused_stopped_and_deceased_are_out(self):
        assert counts("K12", contacts=[ContactFact(id="f", due_on=date(2026, 11, 10), out=True)]) == (0, 0)

    def test_not_yet_past_the_window_is_out_also_when_held_already(self):
        rows = [ContactFact(id=k, due_on=date(2026, 11, 10), done_on=date(2026, 11, 9) if k == "a" else None) for k in "ab"]
        found = figure("K12", contacts=rows, cut_off=at("2026-11-17 09:00"))  # the last day of the window
        assert (found.denominator, notes(found)) == (0, {"in_window": 2})
        assert counts("K12", contacts=rows, cut_off=at("2026-11-18 09:00")) == (1, 2)

    def test_another_window_than_a_week(self):
        assert counts("K12", contacts=[ContactFact(id="f", due_on=date(2026, 11, 10), window_days=3, done_on=date(2026, 11, 14))]) == (0, 1)


def test_k13_by_the_day_a_plan_ended():
    rows = [PlanFact(id="a", ended_on=date(2026, 11, 30), completed=True), PlanFact(id="b", ended_on=date(2026, 11, 1), completed=False),
            PlanFact(id="c", ended_on=date(2026, 12, 1), completed=True)]  # fmt: skip
    assert counts("K13", plans=rows) == (1, 2)


class TestK14:
    BASE = date(2026, 5, 14)  # 180 days later it is 10 November

    def course(self, baseline, *later, key="k"):
        scores = tuple((self.BASE + timedelta(days=days), score) for days, score in later)
        return CourseFact(id=key, baseline_on=self.BASE, baseline=baseline, later=scores)

    @pytest.mark.parametrize(
        ("baseline", "score", "hit"), [(6, 4, True), (7, 5, False), (7, 4, True), (3, 1, True), (4, 3, False), (10, 7, True)]
    )
    def test_two_points_and_thirty_percent_both(self, baseline, score, hit):
        assert counts("K14", courses=[self.course(baseline, (100, score))]) == (int(hit), 1)

    def test_a_baseline_below_three_is_excluded_and_counted(self):
        found = figure("K14", courses=[self.course(2, (100, 0))])
        assert (found.denominator, notes(found)) == (0, {"below_floor": 1})

    def test_missing_is_shown_and_never_filled_in(self):
        found = figure("K14", courses=[self.course(8, (59, 1), (181, 1))])
        assert (found.denominator, found.value, notes(found)) == (0, None, {"not_measured": 1})

    def test_the_last_score_between_60_and_180_days_decides(self):
        assert counts("K14", courses=[self.course(8, (60, 2), (180, 8))]) == (0, 1)
        assert counts("K14", courses=[self.course(8, (60, 8), (180, 2), (200, 8))]) == (1, 1)

    def test_zero_is_a_value(self):
        assert counts("K14", courses=[self.course(8, (100, 0))]) == (1, 1)

    def test_who_can_still_be_measured_is_not_counted(self):
        rows = [self.course(8, (100, 0))]
        assert counts("K14", courses=rows, cut_off=at("2026-11-10 09:00")) == (0, 0)
        waits = figure("K14", courses=[*rows, self.course(2, key="low")], cut_off=at("2026-11-10 09:00"))
        assert (waits.immature, notes(waits)) == (True, {"score_waits": 1})
        assert not figure("K14", courses=rows, cut_off=at("2026-11-11 09:00")).immature
        assert counts("K14", courses=rows, cut_off=at("2026-11-11 09:00")) == (1, 1)

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_nobody_is_ever_called_cured(self, language):
        t = translator(language)
        text = (kpi_words.name("K14", t) + kpi_words.formula("K14", t)).casefold()
        assert not any(word in text for word in ("genez", "cured", "healed", "beter"))


class TestK15:
    def answer(self, key, day, recommend, client=""):
        return AnswerFact(id=key, answered_on=date.fromisoformat(day), recommend=recommend, client_id=client)

    def test_promoters_minus_detractors(self):
        rows = [self.answer(str(n), "2026-11-05", n) for n in range(11)]  # 9 and 10 against 0 to 6
        found = figure("K15", answers=rows)
        assert (found.numerator, found.denominator) == (-5, 11)
        assert found.value == pytest.approx(-45.4545, abs=0.001)
        assert set(found.hits) == {"9", "10"}
        assert notes(found) == {"promoters": 2, "detractors": 7}

    def test_the_scale_begins_at_zero(self):
        assert figure("K15", answers=[self.answer("a", "2026-11-05", 0)]).value == -100

    def test_one_answer_of_a_client_counts_in_six_months(self):
        rows = [self.answer("a", "2026-05-06", 10, "k"), self.answer("b", "2026-11-05", 0, "k")]
        assert counts("K15", answers=rows) == (0, 0)  # half a year is over on the 6th
        rows = [self.answer("a", "2026-05-06", 10, "k"), self.answer("b", "2026-11-06", 0, "k")]
        assert counts("K15", answers=rows) == (-1, 1)

    def test_one_that_did_not_count_does_not_hold_back_the_next(self):
        rows = [self.answer("a", "2026-05-01", 10, "k"), self.answer("b", "2026-09-01", 0, "k"), self.answer("c", "2026-11-02", 9, "k")]
        assert figure("K15", answers=rows).counted == ("c",)

    def test_anonymous_answers_count_each(self):
        assert counts("K15", answers=[self.answer("a", "2026-11-05", 10), self.answer("b", "2026-11-05", 10)]) == (2, 2)

    @pytest.mark.parametrize(("n", "few"), [(1, True), (29, True), (30, False)])
    def test_fewer_than_thirty_are_indicative(self, n, few):
        found = figure("K15", answers=[self.answer(str(k), "2026-11-05", 9) for k in range(n)])
        assert found.indicative is few
        assert ("indicatief" in kpi_words.notes_text(found, translator("nl"))) is few

    def test_points_are_written_with_their_sign(self):
        t = translator("nl")
        assert kpi_words.value_text(figure("K15", answers=[self.answer("a", "2026-11-05", 0)]), t) == "−100"
        assert kpi_words.value_text(figure("K15", answers=[self.answer("a", "2026-11-05", 8)]), t) == "0"
        assert kpi_words.value_text(figure("K15", answers=[self.answer("a", "2026-11-05", 9)]), t) == "+100"


class TestK16:
    def row(self, key, due, answered=None):
        return GrievanceFact(id=key, due_on=date.fromisoformat(due), answered_on=date.fromisoformat(answered) if answered else None)

    def test_judged_on_the_last_day_is_in_time(self):
        rows = [self.row("a", "2026-11-10", "2026-11-10"), self.row("b", "2026-11-10", "2026-11-11"), self.row("c", "2026-11-10")]
        assert figure("K16", grievances=rows).hits == ("a",)
        assert counts("K16", grievances=rows) == (1, 3)

    def test_open_and_not_overdue_is_not_counted(self):
        found = figure("K16", grievances=[self.row("a", "2026-11-10")], cut_off=at("2026-11-10 09:00"))
        assert (found.denominator, notes(found)) == (0, {"judgement_waits": 1})

    def test_a_complaint_is_nobodys_in_particular(self):
        rows = [self.row("a", "2026-11-10", "2026-11-09")]
        assert figure("K16", grievances=rows, filters=Filters(practitioner_id="x")).value is None


class TestK17:
    def row(self, key, **days):
        return DeviationFact(id=key, **{k: date.fromisoformat(v) if isinstance(v, str) else v for k, v in days.items()})

    def test_done_by_the_day_it_was_due(self):
        rows = [self.row("a", due_on="2026-11-10", done_on="2026-11-10"), self.row("b", due_on="2026-11-10", done_on="2026-11-11"),
                self.row("c", due_on="2026-11-10"), self.row("d", due_on="2026-12-10", done_on="2026-11-10"), self.row("e")]  # fmt: skip
        assert counts("K17_time", deviations=rows) == (1, 3)
        found = figure("K17_time", deviations=rows, cut_off=at("2026-11-10 09:00"))
        assert (found.denominator, notes(found)) == (2, {"action_waits": 1})

    def test_reopened_is_not_effective(self):
        rows = [self.row("a", tested_on="2026-11-10", effective=True), self.row("b", tested_on="2026-11-10", effective=False),
                self.row("c", tested_on="2026-11-10", effective=True, reopened=1), self.row("d", tested_on="2026-11-10")]  # fmt: skip
        found = figure("K17_effect", deviations=rows)
        assert (found.hits, found.counted) == (("a",), ("a", "b", "c"))


class TestK18:
    ROSTER = (RosterFact(practitioner_id="x", day=date(2026, 11, 10), minutes=120),)

    def test_booked_minutes_of_roster_minutes(self):
        rows = [visit("a", practitioner_id="x"), visit("b", End.CANCELLED, practitioner_id="x"), visit("c", End.MOVED, practitioner_id="x")]
        found = figure("K18", appointments=rows, roster=self.ROSTER)
        assert (found.numerator, found.denominator, found.value) == (60, 120, 50)
        assert kpi_words.counts_text(found, translator("nl")) == "1,0 van 2,0 uur"

    def test_double_bookings_go_beyond_a_hundred(self):
        rows = [visit(k, End.NO_SHOW, practitioner_id="x") for k in "abc"]
        assert figure("K18", appointments=rows, roster=self.ROSTER).value == 150

    def test_absence_is_no_roster_time(self):
        found = figure("K18", appointments=[visit("a", practitioner_id="x")])
        assert (found.denominator, found.value) == (0, None)

    def test_only_up_to_today(self):
        roster = (*self.ROSTER, RosterFact(practitioner_id="x", day=date(2026, 11, 12), minutes=120))
        rows = [visit("a", practitioner_id="x"), visit("b", End.OPEN, start="2026-11-12 10:00", practitioner_id="x")]
        assert counts("K18", appointments=rows, roster=roster, cut_off=at("2026-11-11 12:00")) == (60, 120)
        assert counts("K18", appointments=rows, roster=roster) == (120, 240)

    def test_a_practitioner_only(self):
        roster = (*self.ROSTER, RosterFact(practitioner_id="y", day=date(2026, 11, 10), minutes=600))
        rows = [visit("a", practitioner_id="x"), visit("b", practitioner_id="y")]
        assert counts("K18", appointments=rows, roster=roster, filters=Filters(practitioner_id="x")) == (60, 120)


def test_k19_of_the_items_begun_in_the_period_whenever_they_stopped():
    rows = [ItemFact(id="a", begun_on=date(2026, 11, 1), side_effect=True), ItemFact(id="b", begun_on=date(2026, 11, 30)),
            ItemFact(id="c", begun_on=date(2026, 10, 31), side_effect=True)]  # fmt: skip
    assert counts("K19", items=rows) == (1, 2)
