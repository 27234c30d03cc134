"""Answers from another program: columns recognised, rows once, forms found, nothing lost, all of it taken back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.satisfaction import AnswerWay, AskedAt, Invitation, SatisfactionAnswer, shown_code
from nmx_desk.exchange.answers_read import guess, map_columns, parse_answers, read_answers
from nmx_desk.reports.sheets import xlsx_bytes
from nmx_desk.services import answer_imports, satisfaction, satisfaction_forms
from tests.clinic import once

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
CSV = (
    b"Datum;Zou u ons aanbevelen? (0-10);Rapportcijfer;Opmerkingen;Behandelaar;Moment\n"
    b"01-09-2026;9;8,0;Fijn;Behandelaar A. Demo;intake\n"
    b"02-09-2026;0;11;;Onbekend;eind\n"
    b"03-09-2026;;;;;\n"
)


@pytest.fixture
def desk(clinic):
    return clinic.as_("receptie").do


def answers(clinic):
    return clinic.as_("manager").do(once(lambda work: work.store.find(SatisfactionAnswer)))


def marks(preview):
    return [record.mark for record in preview.records]


def test_a_file_is_previewed_imported_once_and_taken_back(clinic, desk):
    preview = desk(answer_imports.preview_answers, "a.csv", CSV)
    assert marks(preview) == ["new", "new", "skipped"] and answers(clinic) == []
    assert [(record.recommend, record.given) for record in preview.records] == [(9, 8), (0, None), (None, None)]
    assert len(preview.records[1].warnings) == 2  # eleven is no mark, and nobody is called so
    batch = desk(answer_imports.import_answers, "a.csv", CSV).batch
    kept = {one.recommend: one for one in answers(clinic)}
    assert (kept[9].mark, kept[9].text, kept[9].moment, kept[9].answered_on) == (8, "Fijn", AskedAt.INTAKE, date(2026, 9, 1))
    assert kept[9].practitioner_id == clinic.as_("behandelaar").user.id and kept[9].way is AnswerWay.IMPORT
    assert kept[0].moment is AskedAt.END and kept[0].mark is None
    assert marks(desk(answer_imports.preview_answers, "b.csv", CSV)) == ["skipped", "skipped", "skipped"]
    clinic.clock.move(days=3)
    assert clinic.as_("manager").do(answer_imports.undo_answer_import, batch.id).removed == 2
    assert answers(clinic) == [] and clinic.verified().ok


def test_the_same_from_a_spreadsheet(desk):
    rows = [(date(2026, 9, 1), "9", "8"), (date(2026, 9, 2), "10", "7")]
    preview = desk(answer_imports.preview_answers, "a.xlsx", xlsx_bytes(["Datum", "NPS", "Cijfer"], rows))
    assert [(record.received.date(), record.recommend, record.given) for record in preview.records] == [
        (date(2026, 9, 1), 9, 8), (date(2026, 9, 2), 10, 7),
    ]  # fmt: skip


def test_a_code_files_the_answer_under_its_form_once(clinic, desk):
    desk(satisfaction_forms.hand_out, 1, AskedAt.END)
    [form] = clinic.as_("manager").do(once(lambda work: work.store.find(Invitation)))
    data = f"Code;NPS\n{shown_code(form.code)};10\n{form.code};3\nXXXX;4\n".encode()
    preview = desk(answer_imports.import_answers, "a.csv", data).preview
    assert marks(preview) == ["new", "double", "new"] and preview.records[2].warnings
    kept = {one.recommend: one for one in answers(clinic)}
    assert kept[10].invitation_id == form.id and kept[10].moment is AskedAt.END and kept[4].invitation_id is None
    sheet = desk(satisfaction.open_satisfaction, *YEAR)
    assert sheet.waiting == 0 and sheet.summary.recommending == 2


def test_columns_are_chosen_where_nothing_is_recognised_and_remembered(clinic, desk):
    data = b"v1;v2\n9;goed\n"
    with pytest.raises(UserError) as refused:
        desk(answer_imports.preview_answers, "a.csv", data)
    assert refused.value.field == "mapping" and desk(answer_imports.read_answer_columns, data) == ("v1", "v2")
    desk(answer_imports.import_answers, "a.csv", data, {"recommend": "v1", "text": "v2"})
    again = desk(answer_imports.preview_answers, "b.csv", b"v1;v2\n7;beter\n")
    assert again.mapping == {"recommend": "v1", "text": "v2"} and again.records[0].recommend == 7


def test_a_citizen_service_number_does_not_come_in(clinic, desk):
    data = b"NPS;Toelichting\n9;mijn bsn is 111222333\n"
    assert marks(desk(answer_imports.import_answers, "a.csv", data).preview) == ["skipped"] and answers(clinic) == []


def test_two_equal_rows_are_two_answers_and_come_in_once(clinic, desk):
    data = b"NPS\n9\n9\n"
    assert marks(desk(answer_imports.import_answers, "a.csv", data).preview) == ["new", "new"]
    assert marks(desk(answer_imports.preview_answers, "a.csv", data)) == ["skipped", "skipped"] and len(answers(clinic)) == 2


@pytest.mark.parametrize(("column", "field"), [
    ("Zou u ons aanbevelen? (0-10)", "recommend"), ("NPS", "recommend"), ("Cijfer", "mark"), ("Datum", "answered_on"),
    ("Wat kan beter?", "text"), ("Formuliercode", "code"), ("Behandelaar", "practitioner"), ("Response ID", "answer_key"), ("Kleur", ""),
])  # fmt: skip
def test_what_columns_are_called(column, field):
    assert guess(column) == field


letters = st.characters(blacklist_categories=("Cs",), blacklist_characters=';"\r\n')


@given(st.lists(st.text(alphabet=letters, max_size=12), min_size=1, max_size=8))
def test_no_cell_breaks_a_row(cells):
    data = "NPS;Cijfer\n" + "\n".join(f"{cell};{cell}" for cell in cells)
    try:
        table = read_answers(data.encode())
    except UserError:
        return
    found = parse_answers(table, map_columns(table.columns, {}), date(2026, 9, 14))
    assert all(one.recommend is None or 0 <= one.recommend <= 10 for one in found)
    assert all(one.mark is None or 1 <= one.mark <= 10 for one in found)
