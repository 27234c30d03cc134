"""The register of suppliers at the door."""

import itertools
from datetime import date

from nmx_desk.domain.suppliers import Supplier, SupplierKind, SupplierReview
from nmx_desk.services import suppliers

_numbers = itertools.count(1)


def _made(clinic):
    name = f"Lab Voorbeeld {next(_numbers)}"
    return clinic.as_("manager").do(suppliers.save_supplier, Supplier(name=name, kind=SupplierKind.LAB, has_data=True))


def _scored(clinic):
    told = SupplierReview(quality=4, delivery=3, reviewed_on=clinic.clock().date())
    return clinic.as_("manager").do(suppliers.score_supplier, _made(clinic).id, told)


def live(clinic, made):
    boss = clinic.as_("manager").do
    one = _made(clinic)
    score = boss(suppliers.score_supplier, one.id, SupplierReview(quality=4, reviewed_on=clinic.clock().date()))
    boss(suppliers.take_back_score, score.id)
    boss(suppliers.add_supplier_file, one.id, "overeenkomst.pdf", b"%PDF-1.4")
    boss(suppliers.add_supplier_action, one.id, "Offerte vragen", None, date(2027, 1, 4))
    assert boss(suppliers.open_supplier, one.id).parts.files[0].name == "overeenkomst.pdf"
    boss(suppliers.end_supplier, one.id, "te duur")
    boss(suppliers.resume_supplier, one.id)
    assert [row.id for row in boss(suppliers.list_suppliers).rows] == [one.id]
    boss(suppliers.end_supplier, one.id, "te duur")  # else it is due for a score where nothing waits


def looks(clinic, made):
    return {
        "list_suppliers": ("manager", (suppliers.list_suppliers,), None),
        "open_supplier": ("manager", (suppliers.open_supplier, _made(clinic).id), None),
    }


def _ended(scene):
    one = _made(scene.clinic)
    scene.clinic.as_("manager").do(suppliers.end_supplier, one.id, "gestopt")
    return one


CELLS = [
    ("list the suppliers", "R- P- M+ A- U+", lambda _s: (suppliers.list_suppliers,)),
    ("open a supplier", "R- P- M+ A- U+", lambda s: (suppliers.open_supplier, _made(s.clinic).id)),
    ("write down a supplier", "R- P- M+ A- U-", lambda _s: (suppliers.save_supplier, Supplier(name="Programma"))),
    ("score a supplier", "R- P- M+ A- U-",
     lambda s: (suppliers.score_supplier, _made(s.clinic).id, SupplierReview(quality=4, reviewed_on=s.clinic.clock().date()))),
    ("take a score back", "R- P- M+ A- U-", lambda s: (suppliers.take_back_score, _scored(s.clinic).id)),
    ("end a supplier", "R- P- M+ A- U-", lambda s: (suppliers.end_supplier, _made(s.clinic).id, "gestopt")),
    ("use a supplier again", "R- P- M+ A- U-", lambda s: (suppliers.resume_supplier, _ended(s).id)),
    ("add a file to a supplier", "R- P- M+ A- U-", lambda s: (suppliers.add_supplier_file, _made(s.clinic).id, "a.pdf", b"%PDF-1.4")),
    ("add an action to a supplier", "R- P- M+ A- U-",
     lambda s: (suppliers.add_supplier_action, _made(s.clinic).id, "Bellen", None, date(2027, 1, 4))),
]  # fmt: skip
