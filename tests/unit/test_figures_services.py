"""The figures at the door: what is shown, filtered, behind a figure, to whom and logged; and that SQL and the program agree."""

from __future__ import annotations

import random
import shutil
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.data import figures as data
from nmx_desk.domain import kpi
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.kpi import Filters, Period
from nmx_desk.domain.people import Clinic, Role, User
from nmx_desk.domain.requests import AttemptResult, Source
from nmx_desk.services import agenda, calls, figures, log, people, reports, requests
from nmx_desk.services.log import LogFilter
from nmx_desk.services.requests import NewRequest
from nmx_desk.vault.passwords import DEMO_PASSWORD
from tests.clinic import MONDAY, PASSWORD, TestClinic, once
from tests.exam import kpi_sql
from tests.exam.figures import WORLD_MONTHS, World, every_way

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture(scope="module")
def world_folder(clinic_template, tmp_path_factory):
    """A clinic of random rows, made once."""
    folder = tmp_path_factory.mktemp("world") / "clinic"
    shutil.copytree(clinic_template, folder)
    made = TestClinic(folder)
    made.as_("manager").do(once(lambda work: World(work, random.Random(5)).make(), "reports.figures"))
    made.close()
    return folder


@pytest.fixture
def world(world_folder, tmp_path):
    """A copy of it."""
    shutil.copytree(world_folder, tmp_path / "world")
    made = TestClinic(tmp_path / "world")
    yield made
    made.close()


def everything(desk):
    """The facts of the year, and the figures."""
    clinic = once(lambda work: data.facts(work.store, work.store.find(Clinic)[0], work.now(), *YEAR), "reports.figures")
    return desk.do(clinic)


def add(clinic, username, role):
    clinic.as_("beheerder").do(people.add_user, username, "U. Demo", (role,), password=PASSWORD)
    clinic.approve()
    return clinic.as_(username)


class TestSql:
    def test_a_random_clinic_counts_as_sql_counts_it(self, world):
        case = once(lambda work: [one for one in every_way(work, WORLD_MONTHS) if one], "reports.figures")
        assert world.as_("manager").do(case) == []

    @pytest.mark.slow
    def test_the_full_demo_counts_as_sql_counts_it(self, demo_clinic):
        days = [(date(2025, 3, 1), date(2025, 3, 31)), (date(2025, 10, 1), date(2025, 10, 31)), (date(2026, 9, 1), date(2026, 9, 30))]
        case = once(lambda work: [one for one in every_way(work, days) if one], "reports.figures")
        desk = demo_clinic.front.sign_in("manager", DEMO_PASSWORD)
        try:
            assert desk.do(case) == []
            shown = desk.do(figures.dashboard, *days[1])
            told = desk.do(once(lambda work: kpi_sql.answers(work.driver, *days[1], work.now(), Filters()), "reports.figures"))
            for figure in shown.figures:
                assert (figure.numerator or 0) == round(told[figure.key][0] or 0), figure.key
        finally:
            desk.close()


class TestDashboard:
    def test_it_is_the_months_figures_with_their_course(self, world):
        desk = world.as_("manager")
        shown = desk.do(figures.dashboard, date(2026, 6, 1), date(2026, 6, 30))
        assert shown.figures == desk.do(reports.figures, date(2026, 6, 1), date(2026, 6, 30)).figures
        assert set(shown.trend) == set(kpi.FIGURES)
        assert [point.first for point in shown.trend["K7"]] == [kpi.month_before(date(2026, 6, 1), n) for n in range(12, -1, -1)]
        for figure in shown.figures:
            last = shown.trend[figure.key][-1]
            assert (last.value, last.numerator, last.denominator) == (figure.value, figure.numerator, figure.denominator)
        assert shown.before == desk.do(reports.figures, date(2026, 5, 1), date(2026, 5, 31)).figures
        assert sum(map(sum, shown.heat)) == shown.funnel[0].count == shown.figure("requests").value

    def test_a_period_that_cannot_be_is_refused(self, clinic):
        with pytest.raises(UserError) as told:
            clinic.as_("manager").do(figures.dashboard, date(2026, 6, 2), date(2026, 6, 1))
        assert told.value.field == "date_to"

    def test_loading_what_a_period_looks_at_is_as_good_as_loading_everything(self, world):
        desk = world.as_("manager")
        whole = everything(desk)
        for first, last in WORLD_MONTHS:
            facts = desk.do(once(lambda work, a=first, b=last: data.facts(work.store, work.store.find(Clinic)[0], whole.cut_off, a, b)))
            period = Period(first, last)
            assert kpi.month_figures(facts, period) == kpi.month_figures(whole, period), first


