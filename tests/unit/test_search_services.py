"""The one search at the door: every field in every form people type it, hostile queries, what the log keeps."""

import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.data import log
from nmx_desk.data.search import date_terms, expressions, number_ways, phone_terms
from nmx_desk.domain.clients import Client, NameUse, shown_phone
from nmx_desk.domain.errors import NotAllowed
from nmx_desk.domain.names import fold, is_prefix_word
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.services import clients, search
from nmx_desk.services.desk import use_case

SANNE = Client(
    first_name="Sanne", prefix="van der", surname="Meer", partner_prefix="de", partner_surname="Vries", phone="06 00 12 34 56",
    phone2="020 123 45 67", email="sanne.meer@example.org", birth_date=date(1946, 10, 12), postcode="1234AB",
)  # fmt: skip
OTHERS = (
    Client(first_name="Anne-Marie", surname="IJzerman", phone="+32 470 12 34 56", birth_date=date(1980, 2, 1)),
    Client(first_name="José", prefix="'t", surname="Hart", email="jose@voorbeeld.nl"),
    Client(first_name="Ayşe", surname="Yılmaz", phone="0600999888"),
    Client(first_name="Nour", prefix="El", surname="Amrani", phone="0600777666"),
)


@use_case("requests.change")
def add_request(work, request):
    return work.store.add(request)


@use_case("clients.change")
def add_clients(work, made):
    work.store.add_all(made)


@pytest.fixture
def desk(clinic):
    desk = clinic.as_("receptie")
    for client in (SANNE, *OTHERS):
        desk.do(clients.create_client, client)
    desk.do(add_request, AdviceRequest(first_name="Piet", surname="Proef", phone="+31600555444", question="Al jaren een opgeblazen gevoel"))
    return desk


def surnames(desk, query):
    return [hit.title.split()[-1] for hit in desk.do(search.find, query).clients]


@pytest.mark.parametrize(
    "query",
    [
        "sanne", "SAN", "meer", "van der meer", "meer sanne", "Sanne van der M", "vries", "de vries", "sanne meer",
        "06 00 12", "0600123456", "06-00123456", "+31 6 00 12", "+31600123456", "0031600123456", "+31 (0)6 00123456", "6 00 12 34",
        "0201234567", "020-123", "+31 20 123 45 67",
        "12-10-1946", "12/10/1946", "12.10.1946", "12101946", "12-10-46", "121046", "1946-10-12", "19461012", "1946-10", "12-10",
        "sanne.meer@example.org", "sanne.meer@ex", "sanne.meer", "1234ab", "1234 AB", "1234 a", "1234",
        "C-000001", "c000001", "c-1", "000001", "sanne 1946", "meer 12-10-1946", "meer 06 00", "1946 meer", "meer, sanne",
    ],
)  # fmt: skip
def test_a_client_is_found_in_every_form(desk, query):
    assert desk.do(search.find, query).clients[0].title == "Sanne van der Meer - De Vries"


@pytest.mark.parametrize(
    ("query", "surname"),
    [
        ("ijz", "IJzerman"), ("ĳzerman", "IJzerman"), ("annemarie", "IJzerman"), ("anne marie", "IJzerman"), ("+32 470", "IJzerman"),
        ("0470 12", "IJzerman"), ("0032470123456", "IJzerman"), ("1-2-1980", "IJzerman"), ("1-2-80", "IJzerman"), ("hart", "Hart"),
        ("'t hart", "Hart"), ("t hart", "Hart"), ("’t Hart", "Hart"), ("jose", "Hart"), ("Jose\u0301", "Hart"), ("yilmaz", "Yılmaz"),
        ("YILMAZ", "Yılmaz"), ("ayse", "Yılmaz"), ("el amrani", "Amrani"), ("amrani", "Amrani"), ("el", "Amrani"),
    ],
)  # fmt: skip
def test_accents_case_and_tussenvoegsels_do_not_matter(desk, query, surname):
    assert surname in surnames(desk, query)


def test_requests_are_found_by_name_phone_and_question(desk):
    for query in ("piet", "proef", "06 00 555", "opgebl", "jaren gevoel"):
        assert [hit.title for hit in desk.do(search.find, query).requests] == ["Piet Proef"]
    assert desk.do(search.find, "opgeblazen").clients == ()


def test_the_head_word_comes_before_other_places(desk):
    for client in (Client(first_name="Bos", surname="Adema"), Client(first_name="Adam", surname="Bosman"), Client(surname="Bos")):
        desk.do(clients.create_client, Client(**client.__dict__ | {"email": "x@example.org"}))
    assert surnames(desk, "bos") == ["Bos", "Bosman", "Adema"]


def test_a_whole_word_is_not_crowded_out_by_newer_ones(desk):
    desk.do(clients.create_client, Client(surname="Vos", email="vos@example.org"))
    desk.do(add_clients, [Client(surname=f"Vossen{n}", client_no=f"X-{n}", email=f"x{n}@example.org") for n in range(230)])
    assert surnames(desk, "vos")[0] == "Vos"


