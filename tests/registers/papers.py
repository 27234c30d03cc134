"""Controlled documents: written, approved, read, copied on paper, compared and withdrawn."""

from itertools import count

from nmx_desk.domain.code_lists import COMPLAINTS
from nmx_desk.domain.controlled import ControlledDocument
from nmx_desk.services import code_lists, paper_drafts, paper_prints, paper_readings, paper_steps, papers

NUMBER = count(1)
WHY = "besproken in het overleg"


def _draft(clinic, text="# Doel\nGoed werken."):
    do = clinic.as_("manager").do
    told = ControlledDocument(code=f"PR-{next(NUMBER)}", title="Inwerken", audience="receptionist")
    made = do(paper_drafts.add_paper, told)
    return do(paper_drafts.save_text, made.shown.id, text)


def _offered(clinic):
    return clinic.as_("manager").do(paper_steps.offer_version, _draft(clinic).shown.id)


def _in_force(clinic):
    return clinic.as_("behandelaar").do(paper_steps.approve_version, _offered(clinic).shown.id)


def _file(clinic):
    return clinic.as_("manager").do(paper_drafts.save_file, _draft(clinic).shown.id, "beleid.pdf", b"%PDF-1.4").shown.id


def live(clinic, _made):
    boss, care, desk = (clinic.as_(name).do for name in ("manager", "behandelaar", "receptie"))
    found = next(one for one in boss(code_lists.list_code_lists) if one.code == COMPLAINTS)
    items = boss(code_lists.read_code_list, COMPLAINTS, found.current)
    waits = boss(paper_steps.offer_items, f"list:{COMPLAINTS}", found.current, items[::-1], reason="in andere volgorde")
    boss(paper_steps.take_back_version, waits.shown.id)
    boss(paper_steps.offer_items, f"list:{COMPLAINTS}", found.current, items[1:], reason="een klacht eraf")
    care(paper_steps.approve_version, waits.shown.id)
    first = _in_force(clinic)
    key = first.document.id
    boss(paper_drafts.change_paper, key, first.document)
    desk(paper_readings.mark_read, key)
    copy = boss(paper_readings.hand_out_copy, key, "Balie").copies[0].id
    boss(paper_readings.take_copy_back, copy)
    boss(paper_readings.put_copy_back, copy)
    second = boss(paper_drafts.begin_version, key)
    boss(paper_drafts.save_file, second.shown.id, "beleid.pdf", b"%PDF-1.4")
    assert boss(paper_prints.open_paper_file, second.shown.id)[0] == "beleid.pdf"
    boss(paper_steps.offer_version, second.shown.id, WHY)
    care(paper_steps.refuse_version, second.shown.id, WHY)
    boss(paper_steps.rework_version, second.shown.id)
    boss(paper_drafts.discard_version, second.shown.id)
    third = boss(paper_drafts.begin_version, key)
    boss(paper_drafts.save_text, third.shown.id, "Anders.")
    boss(paper_steps.offer_version, third.shown.id, WHY, clinic.clock().date().replace(year=2030))
    care(paper_steps.approve_version, third.shown.id)
    care(paper_steps.stop_version, third.shown.id, WHY)
    assert boss(papers.list_papers) and boss(papers.open_paper, key).versions
    assert boss(paper_readings.list_readings) and boss(paper_readings.papers_waiting) and boss(paper_readings.count_papers) >= 0
    assert boss(paper_readings.compare_versions, key, 1, 2)
    assert desk(paper_prints.print_document, key, 1, copy).startswith(b"%PDF")
    care(paper_drafts.withdraw_paper, key, WHY)


def looks(clinic, _made):
    key = _in_force(clinic).document.id
    return {
        "open_paper": ("receptie", (papers.open_paper, key), None),
        "open_paper_file": ("manager", (paper_prints.open_paper_file, _file(clinic)), None),
        "compare_versions": ("manager", (paper_readings.compare_versions, key, 1, 1), None),
        "print_document": ("manager", (paper_prints.print_document, key, 1), None),
    }


WITHOUT = ("list_papers", "list_readings", "papers_waiting", "count_papers")
CELLS = [
    ("see the clinic's documents", "R+ P+ M+ A+ U+", lambda _s: (papers.list_papers,)),
    ("read a document", "R+ P+ M+ A+ U+", lambda s: (papers.open_paper, _in_force(s.clinic).document.id)),
    ("say that one has read it", "R+ P+ M+ A+ U+", lambda s: (paper_readings.mark_read, _in_force(s.clinic).document.id)),
    ("begin a document", "R- P+ M+ A+ U-", lambda _s: (paper_drafts.add_paper, ControlledDocument(code=f"PR-{next(NUMBER)}", title="X"))),
    ("approve a document", "R- P+ M- A- U-", lambda s: (paper_steps.approve_version, _offered(s.clinic).shown.id)),
    ("refuse a document", "R- P+ M- A- U-", lambda s: (paper_steps.refuse_version, _offered(s.clinic).shown.id, WHY)),
    ("withdraw a document", "R- P+ M+ A- U-", lambda s: (paper_drafts.withdraw_paper, _in_force(s.clinic).document.id, WHY)),
    ("note a copy on paper", "R- P+ M+ A+ U-", lambda s: (paper_readings.hand_out_copy, _in_force(s.clinic).document.id, "Balie")),
]