class TestBehind:
    def test_the_rows_are_the_ones_that_were_counted(self, world):
        desk = world.as_("manager")
        for figure in desk.do(figures.dashboard, *YEAR).figures:
            counted = desk.do(figures.rows_behind, figure.key, "counted", *YEAR)
            hits = desk.do(figures.rows_behind, figure.key, "hits", *YEAR)
            missed = desk.do(figures.rows_behind, figure.key, "missed", *YEAR)
            assert {row.id for row in counted} == set(figure.counted)
            assert {row.table for row in counted} <= {figure.of}
            if figure.numerator is not None:
                assert {row.id for row in hits} == set(figure.hits)
            assert {row.id for row in missed} == {row.id for row in counted} - {row.id for row in hits}
            days = [row.day for row in counted if row.day]
            assert days == sorted(days, reverse=True)

    def test_a_step_of_the_funnel_and_an_hour_of_the_week(self, world):
        desk = world.as_("manager")
        shown = desk.do(figures.dashboard, *YEAR)
        for stage in shown.funnel:
            assert {row.id for row in desk.do(figures.rows_behind, f"stage:{stage.key}", "hits", *YEAR)} == set(stage.hits)
        weekday, hour = next((d, h) for d in range(7) for h in range(24) if shown.heat[d][h])
        assert len(desk.do(figures.rows_behind, f"heat:{weekday}:{hour}", "hits", *YEAR)) == shown.heat[weekday][hour]

    @pytest.mark.parametrize(("key", "part"), [("K99", "hits"), ("stage:x", "hits"), ("heat:x:1", "hits"), ("heat:1", "hits"), ("K7", "x")])
    def test_what_is_no_figure_is_refused(self, clinic, key, part):
        with pytest.raises(UserError):
            clinic.as_("manager").do(figures.rows_behind, key, part, *YEAR)

    def test_the_manager_sees_whom_and_the_auditor_ids_only(self, world):
        auditor, manager = add(world, "auditor", Role.AUDITOR), world.as_("manager")
        named = 0
        for key in kpi.FIGURES:
            for row in auditor.do(figures.rows_behind, key, "counted", *YEAR):
                assert (row.who, row.client_id, row.request_id) == ("", None, None)
                assert "Proef" not in repr(row)
            named += sum("Proef" in row.who for row in manager.do(figures.rows_behind, key, "counted", *YEAR))
        assert named > 50

    def test_the_look_is_logged_and_who_stands_in_a_list_of_care_is_named(self, world):
        desk = world.as_("manager")
        found = desk.do(figures.rows_behind, "K14", "counted", *YEAR)
        desk.do(figures.rows_behind, "K7", "counted", *YEAR)
        people_named = {row.client_id for row in found}
        assert people_named
        entries = desk.do(log.list_log, LogFilter(limit=200, codes=("VIEW",)))
        seen = [entry for entry in entries if entry.obj_type == "figure_rows"]
        assert {entry.client_id for entry in seen if entry.client_id} == people_named
        assert sum(entry.client_id is None for entry in seen) == 2
        assert world.verified().ok

    @pytest.mark.parametrize("who", ["receptie", "behandelaar", "beheerder"])
    def test_figures_are_for_manager_and_auditor(self, clinic, who):
        for call in ((figures.dashboard, *YEAR), (figures.figure_filters,), (figures.rows_behind, "K7", "hits", *YEAR)):
            with pytest.raises(NotAllowed):
                clinic.as_(who).do(*call)


