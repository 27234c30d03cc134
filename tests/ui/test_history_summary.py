"""What a client brings along is in sight beside other work: on the client's page, while a plan item is written, in an advice call."""

from dataclasses import replace
from datetime import date

import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.history import Allergy, HistoryItem, HistoryTopic, Medicine, Taken, TriedBefore
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.services import complaints, history, plans
from nmx_desk.ui import calls, care, clients
from nmx_desk.ui import plans as plan_pages
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.labels import Label
from tests.clinic import once
from tests.ui.hands import settle


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def client(desk):
    anna = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id,
        birth_date=date(1980, 6, 1),
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(anna)))


@pytest.fixture
def window(window_of):
    return window_of("behandelaar", clients.PAGE, plan_pages.PAGE, calls.PAGE, care.PAGE)


def tell(desk, client, *told):
    for one in told:
        desk.do(history.add_told, client.id, one)


def words(summary):
    """Everything it says, in order; none while it is hidden."""
    if not summary.isVisible():
        return []
    return [one.text() for one in summary.findChildren(Label) if one.isVisible()][1:]


def test_the_clients_page_says_what_is_taken_and_not_borne_and_what_nobody_asked(window, desk, client):
    tell(desk, client, Allergy(name="Noten", words="jeuk"), Medicine(name="Omeprazol", dose="20", dose_unit="mg"),
         Medicine(name="Ibuprofen", stopped="2020"), HistoryItem(name="Colitis", treated_by="MDL"))  # fmt: skip
    window.go("clients", client_id=client.id)
    settle(window)
    summary = window.current().sheet.overview.told
    said = " | ".join(words(summary))
    assert "Noten, allergy: jeuk" in said and "Omeprazol, 20 mg" in said and "Colitis, under treatment: MDL" in said
    assert "Not asked yet: supplements" in said and "Ibuprofen" not in said, "it is not taken any more"
    desk.do(history.tell_nothing, client.id, HistoryTopic.SUPPLEMENTS)
    settle(window)
    assert "Supplements: nothing, asked on" in " | ".join(words(summary)) and "Not asked" not in " ".join(words(summary))
    assert unnamed(window.current()) == []
    summary.frame.go("care", client_id=client.id, part="history")
    settle(window)
    assert window.current().part.key == "history"


def test_who_may_not_read_notes_sees_nothing_of_it(window_of, desk, client):
    tell(desk, client, Allergy(name="Noten"))
    window = window_of("receptie", clients.PAGE)
    window.go("clients", client_id=client.id)
    settle(window)
    assert not window.current().sheet.overview.told.isVisible()


def test_it_stands_beside_a_plan_item_and_follows_what_is_told(window, desk, client):
    desk.do(complaints.add_complaint, client.id, Complaint(words="Moe"))
    tell(desk, client, TriedBefore(name="Glutenvrij", effect=-1))
    plan = desk.do(plans.create_plan, client.id, desk.do(plans.plan_templates)[0].code, "nl").plan
    window.go("plans", plan_id=plan.id)
    settle(window)
    page = window.current()
    assert words(page.told) == [], "no item is open"
    page.open_item(next(page.draft.entries()).key)
    settle(window)
    assert any(one.startswith("Glutenvrij") and "worse" in one for one in words(page.told))
    tell(desk, client, Allergy(name="Soja"))
    settle(window)
    assert any(one.startswith("Soja") for one in words(page.told)) and unnamed(page) == []


def test_in_a_call_only_what_somebody_told_before_is_shown(window, desk, client):
    asks = AdviceRequest(
        first_name="Anna", surname="de Vries", phone="+31600112233", birth_date=date(1980, 6, 1), question="Moe",
        status=RequestStatus.BOOKED, client_id=client.id,
    )  # fmt: skip
    request = desk.do(once(lambda work: work.store.add(asks)))
    window.go("calls", request_id=request.id)
    settle(window)
    page = window.current()
    assert page.sheet.client.id == client.id and words(page.told) == []
    tell(desk, client, Medicine(taken=Taken.SUPPLEMENT, name="Vitamine D"))
    page.told.open(client.id)
    settle(window)
    assert "Vitamine D" in words(page.told)
    desk.do(once(lambda work: work.store.change(rewritten(work))))
    page.told.open(client.id)
    settle(window)
    assert not any("advice call" in one for one in words(page.told)), "what is typed in the call itself is not said back"


def rewritten(work):
    (call,) = work.store.find(AdviceCall)
    return replace(call, medication="omeprazol")
