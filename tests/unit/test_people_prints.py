"""C7, C8 and C9 on paper and as tables: their figures are those of the registers, and no client stands in them."""

import csv
import io
from datetime import date, timedelta

import pytest

from nmx_desk import i18n
from nmx_desk.domain.clients import Client
from nmx_desk.domain.competence import Competence, CompetenceKind, CompetenceNeed
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.people import Role
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.suppliers import Supplier, SupplierReview, Verdict
from nmx_desk.services import competences, reports, satisfaction, suppliers
from tests.clinic import once
from tests.prints import page_texts

DAY = date(2026, 9, 14)
YEAR = {"date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}


@pytest.fixture
def boss(clinic):
    return clinic.as_("manager").do


@pytest.fixture
def filled(clinic, boss):
    anna = clinic.as_("receptie").do(once(lambda work: work.store.add(Client(client_no="C-000001", surname="Geheim"))))
    me = clinic.as_("behandelaar").user.id
    for score, text, client in ((10, "Top", None), (9, "Woorden van Geheim", anna.id), (2, "", None)):
        told = SatisfactionAnswer(recommend=score, mark=8, text=text, client_id=client, answered_on=DAY, practitioner_id=me)
        clinic.as_("receptie").do(satisfaction.add_answer, told)
    need = boss(competences.save_need, CompetenceNeed(role=Role.PRACTITIONER, kind=CompetenceKind.TRAINING, name="Reanimatie"))
    ending = Competence(user_id=me, need_id=need.id, name="AED-cursus", obtained_on=DAY, valid_to=DAY + timedelta(days=20))
    boss(competences.save_competence, ending)
    lab = boss(suppliers.save_supplier, Supplier(name="Lab Voorbeeld", is_critical=True, has_data=True))
    told = SupplierReview(quality=4, delivery=1, verdict=Verdict.IMPROVE, text="binnen twee weken", reviewed_on=DAY)
    boss(suppliers.score_supplier, lab.id, told)


def table(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_on_paper_in_both_languages(boss, filled, language):
    i18n.use(language)
    text = {name: "\n".join(page_texts(boss(reports.make_report, name, **YEAR))) for name in ("satisfaction", "competences", "suppliers")}
    assert "+33" in text["satisfaction"] and "Top" in text["satisfaction"] and "Geheim" not in text["satisfaction"]
    assert "AED-cursus" in text["competences"] and "Behandelaar B. Demo" in text["competences"]
    assert "Lab Voorbeeld" in text["suppliers"] and "binnen twee weken" in text["suppliers"]
    assert ("2,5" if language == "nl" else "2.5") in text["suppliers"]


def test_as_tables_with_the_figures_of_the_registers(boss, filled):
    i18n.use("en")
    whole = table(boss(reports.make_report, "satisfaction", format="csv", **YEAR))[-1]
    assert whole == ["Whole period", "3", "3", "33,3", "8"]
    gaps = [row for row in table(boss(reports.make_report, "competences", format="csv")) if row[3] == "Not shown"]
    assert [(row[0], row[2]) for row in gaps] == [("Behandelaar B. Demo", "Reanimatie")]
    [_head, lab] = table(boss(reports.make_report, "suppliers", format="csv", **YEAR))
    assert (lab[0], lab[2], lab[3], lab[5]) == ("Lab Voorbeeld", "Critical", "Missing", "2,5")


def test_of_one_practitioner(clinic, boss, filled):
    other = clinic.as_("collega").user.id
    data = boss(reports.make_report, "satisfaction", format="csv", chosen=reports.Chosen(practitioner_id=other), **YEAR)
    assert table(data)[-1][1] == "0"


def test_nothing_yet(boss):
    for name in ("satisfaction", "competences", "suppliers"):
        assert boss(reports.make_report, name, **YEAR)[:5] == b"%PDF-"


def test_not_for_the_desk(clinic, filled):
    for name in ("satisfaction", "competences", "suppliers"):
        with pytest.raises(NotAllowed):
            clinic.as_("receptie").do(reports.make_report, name, **YEAR)
