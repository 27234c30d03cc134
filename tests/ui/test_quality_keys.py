"""Every part of the quality page by keyboard alone: Tab goes as one reads, the focus is never lost, everything has a name."""

from datetime import date
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QTableView, QWidget

from nmx_desk.domain.audits import QualityAudit
from nmx_desk.domain.competence import Competence, CompetenceNeed
from nmx_desk.domain.controlled import ControlledDocument
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.objectives import Objective
from nmx_desk.domain.people import Role
from nmx_desk.domain.risks import Risk
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.suppliers import Supplier
from nmx_desk.services import (
    audits,
    competences,
    deviations,
    incidents,
    objectives,
    paper_drafts,
    reviews,
    risks,
    satisfaction,
    suppliers,
    tasks,
)
from nmx_desk.ui import quality
from nmx_desk.ui.kit.a11y import unnamed
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.layout import SidePanel
from nmx_desk.ui.quality.page import PARTS
from tests.clinic import once
from tests.registers.grievances import held
from tests.ui.hands import press, settle

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
KEYS = [part.key for part in PARTS]
SLACK = 6  # pixels by which neighbours may overlap
NEW = {
    "grievances": {"summary": "Niet teruggebeld", "story": "Twee keer beloofd."},
    "incidents": {"summary": "Bijna gevallen", "story": "Snoer over de vloer."},
    "deviations": {"summary": "Oude versie"},
    "audits": {"title": "Klachten", "clauses": "7.5", "auditor": "B. Buiten"},
    "risks": {"title": "Stroom valt uit", "chance": 3, "impact": 4},
    "satisfaction": {"recommend": 9, "mark": 8},
    "objectives": {"title": "Sneller bellen", "target": "90"},
    "competence": {"name": "Reanimatie"},
    "suppliers": {"name": "Drukkerij"},
    "documents": {"title": "Sleutels", "code": "PR-09"},
}
KINDS = {
    "grievances": Grievance, "incidents": Incident, "deviations": Deviation, "audits": QualityAudit, "risks": Risk,
    "satisfaction": SatisfactionAnswer, "objectives": Objective, "competence": Competence, "suppliers": Supplier,
    "documents": ControlledDocument,
}  # fmt: skip


@pytest.fixture
def window(clinic, window_of):
    """The manager's window on a clinic with a record or two in every register."""
    boss = clinic.as_("manager")
    do, me = boss.do, boss.user.id
    day = do(tasks.list_tasks).today
    for _n in range(2):
        held(boss)
        do(incidents.report_incident, Incident(reported_on=day, summary="Bijna gevallen"), {"story": "Snoer over de vloer"})
        do(deviations.register_deviation, Deviation(summary="Oude versie op de balie", found_on=day))
        do(audits.plan_audit, QualityAudit(title="Klachten", clauses="7.5", auditor="B. Buiten", planned_on=day))
        do(risks.add_risk, Risk(title="Telefoon valt uit", chance=3, impact=3, review_on=day))
        do(satisfaction.add_answer, SatisfactionAnswer(recommend=9, mark=8, answered_on=day))
        do(objectives.save_objective, Objective(title="Sneller bellen", target="90", first_on=date(2026, 1, 1), last_on=date(2026, 12, 31)))
        do(competences.save_need, CompetenceNeed(role=Role.PRACTITIONER, name=f"Register {_n}"))
        do(competences.save_competence, Competence(user_id=me, name=f"BHV {_n}"))
        do(suppliers.save_supplier, Supplier(name=f"Lab {_n}"))
        do(paper_drafts.add_paper, ControlledDocument(title="Telefoon", code=f"PR-0{_n}", owner_id=me))
    do(reviews.begin_review, date(2025, 1, 1), date(2025, 12, 31))
    opened = window_of("manager", quality.PAGE)
    opened.go("quality")
    settle(opened)
    return opened


def at(window, key):
    """The part, just come to, with the keys in its list."""
    window.go("quality", part=key)
    settle(window)
    others = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window]
    assert window.isActiveWindow() and others == [], "nothing flashes by as a window of its own"
    return here(window, "on arrival")


def here(window, when):
    """The part in sight, which has the keys at something that is seen."""
    part, focus = window.current().part, QApplication.focusWidget()
    assert focus is not None, f"{when}: the keys go nowhere"
    assert part.isAncestorOf(focus), f"{when}: the keys are at {type(focus).__name__} {focus.accessibleName()!r}, outside the part"
    assert focus.isVisible()
    return part


