"""The line of a life on paper: landscape, drawn and in words, in the client's language, however much there is."""

import io
from datetime import date

import pikepdf
import pytest

from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.history import EventRole, HistoryItem, LifeEvent
from nmx_desk.domain.lifeline import Lane, entry_of
from nmx_desk.i18n import translator
from nmx_desk.reports import lifeline as paper
from nmx_desk.reports.records import LifelinePrint, LifeRow
from nmx_desk.services import complaints, history, lifeline, reports
from tests.clinic import once
from tests.prints import page_texts
from tests.unit.test_reports_prints import context

BORN, TODAY = date(1980, 6, 1), date(2026, 9, 14)


@pytest.fixture
def desk(clinic):
    return clinic.as_("behandelaar")


@pytest.fixture
def anna(desk):
    made = Client(
        client_no="C-000001", first_name="Anna", surname="de Vries", phone="+31600112233", practitioner_id=desk.user.id, birth_date=BORN
    )  # fmt: skip
    return desk.do(once(lambda work: work.store.add(made)))


def a_print(many, **more):
    entries = [entry_of(f"e{n}", list(Lane)[n % 4], f"Gebeurtenis {n}", f"{1985 + n % 40}", "", BORN) for n in range(many)]
    rows = [LifeRow(f"{1985 + n % 40}", f"Gebeurtenis {n}", "Trigger", "", "") for n in range(many)]
    given = {"client_name": "Anna", "client_no": "C-1", "birth_date": BORN, "practitioner": "B", "today": TODAY}
    return LifelinePrint(**given | {"entries": tuple(entries), "rows": tuple(rows)} | more)


def test_all_of_a_life_is_on_it_in_order_and_it_is_logged(desk, anna):
    tired = desk.do(complaints.add_complaint, anna.id, Complaint(words="Moe", onset="2019-05"))
    for told in (
        LifeEvent(name="Verhuizing", began="1998-05"), LifeEvent(name="Ooit gevallen"),
        LifeEvent(name="Oorontstekingen", began="a3", ended="a6", role=EventRole.ANTECEDENT, source="moeder", text="Veel antibiotica."),
    ):  # fmt: skip
        desk.do(lifeline.add_event, anna.id, told, [tired.id] if told.source else [])
    desk.do(history.add_told, anna.id, HistoryItem(name="Astma", began="1990", treated_by="longarts"))
    data = desk.do(reports.make_report, "lifeline", client_id=anna.id)
    with pikepdf.open(io.BytesIO(data)) as document:
        box = document.pages[0].MediaBox
        assert float(box[2]) > float(box[3]), "landscape"
    said = " ".join("".join(page_texts(data)).split())
    order = ["3 jaar oud – 6 jaar oud", "Oorontstekingen: Veel antibiotica.", "1990", "Astma, onder behandeling: longarts", "mei 1998",
             "Verhuizing", "mei 2019", "onbekend", "Ooit gevallen"]  # fmt: skip
    table = said[said.index("In woorden") :]
    places = [table.index(one) for one in order]
    assert places == sorted(places) and "moeder" in table
    assert "Drukte een deel van uw dossier af" in text(desk, "seen", anna)
    desk.do(once(lambda work: work.store.change(work.store.get(Client, anna.id), language="en")))
    assert "Timeline of Anna de Vries" in text(desk, "lifeline", anna)


def text(desk, name, client):
    return " ".join("".join(page_texts(desk.do(reports.make_report, name, client_id=client.id))).split())


def test_an_empty_life_says_so_and_a_colleague_needs_a_reason(desk, anna, clinic):
    assert "Er is nog niets genoteerd." in text(desk, "lifeline", anna)
    with pytest.raises(NotAllowed):
        clinic.as_("collega").do(reports.make_report, "lifeline", client_id=anna.id)


@pytest.mark.parametrize("many", [1, 60, 400])
def test_however_much_there_is_every_name_is_drawn_on_some_page(many):
    data = paper.lifeline_report(context("nl"), a_print(many))
    said = "".join(page_texts(data))
    for n in (0, many // 2, many - 1):
        assert said.count(f"Gebeurtenis {n}") >= 2, "drawn, and in the table"


def test_a_picture_says_in_words_what_it_shows_and_fits_a_page():
    shown = a_print(90)
    made = list(paper.pictures(shown, 740.0, translator("nl")))
    assert len(made) > 1 and all(one.height <= 340 for one in made)
    assert "Triggers: Gebeurtenis 1 (1986)" in made[0].alt + made[1].alt
    assert sum(one.alt.count("Gebeurtenis ") for one in made) == 90


def test_without_a_birth_date_it_begins_with_what_happened_first():
    data = paper.lifeline_report(context("nl"), a_print(3, birth_date=None))
    assert "Gebeurtenis 0" in "".join(page_texts(data))
