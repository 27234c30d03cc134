"""What the registers share: files of a case, deadlines."""

from nmx_desk.services import cases, quality
from tests.clinic import once


def _file(clinic, client_id=None, who="manager"):
    add = once(lambda work: cases.add_file(work, "risk:x", client_id, "brief.pdf", b"%PDF-1.4"), "quality.use")
    return clinic.as_(who).do(add).id


def live(clinic, made):
    boss = clinic.as_("manager").do
    kept = _file(clinic, made["anna"].id)
    assert boss(cases.open_case_file, kept).name == "brief.pdf"
    boss(cases.void_case_file, kept, "verkeerde bijlage")
    boss(quality.list_deadlines)  # what is due of other registers by now


def looks(clinic, made):
    client_id = made["note_signed"].client_id
    return {
        "open_case_file": ("manager", (cases.open_case_file, _file(clinic, client_id)), client_id),
        "list_deadlines": ("manager", (quality.list_deadlines,), None),
    }


CELLS = [
    ("see what the registers wait for", "R- P- M+ A- U+", lambda _s: (quality.list_deadlines,)),
    ("open a file of nobody's case", "R- P- M+ A- U+", lambda s: (cases.open_case_file, _file(s.clinic))),
    ("open a file of a client's case", "R- P- M+ A- U-", lambda s: (cases.open_case_file, _file(s.clinic, s.client().id))),
    ("declare a file void", "R- P- M+ A- U-", lambda s: (cases.void_case_file, _file(s.clinic), "dubbel")),
]