def test_a_changed_and_a_former_name(desk):
    found = desk.do(clients.list_clients, "meer").rows[0].client
    desk.do(clients.change_client, Client(**found.__dict__ | {"surname": "Zee", "name_use": NameUse.OWN, "email": ""}))
    assert surnames(desk, "meer") == []
    assert desk.do(search.find, "zee").clients[0].title.startswith("Sanne van der Zee")


@pytest.mark.parametrize(
    "query",
    ['"', "'", '"*', "*", "a*b", "NEAR(a b)", "a AND b OR NOT c", "terms:a", "{terms}: a", "^a", "a -b", "--", "/* */", "\\", "%", "_",
     "😀", "👩‍👩‍👧", "\x00", "a\x00b", "\ud800", "\u202e", "@", "@@", "a@", "+", "+()", "()", "0" * 500, "a" * 10_000, "a " * 5_000,
     "1 2 3 4 5 6 7 8 9", "' OR 1=1 --", "\t\n", "٣٤٥", "Ǆ", "ß", "İ", "ſ", "c", "c-", "c 9999999", "00", "31", "+31", "1234 zz"],
)  # fmt: skip
def test_hostile_queries_do_no_harm(desk, query):
    assert len(desk.do(search.find, query)) >= 0
    desk.do(clients.list_clients, query)


def test_any_text_may_be_typed(desk):
    @settings(max_examples=200)
    @given(st.text(max_size=60))
    def typed(query):
        assert len(desk.do(search.find, query)) <= 6

    typed()


NAMES = st.text(alphabet=string.ascii_letters + "éëïöüçñşıłø'-", min_size=2, max_size=14).filter(
    lambda name: len(fold(name).replace(" ", "")) > 1 and not any(is_prefix_word(word) for word in fold(name).split())
)
PHONES = st.integers(600_000_000, 699_999_999).map(lambda n: f"+31{n}")
DAYS = st.dates(date(1910, 1, 1), date(2026, 1, 1))


def test_every_client_is_found_by_the_beginning_of_each_field(clinic):
    desk = clinic.as_("receptie")

    @settings(max_examples=25)
    @given(NAMES, NAMES, PHONES, DAYS, st.integers(3, 12))
    def found(first, surname, phone, day, length):
        mail = f"{fold(first).replace(' ', '.')}@example.org"
        made = desk.do(clients.create_client, Client(first_name=first, surname=surname, phone=phone, email=mail, birth_date=day))
        shown = desk.do(search.find, f"{first} {surname} {phone}", limit=200).clients
        assert made.id in {hit.ref_id for hit in shown}
        typed = (first, surname, phone, "0" + phone[3:], mail, f"{day:%d-%m-%Y}", f"{day.day}-{day.month}-{day.year}", f"{day:%Y%m%d}")
        for whole in (*typed, made.client_no):
            begun = whole if whole == made.client_no or "-" in whole[:3] else whole[: max(length, 4 if "+" in whole else 3)]
            hits = desk.do(search.find, begun, limit=200).clients
            assert made.id in {hit.ref_id for hit in hits}, (begun, expressions(begun))

    found()


def test_looking_is_not_logged_but_settling_is(desk, clinic):
    def entries():
        with desk.database.reading() as connection:
            store = desk._store(connection)
            lines = log.lines(store, log.LogFilter(codes=("SEARCH",)))
            return [(line.obj_type, line.obj_id, line.client, {v.field: v.new for v in log.values(store, line.seq)}) for line in lines]

    for n in range(1, 6):
        found = desk.do(search.find, "meer"[:n])
    assert entries() == []
    desk.do(search.settled, "meer", len(found))
    hit = found.clients[0]
    desk.do(search.settled, "  meer ", len(found), hit)
    (_, kind, client, values), (*_, settled) = entries()
    assert (kind, client, values["words"]) == ("client", hit.ref_id, "meer")
    assert settled["words"] == "meer"
    assert clinic.verified().ok


def test_who_may_not_search(clinic):
    with pytest.raises(NotAllowed):
        clinic.as_("beheerder").do(search.find, "a")
    for name in ("receptie", "behandelaar", "manager"):
        clinic.as_(name).do(search.find, "a")


def test_the_forms_meet():
    assert phone_terms("+31600123456") == ["0600123456", "600123456"]
    assert date_terms(date(1946, 10, 12)) == ["12101946", "121046", "19461012"]
    assert "600123" in number_ways("+31 (0)6 00 123")
    assert "01021980" in number_ways("1-2-1980")
    shown = {
        "+31600123456": "06 00 12 34 56", "+31201234567": "020 123 45 67", "+31343123456": "0343 12 34 56",
        "+32470123456": "+32 470 12 34 56", "+3221234567": "+32 2 123 45 67", "+3259123456": "+32 59 12 34 56",
        "+4915123456789": "+4915123456789", "+3247": "+3247", "": "",
    }  # fmt: skip
    assert {e164: shown_phone(e164) for e164 in shown} == shown