class TestWhatWasSaid:
    """What people say while they work decides what is counted."""

    @pytest.fixture
    def booked(self, clinic):
        desk = clinic.as_("receptie")
        made = desk.do(requests.new_request, NewRequest(first_name="Sanne", surname="Proef", phone="0612345678"))
        offers = desk.do(agenda.next_free, "advice_call", count=60)
        later = next(one for one in offers if one.starts_at > MONDAY + timedelta(hours=2))
        return desk.do(requests.book_call, made.id, later, by_choice=True)

    def test_later_by_own_choice_is_shown_beside_the_lead_time(self, clinic, booked):
        assert booked.by_choice
        moved = clinic.as_("receptie").do(agenda.move, booked.id, booked.starts_at + timedelta(days=1), booked.practitioner_id)
        clinic.clock.moment = moved.starts_at
        who = {user.id: user.username for user in clinic.as_("manager").do(once(lambda work: work.store.find(User)))}[moved.practitioner_id]
        clinic.as_(who).do(calls.open_call, moved.request_id)
        found = clinic.as_("manager").do(figures.dashboard, *YEAR).figure("K2")
        assert [(note.code, note.n) for note in found.note] == [("later_by_choice", 1)]

    def test_illness_on_the_day_counts_as_the_clinic_says(self, clinic, booked):
        boss = clinic.as_("manager")
        clinic.clock.moment = booked.starts_at - timedelta(hours=1)
        clinic.as_("receptie").do(agenda.cancel, booked.id, "client", "griep", ill=True)
        clinic.clock.move(days=1)
        found = boss.do(figures.dashboard, *YEAR).figure("K8")
        assert (found.numerator, [(note.code, note.n) for note in found.note]) == (0, [("illness_out", 1)])
        boss.do(people.change_clinic, replace(boss.clinic, illness_is_late=True))
        found = boss.do(figures.dashboard, *YEAR).figure("K8")
        assert (found.numerator, found.denominator, [note.code for note in found.note]) == (1, 1, ["illness_in"])

    def test_illness_that_was_told_in_time_is_not_late(self, clinic, booked):
        boss = clinic.as_("manager")
        moved = clinic.as_("receptie").do(agenda.move, booked.id, booked.starts_at + timedelta(days=2), booked.practitioner_id)
        clinic.as_("receptie").do(agenda.cancel, moved.id, "client", "griep", ill=True)
        boss.do(people.change_clinic, replace(boss.clinic, illness_is_late=True))
        assert boss.do(figures.dashboard, *YEAR).figure("K8").denominator == 0


