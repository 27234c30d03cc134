"""Kept PDFs of controlled documents with our words over each page, and what comes of files that no words can be laid over."""

import io

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4

from nmx_desk import i18n
from nmx_desk.reports import stamp
from nmx_desk.reports.stamp import Stamp, Trouble, TroubleError
from nmx_desk.services import paper_drafts, paper_prints, paper_steps, papers
from tests.prints import other_pdf as pdf
from tests.prints import page_texts
from tests.unit.test_papers import begun

WORDS = Stamp(line="PR-01 Klachtmelding · versie 1", mark="VERVALLEN")


def changed(content, **save):
    """The same file, written otherwise."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.save(out, **save)
    return out.getvalue()


def locked():
    return changed(pdf(), encryption=pikepdf.Encryption(owner="baas", user="geheim"))


def long_one():
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _n in range(stamp.MOST_PAGES + 1):
            made.add_blank_page()
        made.save(out)
    return out.getvalue()


def flat():
    """A page without an area."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as file:
        file.pages[0].MediaBox = [0, 0, 595, 0]
        file.save(out)
    return out.getvalue()


HOSTILE = {
    "no pdf at all": (lambda: b"%PDF-1.4 beleid", Trouble.BROKEN),
    "cut off": (lambda: pdf()[:200], Trouble.BROKEN),
    "no pages": (lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
                         b"trailer<</Root 1 0 R>>", Trouble.BROKEN),
    "pages that go round": (lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                                    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>", Trouble.BROKEN),
    "a page without an area": (flat, Trouble.BROKEN),
    "locked": (locked, Trouble.LOCKED),
    "too long": (long_one, Trouble.LONG),
}  # fmt: skip


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_every_page_says_what_it_is_however_it_is_turned(turned):
    made = stamp.stamped(pdf((A4, A4[::-1], (200, 200)), turned=turned), WORDS)
    said = page_texts(made)
    assert len(said) == 3
    for n, text in enumerate(said, 1):
        assert "VERVALLEN" in text and "Stap een: luisteren" in text and f"pagina {n} van 3" in text
    bar = pypdfium2.PdfDocument(made)[0]
    text = bar.get_textpage()
    at = text.get_charbox(text.search("PR-01").get_next()[0])
    upper = {0: at[1] > A4[1] * 0.95, 90: at[0] < A4[0] * 0.05, 180: at[1] < A4[1] * 0.05, 270: at[0] > A4[0] * 0.95}
    assert upper[turned], at  # at the edge that is up when the page is looked at


def test_a_page_that_is_cut_to_a_part_has_the_words_in_that_part():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as file:
        file.pages[0].CropBox = [100, 20, 400, 500]
        file.save(out)
    text = pypdfium2.PdfDocument(stamp.stamped(out.getvalue(), WORDS))[0].get_textpage()
    left, _low, _right, top = text.get_charbox(text.search("PR-01").get_next()[0])
    assert left >= 100 and top <= 500


def test_what_a_file_would_do_when_it_is_opened_stays_behind():
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as file:
        act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        file.Root.OpenAction, file.pages[0].obj.AA = act, pikepdf.Dictionary(O=act)
        file.save(out)
    assert b"JavaScript" not in stamp.stamped(out.getvalue(), WORDS)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_no_words_can_be_laid_over_is_named(name):
    make, why = HOSTILE[name]
    content = make()
    with pytest.raises(TroubleError) as refused:
        stamp.stamped(content, WORDS)
    with pytest.raises(TroubleError):
        stamp.pages_of(content)
    assert refused.value.why is why


# -- at the door -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def boss(clinic):
    i18n.use("nl")
    return clinic.as_("manager")


@pytest.fixture
def care(clinic):
    return clinic.as_("behandelaar")


def approved(boss, care, content):
    sheet = begun(boss)
    boss.do(paper_drafts.save_file, sheet.shown.id, "beleid.pdf", content)
    boss.do(paper_steps.offer_version, sheet.shown.id)
    return care.do(paper_steps.approve_version, sheet.shown.id)


def test_a_file_is_marked_while_it_is_a_draft_and_once_it_is_obsolete(clinic, boss, care):
    sheet, kept = begun(boss), pdf((A4, A4))
    boss.do(paper_drafts.save_file, sheet.shown.id, "beleid.pdf", kept)
    assert all("CONCEPT" in page for page in page_texts(boss.do(paper_prints.open_paper_file, sheet.shown.id)[1]))
    boss.do(paper_steps.offer_version, sheet.shown.id)
    done = care.do(paper_steps.approve_version, sheet.shown.id)
    assert clinic.as_("receptie").do(paper_prints.open_paper_file, done.shown.id) == ("beleid.pdf", kept)
    printed = page_texts(boss.do(paper_prints.print_document, done.document.id, 1))
    assert len(printed) == 3 and done.shown.sha256 in printed[0] and "ongecontroleerde kopie" in printed[2]
    assert "VERVALLEN" not in " ".join(printed)
    care.do(paper_drafts.withdraw_paper, done.document.id, "Er is een ander document voor in de plaats gekomen.")
    seen = page_texts(clinic.as_("receptie").do(paper_prints.open_paper_file, done.shown.id)[1])
    printed = page_texts(boss.do(paper_prints.print_document, done.document.id, 1))
    assert all("VERVALLEN" in page for page in (*seen, *printed)) and len(printed) == 3
    assert boss.do(papers.open_paper, done.document.id, 1).shown.sha256 == done.shown.sha256  # the kept bytes are what they were


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_cannot_be_marked_comes_beside_a_page_that_says_so(boss, care, name):
    content = HOSTILE[name][0]()
    done = approved(boss, care, content)
    for made in (boss.do(paper_prints.print_document, done.document.id, 1), boss.do(paper_prints.open_paper_file, done.shown.id)[1]):
        (page,) = page_texts(made)
        assert "zijn hier niet te tonen" in page and "als bijlage" in page
        with pikepdf.open(io.BytesIO(made)) as file:
            assert file.attachments["beleid.pdf"].get_file().read_bytes() == content
