"""Who does not see a print hears it: every word has a place in the structure, in reading order; headings stand in the outline."""

import io
import re

import pikepdf
import pytest

from nmx_desk.reports import overview, paper, progress, tables
from nmx_desk.reports.records import ProgressPrint
from tests.exam.hostile import MADE, filled
from tests.unit.test_client_prints import DAY, a_curve, much
from tests.unit.test_reports_prints import context

PRINTS = {kind.__name__: lambda make=make, kind=kind: make(context("nl"), filled(kind, ["Moe"] * 3)) for make, kind in MADE}
PRINTS["long overview"] = lambda: overview.overview_report(context("nl"), much(safe=80))


def walk(element, above=()):
    """Elements in reading order, with the kinds they lie in."""
    kids = element.get("/K", [])
    yield str(element.get("/S")), above, element
    if isinstance(kids, pikepdf.Array):
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary):
                yield from walk(kid, (*above, str(element.get("/S"))))


def structure(document):
    [root] = document.Root.StructTreeRoot.K
    return list(walk(root))


def outside(page):
    """Operators that draw something outside of any mark, on the page itself."""
    depth, found = 0, []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
        assert 0 <= depth <= 1, "marks do not lie within marks"
        if not depth and name in {"Tj", "TJ", "'", '"', "f", "S", "B", "f*", "b", "s", "Do", "sh"}:
            found.append((name, operands))
    return found


@pytest.mark.parametrize("name", PRINTS)
def test_nothing_is_drawn_that_has_no_place(name):
    with pikepdf.open(io.BytesIO(PRINTS[name]())) as document:
        assert document.Root.MarkInfo.Marked and str(document.Root.Lang) == "nl-NL"
        for number, page in enumerate(document.pages):
            assert outside(page) == [], f"page {number + 1}"


@pytest.mark.parametrize("name", PRINTS)
def test_every_mark_has_one_element_and_leads_back_to_it(name):
    with pikepdf.open(io.BytesIO(PRINTS[name]())) as document:
        leaves = [(element.Pg.objgen, int(element.K)) for _kind, _above, element in structure(document) if "/Pg" in element]
        assert len(leaves) == len(set(leaves))
        numbers = document.Root.StructTreeRoot.ParentTree.Nums
        for place, page in enumerate(document.pages):
            drawn = [int(operands[1].MCID) for operands, operator in pikepdf.parse_content_stream(page)
                     if str(operator) == "BDC" and "/MCID" in operands[1]]  # fmt: skip
            back = numbers[2 * int(page.StructParents) + 1]
            assert drawn == list(range(len(drawn))) and len(back) == len(drawn) and int(page.StructParents) == place
            assert all(int(back[mark].K) == mark and back[mark].Pg.objgen == page.objgen for mark in drawn)
            assert {(page.objgen, mark) for mark in drawn} <= set(leaves)


def test_tables_have_rows_with_headings_and_pictures_words():
    shown = ProgressPrint(client_name="Zoë", client_no="C-1", birth_date=None, practitioner="B", start=None, steps=(),
                          complaints=(a_curve("Moe", 8, 0),), outcomes=())  # fmt: skip
    with pikepdf.open(io.BytesIO(progress.progress_report(context("nl"), shown))) as document:
        found = structure(document)
        assert {above[-1] for kind, above, _one in found if kind in {"/TD", "/TH"}} == {"/TR"}
        assert {above[-1] for kind, above, _one in found if kind == "/TR"} == {"/Table"}
        scopes = {str(one.A.Scope) for kind, _above, one in found if kind == "/TH"}
        assert scopes == {"/Row", "/Column"}
        (picture,) = [one for kind, _above, one in found if kind == "/Figure"]
        assert str(picture.Alt) == f"Moe: 8 ({DAY:%d-%m-%Y}), 0 (30-03-2026)"
        assert [kind for kind, _above, _one in found if kind in {"/H1", "/H2"}] == ["/H1", "/H2", "/H2"]
        with document.open_outline() as outline:
            (top,) = outline.root
            assert top.title == "Voortgang van Zoë"
            assert [child.title for child in top.children] == ["Gezondheidsklachten", "Cijfers van de klachten"]


def test_a_table_over_pages_is_one_table_whose_heading_is_said_once():
    rows = [[str(n), "x"] for n in range(200)]
    story = [tables.Rows([tables.Column("A", 1), tables.Column("B", 1)], rows)]
    with pikepdf.open(io.BytesIO(paper.pdf(context("nl"), paper.Head(title="T"), story))) as document:
        kinds = [kind for kind, _above, _one in structure(document)]
    assert (kinds.count("/Table"), kinds.count("/TR"), kinds.count("/TH"), kinds.count("/TD")) == (1, 201, 2, 400)


def test_the_structure_of_a_very_long_list_does_not_outgrow_it():
    rows = [["een regel", "nog iets"] for _n in range(tables.MOST_TAGGED + 1)]
    data = paper.pdf(context("nl"), paper.Head(title="T"), [tables.Rows([tables.Column("A", 1), tables.Column("B", 1)], rows)])
    with pikepdf.open(io.BytesIO(data)) as document:
        kinds = [kind for kind, _above, _one in structure(document)]
        assert kinds.count("/P") == len(document.pages) and not kinds.count("/TD")


def test_the_words_of_a_picture_are_cleaned_as_all_others():
    shown = ProgressPrint(client_name="A", client_no="C-1", birth_date=None, practitioner="", start=None, steps=(),
                          complaints=(a_curve("M\udcffo\u202ee\x07 ) /S", 8, 0),), outcomes=())  # fmt: skip
    with pikepdf.open(io.BytesIO(progress.progress_report(context("nl"), shown))) as document:
        (picture,) = [one for kind, _above, one in structure(document) if kind == "/Figure"]
        assert str(picture.Alt).startswith("M□oe ) /S: 8 (")


def test_hostile_headings_stay_words_in_the_outline():
    title = 'Kop </Title> (x) \\ ) /S /JavaScript <b>"'
    story = [paper.para(title, paper.H1), paper.para(title * 30, paper.H2)]
    with pikepdf.open(io.BytesIO(paper.pdf(context("nl"), paper.Head(title="T"), story))) as document, document.open_outline() as outline:
        (top,) = outline.root
        assert top.title == title and len(top.children[0].title) <= 120
        assert not re.search(rb"/JS\b", document.Root.Outlines.to_json())


def test_no_last_row_stands_alone_on_a_page():
    columns = [tables.Column("A", 1)]
    for n in range(30, 42):
        table = tables.Rows(columns, [[str(row)] for row in range(n)])
        parts = table.split(0, 620.0)
        assert not parts or parts[-1].stop - parts[-1].start != 1, n