class TestFilters:
    def test_by_source(self, clinic):
        desk, boss = clinic.as_("receptie"), clinic.as_("manager")
        for number, source in enumerate([Source.PHONE, Source.PHONE, Source.EMAIL]):
            asked = NewRequest(first_name="Sanne", surname=f"Proef{number}", phone=f"061234567{number}", source=source)
            made = desk.do(requests.new_request, asked)
            if not number:
                desk.do(requests.log_attempt, made.id, AttemptResult.SPOKEN)
        shown = boss.do(figures.dashboard, *YEAR, Filters(source="phone"))
        assert (shown.figure("K3").numerator, shown.figure("K3").denominator) == (1, 2)
        assert boss.do(figures.dashboard, *YEAR).figure("K3").denominator == 3
        assert len(boss.do(figures.rows_behind, "requests", "hits", *YEAR, Filters(source="email"))) == 1

    def test_the_parts_of_a_filter_add_up(self, world):
        desk = world.as_("manager")
        whole = desk.do(figures.dashboard, *YEAR)
        choices = desk.do(figures.figure_filters)
        for name, values in (("source", choices.sources), ("practitioner_id", choices.practitioners), ("type_code", choices.types)):
            keys = {"source": ("requests", "held"), "practitioner_id": ("held", "K7", "K13"), "type_code": ("K7", "K8")}[name]
            parts = [desk.do(figures.dashboard, *YEAR, Filters(**{name: value})) for value, _label in values]
            for key in keys:
                total = sum(len(part.figure(key).counted) for part in parts)
                assert total == len(whole.figure(key).counted), (name, key)

    def test_what_there_is_to_choose(self, clinic):
        found = clinic.as_("manager").do(figures.figure_filters)
        assert [name for _value, name in found.practitioners] == ["Behandelaar A. Demo", "Behandelaar B. Demo"]
        assert {value for value, _name in found.sources} == set(Source)
        assert {value for value, _name in found.types} == {"advice_call", "intake", "follow_up"}


class TestAnyWorld:
    """Properties of all figures, over the facts of a random clinic and any days."""

    @pytest.fixture
    def facts(self, world):
        return everything(world.as_("manager"))

    def test_hits_are_counted_and_periods_add_up(self, facts):
        @settings(max_examples=60, deadline=None)
        @given(st.integers(0, 250), st.integers(0, 120), st.integers(0, 120))
        def any_days(start, one, two):
            first = date(2026, 1, 20) + timedelta(days=start)
            middle = first + timedelta(days=one)
            last = middle + timedelta(days=1 + two)
            whole, left, right = (
                kpi.month_figures(facts, period)
                for period in (Period(first, last), Period(first, middle), Period(middle + timedelta(days=1), last))
            )
            for figure in whole.figures:
                assert set(figure.hits) <= set(figure.counted), figure.key
                assert len(set(figure.counted)) == len(figure.counted), figure.key
                if figure.key not in {"K15", "K18"} and figure.numerator is not None and figure.denominator is not None:
                    assert 0 <= figure.numerator <= figure.denominator
                    assert (figure.numerator, figure.denominator) == (len(figure.hits), len(figure.counted))
                parts = left.figure(figure.key), right.figure(figure.key)
                assert sorted(figure.counted) == sorted([*parts[0].counted, *parts[1].counted]), figure.key
                assert sorted(figure.hits) == sorted([*parts[0].hits, *parts[1].hits]), figure.key
                for side in ("numerator", "denominator"):
                    if getattr(figure, side) is not None:
                        assert getattr(figure, side) == sum(getattr(part, side) for part in parts), figure.key

        any_days()

    def test_the_funnel_only_narrows(self, facts):
        found = kpi.dashboard(facts, Period(*YEAR)).funnel
        assert {stage.key for stage in found} == {"requests", "reached", "booked", "held", "intake"}
        assert all(set(stage.hits) <= set(found[0].hits) for stage in found)

    def test_more_filters_count_less(self, facts):
        whole = kpi.month_figures(facts, Period(*YEAR))
        for filters in (Filters(source="phone"), Filters(practitioner_id=facts.calls[0].practitioner_id), Filters(type_code="intake")):
            for figure in kpi.month_figures(facts, Period(*YEAR), filters).figures:
                assert set(figure.counted) <= set(whole.figure(figure.key).counted), figure.key


def test_facts_are_narrow(world):
    """No name, number or word of a client is in what figures are made of."""
    facts = everything(world.as_("manager"))
    names = {client.client_no for client in world.as_("manager").do(once(lambda work: work.store.find(Client), "clients.read"))}
    text = repr([getattr(facts, field.name) for field in fields(facts)])
    assert "Proef" not in text
    assert not any(number in text for number in names)
    assert facts.cut_off > datetime(2026, 9, 14, tzinfo=UTC)
