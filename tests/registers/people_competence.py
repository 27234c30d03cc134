"""Competences at the door."""

import itertools
from datetime import date

from nmx_desk.domain.competence import Competence, CompetenceKind, CompetenceNeed
from nmx_desk.domain.people import Role
from nmx_desk.services import competences

_numbers = itertools.count(1)


def _need(clinic):
    told = CompetenceNeed(role=Role.PRACTITIONER, kind=CompetenceKind.TRAINING, name=f"Reanimatie {next(_numbers)}")
    return clinic.as_("manager").do(competences.save_need, told)


def _shown(clinic, who="behandelaar"):
    told = Competence(user_id=clinic.as_(who).user.id, name="Diploma", obtained_on=date(2020, 6, 1))
    return clinic.as_("manager").do(competences.save_competence, told)


def _evidence(clinic, who="behandelaar"):
    return clinic.as_("manager").do(competences.add_competence_file, _shown(clinic, who).id, "diploma.pdf", b"%PDF-1.4").id


def _renewed(clinic):
    old = _shown(clinic)
    return old.id, Competence(user_id=old.user_id, name="Diploma", obtained_on=date(2026, 1, 1))


def _id(scene):
    return scene.clinic.as_("receptie").user.id


def live(clinic, made):
    boss = clinic.as_("manager").do
    need, old = _need(clinic), _shown(clinic)
    boss(competences.retire_need, need.id)
    new = boss(competences.renew_competence, *_renewed(clinic))
    boss(competences.take_back_competence, new.id)
    kept = boss(competences.add_competence_file, old.id, "diploma.pdf", b"%PDF-1.4")
    boss(competences.open_evidence, kept.id)
    boss(competences.end_competence, old.id)
    mine = clinic.as_("behandelaar").do
    assert mine(competences.open_competence, old.id).parts.files[0].name == "diploma.pdf"
    assert not mine(competences.open_competences).whole and boss(competences.open_competences).whole


def looks(clinic, made):
    return {
        "open_competences": ("manager", (competences.open_competences,), None),
        "open_competence": ("behandelaar", (competences.open_competence, _shown(clinic).id), None),
        "open_evidence": ("behandelaar", (competences.open_evidence, _evidence(clinic)), None),
    }


CELLS = [
    ("see competences", "R+ P+ M+ A+ U+", lambda _s: (competences.open_competences,)),
    ("open a practitioner's competence", "R- P+ M+ A- U+", lambda s: (competences.open_competence, _shown(s.clinic).id)),
    ("open a practitioner's evidence", "R- P+ M+ A- U+", lambda s: (competences.open_evidence, _evidence(s.clinic))),
    ("say what a role needs", "R- P- M+ A- U-",
     lambda _s: (competences.save_need, CompetenceNeed(role=Role.MANAGER, name=f"Auditor {next(_numbers)}"))),
    ("ask for it no more", "R- P- M+ A- U-", lambda s: (competences.retire_need, _need(s.clinic).id)),
    ("write a competence down", "R- P- M+ A- U-",
     lambda s: (competences.save_competence, Competence(user_id=_id(s), name="Cursus", obtained_on=date(2026, 1, 1)))),
    ("renew a competence", "R- P- M+ A- U-", lambda s: (competences.renew_competence, *_renewed(s.clinic))),
    ("end a competence", "R- P- M+ A- U-", lambda s: (competences.end_competence, _shown(s.clinic).id)),
    ("take a competence back", "R- P- M+ A- U-", lambda s: (competences.take_back_competence, _shown(s.clinic).id)),
    ("add evidence", "R- P- M+ A- U-", lambda s: (competences.add_competence_file, _shown(s.clinic).id, "a.pdf", b"%PDF-1.4")),
]  # fmt: skip
