"""Lab orders at the door: the state machine from its table, what is told beforehand, results as the lab gave them."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import Conflict, NotAllowed, UserError
from nmx_desk.domain.lab_lines import FLAGS, number_of, read_lines, shown_reference, shown_value, written
from nmx_desk.domain.labs import AWAITED, LAB_STEPS, LabDomain, LabOrder, LabResult, LabStatus, may_step, stepped, stepped_back
from nmx_desk.services import documents, labs
from tests.clinic import once

PDF = b"%PDF-1.4 uitslag"
_S = LabStatus
WAY = (_S.ADVISED, _S.ORDERED, _S.KIT_GIVEN, _S.SENT, _S.RECEIVED, _S.REVIEWED, _S.DISCUSSED)


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def order(desk, client):
    today = desk.do(labs.open_labs, client.id).today
    return desk.do(labs.add_lab_order, client.id, LabOrder(panel="Ontlasting", lab="RP Labs", cost_cents=18900, cost_told_on=today))


def put(desk, order, status):
    """The order at a state, by the way that leads there."""
    now = desk.do(once(lambda work: work.store.get(LabOrder, order.id))).status
    ahead = (_S.LAPSED,) if status is _S.LAPSED else WAY[WAY.index(now) + 1 : WAY.index(status) + 1]
    for step in ahead:
        if step is _S.RECEIVED:
            desk.do(labs.save_lab_results, order.id, read_lines("Zonuline 38 ng/ml <48")[0])
        else:
            desk.do(labs.step_lab_order, order.id, step, None, "niet meer nodig")
    return desk.do(once(lambda work: work.store.get(LabOrder, order.id)))


@pytest.mark.parametrize("to", list(LabStatus))
@pytest.mark.parametrize("now", list(LabStatus))
def test_every_pair_of_states_is_as_the_table_has_it(desk, order, now, to):
    at = put(desk, order, now)
    assert at.status is now
    if to in LAB_STEPS[now]:
        assert desk.do(labs.step_lab_order, order.id, to, None, "niet meer nodig").status is to
    else:
        with pytest.raises(Conflict):
            desk.do(labs.step_lab_order, order.id, to, None, "niet meer nodig")
        assert desk.do(once(lambda work: work.store.get(LabOrder, order.id))) == at


def test_the_table_is_the_one_of_the_design():
    """Geadviseerd → Besteld → Materiaal mee → Verzonden → Uitslag binnen → Beoordeeld → Besproken | Vervallen."""
    assert set(LAB_STEPS) == set(LabStatus)
    for before, after in pairwise(WAY):
        assert may_step(before, after)
    for at, one in enumerate(WAY):
        assert LAB_STEPS[one] <= {*WAY[at + 1 :], _S.LAPSED}, "never backwards"
    assert {one for one in LabStatus if may_step(one, _S.LAPSED)} == {_S.ADVISED, *AWAITED}
    assert {before for before in WAY if may_step(before, _S.REVIEWED)} == {_S.RECEIVED}
    assert {before for before in WAY if may_step(before, _S.DISCUSSED)} == {_S.REVIEWED}


@given(st.lists(st.sampled_from(list(LabStatus)), max_size=9), st.dates())
def test_a_step_taken_back_is_the_order_as_it_was(steps, day):
    order = LabOrder(panel="x", advised_on=day)
    for step in steps:
        if may_step(order.status, step):
            after = stepped(order, step, day, "me", "daarom")
            assert stepped_back(after) == order
            order = after


def test_costs_are_told_before_a_test_is_ordered(desk, client, clinic):
    made = desk.do(labs.add_lab_order, client.id, LabOrder(panel="Bloed"))
    with pytest.raises(UserError) as refused:
        desk.do(labs.step_lab_order, made.id, _S.ORDERED)
    assert refused.value.field == "cost_cents"
    with pytest.raises(UserError):
        desk.do(labs.change_lab_order, replace(made, cost_told_on=made.advised_on))
    told = desk.do(labs.change_lab_order, replace(made, cost_cents=0, cost_told_on=made.advised_on))
    ordered = desk.do(labs.step_lab_order, told.id, _S.ORDERED)
    assert ordered.ordered_on == made.advised_on
    with pytest.raises(UserError, match="before this test was ordered"):
        desk.do(labs.change_lab_order, replace(ordered, cost_cents=5000))
    assert clinic.verified().ok


def test_days_go_forwards_and_never_lie_ahead(desk, order, clinic):
    clinic.clock.move(days=3)
    day = order.advised_on
    for wrong in (day - timedelta(days=1), day + timedelta(days=4)):
        with pytest.raises(UserError) as refused:
            desk.do(labs.step_lab_order, order.id, _S.ORDERED, wrong)
        assert refused.value.field == "on"
    assert desk.do(labs.step_lab_order, order.id, _S.ORDERED, day + timedelta(days=1)).ordered_on == day + timedelta(days=1)


def test_a_value_and_its_document_come_in_together_and_are_received(desk, client, order, clinic):
    put(desk, order, _S.ORDERED)
    results, bad = read_lines("Calprotectine 45,0 mg/kg <50\nParasieten: niet aangetoond")
    assert not bad
    got = desk.do(labs.save_lab_results, order.id, results, None, "uitslag.pdf", PDF)
    [sheet] = desk.do(labs.open_labs, client.id).orders
    assert got.status is _S.RECEIVED and [one.name for one in sheet.documents] == ["uitslag.pdf"]
    assert [(one.analyte, one.value, one.text, one.ref_text) for one in sheet.results] == [
        ("Calprotectine", "45.0", "", "<50"), ("Parasieten", "", "niet aangetoond", ""),
    ]  # fmt: skip
    assert {row.name for row in desk.do(documents.list_documents, client.id)} == {"uitslag.pdf"}
    assert clinic.verified().ok


def test_a_document_alone_is_a_result_and_nothing_is_none(desk, order):
    put(desk, order, _S.ORDERED)
    with pytest.raises(UserError) as refused:
        desk.do(labs.save_lab_results, order.id, [])
    assert refused.value.field == "lines"
    desk.do(labs.step_lab_order, order.id, _S.RECEIVED)
    with pytest.raises(UserError, match="no result to review"):
        desk.do(labs.step_lab_order, order.id, _S.REVIEWED)
    desk.do(labs.save_lab_results, order.id, [], None, "uitslag.pdf", PDF)
    assert desk.do(labs.step_lab_order, order.id, _S.REVIEWED).reviewed_by == desk.user.id


def test_what_was_reviewed_changes_only_after_the_review_was_taken_back(desk, client, order):
    put(desk, order, _S.REVIEWED)
    better = read_lines("Zonuline 39 ng/ml <48")[0]
    with pytest.raises(Conflict):
        desk.do(labs.save_lab_results, order.id, better)
    back = desk.do(labs.take_back_lab_step, order.id)
    assert back.status is _S.RECEIVED and back.reviewed_by is None
    [before] = desk.do(labs.open_labs, client.id).orders[0].results
    desk.do(labs.save_lab_results, order.id, better)
    [after] = desk.do(labs.open_labs, client.id).orders[0].results
    assert (before.value, after.value, after.id) == ("38", "39", before.id), "one row that changed, and the log has both"


def test_a_first_step_cannot_be_taken_back(desk, order):
    with pytest.raises(Conflict):
        desk.do(labs.take_back_lab_step, order.id)


@pytest.mark.parametrize("wrong", [
    LabResult(analyte="", value="1"), LabResult(analyte="X"), LabResult(analyte="X", value="1", text="ja"),
    LabResult(analyte="X", value="1,5"),
    LabResult(analyte="X", value="veel"), LabResult(analyte="X", value="1", comparator="~"), LabResult(analyte="X", value="1", ref_low="a"),
])  # fmt: skip
def test_what_cannot_be_a_result_is_refused(desk, order, wrong):
    put(desk, order, _S.ORDERED)
    with pytest.raises(UserError) as refused:
        desk.do(labs.save_lab_results, order.id, [wrong])
    assert refused.value.field == "lines"


def test_a_trend_is_one_analyte_over_all_orders_oldest_first(desk, client, clinic):
    for value in ("61", "44,0"):
        today = desk.do(labs.open_labs, client.id).today
        made = desk.do(labs.add_lab_order, client.id, LabOrder(panel="Bloed", cost_cents=0, cost_told_on=today))
        desk.do(labs.step_lab_order, made.id, _S.ORDERED)
        desk.do(labs.save_lab_results, made.id, read_lines(f"[Darmbarrière]\nZonuline {value} ng/ml <48\nIJzer 12")[0])
        clinic.clock.move(days=40)
    sheet = desk.do(labs.open_labs, client.id)
    assert [one.value for one in sheet.trend("ZONULINE")] == ["61", "44.0"]
    assert sheet.known == {"zonuline": LabDomain.BARRIER, "ijzer": LabDomain.BARRIER}


def test_late_and_unreviewed_results_are_listed_for_who_asked_for_them(desk, client, order, clinic):
    desk.do(labs.change_lab_order, replace(order, expected_on=order.advised_on + timedelta(days=10)))
    put(desk, order, _S.SENT)
    assert [row.late for row in desk.do(labs.list_lab_orders)] == [False]
    clinic.clock.move(days=11)
    assert [row.late for row in desk.do(labs.list_lab_orders)] == [True]
    assert clinic.as_("collega").do(labs.list_lab_orders) == ()
    put(desk, order, _S.DISCUSSED)
    assert desk.do(labs.list_lab_orders) == ()


def test_of_a_colleagues_client_nothing_is_ordered(clinic, client, order):
    other = clinic.as_("collega")
    with pytest.raises(NotAllowed):
        other.do(labs.add_lab_order, client.id, LabOrder(panel="Bloed"))
    with pytest.raises(NotAllowed):
        other.do(labs.step_lab_order, order.id, _S.LAPSED, None, "zomaar")
    with pytest.raises(NotAllowed):
        other.do(labs.open_labs, client.id)


def test_a_document_goes_with_an_order_of_the_same_client_only(desk, order):
    other = desk.do(once(lambda work: work.store.add(Client(client_no="C-000002", surname="Ander", practitioner_id=desk.user.id))))
    with pytest.raises(Conflict):
        desk.do(documents.add_document, other.id, "uitslag.pdf", PDF, "", order.id)


# -- lines -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "shown"), [
    ("Ferritine 45 µg/l 20–200", ("Ferritine", "45", "µg/l", "20 – 200", "")),
    ("Vitamine B12 350 pmol/l 145 - 570", ("Vitamine B12", "350", "pmol/l", "145 – 570", "")),
    ("25-OH vitamine D 65,0 nmol/l 50-125", ("25-OH vitamine D", "65,0", "nmol/l", "50 – 125", "")),
    ("Omega 3 index 5,2 % 8–11 L", ("Omega 3 index", "5,2", "%", "8 – 11", "L")),
    ("CRP < 5 mg/l (< 10)", ("CRP", "< 5", "mg/l", "<10", "")),
    ("Zonuline <10", ("Zonuline", "< 10", "", "", "")),
    ("Calprotectine 1.250,5 mg/kg feces < 50 **", ("Calprotectine", "1250,5", "mg/kg feces", "<50", "**")),
    ("Base excess -2,3 mmol/l -2 – 2", ("Base excess", "-2,3", "mmol/l", "-2 – 2", "")),
    ("Testosteron 5,8 H nmol/l 8 tot 30", ("Testosteron", "5,8", "nmol/l", "8 – 30", "H")),
    ("Zonuline\t38\tng/ml\t<48\thoog", ("Zonuline", "38", "ng/ml", "<48", "hoog")),
    ("Parasieten: niet aangetoond", ("Parasieten", "niet aangetoond", "", "", "")),
])  # fmt: skip
def test_lines_of_labs_are_read_as_they_stand(line, shown):
    [one], bad = read_lines(line)
    assert not bad
    assert (one.analyte, shown_value(one, comma=True), one.unit, shown_reference(one, comma=True), one.flag) == shown


@pytest.mark.parametrize("line", ["hallo", "12", "TSH 1.250 mU/l", "TSH 2 mU/l 1.000–4.000", "<5", "x" * 300, "Fout 1.2 3.4.5"])
def test_what_is_not_clear_is_told_by_its_line(line):
    found, [bad] = read_lines(f"Ferritine 45 µg/l\n{line}")
    assert len(found) == 1 and bad.number == 2 and bad.why


def test_heads_say_what_the_lines_under_them_are_about_and_known_analytes_go_their_way():
    text = "IJzer 12\nZonuline 3\n[Microbiota]\nZonuline 3\nGut barrier:\nLPS 2"
    found, bad = read_lines(text, {"zonuline": LabDomain.BARRIER})
    assert [one.domain for one in found] == [LabDomain.OTHER, LabDomain.BARRIER, LabDomain.MICROBIOTA, LabDomain.BARRIER] and not bad


NUMBERS = st.decimals(min_value=-10**6, max_value=10**6, allow_nan=False, places=None).map(lambda d: f"{d:f}").filter(
    lambda text: len(text) < 15 and not text.startswith("-0") and number_of(text.replace(".", ",")) is not None
)
NAMES = st.from_regex(r"[A-Z][a-z]{2,9}( [A-Z]?[0-9]{0,2}[a-z]{2,5})?", fullmatch=True)
UNITS = st.sampled_from(["", "µg/l", "mmol/l", "10^9/l", "%", "mg/kg feces", "KVE/g", "U/l"])


@given(st.lists(st.builds(
    lambda name, sign, value, unit, ends, flag, domain: LabResult(
        analyte=name, comparator=sign, value=value, unit=unit, ref_low=ends[0] if ends else "", ref_high=ends[1] if ends else "",
        flag=flag, domain=domain,
    ),
    NAMES, st.sampled_from(["", "<", ">"]), NUMBERS, UNITS, st.none() | st.tuples(NUMBERS, NUMBERS), st.sampled_from(["", *sorted(FLAGS)]),
    st.sampled_from(list(LabDomain)),
), max_size=6))  # fmt: skip
def test_what_was_written_reads_back_as_it_was(results):
    found, bad = read_lines(written(results))
    assert not bad and [replace(one, position=1) for one in found] == results


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_and_what_was_read_stays_so(text):
    found, _bad = read_lines(text)
    again, bad = read_lines(written(found))
    assert not bad and [(one.analyte, one.value, one.text) for one in again] == [(one.analyte, one.value, one.text) for one in found]


@given(st.integers(1, 999), st.integers(0, 999))
def test_a_point_before_three_digits_is_never_guessed(whole, rest):
    assert number_of(f"{whole}.{rest:03}") is None
    assert number_of(f"{whole},{rest:03}") == f"{whole}.{rest:03}" and number_of(f"{whole}.{rest:03},5") == f"{whole}{rest:03}.5"


def test_a_result_waits_for_who_treats_the_client_now(desk, client, order, clinic):
    put(desk, order, _S.RECEIVED)
    other = clinic.as_("collega")
    desk.do(once(lambda work: work.store.change(work.store.get(Client, client.id), practitioner_id=other.user.id)))
    assert desk.do(labs.list_lab_orders) == () and [row.id for row in other.do(labs.list_lab_orders)] == [order.id]
    assert other.do(labs.step_lab_order, order.id, _S.REVIEWED).reviewed_by == other.user.id
