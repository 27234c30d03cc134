"""The register of satisfaction at the door."""

from datetime import date

from nmx_desk.domain.satisfaction import AskedAt, Invitation, SatisfactionAnswer
from nmx_desk.services import answer_imports, satisfaction, satisfaction_forms
from tests.clinic import once

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def _answer(clinic, who="manager", client_id=None):
    told = SatisfactionAnswer(recommend=9, mark=8, text="prettig", answered_on=clinic.clock().date(), client_id=client_id)
    return clinic.as_(who).do(satisfaction.add_answer, told)


def _form(clinic, client_id=None):
    clinic.as_("manager").do(satisfaction_forms.print_forms, 1, AskedAt.END, client_id=client_id)
    found = clinic.as_("manager").do(once(lambda work: work.store.find(Invitation)))
    return max(found, key=lambda one: one.created_at)


FILE = b"NPS;Cijfer;Toelichting\n9;8;prima\n7;;\n"


def _imported(clinic):
    return clinic.as_("manager").do(answer_imports.import_answers, "antwoorden.csv", FILE).batch.id


def live(clinic, made):
    desk = clinic.as_("receptie").do
    form = _form(clinic, made["anna"].id)
    desk(satisfaction.find_form, form.code)
    kept = desk(satisfaction.add_answer, SatisfactionAnswer(recommend=8, answered_on=clinic.clock().date()), form.code)
    assert kept.client_id == made["anna"].id and kept.moment is AskedAt.END
    desk(satisfaction.open_answer, kept.id)
    desk(satisfaction.take_back_answer, kept.id)
    assert desk(satisfaction.open_satisfaction, FIRST, LAST).waiting == 1
    assert desk(answer_imports.read_answer_columns, FILE) == ("NPS", "Cijfer", "Toelichting")
    assert desk(answer_imports.preview_answers, "antwoorden.csv", FILE).count("new") == 2
    desk(answer_imports.undo_answer_import, desk(answer_imports.import_answers, "antwoorden.csv", FILE).batch.id)
    desk(satisfaction_forms.hand_out, 1, AskedAt.CALL)


def looks(clinic, made):
    client_id = made["note_signed"].client_id
    return {
        "open_satisfaction": ("receptie", (satisfaction.open_satisfaction, FIRST, LAST), None),
        "open_answer": ("manager", (satisfaction.open_answer, _answer(clinic, client_id=client_id).id), client_id),
        "preview_answers": ("receptie", (answer_imports.preview_answers, "antwoorden.csv", FILE), None),
        "find_form": ("receptie", (satisfaction.find_form, _form(clinic, client_id).code), client_id),
    }


WITHOUT = ("read_answer_columns",)
CELLS = [
    ("import answers", "R+ P+ M+ A- U-", lambda _s: (answer_imports.import_answers, "antwoorden.csv", FILE)),
    ("take an import of answers back", "R+ P+ M+ A- U-", lambda s: (answer_imports.undo_answer_import, _imported(s.clinic))),
    ("hand forms out", "R+ P+ M+ A- U-", lambda _s: (satisfaction_forms.hand_out, 2, AskedAt.CALL)),
    ("see what clients think", "R+ P+ M+ A- U+", lambda _s: (satisfaction.open_satisfaction, FIRST, LAST)),
    ("read a client's answer", "R- P- M+ A- U-", lambda s: (satisfaction.open_answer, _answer(s.clinic, client_id=s.client().id).id)),
    ("read nobody's answer", "R- P- M+ A- U+", lambda s: (satisfaction.open_answer, _answer(s.clinic).id)),
    ("enter an answer", "R+ P+ M+ A- U-",
     lambda s: (satisfaction.add_answer, SatisfactionAnswer(mark=8, answered_on=s.clinic.clock().date()))),
    ("find a form", "R+ P+ M+ A- U-", lambda s: (satisfaction.find_form, _form(s.clinic).code)),
    ("print forms", "R+ P+ M+ A- U-", lambda _s: (satisfaction_forms.print_forms, 2, AskedAt.CALL)),
]  # fmt: skip
