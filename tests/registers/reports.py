"""Reports: what there is to narrow them to, papers of one thing, reports under a name and those that write themselves."""

from nmx_desk.domain.saved_reports import Asked, Every, SavedReport
from nmx_desk.services import report_papers, reports, saved_reports


def live(clinic, made):
    boss, care = clinic.as_("manager").do, clinic.as_("behandelaar").do
    assert boss(reports.report_filters).practitioner
    note = made["note_signed"]
    papers = {paper.id for paper in care(report_papers.list_papers, "note", note.client_id)}
    assert note.id in papers
    assert care(report_papers.make_paper, "note", note.id)[:5] == b"%PDF-"
    folder = clinic.folder.parent / "rapporten"
    folder.mkdir(exist_ok=True)
    wanted = SavedReport(name="Maand", report="month", formats="csv", every=Every.MONTH, folder=str(folder))
    kept = boss(saved_reports.save_named, wanted, Asked(kind="month"))
    assert [due.saved.id for due in boss(saved_reports.due_reports)] == [kept.id]
    assert saved_reports.write_due(clinic.as_("manager"))[0].files
    assert boss(saved_reports.note_written, kept.id).last_on
    assert boss(saved_reports.list_named)
    boss(saved_reports.drop_named, kept.id)
    boss(saved_reports.take_back_named, kept.id)


def looks(_clinic, made):
    client_id = made["note_signed"].client_id
    return {"list_papers": ("behandelaar", (report_papers.list_papers, "note", client_id), client_id)}


WITHOUT = ("report_filters", "list_named", "due_reports")
CELLS = [
    ("the change log on paper", "R- P- Mr A- U-", lambda _s: (reports.make_report, "changes")),
    ("which notes there are to print", "R- P+ Mr A- U-", lambda s: (report_papers.list_papers, "note", s.client().id)),
    ("which letters of another's client there are to print", "R- Pr Mr A- U-",
     lambda s: (report_papers.list_papers, "letter", s.client(of="collega").id)),
    ("which appointments there are to confirm", "R+ P+ M+ A- U-", lambda s: (report_papers.list_papers, "confirmation", s.client().id)),
    ("a named report of the figures", "R- P- M+ A- U+",
     lambda _s: (saved_reports.save_named, SavedReport(name="Maand", report="month"), Asked(kind="month"))),
    ("a named list of the day", "R+ P+ M+ A- U-",
     lambda _s: (saved_reports.save_named, SavedReport(name="Dag", report="daylist"), Asked(kind="day"))),
]  # fmt: skip