def walked(window, part):
    """Everything of the part in the order of Tab, from its top."""
    begun, seen = QApplication.focusWidget(), []
    for _step in range(200):
        press(window, Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is begun:
            break
    place = next((n for n, one in enumerate(seen) if not part.isAncestorOf(one)), -1)
    return [one for one in seen[place + 1 :] + seen[: place + 1] if part.isAncestorOf(one)]


def block(widget, kinds):
    """What something lies in of these kinds, the nearest."""
    step = widget
    while step is not None and not isinstance(step, kinds):
        step = step.parentWidget()
    return step


def place_of(widget, part):
    return QRect(widget.mapTo(part, QPoint(0, 0)), widget.size())


def follows(one, two, part):
    """Whether the second is read after the first: below it, or to its right on the same line."""
    if block(one, SidePanel) is not block(two, SidePanel):
        return block(one, SidePanel) is None
    if block(one, (SidePanel, QScrollArea)) is not block(two, (SidePanel, QScrollArea)):
        return True  # what scrolls lies anywhere
    a, b = place_of(one, part), place_of(two, part)
    return b.top() >= a.bottom() - SLACK or (b.left() >= a.right() - SLACK and b.bottom() > a.top())


def check_order(window, part, when):
    """Tab goes as one reads, and a screen reader can name it all."""
    stops = walked(window, part)
    wrong = [(one.accessibleName(), two.accessibleName()) for one, two in pairwise(stops) if not follows(one, two, part)]
    assert wrong == [], f"{when}: Tab goes back from … to …"
    there = [one for one in part.findChildren(QWidget) if one.isVisible() and one.isEnabled() and is_stop(one)]
    assert {type(one).__name__ + one.accessibleName() for one in there} <= {type(one).__name__ + one.accessibleName() for one in stops}
    assert unnamed(window.current()) == [], when
    for table in part.findChildren(QTableView):
        heads = [table.model().headerData(n, Qt.Orientation.Horizontal) for n in range(table.model().columnCount())]
        assert all(heads), f"{table.accessibleName()}: a column without a name"


def is_stop(widget):
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and isinstance(
        widget, (Button, IconButton, QTableView, QLineEdit, QPlainTextEdit)
    )


@pytest.mark.parametrize("key", KEYS)
def test_tab_goes_as_one_reads_and_everything_has_a_name(window, key):
    part = at(window, key)
    check_order(window, part, "the list")
    part.list_in_sight().setFocus()
    if key in NEW:
        press(window, Key.Key_N, CTRL)
        check_order(window, here(window, "after Ctrl+N"), "a new one")
        press(window, Key.Key_Escape)
        here(window, "after Esc")
    if key not in {"review", "competence"}:  # Enter goes on to a person there, opens no record here
        press(window, Key.Key_Return)
        part = here(window, "after Enter")
        check_order(window, part, "one that is open")
        press(window, Key.Key_Escape)
        here(window, "after closing it")


@pytest.mark.parametrize("key", NEW)
def test_one_is_written_and_saved_by_keys_and_the_keys_stay_there(window, key):
    part = at(window, key)
    press(window, Key.Key_N, CTRL)
    before = rows_of(part)
    fill(part, NEW[key])
    press(window, Key.Key_Return, CTRL)
    here(window, "after saving")
    assert rows_of(part) == before + 1, "it is kept"
    assert window.toaster.isVisible() or key == "documents"
    press(window, Key.Key_Escape)
    here(window, "after Esc closed what was said")


@pytest.mark.parametrize("key", NEW)
def test_what_was_typed_and_left_by_esc_is_taken_up_again(window, key):
    part = at(window, key)
    press(window, Key.Key_N, CTRL)
    fill(part, NEW[key])
    press(window, Key.Key_Escape)
    part = here(window, "after Esc")
    assert part.keep() and "not saved" in window.toaster.accessibleName()
    press(window, Key.Key_Z, CTRL)
    part = here(window, "after taking it up again")
    form = visible_form(part, NEW[key])
    assert not part.keep() and all(form.values()[name] == value for name, value in NEW[key].items())


@pytest.mark.parametrize("key", ["grievances", "incidents", "deviations", "risks"])
def test_the_next_step_is_one_key_and_the_keys_stay_there(window, key):
    at(window, key)
    press(window, Key.Key_Down)
    press(window, Key.Key_Return)
    for _step in range(3):
        press(window, Key.Key_Return, CTRL)
        here(window, "after a step")


def test_the_arrows_walk_through_all_parts_and_stay_in_their_list(window):
    parts = window.current().list
    parts.list.setFocus()
    parts.show_part(KEYS[0])
    seen = [parts.current()]
    for _part in KEYS[1:]:
        press(window, Key.Key_Down)
        assert QApplication.focusWidget() is parts.list
        seen.append(parts.current())
    assert seen == KEYS


def visible_form(part, values):
    return next(form for form in part.findChildren(Form) if form.isVisible() and set(values) <= set(form.values()))


def fill(part, values):
    form = visible_form(part, values)
    for name, value in values.items():
        form.input(name).set_value(value)
        form.input(name).edited.emit()
    form.input(next(iter(values))).setFocus()


def rows_of(part):
    """How many there are, whatever the list shows of them."""
    return part.frame.desk.do(once(lambda work: len(work.store.find(KINDS[part.key]))))
